// The views beside and below the flow: the table of events stays small in the document, filters and leads; parameters
// explain what is wrong in place; a comparison stands on one axis with what it cost.

import { test } from "node:test";
import assert from "node:assert/strict";
import { open, started } from "./lib/browser.mjs";
import { browser, site } from "./lib/stage.mjs";

/** Opens a link and hands over the page; afterwards nothing may have been complained of. */
async function visiting(link, options, story) {
  const visit = await open(browser, site.url + link, { viewport: { width: 1440, height: 900 }, locale: "en", ...options });
  try {
    await started(visit.page);
    await visit.page.waitForSelector(".section > *");
    await story(visit.page);
    visit.assertQuiet();
  } finally {
    await visit.close();
  }
}

/** Waits until the address has this seed, and no other that begins like it. */
const seeded = (page, seed) =>
  page.waitForFunction((seed) => new RegExp(`[?&]seed=${seed}(&|$)`).test(location.hash), seed);

/** What the table says of itself, and what of it is in the document. */
const table = (page) =>
  page.evaluate(() => {
    const rows = [...document.querySelectorAll(".events tbody tr[aria-rowindex]")];
    return {
      all: Number(document.querySelector(".events table").getAttribute("aria-rowcount")) - 1,
      drawn: rows.length,
      indices: rows.map((row) => Number(row.getAttribute("aria-rowindex"))),
      current: document.querySelector('.events tr[aria-current="step"]')?.textContent,
      inView: (() => {
        const row = document.querySelector('.events tr[aria-current="step"]')?.getBoundingClientRect();
        const box = document.querySelector(".events .scroller").getBoundingClientRect();
        return Boolean(row) && row.top >= box.top && row.bottom <= box.bottom + 1;
      })(),
    };
  });

test("of the table of events only a window is in the document, and the current row is in view", async () => {
  await visiting("#1/2pc-rush?t=1ms&view=events", {}, async (page) => {
    const first = await table(page);
    assert.ok(first.all > 300, `${first.all} events`);
    assert.ok(first.drawn < 80, `${first.drawn} rows in the document`);
    assert.ok(first.inView, "the current row is in view");
    await page.focus(".events .scroller");
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.querySelector('.events tr[aria-current="step"]'));
    await page.waitForTimeout(200);
    const last = await table(page);
    assert.equal(last.indices.at(-1), last.all + 1, "the last row is drawn");
    assert.ok(last.inView, "the current row is in view");
    assert.ok(last.drawn < 80, `${last.drawn} rows in the document`);
  });
});

test("the table filters by node, kind and text, and never sorts", async () => {
  await visiting("#1/2pc-coordinator-dies?t=5ms&view=events", {}, async (page) => {
    const whole = await table(page);
    await page.selectOption(".filters select >> nth=0", { label: "p1" });
    await page.waitForTimeout(100);
    const some = await table(page);
    assert.ok(some.all > 0 && some.all < whole.all, `${some.all} of ${whole.all}`);
    const nodes = await page.$$eval(".events tbody tr[aria-rowindex] td:nth-of-type(2)", (cells) => cells.map((cell) => cell.textContent));
    assert.deepEqual([...new Set(nodes)], ["p1"]);
    const numbers = await page.$$eval(".events tbody tr[aria-rowindex] .go", (cells) => cells.map((cell) => Number(cell.textContent)));
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
    await page.selectOption(".filters select >> nth=0", "");
    await page.fill('.filters input[type="search"]', "CRASH");
    await page.waitForTimeout(100);
    const found = await page.$$eval(".events tbody tr[aria-rowindex]", (rows) => rows.map((row) => row.textContent));
    assert.ok(found.length >= 1 && found.every((row) => row.toLowerCase().includes("crash")), found.join("\n"));
  });
});

test("a row leads to its step, its cause to the step that it follows from", async () => {
  await visiting("#1/2pc-all-yes?t=1ms&view=events", {}, async (page) => {
    await page.click('.events tr[aria-rowindex="11"] td:nth-of-type(3)');
    await page.waitForFunction(() => document.querySelector('.events tr[aria-current="step"] .go')?.textContent === "10");
    const cause = await page.textContent('.events tr[aria-current="step"] .cause');
    await page.click('.events tr[aria-current="step"] .cause');
    await page.waitForFunction(
      (cause) => document.querySelector('.events tr[aria-current="step"] .go')?.textContent === cause,
      cause,
    );
  });
});

test("what is no value is explained in place and changes nothing; a value changes the run", async () => {
  await visiting("#1/2pc-all-yes?t=1ms&view=parameters", {}, async (page) => {
    const before = await page.evaluate(() => location.hash);
    await page.fill("#parameter-participants", "99").catch(() => page.fill(".parameter input >> nth=2", "99"));
    await page.keyboard.press("Tab");
    const said = await page.textContent(".parameter .wrong");
    assert.match(said, /from \d+ to \d+/);
    assert.equal(await page.getAttribute('.parameter [aria-invalid="true"]', "type"), "text");
    assert.equal(await page.evaluate(() => location.hash), before, "the run is as it was");
    await page.fill("#parameter-seed", "42");
    await page.keyboard.press("Tab");
    await seeded(page, "42");
    // What the button draws is left to no chance: a draw that begins with 42 was taken for the old seed.
    await page.evaluate(() => (Math.random = () => 0.42));
    await page.click(".parameter .button");
    await seeded(page, "42000");
    assert.equal(await page.inputValue("#parameter-seed"), "42000");
    await page.click(".parameter .button");
    await seeded(page, "42001");
  });
});

test("the panels beside the flow are whole, however many there are: nothing of one is squeezed away by the next", async () => {
  await visiting("#1/load-balancer-ring-loses-a-provider?t=400ms&view=events", { viewport: { width: 1440, height: 700 } }, async (page) => {
    await page.waitForSelector(".beside > .loads");
    await page.waitForSelector(".beside > .ring");
    const rows = await page.evaluate(() => [...document.querySelectorAll(".beside > .loads tbody th")].map((head) => head.firstChild.textContent));
    assert.deepEqual(rows, ["p1", "p2", "p3", "p4"]);
    const squeezed = await page.evaluate(() =>
      [...document.querySelectorAll(".beside > section")]
        .filter((panel) => panel.scrollHeight > panel.clientHeight + 1)
        .map((panel) => `${panel.className}: ${panel.clientHeight} of ${panel.scrollHeight} px`),
    );
    assert.deepEqual(squeezed, []);
  });
});

test("a comparison stands on one axis, marks the first difference and says what each cost", async () => {
  await visiting("#1/2pc-coordinator-dies?t=5ms&view=compare", {}, async (page) => {
    await page.click(".compare .choose .button");
    await page.waitForSelector(".compare .side:nth-of-type(2) .paper");
    await page.waitForFunction(() => location.hash.includes("compare="));
    const ticks = await page.$$eval(".compare .side", (sides) =>
      sides.map((side) => [...side.querySelectorAll(".ruler text")].map((tick) => tick.textContent).join(" ")),
    );
    assert.equal(ticks.length, 2);
    assert.equal(ticks[0], ticks[1], "the same instants stand on both rulers");
    const pens = await page.$$eval(".compare .side .pen", (pens) => pens.map((pen) => pen.getAttribute("transform")));
    assert.equal(pens[0], pens[1], "the pens stand together");
    const costs = await page.$$eval(".measures tbody tr", (rows) => rows.map((row) => row.children.length));
    assert.deepEqual(costs, Array(9).fill(3), "nine costs of two runs");
    assert.match(await page.textContent(".compare .first"), /differ|same/);
  });
});

for (const width of [320, 820, 1440]) {
  test(`at ${width} px no view makes the page scroll sideways`, async () => {
    for (const view of ["events", "parameters", "topology", "modelled", "compare"]) {
      await visiting(`#1/2pc-lock-queue?t=3ms&view=${view}`, { viewport: { width, height: 800 }, locale: "zh-CN" }, async (page) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${view}: ${wide} px`);
      });
    }
  });
}
