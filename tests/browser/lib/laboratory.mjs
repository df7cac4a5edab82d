// What a visitor does on the page, in the words of the tests.

import assert from "node:assert/strict";
import { open, started } from "./browser.mjs";

/** Opens a link (what stands after the `#`) in a fresh profile, still, so that nothing plays by itself. */
export async function laboratory(browser, site, link = "", options = {}) {
  const visit = await open(browser, `${site.url}#${link}`, { reducedMotion: "reduce", ...options });
  await started(visit.page);
  return visit;
}

/** Goes to another link without leaving the page. */
export async function follow(page, link) {
  await page.evaluate((to) => (location.hash = to), link);
}

/** The question of the scenario on the screen. */
export const question = (page) => page.locator("h1.question");

/** The sentence at the pen. */
export const narration = (page) => page.locator(".narration").innerText();

/** What stands after the `#`, once the page has written it. */
export async function address(page, pattern) {
  await page.waitForFunction((source) => new RegExp(source).test(decodeURIComponent(location.hash)), pattern.source);
  return decodeURIComponent(await page.evaluate(() => location.hash));
}

/** Gives the flow the focus and presses keys there: "End", "Shift+ArrowRight". */
export async function press(page, ...keys) {
  await page.locator("#flow").focus();
  for (const key of keys) await page.keyboard.press(key);
}

/** The names of the verbs in the open popover. */
export const verbs = (page) => page.locator("[role=menuitem]").allInnerTexts();

/** Opens the popover on what is selected and applies the first verb whose name matches. */
export async function apply(page, name) {
  await page.locator("#flow").focus();
  await page.keyboard.press("Enter");
  await page.locator(".popover").waitFor();
  const item = page.locator("[role=menuitem]", { hasText: name }).first();
  assert.ok((await item.count()) > 0, `no verb ${name} among ${await verbs(page)}`);
  await item.click();
  await page.locator(".popover").waitFor({ state: "detached" });
}

/** Opens a section below the flow, if it is closed. */
export async function section(page, key) {
  const button = page.locator(`#open-${key}`);
  if ((await button.getAttribute("aria-expanded")) !== "true") await button.click();
}

/** Opens the panel in which the run is handed to others, with this form of it, and waits until that is made. */
export async function share(page, form) {
  if ((await page.locator("dialog.sharing").count()) === 0) await page.locator("#share").click();
  await page.locator(`dialog.sharing input[value=${form}]`).check();
  await page.locator("dialog.sharing #copy:enabled, dialog.sharing #download").first().waitFor();
  await page.locator("dialog.sharing .preview[aria-busy=false]").waitFor();
}

/** Presses Copy in the panel, and gives what was copied. */
export async function copied(page) {
  await page.locator("dialog.sharing #copy:enabled").click();
  await page.locator("dialog.sharing [role=status]", { hasText: /Copied|已复制/ }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}
