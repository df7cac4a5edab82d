// A worker that runs out of memory, or dies: that is said, and the next question gets a fresh one.

import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { laboratory } from "./lib/laboratory.mjs";
import { answered } from "./lib/search.mjs";
import { dist, filesIn, serve } from "./lib/server.mjs";
import { browser } from "./lib/stage.mjs";

const pageBytes = 64 * 1024;

function readNumber(bytes, at) {
  let [value, shift] = [0, 0];
  for (;;) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    shift += 7;
    if (byte < 0x80) return [value, at];
  }
}

function writeNumber(value) {
  const bytes = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low | 0x80 : low);
  } while (value > 0);
  return bytes;
}

/** A module whose memory may grow by so many bytes and no more, as on a device that has no more to give. */
function starved(wasm, growBytes) {
  for (let at = 8; at < wasm.length; ) {
    const [length, start] = readNumber(wasm, at + 1);
    if (wasm[at] === 5) {
      const [count, flags] = readNumber(wasm, start);
      assert.ok(count === 1 && wasm[flags] === 0, "one memory, without a limit of its own");
      const [least] = readNumber(wasm, flags + 1);
      const memory = [1, 1, ...writeNumber(least), ...writeNumber(least + Math.ceil(growBytes / pageBytes))];
      return Buffer.concat([wasm.subarray(0, at + 1), Buffer.from([...writeNumber(memory.length), ...memory]), wasm.subarray(start + length)]);
    }
    at = start + length;
  }
  throw new Error("The module has no memory.");
}

/** A site whose worker is another one. */
async function siteWith(change) {
  const worker = (await filesIn(dist)).find((file) => /worker.*\.wasm$/.test(file));
  return serve({ files: { [`/${worker}`]: change(await readFile(join(dist, worker))) } });
}

test("a worker that gets no more memory dies; that is said, and a fresh one answers the next question", async () => {
  const site = await siteWith((wasm) => starved(wasm, 6 * 1024 * 1024));
  const visit = await laboratory(browser, site, "1/2pc?participants=3&t=0ms&view=explore");
  try {
    const { page } = visit;
    await page.locator("input[value=orders]").check();
    await page.locator("#explore-states").selectOption({ label: "100,000,000 states" });
    await page.locator("input[value=restart]").check();
    await page.locator("#explore-start").click();
    const said = await answered(page);
    assert.match(said, /ended without an answer.*no more memory/);
    assert.equal(await page.locator("#speech").innerText(), said);
    assert.ok(visit.complaints.length > 0 && visit.complaints.every((told) => /unreachable|memory|allocation|Aborted/i.test(told)), visit.complaints.join("\n"));

    await page.locator("input[value=faults]").check();
    await page.locator("input[value=restart]").uncheck();
    await page.locator("#explore-number").selectOption({ label: "1 fault" });
    await page.locator("#explore-start").click();
    assert.match(await answered(page), /Nothing broke/);
    assert.equal(site.requests.filter(({ path }) => /worker.*\.wasm$/.test(path)).length, 2, "the worker was fetched again");
  } finally {
    await visit.close();
    await site.close();
  }
});

test("a budget of memory that is used up is an answer: the same worker goes on", async () => {
  const site = await serve();
  const visit = await laboratory(browser, site, "1/2pc?participants=8&t=0ms&view=explore");
  try {
    const { page } = visit;
    await page.locator("input[value=orders]").check();
    await page.locator("#explore-states").selectOption({ label: "100,000,000 states" });
    await page.locator("#explore-memory").selectOption({ label: "16 MB of memory" });
    for (const kind of ["restart", "twice"]) await page.locator(`input[value=${kind}]`).check();
    await page.locator("#explore-start").click();
    assert.match(await answered(page), /used up its memory after [\d,]+ states/);
    await page.locator("#explore-states").selectOption({ label: "10,000 states" });
    await page.locator("#explore-start").click();
    assert.match(await answered(page), /used up its states after 10,000 states/);
    assert.equal(site.requests.filter(({ path }) => /worker.*\.wasm$/.test(path)).length, 1);
    visit.assertQuiet();
  } finally {
    await visit.close();
    await site.close();
  }
});
