// What a search finds opens beside the visitor's run: played as any run is, its new faults marked, kept or left.

import { test } from "node:test";
import assert from "node:assert/strict";
import { address, section } from "./lib/laboratory.mjs";
import { found, visiting } from "./lib/search.mjs";

const broken = "1/2pc?mistake=prepared-timeout-commit&t=0ms";
const faults = (page) => page.locator(".faults .fault .notation:not(#new-fault)");
const isViolated = (page) => page.locator(".opening", { hasText: "violated" }).waitFor();

test("a break opens beside the run that was asked about, at the step that breaks, with its faults as lines", async () => {
  await visiting(`${broken}&view=explore`, async (page) => {
    const before = await address(page, /mistake/);
    await page.locator("#explore-start").click();
    const trial = await found(page);
    await isViolated(page);
    assert.ok((await trial.locator(".why").innerText()).length > 10, "why, in a sentence");
    const added = await trial.locator(".added li").count();
    assert.ok(added > 0, "the new faults in words");
    assert.equal(await faults(page).count(), added, "each is a line that can be edited");
    assert.equal(await page.locator(".faults .fault .muted", { hasText: "+" }).count(), added + 1, "and marked as new");
    assert.equal(await page.locator(".flow svg.paper").count(), 2, "both runs are drawn");
    assert.ok(Number(await page.locator("#scrubber").inputValue()) > 0, "the pen stands where it breaks");
    assert.equal(await page.evaluate(() => document.activeElement.id), "found-run");
    assert.match(await page.locator("#speech").innerText(), /is violated/);
    assert.equal(await address(page, /mistake/), before, "a run that is only looked at is no page");
  });
});

test("Escape goes back to the run as it was left; opening it again and keeping it makes it the visitor's", async () => {
  await visiting(`${broken}&view=explore`, async (page) => {
    await page.locator("#explore-start").click();
    await found(page);
    await page.keyboard.press("Escape");
    await page.locator(".trial").waitFor({ state: "detached" });
    assert.equal(await page.locator(".flow svg.paper").count(), 1);
    assert.equal(await page.locator("#scrubber").inputValue(), "0");
    assert.equal(await page.locator(".opening", { hasText: "violated" }).count(), 0);

    // The answer still stands there.
    await page.locator("#explore-answer").getByRole("link", { name: "Open beside your run" }).click();
    await found(page);
    await page.locator("#keep-found").click();
    await page.locator(".trial").waitFor({ state: "detached" });
    await isViolated(page);
    const kept = await address(page, /view=faults/);
    assert.match(kept, /(crash|drop)=/);
    await page.locator("#flow").focus();
    await page.keyboard.press("u");
    assert.equal(await page.locator(".opening", { hasText: "violated" }).count(), 0, "undoing leads back");
    await page.keyboard.press("r");
    await isViolated(page);
    await page.goBack();
    await page.locator("#explore-start").waitFor();
    assert.equal(await page.locator(".opening", { hasText: "violated" }).count(), 0);
  });
});

test("a found run is edited as any run is, and left with all that was done to it", async () => {
  await visiting(`${broken}&view=explore`, async (page) => {
    await page.locator("#explore-start").click();
    await found(page);
    const count = await faults(page).count();
    await page.getByRole("button", { name: /^Remove 1$/ }).click();
    await page.waitForFunction((count) => document.querySelectorAll(".faults .fault .notation:not(#new-fault)").length === count - 1, count);
    assert.equal(await page.locator(".opening", { hasText: "violated" }).count(), 0, "no fault can be left out");
    await page.locator("#leave-found").click();
    await page.locator("#explore-start").waitFor();
    await page.locator("#open-faults").click();
    assert.equal(await faults(page).count(), 0);
  });
});

test("whoever goes on meanwhile is not interrupted: the answer waits in its section", async () => {
  await visiting(`${broken}&view=explore`, async (page) => {
    // The search has no time to end between the two.
    await page.evaluate(() => {
      document.querySelector("#explore-start").click();
      document.querySelector(".now-faults button").click();
    });
    await page.locator("#explore-stop:disabled").waitFor();
    await page.locator("#explore-answer").getByRole("link", { name: "Open beside your run" }).waitFor();
    assert.equal(await page.locator(".trial").count(), 0);
  });
});

test("the gallery: one press shows the shortest way in which a mistake breaks", async () => {
  for (const [locale, name] of [["en", "Back to your run"], ["zh-CN", "回到您的运行"]]) {
    await visiting("1/2pc-all-yes?t=0ms&view=explore", async (page) => {
      await page.locator("#explore-prepared-timeout-commit").click();
      const trial = await found(page);
      assert.ok((await trial.locator(".added li").count()) > 1, "the mistake and the faults that bring it out");
      await trial.getByRole("button", { name }).click();
      await section(page, "explore");
      await page.locator(".gallery .found .why").waitFor();
    }, { locale });
  }
});

test("on a phone, both runs are there and nothing scrolls sideways", async () => {
  await visiting(`${broken}&view=explore`, async (page) => {
    await page.locator("#explore-start").click();
    await found(page);
    assert.equal(await page.locator(".flow svg.paper").count(), 2);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `the page is ${wide} px wide`);
    await page.locator("#leave-found").click();
    await page.locator(".trial").waitFor({ state: "detached" });
  }, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
});
