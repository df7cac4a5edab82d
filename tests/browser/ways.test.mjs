// The other ways to search: every order without time, many seeds, and the strip under the scrubber.

import { test } from "node:test";
import assert from "node:assert/strict";
import { faultline } from "./lib/command.mjs";
import { section } from "./lib/laboratory.mjs";
import { answered, found, visiting } from "./lib/search.mjs";

const by = (page, way) => page.locator(`input[value=${way}]`).check();

test("every order: the page covers as many states as the command line, and says what that means", async () => {
  const checked = JSON.parse((await faultline("check", "1/2pc?participants=1", "--faults", "crash,drop", "--property", "agreement", "--json")).output);
  await visiting("1/2pc?participants=1&t=0ms&view=explore", async (page) => {
    await by(page, "orders");
    assert.equal(await page.locator("input[value=delay]").count(), 0, "without time there is nothing to delay");
    await page.locator("#explore-start").click();
    const said = await answered(page);
    assert.match(said, /Nothing broke in all runs of \d nodes with at most 2 crashes or lost messages, in whatever order: [\d,]+ states; not a proof beyond that/);
    assert.equal(await page.locator("#speech").innerText(), said);
    const figures = await page.locator("#explore-answer .figures").innerText();
    for (const name of ["States", "States per second", "Depth", "Frontier", "Memory"]) assert.ok(figures.includes(name), name);
    assert.ok((await page.locator("#explore-answer .judged tr").count()) > 0, "a verdict for each property");
    assert.match(await page.locator("#explore-answer").innerText(), /64-bit fingerprints/);
    await page.locator("#explore-property").selectOption({ label: checked.properties[0].title });
    await page.locator("#explore-start").click();
    await answered(page);
    const states = Number((await page.locator("#explore-answer .figures dd").first().innerText()).replaceAll(",", ""));
    assert.equal(states, checked.distinct);
  });
});

test("every order: what is found opens beside the visitor's run", async () => {
  await visiting("1/3pc?participants=2&t=0ms&view=explore", async (page) => {
    await by(page, "orders");
    await page.locator("#explore-number").selectOption({ label: "1 fault" });
    await page.locator("#explore-start").click();
    const trial = await found(page);
    assert.ok((await trial.locator(".added li").count()) > 0);
    await page.locator(".opening", { hasText: "violated" }).waitFor();
  });
});

test("every order: a bound that is used up is named, and a search can be stopped and followed by another", async () => {
  await visiting("1/2pc?participants=3&t=0ms&view=explore", async (page) => {
    await by(page, "orders");
    await page.locator("#explore-states").selectOption({ label: "10,000 states" });
    await page.locator("#explore-start").click();
    assert.match(await answered(page), /used up its states after 10,000 states/);
    await page.locator("#explore-states").selectOption({ label: "100,000,000 states" });
    await page.locator("input[value=restart]").check();
    await page.locator("#explore-start").click();
    await page.locator("#explore-answer .figures").waitFor();
    await page.locator("#explore-stop").click();
    assert.match(await answered(page), /^Stopped after [\d,]+ states/);
    await page.locator("#explore-states").selectOption({ label: "10,000 states" });
    await page.locator("#explore-start").click();
    await page.waitForFunction(() => /used up its states/.test(document.querySelector("#explore-answer .outcome")?.textContent ?? ""));
  });
});

test("many seeds: distributions as charts and as a table, and a share that fails opens the first seed that does", async () => {
  const link = "1/2pc?latency-model=long-tailed&refuse=p2&mistake=reopen-after-abort&until=5s&t=0ms";
  await visiting(`${link}&view=explore`, async (page) => {
    await by(page, "seeds");
    await page.locator("#explore-start").click();
    assert.match(await answered(page), /1,000 seeds: “.+” failed in [\d.]+ % of the runs/);
    const charts = page.locator(".survey .chart");
    assert.ok((await charts.count()) > 0);
    for (const chart of await charts.all()) {
      assert.match(await chart.locator("svg[role=img]").getAttribute("aria-label"), /median/);
      assert.ok((await chart.locator(".bars rect").count()) > 1);
    }
    await page.locator(".survey summary").click();
    assert.ok((await page.locator(".survey .quantiles tbody tr").count()) >= (await charts.count()));
    const open = page.locator(".survey .shares button").first();
    const seed = /seed (\d+)/.exec(await open.innerText())[1];
    await open.click();
    const trial = await found(page);
    await page.locator(".opening", { hasText: "violated" }).waitFor();
    if (seed !== "1") assert.match(await trial.locator(".added").innerText(), new RegExp(`Seed ${seed}`));
  });
});

test("the strip: from each beat on, how few faults suffice; its pieces lead there by key", async () => {
  await visiting("1/2pc?mistake=prepared-timeout-commit&t=0ms&view=explore", async (page) => {
    await page.locator("#explore-strip").click();
    await page.locator(".reach[aria-busy=false]").waitFor({ timeout: 120_000 });
    const pieces = page.locator(".reach .piece");
    const told = await pieces.evaluateAll((all) => all.map((piece) => [piece.getAttribute("aria-label"), piece.textContent]));
    assert.ok(told.length > 1, JSON.stringify(told));
    assert.match(told[0][0], /^From 0.*faults? suffices?$/);
    // The later, the more it takes; and each says so by a sign as well as by its colour.
    const few = told.map(([, sign]) => (sign === "–" ? Infinity : [...sign].filter((mark) => mark === "×").length));
    assert.deepEqual(few, [...few].sort((a, b) => a - b));
    assert.ok(few[0] > 0 && few.at(-1) === Infinity);
    await pieces.last().focus();
    await page.keyboard.press("Enter");
    assert.ok(Number(await page.locator("#scrubber").inputValue()) > 0);
    await section(page, "faults");
    await page.locator("#close-strip").click();
    assert.equal(await page.locator(".reach").count(), 0);
  });
});
