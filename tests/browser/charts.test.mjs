// Charts over virtual time: they stand on the scrubber's axis, move the pen and follow it, and say in words and tables what
// they draw. A load test goes on in the worker, tells how far it is, is stopped at once, and comes to what it comes to natively.

import { test } from "node:test";
import assert from "node:assert/strict";
import { faultline } from "./lib/command.mjs";
import { laboratory, section } from "./lib/laboratory.mjs";
import { answered, visiting } from "./lib/search.mjs";
import { browser, site } from "./lib/stage.mjs";

const scenario = "load-balancer-crash-passive-check";
const ids = ["requests", "in-flight", "queue", "latency", "fairness"];

/** The charts on the screen, each with what its lines come to at the pen. */
const charts = (page) =>
  page.locator(".section .timed").evaluateAll((all) =>
    all.map((chart) => ({
      id: chart.dataset.chart,
      told: chart.querySelector(".hand")?.getAttribute("aria-valuetext"),
      values: Object.fromEntries(
        [...chart.querySelectorAll(".value")].map((value) => [value.querySelector("dt").innerText.trim(), value.querySelector("dd").innerText]),
      ),
    })),
  );

/** Where the pen stands in a chart and on the scrubber, in pixels from the left of the window. */
const places = (page) =>
  page.evaluate(() => {
    const middle = (element) => {
      const box = element.getBoundingClientRect();
      return box.left + box.width / 2;
    };
    // The scrubber's mark stands where the box that moves it begins.
    return { scrubber: document.querySelector(".scrubber .pen").getBoundingClientRect().left, charts: [...document.querySelectorAll(".timed .now")].map(middle) };
  });

test("every chart stands on the scrubber's axis, at its pixel where there is room, and follows the pen", async () => {
  await visiting(`1/${scenario}?t=0ms&view=charts`, async (page) => {
    await page.locator(".timed").first().waitFor();
    assert.deepEqual((await charts(page)).map((chart) => chart.id), ids);
    for (const key of ["End", "ArrowLeft", "Home", "Shift+ArrowRight", "ArrowRight", "ArrowRight"]) {
      await page.locator("#scrubber").focus();
      await page.keyboard.press(key);
      await page.waitForTimeout(150);
      const { scrubber, charts } = await places(page);
      assert.equal(charts.length, ids.length);
      for (const chart of charts) assert.ok(Math.abs(chart - scrubber) <= 1.5, `${key}: ${chart} beside ${scrubber}`);
    }
  }, { viewport: { width: 1440, height: 900 } });
});

test("what is written beside the lines is what the panel of loads counts", async () => {
  await visiting("1/load-balancer-round-robin-slow-node?t=100ms&view=charts", async (page) => {
    await page.locator(".timed").first().waitFor();
    const loads = await page.locator(".loads tbody tr").evaluateAll((rows) =>
      rows.map((row) => [row.querySelector("th").innerText.trim(), ...[...row.querySelectorAll("td.number")].map((cell) => cell.innerText)]),
    );
    assert.equal(loads.length, 3);
    const [, flying, waiting] = await charts(page);
    for (const [name, , inFlight, queued] of loads) {
      assert.equal(flying.values[name], inFlight, `${name} in flight`);
      assert.equal(waiting.values[name], queued, `${name} waiting`);
    }
    assert.ok(Object.values(flying.values).some((value) => value !== "0"), "nothing is in flight at that instant");
  }, { viewport: { width: 1440, height: 900 } });
});

test("a press in a chart moves the pen there, and its keys step as the scrubber's do", async () => {
  await visiting(`1/${scenario}?t=0ms&view=charts`, async (page) => {
    const chart = page.locator('.timed[data-chart="latency"]');
    const hand = chart.locator(".hand");
    await hand.scrollIntoViewIfNeeded();
    const box = await hand.boundingBox();
    const now = () => page.locator(".transport .now").innerText();
    const before = await now();
    await page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2);
    await page.waitForFunction((before) => document.querySelector(".transport .now").innerText !== before, before);
    const { scrubber, charts: all } = await places(page);
    assert.ok(Math.abs(all[3] - (box.x + box.width * 0.6)) < 40, `the pen stands at ${all[3]}, pressed at ${box.x + box.width * 0.6}`);
    assert.ok(Math.abs(scrubber - all[3]) <= 1.5);
    const step = async (key) => {
      const [number] = /\d+/.exec(await now());
      await page.keyboard.press(key);
      await page.waitForTimeout(100);
      return Number(/\d+/.exec(await now())[0]) - Number(number);
    };
    assert.equal(await step("ArrowRight"), 1);
    assert.equal(await step("ArrowLeft"), -1);
    assert.match(await hand.getAttribute("aria-label"), /^Latency · /);
    assert.match(await hand.getAttribute("aria-valuetext"), /ms, p99 .+, p95 .+, p50 /);
  }, { viewport: { width: 1440, height: 900 } });
});

test("the same numbers stand in tables for whoever asks", async () => {
  await visiting(`1/${scenario}?t=0ms&view=charts`, async (page) => {
    await page.locator("#charts-tables").waitFor();
    assert.equal(await page.locator(".over-time").count(), 0);
    await page.locator("#charts-tables").focus();
    await page.keyboard.press("Enter");
    await page.locator(".over-time").first().waitFor();
    assert.equal(await page.locator(".over-time").count(), ids.length);
    const last = await page.locator(".over-time").first().locator("tbody tr").last().locator("td").allInnerTexts();
    await page.locator("#scrubber").focus();
    await page.keyboard.press("End");
    await page.waitForTimeout(200);
    assert.deepEqual(last, Object.values((await charts(page))[0].values));
  });
});

test("keys that move are drawn against as few as could; a run without charts has no such section", async () => {
  await visiting("1/load-balancer-modulo-loses-a-provider?view=charts", async (page) => {
    await page.locator("#scrubber").focus();
    await page.keyboard.press("End");
    await page.waitForTimeout(200);
    const { values } = (await charts(page)).find((chart) => chart.id === "keys-moved");
    assert.ok(Number(values.moved) > Number(values.ideal) && Number(values.ideal) > 0, JSON.stringify(values));
  });
  await visiting("1/2pc-all-yes?t=0ms", async (page) => {
    await page.locator("#open-events").waitFor();
    assert.equal(await page.locator("#open-charts").count(), 0);
  });
});

test("charts have room at every width, in both languages", async () => {
  for (const [width, locale] of [[320, "en"], [390, "zh-CN"], [820, "en"], [1440, "zh-CN"]]) {
    await visiting("1/load-balancer-ring-gains-a-provider?t=200ms&view=charts", async (page) => {
      await page.locator(".timed").first().waitFor({ state: "attached" });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${width}: ${wide} px too wide`);
      const clipped = await page.locator(".timed .value, .timed figcaption > *").evaluateAll((all) =>
        all.filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.innerText),
      );
      assert.deepEqual(clipped, [], `${width}`);
      const overlaps = await page.locator(".timed .written").evaluateAll((rows) =>
        rows.flatMap((row) => {
          const boxes = [...row.querySelectorAll("text")].map((text) => text.getBoundingClientRect()).filter((box) => box.width > 0);
          return boxes.slice(1).filter((box, place) => box.left < boxes[place].right).map(() => row.closest("figure").dataset.chart);
        }),
      );
      assert.deepEqual(overlaps, [], `${width}: instants overlap`);
    }, { viewport: { width, height: 800 }, locale });
  }
});

/** Chooses a load test of so many requests, and begins it. */
async function begin(page, requests) {
  await section(page, "explore");
  await page.locator("input[name=way][value=load]").check();
  await page.locator("#explore-requests").selectOption({ label: `${requests} requests` });
  await page.locator("#explore-start").click();
}

const settled = async (page) => Number((await page.locator("[data-figure=settled] dd").innerText()).replaceAll(",", ""));

test("a million requests go on in the worker, say how far they are, and are stopped at once", async () => {
  await visiting(`1/${scenario}?t=0ms`, async (page) => {
    await begin(page, "1,000,000");
    await page.locator("[data-figure=settled]").waitFor();
    const first = await settled(page);
    await page.waitForFunction(
      (first) => Number(document.querySelector("[data-figure=settled] dd")?.innerText.replaceAll(",", "")) > first,
      first,
    );
    const progress = page.locator(".load-test progress");
    assert.equal(await progress.getAttribute("max"), "1000000");
    assert.ok(Number(await progress.getAttribute("value")) > 0);
    assert.match(await page.locator("[data-figure=per-second] dd").innerText(), /^[\d,]+$/);
    const pressed = Date.now();
    await page.locator("#explore-stop").click();
    assert.match(await answered(page), /^Stopped after [\d,]+ of 1,000,000 requests$/);
    assert.ok(Date.now() - pressed < 2_000, "it was not stopped at once");
    const stopped = await settled(page);
    await page.waitForTimeout(500);
    assert.equal(await settled(page), stopped, "it went on");
    assert.ok(stopped < 1_000_000);
    assert.equal(await page.locator(".load-test progress").count(), 0);
  });
});

/** A time as it is written, in microseconds. */
function micros(written) {
  const [, number, unit] = /^([\d.]+) (µs|ms|s)$/.exec(written) ?? assert.fail(written);
  return Math.round(Number(number) * { "µs": 1, ms: 1_000, s: 1_000_000 }[unit]);
}

test("a load test comes to the same in the page as natively, to the last figure", async () => {
  const native = JSON.parse((await faultline("sample", scenario, "--requests", "10000", "--json")).output);
  await visiting(`1/${scenario}?t=0ms`, async (page) => {
    await begin(page, "10,000");
    assert.equal(await answered(page), "10,000 requests, all answered or failed");
    assert.equal(await page.locator("[data-figure=digest] dd").innerText(), native.digest);
    assert.equal(await settled(page), native.requests);
    const shown = Object.fromEntries(
      await page.locator(".came-to tr").evaluateAll((rows) => rows.map((row) => [row.dataset.figure, row.querySelector("td").innerText])),
    );
    assert.deepEqual(Object.keys(shown), native.figures.map((figure) => figure.measure));
    for (const { measure, unit, value } of native.figures) {
      if (unit === "count") assert.equal(shown[measure].replaceAll(",", ""), String(value), measure);
      if (unit === "us") assert.equal(micros(shown[measure]), value, measure);
      if (unit === "thousandths") assert.equal(shown[measure], (value / 1_000).toFixed(3), measure);
    }
    const drawn = await charts(page);
    assert.deepEqual(drawn.map((chart) => chart.id), native.charts.map((chart) => chart.chart));
    for (const line of native.charts[0].series) assert.equal(drawn[0].values[line.name.en].replaceAll(",", ""), String(line.points.at(-1)[1]));
  });
});

test("no link begins a load test, and a run that may not be broken offers none", async () => {
  await visiting(`1/${scenario}?t=0ms&view=explore`, async (page, visit) => {
    await page.locator("#explore-start").waitFor();
    await page.waitForTimeout(500);
    assert.deepEqual(visit.requests.filter((request) => /worker/.test(new URL(request).pathname)), []);
  });
  await visiting(`1/${scenario}?readonly=1&t=0ms&view=explore`, async (page) => {
    assert.equal(await page.locator("input[value=load]").count(), 0);
  });
});

test("where no worker can be had the page itself carries a load test out", async () => {
  const visit = await laboratory(browser, site, "1/");
  try {
    const { page } = visit;
    await page.addInitScript(() => delete window.Worker);
    await page.goto(`${site.url}?again#1/${scenario}?t=0ms`);
    await begin(page, "10,000");
    assert.equal(await answered(page), "10,000 requests, all answered or failed");
  } finally {
    await visit.close();
  }
});
