// What goes on in the page's main thread, by the browser's own tracing.

import assert from "node:assert/strict";

/** The mark of a task in which a script of a test's looks at the page. */
export const LOOKS = "a test looks";
/** What brings a test's orders to the page: no visitor's page gets any. */
const ORDERS = "blink.mojom.DevToolsSession";

/**
 * Records the main thread while `act` goes on: the work of each frame and the longest task, in milliseconds, and both
 * again by the processor's time alone, which other work on the machine does not lengthen. Tasks in which a test looks, or
 * the browser takes its orders, are no work of the page's: `others` is how long they took together.
 */
export async function record(page, act) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const done = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "devtools.timeline", "__metadata", "blink.user_timing"] },
  });
  try {
    await act();
  } finally {
    // Only one recording goes on in a browser: one that failed must not take the next ones with it.
    await session.send("Tracing.end");
    await done;
    await session.detach();
  }
  const named = events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain");
  assert.ok(named.length > 0, "the trace has no main thread");
  const mains = new Set(named.map(({ pid, tid }) => `${pid}:${tid}`));
  const own = events.filter(({ pid, tid }) => mains.has(`${pid}:${tid}`));
  // The page's own renderer is the one that fires animation frames, several of them in one task of a frame.
  const renderer = own.find(({ name }) => name === "FireAnimationFrame")?.pid;
  const ofPage = own.filter(({ pid }) => pid === renderer).sort((a, b) => a.ts - b.ts);
  const isOfTest = ({ name, args }) => name === LOOKS || args?.chrome_mojo_event_info?.mojo_interface_tag === ORDERS;
  const ofTest = ofPage.filter(isOfTest).map(({ ts }) => ts);
  const [tasks, others] = [[], []];
  for (const task of ofPage.filter(({ ph, name }) => ph === "X" && /RunTask$/.test(name))) {
    (ofTest.some((at) => at >= task.ts && at < task.ts + task.dur) ? others : tasks).push(task);
  }
  const fired = ofPage.filter(({ name }) => name === "FireAnimationFrame").map(({ ts }) => ts);
  const isFrame = ({ ts, dur }) => fired.some((at) => at >= ts && at < ts + dur);
  const starts = tasks.filter(isFrame).map(({ ts }) => ts);
  const sumOf = (tasks, time) => tasks.reduce((sum, task) => sum + (task[time] ?? task.dur) / 1_000, 0);
  // A frame is its own task with all that follows until the next one's.
  const workOf = (time) => {
    const work = starts.slice(1).map((to, index) => sumOf(tasks.filter(({ ts }) => ts >= starts[index] && ts < to), time));
    return work.sort((a, b) => a - b);
  };
  const longestOf = (time) => Math.max(0, ...tasks.map((task) => (task[time] ?? task.dur) / 1_000));
  return {
    work: workOf("dur"),
    busy: workOf("tdur"),
    longest: longestOf("dur"),
    busiest: longestOf("tdur"),
    others: sumOf(others, "tdur"),
  };
}

/**
 * How long a fixed piece of work takes in the page just now, in milliseconds at the median of some: to lay out so many words.
 * Shared machines are not always as fast, and a slowdown is not quite what it is called.
 */
const pace = (page) =>
  page.evaluate(() => {
    const all = Array.from({ length: 21 }, () => {
      const begun = performance.now();
      const paper = document.createElement("div");
      for (let word = 0; word < 400; word += 1) paper.appendChild(document.createElement("span")).textContent = `word ${word} `;
      document.body.append(paper);
      paper.getBoundingClientRect();
      paper.remove();
      return performance.now() - begun;
    });
    return all.sort((a, b) => a - b)[10];
  });

/** Slows the page down by the browser's own measure; the end of a recording ends that. */
export const slowDown = (session, rate) => session.send("Emulation.setCPUThrottlingRate", { rate });

/** How long a fixed piece of work takes unhindered, and at a rate, at which the page is left. */
export async function paces(page, session, rate) {
  await slowDown(session, 1);
  const unhindered = await pace(page);
  await slowDown(session, rate);
  const slowed = await pace(page);
  return { unhindered, slowed, factor: slowed / unhindered };
}

/** The rate by that measure at which the page's work in fact takes so many times as long, tried until it does. */
export async function rateFor(page, session, times) {
  let rate = times;
  for (let tries = 0; tries < 5; tries += 1) {
    const { factor } = await paces(page, session, rate);
    if (Math.abs(factor / times - 1) < 0.05) break;
    rate = 1 + ((rate - 1) * (times - 1)) / Math.max(factor - 1, 1);
  }
  return rate;
}

/** The value that a share of sorted ones does not exceed. */
export const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

/** Prints what was recorded, by the name of what went on. */
export function tell(context, recordings) {
  for (const [name, { work, busy, longest, busiest, others }] of Object.entries(recordings)) {
    const told = (of, task) =>
      `work at the median ${percentile(of, 0.5).toFixed(1)} ms, 95th percentile ${percentile(of, 0.95).toFixed(1)} ms, ` +
      `longest task ${task.toFixed(0)} ms`;
    context.diagnostic(`${name}: ${work.length} frames, ${told(work, longest)}`);
    context.diagnostic(`${name}, by the processor's time alone: ${told(busy, busiest)}`);
    context.diagnostic(`${name}: left out are ${others.toFixed(0)} ms in which the test itself was at work`);
  }
}
