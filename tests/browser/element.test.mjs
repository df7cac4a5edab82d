// <fault-line> in somebody's blog: the picture, the frame behind it, and the interface for scripts of the post.

import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { open } from "./lib/browser.mjs";
import { post, snippet } from "./lib/post.mjs";
import { brotli, dist, gzip } from "./lib/server.mjs";
import { browser, site } from "./lib/stage.mjs";

/** What the script and an embed that nobody opens may weigh, in bytes of Brotli. */
const scriptMax = 3_000;
const unopenedMax = 20_000;

const dies = "1/2pc-coordinator-dies";
const gap = '<div class="gap"></div>';

/** Opens a post, leaves it to `use`, and hears what the runs in it report. */
async function posted(body, { element, ...options } = {}, use) {
  const blog = await post(site, `<h1>A post</h1>${body}`, { element });
  const visit = await open(browser, blog.url, { origins: [site.origin], reducedMotion: "reduce", viewport: { width: 820, height: 900 }, ...options });
  const { page } = visit;
  try {
    if (options.javaScriptEnabled !== false) {
      await page.evaluate(() => {
        window.heard = [];
        for (const name of ["ready", "step", "beat", "verdict", "edit"]) {
          addEventListener(name, ({ target, detail }) => heard.push({ name, id: target.id, ...detail }));
        }
      });
    }
    await use({ ...visit, blog, run: (id) => page.locator(`#${id}`), frame: (id) => page.frameLocator(`#${id} iframe`) });
    visit.assertQuiet();
  } finally {
    await visit.close();
    await blog.close();
  }
}

const named = (id, link = dies, attributes = "") => snippet(site, link, `id="${id}" height="440" ${attributes}`);
const shown = (page, id) => page.waitForFunction((id) => document.getElementById(id).shown, id);
const heard = (page, holds) => page.waitForFunction(holds);
const last = (page, name, id) =>
  page.evaluate(([name, id]) => heard.filter((one) => one.name === name && one.id === id).at(-1), [name, id]);
const lives = (page) => page.locator("fault-line iframe").count();

test("without scripts, and in feeds, the picture stands and leads to the run", async () => {
  for (const options of [{ element: false }, { javaScriptEnabled: false }]) {
    await posted(named("run"), options, async ({ page }) => {
      const picture = page.locator("#run img");
      assert.equal(await picture.evaluate((image) => image.complete && image.naturalWidth), 888);
      assert.equal(await page.locator("#run a").getAttribute("href"), `${site.url}#${dies}`);
      assert.equal(await page.locator("iframe").count(), 0);
    });
  }
  // A feed reader keeps what it knows, the link and the picture, and drops the element around them.
  const feed = snippet(site, dies, 'height="440"').replace(/<\/?fault-line[^>]*>/g, "");
  assert.match(feed, /^<a href="[^"]+"><img src="\/run\.svg" alt="[^"]+" width="\d+" height="\d+"><\/a>$/);
});

test("an embed that nobody opens costs next to nothing, and keeps its height", async (context) => {
  const script = await readFile(join(dist, "fault-line.js"));
  const weight = { brotli: (await brotli(script)).length, gzip: (await gzip(script)).length };
  context.diagnostic(`fault-line.js: ${script.length} bytes raw, ${weight.brotli} Brotli, ${weight.gzip} gzip`);
  assert.ok(weight.brotli <= scriptMax, `${weight.brotli} bytes of Brotli, ${scriptMax} at most`);
  await posted(gap + gap + named("run") + "<p id=after>After</p>", {}, async ({ page, blog, requests }) => {
    await page.waitForTimeout(500);
    assert.equal(await lives(page), 0);
    assert.deepEqual(requests.filter((address) => address.startsWith(site.origin)), [], "the page was asked for unseen");
    const { brotli: bytes } = await blog.weigh({ without: ["/", "index.html", "post.css"] });
    context.diagnostic(`unopened: ${bytes} bytes of Brotli`);
    assert.ok(bytes <= unopenedMax, `${bytes} bytes, ${unopenedMax} at most`);
    const height = () => page.locator("#run").evaluate((run) => run.offsetHeight);
    assert.equal(await height(), 440);
    // Within one screen the frame comes, behind the picture.
    await page.evaluate(() => scrollTo(0, 1600));
    await heard(page, () => heard.some(({ name }) => name === "ready"));
    assert.equal(await page.locator("#run iframe").evaluate((frame) => frame.inert && getComputedStyle(frame).opacity), "0");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
    await page.locator("#run img").click();
    await shown(page, "run");
    assert.equal(await height(), 440);
  });
});

test("a press plays, one with a key held or a second one opens the page, and the keyboard goes on in the frame", async () => {
  await posted(named("run"), {}, async ({ page, context, run, frame }) => {
    const [full] = await Promise.all([context.waitForEvent("page"), run("run").locator("img").click({ modifiers: ["ControlOrMeta"] })]);
    await full.close();
    assert.ok(!(await page.evaluate(() => document.getElementById("run").shown)));
    const button = page.getByRole("button", { name: "Play: What happens when the coordinator dies" });
    await button.focus();
    await page.keyboard.press("Enter");
    await shown(page, "run");
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "IFRAME");
    await frame("run").locator("#play").waitFor();
    await heard(page, () => heard.some(({ ended }) => ended));
    const names = await page.evaluate(() => [...new Set(heard.map(({ name }) => name))]);
    assert.deepEqual(names.slice(0, 2), ["ready", "step"]);
    assert.ok(names.includes("beat") && names.includes("verdict"), `only ${names}`);
  });
  // A frame that does not come: whoever presses again gets the page itself.
  await posted(named("run"), {}, async ({ page, run }) => {
    await page.evaluate(() => window.stop());
    await page.evaluate(() => document.querySelector("iframe")?.remove());
    await run("run").locator("img").click({ position: { x: 40, y: 40 } });
    assert.equal(await page.evaluate(() => location.hostname), "localhost");
    await run("run").locator("img").click({ position: { x: 40, y: 40 } });
    await page.waitForURL((address) => address.origin === site.origin);
  });
});

test("autoplay plays once where most of it is in view, and pauses outside", async () => {
  const body = `${gap}${gap}${named("run", "1/2pc-all-yes", "autoplay")}${gap}`;
  await posted(body, { reducedMotion: "no-preference" }, async ({ page }) => {
    const to = (share) => page.evaluate((share) => {
      const box = document.getElementById("run").getBoundingClientRect();
      scrollTo(0, scrollY + box.top - innerHeight + box.height * share);
    }, share);
    const playing = (wanted) => page.waitForFunction((wanted) => document.getElementById("run").playing === wanted, wanted);
    await to(0.4);
    await heard(page, () => heard.some(({ name }) => name === "ready"));
    await page.waitForTimeout(600);
    assert.equal(await page.evaluate(() => document.getElementById("run").playing), false, "it plays with 40 % in view");
    await to(0.7);
    await playing(true);
    await to(-0.2);
    await playing(false);
    const at = await last(page, "step", "run");
    await to(1);
    await playing(true);
    await page.waitForFunction(() => heard.some(({ ended }) => ended), null, { timeout: 60_000 });
    assert.ok((await last(page, "step", "run")).number > at.number);
    await to(-0.2);
    await page.waitForTimeout(300);
    await to(1);
    await page.waitForTimeout(1500);
    assert.equal(await page.evaluate(() => document.getElementById("run").playing), false, "it plays again");
  });
  await posted(named("run", "1/2pc-all-yes", "autoplay"), {}, async ({ page }) => {
    await heard(page, () => heard.some(({ name }) => name === "ready"));
    await page.waitForTimeout(1000);
    assert.ok(!(await page.evaluate(() => document.getElementById("run").shown)), "it moves for those who want less motion");
  });
});

test("of twenty at most four live; the others are pictures that return to their instant and faults", async () => {
  const ids = Array.from({ length: 20 }, (_, at) => `run${at}`);
  await posted(ids.map((id) => named(id)).join("<p>And then:</p>"), {}, async ({ page, run, frame }) => {
    // The first one is broken by its reader, at an instant of its own.
    await run("run0").locator("button").click();
    await shown(page, "run0");
    await heard(page, () => heard.some(({ ended }) => ended));
    await page.evaluate(() => document.getElementById("run0").seek("2ms"));
    await frame("run0").locator(".now", { hasText: "· 2 ms" }).waitFor();
    await frame("run0").locator("#flow").press("Enter");
    await frame("run0").locator("[role=menuitem]").first().click();
    await heard(page, () => heard.some(({ name, id }) => name === "edit" && id === "run0"));
    const left = await last(page, "edit", "run0");
    let most = 0;
    for (const id of ids) {
      await run(id).scrollIntoViewIfNeeded();
      await page.waitForTimeout(120);
      most = Math.max(most, await lives(page));
    }
    assert.ok(most > 1 && most <= 4, `${most} live`);
    assert.equal(await run("run0").locator("iframe").count(), 0);
    assert.equal(await run("run0").locator("img").evaluate((image) => image.closest("[inert]")), null);
    // Another one plays, then the first one again: where and as it was, and with the way back to its author's run.
    await run("run19").locator("button").click();
    await shown(page, "run19");
    await run("run0").scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.getElementById("run0").shown);
    await frame("run0").locator("#restore").waitFor();
    await page.waitForFunction((link) => heard.findLast(({ id, name }) => id === "run0" && name === "step").link === link, left.link);
    assert.ok((await lives(page)) <= 4);
    await frame("run0").locator("#restore").click();
    await page.waitForFunction(() => heard.at(-1).link.startsWith("1/2pc-coordinator-dies?t="));
  });
});

test("playing one pauses the rest", async () => {
  await posted(named("one") + named("two"), { reducedMotion: "no-preference" }, async ({ page, run }) => {
    await run("one").locator("button").click();
    await page.waitForFunction(() => document.getElementById("one").playing);
    await run("two").locator("button").click();
    await page.waitForFunction(() => document.getElementById("two").playing && !document.getElementById("one").playing);
  });
});

test("theme=host follows the post live; a theme of its own stays", async () => {
  await posted(named("host", dies, 'theme="host"') + named("own", dies, 'theme="dark"'), {}, async ({ page, run, frame }) => {
    const theme = (id, wanted) => frame(id).locator(`html[data-theme=${wanted}]`).waitFor({ state: "attached" });
    for (const id of ["host", "own"]) {
      await run(id).locator("button").click();
      await shown(page, id);
    }
    await theme("host", "light");
    await theme("own", "dark");
    await page.evaluate(() => document.documentElement.classList.add("night"));
    await theme("host", "dark");
    await page.evaluate(() => document.documentElement.classList.remove("night"));
    await theme("host", "light");
    await page.evaluate(() => { document.documentElement.style.colorScheme = "light dark"; });
    await page.emulateMedia({ colorScheme: "dark" });
    await theme("host", "dark");
    await theme("own", "dark");
    await page.evaluate(() => document.getElementById("own").setAttribute("theme", "light"));
    await theme("own", "light");
  });
});

test("range, loop, view, language and read-only are attributes", async () => {
  const attributes = 'play="1ms-2.5ms" loop view="events" lang="zh-Hans" readonly';
  await posted(named("run", dies, attributes), { reducedMotion: "no-preference" }, async ({ page, run, frame }) => {
    await run("run").getByRole("button", { name: /^播放/ }).click();
    await shown(page, "run");
    await frame("run").locator("html[lang=zh-Hans]").waitFor({ state: "attached" });
    await frame("run").locator("#section table").waitFor();
    // Twice round, and never out of the range.
    await page.waitForFunction(() => heard.filter(({ name, ended }) => name === "step" && ended).length >= 2, null, { timeout: 60_000 });
    const instants = await page.evaluate(() => [...new Set(heard.filter(({ name }) => name === "step").map(({ t }) => t))].sort());
    assert.deepEqual(instants, ["1ms", "2.5ms", "2ms"]);
    await frame("run").locator("#flow").press("Enter");
    assert.equal(await frame("run").locator(".popover").count(), 0);
    assert.equal(await frame("run").locator("#break, #restore").count(), 0);
    // Another attribute, another run.
    await page.evaluate(() => document.getElementById("run").removeAttribute("readonly"));
    await run("run").locator("button").click();
    await shown(page, "run");
    await frame("run").locator("#flow").press("Enter");
    await frame("run").locator(".popover").waitFor();
  });
});

test("the post's own script plays, seeks, loads and follows", async () => {
  const steps = ["0ms", "2ms", "3500us"].map((t) => `<p class="step" data-t="${t}">${t}</p>`).join("");
  await posted(`${named("run")}${gap}${steps}${gap}`, {}, async ({ page, frame }) => {
    const call = (name, ...values) => page.evaluate(([name, values]) => document.getElementById("run")[name](...values), [name, values]);
    const at = (instant) => page.waitForFunction((instant) => heard.at(-1)?.t === instant, instant);
    await call("seek", "2ms");
    await shown(page, "run");
    await at("2ms");
    await call("play", { from: "1ms", to: "2.5ms" });
    await heard(page, () => heard.some(({ ended }) => ended));
    assert.equal((await last(page, "step", "run")).t, "2.5ms");
    await call("play", { from: "0us" });
    await page.waitForFunction(() => heard.at(-1).ended && heard.findLast(({ number }) => number).number > 12);
    await call("load", `${site.url}#1/2pc-all-yes?t=1ms`);
    await page.waitForFunction(() => heard.at(-1).link.startsWith("1/2pc-all-yes"));
    assert.equal(await frame("run").locator("header.bar").count(), 0);
    assert.ok(await page.evaluate(() => heard.some(({ name }) => name === "edit")));
    await call("load", `#${dies}?t=0us`);
    await at("0ms");
    // Nonsense is nothing.
    for (const instant of ["soon", 7, null, {}]) await call("seek", instant);
    await call("play", { from: "2ms", to: "1ms" });
    await page.waitForTimeout(300);
    await at("0ms");
    await page.evaluate(() => { window.unfollow = document.getElementById("run").follow(".step"); });
    const pass = (number) => page.locator(".step").nth(number).evaluate((step) => step.scrollIntoView({ block: "center" }));
    for (const [number, instant] of [[1, "2ms"], [2, "3.5ms"], [0, "0ms"]]) {
      await pass(number);
      await at(instant);
    }
    await page.evaluate(() => unfollow());
    await pass(2);
    await page.waitForTimeout(400);
    await at("0ms");
  });
});

test("links of the post lead a run by its name, picture or not", async () => {
  const text = `<p><a id="lead" target="run" href="${site.url}#${dies}?t=2ms">two milliseconds in</a></p>`;
  await posted(`${named("run", dies, 'name="run"')}${text}`, {}, async ({ page, frame }) => {
    await page.locator("#lead").click();
    await shown(page, "run");
    await frame("run").locator(".now", { hasText: "· 2 ms" }).waitFor();
    assert.equal(page.context().pages().length, 1);
  });
});

test("what other frames say is not heard as the run's", async () => {
  const other = `<iframe name="other" title="Somebody else" src="${site.url}#1/2pc-all-yes?embed=1"></iframe>`;
  await posted(named("run") + other, {}, async ({ page }) => {
    await heard(page, () => heard.some(({ name }) => name === "ready"));
    const before = await page.evaluate(() => heard.length);
    const say = (frame, data) => frame.evaluate((data) => parent.postMessage(data, "*"), data);
    await say(page.frame("other"), { faultline: 1, event: "step", number: 1, of: 1, playing: true });
    const inside = page.frames().find((frame) => frame.url().includes("2pc-coordinator-dies"));
    for (const event of ["click", "toString", 7, undefined]) await say(inside, { faultline: 1, event });
    await page.evaluate(() => postMessage({ faultline: 1, event: "step" }, "*"));
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => heard.length), before);
  });
});
