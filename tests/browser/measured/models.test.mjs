// How fast the worker searches reference models beside the native search, and beside Stateright where its benchmark is
// built: `cargo bench --bench stateright --no-run` names the program, FAULTLINE_STATERIGHT leads here. Printed, taken in
// turns, because other work on the machine slows all of them down. The goal is five times Stateright's native speed.

import { test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { faultline } from "../lib/command.mjs";
import { laboratory } from "../lib/laboratory.mjs";
import { browser, site } from "../lib/stage.mjs";

const turns = 3;
const stateright = process.env.FAULTLINE_STATERIGHT;

/** A model with its constants, and what the benchmark calls it. */
const models = [
  { name: "two-phase", constants: { rms: 7 }, benchmark: "two-phase-7" },
  { name: "stateright-paxos", constants: { servers: 3, clients: 3 }, benchmark: "paxos-3" },
];

/** Searches in a worker of its own, as the page makes one. */
function inWorker(page, order) {
  return page.evaluate((text) => {
    const loader = document.querySelector("meta[name=faultline-worker]").content;
    const worker = new Worker(new URL(loader, document.baseURI), { type: "module" });
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message || "the worker failed"));
      worker.onmessage = (event) => {
        if (typeof event.data !== "string") return worker.postMessage(text);
        worker.terminate();
        resolve(event.data);
      };
    });
  }, order);
}

async function natively({ name, constants }) {
  const set = Object.entries(constants).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  const { distinct, generated, seconds } = JSON.parse((await faultline("model", name, ...set, "--threads", "1", "--json")).output);
  return { distinct, generated, seconds };
}

async function byStateright({ benchmark }) {
  const { stdout } = await promisify(execFile)(stateright, ["stateright", benchmark]);
  const [distinct, generated, seconds] = stdout.split(" ").map(Number);
  return { distinct, generated, seconds };
}

for (const model of models) {
  test(`states per second of ${model.benchmark}, in the worker and natively`, async (context) => {
    const visit = await laboratory(browser, site);
    const best = { worker: 0, native: 0, stateright: 0 };
    for (let turn = 0; turn < turns; turn += 1) {
      const native = await natively(model);
      const answer = await inWorker(visit.page, [model.name, ...Object.values(model.constants)].join(" "));
      const [distinct, generated, micros] = answer.split(" ").map(Number);
      assert.deepEqual([distinct, generated], [native.distinct, native.generated]);
      best.native = Math.max(best.native, generated / native.seconds);
      best.worker = Math.max(best.worker, generated / (micros / 1e6));
      if (!stateright) continue;
      const theirs = await byStateright(model);
      assert.deepEqual([theirs.distinct, theirs.generated], [distinct, generated]);
      best.stateright = Math.max(best.stateright, generated / theirs.seconds);
    }
    for (const [who, speed] of Object.entries(best)) {
      if (speed > 0) context.diagnostic(`${who}: ${Math.round(speed)} states a second, ${(best.worker / speed).toFixed(2)} of it in the worker`);
    }
    if (!stateright) context.diagnostic("FAULTLINE_STATERIGHT is not set: Stateright was not measured");
    visit.assertQuiet();
    await visit.close();
  });
}

test("the worker refuses models that there are not", async () => {
  const visit = await laboratory(browser, site);
  for (const order of ["", "raft 3", "two-phase", "two-phase 99", "two-phase many"]) {
    assert.equal(await inWorker(visit.page, order), "", order);
  }
  visit.assertQuiet();
  await visit.close();
});
