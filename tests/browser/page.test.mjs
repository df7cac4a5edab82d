// The page as a host serves it: it starts, complains of nothing, and asks nobody else for anything.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { launch, open, started } from "./lib/browser.mjs";
import { serve } from "./lib/server.mjs";

/**
 * Bytes of everything that is requested until the first run ends untouched: where it must get to, which is printed, and
 * what it weighs today, which it may not exceed.
 */
const brotliGoal = 260_000;
const gzipGoal = 330_000;
const brotliMax = 485_000;
const gzipMax = 620_000;

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

test("what the page loads by itself grows no heavier, and arrives compressed", async (context) => {
  const site = await serve({ compress: true });
  try {
    const visit = await open(browser, site.url);
    await started(visit.page);
    visit.assertQuiet();
    await visit.close();
    assert.ok(site.requests.every((request) => request.encoding === "br"));
    const weight = await site.weigh();
    context.diagnostic(`bytes: ${weight.raw} raw, ${weight.brotli} Brotli, ${weight.gzip} gzip`);
    context.diagnostic(`the goal: ${brotliGoal} Brotli, ${gzipGoal} gzip`);
    assert.ok(weight.brotli <= brotliMax, `${weight.brotli} bytes of Brotli, ${brotliMax} at most`);
    assert.ok(weight.gzip <= gzipMax, `${weight.gzip} bytes of gzip, ${gzipMax} at most`);
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
