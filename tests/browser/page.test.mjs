// The page as a host serves it: it starts, complains of nothing, and asks nobody else for anything.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { launch, open, started } from "./lib/browser.mjs";
import { serve } from "./lib/server.mjs";

/** Bytes of everything that is requested until the first run ends untouched, at most. */
const brotliMax = 260_000;
const gzipMax = 330_000;

/** The files that the page loads later. */
const laterParts = async (page) =>
  (await page.locator("meta[name=faultline-parts]").getAttribute("content")).split(/\s+/).filter(Boolean).map((part) => part.split(/[=+]/)[1]);

/** Resolves once the first run has played to its end without a hand on the page, with when that was, by the page's clock. */
async function firstRunEnded(page) {
  const is = (wanted) => page.waitForFunction(
    (wanted) => /Pause|暂停/.test(document.querySelector("#play")?.ariaLabel ?? "") === wanted && performance.now(),
    wanted,
    { timeout: 120_000, polling: 100 },
  );
  await is(true);
  return (await is(false)).jsonValue();
}

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

for (const under of ["/", "/talks/laboratory/"]) {
  test(`the page starts under ${under} with a strict policy`, async () => {
    const site = await serve({ under });
    try {
      const visit = await open(browser, site.url);
      await started(visit.page);
      assert.equal(await visit.page.title(), "Faultline");
      visit.assertQuiet();
      await visit.close();
      assert.ok(site.requests.every((request) => request.path.startsWith(under)), "a request left the sub-path");
      assert.ok(!site.requests.some((request) => request.path.includes("worker")), "the worker was fetched unasked");
    } finally {
      await site.close();
    }
  });
}

test("the page's own policy forbids inline scripts where the host sends none", async () => {
  const site = await serve({ policy: null });
  try {
    const visit = await open(browser, site.url);
    await started(visit.page);
    visit.assertQuiet();
    const ran = await visit.page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.inlineRan = true";
      document.head.append(script);
      return Boolean(globalThis.inlineRan);
    });
    assert.equal(ran, false);
    await visit.close();
  } finally {
    await site.close();
  }
});

test("what is loaded until the first run ends grows no heavier, and arrives compressed", async (context) => {
  const site = await serve({ compress: true });
  try {
    const visit = await open(browser, site.url, { reducedMotion: "no-preference" });
    const parts = await laterParts(visit.page);
    assert.ok(parts.length > 0, "the page is not divided");
    const ended = await firstRunEnded(visit.page);
    // The rest comes by itself then, without a hand: the pictures in the table of contents are drawn with it.
    await visit.page.locator("svg.thumbnail").first().waitFor();
    const asked = await visit.page.evaluate((files) => {
      const all = performance.getEntriesByType("resource");
      return files.map((file) => Math.min(...all.filter(({ name }) => name.endsWith(file)).map(({ startTime }) => startTime)));
    }, parts);
    for (const when of asked) assert.ok(when > ended - 500, `a part was asked for at ${when} ms, the first run ended at ${ended}`);
    const weight = await site.weigh({ without: parts });
    context.diagnostic(`bytes: ${weight.raw} raw, ${weight.brotli} Brotli, ${weight.gzip} gzip`);
    assert.ok(weight.brotli <= brotliMax, `${weight.brotli} bytes of Brotli, ${brotliMax} at most`);
    assert.ok(weight.gzip <= gzipMax, `${weight.gzip} bytes of gzip, ${gzipMax} at most`);
    assert.ok(site.requests.every((request) => request.encoding === "br"));
    visit.assertQuiet();
    await visit.close();
  } finally {
    await site.close();
  }
});

// A call into a part that is not there yet is served by a request for which the browser waits: there may be none.
for (const [id, options] of [["2pc-coordinator-dies", {}], ["2pc-abort-overtakes-prepare", { locale: "zh-CN", viewport: { width: 360, height: 740 } }], ["3pc-all-yes", {}]]) {
  test(`the first run of ${id} needs nothing that is meant for later`, async () => {
    const site = await serve();
    try {
      const visit = await open(browser, `${site.url}#1/${id}`, { reducedMotion: "no-preference", ...options });
      await firstRunEnded(visit.page);
      const all = await visit.page.evaluate(() => performance.getEntriesByType("resource").map(({ name, initiatorType }) => ({ name, initiatorType })));
      assert.deepEqual(all.filter(({ initiatorType }) => initiatorType === "xmlhttprequest"), []);
      visit.assertQuiet();
      await visit.close();
    } finally {
      await site.close();
    }
  });
}

test("whoever follows a link while a run plays gets the parts of its protocol", async () => {
  const site = await serve();
  try {
    const visit = await open(browser, site.url, { reducedMotion: "no-preference" });
    const list = await visit.page.locator("meta[name=faultline-parts]").getAttribute("content");
    const file = (name) => new RegExp(`\\b${name}=([^\\s+]+)`).exec(list)[1];
    await started(visit.page);
    await visit.page.evaluate(() => (location.hash = "1/3pc-all-yes"));
    await visit.page.locator("h1.question").filter({ hasText: /third round/ }).waitFor();
    const asked = await visit.page.evaluate(() => performance.getEntriesByType("resource").map(({ name, initiatorType }) => `${initiatorType} ${name.split("/").pop()}`));
    assert.ok(asked.includes(`fetch ${file("3pc")}`), asked.join("\n"));
    visit.assertQuiet();
    await visit.close();
  } finally {
    await site.close();
  }
});

test("whoever is quicker than the rest of the page does not notice", async () => {
  const site = await serve();
  try {
    const visit = await open(browser, site.url, { reducedMotion: "no-preference" });
    const parts = await laterParts(visit.page);
    for (const part of parts) await visit.page.route(`**/${part}`, (route) => route.abort(), { times: 1 });
    await started(visit.page);
    await visit.page.keyboard.press("?");
    await visit.page.locator("dialog[open]").waitFor();
    await visit.close();
  } finally {
    await site.close();
  }
});

test("a host that does not know WebAssembly's media type serves all of the page", async () => {
  const site = await serve();
  try {
    const visit = await open(browser, `${site.url}index.html`);
    await visit.page.route("**/*.wasm", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "content-type": "application/octet-stream" } });
    });
    await visit.page.reload();
    await started(visit.page);
    await visit.page.mouse.move(40, 40);
    await visit.page.locator("svg.thumbnail").first().waitFor();
    await visit.close();
  } finally {
    await site.close();
  }
});

test("a part that cannot be had is said to be missing", async () => {
  const site = await serve();
  try {
    const visit = await open(browser, site.url, { reducedMotion: "no-preference" });
    for (const part of await laterParts(visit.page)) await visit.page.route(`**/${part}`, (route) => route.abort());
    await started(visit.page);
    await visit.page.keyboard.press("?");
    const alert = visit.page.locator("#failure");
    await alert.waitFor();
    assert.match(await alert.textContent(), /part of the page could not be loaded/);
    await visit.close();
  } finally {
    await site.close();
  }
});

test("a page whose files are missing says so", async () => {
  const site = await serve();
  try {
    const visit = await open(browser, site.url + "index.html", { serviceWorkers: "block" });
    await visit.page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" }));
    await visit.page.reload();
    await assert.rejects(started(visit.page), /could not start/);
    await visit.close();
  } finally {
    await site.close();
  }
});

test("a page that panics says so", async () => {
  const site = await serve();
  try {
    const visit = await open(browser, site.url);
    await started(visit.page);
    await visit.page.evaluate(() => setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); }));
    const alert = visit.page.locator("#failure");
    await alert.waitFor();
    assert.match(await alert.textContent(), /Please reload the page/);
    await visit.close();
  } finally {
    await site.close();
  }
});

test("the name of the worker leads to a worker", async () => {
  const site = await serve();
  try {
    const visit = await open(browser, site.url);
    await started(visit.page);
    const loader = await visit.page.locator("meta[name=faultline-worker]").getAttribute("content");
    assert.match(loader, /^worker-[0-9a-f]{16}\/worker_loader\.js$/);
    await visit.page.evaluate(async (name) => {
      const worker = new Worker(new URL(name, document.baseURI), { type: "module" });
      await new Promise((_, reject) => {
        worker.onerror = (event) => reject(new Error(event.message || "the worker did not load"));
        setTimeout(_, 1000);
      });
    }, loader);
    visit.assertQuiet();
    await visit.close();
  } finally {
    await site.close();
  }
});
