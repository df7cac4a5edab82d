// The tests of the tests: a rig that hears nothing would let everything pass.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { launch, open, started } from "./lib/browser.mjs";
import { serve, strictPolicy } from "./lib/server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** What a page made only of this body is heard to complain of. */
async function complaintsOf(body, { policy = null } = {}) {
  const html = `<!doctype html><link rel="icon" href="data:,"><body>${body}`;
  const site = await serve({ files: { "/noisy.html": html }, policy });
  try {
    const visit = await open(browser, site.origin + "/noisy.html");
    await visit.page.waitForTimeout(300);
    await visit.close();
    return visit.complaints.join("\n");
  } finally {
    await site.close();
  }
}

test("a quiet page is quiet", async () => {
  assert.equal(await complaintsOf("<p>Nothing to say."), "");
});

test("console errors, uncaught errors and missing files are heard", async () => {
  assert.match(await complaintsOf("<script>console.error('alas')</script>"), /error: alas/);
  assert.match(await complaintsOf("<script>throw new Error('thrown')</script>"), /Uncaught: Error: thrown/);
  assert.match(await complaintsOf("<script>Promise.reject(new Error('lost'))</script>"), /Uncaught: Error: lost/);
  assert.match(await complaintsOf("<img src='nothing.png'>"), /404 for .*nothing\.png/);
});

test("a request to anybody else is heard, and goes nowhere", async () => {
  const complaints = await complaintsOf("<img src='http://elsewhere.example/pixel.png'>");
  assert.match(complaints, /left the origin: http:\/\/elsewhere\.example/);
  assert.match(complaints, /failed \(net::ERR_/);
});

test("what the strict policy forbids is heard", async () => {
  assert.match(await complaintsOf("<p style='color: red'>", { policy: strictPolicy }), /Content Security Policy/);
  assert.match(await complaintsOf("<script>1</script>", { policy: strictPolicy }), /Content Security Policy/);
});

test("a page of another site can hold the page in a frame", async () => {
  const site = await serve();
  const post = `<!doctype html><link rel="icon" href="data:,"><iframe src="${site.url}"></iframe>`;
  const blog = await serve({
    host: "localhost",
    files: { "/post.html": post },
    policy: `default-src 'none'; img-src data:; frame-src ${site.origin}`,
  });
  try {
    const visit = await open(browser, blog.origin + "/post.html", { origins: [site.origin] });
    await started(visit.page.frames()[1]);
    visit.assertQuiet();
    await visit.close();
  } finally {
    await blog.close();
    await site.close();
  }
});
