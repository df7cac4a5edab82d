// What the README tells those who host the page: the policy as a header is the page's own, and the page lives under it.

import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { open, started } from "./lib/browser.mjs";
import { dist, serve } from "./lib/server.mjs";
import { browser } from "./lib/stage.mjs";

const spaced = (text) => text.replace(/\s+/g, " ").trim();

test("the documented header is the policy that the page carries, and changes nothing", async () => {
  const readme = await readFile(join(dist, "../README.md"), "utf8");
  const documented = spaced(/^Content-Security-Policy: ([^`]+)/m.exec(readme)[1]);
  const index = await readFile(join(dist, "index.html"), "utf8");
  assert.equal(documented, spaced(/http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(index)[1]));
  const page = await readFile(join(dist, "s/2pc-coordinator-dies/index.html"), "utf8");
  assert.ok(page.includes(documented), "a scenario's page carries another");
  const site = await serve({ under: "/any/where/", policy: documented });
  try {
    for (const path of ["", "s/2pc-coordinator-dies/", "s/2pc-coordinator-dies/zh/"]) {
      const visit = await open(browser, site.url + path, { serviceWorkers: "allow" });
      await started(visit.page);
      await visit.page.locator("#flow").waitFor();
      await visit.page.mouse.move(40, 40);
      await visit.page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated");
      visit.assertQuiet();
      await visit.close();
    }
    assert.ok(site.requests.every(({ path, status }) => path.startsWith("/any/where/") && status === 200));
  } finally {
    await site.close();
  }
});
