// A run in other forms, made on its page: each is read by what it is meant for, and is the run on the screen.

import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { faultline } from "./lib/command.mjs";
import { copied, follow, laboratory, share } from "./lib/laboratory.mjs";
import { serve } from "./lib/server.mjs";
import { browser, site } from "./lib/stage.mjs";

const granted = { permissions: ["clipboard-read", "clipboard-write"] };
const dies = "1/2pc-coordinator-dies";
const broken = "1/2pc?crash=c@after:commit.1:p1&restart=c@40ms";

/** Opens a link with the panel, leaves it to `use`, and closes it. */
async function shared(link, use, options = {}) {
  const visit = await laboratory(browser, site, link, { ...granted, ...options });
  try {
    await use(visit.page, visit);
    visit.assertQuiet();
  } finally {
    await visit.close();
  }
}

/** Downloads what the panel has made: its name and its bytes. */
async function downloaded(page) {
  const coming = page.waitForEvent("download");
  await page.locator("dialog.sharing #download").click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** What the command line writes for the same link. */
async function written(link, form) {
  const { code, output, complaint } = await faultline("export", link, "--as", form);
  assert.equal(code, 0, complaint);
  return output;
}

/** The lines of a text without the one that names the link, which the page shares with its digest. */
const withoutLink = (text) => text.split("\n").filter((line) => !line.startsWith("%%") && !line.includes('"link"'));

test("texts are those of the command line, whole or in part, in the language of the page", () =>
  shared(broken, async (page) => {
    for (const [form, word] of [["picture", "svg"], ["animation", "animated-svg"], ["mermaid", "mermaid"], ["shiviz", "shiviz"], ["json", "json"], ["table", "table"]]) {
      for (const [range, part] of [["", ""], ["1ms", "&play=1ms-3ms"]]) {
        await share(page, form);
        await page.locator("#from").fill(range);
        await page.locator("#to").fill(range && "3ms");
        await page.locator("dialog.sharing .preview[aria-busy=false]").waitFor();
        const text = await copied(page);
        assert.deepEqual(withoutLink(text), withoutLink(await written(broken + part, word)), `${form}${part}`);
        const { bytes } = await downloaded(page);
        assert.equal(bytes.toString("utf8"), text.replaceAll("\r\n", "\n"));
      }
    }
  }));

test("a PNG has the size that it claims, and dropped onto the page replays to the same digest", () =>
  shared(broken, async (page, visit) => {
    await share(page, "link");
    const digest = /digest=([0-9a-f]{8})/.exec(await copied(page))[1];
    await share(page, "png");
    const { name, bytes } = await downloaded(page);
    assert.equal(name, "faultline-2pc.png");
    const [width, height] = /(\d+) × (\d+) px/.exec(await page.locator("dialog.sharing [role=status]").innerText()).slice(1).map(Number);
    const decoded = await page.evaluate(async (base64) => {
      const file = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([file], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return { width: bitmap.width, height: bitmap.height, colours: new Set(new Uint32Array(data.buffer)).size };
    }, bytes.toString("base64"));
    assert.deepEqual([decoded.width, decoded.height], [width, height]);
    assert.ok(decoded.colours > 8, "nothing was painted");
    await page.keyboard.press("Escape");

    await follow(page, "1/3pc-all-yes?t=0us");
    await page.locator("h1.question", { hasNotText: /^$/ }).waitFor();
    await dropped(page, "run.png", bytes);
    await page.waitForFunction((digest) => location.hash.includes("crash=c@") && location.hash, digest);
    await share(page, "link");
    assert.match(await copied(page), new RegExp(`crash=c@.*digest=${digest}`));
    assert.equal(await page.locator(".warning").count(), 0);

    // What carries no run is said to carry none, and changes nothing.
    await page.keyboard.press("Escape");
    // Once the page has written the address itself, it no longer says what the link said of its run.
    const before = await (await page.waitForFunction(() => !location.hash.includes("digest=") && location.hash)).jsonValue();
    for (const [file, said] of [[Buffer.from("no picture at all"), /no PNG/], [bytes.subarray(0, 40), /no PNG/], [Buffer.alloc(3_000_000, 7), /no PNG/]]) {
      await dropped(page, "run.png", file);
      await page.locator("#speech", { hasText: said }).waitFor();
    }
    assert.equal(await page.evaluate(() => location.hash), before);
    visit.assertQuiet();
  }));

/** Drops a file onto the page. */
function dropped(page, name, bytes) {
  return page.evaluate(([name, base64]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type: "image/png" }));
    for (const kind of ["dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
  }, [name, bytes.toString("base64")]);
}

test("a GIF has as many frames as it is said to be cut into, and ends with the whole run", () =>
  shared(`${dies}?play=1ms-3ms`, async (page) => {
    // The frames that the panel speaks of while it cuts.
    await page.evaluate(() => {
      globalThis.said = new Set();
      new MutationObserver(() => {
        const of = document.querySelector(".preview progress")?.max;
        if (of) globalThis.said.add(of);
      }).observe(document.body, { childList: true, subtree: true, attributes: true });
    });
    await share(page, "gif");
    const { bytes } = await downloaded(page);
    const film = await page.evaluate(async (base64) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const decoder = new ImageDecoder({ data, type: "image/gif" });
      await decoder.tracks.ready;
      await decoder.completed;
      const { frameCount, repetitionCount } = decoder.tracks.selectedTrack;
      const seen = [];
      for (const frameIndex of [0, frameCount - 1]) {
        const { image } = await decoder.decode({ frameIndex });
        const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const ground = data.slice(0, 4).join();
        let ink = 0;
        for (let at = 0; at < data.length; at += 4) ink += data.slice(at, at + 4).join() !== ground;
        seen.push({ width: canvas.width, height: canvas.height, ink });
      }
      return { frameCount, repetitionCount, seen, said: [...globalThis.said] };
    }, bytes.toString("base64"));
    assert.ok(film.frameCount > 10, `${film.frameCount} frames`);
    for (const of of film.said) assert.equal(of, film.frameCount);
    assert.equal(film.repetitionCount, 0);
    const [first, last] = film.seen;
    assert.ok(last.ink > first.ink * 2, JSON.stringify(film.seen));
    assert.ok(bytes.length < 1_000_000, `${bytes.length} bytes`);
    // It may be told to repeat.
    await page.locator("#repeats").check();
    await page.locator("dialog.sharing .preview[aria-busy=false] img").waitFor();
    const repeating = await downloaded(page);
    assert.ok(repeating.bytes.includes("NETSCAPE2.0"));
  }));

test("a film that is too long says so, and leaves the rest of the panel alone", () =>
  shared("1/2pc?orders=40&until=60s", async (page) => {
    await page.locator("#share").click();
    await page.locator("dialog.sharing input[value=gif]").check();
    await page.locator("dialog.sharing [role=status]", { hasText: "choose a shorter part" }).waitFor();
    await page.locator("#to").fill("2ms");
    await page.locator("dialog.sharing #download").waitFor();
  }));

test("Mermaid's own parser reads the diagram, and finds every arrow", async (context) => {
  const bundle = fileURLToPath(new URL("./node_modules/mermaid/dist/mermaid.min.js", import.meta.url));
  const blank = await serve({ policy: null, files: { "/blank.html": "<!doctype html><title>Mermaid</title>" } });
  const tab = await (await browser.newContext()).newPage();
  try {
    await tab.goto(`${blank.origin}/blank.html`);
    await tab.addScriptTag({ path: bundle });
    for (const locale of ["en", "zh-CN"]) {
      await shared(broken, async (page) => {
        await share(page, "mermaid");
        const text = await copied(page);
        const read = await tab.evaluate(async (text) => {
          await mermaid.parse(text);
          const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
          const arrows = db.getMessages().filter(({ from, to }) => from && to && from !== to).length;
          const { svg } = await mermaid.render("drawn", text);
          return { actors: [...db.getActors().keys()], arrows, drawn: svg.length };
        }, text);
        const arrows = text.split("\n").filter((line) => /^\s*\S+?(-->>|->>|-x|-\))/.test(line)).length;
        context.diagnostic(`${locale}: ${read.actors.length} participants, ${read.arrows} arrows`);
        assert.deepEqual(read.actors, ["cl", "c", "p1", "p2", "p3"]);
        assert.ok(arrows > 8);
        assert.equal(read.arrows, arrows);
      }, { locale });
    }
  } finally {
    await tab.close();
    await blank.close();
  }
});

test("ShiViz's default expression reads the log, and its clocks are those of a run", () =>
  shared(broken, async (page) => {
    await share(page, "shiviz");
    const text = await copied(page);
    // ShiViz's parser is no package: this is its default expression, applied as ShiViz does, over the whole log.
    const expression = /(?<event>.*)\n(?<host>\S*) (?<clock>{.*})/g;
    const events = [...text.matchAll(expression)].map(({ groups }) => ({ ...groups, clock: JSON.parse(groups.clock) }));
    assert.equal(text.replace(expression, "").trim(), "", "something of the log is no event");
    const acted = {};
    for (const { event, host, clock } of events) {
      assert.ok(event.length > 0);
      // ShiViz refuses a host whose own entry does not count up by one, and knowledge of what has not happened.
      acted[host] = (acted[host] ?? 0) + 1;
      assert.equal(clock[host], acted[host], host);
      for (const [other, known] of Object.entries(clock)) assert.ok(known <= (acted[other] ?? 0), `${host} knows too much of ${other}`);
    }
    assert.deepEqual(Object.keys(acted).sort(), ["c", "cl", "p1", "p2", "p3"]);
  }));

test("the table opens as one: every row has every column", () =>
  shared(dies, async (page) => {
    await share(page, "table");
    const rows = (await copied(page)).trimEnd().split("\n").map((row) => row.split("\t"));
    assert.ok(rows.length > 10);
    assert.equal(new Set(rows.map((row) => row.length)).size, 1);
    assert.deepEqual(rows.slice(1).map(([number]) => Number(number)), rows.slice(1).map((_, index) => Number(rows[1][0]) + index));
  }));

test("nothing of it is loaded before somebody shares", async () => {
  const visit = await laboratory(browser, site, dies);
  await visit.page.mouse.move(40, 40);
  await visit.page.waitForTimeout(1_000);
  assert.ok(!visit.requests.some((address) => /exporter|sharing/.test(address)));
  await visit.close();
});
