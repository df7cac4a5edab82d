// Starts the page. Everything else is Rust: this file is what cannot be, and stays small enough to read at a glance.
(function () {
  "use strict";

  // What a visitor chose must be there before the first paint. Storage throws where it is blocked; frames leave it alone.
  const root = document.documentElement;
  let language = navigator.language;
  try {
    const remembered = (what) => self === top && localStorage.getItem(`faultline.${what}`);
    const theme = remembered("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    language = remembered("language") || language;
  } catch {
    // The system's theme it is, and the browser's language.
  }

  // The page of one scenario opens it; what is shared from there is a link as everywhere. Its language is the page's own
  // (src/ui/environment.rs): so the link stays plain.
  const scenario = document.querySelector("meta[name=faultline-scenario]")?.content;
  let opens = "";
  if (scenario) {
    const [, link, own] = /^(.*?)(?:[?]lang=(en|zh))?$/.exec(scenario);
    opens = `#${link}`;
    if (own && !location.hash) root.dataset.language = language = own;
    if (!location.hash) history.replaceState(true, "", opens);
  }
  root.lang = /^zh/.test(language) ? "zh-Hans" : "en";
  // The first frame that stands in the page is not that of any other address.
  const isElsewhere = location.hash !== opens;
  if (isElsewhere) root.dataset.elsewhere = "";

  // Who comes to an address sees its page from the top; who comes back to one sees what they left. The browser knows where
  // that was, but scrolls before the page is drawn, which is too short then. Entries of the history that somebody has been at
  // say so; those that the page writes (src/ui/environment.rs) do too. A frame, which its host may send anywhere, keeps nothing.
  const left = new Map();
  let arrivals = 0;
  /** Scrolls so far down once the page is as long; gives up after so many frames, or where somebody has gone on. */
  const scrollDown = (to, arrival, frames) => {
    if (arrival !== arrivals) return;
    if (root.scrollHeight - innerHeight >= to) scrollTo(0, to);
    else if (frames) requestAnimationFrame(() => scrollDown(to, arrival, frames - 1));
  };
  const arrive = () => history.replaceState(true, "");
  addEventListener("hashchange", ({ oldURL, newURL }) => {
    arrivals += 1;
    if (history.state) {
      if (left.has(newURL)) scrollDown(left.get(newURL), arrivals, 120);
      return;
    }
    if (self === top) left.set(oldURL, scrollY);
    scrollTo(0, 0);
    arrive();
  });
  arrive();

  // Names that only the build knows. The page in one file (xtask/publish) has no files to load, and brings itself.
  const glue = document.querySelector("link[rel=modulepreload]")?.href;
  const wasm = document.querySelector("meta[name=faultline-module]")?.content;
  const keeper = new URL("sw.js", document.currentScript.src || location);

  // The build has divided the page (docs/decisions/0004-parts.md), and named the parts here in the order of their numbers,
  // each with its file and the numbers of those that it needs: "linked=….wasm later=….wasm+0 redis-lock=….wasm+0".
  const list = (document.querySelector("meta[name=faultline-parts]")?.content ?? "").split(" ").filter(Boolean);
  const parts = list.map((part) => {
    const [, name, file, needs] = /^(.+)=([^+]+)\+?(.*)$/.exec(part);
    return { name, file: `./${file}`, needs: needs.split("+").filter(Boolean) };
  });

  // Where the service worker (static/sw.js) answers for this page, everything is at hand, and must not be asked for later: a
  // request that is waited for does not reach it.
  let keepers;
  try {
    keepers = navigator.serviceWorker;
  } catch {
    // Frames without an origin may not even ask.
  }
  const isKept = Boolean(keepers?.controller);

  // An address that says no more than this takes ways that first runs were seen to take (tests/browser/record.mjs).
  const plain = /^(1\/[^?]+)([?](embed=1|t=0us|lang=(en|zh)|&)+)?$/;

  /** The parts that an address needs at once: a plain run its protocols'. One that says more may need anything, and a
   * comparison runs all protocols: all of them. */
  function wanted(address) {
    const said = address.replace(/^#/, "");
    if (isKept || (!plain.test(said) && said) || /\/compare\//.test(said)) return parts;
    if (!said) return [];
    const isNamed = ({ name }) => name === "linked" || new RegExp(`[/=,]${name}`).test(address);
    return parts.filter(isNamed).flatMap(whole);
  }

  /** A part after all that it needs. */
  const whole = (part) => [...part.needs.map((number) => parts[number]), part];

  // What is seen first comes first: the module comes once the first frame has been seen that stands in the page, parts behind
  // any first frame. Where nothing is painted for now, behind another window say, they wait no longer than this.
  const patience = 1000;
  const seen = new Promise((resolve) => {
    setTimeout(resolve, patience);
    const look = (list) => list.getEntriesByName("first-contentful-paint").forEach(resolve);
    new PerformanceObserver(look).observe({ type: "paint", buffered: true });
  });
  const module = (isElsewhere || !glue ? Promise.resolve() : seen).then(() => wasm && fetch(wasm));
  const parsed = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  if (isElsewhere) parsed.then(() => document.querySelectorAll(".first-frame").forEach((frame) => frame.remove()));

  /** Where a link leads elsewhere, the first frame is on its scenario's own page: of that in somebody's frame, which may have
   * any size, the sentence. Of what is no scenario's, none is asked for. */
  async function preface(address) {
    if (!isElsewhere) return seen;
    const id = /^#1[/]([\w-]+)/.exec(address)?.[1];
    if (isKept || !plain.test(address.slice(1)) || !parts.some(({ name }) => id?.startsWith(`${name}-`))) return undefined;
    const own = /lang=(en|zh)/.exec(address)?.[1] ?? root.lang;
    const response = await fetch(new URL(`s/${id}/${/^zh/.test(own) ? "zh/" : ""}`, keeper));
    const page = new DOMParser().parseFromString(response.ok ? await response.text() : "", "text/html");
    await parsed;
    const frame = page.querySelector(".first-frame");
    if (!frame || document.getElementById("flow")) return undefined;
    const isFrame = /embed=1/.test(address);
    frame.classList.toggle("embedded", isFrame);
    // Its links lead on from another folder.
    const needless = isFrame ? ".bar, .opening, .answer, .flow, noscript" : ".bar a, noscript";
    frame.querySelectorAll(needless).forEach((element) => element.remove());
    delete root.dataset.elsewhere;
    root.lang = page.documentElement.lang;
    document.body.prepend(frame);
    return seen;
  }

  const ahead = Promise.all([module, preface(location.hash).catch(() => {})]);
  const compile = (file) => WebAssembly.compileStreaming(fetch(file, { priority: "low" }));
  const begin = (part) => (part.module ??= ahead.then(() => compile(part.file)).catch(() => null));

  // A part uses the memory, the tables and the functions of the rest.
  function enter(part, module, rest) {
    if (!part.isThere) new WebAssembly.Instance(module, { rest });
    part.isThere = true;
  }

  // The browser waits meanwhile. A request that is waited for gives text only: this charset keeps every byte.
  function enterNow(part, rest) {
    if (part.isThere) return;
    const request = new XMLHttpRequest();
    request.open("GET", part.file, false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    if (request.status !== 200) throw new Error(`${part.file}: ${request.status}`);
    enter(part, new WebAssembly.Module(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0))), rest);
  }

  // A connection may fail once.
  function insist(part, rest) {
    try {
      enterNow(part, rest);
    } catch {
      enterNow(part, rest);
    }
  }

  // What src/ui/parts.rs calls. Without an address, all parts are wanted.
  globalThis.faultlineParts = {
    async load(address, rest) {
      const needed = address === undefined ? parts : wanted(address);
      needed.forEach(begin);
      try {
        for (const part of needed) {
          const module = await part.module;
          // A host that does not know WebAssembly's media type keeps a part from being compiled while it comes.
          if (module) enter(part, module, rest);
          else insist(part, rest);
        }
        // The browser may draw between the making of modules and what runs in them.
        await new Promise((resolve) => setTimeout(resolve));
      } catch {
        return false;
      }
      // All of the page has come: it is kept for times without a network; frames keep nothing.
      if (self === top && parts.length && needed === parts) keepers?.register(keeper).catch(() => {});
      return true;
    },
    loadNow(number, rest) {
      try {
        for (const part of whole(parts[number])) insist(part, rest);
      } catch (error) {
        throw Object.assign(new Error(error.message), { name: "MissingPart" });
      }
    },
  };
  wanted(location.hash).forEach(begin);

  // Whatever goes wrong, the visitor reads a sentence and not an empty page.
  function fail(english, chinese, error) {
    if (document.getElementById("failure")) return;
    const sentence = document.createElement("p");
    sentence.id = "failure";
    sentence.setAttribute("role", "alert");
    sentence.textContent = `${english} ${chinese} (${error.message})`;
    document.body.prepend(sentence);
  }

  // Rust that panics stops for good, and says so only in the console.
  function stopped(error) {
    if (error?.name === "MissingPart") {
      const english = "A part of the page could not be loaded. Please check the connection and reload: the address keeps your scenario.";
      fail(english, "页面的一部分无法加载。请检查网络后重新加载：您的场景保存在地址中。", error);
    }
    if (!(error instanceof WebAssembly.RuntimeError)) return;
    fail("Faultline stopped by a mistake of its own. Please reload the page.", "Faultline 因自身错误已停止，请重新加载页面。", error);
  }
  addEventListener("error", (event) => stopped(event.error));
  addEventListener("unhandledrejection", (event) => stopped(event.reason));

  // Rust draws into the body, which the parser has yet to reach. Given the answer, the glue compiles while it downloads.
  parsed.then(() => {
    (glue ? Promise.all([import(glue), module]) : Promise.resolve([faultline]))
      .then(([page, module_or_path]) => page.default({ module_or_path }))
      .catch((error) => {
        console.error(error);
        fail(
          "Faultline could not start: it needs WebAssembly and all of its files.",
          "Faultline 无法启动：需要 WebAssembly 以及完整的文件。",
          error,
        );
      });
  });
})();
