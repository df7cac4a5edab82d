// Watches the first runs of a page that notes which of its functions are called: `cargo xtask record` builds such a page
// and reads what is written here, a line a function: `front` or `linked`, and the name under which it was noted.

import { readFile, writeFile } from "node:fs/promises";
import { launch, open, started } from "./lib/browser.mjs";
import { serve } from "./lib/server.mjs";

const [watched, list, file] = process.argv.slice(2);
/** So many pages at once. */
const AT_ONCE = 4;
/** Runs behind links are watched so many times as fast, the front page's as it is. */
const FAST = 8;
const DOZEN = 12;
/** Goes ways that few others go. */
const ALSO = ["2pc-abort-overtakes-prepare"];
const RUN_MS_MAX = 300_000;

const phone = { width: 360, height: 740 };
const tablet = { width: 820, height: 1180 };
const desk = { width: 1440, height: 900 };
const still = { reducedMotion: "reduce" };

const looks = [
  { viewport: desk, locale: "en", colorScheme: "light" },
  { viewport: phone, locale: "zh-CN", colorScheme: "dark" },
  { viewport: tablet, locale: "en", colorScheme: "dark" },
  { viewport: desk, locale: "zh-CN", colorScheme: "light" },
  { viewport: phone, locale: "en", colorScheme: "light" },
];

/** What a frame's address says besides its link (static/fault-line.js). */
const framed = ["embed=1", "embed=1&t=0us", "embed=1&t=0us&lang=zh", "embed=1&t=0us&lang=en"];

/** Lets the page's clock go so many times as fast. */
function hurry(times) {
  const now = performance.now.bind(performance);
  const frame = requestAnimationFrame.bind(window);
  const wait = setTimeout.bind(window);
  performance.now = () => now() * times;
  window.requestAnimationFrame = (then) => frame((ms) => then(ms * times));
  window.setTimeout = (then, ms, ...rest) => wait(then, ms / times, ...rest);
}

/** Visits an address until its first run has ended, and returns the names of the functions that were called. */
async function visit(browser, url, { times, ...look }) {
  const { page, close } = await open(browser, "about:blank", { reducedMotion: "no-preference", ...look });
  try {
    // The part that never comes.
    await page.route("**/never.wasm", () => {});
    await page.addInitScript(hurry, times);
    await page.goto(url);
    await started(page);
    const untilPlaying = (wanted) => page.waitForFunction(
      (wanted) => /Pause|暂停/.test(document.querySelector("#play")?.ariaLabel ?? "") === wanted,
      wanted,
      { timeout: RUN_MS_MAX, polling: 100 },
    );
    if (look.reducedMotion !== "reduce") await untilPlaying(true);
    await untilPlaying(false);
    // What the end itself draws.
    await page.waitForTimeout(1_000);
    return await page.evaluate(async () => {
      const glue = await import(document.querySelector("link[rel=modulepreload]").href);
      const all = Object.entries(await glue.default());
      return all.filter(([name, noted]) => name.startsWith("called_") && noted.value).map(([name]) => name);
    });
  } finally {
    await close();
  }
}

const site = await serve({ root: watched });
const browser = await launch();
try {
  // Of each protocol a dozen scenarios, spread over its list: what the others need besides is little, and comes when called.
  const scenarios = JSON.parse(await readFile(list, "utf8"));
  const links = scenarios.filter(({ protocol }, place) => {
    const own = scenarios.filter((other) => other.protocol === protocol);
    const each = Math.ceil(own.length / DOZEN);
    return own.indexOf(scenarios[place]) % each === 0 || ALSO.includes(scenarios[place].id);
  }).map(({ id }) => `#1/${id}`);
  const visits = [
    ...looks.map((look) => ["front", "", { ...look, times: 1 }]),
    ["front", "", { ...looks[0], ...still, times: 1 }],
    ["front", "", { ...looks[1], ...still, times: 1 }],
    ...links.map((link, place) => ["linked", link, { ...looks[place % looks.length], times: FAST }]),
    // Frames stand at their beginning until they are told otherwise, which they hear when all parts are there.
    ...links.filter((_, place) => place % 4 === 1).flatMap((link, place) => framed.slice(place % 2).map((said, turn) => ["linked", `${link}?${said}`, { ...looks[(place + turn) % looks.length], ...still, times: FAST }])),
    // Some once more, at rest.
    ...links.filter((_, place) => place % 5 === 0).map((link, place) => ["linked", link, { ...looks[place % looks.length], ...still, times: FAST }]),
  ];
  const noted = new Set();
  const begun = Date.now();
  const ahead = visits.entries();
  const work = async () => {
    for (const [place, [kind, link, look]] of ahead) {
      for (const name of await visit(browser, site.url + link, look)) noted.add(`${kind} ${name}`);
      console.log(`${place + 1} of ${visits.length}: ${link || "the front page"}, ${Math.round((Date.now() - begun) / 1000)} s`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await writeFile(file, [...noted].sort().join("\n") + "\n");
} finally {
  await browser.close();
  await site.close();
}
