// A page for every scenario: what links unfurl to, what readers without scripts see, and what the run then takes over.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, cp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { launch, open } from "./lib/browser.mjs";
import { faultline } from "./lib/command.mjs";
import { dist, serve } from "./lib/server.mjs";

let browser, site, ids;
before(async () => {
  [browser, site] = await Promise.all([launch(), serve({ under: "/talks/lab/" })]);
  const { output } = await faultline("list", "--json");
  ids = JSON.parse(output).map(({ id, question }) => ({ id, question }));
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** Every page's path with the language it is in. */
const all = () => ids.flatMap(({ id, question }) => [
  { id, path: `s/${id}/`, tag: "en", question: question.en },
  { id, path: `s/${id}/zh/`, tag: "zh-Hans", question: question.zh },
]);

const text = (html) => html.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");

test("every scenario's page names itself, draws its run, and leads nowhere that is not", async () => {
  const found = new Map();
  const there = async (address) => {
    if (!found.has(address)) found.set(address, fetch(address).then(({ status }) => status));
    return found.get(address);
  };
  for (const { id, path, tag, question } of all()) {
    const address = new URL(path, site.url);
    const html = await (await fetch(address)).text();
    assert.equal(text(/<title>(.*?)<\/title>/.exec(html)[1]), `${question} · Faultline`, path);
    assert.match(html, new RegExp(`<html lang="${tag}">`));
    assert.equal(html.match(/<meta name="description"/g).length, 1, path);
    assert.match(html, /<meta property="og:description" content="[^"]{10,}" \/>/, path);
    assert.match(html, new RegExp(`name="faultline-scenario" content="1/${id}\\?lang=`));
    assert.ok(html.match(/<path /g).length > 3 && !html.includes("<style"), `${path} draws nothing, or what its policy forbids`);
    const card = /<meta property="og:image" content="([^"]+)" \/>/.exec(html)?.[1];
    assert.ok(card && html.includes('name="twitter:card" content="summary_large_image"'), `${path} has no picture for links`);
    const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/.exec(html)[1]);
    assert.deepEqual([data["@type"], data.name, data.inLanguage], ["LearningResource", question, tag], path);
    const led = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => new URL(text(to), address).href);
    led.push(new URL(card, address).href);
    const parts = /faultline-parts" content="([^"]*)"/.exec(html)[1].split(" ").map((part) => part.split(/[=+]/)[1]);
    led.push(...[...parts, "run.svg"].map((to) => new URL(to, address).href));
    // Workers are named by their place beside the page's module.
    const workers = ["worker", "exporter"].map((name) => new RegExp(`faultline-${name}" content="([^"]*)"`).exec(html)[1]);
    led.push(...workers.map((to) => new URL(to, site.url).href));
    for (const to of led) assert.equal(await there(to), 200, `${path} leads to ${to}`);
  }
});

test("the pictures for links have the size that sites ask for", async () => {
  for (const path of ["s/2pc-coordinator-dies/", "s/3pc-all-yes/zh/"]) {
    const html = await (await fetch(site.url + path)).text();
    const card = new URL(/og:image" content="([^"]+)"/.exec(html)[1], site.url + path);
    const bytes = Buffer.from(await (await fetch(card)).arrayBuffer());
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1200, 630]);
    assert.ok(bytes.length > 10_000 && bytes.length < 300_000, `${bytes.length} bytes`);
  }
});

test("readers without scripts see the question, the run, the answer and the verdicts", async () => {
  for (const [id, under] of [["2pc-coordinator-dies", ""], ["3pc-all-yes", "zh/"]]) {
    const run = await faultline("run", id, "--json");
    const verdicts = run.output.trim().split("\n").filter((line) => JSON.parse(line).property !== undefined);
    assert.ok(verdicts.length > 0);
    for (const width of [360, 1440]) {
      const visit = await open(browser, `${site.url}s/${id}/${under}`, { javaScriptEnabled: false, viewport: { width, height: 740 } });
      const { page } = visit;
      await page.locator("h1.question").waitFor();
      assert.ok(await page.locator(".whole img").evaluate((image) => image.complete && image.naturalWidth > 300));
      const box = await page.locator(".whole").boundingBox();
      assert.ok(box.width > width / 2 && box.height > 100 && box.y < 740, JSON.stringify(box));
      assert.ok(await page.locator("noscript p").first().isVisible());
      assert.equal(await page.locator(".ends li").count(), verdicts.length);
      assert.equal(await page.locator(".stage").isVisible(), false, "the first frame is for those whose run will come");
      // Where scripts are switched off, the browser refuses to preload them.
      assert.deepEqual(visit.complaints.filter((complaint) => !/\(csp\).*\/page-[0-9a-f]+\.js$/.test(complaint)), []);
      await visit.close();
    }
  }
});

test("axe finds nothing serious in what is there before the run", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const visit = await open(browser, "about:blank", { origins: [site.origin, "null"], colorScheme });
    // The page's own script would start the run.
    await visit.page.route("**/boot-*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await visit.page.goto(`${site.url}s/2pc-coordinator-dies/`);
    const { violations } = await new AxeBuilder({ page: visit.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`), []);
    await visit.close();
  }
});

const sizes = [[360, 740], [390, 844], [412, 915], [820, 1180], [1366, 768], [1440, 900], [1920, 1080]];
const places = [["s/2pc-coordinator-dies/", sizes], ["s/2pc-coordinator-dies/zh/", [[360, 740]]], ["", sizes], ["#1/2pc-coordinator-dies", [[360, 740], [1440, 900]]], ["s/2pc-all-yes/#1/2pc-coordinator-dies", [[1440, 900]]]];
for (const [path, [width, height]] of places.flatMap(([path, sizes]) => sizes.map((size) => [path, size]))) {
  test(`at ${width} × ${height} the run takes over ${path || "the front page"} without a jump`, async () => {
    const visit = await open(browser, "about:blank", { origins: [site.origin, "null"], viewport: { width, height }, reducedMotion: "no-preference" });
    const { page } = visit;
    await page.addInitScript(() => {
      window.shifted = [];
      new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => shifted.push(value))).observe({ type: "layout-shift", buffered: true });
    });
    // The first frame is there before the module is.
    let come;
    const coming = new Promise((resolve) => { come = resolve; });
    await page.route("**/*.wasm", (route) => coming.then(() => route.continue()));
    await page.goto(site.url + path, { waitUntil: "domcontentloaded" });
    await page.locator(".sight:visible svg.paper").waitFor();
    const place = (selector) => page.locator(`${selector} >> visible=true`).first().evaluate((element) => {
      const { x, y } = element.getBoundingClientRect();
      return { x, y };
    });
    const before = { question: await place("h1.question"), sentence: await place(".narration"), flow: await place(".flow"), name: await place(".sight text.head") };
    const said = await page.locator(".narration:visible").innerText();
    assert.equal(await page.locator("#flow").count(), 0);
    await page.evaluate(() => new MutationObserver((_, observer) => {
      const sentence = document.querySelector(".app:not(.first-frame) .narration");
      if (sentence) observer.disconnect(window.saidFirst = sentence.textContent);
    }).observe(document.body, { childList: true, subtree: true }));
    come();
    await page.locator("#flow").waitFor();
    await page.waitForTimeout(500);
    const after = { question: await place("h1.question"), sentence: await place(".narration"), flow: await place(".flow"), name: await place("#flow text.head") };
    assert.equal(await page.locator("h1").count(), 1);
    assert.equal(await page.evaluate(() => window.saidFirst), said);
    assert.match(await page.evaluate(() => location.hash), path ? /^#1\/2pc-coordinator-dies/ : /^(#1\/)?$/);
    for (const what of Object.keys(before)) {
      for (const axis of ["x", "y"]) {
        assert.ok(Math.abs(before[what][axis] - after[what][axis]) <= 4, `${what} jumps: ${JSON.stringify({ before, after })}`);
      }
    }
    const shift = (await page.evaluate(() => shifted)).reduce((sum, value) => sum + value, 0);
    assert.equal(shift, 0, "the layout shifts");
    visit.assertQuiet();
    await visit.close();
  });
}

test("the front page opens in the visitor's language, with one first frame, and a link elsewhere with none of it", async () => {
  for (const [locale, path, seen] of [["en", "", "en"], ["zh-CN", "", "zh-Hans"], ["en", "#1/2pc?seed=7", undefined]]) {
    const visit = await open(browser, "about:blank", { origins: [site.origin, "null"], locale });
    await visit.page.route("**/*.wasm", () => {});
    await visit.page.goto(site.url + path, { waitUntil: "load" });
    const shown = await visit.page.locator(".first-frame").evaluateAll((frames) => frames.filter((frame) => frame.checkVisibility()).map(({ lang }) => lang));
    assert.deepEqual(shown, seen ? [seen] : [], `${locale} ${path}`);
    visit.assertQuiet();
    await visit.close();
  }
});

test("with the page's address there are a site map and oEmbed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pages-"));
  try {
    const needed = (await readdir(dist)).filter((name) => name === "index.html" || name.endsWith(".css"));
    for (const name of needed) await cp(join(dist, name), join(folder, name));
    // One picture was drawn, in English only.
    const { id: pictured } = ids[0];
    await cp(join(dist, `s/${pictured}/card.png`), join(folder, `s/${pictured}/card.png`));
    const { code, complaint } = await faultline("pages", folder, "--base", "https://example.org/lab");
    assert.equal(code, 0, complaint);
    const map = await readFile(join(folder, "sitemap.xml"), "utf8");
    for (const { path, question } of all()) {
      const address = `https://example.org/lab/${path}`;
      assert.ok(map.includes(`<loc>${address}</loc>`), path);
      const html = await readFile(join(folder, path, "index.html"), "utf8");
      assert.ok(html.includes(`<link rel="canonical" href="${address}" />`), path);
      assert.ok(html.includes(`type="application/json+oembed" href="${address}oembed.json"`), path);
      const card = path.startsWith(`s/${pictured}/`) ? `<meta property="og:image" content="https://example.org/lab/s/${pictured}/card.png" />` : 'content="summary"';
      assert.ok(html.includes(card), `${path}: ${card}`);
      const embed = JSON.parse(await readFile(join(folder, path, "oembed.json"), "utf8"));
      assert.deepEqual([embed.version, embed.type, embed.title], ["1.0", "rich", question]);
      assert.match(embed.html, /^<iframe .*src="https:\/\/example\.org\/lab\/#1\/[^"]+&amp;embed=1"><\/iframe>$/);
    }
    const refused = await faultline("pages", folder, "--base", "example.org");
    assert.equal(refused.code, 2);
  } finally {
    await rm(folder, { recursive: true });
  }
});
