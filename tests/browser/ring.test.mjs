// The ring: a key's walk to its owner; who comes and goes, and which keys that moves; the number of virtual nodes and what it
// does to the balance; the same keys by other algorithms. What the page says is checked against what it lists and draws.

import { test } from "node:test";
import assert from "node:assert/strict";
import AxeBuilder from "@axe-core/playwright";
import { address, laboratory } from "./lib/laboratory.mjs";
import { browser, site } from "./lib/stage.mjs";

/** Opens a link and hands over the page; afterwards nothing may have been complained of. */
async function visiting(link, options, story) {
  const visit = await laboratory(browser, site, link, { viewport: { width: 1440, height: 1800 }, locale: "en", ...options });
  try {
    await visit.page.locator(".ring").first().waitFor({ state: "attached" });
    await story(visit.page);
    visit.assertQuiet();
  } finally {
    await visit.close();
  }
}

const lost = "1/load-balancer-ring-loses-a-provider?t=400ms";
const many = "1/load-balancer?algorithm=dubbo-ring&providers=10&standby=1&keys=10000&requests=60&until=1s&do=p4@200ms:leave&t=400ms";

/** The owners' table: of each its keys, and what the last change gave it or took. */
const owners = (page) =>
  page.$$eval(".ring > .scroll tbody tr", (rows) =>
    rows.map((row) => {
      const cells = [...row.querySelectorAll("td.number")].map((cell) => cell.textContent);
      const [keys, gained] = cells.slice(-2);
      return { name: row.querySelector("th").textContent, gone: row.classList.contains("gone"), keys: Number(keys), gained: Number(gained.replace("−", "-")) };
    }),
  );

/** What is said of the last change: how many keys it moved, of how many, and how few would have been enough. */
async function moved(page) {
  const told = await page.locator(".ring > .told").innerText();
  const [, keys, of, ideal] = told.match(/ move(?:d)? (\d+) of (\d+) keys[^;]*; (\d+) would /).map(Number);
  return { keys, of, ideal };
}

const walk = (page) => page.locator(".ring .walking .told").innerText();

test("a key walks to its owner: on pointing, by the keys, and told as it is drawn", async () => {
  await visiting(lost, {}, async (page) => {
    const slider = page.getByRole("slider", { name: "Key" });
    const first = await walk(page);
    assert.match(first, /^10\.0\.0\.7 walks to p\d, [\d.]+ % of the ring/);
    assert.equal(await slider.getAttribute("aria-valuetext"), first);

    await slider.focus();
    await page.keyboard.press("Home");
    const told = [];
    for (let key = 0; key < 12; key += 1) {
      told.push(await walk(page));
      await page.keyboard.press("ArrowRight");
    }
    assert.equal(new Set(told.map((text) => text.split(" ")[0])).size, 12, "each of the twelve keys once, along the ring");
    assert.equal(await slider.getAttribute("aria-valuenow"), "12");
    const before = told.filter((text) => text.includes("before it belonged to p2"));
    assert.equal(before.length, (await moved(page)).keys, "keys that moved say where they were");

    // Each moved key is a hollow dot with a dashed way.
    const ways = await page.locator(".ring .way").getAttribute("d");
    assert.equal(ways.split("M").length - 1, before.length);

    const box = await page.locator(".ring .circle").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.9);
    const below = await walk(page);
    await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2);
    assert.notEqual(await walk(page), below, "another key is nearer");
    await page.mouse.move(box.x - 40, box.y);
    assert.equal(await walk(page), told.at(-1), "left alone, the chosen key is shown again");
  });
});

test("with bounded loads a key walks on past whoever is full", async () => {
  await visiting("1/load-balancer-bounded-load?t=0ms", {}, async (page) => {
    await page.locator("#flow").focus();
    for (let step = 0; step < 120 && !/ walks past /.test(await walk(page).catch(() => "")); step += 1) {
      await page.keyboard.press("ArrowRight");
    }
    const told = await walk(page);
    const [, past, owner] = told.match(/^10\.0\.0\.7 walks past (.+) \(full\) to (p\d)/);
    assert.ok(!past.split(", ").includes(owner), told);
    assert.ok((await page.locator(".ring .unrolled .past").count()) >= past.split(", ").length);
    assert.ok((await page.locator(".ring .walk .passed").getAttribute("d")).length > 0, "those passed are marked on the circle");
  });
});

test("whoever is removed gives its keys and no others, whoever is added takes its share; pointing foretells both", async () => {
  await visiting(lost, {}, async (page) => {
    const before = await owners(page);
    await page.getByRole("button", { name: "Remove p3" }).hover();
    assert.match(await page.locator(".ring > .told").innerText(), /^Removing p3 would move/);
    const foretold = await moved(page);
    await page.getByRole("button", { name: "Remove p3" }).click();
    await address(page, /do=p3@.*:leave/);
    await page.locator(".ring > .told", { hasText: "The last change moved" }).waitFor();
    await page.locator(".ring tr.gone", { hasText: "p3" }).waitFor();

    const after = await owners(page);
    const told = await moved(page);
    assert.deepEqual(told, foretold);
    assert.equal(told.keys, before[2].keys, "all of p3's keys, and no others");
    assert.equal(told.ideal, told.keys);
    assert.deepEqual(after.map(({ keys }, place) => keys - before[place].keys), after.map(({ gained }) => gained));
    assert.equal(after[2].keys, 0);
    await page.locator(".ring summary", { hasText: "Which keys move" }).click();
    const listed = await page.locator(".ring .which li").allInnerTexts();
    assert.equal(listed.length, told.keys);
    for (const line of listed) assert.match(line, /^10\.\d+\.\d+\.7: p3 → p[14]$/);

    await page.getByRole("button", { name: "Add p3" }).click();
    await page.locator(".ring tr:not(.gone)", { hasText: "p3" }).waitFor();
    assert.deepEqual((await owners(page)).map(({ keys }) => keys), before.map(({ keys }) => keys), "everything is back");
    // p2 is down: it cannot come by itself.
    assert.ok(await page.getByRole("button", { name: "Add p2" }).isDisabled());
  });
});

test("the number of virtual nodes is dragged: the ring follows at once, the link when it is let go", async () => {
  await visiting(lost, {}, async (page) => {
    const slider = page.locator("#virtual-nodes");
    assert.equal(await slider.getAttribute("aria-valuetext"), "160");
    const numbers = Number(await slider.getAttribute("max")) + 1;
    await page.waitForFunction((all) => document.querySelector(".ring .plot polyline")?.points.length === all, numbers);
    const curve = await page.$eval(".ring .plot", (plot) =>
      Object.fromEntries(["busiest", "idlest"].map((name) => [name, [...plot.querySelector(`polyline.${name}`).points].map(({ y }) => y)])),
    );
    assert.equal(curve.idlest.length, numbers, "one ring for each number");
    const fair = Number(await page.locator(".ring .plot .fair").getAttribute("y1"));
    assert.ok(curve.busiest.every((y) => y <= fair) && curve.idlest.every((y) => y >= fair), "one is above the ideal, the other below");
    assert.ok(fair - curve.busiest[0] > 2 * (fair - curve.busiest.at(-1)), "more virtual nodes are more even");

    const points = () => page.$$eval(".ring > .scroll tbody tr", (rows) => rows.map((row) => Number(row.querySelector("td").textContent)));
    assert.deepEqual(await points(), [160, 0, 160, 160]);
    const box = await slider.boundingBox();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 2, box.y + box.height / 2, { steps: 4 });
    assert.deepEqual(await points(), [4, 0, 4, 4], "the ring that is tried");
    assert.ok(!(await page.evaluate(() => location.hash)).includes("virtual-nodes"));
    await page.mouse.up();
    await address(page, /virtual-nodes=4\b/);
    assert.deepEqual(await points(), [4, 0, 4, 4]);
    assert.match(await page.locator("#evenness").innerText(), /^Of the ring the busiest owner has [\d.]+ times its fair share/);

    await slider.focus();
    await page.keyboard.press("End");
    await address(page, /virtual-nodes=1000\b/);
    assert.deepEqual(await points(), [1000, 0, 1000, 1000]);
  });
});

test("a ring whose points are counted in all has a slider too, one without a ring has none", async () => {
  await visiting("1/load-balancer?algorithm=envoy-ring&t=20ms", {}, async (page) => {
    await page.locator("#virtual-nodes").focus();
    await page.keyboard.press("Home");
    await address(page, /ring-size=1\b/);
  });
  await visiting("1/load-balancer?algorithm=modulo&t=20ms", {}, async (page) => {
    assert.equal(await page.locator("#virtual-nodes").count(), 0);
    assert.equal(await page.locator(".ring .circle").count(), 0);
    assert.equal((await owners(page)).reduce((sum, { keys }) => sum + keys, 0), 12);
  });
});

test("the same keys stand side by side under a ring, modulo, jump, rendezvous and Maglev, whose table is drawn", async () => {
  await visiting(many, {}, async (page) => {
    await page.locator(".ring summary", { hasText: "by other algorithms" }).click();
    const table = page.locator(".beside-others table");
    await table.waitFor();
    const heads = await table.locator("thead th.number").allInnerTexts();
    assert.deepEqual(heads.map((head) => head.match(/Dubbo|modulo|jump|rendezvous|Maglev/)[0]), ["Dubbo", "modulo", "jump", "rendezvous", "Maglev"]);
    const rows = await table.locator("tbody tr, tfoot tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    const [evenness, movedRow, best] = rows.splice(-3);
    for (let column = 1; column <= 5; column += 1) {
      assert.equal(rows.reduce((sum, row) => sum + Number(row[column]), 0), 10_000, heads[column - 1]);
      assert.ok(Number(movedRow[column]) >= Number(best[column]), "nobody moves fewer than the fewest");
      assert.match(evenness[column], /^×1\.\d\d$/);
    }
    const bars = await table.locator("tbody tr:first-child .length").evaluateAll((bars) => bars.map((bar) => [bar.clientHeight, Number(bar.firstChild.getAttribute("width"))]));
    const keys = rows[0].slice(1).map(Number);
    assert.ok(bars.every(([height, width], column) => height === 3 && Math.abs(width / bars[0][1] - keys[column] / keys[0]) < 0.05), "bars are as long as there are keys");
    const [ring, modulo, jump, rendezvous, maglev] = movedRow.slice(1).map(Number);
    assert.equal(ring, (await moved(page)).keys);
    assert.deepEqual([ring, rendezvous], [best[1], best[4]].map(Number), "only the lost one's keys");
    assert.ok(modulo > 8_000 && jump > ring * 2 && maglev > Number(best[5]) && maglev < 2_000, movedRow.join(" "));

    const entries = await page.locator(".beside-others .lookup li").evaluateAll((items) =>
      items.map((item) => ({ owner: item.lastChild.textContent, changed: item.classList.contains("changed"), title: item.title })),
    );
    assert.equal(entries.length, 160);
    assert.ok(entries.every(({ owner }) => /^p\d+$/.test(owner) && owner !== "p4"), "whoever has gone has no entry");
    assert.ok(entries.some(({ changed }) => changed) && entries.every(({ changed, title }) => changed === / → /.test(title)));
  });
});

test("a small table of Maglev's is drawn whole, and says what the change did to it", async () => {
  await visiting("1/load-balancer-maglev-small-table?t=790ms", {}, async (page) => {
    assert.equal(await page.locator(".ring .lookup li").count(), 17);
    const told = await page.locator(".ring .lookup figcaption").innerText();
    const changed = Number(told.match(/gave (\d+) of them/)[1]);
    assert.equal(await page.locator(".ring .lookup li.changed").count(), changed);
    assert.ok(changed > 0);
  });
});

test("ten providers, 1,600 points and 10,000 keys are a few paths", async () => {
  await visiting(many, {}, async (page) => {
    const rows = await owners(page);
    assert.equal(rows.length, 11);
    assert.equal(rows.reduce((sum, { keys }) => sum + keys, 0), 10_000);
    assert.ok((await page.locator(".ring .circle svg *").count()) < 100);
    const [moves, stays] = await page.evaluate(() => ["moved", "stayed"].map((name) => [...document.querySelectorAll(`.ring .ticks.${name}`)].map((path) => path.getAttribute("d").length)));
    assert.ok(moves.every((length, owner) => (length > 0) === (![3, 10].includes(owner))), "keys moved to everybody that is there");
    assert.ok(stays.every((length) => length < 60_000));
    await page.getByRole("slider", { name: "Key" }).focus();
    await page.keyboard.press("End");
    assert.match(await walk(page), /walks to p\d+, 0\.\d+ % of the ring/);
  });
});

for (const [width, lang] of [[320, "zh-CN"], [390, "en"], [820, "zh-CN"], [1440, "en"]]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`at ${width} px in ${lang}, ${colorScheme}: nothing is wider than the page, and axe finds nothing`, async () => {
      await visiting(many, { viewport: { width, height: 800 }, locale: lang, colorScheme, hasTouch: width < 720, isMobile: width < 720 }, async (page) => {
        if (width < 720) await page.locator("#more").click();
        await page.locator(".ring summary").last().click();
        await page.locator(".beside-others table").waitFor();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
        const wide = await page.$$eval(".ring > *", (parts) => parts.filter((part) => part.scrollWidth > part.clientWidth + 1 && !part.matches(".scroll")).map((part) => part.className || part.tagName));
        assert.deepEqual(wide, []);
        const { violations } = await new AxeBuilder({ page }).include(".ring").analyze();
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
      });
    });
  }
}
