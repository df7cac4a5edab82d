// The look, held by the boxes that the browser itself makes: at every beat of three runs, at three widths and in both
// languages, no words of the flow overlap, none is cut off, none is small; and while a run plays nothing on the page jumps.

import { test } from "node:test";
import assert from "node:assert/strict";
import { open } from "./lib/browser.mjs";
import { laboratory, press } from "./lib/laboratory.mjs";
import { browser, site } from "./lib/stage.mjs";

const runs = ["2pc-coordinator-dies", "2pc-partition-in-phase-two", "3pc-between-two-pre-commits"];
const viewports = [{ width: 360, height: 740 }, { width: 820, height: 1100 }, { width: 1440, height: 900 }];

/** No run of these has more beats: whoever steps more often is not getting anywhere. */
const beatsMax = 80;

/** What is wrong with the words on the screen, in sentences. Boxes of fonts are taller than their letters. */
function complaints() {
  const [slack, slackAcross] = [1, 4];
  const told = [];
  const words = (selector) =>
    [...document.querySelectorAll(selector)].map((element) => ({ element, text: element.textContent, box: element.getBoundingClientRect() }));
  const within = (box, frame) =>
    box.left >= frame.left - slack && box.right <= frame.right + slack && box.top >= frame.top - slackAcross && box.bottom <= frame.bottom + slackAcross;
  for (const [group, frame] of [["#flow .words text", "#flow svg.over"], ["#flow svg.ruler text", "#flow svg.ruler"]]) {
    const all = words(group);
    // What clips is the viewport of the inner svg, not the box of what is in it.
    const [root, clip] = [document.querySelector("#flow svg.paper").getBoundingClientRect(), document.querySelector(frame)];
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(clip.getAttribute(name)));
    const edge = { left: root.left + x, top: root.top + y, right: root.left + x + width, bottom: root.top + y + height };
    for (const { text, box } of all) if (!within(box, edge)) told.push(`“${text}” is cut off`);
    all.forEach((one, index) => {
      for (const other of all.slice(index + 1)) {
        const along = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const across = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (along > slack && across > slackAcross) told.push(`“${one.text}” lies over “${other.text}”`);
      }
    });
  }
  for (const element of document.querySelectorAll("body *")) {
    const speaks = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!speaks || element.closest(".unseen, noscript") || !element.checkVisibility({ visibilityProperty: true })) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 13) told.push(`“${element.textContent.trim().slice(0, 40)}” is ${size} px`);
  }
  // Cells of tables and the caption hold what they say.
  for (const element of document.querySelectorAll(".narration, .rows th, .rows td")) {
    if (element.checkVisibility() && element.scrollWidth > element.clientWidth + slack) told.push(`“${element.textContent}” does not fit`);
  }
  return told;
}

const drawn = (page) => page.locator("#flow svg.paper").getAttribute("data-written");

for (const id of runs) {
  for (const viewport of viewports) {
    test(`words stand apart and whole at every beat: ${id} at ${viewport.width} px`, async (context) => {
      for (const locale of ["en", "zh-CN"]) {
        const visit = await laboratory(browser, site, `1/${id}?t=0ms`, { viewport, locale });
        const { page } = visit;
        const wrong = [];
        let [beats, words] = [0, 0];
        for (let before = null; beats < beatsMax; beats += 1) {
          await page.locator("#flow svg.paper[data-written]").waitFor();
          const at = await drawn(page);
          if (at === before) break;
          before = at;
          wrong.push(...(await page.evaluate(complaints)).map((complaint) => `event ${at}, ${locale}: ${complaint}`));
          words += await page.locator("#flow .words text, #flow svg.ruler text").count();
          await press(page, "Shift+ArrowRight");
        }
        assert.ok(beats > 3 && beats < beatsMax, `${beats} beats`);
        assert.ok(words > beats, `only ${words} words in ${beats} beats`);
        context.diagnostic(`${locale}: ${beats} beats`);
        assert.deepEqual(wrong, []);
        visit.assertQuiet();
        await visit.close();
      }
    });
  }
}

for (const viewport of [viewports[0], viewports[2]]) {
  test(`nothing jumps while a run plays at ${viewport.width} px`, async () => {
    const visit = await open(browser, `${site.url}#1/2pc-abort-overtakes-prepare`, { viewport, reducedMotion: "no-preference" });
    const { page } = visit;
    await page.locator("#flow svg.paper[data-written]").waitFor();
    await page.evaluate(() => {
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) {
          window.shifts.push(...shift.sources.map(({ node }) => node?.parentElement?.outerHTML.slice(0, 120) ?? "a text"));
        }
      }).observe({ type: "layout-shift" });
    });
    await page.waitForFunction(() => !/Pause/.test(document.querySelector("#play").ariaLabel), null, { timeout: 60_000 });
    assert.deepEqual(await page.evaluate(() => window.shifts), []);
    visit.assertQuiet();
    await visit.close();
  });
}
