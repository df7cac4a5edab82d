// What playing and scrubbing cost the main thread, for runs of 1,000, 10,000 and 100,000 events. Printed, not asserted:
// machines differ. What is asserted is that each sample shows the step that was asked for, with the marks of the trace
// as the command line has it, so that an empty or stale picture cannot pass.

import { test } from "node:test";
import assert from "node:assert/strict";
import os from "node:os";
import { faultline } from "../lib/command.mjs";
import { laboratory } from "../lib/laboratory.mjs";
import { mouse } from "../lib/mouse.mjs";
import { LOOKS, paces, percentile, rateFor, record, slowDown, tell } from "../lib/record.mjs";
import { serve } from "../lib/server.mjs";
import { browser, site } from "../lib/stage.mjs";

/** About so many events each: 21 an order. */
const runs = [[1_000, 48], [10_000, 476], [100_000, 4_762]];

/** For each event of a run, how many messages had been sent before it and how many with it: messages are numbered so. */
async function messagesOf(link) {
  const { output } = await faultline("run", link, "--json");
  const sent = [];
  let count = 0;
  for (const line of output.trim().split("\n")) {
    const { event, effects } = JSON.parse(line);
    if (event === undefined) continue;
    const before = count;
    count += effects.filter(({ what }) => what === "send").length;
    sent[event] = { before, after: count };
  }
  return sent;
}

/** So many events around the step must be on the paper with all of their messages. */
const around = 10;

/** Asserts that the drawn marks are the trace's: no message near the step is missing, and none between two drawn ones. */
function assertDrawn(sent, event, drawn) {
  const near = { from: sent[Math.max(0, event - around)].before, to: sent[Math.min(sent.length - 1, event + around)].after };
  const there = new Set(drawn);
  for (let message = near.from; message < near.to; message += 1) {
    assert.ok(there.has(message), `message ${message} is not drawn at event ${event}`);
  }
  const last = Math.max(...drawn);
  for (let message = near.from; message <= last; message += 1) {
    assert.ok(there.has(message), `message ${message} is missing among those drawn up to ${last}`);
  }
  assert.ok(last < sent.at(-1).after, `message ${last} is drawn and not in the trace`);
}

/** Where the scrubber is dragged to, one after the other. */
const shares = [0.1, 0.35, 0.2, 0.8, 0.6, 0.95, 0.4, 0.5];

/** Waits for another step than the one that was told, with all of it drawn. */
async function otherStep(page, was) {
  const step = await page.waitForFunction((was) => {
    const told = document.querySelector(".transport .now").textContent;
    const [step, of] = told.match(/[\d,]+ of [\d,]+/)[0].split(" of ").map((text) => Number(text.replaceAll(",", "")));
    const { drawn } = document.querySelector("#flow svg.paper").dataset;
    return told !== was && Number(drawn) === step - 1 ? { told, step, of } : null;
  }, was);
  return step.jsonValue();
}

/**
 * The step that each of the shares stands for, found by one press for each: a drag passes others on its way, and may be
 * seen at one of them.
 */
async function stepsOf(page, { x, y, width }) {
  const steps = [];
  let was = await page.locator(".transport .now").textContent();
  for (const share of shares) {
    await page.mouse.click(x + width * share, y);
    steps.push(await otherStep(page, was));
    was = steps.at(-1).told;
  }
  return steps;
}

/**
 * Waits, in the page itself, for one event after the other to be drawn: how many milliseconds lie between the last input
 * at the scrubber and the picture of it, and its words; what is seen then is in `samples`, the last of which waits for the
 * words of the last event. It looks in tasks of its own, which are marked: a test that asked at every frame would measure
 * itself.
 */
function watch({ awaited, looks }) {
  const waits = { drawn: [], written: [] };
  const seen = awaited.map(() => Promise.withResolvers());
  const worded = Promise.withResolvers();
  Object.assign(window, { waits, samples: [...seen, worded].map(({ promise }) => promise) });
  const asked = {};
  let next = 0;
  const ask = ({ timeStamp }) => Object.assign(asked, { drawn: timeStamp, written: timeStamp });
  document.querySelector("#scrubber").addEventListener("input", ask, { capture: true });
  const look = (place) => {
    performance.mark(looks);
    const { value, max } = document.querySelector("#scrubber");
    const marks = [...document.querySelectorAll("#flow .gone [data-message], #flow .ahead [data-message]")];
    const messages = marks.flatMap((mark) => mark.dataset.message.split(" ").map(Number));
    const { drawn } = document.querySelector("#flow svg.paper").dataset;
    const told = document.querySelector(".transport .now").textContent;
    seen[place].resolve({ drawn, told, at: Number(value) / Number(max), messages });
  };
  new MutationObserver((changes) => {
    const { dataset } = changes.at(-1).target;
    for (const what of ["drawn", "written"]) {
      // Words come after their marks.
      const event = awaited[what === "drawn" ? next : next - 1];
      if (asked[what] === undefined || dataset[what] !== String(event)) continue;
      waits[what].push(performance.now() - asked[what]);
      delete asked[what];
      if (what === "drawn") setTimeout(look, 0, next++);
      else if (next === awaited.length) worded.resolve();
    }
  }).observe(document.querySelector("#flow"), { subtree: true, attributeFilter: ["data-drawn", "data-written"] });
}

/** What was seen when the event at this place among the awaited ones had been drawn. */
const sample = (page, place) =>
  page.evaluate((place) => {
    const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`sample ${place} was not drawn in 30 s`)), 30_000));
    return Promise.race([window.samples[place], late]);
  }, place);

/**
 * How much the page is slowed down, with the rate that the browser is told. Told 4, it takes some five times as long to lay
 * out words: once more with the rate at which it is four times.
 */
const slowdowns = [
  ["not slowed down", () => 1],
  ["slowed down at a rate of 4", () => 4],
  ["slowed down about 4 times in fact", (page, session) => rateFor(page, session, 4)],
];

for (const [events, orders] of runs) {
  for (const [slowdown, find] of slowdowns) {
    test(`frames of a run of ${events} events, ${slowdown}`, async (context) => {
      const link = `1/2pc?orders=${orders}&at-once=32&rows=64&until=100000s&t=0ms`;
      const visit = await laboratory(browser, site, link, { reducedMotion: "no-preference" });
      const { page } = visit;
      if (events > 20_000) await page.locator(".making", { hasText: /events, made in the background/ }).waitFor({ timeout: 90_000 });
      const session = await page.context().newCDPSession(page);
      const rate = await find(page, session);
      const { unhindered, slowed, factor } = await paces(page, session, rate);

      const playing = await record(page, async () => {
        const from = Number(await page.locator("#scrubber").inputValue());
        await page.locator("#play").click();
        await page.waitForTimeout(3_000);
        await page.locator("#play").click();
        assert.ok(Number(await page.locator("#scrubber").inputValue()) > from, "the pen did not move");
      });

      const sent = await messagesOf(link);
      const box = await page.locator("#scrubber").boundingBox();
      const row = { x: box.x, y: box.y + box.height / 2, width: box.width };
      const steps = await stepsOf(page, row);
      await page.evaluate(watch, { awaited: steps.map(({ step }) => step - 1), looks: LOOKS });
      await slowDown(session, rate);
      const dragging = await record(page, async () => {
        const hand = mouse(session);
        await hand.press(row.x + 10, row.y);
        for (const [place, share] of shares.entries()) {
          const { told, step, of } = steps[place];
          await hand.drag(row.x + row.width * share, row.y, 3);
          // The scrubber stands where it was dragged to, the step beside it is one of the run's and all of it is drawn.
          const seen = await sample(page, place);
          assert.equal(seen.told, told);
          assert.equal(seen.drawn, String(step - 1));
          assert.ok(Math.abs(seen.at - share) < 0.1, `asked for ${share}, the scrubber stands at ${seen.at}: ${told}`);
          assert.ok(step >= 1 && step <= of && of === sent.length, told);
          assertDrawn(sent, step - 1, seen.messages);
        }
        await sample(page, shares.length);
        await hand.release();
      });
      const waits = await page.evaluate(() => window.waits);

      tell(context, { playing, dragging });
      for (const [what, all] of [["step", waits.drawn], ["words on it", waits.written]]) {
        all.sort((a, b) => a - b);
        context.diagnostic(`from input to the ${what}: median ${percentile(all, 0.5).toFixed(0)} ms, worst ${all.at(-1)?.toFixed(0)} ms`);
      }
      const times = `${slowed.toFixed(1)} ms: ${factor.toFixed(1)} times`;
      context.diagnostic(`a fixed piece of work: ${unhindered.toFixed(1)} ms, at a rate of ${rate.toFixed(1)} ${times}`);
      context.diagnostic(`machine: ${os.cpus()[0]?.model}, ${os.cpus().length} threads`);
      visit.assertQuiet();
      await visit.close();
    });
  }
}

test("the first run is running soon on a slow phone", async (context) => {
  const packed = await serve({ compress: true });
  const visitor = await browser.newContext();
  const page = await visitor.newPage();
  const session = await visitor.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1_000_000) / 8,
    uploadThroughput: (0.75 * 1_000_000) / 8,
  });
  await slowDown(session, 4);
  const asked = performance.now();
  await page.goto(packed.url, { waitUntil: "commit" });
  await page.locator("#scrubber").waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => Number(document.querySelector("#scrubber").value) > 0, null, { timeout: 60_000 });
  context.diagnostic(`the pen moves ${((performance.now() - asked) / 1_000).toFixed(1)} s after the visit began (4× slowdown, 1.6 Mbit/s, 150 ms)`);
  await visitor.close();
  await packed.close();
});
