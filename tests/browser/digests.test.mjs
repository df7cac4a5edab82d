// The same scenario is the same run, to the last byte, natively and in the browser; old links say what became of them.

import { test } from "node:test";
import assert from "node:assert/strict";
import { faultline } from "./lib/command.mjs";
import { follow, laboratory, question } from "./lib/laboratory.mjs";
import { browser, site } from "./lib/stage.mjs";

test("every scenario of the catalogue has its native digest here", async (context) => {
  const { output } = await faultline("list", "--json");
  const entries = JSON.parse(output);
  assert.ok(entries.length >= 30, `only ${entries.length} scenarios`);
  const visit = await laboratory(browser, site, `1/${entries[0].id}`);
  for (const { id, question: asked } of entries) {
    const run = await faultline("run", id, "--json");
    assert.equal(run.code, 0, `${id}: ${run.complaint}`);
    const { digest } = JSON.parse(run.output.trim().split("\n").at(-1));
    const short = digest.slice(0, 8);
    await follow(visit.page, `1/${id}?digest=${short}`);
    await question(visit.page).filter({ hasText: asked.en }).waitFor();
    assert.equal(await visit.page.locator(".warning").count(), 0, `${id} ends differently in the browser`);
    // The same check with another digest must speak up: silence above is no accident.
    const wrong = ((parseInt(short, 16) ^ 1) >>> 0).toString(16).padStart(8, "0");
    await follow(visit.page, `1/${id}?digest=${wrong}`);
    await visit.page.locator(".warning").waitFor();
  }
  visit.assertQuiet();
  await visit.close();
  context.diagnostic(`${entries.length} scenarios`);
});

test("the worker's build ends a long run as the native one does", async (context) => {
  const link = "1/2pc?orders=2000&at-once=32&rows=64&until=100000s";
  const run = await faultline("run", link, "--json");
  const { digest, events } = JSON.parse(run.output.trim().split("\n").at(-1));
  assert.ok(events > 20_000, `${events} events are not a long run`);
  const visit = await laboratory(browser, site, `${link}&digest=${digest.slice(0, 8)}`);
  const made = visit.page.locator(".making", { hasText: /events, made in the background/ });
  await made.waitFor({ timeout: 60_000 });
  context.diagnostic(await made.innerText());
  assert.match(await made.innerText(), new RegExp(`^${events} events`));
  assert.equal(await visit.page.locator(".warning").count(), 0);
  await visit.page.locator("#flow").focus();
  await visit.page.keyboard.press("End");
  // The scene at the end comes from the worker: its ledger is the run's, not the beginning's.
  await visit.page.waitForFunction(() => /as it must be/.test(document.querySelector(".beside")?.textContent ?? ""));
  visit.assertQuiet();
  await visit.close();
});

const broken = [
  ["2/2pc", /version/i],
  ["1/2pd", /2pd/],
  ["1/2pc?crash=c@12", /crash|12/],
  ["1/2pc?participants=99", /participants/],
  ["1/2pc?drop=c:comit.1:p1", /comit/],
  ["1/2pc?" + "crash=c@1ms&".repeat(400), /fault|parts|256/i],
  ["1/2pc?seed=" + "9".repeat(70_000), /long|64/i],
  ["1/2pc?%ff%fe%00", /./],
  ["🙂", /./],
];
for (const [link, says] of broken) {
  test(`a broken link says what is wrong: ${link.slice(0, 40)}`, async () => {
    const visit = await laboratory(browser, site, "1/2pc-all-yes");
    await follow(visit.page, link);
    const trouble = visit.page.locator(".trouble");
    await trouble.waitFor();
    assert.match(await trouble.innerText(), says);
    assert.ok((await visit.page.evaluate(() => location.hash)).length > 2, "the address was lost");
    assert.ok((await visit.page.locator("#mend").inputValue()).length > 0, "the editor is empty");
    visit.assertQuiet();
    await visit.close();
  });
}
