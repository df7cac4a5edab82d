// How fast the worker makes a run beside the native build: printed, taken in turns, because other work on the machine
// slows both down. The goal is half of the native speed.

import { test } from "node:test";
import assert from "node:assert/strict";
import os from "node:os";
import { faultline } from "../lib/command.mjs";
import { laboratory } from "../lib/laboratory.mjs";
import { browser, site } from "../lib/stage.mjs";

const turns = 4;

test("events per second, natively and in the worker", async (context) => {
  let [native, worker] = [0, 0];
  for (let turn = 0; turn < turns; turn += 1) {
    const bench = JSON.parse((await faultline("bench", "--json")).output);
    native = Math.max(native, bench.events_per_second);
    const visit = await laboratory(browser, site, bench.scenario);
    const made = visit.page.locator(".making", { hasText: /events, made in the background/ });
    await made.waitFor({ timeout: 90_000 });
    const told = await made.innerText();
    const [events, took, unit] = /^(\d+) events.* in ([\d.]+)\s*(ms|s)$/.exec(told)?.slice(1) ?? assert.fail(told);
    assert.equal(Number(events), bench.events);
    worker = Math.max(worker, Number(events) / (unit === "s" ? Number(took) : Number(took) / 1_000));
    visit.assertQuiet();
    await visit.close();
    context.diagnostic(`native: ${bench.events_per_second}; worker: ${events} events in ${took} ${unit}`);
  }
  context.diagnostic(`fastest: ${native} natively, ${Math.round(worker)} in the worker, ${(worker / native).toFixed(2)} of it`);
  context.diagnostic(`machine: ${os.cpus()[0]?.model}, ${os.cpus().length} threads`);
});
