// After a first visit the page works without a network, under any path; a new version takes over whole.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch, open, started } from "./lib/browser.mjs";
import { follow, question, section } from "./lib/laboratory.mjs";
import { dist, serve } from "./lib/server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const visiting = (site, options = {}) => open(browser, site.url, { serviceWorkers: "allow", reducedMotion: "reduce", ...options });

/** Resolves once something that is asked of the page is so. */
async function until(page, what, holds, argument) {
  for (let look = 0; look < 400; look += 1) {
    if (await page.evaluate(holds, argument).catch(() => false)) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`never: ${what}`);
}

/** Resolves once everything is kept and served by the service worker. */
const kept = (page) =>
  until(page, "the page is kept", async () => {
    const { active, scope } = (await navigator.serviceWorker.getRegistration()) ?? {};
    return active?.state === "activated" && Boolean(navigator.serviceWorker.controller) && Boolean(await caches.match(scope));
  });

const versions = (page) => page.evaluate(() => caches.keys());
const module = (page) => page.locator("link[rel=modulepreload]").evaluate(({ href }) => href);
const uncaught = ({ complaints }) => complaints.filter((complaint) => complaint.startsWith("Uncaught"));

for (const under of ["/", "/talks/lab/"]) {
  test(`under ${under} the page works without a network: another scenario, a search, a scenario's own page`, async () => {
    const site = await serve({ under });
    try {
      const visit = await visiting(site);
      const { page } = visit;
      await started(page);
      await kept(page);
      assert.deepEqual((await versions(page)).map((name) => name.startsWith(`faultline ${site.url} `)), [true]);
      site.down = true;
      const asked = site.requests.length;
      await page.reload();
      await started(page);
      await follow(page, "1/3pc-all-yes?t=0ms");
      await question(page).filter({ hasText: /third round/ }).waitFor();
      assert.match(await page.title(), /third round/);
      await follow(page, "1/2pc?mistake=prepared-timeout-commit&t=0ms&view=explore");
      await page.locator("#explore-start").click();
      await page.locator(".trial").waitFor({ timeout: 120_000 });
      await page.goto(`${site.url}s/2pc-coordinator-dies/zh/`);
      await question(page).filter({ hasText: /协调者死了/ }).waitFor();
      assert.match(decodeURIComponent(new URL(page.url()).hash), /^#1\/2pc-coordinator-dies\?.*lang=zh/);
      await page.goto(`${site.url}s/2pc-coordinator-dies/#1/2pc-coordinator-dies?t=1ms&lang=en`);
      await question(page).filter({ hasText: /coordinator/ }).waitFor();
      assert.match(decodeURIComponent(new URL(page.url()).hash), /t=1ms/);
      assert.equal(site.requests.length, asked, "something was answered");
      assert.deepEqual(uncaught(visit), []);
      await visit.close();
    } finally {
      await site.close();
    }
  });
}

test("nothing is kept before the rest of the page has come, and never by a frame", async () => {
  const frame = (site) => `<!doctype html><title>A post</title><link rel="icon" href="data:,"><iframe name="run" width="720" height="480" src="${site}#1/2pc-coordinator-dies?embed=1"></iframe>`;
  const site = await serve({ files: { "/post.html": frame("/") }, policy: null });
  try {
    const visit = await open(browser, `${site.url}post.html`, { serviceWorkers: "allow", reducedMotion: "reduce" });
    await visit.page.frameLocator("iframe").locator("#flow").waitFor();
    await until(visit.page, "all parts came", () => frames[0].performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".wasm")).length >= 3);
    await visit.page.waitForTimeout(500);
    assert.equal(await visit.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
    visit.assertQuiet();
    await visit.close();

    const first = await open(browser, site.url, { serviceWorkers: "allow", reducedMotion: "no-preference" });
    await started(first.page);
    await kept(first.page);
    const asked = (ending) => site.requests.findIndex(({ path }) => path.endsWith(ending));
    const last = /later=([^\s+]+)/.exec(await first.page.locator("meta[name=faultline-parts]").getAttribute("content"))[1];
    assert.ok(asked("sw.js") > asked(last), "what comes later had not come yet");
    first.assertQuiet();
    await first.close();
  } finally {
    await site.close();
  }
});

/** The same page as if it were of another version: every name that bears the module's hash bears another. */
async function renewed(folder) {
  const names = await readdir(folder);
  const [, hash] = names.map((name) => /^page-([0-9a-f]+)\.js$/.exec(name)).find(Boolean);
  const other = [...hash].reverse().join("");
  const anew = (text) => text.replaceAll(hash, other);
  for (const name of ["index.html", "sw.js"]) {
    const text = anew(await readFile(join(folder, name), "utf8"));
    await writeFile(join(folder, name), text.replace(/version = "(\w+)"/, 'version = "new$1"'));
  }
  for (const name of names.filter((name) => name.includes(hash))) await rename(join(folder, name), join(folder, anew(name)));
  return other;
}

test("a new version takes over at once and whole, and what an open page still needs is kept until it is closed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "offline-"));
  await cp(dist, folder, { recursive: true });
  const site = await serve({ root: folder });
  try {
    const visit = await visiting(site);
    const old = visit.page;
    await started(old);
    await kept(old);
    const [before] = await versions(old);
    const hash = await renewed(folder);

    const page = await visit.context.newPage();
    await page.goto(site.url);
    await started(page);
    assert.ok((await module(page)).includes(hash), "the visitor has a network, and an old page");
    await until(page, "the new version is kept too", async () => (await caches.keys()).length === 2 && !(await navigator.serviceWorker.getRegistration()).installing);
    assert.ok((await versions(page)).includes(before), "the open page may still want a part");
    site.down = true;
    await page.reload();
    await started(page);
    assert.ok((await module(page)).includes(hash), "half of one version, half of another");
    await follow(page, "1/3pc-all-yes");
    await question(page).filter({ hasText: /./ }).waitFor();

    await old.close();
    site.down = false;
    await page.reload();
    await started(page);
    await until(page, "what nobody needs is forgotten", async (before) => !(await caches.keys()).includes(before), before);
    assert.equal((await versions(page)).length, 1);
    assert.deepEqual(uncaught(visit), []);
    await visit.close();
  } finally {
    await site.close();
    await rm(folder, { recursive: true });
  }
});

test("what does not fit together is not kept", async () => {
  const folder = await mkdtemp(join(tmpdir(), "offline-"));
  await cp(dist, folder, { recursive: true });
  // As if the site were renewed between the list and the index.
  const list = await readFile(join(folder, "sw.js"), "utf8");
  await writeFile(join(folder, "sw.js"), list.replace(/"page-[0-9a-f]+\.js"/, '"page-0123456789abcdef.js"'));
  const site = await serve({ root: folder });
  try {
    const visit = await visiting(site);
    await started(visit.page);
    await until(visit.page, "it was tried", () => performance.getEntriesByType("resource").some(({ name }) => name.endsWith(".wasm")));
    await visit.page.waitForTimeout(1000);
    assert.equal(await visit.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active ?? null), null);
    await visit.close();
  } finally {
    await site.close();
    await rm(folder, { recursive: true });
  }
});
