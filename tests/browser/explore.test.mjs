// Asking whether a run can still go wrong: what is covered is said, the search can be stopped, and the worker is not
// fetched before somebody asks. What is found is `found.test.mjs`'s.

import { test } from "node:test";
import assert from "node:assert/strict";
import { laboratory, press, section } from "./lib/laboratory.mjs";
import { answered, visiting } from "./lib/search.mjs";
import { browser, site } from "./lib/stage.mjs";

const asksForWorker = (request) => /worker/.test(new URL(request).pathname);

test("a correct protocol, asked from the start: nothing breaks, and what was covered is said", async () => {
  await visiting("1/2pc-all-yes?t=0ms", async (page, visit) => {
    await section(page, "explore");
    await page.locator("#explore-start").waitFor();
    assert.deepEqual(visit.requests.filter(asksForWorker), [], "the worker was fetched before it was needed");
    await page.locator("input[value=start]").check();
    await page.locator("#explore-start").click();
    const said = await answered(page);
    assert.match(said, /Nothing broke in [\d,]+ runs with at most 2 crashes or lost messages; not a proof beyond that; not searched: restarts/);
    assert.ok(visit.requests.some(asksForWorker), "the worker searched");
    assert.equal(await page.locator("#speech").innerText(), said);
    assert.ok(await page.locator("#explore-more").isVisible(), "one fault more is offered");
  });
});

test("a search is stopped at once, and another can follow", async () => {
  await visiting("1/2pc-all-yes?t=0ms&view=explore", async (page) => {
    for (const kind of ["restart", "delay", "twice", "cut", "pause"]) await page.locator(`input[value=${kind}]`).check();
    await page.locator("#explore-number").selectOption({ label: "5 faults together" });
    await page.locator("#explore-start").click();
    await page.locator("#explore-answer .figures").waitFor();
    await page.locator("#explore-stop").click();
    assert.match(await answered(page), /^Stopped after/);
    await page.locator("#explore-number").selectOption({ label: "1 fault" });
    for (const kind of ["restart", "delay", "twice", "cut", "pause"]) await page.locator(`input[value=${kind}]`).uncheck();
    await page.locator("#explore-start").click();
    await page.waitForFunction(() => /Nothing broke/.test(document.querySelector("#explore-answer")?.textContent));
  });
});

test("by keys alone: the button beneath the flow asks from the instant on screen and leads to the answer", async () => {
  await visiting("1/2pc-all-yes?t=0ms", async (page) => {
    await press(page, "ArrowRight", "ArrowRight", "ArrowRight");
    await page.locator("#explore-from-here").focus();
    await page.keyboard.press("Enter");
    await answered(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), "explore-answer");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "explore-more");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => /at most 3 crashes/.test(document.querySelector("#explore-answer .outcome")?.textContent ?? ""), null, { timeout: 120_000 });
  });
});

test("where no worker can be had the page searches itself, each way", async () => {
  const visit = await laboratory(browser, site, "1/");
  try {
    const { page } = visit;
    await page.addInitScript(() => delete window.Worker);
    await page.goto(`${site.url}?again#1/2pc?participants=1&t=0ms&view=explore`);
    await page.locator("#explore-number").selectOption({ label: "1 fault" });
    for (const way of ["faults", "orders"]) {
      await page.locator(`input[value=${way}]`).check();
      await page.locator("#explore-start").click();
      assert.match(await answered(page), /Nothing broke/, way);
    }
    await page.locator("input[value=seeds]").check();
    await page.locator("#explore-seeds").selectOption({ label: "100 seeds" });
    await page.locator("#explore-start").click();
    assert.match(await answered(page), /100 seeds: no property failed/);
    assert.deepEqual(visit.requests.filter(asksForWorker), []);
  } finally {
    await visit.close();
  }
});

test("a frame shows none of it, and neither does a run that may not be broken", async () => {
  for (const link of ["1/2pc-all-yes?embed=1&t=0ms", "1/2pc-all-yes?readonly=1&t=0ms&view=explore"]) {
    await visiting(link, async (page) => {
      assert.equal(await page.locator("#explore-from-here, #open-explore, .explore").count(), 0, link);
    });
  }
});
