// Chromium, and pages whose every complaint is heard.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const waitMax = 30_000;

/** The browser that `cargo xtask test` found, or the first on the PATH. */
function program() {
  if (process.env.FAULTLINE_CHROMIUM) return process.env.FAULTLINE_CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (!found) throw new Error("There is no Chromium. Install it, or set FAULTLINE_CHROMIUM to its program.");
  return found;
}

/** Starts Chromium; one per test file is enough. Close it in `after`. */
export function launch({ args = [] } = {}) {
  return chromium.launch({
    executablePath: program(),
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Nothing outside this machine has a name here, so that a stray request fails instead of leaving.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
      ...args,
    ],
  });
}

/**
 * Opens a page in a fresh profile and listens to it from its first request.
 *
 * Options are those of Playwright's `browser.newContext` (viewport, locale, colorScheme, reducedMotion, …), and
 * `origins`: every origin that a request may go to, beside the page's own. Without `serviceWorkers: "allow"` the page is
 * not kept for times without a network, so that tests see every request and may stand in for its answer.
 *
 * Returns `page`, `context`, `complaints` (console errors and warnings, uncaught errors, failed and foreign requests),
 * `requests` (the address of each), `assertQuiet()`, and `close()`.
 */
export async function open(browser, url, { origins = [], ...options } = {}) {
  const usual = { viewport: { width: 1440, height: 900 }, locale: "en", serviceWorkers: "block" };
  const context = await browser.newContext({ ...usual, ...options });
  context.setDefaultTimeout(waitMax);
  const complaints = [];
  const requests = [];
  const allowed = new Set([new URL(url).origin, ...origins]);

  context.on("request", (request) => {
    const address = request.url();
    requests.push(address);
    if (/^(data|blob):/.test(address)) return;
    if (!allowed.has(new URL(address).origin)) complaints.push(`A request left the origin: ${address}`);
  });
  context.on("requestfailed", (request) => {
    // Leaving a page ends what it was still loading; that is nobody's mistake.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") complaints.push(`A request failed (${reason}): ${request.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} for ${response.url()}`);
  });
  context.on("console", (message) => {
    // The driver's own notice that it keeps service workers away, as it was told to.
    if (message.text() === "Service Worker registration blocked by Playwright") return;
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`Uncaught: ${error.error().stack ?? error.error()}`));

  const page = await context.newPage();
  await page.goto(url);
  return {
    page,
    context,
    complaints,
    requests,
    assertQuiet() {
      assert.deepEqual(complaints, [], "the page complained");
    },
    close: () => context.close(),
  };
}

/** Resolves once the page has drawn something beside the first frame that stood there: Rust runs. Throws at once if the page says that it cannot. */
export async function started(page) {
  const said = await page.waitForFunction(() => {
    const failure = document.getElementById("failure");
    if (failure) return { failure: failure.textContent };
    return document.body.querySelector(":scope > :not(noscript, script, .first-frame)") && {};
  });
  const { failure } = await said.jsonValue();
  if (failure) throw new Error(`The page did not start. It says: ${failure}`);
}
