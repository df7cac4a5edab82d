// How long a million requests take in the page's worker beside the native build: printed, because machines differ and other
// work slows both down. What is asserted is that both come to the same digest.

import { test } from "node:test";
import assert from "node:assert/strict";
import os from "node:os";
import { faultline } from "../lib/command.mjs";
import { laboratory, section } from "../lib/laboratory.mjs";
import { browser, site } from "../lib/stage.mjs";

const scenario = "load-balancer-smooth";

test("a million requests, natively and in the worker", async (context) => {
  const native = JSON.parse((await faultline("sample", scenario, "--requests", "1000000", "--json")).output);
  const visit = await laboratory(browser, site, `1/${scenario}?t=0ms`);
  const { page } = visit;
  await section(page, "explore");
  await page.locator("input[name=way][value=load]").check();
  await page.locator("#explore-requests").selectOption({ label: "1,000,000 requests" });
  await page.locator("#explore-start").click();
  await page.locator("[data-figure=digest]").waitFor({ timeout: 300_000 });
  const figure = (key) => page.locator(`[data-figure=${key}] dd`).innerText();
  assert.equal(await figure("digest"), native.digest);
  context.diagnostic(`natively: ${native.seconds.toFixed(2)} s, ${native.requests_per_second} requests and ${native.events_per_second} events a second, ${(native.peak_memory_bytes / 1e6).toFixed(1)} MB at most`);
  context.diagnostic(`in the worker: ${await figure("took")}, ${await figure("per-second")} requests a second`);
  context.diagnostic(`machine: ${os.cpus()[0]?.model}, ${os.cpus().length} threads`);
  visit.assertQuiet();
  await visit.close();
});
