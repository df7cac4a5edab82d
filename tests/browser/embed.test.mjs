// A plain frame of the page in a blog of another origin, under a strict policy, with storage blocked.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { launch, open } from "./lib/browser.mjs";
import { serve } from "./lib/server.mjs";

let browser, site;
before(async () => {
  // A frame without an origin may load modules only from hosts that let everybody read their files, as static hosts do.
  [browser, site] = await Promise.all([launch(), serve({ headers: { "access-control-allow-origin": "*" } })]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** A blog page on an origin of its own that frames `link`. */
async function blog(link, sandbox) {
  const frame = `<iframe name="run" width="720" height="480" ${sandbox ?? ""} src="${site.url}#${link}"></iframe>`;
  const server = createServer((request, response) => {
    response.writeHead(200, {
      "content-type": "text/html",
      "content-security-policy": `default-src 'none'; frame-src ${site.origin}; img-src 'self'`,
    });
    response.end(request.url === "/" ? `<!doctype html><title>A post</title><p>Watch:</p>${frame}` : "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((resolve) => server.close(resolve)) };
}

for (const [name, sandbox] of [["a plain frame", ""], ["a frame without an origin", 'sandbox="allow-scripts"']]) {
  test(`${name} shows caption, flow and one row, and plays`, async () => {
    const post = await blog("1/2pc-coordinator-dies?embed=1", sandbox);
    const visit = await open(browser, post.url, { origins: [site.origin] });
    const frame = visit.page.frameLocator("iframe");
    await frame.locator("#flow").waitFor();
    await frame.locator(".caption").waitFor();
    assert.equal(await frame.locator("header.bar").count(), 0);
    assert.equal(await frame.locator(".sections").count(), 0);
    const before = await frame.locator("#scrubber").inputValue();
    await frame.locator("#play").click();
    const moved = async () => (await frame.locator("#scrubber").inputValue()) !== before;
    for (let look = 0; look < 100 && !(await moved()); look += 1) await visit.page.waitForTimeout(50);
    assert.ok(await moved(), "the run does not play in the frame");
    visit.assertQuiet();
    await visit.close();
    await post.close();
  });
}

test("a frame takes no focus by itself", async () => {
  const post = await blog("1/2pc-coordinator-dies?embed=1");
  const visit = await open(browser, post.url, { origins: [site.origin] });
  await visit.page.frameLocator("iframe").locator("#flow").waitFor();
  assert.equal(await visit.page.evaluate(() => document.activeElement.tagName), "BODY");
  await visit.close();
  await post.close();
});
