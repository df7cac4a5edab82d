// What Lighthouse thinks of the front page, of a scenario's page and of an embed. Performance is printed only: it is a
// measure of the machine too, and this one may be shared.

import { test } from "node:test";
import assert from "node:assert/strict";
import lighthouse from "lighthouse";
import { launch } from "../lib/browser.mjs";
import { serve } from "../lib/server.mjs";

const least = 95;
const port = 9515;
const held = ["accessibility", "best-practices", "seo"];

test("the front page, a scenario and an embed score at least 95", async (context) => {
  const browser = await launch({ args: [`--remote-debugging-port=${port}`] });
  const site = await serve({ compress: true });
  try {
    const low = [];
    for (const path of ["", "s/2pc-coordinator-dies/", "s/2pc-coordinator-dies/zh/", "#1/2pc-coordinator-dies?embed=1"]) {
      const { lhr } = await lighthouse(site.url + path, { port, logLevel: "error", onlyCategories: ["performance", ...held] });
      const scores = Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round(score * 100)]);
      context.diagnostic(`${path || "the front page"}: ${scores.map(([name, score]) => `${name} ${score}`).join(", ")}`);
      for (const [name, score] of scores.filter(([name, score]) => held.includes(name) && score < least)) {
        const audits = lhr.categories[name].auditRefs.map(({ id }) => lhr.audits[id]);
        const failed = audits.filter(({ score }) => score !== null && score < 1).map(({ id }) => id);
        low.push(`${path || "the front page"}: ${name} ${score}: ${failed.join(", ")}`);
      }
    }
    assert.deepEqual(low, []);
  } finally {
    await browser.close();
    await site.close();
  }
});
