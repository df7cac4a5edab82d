// Asking whether a run can still go wrong: what is covered is said, what is found opens, the search can be stopped, and
// the worker is not fetched before somebody asks.

import { test } from "node:test";
import assert from "node:assert/strict";
import { address, laboratory, press, section } from "./lib/laboratory.mjs";
import { browser, site } from "./lib/stage.mjs";

/** Opens a link for one story; afterwards nothing may have been complained of. */
async function visiting(link, story, options = {}) {
  const visit = await laboratory(browser, site, link, options);
  try {
    await story(visit.page, visit);
    visit.assertQuiet();
  } finally {
    await visit.close();
  }
}

const answer = (page) => page.locator("#explore-answer");

/** The answer's sentence, once the search has ended. */
async function answered(page) {
  const sentence = answer(page).locator(".outcome");
  await page.waitForFunction(() => document.querySelector("#explore-stop")?.disabled && document.querySelector("#explore-answer .outcome"));
  return sentence.innerText();
}

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

test("a mistake is found out, and what was found opens as a run of its own that shows it violated", async () => {
  await visiting("1/2pc?mistake=prepared-timeout-commit&t=0ms&view=explore", async (page) => {
    await page.locator("#explore-start").click();
    assert.match(await answered(page), /is violated/);
    const faults = await answer(page).locator(".added li").count();
    assert.ok(faults > 0, "faults in words");
    assert.ok((await answer(page).locator(".why").innerText()).length > 10, "why, in a sentence");
    await answer(page).getByRole("link", { name: "Open this run" }).click();
    const link = await address(page, /view=faults/);
    assert.match(link, /[?&]t=/);
    assert.equal(await page.locator(".faults .fault .notation:not(#new-fault)").count(), faults);
    await page.locator(".opening", { hasText: "violated" }).waitFor();
    await page.goBack();
    await page.locator("#explore-start").waitFor();
  });
});

test("a search is stopped at once, and another can follow", async () => {
  await visiting("1/2pc-all-yes?t=0ms&view=explore", async (page) => {
    for (const kind of ["restart", "delay", "twice", "cut", "pause"]) await page.locator(`input[value=${kind}]`).check();
    await page.locator("#explore-number").selectOption("5");
    await page.locator("#explore-start").click();
    await page.locator("#explore-answer .figures").waitFor();
    await page.locator("#explore-stop").click();
    assert.match(await answered(page), /^Stopped after/);
    await page.locator("#explore-number").selectOption("1");
    for (const kind of ["restart", "delay", "twice", "cut", "pause"]) await page.locator(`input[value=${kind}]`).uncheck();
    await page.locator("#explore-start").click();
    await page.waitForFunction(() => /Nothing broke/.test(document.querySelector("#explore-answer")?.textContent));
  });
});

test("by keys alone: the button beneath the flow asks from the instant on screen and leads to the answer", async () => {
  await visiting("1/2pc?mistake=prepared-timeout-commit&t=0ms", async (page) => {
    await press(page, "ArrowRight", "ArrowRight", "ArrowRight");
    await page.locator("#explore-from-here").focus();
    await page.keyboard.press("Enter");
    await answered(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), "explore-answer");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Open this run");
    await page.keyboard.press("Enter");
    await address(page, /view=faults/);
    await page.locator(".opening", { hasText: "violated" }).waitFor();
  });
});

test("the gallery: one press shows the shortest way in which a mistake breaks", async () => {
  await visiting("1/2pc-all-yes?t=0ms&view=explore", async (page) => {
    await page.locator("#explore-prepared-timeout-commit").click();
    const found = page.locator(".gallery .found");
    await found.locator(".why").waitFor();
    assert.ok((await found.locator(".added li").count()) > 0);
    await found.getByRole("link", { name: "Open this run" }).click();
    await address(page, /mistake=prepared-timeout-commit/);
    await page.locator(".opening", { hasText: "violated" }).waitFor();
  });
});

test("where no worker can be had the page searches itself", async () => {
  const without = async (page) => page.addInitScript(() => delete window.Worker);
  const visit = await laboratory(browser, site, "1/");
  try {
    await without(visit.page);
    await visit.page.goto(`${site.url}?again#1/2pc-all-yes?t=0ms&view=explore`);
    await visit.page.locator("#explore-number").selectOption("1");
    await visit.page.locator("#explore-start").click();
    assert.match(await answered(visit.page), /Nothing broke/);
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
