// The page in one file: opened from a disk it plays, ends as it does natively, and asks nobody for anything.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, open, started } from "./lib/browser.mjs";
import { faultline } from "./lib/command.mjs";
import { address, follow, press, question } from "./lib/laboratory.mjs";
import { dist, brotli } from "./lib/server.mjs";

let browser, folder, file;
before(async () => {
  [browser, folder] = await Promise.all([launch(), mkdtemp(join(tmpdir(), "single-"))]);
  // Alone in its folder: nothing that stands beside it can help.
  file = join(folder, "faultline.html");
  await writeFile(file, await readFile(join(dist, "faultline.html")));
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

const visiting = async (path, link = "", options = {}) => {
  const visit = await open(browser, pathToFileURL(path).href + link, options);
  await started(visit.page);
  return visit;
};

/** Requests for anything but the file itself and what it holds. */
const foreign = ({ requests }, path) => requests.filter((request) => !/^(data|blob):/.test(request) && request.split("#")[0] !== pathToFileURL(path).href);

test("every digest is the native one, from both families", async (context) => {
  context.diagnostic(`${(await stat(file)).size} bytes, ${(await brotli(await readFile(file))).length} with Brotli`);
  const visit = await visiting(file, "#1/2pc-coordinator-dies", { reducedMotion: "reduce" });
  for (const id of ["2pc-coordinator-dies", "3pc-all-yes"]) {
    const run = await faultline("run", id, "--json");
    const digest = JSON.parse(run.output.trim().split("\n").at(-1)).digest.slice(0, 8);
    const wrong = ((parseInt(digest, 16) ^ 1) >>> 0).toString(16).padStart(8, "0");
    await follow(visit.page, `1/${id}?digest=${wrong}`);
    await visit.page.locator(".warning").waitFor();
    await follow(visit.page, `1/${id}?digest=${digest}`);
    await visit.page.locator(".warning").waitFor({ state: "detached" });
  }
  assert.deepEqual(foreign(visit, file), []);
  visit.assertQuiet();
  await visit.close();
});

test("it plays, is stepped through and broken, and searches without a worker", async () => {
  const visit = await visiting(file, "#1/2pc-coordinator-dies?t=0us", { reducedMotion: "no-preference" });
  const { page } = visit;
  await page.locator("#play").click();
  await page.waitForFunction(() => Number(document.querySelector("#flow svg")?.dataset.drawn) > 8);
  await press(page, "End");
  await address(page, /[?&]t=/);
  await follow(page, "1/2pc?mistake=prepared-timeout-commit&t=0ms&view=explore");
  await page.locator("#explore-start").click();
  await page.locator(".trial").waitFor({ timeout: 120_000 });
  assert.deepEqual(foreign(visit, file), []);
  visit.assertQuiet();
  await visit.close();
});

test("a copy opens the link that was written into it", async () => {
  const copy = join(folder, "copy.html");
  const place = '<meta name="faultline-scenario" content="" />';
  const html = await readFile(file, "utf8");
  assert.equal(html.split(place).length, 2);
  await writeFile(copy, html.replace(place, place.replace('""', '"1/3pc-all-yes?t=1ms&amp;lang=zh"')));
  const visit = await visiting(copy);
  const { output } = await faultline("list", "--json");
  const { question: asked } = JSON.parse(output).find(({ id }) => id === "3pc-all-yes");
  await question(visit.page).filter({ hasText: asked.zh }).waitFor();
  assert.match(await address(visit.page, /3pc-all-yes/), /t=1ms/);
  visit.assertQuiet();
  await visit.close();
});

test("its policy forbids every script, style and request that it does not hold", async () => {
  const visit = await visiting(file, "#1/2pc-coordinator-dies", { reducedMotion: "reduce" });
  const ran = await visit.page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.inlineRan = true";
    document.head.append(script);
    const asked = await fetch("data:text/plain,anything").then(() => true, () => false);
    return [Boolean(globalThis.inlineRan), asked];
  });
  assert.deepEqual(ran, [false, false]);
  await visit.close();
});
