// Screenshots for people to look at, in every combination that the page promises to look good in.
//
//   node tests/browser/lib/shots.mjs '#2pc/coordinator-dies' --name blocked --themes dark --languages zh --widths 360
//        --press Home,ArrowRight*5 --wait 500 --full
//
// They go to tests/browser/shots/, which is never committed: `<name>-<theme>-<language>-<width>.png`.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch, open, started } from "./browser.mjs";
import { serve } from "./server.mjs";

export const shotsFolder = fileURLToPath(new URL("../shots/", import.meta.url));

/** A phone, a tablet and a laptop; other widths get a laptop's height. */
const heights = { 360: 740, 820: 1180, 1440: 900 };
const locales = { en: "en", zh: "zh-CN" };

/**
 * Opens `address` (what follows the page's own address, such as "#…") in each combination and writes a picture of it.
 *
 * - `act(page, shoot)`: what to do before the picture. With `shoot("suffix")` it may take further ones, one at each
 *   beat, say.
 * - `full`: the whole page instead of the window.
 * - `options`: further options of the profile, such as `{ reducedMotion: "reduce" }`.
 *
 * Returns the pictures' paths and the pages' complaints.
 */
export async function shots({
  address = "",
  name = "page",
  themes = ["light", "dark"],
  languages = ["en", "zh"],
  widths = [360, 820, 1440],
  act = async () => {},
  full = false,
  options = {},
}) {
  await mkdir(shotsFolder, { recursive: true });
  const site = await serve();
  const browser = await launch();
  const paths = [];
  const complaints = [];
  try {
    for (const theme of themes) {
      for (const language of languages) {
        for (const width of widths) {
          const visit = await open(browser, site.url + address, {
            viewport: { width, height: heights[width] ?? 900 },
            colorScheme: theme,
            locale: locales[language] ?? language,
            hasTouch: width < 600,
            ...options,
          });
          await started(visit.page);
          await visit.page.evaluate(() => document.fonts.ready);
          const shoot = async (suffix = "") => {
            const parts = [name, theme, language, width, ...(suffix ? [suffix] : [])];
            const path = join(shotsFolder, parts.join("-") + ".png");
            await visit.page.screenshot({ path, fullPage: full });
            paths.push(path);
          };
          await act(visit.page, shoot);
          await shoot();
          complaints.push(...visit.complaints);
          await visit.close();
        }
      }
    }
  } finally {
    await browser.close();
    await site.close();
  }
  return { paths, complaints };
}

/** "Home,ArrowRight*5" presses Home once and ArrowRight five times. */
async function press(page, keys) {
  for (const key of keys) {
    const [name, count = "1"] = key.split("*");
    for (let pressed = 0; pressed < Number(count); pressed += 1) await page.keyboard.press(name);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const list = { type: "string" };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: list,
      themes: list,
      languages: list,
      widths: list,
      press: list,
      wait: list,
      full: { type: "boolean" },
    },
  });
  const split = (text) => text?.split(",");
  const { paths, complaints } = await shots({
    address: positionals[0],
    name: values.name,
    themes: split(values.themes),
    languages: split(values.languages),
    widths: split(values.widths)?.map(Number),
    full: values.full,
    act: async (page) => {
      await press(page, split(values.press) ?? []);
      if (values.wait) await page.waitForTimeout(Number(values.wait));
    },
  });
  console.log(paths.join("\n"));
  if (complaints.length > 0) {
    console.error("The page complained:\n" + [...new Set(complaints)].join("\n"));
    process.exitCode = 1;
  }
}
