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

  // The preloads hold the names that only the build knows, and have started both downloads by now. The page in one file
  // (xtask/publish) has no files to load, and brings itself.
  const glue = document.querySelector("link[rel=modulepreload]")?.href;
  const wasm = document.querySelector("link[rel=preload][as=fetch]")?.href;
  const keeper = new URL("sw.js", document.currentScript.src || location);

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
    (glue ? import(glue) : Promise.resolve(faultline))
      .then((page) => page.default({ module_or_path: wasm }))
      .catch((error) => {
        console.error(error);
        fail(
          "Faultline could not start: it needs WebAssembly and all of its files.",
          "Faultline 无法启动：需要 WebAssembly 以及完整的文件。",
          error,
        );
      });

    // Once all of the page has come, it is kept for times without a network; frames keep nothing.
    const last = /later=(\S+)/.exec(document.querySelector("meta[name=faultline-parts]")?.content)?.[1];
    if (self !== top || !last) return;
    new PerformanceObserver((list, observer) => {
      if (!list.getEntriesByType("resource").some(({ name }) => name.endsWith(last))) return;
      observer.disconnect();
      navigator.serviceWorker?.register(keeper).catch(() => {});
    }).observe({ type: "resource", buffered: true });
  });
})();
