// A visitor's story: watch, break, undo, change, share; with the pointer and by keys alone.

import { test } from "node:test";
import assert from "node:assert/strict";
import { address, apply, copied, laboratory, narration, press, question, section } from "./lib/laboratory.mjs";
import { browser, site } from "./lib/stage.mjs";

const granted = { permissions: ["clipboard-read", "clipboard-write"] };

test("the first run plays by itself and rests where everybody is blocked", async () => {
  const visit = await laboratory(browser, site, "", { reducedMotion: "no-preference" });
  const { page } = visit;
  const before = await page.locator("#scrubber").inputValue();
  await page.waitForFunction((was) => document.querySelector("#scrubber").value !== was, before);
  await page.locator("#play", { has: page.locator("svg") }).waitFor();
  assert.ok((await page.locator(".now-faults button").count()) === 3);
  visit.assertQuiet();
  await visit.close();
});

test("play, step, step back, jump and scrub move the pen", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=0ms");
  const { page } = visit;
  await press(page, "Home");
  const first = await narration(page);
  await press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight");
  const sixth = await narration(page);
  assert.notEqual(sixth, first);
  await press(page, "ArrowLeft", "ArrowRight");
  assert.equal(await narration(page), sixth);
  await press(page, "End");
  const last = await narration(page);
  assert.notEqual(last, sixth);
  const scrubber = page.locator("#scrubber");
  const box = await scrubber.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const middle = Number(await scrubber.inputValue());
  assert.ok(middle > 0 && middle < Number(await scrubber.getAttribute("max")), `scrubbed to ${middle}`);
  await page.locator("#play").click();
  await page.waitForFunction(() => {
    const at = document.querySelector("#scrubber");
    return Number(at.value) >= Number(at.max) * 0.98;
  });
  visit.assertQuiet();
  await visit.close();
});

/** At every frame from now on, in the page itself: the widest strip without paper in the flow's view, and where the pen is. */
function watchPaper() {
  window.watched = { frames: 0, widest: 0, places: [] };
  const gap = (side) => {
    const from = document.querySelector("#flow svg.paper").getBoundingClientRect().left + Number(side.getAttribute("x"));
    const to = from + Number(side.getAttribute("width"));
    const pieces = [...side.querySelectorAll(".moving > g > g")].map((piece) => piece.getBoundingClientRect());
    let covered = from;
    let widest = 0;
    for (const { left, right } of pieces.sort((a, b) => a.left - b.left)) {
      widest = Math.max(widest, Math.min(left, to) - covered);
      covered = Math.max(covered, right);
    }
    return Math.max(widest, to - covered);
  };
  const look = () => {
    watched.frames += 1;
    watched.widest = Math.max(watched.widest, ...[...document.querySelectorAll("#flow .gone, #flow .ahead")].map(gap));
    const place = document.querySelector("#flow .gone > .moving").getAttribute("transform");
    if (watched.places.at(-1) !== place) watched.places.push(place);
    requestAnimationFrame(look);
  };
  look();
}

test("however far and fast the pen is dragged, no blank paper is seen", async () => {
  const link = "1/2pc?orders=48&at-once=32&rows=64&until=100000s&t=0ms";
  const visit = await laboratory(browser, site, link, { reducedMotion: "no-preference" });
  const { page } = visit;
  const box = await page.locator("#scrubber").boundingBox();
  const y = box.y + box.height / 2;
  const drawn = () => page.waitForFunction(() => document.querySelector("#flow svg.paper").dataset.written !== undefined);
  // Beyond the first leap, so that the paper before the run's first event is out of view.
  await page.mouse.click(box.x + box.width * 0.2, y);
  await drawn();
  await page.evaluate(watchPaper);
  await page.mouse.move(box.x + box.width * 0.2, y);
  await page.mouse.down();
  for (const share of [0.8, 0.3, 0.55, 0.5, 0.85, 0.25]) await page.mouse.move(box.x + box.width * share, y, { steps: 12 });
  await page.mouse.up();
  await drawn();
  const { frames, widest, places } = await page.evaluate(() => window.watched);
  assert.ok(frames > 20, `only ${frames} frames were looked at`);
  assert.ok(places.length > 6, `the paper went to ${places.length} places only`);
  assert.ok(widest < 4, `${widest} px of the view were blank`);
  visit.assertQuiet();
  await visit.close();
});

test("a key pressed right after the pen was led somewhere goes on from there", async () => {
  // Long enough that what can be seen there is not known at once: until then the page has only heard of the old place.
  const link = "1/2pc?orders=476&at-once=32&rows=64&until=100000s&t=0ms";
  const visit = await laboratory(browser, site, link, { reducedMotion: "no-preference" });
  const { page } = visit;
  const box = await page.locator("#scrubber").boundingBox();
  await page.mouse.click(box.x + box.width * 0.2, box.y + box.height / 2);
  await page.waitForFunction(() => document.querySelector("#flow svg.paper").dataset.written !== undefined);
  const steps = await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const step = () => Number(document.querySelector(".transport .now").textContent.match(/[\d,]+/)[0].replaceAll(",", ""));
    const [scrubber, before] = [document.querySelector("#scrubber"), step()];
    scrubber.value = String(Number(scrubber.max) * 0.7);
    scrubber.dispatchEvent(new InputEvent("input", { bubbles: true }));
    // The page has asked for this frame too, and before.
    await frame();
    const led = step();
    document.querySelector("#flow").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
    await frame();
    return { before, led, after: step() };
  });
  assert.ok(steps.led > 2 * steps.before, `the pen went from ${steps.before} to ${steps.led}`);
  assert.equal(steps.after, steps.led + 1);
  const drawn = String(steps.after - 1);
  await page.waitForFunction((drawn) => document.querySelector("#flow svg.paper").dataset.written === drawn, drawn);
  visit.assertQuiet();
  await visit.close();
});

test("a crash by pointing blocks the databases, and the link replays it elsewhere", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=1ms", granted);
  const { page } = visit;
  // The pen stands at the coordinator's receipt of the order; walk to where it has collected every vote.
  await press(page, ...Array(9).fill("ArrowRight"));
  await press(page, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown");
  await apply(page, /^Crash/);
  const link = await address(page, /crash=c@/);
  assert.match(link, /^#1\/2pc/);
  await section(page, "faults");
  assert.equal(await page.locator(".faults .fault .notation").first().inputValue().then((text) => text.startsWith("crash=c@")), true);
  await press(page, "End");
  const standing = await page.locator(".verdict-line, .standing, .opening").first().innerText();
  assert.match(standing, /doubt|answer/i);
  await page.locator("#share").click();
  const shared = await copied(page);
  assert.match(shared, /digest=[0-9a-f]{8}/);
  assert.ok(shared.length < 2_000);
  visit.assertQuiet();
  await visit.close();

  const colleague = await laboratory(browser, site, shared.split("#")[1]);
  assert.equal(await colleague.page.locator(".warning").count(), 0, "the link replays to another end");
  await press(colleague.page, "End");
  assert.equal(await colleague.page.locator(".verdict-line, .standing, .opening").first().innerText(), standing);
  colleague.assertQuiet();
  await colleague.close();
});

test("undo takes an edit back and redo makes it again", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=1ms");
  const { page } = visit;
  await press(page, "ArrowRight");
  await page.locator(".now-faults button").first().click();
  await address(page, /crash|drop|cut|power|pause/);
  await press(page, "u");
  await address(page, /2pc-all-yes(\?t=[^&]*)?$/);
  await press(page, "r");
  await address(page, /crash|drop|cut|power|pause/);
  visit.assertQuiet();
  await visit.close();
});

const byPointing = [
  ["Lose power", /power=/],
  ["Pause", /pause=/],
  ["Cut it off", /cut=/],
  ["Let nothing out", /oneway=/],
  ["Slow its links", /slow=/],
  ["ahead", /jump=.*\+30s/],
  ["run 10 % fast", /rate=.*\+100000/],
];
for (const [name, written] of byPointing) {
  test(`a node can be broken by pointing: ${name}`, async () => {
    const visit = await laboratory(browser, site, "1/2pc-all-yes?t=2ms");
    await press(visit.page, "ArrowRight", "ArrowDown", "ArrowUp");
    await apply(visit.page, name);
    await address(visit.page, written);
    visit.assertQuiet();
    await visit.close();
  });
}

const messages = [
  ["Lose it", /drop=/],
  ["Delay it by 4", /delay=/],
  ["Deliver it twice", /twice=/],
];
for (const [name, written] of messages) {
  test(`an arrow can be broken by clicking on it: ${name}`, async () => {
    const visit = await laboratory(browser, site, "1/2pc-all-yes?t=6ms");
    const { page } = visit;
    await clickDatagram(page);
    await page.locator(".popover").waitFor();
    const item = page.locator("[role=menuitem]", { hasText: name }).first();
    await item.hover();
    await page.locator(".popover .said", { hasText: /\S/ }).waitFor();
    await item.click();
    await address(page, written);
    visit.assertQuiet();
    await visit.close();
  });
}

/** Clicks an arrow between the coordinator's lifeline and the first database's: a datagram, which can be lost. */
async function clickDatagram(page) {
  const box = await page.locator("#flow").boundingBox();
  for (let x = 180; x < 400; x += 12) {
    await page.mouse.click(box.x + x, box.y + box.height * 0.38);
    if ((await page.locator(".popover").count()) === 0) continue;
    if ((await page.locator("[role=menuitem]", { hasText: "Lose it" }).count()) > 0) return;
    await page.keyboard.press("Escape");
  }
  assert.fail("no datagram was hit");
}

test("parameters change the run, and what is no value is refused in place", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=1ms");
  const { page } = visit;
  await section(page, "parameters");
  const field = page.locator("#parameter-participants");
  await field.fill("99");
  await field.press("Enter");
  await page.locator(".parameters .wrong", { hasText: /\S/ }).first().waitFor();
  await field.fill("5");
  await field.press("Enter");
  await address(page, /participants=5/);
  await page.locator("#flow").getByText("p5").first().waitFor();
  visit.assertQuiet();
  await visit.close();
});

test("a fault can be typed, and a wrong one says what is wrong", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=1ms&view=faults");
  const { page } = visit;
  await page.locator("#new-fault").fill("crash=zz@1ms");
  await page.locator("#new-fault").press("Enter");
  await page.locator("#new-fault-problem", { hasText: "zz" }).waitFor();
  await page.locator("#new-fault").fill("crash=p2@3ms");
  await page.locator("#new-fault").press("Enter");
  await address(page, /crash=p2@3ms/);
  visit.assertQuiet();
  await visit.close();
});

test("language and theme change everything at once and stay in the next visit", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=1ms");
  const { page } = visit;
  await page.locator("#language").click();
  await question(page).filter({ hasText: /\p{Script=Han}/u }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hans");
  assert.match(await narration(page), /\p{Script=Han}/u);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.locator("#theme").click();
  if ((await ground()) === light) await page.locator("#theme").click();
  assert.notEqual(await ground(), light);
  await page.reload();
  await question(page).filter({ hasText: /\p{Script=Han}/u }).waitFor();
  assert.notEqual(await ground(), light);
  visit.assertQuiet();
  await visit.close();
});

test("compare puts the same faults under the other protocol, with what each cost", async () => {
  const visit = await laboratory(browser, site, "1/2pc-coordinator-dies?view=compare");
  const { page } = visit;
  await section(page, "compare");
  const choice = page.locator("#section select, #section button").first();
  if ((await choice.evaluate((element) => element.tagName)) === "SELECT") await choice.selectOption({ index: 1 });
  else await choice.click();
  await page.locator("#section table", { hasText: /Messages/i }).waitFor();
  visit.assertQuiet();
  await visit.close();
});

test("searching the contents by typing finds a scenario", async () => {
  const visit = await laboratory(browser, site);
  const { page } = visit;
  await page.locator("#search").fill("heuristic");
  await page.waitForFunction(() => document.querySelectorAll("a.entry").length < 12);
  const found = page.locator("a.entry").first();
  const asked = await found.locator(".asks").innerText();
  await found.click();
  await question(page).filter({ hasText: asked }).waitFor();
  await page.goBack();
  await page.locator("#search").waitFor();
  visit.assertQuiet();
  await visit.close();
});

test("what the contents lead to is seen from its top, and the way back leads to where one was", async () => {
  const visit = await laboratory(browser, site);
  const { page } = visit;
  await page.locator("a.entry").nth(12).scrollIntoViewIfNeeded();
  const left = await page.evaluate(() => scrollY);
  assert.ok(left > 200, `the contents stand ${left} px down`);
  await page.locator("a.entry").nth(12).click();
  await page.locator("a.entry").first().waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => scrollY), 0);
  // That page is too short to be scrolled as far.
  const shorter = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(shorter < left - 200, `it can be scrolled by ${shorter} px`);
  await page.goBack();
  await page.waitForFunction((left) => Math.abs(scrollY - left) < 200, left);
  visit.assertQuiet();
  await visit.close();
});

test("the whole story by keys alone: open, crash, verdict, share", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=1ms", granted);
  const { page } = visit;
  const reach = async (selector) => {
    for (let presses = 0; presses < 80; presses += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab never reaches ${selector}`);
  };
  await reach("#flow");
  for (let step = 0; step < 6; step += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  // The popover takes the focus: keys pressed before that are the flow's.
  await page.locator(".popover [role=menuitem]:focus").waitFor();
  for (let down = 0; down < 20; down += 1) {
    const name = await page.evaluate(() => document.activeElement?.innerText ?? "");
    if (/^Crash/.test(name)) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await address(page, /crash=/);
  await page.keyboard.press("End");
  await page.keyboard.press("?");
  await page.locator("#help-title").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#help-title").waitFor({ state: "hidden" });
  await page.evaluate(() => document.activeElement?.blur());
  await reach("#share");
  await page.keyboard.press("Enter");
  // The panel puts the focus on what it copies.
  await page.locator("#copy:focus").waitFor();
  await page.keyboard.press("Enter");
  await page.locator("dialog.sharing [role=status]", { hasText: "Copied" }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /crash=.*digest=/);
  await page.keyboard.press("Escape");
  await page.locator("dialog.sharing").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "share");
  visit.assertQuiet();
  await visit.close();
});
