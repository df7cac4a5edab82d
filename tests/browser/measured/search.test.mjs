// What a search leaves of the page's frames, and how long the visitor's question takes: printed, because machines differ
// and other work slows both down. What is asserted is that no task of the main thread is a long one meanwhile, by the
// processor's time: the search is elsewhere.

import { test } from "node:test";
import assert from "node:assert/strict";
import os from "node:os";
import { faultline } from "../lib/command.mjs";
import { laboratory } from "../lib/laboratory.mjs";
import { percentile, record } from "../lib/record.mjs";
import { answered } from "../lib/search.mjs";
import { browser, site } from "../lib/stage.mjs";

const frameMillis = 1_000 / 60;
/** What browsers call a long task. */
const longTaskMillis = 50;
const machine = `machine: ${os.cpus()[0]?.model}, ${os.cpus().length} threads`;

/** The pauses between the frames of so many milliseconds, as the page is given them. */
const frames = (page, millis) =>
  page.evaluate(
    (millis) =>
      new Promise((resolve) => {
        const [begun, pauses] = [performance.now(), []];
        let before = null;
        const frame = (now) => {
          if (before !== null) pauses.push(now - before);
          before = now;
          if (now - begun < millis) requestAnimationFrame(frame);
          else resolve(pauses.sort((a, b) => a - b));
        };
        requestAnimationFrame(frame);
      }),
    millis,
  );

test("frames while the worker searches, and without", async (context) => {
  const visit = await laboratory(browser, site, "1/2pc?participants=3&t=0ms&view=explore");
  const { page } = visit;
  await page.locator("input[value=orders]").check();
  await page.locator("input[value=restart]").check();
  await page.locator("#explore-states").selectOption({ label: "10,000,000 states" });
  const quiet = await frames(page, 3_000);
  await page.locator("#explore-start").click();
  await page.locator("#explore-answer .figures").waitFor();
  let searching;
  const { busiest } = await record(page, async () => {
    searching = await frames(page, 3_000);
  });
  assert.ok(!(await page.locator("#explore-stop").isDisabled()), "the search was over before it was measured");
  await page.locator("#explore-stop").click();
  for (const [name, pauses] of Object.entries({ quiet, searching })) {
    const missed = pauses.filter((pause) => pause > 1.5 * frameMillis).length;
    context.diagnostic(
      `${name}: ${pauses.length} frames in 3 s, ${missed} late; pauses at the median ${percentile(pauses, 0.5).toFixed(1)} ms, ` +
        `99th percentile ${percentile(pauses, 0.99).toFixed(1)} ms`,
    );
  }
  context.diagnostic(`the longest task of the main thread while searching: ${busiest.toFixed(1)} ms of the processor's time; the goal is under ${frameMillis.toFixed(1)} ms`);
  context.diagnostic(machine);
  assert.ok(busiest < longTaskMillis, `a task of the main thread took ${busiest.toFixed(1)} ms`);
  visit.assertQuiet();
  await visit.close();
});

test("correct two-phase commit, three participants, up to two crashes, restarts and lost messages", async (context) => {
  const visit = await laboratory(browser, site, "1/2pc?participants=3&t=0ms&view=explore");
  const { page } = visit;
  await page.locator("input[value=start]").check();
  await page.locator("input[value=restart]").check();
  const native = JSON.parse((await faultline("explore", "1/2pc?participants=3", "--faults", "crash,restart,drop", "--json")).output);
  const taken = [];
  for (let turn = 0; turn < 3; turn += 1) {
    taken.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const [stop, begun] = [document.querySelector("#explore-stop"), performance.now()];
            const watch = new MutationObserver(() => {
              if (!stop.disabled) return;
              watch.disconnect();
              resolve(performance.now() - begun);
            });
            // It can be pressed while the search goes on, and not before and after.
            watch.observe(stop, { attributeFilter: ["disabled"] });
            document.querySelector("#explore-start").click();
          }),
      ),
    );
    assert.match(await answered(page), /Nothing broke in [\d,]+ runs with at most 2 crashes, restarts or lost messages/);
  }
  context.diagnostic(`from the press to the answer: ${taken.map((millis) => `${(millis / 1_000).toFixed(2)} s`).join(", ")}; the goal is under 2 s`);
  context.diagnostic(`natively just before: ${native.seconds.toFixed(2)} s`);
  context.diagnostic(machine);
  visit.assertQuiet();
  await visit.close();
});
