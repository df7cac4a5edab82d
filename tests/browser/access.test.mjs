// Everybody can use it: axe finds nothing serious, targets are large enough, nothing scrolls sideways at 320 px, and
// nothing moves for those who want less motion.

import { test } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { laboratory, press } from "./lib/laboratory.mjs";
import { browser, site } from "./lib/stage.mjs";

const pages = {
  front: "",
  scenario: "1/2pc-coordinator-dies",
  violated: "1/2pc-heuristic",
  events: "1/2pc-all-yes?view=events",
  faults: "1/2pc-coordinator-dies?view=faults",
  parameters: "1/3pc?view=parameters",
  topology: "1/2pc-all-yes?view=topology&t=3ms",
  charts: "1/load-balancer-ring-loses-a-provider?view=charts&t=200ms",
  explore: "1/2pc-all-yes?view=explore",
  compare: "1/2pc-coordinator-dies?compare=3pc",
  modelled: "1/2pc?view=modelled",
  comparison: "1/compare/locks",
  trouble: "1/nowhere",
  embed: "1/2pc-coordinator-dies?embed=1",
};

for (const [name, link] of Object.entries(pages)) {
  test(`axe finds nothing serious: ${name}`, async () => {
    for (const colorScheme of ["light", "dark"]) {
      const visit = await laboratory(browser, site, link, { colorScheme });
      const { violations } = await new AxeBuilder({ page: visit.page }).analyze();
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
      assert.deepEqual(told, []);
      visit.assertQuiet();
      await visit.close();
    }
  });

  test(`nothing scrolls sideways at 320 px, and targets can be hit: ${name}`, async () => {
    for (const [width, least, hasTouch] of [[320, 44, true], [1440, 24, false]]) {
      const visit = await laboratory(browser, site, link, { viewport: { width, height: 740 }, hasTouch, isMobile: hasTouch });
      const { page } = visit;
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `the page is ${wide} px wide in a window of ${width}`);
      const small = await page.evaluate((least) => {
        const inline = (element) => getComputedStyle(element).display === "inline";
        return [...document.querySelectorAll("button, a[href], input, select, textarea, summary, [role=menuitem]")]
          .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
          .filter((element) => !element.closest("[aria-hidden=true], .unseen, .skip") && element.tabIndex >= 0)
          .filter((element) => !inline(element))
          // A box to tick is pressed through its label too.
          .map((element) => element.matches("label input[type=checkbox], label input[type=radio]") ? element.closest("label") : element)
          .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 120) }))
          .filter(({ box }) => box.width > 0 && (box.height < least - 0.5 || box.width < Math.min(least, 24) - 0.5))
          .map(({ box, html }) => `${box.width.toFixed(0)}×${box.height.toFixed(0)} ${html}`);
      }, least);
      assert.deepEqual(small, [], `targets under ${least} px at ${width} px`);
      await visit.close();
    }
  });
}

test("where a property breaks, the paper tears in 480 ms", async () => {
  const visit = await laboratory(browser, site, "1/2pc-heuristic", { reducedMotion: "no-preference" });
  const { page } = visit;
  await press(page, "Home");
  const tears = () => page.evaluate(() =>
    document.getAnimations().filter((animation) => animation.animationName === "tear")
      .map((animation) => [animation.effect.getTiming().duration, animation.effect.target.closest(".gone") !== null]));
  let seen = [];
  for (let step = 0; step < 200 && seen.length === 0; step += 1) {
    await press(page, "ArrowRight");
    seen = await tears();
  }
  assert.deepEqual(seen, [[480, true]]);
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.animationName !== "tear"));
  await press(page, "ArrowLeft", "ArrowLeft");
  assert.deepEqual(await tears(), []);
  await visit.close();
});

test("no animation runs when less motion is wanted", async () => {
  const visit = await laboratory(browser, site, "1/2pc-heuristic");
  const { page } = visit;
  await page.locator("#play").click();
  for (let look = 0; look < 20; look += 1) {
    const running = await page.evaluate(() =>
      document.getAnimations().filter((animation) => animation.playState === "running").length);
    assert.equal(running, 0);
    await page.waitForTimeout(50);
  }
  visit.assertQuiet();
  await visit.close();
});

test("the live region says every step, and a table of all events stands beside the picture", async () => {
  const visit = await laboratory(browser, site, "1/2pc-all-yes?t=0ms&view=events");
  const { page } = visit;
  await press(page, "Home", "ArrowRight");
  const one = await page.locator("#speech").innerText();
  await press(page, "ArrowRight");
  await page.waitForFunction((was) => document.querySelector("#speech").innerText !== was, one);
  const table = page.locator("#section table");
  assert.ok(Number(await table.getAttribute("aria-rowcount")) > 20);
  visit.assertQuiet();
  await visit.close();
});

test("forced colours leave every mark standing", async () => {
  const visit = await laboratory(browser, site, "1/2pc-heuristic", { forcedColors: "active" });
  await press(visit.page, "End");
  assert.ok((await visit.page.locator("#flow svg path").count()) > 10);
  visit.assertQuiet();
  await visit.close();
});
