// What a visitor does with searches, in the words of the tests.

import { laboratory } from "./laboratory.mjs";
import { browser, site } from "./stage.mjs";

/** Opens a link for one story; afterwards nothing may have been complained of. */
export async function visiting(link, story, options = {}) {
  const visit = await laboratory(browser, site, link, options);
  try {
    await story(visit.page, visit);
    visit.assertQuiet();
  } finally {
    await visit.close();
  }
}

/** The answer's sentence, once the search has ended. */
export async function answered(page) {
  await page.waitForFunction(
    () => document.querySelector("#explore-stop")?.disabled && document.querySelector("#explore-answer .outcome"),
    null,
    { timeout: 120_000 },
  );
  return page.locator("#explore-answer .outcome").innerText();
}

/** What was found, on the screen beside the visitor's run. */
export async function found(page) {
  await page.locator(".trial").waitFor({ timeout: 120_000 });
  return page.locator(".trial");
}
