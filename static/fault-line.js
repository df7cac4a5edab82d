// A run of Faultline in a page of yours:
//   <fault-line src="https://…/#1/2pc-coordinator-dies" height="480"><a href="…"><img src="….svg" alt="…"></a></fault-line>
// docs/embedding.md is the reference. Host this file wherever you like; it needs nothing else and stores nothing.
(() => {
  // So many frames are alive at once; `live` has those with one, the one used last at the end.
  const most = 4;
  const all = new Set();
  const live = [];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const idle = () => ![...all].some((it) => it.playing || (it.waiting && it.asked));
  const put = (it, style) => it && (it.style.cssText += style);
  const watch = (options, act) => new IntersectionObserver((seen) => seen.forEach(act), options);
  const near = watch({ rootMargin: "100%" }, ({ target, isIntersecting }) => {
    target.near = isIntersecting;
    all.forEach((it) => it.near && it.open());
  });
  const view = watch({ threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6] }, (seen) => {
    const it = seen.target;
    it.seen = seen.intersectionRatio >= 0.6 || seen.intersectionRect.height >= innerHeight * 0.6;
    if (!seen.isIntersecting && it.playing) it.pause((it.left = true));
    it.auto();
  });

  class FaultLine extends HTMLElement {
    static observedAttributes = ["src", "height", "theme", "lang", "view", "play", "readonly", "name"];

    connectedCallback() {
      all.add(this);
      put(this, "display:block;position:relative;overflow:hidden;background:light-dark(#F5F7F8,#0F161B)");
      this.resize();
      this.retheme();
      this.sign ??= this.button();
      this.append(this.sign);
      // The picture as large as there is room; where that is too small to read, the beginning of it.
      put(this.querySelector("a"), "position:absolute;inset:0 0 60px;overflow:hidden");
      put(this.querySelector("img"), "width:100%;min-width:640px;max-width:none;height:100%;object-fit:contain;object-position:left top");
      this.addEventListener("click", this);
      // The host may change its theme by a mark on anything around the run.
      this.marks = new MutationObserver(() => this.retheme());
      for (let it = this.parentNode; it; it = it.parentNode ?? it.host) this.marks.observe(it, { attributes: true });
      near.observe(this);
      view.observe(this);
    }

    disconnectedCallback() {
      all.delete(this);
      [near, view].forEach((watcher) => watcher.unobserve(this));
      this.marks.disconnect();
      this.close();
    }

    attributeChangedCallback(name) {
      if (!all.has(this)) return;
      this.resize();
      this.retheme();
      if (/height|theme/.test(name)) return;
      this.link = this.now = this.asked = undefined;
      this.close();
      if (this.near) this.open();
    }

    resize() {
      this.style.height = `${parseFloat(this.getAttribute("height")) || 440}px`;
    }

    retheme() {
      const theme = this.getAttribute("theme");
      this.style.colorScheme = theme === "host" ? "" : (theme ?? "light dark");
      const scheme = getComputedStyle(this).colorScheme;
      const host = scheme.includes("dark") && (dark.matches || !scheme.includes("light")) ? "dark" : "light";
      const wanted = theme === "host" ? host : (theme ?? "auto");
      if (wanted !== this.theme) this.post({ do: "theme", theme: (this.theme = wanted) });
    }

    // What says that the picture can be played, for eyes, keys and screen readers.
    button() {
      const button = document.createElement("button"), sign = document.createElement("span");
      const word = /^zh/i.test(this.lang || document.documentElement.lang) ? "播放" : "Play";
      button.type = "button";
      button.ariaLabel = `${word}: ${this.alt()}`;
      put(button, "all:revert;position:absolute;left:16px;bottom:8px;height:44px;padding:0 16px;font:15px system-ui;cursor:pointer;border:1px solid;border-radius:2px;background:CanvasText;color:Canvas");
      put(sign, "display:inline-block;width:11px;height:13px;margin-right:10px;background:currentColor;clip-path:polygon(0 0,100% 50%,0 100%);pointer-events:none");
      button.append(sign, word);
      return button;
    }

    alt() {
      return this.querySelector("img")?.alt || "Faultline";
    }

    // A press on the picture plays. One with a key held opens the page, and so does one that comes again before the run
    // is there, or when it cannot be had.
    handleEvent(event) {
      const leads = event.target !== this.sign && (this.lost || (this.waiting && this.asked));
      if (this.shown || leads || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
      event.preventDefault();
      this.byKey = !event.detail;
      this.play();
    }

    // The frame behind the picture. One too many takes the place of one out of view, or of the one used longest ago.
    open(wanted) {
      if (this.frame || (!wanted && this.lost)) return;
      if (live.length >= most) {
        const other = live.find((it) => !it.near) ?? (wanted && live[0]);
        if (!other) return;
        other.close();
      }
      live.push(this);
      const given = (name) => this.getAttribute(name);
      const [base, own = "1/"] = (given("src") ?? this.querySelector("a")?.href ?? "").split("#");
      const link = this.link ?? own;
      const begins = /[?&]play=([^&-]+)/.exec(`${link}&play=${given("play")}`)?.[1];
      const wants = ["embed=1", `t=${/^\d/.test(begins) ? begins : "0us"}`];
      if (given("lang")) wants.push(`lang=${/^zh/i.test(given("lang")) ? "zh" : "en"}`);
      for (const key of ["view", "play"]) if (given(key)) wants.push(`${key}=${given(key)}`);
      if (this.hasAttribute("readonly")) wants.push("readonly=1");
      // What the link says itself it may not be told twice.
      const fresh = wants.filter((want) => !new RegExp(`[?&]${want.split("=")[0]}\\b`).test(link));
      this.origin = new URL(base, document.baseURI).origin;
      this.waiting = [];
      this.frame = Object.assign(document.createElement("iframe"), {
        src: `${base}#${link}${link.includes("?") ? "&" : "?"}${fresh.join("&")}`,
        title: this.alt(),
        name: given("name") ?? "",
        inert: true,
        // Until the frame answers, for a minute; a frame that loads anew is greeted anew.
        onload: () => {
          let left = 240;
          clearInterval(this.greeting);
          this.waiting ??= [];
          this.greeting = setInterval(() => (left-- ? this.post({ do: "hello" }) : this.close((this.lost = true))), 250);
        },
      });
      put(this.frame, "position:absolute;inset:0;width:100%;height:100%;border:0;opacity:0");
      this.append(this.frame);
    }

    close() {
      clearInterval(this.greeting);
      clearTimeout(this.again);
      this.frame?.remove();
      this.frame = this.waiting = undefined;
      this.playing = this.left = false;
      this.show(false);
      if (live.includes(this)) live.splice(live.indexOf(this), 1);
    }

    // The reader has either the frame or the picture.
    show(frame) {
      this.shown = frame;
      const hadFocus = this.byKey && this.contains(document.activeElement);
      for (const child of this.children) child.inert = frame === (child !== this.frame);
      this.sign.hidden = frame;
      if (this.frame) this.frame.style.opacity = frame ? 1 : 0;
      if (frame && hadFocus) this.frame.focus();
    }

    post(order) {
      this.frame?.contentWindow?.postMessage({ faultline: 1, ...order }, "*");
    }

    order(order) {
      clearTimeout(this.again);
      this.asked = true;
      this.left = this.lost = false;
      this.open(true);
      live.push(...live.splice(live.indexOf(this), 1));
      if (this.waiting) return this.waiting.push(order);
      this.post(order);
      this.show(true);
    }

    hear({ faultline, event, ...detail }) {
      if (event === "ready") {
        if (!this.waiting) return;
        clearInterval(this.greeting);
        if (this.theme !== "auto") this.post({ do: "theme", theme: this.theme });
        if (this.now) this.post({ do: "return", link: this.now });
        this.waiting.forEach((order) => this.post(order));
        this.waiting = undefined;
        if (this.asked) this.show(true);
      } else if (this.waiting) return;
      else this.now = detail.link ?? this.now;
      if (event === "step") {
        this.playing = detail.playing;
        if (detail.playing) all.forEach((it) => it !== this && it.playing && it.pause());
        if (detail.ended) {
          this.played = true;
          if (this.hasAttribute("loop") && !still.matches) this.again = setTimeout(() => this.play(), 1500);
          else all.forEach((it) => it.auto());
        }
      }
      this.dispatchEvent(new CustomEvent(event, { detail, bubbles: true }));
    }

    auto() {
      if (this.seen && idle() && (this.left || (this.hasAttribute("autoplay") && !this.played && !this.asked && !still.matches)))
        this.play();
    }

    play({ from, to } = {}) {
      this.order({ do: "play", from, to });
    }
    pause() {
      clearTimeout(this.again);
      this.waiting ? this.waiting.push({ do: "pause" }) : this.post({ do: "pause" });
    }
    seek(to) {
      this.order({ do: "seek", to });
    }
    load(link) {
      this.link = link.split("#").pop();
      this.now = undefined;
      this.order({ do: "load", link: this.link });
    }
    // Elements with data-t send the pen there as they pass the middle of the window. Gives what ends it.
    follow(selector) {
      const middle = watch({ rootMargin: "-50% 0px" }, ({ isIntersecting, target }) => isIntersecting && this.seek(target.dataset.t));
      document.querySelectorAll(selector).forEach((it) => middle.observe(it));
      return () => middle.disconnect();
    }
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (data?.faultline !== 1 || !["ready", "step", "beat", "verdict", "edit"].includes(data.event)) return;
    all.forEach((it) => it.frame?.contentWindow === source && it.origin === origin && it.hear(data));
  });
  // A link of the post with the run's name as its target leads the run.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[target]");
    const run = link?.hash && !event.defaultPrevented && [...all].find((it) => it.getAttribute("name") === link.target);
    if (!run) return;
    event.preventDefault();
    run.load(link.href);
  });
  dark.addEventListener("change", () => all.forEach((it) => it.retheme()));
  customElements.define("fault-line", FaultLine);
})();
