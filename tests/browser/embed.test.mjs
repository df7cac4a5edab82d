// A run in other people's pages: the plain frame, which needs no script of theirs. The element of the same name stands in
// element.test.mjs. The blog is of another site, under a strict policy.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { launch, open } from "./lib/browser.mjs";
import { post } from "./lib/post.mjs";
import { serve } from "./lib/server.mjs";

let browser, site;
before(async () => {
  // A frame without an origin may load modules only from hosts that let everybody read their files, as static hosts do.
  [browser, site] = await Promise.all([launch(), serve({ headers: { "access-control-allow-origin": "*" } })]);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

const dies = "1/2pc-coordinator-dies";

/** Opens a post that frames `link`, and leaves it to `use`. */
async function framed(link, { attributes = "", text = "", ...options } = {}, use) {
  const frame = `<iframe name="run" width="720" height="480" title="A run" ${attributes} src="${site.url}#${link}"></iframe>`;
  const blog = await post(site, `<h1>A post</h1><p>Watch:</p>${frame}${text}`, { element: false });
  // The driver keeps service workers away by a script of its own, which fails in a frame without an origin; frames have none.
  const visit = await open(browser, blog.url, { origins: [site.origin], reducedMotion: "reduce", serviceWorkers: "allow", ...options });
  try {
    const frame = visit.page.frameLocator("iframe >> nth=0");
    await frame.locator("#flow").waitFor();
    await use({ ...visit, frame, inside: visit.page.frame("run") });
    visit.assertQuiet();
  } finally {
    await visit.close();
    await blog.close();
  }
}

/** Waits until something said of the page holds. */
async function until(page, what, holds) {
  for (let look = 0; look < 200; look += 1) {
    if (await holds()) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`never: ${what}`);
}

for (const [name, attributes] of [["a plain frame", ""], ["a frame without an origin", 'sandbox="allow-scripts"']]) {
  test(`${name} shows caption, flow and one row, and plays`, () =>
    framed(`${dies}?embed=1`, { attributes, reducedMotion: "no-preference" }, async ({ page, frame }) => {
      await frame.locator(".caption").waitFor();
      assert.equal(await frame.locator("header.bar").count(), 0);
      assert.equal(await frame.locator(".sections").count(), 0);
      const now = () => frame.locator("#scrubber").inputValue();
      const before = await now();
      // It plays as soon as the frame is there: a press on its button pauses it, and the next one has it play on.
      await until(page, "it plays", async () => (await now()) !== before);
      await frame.locator("#play[aria-label=Pause]").click();
      await frame.locator("#play[aria-label=Play]").waitFor();
      const paused = await now();
      await frame.locator("#play").click();
      await until(page, "it plays on", async () => (await now()) !== paused);
    }));
}

test("a frame says its first sentence before its run is there, and the run takes over without a jump", async () => {
  for (const said of ["", "&lang=zh", "&t=0us"]) {
    const frame = `<iframe name="run" width="720" height="480" title="A run" src="${site.url}#${dies}?embed=1${said}"></iframe>`;
    const blog = await post(site, `<h1>A post</h1>${frame}`, { element: false });
    const visit = await open(browser, "about:blank", { origins: [site.origin, blog.origin, "null"], reducedMotion: "no-preference" });
    const { page } = visit;
    let come;
    const coming = new Promise((resolve) => { come = resolve; });
    await page.route("**/*.wasm", (route) => coming.then(() => route.continue()));
    await page.goto(blog.url, { waitUntil: "domcontentloaded" });
    const inside = page.frameLocator("iframe");
    const sentence = async () => {
      const seen = inside.locator(".narration >> visible=true");
      return { text: await seen.innerText(), place: await seen.boundingBox() };
    };
    await inside.locator(".first-frame.embedded .narration").waitFor();
    const before = await sentence();
    assert.equal(await inside.locator("#flow, h1, .flow").count(), 0);
    come();
    await inside.locator("#flow").waitFor();
    const after = await sentence();
    // The run plays on, or stands behind all that happens at its first instant: the next sentence may be shorter.
    assert.deepEqual([after.place.x, after.place.y], [before.place.x, before.place.y]);
    if (said) assert.match(before.text, said === "&lang=zh" ? /[一-鿿]/ : /[a-z]/);
    visit.assertQuiet();
    await visit.close();
    await blog.close();
  }
});

test("a frame takes no focus by itself, and leaves storage, cookies and history alone", async () => {
  // Whatever a frame does with them is heard as a complaint.
  const watch = () => {
    if (self === top) return;
    const forbid = (owner, name) =>
      Object.defineProperty(owner, name, { get() { console.error(`the frame reached for ${name}`); throw new DOMException("no", "SecurityError"); } });
    ["localStorage", "sessionStorage", "indexedDB", "caches"].forEach((name) => forbid(window, name));
    forbid(Document.prototype, "cookie");
  };
  await framed("1/2pc-all-yes", {}, async ({ page, context }) => {
    await context.addInitScript(watch);
    await page.evaluate((link) => { document.querySelector("iframe").src = link; }, `${site.url}?again#${dies}?embed=1`);
    const frame = page.frameLocator("iframe");
    await frame.locator(".embedded #flow").waitFor();
    await page.waitForTimeout(500);
    const length = await page.evaluate(() => history.length);
    assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
    await frame.locator("#flow").press("ArrowRight");
    await frame.locator("#flow").press("Enter");
    await frame.locator("[role=menuitem]").first().click();
    await frame.locator("#restore").waitFor();
    await page.waitForTimeout(500);
    assert.equal(await page.evaluate(() => history.length), length);
  });
});

test("wheels and fingers on a frame scroll the post", () =>
  framed(`${dies}?embed=1`, { hasTouch: true, text: '<div class="gap"></div>' }, async ({ page, context }) => {
    const box = await page.locator("iframe").boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 240);
    await until(page, "the wheel scrolls the post", () => page.evaluate(() => scrollY >= 200));
    await page.evaluate(() => scrollTo(0, 0));
    const fingers = await context.newCDPSession(page);
    const finger = (type, y) => fingers.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
    const isThere = () => page.evaluate(() => scrollY >= 200);
    // Chromium 148 moves a page by half as far as an emulated finger goes, and by less where it is busy.
    for (let stroke = 0; stroke < 5 && !(await isThere()); stroke += 1) {
      await finger("touchStart", y);
      for (let by = 10; by <= 240; by += 10) {
        await finger("touchMove", y - by);
        await page.waitForTimeout(16);
      }
      await finger("touchEnd");
    }
    await until(page, "a finger scrolls the post", isThere);
    const touch = await page.frameLocator("iframe").locator("#flow").evaluate((flow) => getComputedStyle(flow).touchAction);
    assert.equal(touch, "pan-x pan-y");
  }));

test("links of the post lead the frame without any script, and build nothing anew", () => {
  const to = (name, link) => `<a id="${name}" target="run" href="${site.url}#${link}">${name}</a> `;
  const text =
    to("instant", `${dies}?t=2.5ms`) + to("range", `${dies}?t=1ms&play=1ms-2.5ms`) + to("view", `${dies}?t=1ms&view=events`) +
    to("other", "1/2pc-all-yes?t=1ms") + to("front", "1/") + to("wrong", "1/2pc?crash=nobody");
  return framed(`${dies}?embed=1&readonly=1&t=0us`, { text }, async ({ page, frame, inside }) => {
    await frame.locator("#flow").evaluate((flow) => { flow.dataset.same = "yes"; });
    const go = (name) => page.locator(`#${name}`).click();
    await go("instant");
    await frame.locator(".now", { hasText: "2.5 ms" }).waitFor();
    await go("range");
    await frame.locator(".now", { hasText: "· 1 ms" }).waitFor();
    await frame.locator("#play").click();
    await frame.locator(".now", { hasText: "· 2.5 ms" }).waitFor();
    await until(page, "it ends where the range does", () => frame.locator("#play").getAttribute("aria-label").then((name) => /Play|Again/.test(name)));
    await go("view");
    await frame.locator("#section table").waitFor();
    // It was the same page all along; it is a frame still, and what could not be broken cannot be.
    assert.equal(await frame.locator("#flow").getAttribute("data-same"), "yes");
    await go("other");
    await frame.locator(".unseen", { hasText: "What does the whole protocol cost" }).or(frame.locator("h1.unseen")).first().waitFor();
    await until(page, "the other run is there", () => inside.evaluate(() => location.hash.includes("2pc-all-yes")));
    await frame.locator("#flow").press("Enter");
    assert.equal(await frame.locator(".popover").count(), 0);
    assert.equal(await frame.locator("header.bar").count(), 0);
    await go("wrong");
    await frame.locator(".trouble").waitFor();
    assert.equal(await frame.locator("header.bar").count(), 0);
    await go("front");
    await frame.locator("#flow").waitFor();
    assert.equal(await frame.locator("header.bar, .contents").count(), 0);
  });
});

test("the pen goes before one's eyes where a link leads, and at once for those who want less motion", async () => {
  const text = `<a id="far" target="run" href="${site.url}#${dies}?t=1002ms">far</a>`;
  const seen = async ({ page, frame, inside }) => {
    await frame.locator("#play").waitFor();
    await page.waitForTimeout(300);
    await inside.evaluate(() => {
      window.places = [];
      const look = () => { places.push(document.querySelector("#scrubber").value); requestAnimationFrame(look); };
      look();
    });
    await page.locator("#far").click();
    await frame.locator(".now", { hasText: "· 1.002 s" }).waitFor();
    await page.waitForTimeout(800);
    return inside.evaluate(() => new Set(places).size);
  };
  const link = `${dies}?embed=1&t=1ms`;
  await framed(link, { text, reducedMotion: "no-preference" }, async (visit) => assert.ok((await seen(visit)) > 5, "it leapt"));
  await framed(link, { text }, async (visit) => assert.equal(await seen(visit), 2));
});

test("a reader breaks the run, gets back to the author's, and finds the way out with all of it", () =>
  framed(`${dies}?embed=1&t=2ms&lang=zh`, {}, async ({ page, frame }) => {
    const out = () => frame.locator(".way-out").getAttribute("href");
    await frame.locator(".way-out[href]").waitFor();
    assert.match(await out(), /^#1\/2pc-coordinator-dies\?t=2ms&lang=zh&model=\d+&digest=[0-9a-f]{8}$/);
    assert.equal(await frame.locator("#restore").count(), 0);
    await frame.locator("#flow").press("Enter");
    await frame.locator("[role=menuitem]").first().click();
    await frame.locator("#restore").waitFor();
    const broken = await out();
    assert.match(broken, /(crash|power|pause|cut|oneway)=/);
    assert.doesNotMatch(broken, /embed|readonly/);
    const [full] = await Promise.all([page.waitForEvent("popup"), frame.locator(".way-out").click()]);
    await full.locator("#flow").waitFor();
    await full.waitForFunction((link) => location.hash.startsWith(link.split("&lang")[0]), broken);
    await full.close();
    await frame.locator("#restore").click();
    await frame.locator("#restore").waitFor({ state: "detached" });
    assert.match(await out(), /^#1\/2pc-coordinator-dies\?t=/);
  }));

/**
 * Sends what a hostile or clumsy page might send, drawn from a generator; made in the page, for what travels between frames
 * is more than what travels to a test. Gives how many were sent: what is an order after all is not.
 */
function nonsense({ seed, count, link }) {
  const below = ((state) => (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  })(seed);
  const pick = (list) => list[below(list.length)];
  const value = (depth = 0) =>
    pick([
      () => undefined, () => null, () => true, () => below(2 ** 31) - 2 ** 30, () => NaN, () => -Infinity, () => 1, () => "1", () => 10n,
      () => "x".repeat(pick([0, 1, 24, 25, 65, 70_000])),
      () => pick(["hello ", "PLAY", "seek", "load", "dark", "1s", "-1ms", "9e99s", "12 ms", `${link}&`.repeat(9)]),
      () => new Date(0), () => /a+/, () => new Map([["faultline", 1]]), () => new Uint8Array(below(4096)), () => new Error("no"),
      () => (depth > 3 ? 0 : Array.from({ length: below(5) }, () => value(depth + 1))),
      () => (depth > 3 ? {} : { [pick(["faultline", "do", "link", "toString", "__proto__", "then"])]: value(depth + 1) }),
    ])();
  const message = () => {
    if (below(6) === 0) return value();
    const shape = {
      faultline: pick([1, 1, 1, 1, "1", 2, true, value()]),
      do: pick(["hello", "play", "seek", "load", "return", "theme", "eval", value()]),
    };
    for (const name of ["from", "to", "link", "theme", "event", "of"]) if (below(3) === 0) shape[name] = value();
    return shape;
  };
  const isOrder = (data) => {
    const { faultline, do: what, from, to, link, theme } = Object(data);
    const instant = (text) => text === undefined || text === "1s";
    if (faultline !== 1) return false;
    if (what === "play") return instant(from) && instant(to);
    if (what === "seek") return to === "1s";
    if (what === "load" || what === "return") return typeof link === "string" && link.length <= 64 * 1024;
    return what === "hello" || what === "pause" || (what === "theme" && theme === "dark");
  };
  let sent = 0;
  while (sent < count) {
    const data = message();
    if (isOrder(data)) continue;
    window.frames[0].postMessage(data, "*");
    sent += 1;
  }
  // An endless one, and a huge one.
  const endless = { faultline: 1, do: "seek" };
  endless.to = endless;
  window.frames[0].postMessage(endless, "*");
  window.frames[0].postMessage({ faultline: 1, do: "load", link: "1/2pc?".padEnd(50_000_000, "&") }, "*");
  return sent;
}

test("a thousand messages of every shape change nothing, and are answered by nothing", () =>
  framed(`${dies}?embed=1&t=2ms`, {}, async ({ page, frame, inside }) => {
    await frame.locator(".way-out[href]").waitFor();
    await until(page, "the address is written", () => inside.evaluate(() => location.hash.endsWith("t=2ms&embed=1")));
    await page.evaluate(() => {
      window.heard = [];
      addEventListener("message", ({ data }) => heard.push(data));
    });
    const before = await inside.evaluate(() => [location.hash, document.body.innerText]);
    assert.equal(await page.evaluate(nonsense, { seed: 20261123, count: 1000, link: dies }), 1000);
    await page.waitForTimeout(500);
    assert.deepEqual(await inside.evaluate(() => [location.hash, document.body.innerText]), before);
    assert.deepEqual(await page.evaluate(() => heard), []);
    // It is not deaf, only particular.
    await page.evaluate(() => window.frames[0].postMessage({ faultline: 1, do: "seek", to: "1ms" }, "*"));
    await frame.locator(".now", { hasText: "· 1 ms" }).waitFor();
  }));

test("only the page around a frame is obeyed, and only it is answered", async () => {
  const text = `<iframe name="other" title="Somebody else" src="${site.url}#1/2pc-all-yes?embed=1"></iframe>`;
  await framed(`${dies}?embed=1&t=2ms`, { text }, async ({ page, inside }) => {
    const other = page.frame("other");
    await other.locator(".way-out[href]").waitFor();
    await inside.locator(".way-out[href]").waitFor();
    for (const frame of [page.mainFrame(), other, inside]) {
      await frame.evaluate(() => {
        window.heard = [];
        addEventListener("message", ({ data }) => data.event && heard.push(data.event));
      });
    }
    // From a frame beside it, and from itself: no order, no answer.
    await other.evaluate(() => parent.frames[0].postMessage({ faultline: 1, do: "hello" }, "*"));
    await other.evaluate(() => parent.frames[0].postMessage({ faultline: 1, do: "seek", to: "1ms" }, "*"));
    await inside.evaluate(() => postMessage({ faultline: 1, do: "seek", to: "1ms" }, "*"));
    await page.waitForTimeout(500);
    assert.match(await inside.locator(".now").innerText(), /2 ms/);
    assert.deepEqual(await page.evaluate(() => heard), []);
    await page.evaluate(() => window.frames[0].postMessage({ faultline: 1, do: "hello" }, "*"));
    await until(page, "it answers", () => page.evaluate(() => heard.length >= 2));
    assert.deepEqual((await page.evaluate(() => heard)).slice(0, 2), ["ready", "step"]);
    assert.deepEqual(await other.evaluate(() => heard), []);
  });
});
