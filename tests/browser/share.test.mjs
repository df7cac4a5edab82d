// The panel in which a run is handed to others: its links and snippets, its keys, its two languages, its phone's sheet.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, open, started } from "./lib/browser.mjs";
import { address, copied, laboratory, press, question, share } from "./lib/laboratory.mjs";
import { post } from "./lib/post.mjs";
import { serve } from "./lib/server.mjs";

let browser, site;
before(async () => {
  [browser, site] = await Promise.all([launch(), serve({ headers: { "access-control-allow-origin": "*" } })]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const granted = { permissions: ["clipboard-read", "clipboard-write"] };
const dies = "1/2pc-coordinator-dies";

test("the link is copied with one press, from this instant and a part if wanted", async () => {
  const visit = await laboratory(browser, site, dies, granted);
  const { page } = visit;
  await press(page, "Home", "ArrowRight", "ArrowRight");
  await share(page, "link");
  assert.match(await copied(page), /#1\/2pc-coordinator-dies\?.*digest=[0-9a-f]{8}$/);
  await page.locator("#from-here").check();
  assert.match(await copied(page), /\?t=[0-9.]+[mu]s&/);
  await page.locator("#from").fill("1ms");
  await page.locator("#to").fill("3ms");
  await page.locator("#export-theme").selectOption("dark");
  await page.locator("#export-language").selectOption("zh");
  const link = await copied(page);
  for (const said of ["play=1ms-3ms", "theme=dark", "lang=zh"]) assert.ok(link.includes(said), `${link} lacks ${said}`);
  // What cannot be meant is said, and nothing stale can be copied.
  await page.locator("#to").fill("yesterday");
  await page.locator("dialog.sharing [role=status]", { hasText: "Write an instant as" }).waitFor();
  assert.equal(await page.locator("#copy:enabled").count(), 0);
  assert.equal(await page.locator("#to").getAttribute("aria-invalid"), "true");
  await page.locator("#to").fill("0ms");
  await page.locator("dialog.sharing [role=status]", { hasText: "ends before it begins" }).waitFor();
  visit.assertQuiet();
  await visit.close();
});

test("the snippet makes an embed in somebody's post, with all that was chosen", async () => {
  const visit = await laboratory(browser, site, dies, granted);
  const { page } = visit;
  await share(page, "embed");
  await page.locator("#read-only").check();
  await page.locator("#repeats").check();
  await page.locator("#export-theme").selectOption("light");
  await page.locator("#export-view").selectOption("events");
  await page.locator("#from").fill("1ms");
  // It stands there as it will in the post.
  await page.frameLocator(".preview iframe").locator(".embedded #flow").waitFor();
  // Whatever is typed while it loads stays.
  await page.locator("#export-height").fill("60");
  await page.locator("dialog.sharing [role=status]", { hasText: "from 320 to 1200" }).waitFor();
  await page.locator("#export-height").fill("600");
  await page.waitForFunction(() => /height="600"/.test(document.querySelector(".preview pre")?.textContent));
  await page.locator("#copy:enabled").waitFor();
  const snippet = await copied(page);
  assert.match(snippet, /^<script src="[^"]*\/fault-line\.js" defer><\/script>\n<fault-line src=/);
  const download = page.waitForEvent("download");
  await page.locator("#download").click();
  assert.equal((await download).suggestedFilename(), "run.svg");
  visit.assertQuiet();
  await visit.close();

  const blog = await post(site, snippet.replace(/<script.*\n/, ""));
  const reader = await open(browser, blog.url, { origins: [site.origin], reducedMotion: "reduce" });
  const element = reader.page.locator("fault-line");
  assert.deepEqual(
    await element.evaluate((own) => ["height", "play", "loop", "readonly", "theme", "view"].map((name) => own.getAttribute(name))),
    ["600", "1ms-", "", "", "light", "events"],
  );
  await element.locator("img").click();
  const frame = reader.page.frameLocator("fault-line iframe");
  await frame.locator("#flow").waitFor();
  await frame.locator("#section").waitFor();
  assert.equal((await element.boundingBox()).height, 600);
  reader.assertQuiet();
  await reader.close();
  await blog.close();
});

test("a scenario's own page shares as the page itself does", async () => {
  const visit = await open(browser, `${site.url}s/2pc-coordinator-dies/zh/`, { ...granted, reducedMotion: "reduce" });
  await started(visit.page);
  await share(visit.page, "picture");
  await share(visit.page, "embed");
  const snippet = await copied(visit.page);
  assert.ok(snippet.startsWith(`<script src="${site.url}fault-line.js" defer></script>`), snippet);
  visit.assertQuiet();
  await visit.close();
});

test("one file holds the laboratory, opened at the run", async () => {
  const visit = await laboratory(browser, site, `${dies}?drop=p2:yes.1:c`, granted);
  await share(visit.page, "page");
  await visit.page.locator("#to").fill("3ms");
  await visit.page.locator("#download:visible").waitFor();
  await visit.page.frameLocator(".preview iframe").locator("#flow").waitFor();
  const download = visit.page.waitForEvent("download");
  await visit.page.locator("#download").click();
  const path = join(tmpdir(), `shared-${process.pid}.html`);
  await (await download).saveAs(path);
  visit.assertQuiet();
  await visit.close();
  const reader = await open(browser, pathToFileURL(path).href, { reducedMotion: "reduce" });
  await started(reader.page);
  await question(reader.page).waitFor();
  assert.match(await address(reader.page, /play=/), /2pc-coordinator-dies\?.*play=-3ms/);
  // It shares links too, and says what it cannot.
  await share(reader.page, "link");
  assert.equal(await reader.page.locator("dialog.sharing").evaluate((dialog) => getComputedStyle(dialog.querySelector(".forms")).display), "grid");
  await reader.page.locator("dialog.sharing input[value=page]").check();
  await reader.page.locator("dialog.sharing [role=status]", { hasText: "this page is that file itself" }).waitFor();
  await reader.close();
  await rm(path);
});

test("a plain frame is offered too", async () => {
  const visit = await laboratory(browser, site, dies, granted);
  await share(visit.page, "frame");
  const snippet = await copied(visit.page);
  assert.match(snippet, /^<iframe title="[^"]+" loading="lazy" width="720" height="440" src="[^"]*embed=1[^"]*"><\/iframe>$/m);
  visit.assertQuiet();
  await visit.close();
});

test("the panel keeps the focus, gives it back, and speaks of what was done", async () => {
  const visit = await laboratory(browser, site, dies, granted);
  const { page } = visit;
  await page.locator("#share").focus();
  await page.keyboard.press("Enter");
  await page.locator("#copy:focus").waitFor();
  // Arrow keys choose among the forms; Tab stays in the panel.
  await page.locator("dialog.sharing input[value=link]").focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator("dialog.sharing input[value=embed]").isChecked(), true);
  const outside = () => page.evaluate(() => !document.activeElement?.closest("dialog, body:focus") && document.activeElement !== document.body);
  for (let key = 0; key < 30; key += 1) {
    await page.keyboard.press("Tab");
    assert.equal(await outside(), false, "the focus left the panel");
  }
  // Escape closes it, from within the frame that is shown as well.
  for (const inside of [page.locator("#copy"), page.frameLocator(".preview iframe").locator("#flow")]) {
    await share(page, "embed");
    await inside.focus();
    await page.keyboard.press("Escape");
    await page.locator("dialog.sharing").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "share");
  }
  visit.assertQuiet();
  await visit.close();
});

for (const [name, options] of [
  ["a wide screen", {}],
  ["a phone in Chinese and dark", { viewport: { width: 360, height: 740 }, locale: "zh-CN", colorScheme: "dark", hasTouch: true }],
]) {
  test(`the panel is in reach of everybody on ${name}`, async () => {
    const visit = await laboratory(browser, site, dies, { ...granted, ...options });
    for (const form of ["link", "mermaid", "animation"]) {
      await share(visit.page, form);
      const { violations } = await new AxeBuilder({ page: visit.page }).include("dialog.sharing").analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
      const wider = await visit.page.evaluate(() => document.querySelector("dialog.sharing").scrollWidth > document.querySelector("dialog.sharing").clientWidth);
      assert.equal(wider, false, "the panel scrolls sideways");
    }
    visit.assertQuiet();
    await visit.close();
  });
}
