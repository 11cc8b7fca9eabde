// Comparing runs: which ones, in which order, against which baseline; all of it in the address:
//   compare.html?runs=a,b,c&base=a&all=1#params     all=1 shows what does not differ, too
// Runs are chosen in compare_picker.js; the rest of the page is made by compare_tables.js,
// compare_charts.js and compare_artifacts.js
// from what compare_rows.js works out.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const root = document.body.dataset.root || "";
  const page = document.getElementById("cmp");
  if (!page) return;
  const MOST = Number(page.dataset.most);
  const statusLine = document.getElementById("cmp-status");
  const part = (name) => document.querySelector(`[data-cmp-${name}]`);
  const headBox = part("head");
  const CHARTED = new Set(["curves", "across"]);

  let picker = null;
  const state = { runs: [], base: "", only: true };

  // ---- the address --------------------------------------------------------------------------

  /** The ids that a text names, each once; what can be no id is left out. */
  function idsIn(text) {
    return [...new Set(text.split(","))].filter((id) => RG.isName(id) && !/^\.+$/.test(id));
  }

  function writeAddress() {
    const parameters = new URLSearchParams();
    if (state.base && state.base !== state.runs[0]?.id) parameters.set("base", state.base);
    if (!state.only) parameters.set("all", "1");
    if (RG.openedVersion) parameters.set("v", RG.openedVersion);
    const ids = state.runs.map((run) => run.id).join(","); // commas as they are: for people
    const query = [ids && `runs=${ids}`, `${parameters}`].filter(Boolean).join("&");
    try {
      history.replaceState(null, "", `${query ? `?${query}` : location.pathname}${location.hash}`);
    } catch {
      // Some browsers forbid it on disk: the page then works without an address to copy.
    }
  }

  // ---- loading ------------------------------------------------------------------------------

  /** The run's data with its hue, or null if this report (or the version opened) lacks it. */
  async function loadRun(id) {
    const found = await RG.findRun(id);
    const version = RG.openedVersion;
    const key = version ? await RG.keyInVersion(version, "runs", id) : found?.key;
    if (!RG.isName(key)) return null;
    try {
      await RG.load(`${root}runs/${id}.${key}.js`);
    } catch {
      return null;
    }
    const data = RG.data.runs.get(id);
    if (!data) return null;
    const hue = [0, 1, 2, 3, 4, 5, 6, 7].includes(found?.hue) ? found.hue : null;
    return { ...RG.compare.complete(data), key, hue };
  }

  /** Adds runs to those that are there; says what could not be done. Resolves to the sentence. */
  async function addRuns(ids) {
    const wanted = ids.filter((id) => !state.runs.some((run) => run.id === id));
    const room = MOST - state.runs.length;
    const loaded = await Promise.all(wanted.slice(0, room).map(loadRun));
    const missing = wanted.slice(0, room).filter((_, place) => !loaded[place]);
    state.runs.push(...loaded.filter(Boolean));
    state.runs.forEach((run, place) => (run.hue ??= place % 8)); // of an older report
    const said = [];
    if (wanted.length > room) {
      const all = state.runs.length + missing.length + wanted.length - room;
      said.push(`Comparing the first ${MOST} of ${all} runs: more columns nobody reads.`);
    }
    if (missing.length) {
      const where = RG.openedVersion ? "This report version" : "This report";
      said.push(`${where} has no run ${missing.map((id) => `“${id}”`).join(", ")}.`);
    }
    return said.join(" ");
  }

  // ---- what is shown ------------------------------------------------------------------------

  /** `said` is what the reader should know of what was asked for. */
  function show(said = "") {
    if (!state.runs.some((run) => run.id === state.base)) state.base = state.runs[0]?.id || "";
    writeAddress();
    const enough = state.runs.length > 1;
    statusLine.textContent = [said, sentence(enough)].filter(Boolean).join(" ");
    page.hidden = !enough;
    document.querySelector(".cmp-acts").hidden = !enough;
    if (!enough) picker.open(true);
    picker.tick(state.runs.map((run) => run.id));
    if (enough) draw();
    else document.body.classList.remove("cmp-wide");
  }

  function sentence(enough) {
    const [first] = state.runs;
    if (!first) return "Choose the runs to compare.";
    if (!enough) return `${first.name} is chosen: choose another run to compare it with.`;
    const names = state.runs.filter((run) => run.id !== state.base).map((run) => run.name);
    const base = state.runs.find((run) => run.id === state.base);
    return names.length > 3
      ? `${state.runs.length} runs, differences against ${base.name}.`
      : `${names.join(", ")} against ${base.name}.`;
  }

  function viewOf() {
    const base = state.runs.findIndex((run) => run.id === state.base);
    return { runs: state.runs, base, only: state.only };
  }

  function draw() {
    const view = viewOf();
    document.title = `${state.runs.map((run) => run.name).join(", ").slice(0, 120)} · compared`;
    document.body.classList.toggle("cmp-wide", view.runs.length > 4);
    page.style.setProperty("--n", view.runs.length);
    drawHead(view);
    drawTables(view);
    drawNav();
    // The tables are read first; the frames of the charts need not keep them waiting.
    const chart = () => {
      if (charting !== chart) return;
      charting = null;
      drawCharts(view);
      drawNav();
    };
    charting = chart;
    // An address may lead to a chart.
    if (window.requestIdleCallback && !location.hash) requestIdleCallback(chart, { timeout: 300 });
    else setTimeout(chart);
  }

  let charting = null; // what draws the charts of the view, until it has
  let charted = "";

  // Which rows there are does not change with what of them is shown.
  let rows = {};

  function drawTables(view) {
    rows = RG.compare.sections(view.runs, view.base);
    for (const name of Object.keys(rows)) drawSection(name, view);
    countAll();
  }

  function drawSection(name, view) {
    const section = document.getElementById(name);
    const own = rows[name];
    section.hidden = !own.length;
    const differ = own.filter((row) => row.differs).length;
    const note = section.querySelector("[data-cmp-note]");
    note.textContent = differ ? counted(differ, own.length) : section.dataset.equal;
    section.classList.toggle("equal", !differ && view.only);
    const place = section.querySelector("[data-cmp-place]");
    const title = section.querySelector("h2").textContent;
    if (name !== "artifacts") RG.compare.fillTable(place, own, { ...view, title });
    else RG.compare.fillArtifacts(place, own, { ...view, title });
  }

  const counted = (some, all) =>
    (all === 1 ? "differs" : some === all ? `all ${all} differ` : `${some} of ${all} differ`);

  function countAll() {
    const all = Object.values(rows).flat();
    const differ = all.filter((row) => row.differs).length;
    part("count").textContent = `${differ} of ${all.length} rows differ`;
  }

  /** Charts are of the runs in their order; the baseline does not change them. */
  function drawCharts(view) {
    const now = view.runs.map((run) => run.id).join();
    if (now === charted) return;
    charted = now;
    const curves = document.getElementById("curves");
    const many = RG.compare.fillCurves(curves.querySelector("[data-cmp-place]"), view);
    curves.hidden = !many;
    curves.querySelector("[data-cmp-note]").textContent = many === 1 ? "1 metric" : `${many} metrics`;
    const across = document.getElementById("across");
    across.hidden = !RG.compare.fillAcross(across.querySelector("[data-cmp-place]"), view);
    across.querySelector("[data-cmp-note]").textContent = "a line or a point is a run";
  }

  function drawNav() {
    for (const link of page.querySelectorAll(".nav a")) {
      const id = link.hash.slice(1);
      link.hidden = document.getElementById(id).hidden;
      let count = link.querySelector(".n");
      if (CHARTED.has(id)) continue;
      if (!count) link.append((count = element("span", "n")));
      count.textContent = rows[id].filter((row) => row.differs).length || "";
    }
  }

  // ---- the runs above the columns -----------------------------------------------------------

  function drawHead({ runs, base }) {
    part("runs").replaceChildren(...runs.map((run, place) => runItem(run, place, base)));
  }

  function runItem(run, place, base) {
    const item = element("li", place === base ? "cmp-run base" : "cmp-run");
    item.draggable = true;
    item.dataset.run = run.id;
    const name = element("a", "cmp-run-name", run.name);
    name.href = RG.keepVersion(`${root}runs/${run.id}.${run.key}.html`);
    name.title = `${run.name} (${run.id})`;
    name.draggable = false;
    const line = element("div", "cmp-run-line");
    line.append(RG.compare.lineSample(run, place), name);
    const below = element("div", "cmp-run-below note", run.experiment[1]);
    below.title = run.experiment[1];
    item.append(line, below, runButtons(run, place, base));
    return item;
  }

  function runButtons(run, place, base) {
    const box = element("div", "cmp-run-acts");
    const isBase = place === base;
    const mark = button(isBase ? "Baseline" : "Set base", () => setBase(run.id));
    mark.className = "cmp-base";
    mark.setAttribute("aria-pressed", String(isBase));
    if (!isBase) mark.setAttribute("aria-label", `Set ${run.name} as baseline`);
    mark.dataset.act = "base";
    const left = small("left", `Move ${run.name} to the left`, () => move(run.id, -1));
    const right = small("right", `Move ${run.name} to the right`, () => move(run.id, 1));
    left.disabled = place === 0;
    right.disabled = place === state.runs.length - 1;
    box.append(mark, element("span", "grow"), left, right,
      small("close", `Remove ${run.name}`, () => remove(run.id)));
    return box;
  }

  function button(text, act) {
    const made = element("button", "", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  function small(icon, name, act) {
    const made = button("", act);
    made.className = "cmp-small";
    made.setAttribute("aria-label", name);
    made.title = name;
    made.dataset.act = icon;
    made.append(RG.icon(icon));
    return made;
  }

  /** The keyboard stays where it was: the buttons are made anew. */
  function keepFocus(id, act) {
    const again = document.querySelector(`.cmp-run[data-run="${CSS.escape(id)}"] [data-act="${act}"]`);
    if (!again) return;
    const free = again.disabled ? again.parentElement.querySelector("button:not([disabled])") : again;
    free.focus();
  }

  function setBase(id) {
    state.base = id;
    show();
    keepFocus(id, "base");
  }

  function move(id, by) {
    const from = state.runs.findIndex((run) => run.id === id);
    place(id, from + by);
    keepFocus(id, by < 0 ? "left" : "right");
  }

  function place(id, to) {
    const from = state.runs.findIndex((run) => run.id === id);
    if (from < 0 || to < 0 || to >= state.runs.length || to === from) return;
    const [run] = state.runs.splice(from, 1);
    state.runs.splice(to, 0, run);
    show();
    statusLine.textContent = `${run.name} is now number ${to + 1} of ${state.runs.length}.`;
  }

  function remove(id) {
    const from = state.runs.findIndex((run) => run.id === id);
    const [gone] = state.runs.splice(from, 1);
    show(`${gone.name} was taken out.`);
    const next = state.runs[Math.min(from, state.runs.length - 1)];
    if (state.runs.length > 1) keepFocus(next.id, "close");
  }

  function bindDragging() {
    let dragged = null;
    const list = part("runs");
    const itemAt = (event) => event.target.closest?.(".cmp-run");
    list.addEventListener("dragstart", (event) => {
      dragged = itemAt(event)?.dataset.run || null;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged || "");
    });
    list.addEventListener("dragover", (event) => {
      if (!dragged || !itemAt(event)) return;
      event.preventDefault();
      for (const each of list.children) each.classList.toggle("over", each === itemAt(event));
    });
    list.addEventListener("drop", (event) => {
      event.preventDefault();
      const target = itemAt(event)?.dataset.run;
      if (dragged && target) place(dragged, state.runs.findIndex((run) => run.id === target));
      dragged = null;
    });
    list.addEventListener("dragend", () => {
      dragged = null;
      for (const each of list.children) each.classList.remove("over");
    });
  }

  /** The head and the tables scroll sideways as one. */
  function bindScrolling() {
    page.addEventListener("scroll", (event) => {
      const from = event.target;
      if (!from.matches?.(".cmp-head, .cmp-scroll")) return;
      for (const each of page.querySelectorAll(".cmp-head, .cmp-scroll")) {
        if (each !== from && each.scrollLeft !== from.scrollLeft) each.scrollLeft = from.scrollLeft;
      }
    }, { capture: true, passive: true });
  }

  // ---- choosing runs ------------------------------------------------------------------------

  /** What was ticked and pasted; of the runs that were offered, those not ticked go. */
  async function choose({ ticked, pasted, offered }) {
    state.runs = state.runs.filter((run) => !offered.has(run.id) || ticked.includes(run.id));
    const said = await addRuns(idsIn([...ticked, ...pasted].join(",")));
    const enough = state.runs.length > 1;
    picker.open(!enough);
    show(said);
    if (enough) scrollTo({ top: 0 });
  }

  // ---- the rest -----------------------------------------------------------------------------

  function bindTools() {
    const only = part("only");
    only.checked = state.only;
    only.addEventListener("change", () => {
      state.only = only.checked;
      writeAddress();
      for (const name of Object.keys(rows)) drawSection(name, viewOf());
      RG.say(only.checked ? part("count").textContent : "All rows are shown");
    });
    const link = part("link");
    link.addEventListener("pointerdown", () => (link.dataset.copy = location.href));
    link.addEventListener("click", () => (link.dataset.copy = location.href));
    link.dataset.copy = location.href;
    part("print").addEventListener("click", () => window.print());
    addEventListener("beforeprint", () => {
      charting?.();
      RG.compare.drawAll();
    });
  }

  async function start() {
    const asked = new URLSearchParams(location.search);
    state.only = asked.get("all") !== "1";
    bindTools();
    picker = RG.compare.picker(choose);
    bindDragging();
    bindScrolling();
    const ids = idsIn(asked.get("runs") || "");
    if (ids.length) statusLine.textContent = "Loading the runs …";
    picker.open(!ids.length);
    const said = await addRuns(ids);
    state.base = asked.get("base") || "";
    show(said);
    // When the charts have their room, without which what is asked for would move away.
    setTimeout(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), 30);
  }

  start();
})();
