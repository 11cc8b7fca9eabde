// What every page can do: theme, copying, in-page navigation, keyboard, tabs, print, loading data.
// Everything here is an extra. The page reads and prints without it.
//
// Also the few things the other scripts share, on window.RG:
//   RG.element, RG.svg, RG.icon   make elements; text only ever through textContent
//   RG.say(text)                  tells a screen reader
//   RG.load(href)                 runs a data script once, or lays a stylesheet over the page
//   RG.loadLater(name)            the same for what few readers need: theme.py adds RG.later below
//   RG.run, RG.onRun, RG.data     the runs whose data has been loaded
//   RG.isName(text)               may this text from data become part of an address?
//   RG.openedVersion, RG.keepVersion(href)   the ?v= the page was opened with
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const documentElement = document.documentElement;

  // ---- elements -----------------------------------------------------------------------------

  const SVG = "http://www.w3.org/2000/svg";

  RG.element = (tag, className = "", text = null) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== null) element.textContent = text;
    return element;
  };

  RG.svg = (tag, attributes = {}, ...children) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /** One of the icons in icons.css. */
  RG.icon = (name) => RG.element("i", `i i-${name}`);

  const liveRegion = RG.element("div", "vh");
  liveRegion.setAttribute("role", "status");
  document.body.append(liveRegion);

  RG.say = (text) => {
    liveRegion.textContent = text;
  };

  // ---- data scripts -------------------------------------------------------------------------

  const loads = new Map();

  /**
   * Runs the script at `href` (relative to the page) once and resolves when it has run.
   * A page opened from disk may not fetch, so data travels as scripts that register themselves.
   * After a failure the next call tries again.
   */
  RG.load = (href) => {
    const address = new URL(href, document.baseURI).href;
    if (!loads.has(address)) loads.set(address, inject(address));
    return loads.get(address);
  };

  /** One of the theme's files that no page loads by itself: `search.js`. */
  RG.loadLater = (name) => RG.load((document.body.dataset.root || "") + RG.later[name]);

  function inject(address) {
    return new Promise((resolve, reject) => {
      const isStyle = address.endsWith(".css");
      const node = document.createElement(isStyle ? "link" : "script");
      if (isStyle) node.rel = "stylesheet";
      node[isStyle ? "href" : "src"] = address;
      node.onload = () => resolve();
      node.onerror = () => {
        loads.delete(address);
        node.remove();
        reject(new Error(`Could not load ${address}`));
      };
      document.head.append(node);
    });
  }

  /** Resolves once all scripts of the page have run. */
  RG.ready = new Promise((resolve) => {
    if (document.readyState === "complete") resolve();
    else document.addEventListener("DOMContentLoaded", resolve);
  });

  /** The inverse of charts/curve_data.py: every column has a number for each point then. */
  function unpackCurves(metrics) {
    const curves = Object.values(metrics);
    for (const curve of curves) {
      curve.value = numbers(curve.value);
      curve.step = curve.step ? summedUp(curve.step, curve.value) : null;
      if (Array.isArray(curve.time)) curve.time = summedUp(curve.time, curve.value);
    }
    for (const curve of curves) {
      if (typeof curve.time === "string") curve.time = metrics[curve.time].time;
    }
  }

  function numbers(packed) {
    if (Array.isArray(packed)) return packed.map(Number);
    const bytes = Uint8Array.from(atob(packed.slice(1)), (letter) => letter.charCodeAt(0));
    const Column = packed[0] === "f" ? Float32Array : Float64Array;
    return Array.from(new Column(bytes.buffer));
  }

  function summedUp([first, ...added], values) {
    let sum = first;
    return values.map((_, i) => (i ? (sum += added[i - 1] ?? added[0]) : sum));
  }

  RG.data = { runs: new Map() };
  const runListeners = new Map();

  /** Called by the data script of a run: {id, name, params, metrics, …}. */
  RG.run = (run) => {
    if (run.metrics) unpackCurves(run.metrics);
    for (const [name, stats] of Object.entries(run.stats || {})) {
      stats[0] ||= "unknown";
      stats[1] ??= run.metrics?.[name]?.value.at(-1) ?? null; // left out where it is the end of the curve
      stats[2] ??= null;
      stats[3] ??= null;
    }
    RG.data.runs.set(run.id, run);
    for (const listener of runListeners.get(run.id) || []) listener(run);
    runListeners.delete(run.id);
  };

  /** Calls `listener` with the run's data once it is there, which may be now. */
  RG.onRun = (id, listener) => {
    if (RG.data.runs.has(id)) {
      listener(RG.data.runs.get(id));
      return;
    }
    if (!runListeners.has(id)) runListeners.set(id, []);
    runListeners.get(id).push(listener);
  };

  /** Without a slash no text from data can lead out of the folder it is put behind. */
  RG.isName = (text) => typeof text === "string" && /^[\w~.-]+$/.test(text);

  // ---- report versions ----------------------------------------------------------------------

  const openedWith = new URLSearchParams(location.search).get("v");

  const { kind: ownKind, id: ownId } = document.body.dataset;

  /** The report version or alias named by `?v=`, or of which this is the home page; or null. */
  RG.openedVersion = [openedWith, ownKind === "home" && ownId].find(RG.isName) ?? null;

  /** `href` with the page's own `?v=` added, if it leads to a page of this site. */
  RG.keepVersion = (href) => {
    if (RG.openedVersion === null || !isPageOfThisSite(href)) return href;
    const [, path, query, hash] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(href);
    const parameters = new URLSearchParams(query);
    if (!parameters.has("v")) parameters.set("v", RG.openedVersion);
    return `${path}?${parameters}${hash || ""}`;
  };

  function isPageOfThisSite(href) {
    if (href.startsWith("#")) return false;
    const site = new URL(document.body.dataset.root || "./", location.href);
    const target = new URL(href, location.href);
    return target.href.startsWith(site.href) && target.pathname.endsWith(".html");
  }

  // ---- theme --------------------------------------------------------------------------------

  function storedTheme() {
    try {
      return localStorage.getItem("rg-theme");
    } catch {
      return null;
    }
  }

  function storeTheme(theme) {
    try {
      localStorage.setItem("rg-theme", theme);
    } catch {
      // The choice then lasts as long as the page.
    }
  }

  function toggleTheme() {
    const theme = documentElement.dataset.theme === "dark" ? "light" : "dark";
    documentElement.dataset.theme = theme;
    storeTheme(theme);
    RG.say(theme === "dark" ? "Dark theme" : "Light theme");
  }

  function followSystemTheme(event) {
    if (storedTheme() === null) documentElement.dataset.theme = event.matches ? "dark" : "light";
  }

  function bindTheme() {
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.addEventListener("click", toggleTheme);
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", followSystemTheme);
  }

  // ---- copy buttons -------------------------------------------------------------------------

  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // http:// without TLS has no clipboard API, and permission may be refused.
      return copyThroughSelection(text);
    }
  }

  function copyThroughSelection(text) {
    const area = RG.element("textarea", "vh");
    area.value = text;
    document.body.append(area);
    area.select();
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch {
      copied = false;
    }
    area.remove();
    return copied;
  }

  function textToCopy(button) {
    if (button.dataset.copy) return button.dataset.copy;
    const source = button.closest(".code")?.querySelector("pre");
    return source ? source.textContent : "";
  }

  async function copyFrom(button) {
    const copied = await copyText(textToCopy(button));
    button.focus({ preventScroll: true });
    confirmCopy(button, copied ? "Copied" : "Press Ctrl+C");
  }

  /** Shows `answer` in the button's label for a moment. */
  function confirmCopy(button, answer) {
    RG.say(answer);
    if (button.classList.contains("done")) return;
    button.classList.add("done");
    const label = button.querySelector("span");
    const before = label ? label.textContent : "";
    if (label) label.textContent = answer;
    setTimeout(() => {
      if (label) label.textContent = before;
      button.classList.remove("done");
    }, 1600);
  }

  function bindCopyButtons() {
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-copy], [data-copy-pre]");
      if (button) copyFrom(button);
    });
  }

  // ---- in-page navigation -------------------------------------------------------------------

  /** Marks the link of `.nav` whose section is on screen. */
  function bindScrollSpy() {
    const links = [...document.querySelectorAll(".nav a[href^='#']")];
    const sections = links.map((link) => document.getElementById(idOf(link)));
    if (!links.length || !("IntersectionObserver" in window)) return;
    const visible = new Set();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (entry.isIntersecting) visible.add(entry.target);
          else visible.delete(entry.target);
        }
        const current = sections.findIndex((section) => visible.has(section));
        if (current >= 0) markCurrent(links, links[current]);
      },
      // Under the sticky bars, and in the upper half: what the reader is looking at.
      { rootMargin: "-110px 0px -45% 0px" },
    );
    for (const section of sections) if (section) observer.observe(section);
  }

  function idOf(link) {
    try {
      return decodeURIComponent(link.hash.slice(1));
    } catch {
      return link.hash.slice(1);
    }
  }

  function markCurrent(links, current) {
    for (const link of links) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    // Where the navigation is wider than the screen it follows; the page itself stays.
    const nav = current.closest(".nav");
    nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
  }

  // ---- parameter filter ---------------------------------------------------------------------

  function filterRows(input) {
    const scope = input.closest(".card, section") || document;
    const rows = [...scope.querySelectorAll(".kvbox tr")];
    const wanted = input.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    RG.say(`${rows.filter((row) => !row.hidden).length} of ${rows.length} shown`);
  }

  function bindParameterFilters() {
    for (const input of document.querySelectorAll("[data-kv-filter]")) {
      input.addEventListener("input", () => filterRows(input));
    }
  }

  // ---- keyboard and pop-overs ---------------------------------------------------------------

  const openPopovers = () => document.querySelectorAll("details.pop[open]");

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  /** Loads files that few readers need, and then runs `use`; without them, the link leads on. */
  async function openLater(files, use, link = null) {
    try {
      await Promise.all(files.map(RG.loadLater));
    } catch {
      if (link) location.href = link.href;
      return;
    }
    use();
  }

  /** The search of the site: over this page, or the field of the page that is nothing else. */
  function openSearch() {
    const open = () => RG.finder.open();
    if (RG.finder) open();
    else openLater(["search.js", "asides.css"], open, document.querySelector("[data-find]"));
  }

  /** The report versions, to see this page in another of them. */
  function bindVersions() {
    const link = document.querySelector("[data-versions]");
    if (!link) return;
    if (RG.openedVersion !== null) {
      link.querySelector("span").textContent = RG.openedVersion;
      link.setAttribute("aria-label", `Report versions, this is ${RG.openedVersion}`);
      link.classList.add("is-fixed");
    }
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openLater(["asides.js", "asides.css"], () => RG.versionMenu(link), link);
    });
  }

  function focusFilter() {
    (document.querySelector("#q") || document.querySelector("[data-kv-filter]"))?.focus();
  }

  const KEYS = {
    "/": openSearch,
    f: focusFilter,
    "?": () => openLater(["asides.js", "asides.css"], () => RG.keys.open()),
  };

  function pressKey(event) {
    if (event.key === "Escape") closePopovers();
    if (!Object.hasOwn(KEYS, event.key) || isTyping(event.target)) return;
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    KEYS[event.key]();
  }

  function bindSearch() {
    document.querySelector("[data-find]")?.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      openSearch();
    });
  }

  /** The pages seen last, for the search to offer: [kind, title, address from the site's root]. */
  function rememberPage() {
    const { kind, root } = document.body.dataset;
    const site = new URL(root || "./", location.href).pathname;
    const title = document.querySelector("h1")?.textContent.trim();
    RG.recentKey = `rg-recent:${site}`;
    if (!title || !/^(run|experiment|model|registered-model|project)$/.test(kind)) return;
    const path = location.pathname.slice(site.length);
    try {
      const seen = JSON.parse(localStorage.getItem(RG.recentKey)) || [];
      const rest = seen.filter((one) => one[1] !== title || one[0] !== kind);
      const entries = [[kind, title, path], ...rest].slice(0, 8);
      localStorage.setItem(RG.recentKey, JSON.stringify(entries));
    } catch {
      // Storage may be forbidden: nothing is remembered then.
    }
  }

  function closePopovers() {
    for (const popover of openPopovers()) {
      popover.open = false;
      popover.querySelector("summary").focus();
    }
  }

  function bindKeyboard() {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      pressKey(event);
    });
    document.addEventListener("click", (event) => {
      for (const popover of openPopovers()) {
        // A click may have replaced what it hit; that is no click outside.
        if (event.target.isConnected && !popover.contains(event.target)) popover.open = false;
      }
    });
  }

  // ---- tabs ---------------------------------------------------------------------------------

  /**
   * Turns the `.code` panels of a `[data-tabs]` box into tabs, named by their `data-tab`.
   * Without this script they stand below one another.
   */
  function makeTabs(box, number) {
    const panels = [...box.querySelectorAll(":scope > .code")];
    if (panels.length < 2) return;
    const list = box.querySelector("[role=tablist]") || RG.element("div", "tabs");
    list.setAttribute("role", "tablist");
    if (box.dataset.tabs) list.setAttribute("aria-label", box.dataset.tabs);
    const tabs = panels.map((panel, index) => makeTab(panel, `tab-${number}-${index}`));
    list.replaceChildren(...tabs);
    list.hidden = false;
    if (!list.parentElement) box.prepend(list);
    list.addEventListener("click", (event) => {
      const index = tabs.indexOf(event.target.closest("[role=tab]"));
      if (index >= 0) chooseTab(tabs, panels, index);
    });
    list.addEventListener("keydown", (event) => moveTab(event, tabs, panels));
    chooseTab(tabs, panels, 0);
  }

  function makeTab(panel, id) {
    const label = panel.dataset.tab || panel.querySelector(".bar0 > :first-child")?.textContent;
    const tab = RG.element("button", "tab", label || id);
    tab.type = "button";
    tab.id = id;
    tab.setAttribute("role", "tab");
    panel.id = panel.id || `${id}-panel`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", id);
    tab.setAttribute("aria-controls", panel.id);
    return tab;
  }

  function chooseTab(tabs, panels, chosen) {
    tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === chosen));
      tab.tabIndex = index === chosen ? 0 : -1;
      panels[index].hidden = index !== chosen;
    });
  }

  function moveTab(event, tabs, panels) {
    const current = tabs.indexOf(event.target);
    const last = tabs.length - 1;
    const target = {
      ArrowRight: current === last ? 0 : current + 1,
      ArrowLeft: current === 0 ? last : current - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (current < 0 || target === undefined) return;
    event.preventDefault();
    chooseTab(tabs, panels, target);
    tabs[target].focus();
  }

  // ---- addresses ----------------------------------------------------------------------------

  /** Commands name a model by the address that is chosen, quoted for each language. */
  function bindAddresses() {
    const box = document.querySelector("[data-addresses]");
    if (!box) return;
    box.hidden = false;
    box.addEventListener("change", ({ target }) => {
      const quoted = target.selectedOptions[0].dataset;
      for (const place of document.querySelectorAll("[data-uri]")) {
        place.textContent = quoted[place.dataset.uri];
      }
    });
  }

  // ---- notes --------------------------------------------------------------------------------

  /** What of a note is too wide for the page scrolls by itself: the keyboard has to reach it. */
  function letNotesScroll() {
    const resized = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
      }
    });
    document.querySelectorAll(".prose :is(table, pre)").forEach((box) => resized.observe(box));
  }

  // ---- scripts of sections ------------------------------------------------------------------

  /** A section may name scripts of its own, which are loaded, in order, when it comes near. */
  function loadWhenNear() {
    const load = async (section) => {
      try {
        for (const script of section.dataset.script.split(" ")) await RG.load(script);
      } catch {
        // It reads without.
      }
    };
    const near = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          near.unobserve(target);
          load(target);
        }
      },
      { rootMargin: "250px 0px" },
    );
    for (const section of document.querySelectorAll("[data-script]")) {
      section.addEventListener("focusin", () => load(section), { once: true });
      // What an address leads to may be folded away, where the reader would never come near it.
      if (location.hash) load(section);
      else near.observe(section);
    }
  }

  // ---- print --------------------------------------------------------------------------------

  /** Paper cannot be unfolded: what is folded is opened for it, and every tab shown. */
  function unfold() {
    for (const details of document.querySelectorAll("details:not(.pop):not([open])")) {
      details.open = true;
      details.dataset.shut = "";
    }
    for (const panel of document.querySelectorAll("[data-tabs] > .code[hidden]")) {
      panel.hidden = false;
      panel.dataset.shut = "";
    }
  }

  function foldAgain() {
    for (const element of document.querySelectorAll("[data-shut]")) {
      if (element.tagName === "DETAILS") element.open = false;
      else element.hidden = true;
      delete element.dataset.shut;
    }
  }

  // -------------------------------------------------------------------------------------------

  bindTheme();
  bindCopyButtons();
  bindScrollSpy();
  bindParameterFilters();
  bindKeyboard();
  bindSearch();
  bindVersions();
  rememberPage();
  letNotesScroll();
  bindAddresses();
  loadWhenNear();
  document.querySelectorAll("[data-tabs]").forEach(makeTabs);
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", foldAgain);
})();
