// Starts the page. Everything else is Rust: this file is what cannot be, and stays small enough to read at a glance.
(function () {
  "use strict";

  // A remembered theme must be there before the first paint. Storage throws where a browser or a frame's host blocks it.
  try {
    const theme = localStorage.getItem("faultline.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // The system's theme it is.
  }

  // The preloads hold the names that only the build knows, and have started both downloads by now.
  const glue = document.querySelector("link[rel=modulepreload]").href;
  const wasm = document.querySelector("link[rel=preload][as=fetch]").href;

  // Rust draws into the body, which the parser has yet to reach. Given an address, the glue compiles while it downloads.
  addEventListener("DOMContentLoaded", () => {
    import(glue)
      .then((page) => page.default({ module_or_path: wasm }))
      .catch((error) => {
        console.error(error);
        const sentence = document.createElement("p");
        sentence.setAttribute("role", "alert");
        sentence.textContent =
          "Faultline could not start: it needs WebAssembly and all of its files. " +
          "Faultline 无法启动：需要 WebAssembly 以及完整的文件。(" + error.message + ")";
        document.body.append(sentence);
      });
  });
})();
