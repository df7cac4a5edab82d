// Starts the page. Everything else is Rust: this file is what cannot be, and stays small enough to read at a glance.
(function () {
  "use strict";

  // A remembered theme must be there before the first paint. Storage throws where it is blocked; frames leave it alone.
  try {
    const theme = self === top && localStorage.getItem("faultline.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // The system's theme it is.
  }

  // The page of one scenario opens it; what is shared from there is a link as everywhere.
  const scenario = document.querySelector("meta[name=faultline-scenario]")?.content;
  if (scenario && !location.hash) history.replaceState(null, "", `#${scenario}`);

  // The preloads hold the names that only the build knows, and have started both downloads by now.
  const glue = document.querySelector("link[rel=modulepreload]").href;
  const wasm = document.querySelector("link[rel=preload][as=fetch]").href;

  // The build has divided the page (docs/decisions/0004-parts.md), and named the parts here: "linked=….wasm later=….wasm".
  // Their order gives their numbers. The first is what all others stand on.
  const list = document.querySelector("meta[name=faultline-parts]").content.split(" ").filter(Boolean);
  const parts = list.map((part) => ({ name: part.split("=")[0], file: `./${part.split("=")[1]}` }));

  /** Whether the address needs a part at once: a frame all, as the page around it may have orders; a run its protocol's. */
  function isWanted({ name }) {
    if (location.hash.includes("embed")) return true;
    const [, path] = /^#?1\/([^?]+)/.exec(location.hash) ?? [];
    return path && (name === "linked" || path.startsWith(name));
  }

  const begin = (part) => (part.module ??= WebAssembly.compileStreaming(fetch(part.file)).catch(() => null));

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

  // What src/ui/parts.rs calls.
  globalThis.faultlineParts = {
    async load(all, rest) {
      const wanted = parts.filter((part) => all || isWanted(part));
      const modules = wanted.map(begin);
      try {
        for (const [place, part] of wanted.entries()) {
          const module = await modules[place];
          // A host that does not know WebAssembly's media type keeps a part from being compiled while it comes.
          if (module) enter(part, module, rest);
          else insist(part, rest);
        }
        return true;
      } catch {
        return false;
      }
    },
    loadNow(number, rest) {
      try {
        for (const part of [parts[0], parts[number]]) insist(part, rest);
      } catch (error) {
        throw Object.assign(new Error(error.message), { name: "MissingPart" });
      }
    },
  };
  parts.filter(isWanted).forEach(begin);

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

  // Rust draws into the body, which the parser has yet to reach. Given an address, the glue compiles while it downloads.
  addEventListener("DOMContentLoaded", () => {
    import(glue)
      .then((page) => page.default({ module_or_path: wasm }))
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
