// What a ring of ten providers with 160 virtual nodes each and 10,000 keys costs the main thread: while the run plays, with
// somebody leaving and somebody joining on the way, and while the number of virtual nodes is dragged. Printed, not asserted:
// machines differ. What is asserted is that all of it was there, and that it followed.

import { test } from "node:test";
import assert from "node:assert/strict";
import os from "node:os";
import { laboratory } from "../lib/laboratory.mjs";
import { mouse } from "../lib/mouse.mjs";
import { record, slowDown, tell } from "../lib/record.mjs";
import { browser, site } from "../lib/stage.mjs";

const link =
  "1/load-balancer?algorithm=dubbo-ring&providers=10&standby=1&keys=10000&requests=100&until=1200ms&do=p4@60ms:leave&do=p11@120ms:join&t=0ms";

const points = (page) => page.$$eval(".ring > .scroll tbody tr", (rows) => rows.map((row) => Number(row.querySelector("td").textContent)));
const keys = (page) => page.$$eval(".ring > .scroll tbody tr", (rows) => rows.reduce((sum, row) => sum + Number(row.querySelectorAll("td")[2].textContent), 0));

for (const slowdown of [1, 4]) {
  test(`frames of a ring of 10,000 keys, slowed down ${slowdown} times`, async (context) => {
    const visit = await laboratory(browser, site, link, { reducedMotion: "no-preference", viewport: { width: 1440, height: 1600 } });
    const { page } = visit;
    // Frames are counted by what is asked for in each, and a slider asks for none.
    await page.evaluate(() => {
      const ask = () => requestAnimationFrame(ask);
      ask();
    });
    const session = await page.context().newCDPSession(page);
    await slowDown(session, slowdown);

    const playing = await record(page, async () => {
      await page.locator("#play").click();
      await page.waitForFunction(() => document.querySelector(".ring > .told")?.innerText.startsWith("The last change moved"), null, { timeout: 60_000 });
      await page.waitForTimeout(3_000);
      await page.locator("#play").click();
    });
    assert.equal(await keys(page), 10_000);
    assert.ok((await points(page)).every((count) => count === 0 || count === 160));

    await page.locator("#virtual-nodes").scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelector(".ring .plot polyline")?.points.length === Number(document.querySelector("#virtual-nodes").max) + 1);
    const seen = new Set();
    const dragging = await record(page, async () => {
      const box = await page.locator("#virtual-nodes").boundingBox();
      const y = box.y + box.height / 2;
      const hand = mouse(session);
      await hand.press(box.x + box.width * 0.62, y);
      for (const share of [0.3, 0.8, 0.5, 0.1, 0.95, 0.4, 0.7]) {
        await hand.drag(box.x + box.width * share, y, 20);
        await page.waitForTimeout(60);
        seen.add(Math.max(...(await points(page))));
      }
      await hand.release();
    });
    assert.ok(seen.size >= 6, `the ring followed: ${[...seen].join(", ")}`);
    assert.equal(await keys(page), 10_000);

    tell(context, { playing, dragging });
    context.diagnostic(`machine: ${os.cpus()[0]?.model}, ${os.cpus().length} threads`);
    visit.assertQuiet();
    await visit.close();
  });
}
