// Whole comparisons: measured in the page as on the command line, each number with its run, to link and to embed.

import { test } from "node:test";
import assert from "node:assert/strict";
import { faultline } from "./lib/command.mjs";
import { laboratory, question } from "./lib/laboratory.mjs";
import { visiting } from "./lib/search.mjs";
import { browser, site } from "./lib/stage.mjs";

/** Waits until everything is measured. */
async function measured(page) {
  await page.locator(".measuring", { hasText: "Measured here and now" }).waitFor({ timeout: 120_000 });
}

/** The lines of the command line's tables. */
async function natively(id) {
  const { output } = await faultline("compare", id, "--seeds", "40", "--json");
  return output.trim().split("\n").map((line) => JSON.parse(line));
}

for (const id of ["transactions", "locks", "balancing", "hashing", "sessions"]) {
  test(`the page measures what the command line measures: ${id}`, async (context) => {
    const rows = await natively(id);
    await visiting(`1/compare/${id}`, async (page) => {
      const begun = Date.now();
      await measured(page);
      context.diagnostic(`${rows.length} lines, 40 seeds each: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
      const shown = page.locator("table.compared tbody tr");
      assert.equal(await shown.count(), rows.length);
      const links = await shown.evaluateAll((lines) =>
        lines.map((line) => [...line.querySelectorAll("td.number a")].map((link) => decodeURIComponent(link.hash.slice(1)))),
      );
      const costs = rows.map(({ figures }) => figures.map((figure) => figure?.link).filter(Boolean));
      assert.deepEqual(links.map((line) => line.filter((link) => link.includes("seed="))), costs);
      assert.ok((await page.locator(".lines li").count()) >= rows.length, "and as charts");
    });
  });
}

test("a number opens the run that it comes from", async () => {
  await visiting("1/compare/locks", async (page) => {
    await measured(page);
    const link = page.locator("table.compared td.number a").first();
    const [number, to] = [await link.innerText(), await link.evaluate(({ hash }) => decodeURIComponent(hash.slice(1)))];
    await link.click();
    await page.locator("#flow").waitFor();
    const { output } = await faultline("sample", to, "--seeds", "1", "--json");
    const { costs } = JSON.parse(output);
    const tenths = costs.find(({ measure }) => measure === "messages-per-grant").quantiles.median;
    assert.equal(Number(number), tenths / 10);
    await page.goBack();
    await measured(page);
  });
});

test("a comparison speaks both languages, stands in a frame, and says it where there is none of that name", async () => {
  await visiting("1/compare/transactions?lang=zh&embed=1", async (page) => {
    await page.locator("h1.question", { hasText: "七种做法" }).waitFor();
    await page.locator(".measuring", { hasText: "此刻在本页测得" }).waitFor({ timeout: 120_000 });
    assert.equal(await page.locator("header.bar").count(), 0);
    assert.equal(await page.locator(".passed").count(), 0);
  });
  await visiting("1/compare/sandwiches", async (page) => {
    await page.locator(".trouble", { hasText: "transactions, locks, balancing, hashing, sessions" }).waitFor();
    assert.equal(await page.locator("#mend").inputValue(), "1/compare/sandwiches");
  });
});

test("the table of contents leads to the comparison of a family", async () => {
  const visit = await laboratory(browser, site, "");
  const { page } = visit;
  await page.locator(".contents a", { hasText: "Redis or ZooKeeper" }).click();
  await question(page).filter({ hasText: "Redis or ZooKeeper" }).waitFor();
  visit.assertQuiet();
  await visit.close();
});
