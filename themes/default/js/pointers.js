// What changes after a page was written, and is therefore not in the page: whether a newer one
// exists, how the run ranks today, which run is the best. It comes from small pointer scripts at
// the site's root, the only files of a site that are ever rewritten:
//   pointers.js              RG.pointers({version, shards, title})
//   pointers-runs….js        RG.runPointers({RUN_ID: [newest key, experiment key, rank, ranked,
//                            hue]})
//   pointers-pages.js        RG.pagePointers({models: {ID: newest key}, registry: …, projects: …})
//   pointers-experiments.js  RG.experimentPointers({KEY: {key, n, best: {id, key, value, …}}})
//   pointers-versions.js     RG.versionPointers({list: [[name, created, label, runs], …], aliases:
//                            {ALIAS: name}}): newest first; RG.versions(), RG.versionNamed(name)
//   pointers-gone.js         RG.gonePointers({RUN_ID: [last key, experiment key, name, the last
//                            version that had it, when its page was removed]}): RG.findGone(id)
//   experiments/ID/order.js  RG.order("ID", [[run id, newest key, name], …]): the best first, then
//                            those without a rank, the newest first; at most 2000. Loaded by
//                            RG.findOrder("ID") and by nothing else.
// Run pointers are parted into `shards` by the first two characters of the run id. Rank 0 is "not ranked";
// the hue, 0 to 7, is the run's colour on every page: var(--s1) to var(--s8).
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const { body } = document;
  const root = body.dataset.root || "";

  // ---- reading the pointers -----------------------------------------------------------------

  let site = null;
  let experiments = {};
  let pages = {};
  const runs = new Map();
  const orders = new Map();

  RG.pointers = (pointers) => {
    site = pointers;
  };

  RG.runPointers = (pointers) => {
    for (const [id, entry] of Object.entries(pointers)) runs.set(id, entry);
  };

  RG.pagePointers = (pointers) => {
    pages = pointers;
  };

  RG.experimentPointers = (pointers) => {
    experiments = pointers;
  };

  let listed = null;
  RG.versionPointers = (pointers) => {
    listed = pointers;
  };

  let gone = {};
  RG.gonePointers = (pointers) => {
    gone = pointers;
  };

  RG.order = (experiment, order) => {
    orders.set(experiment, order);
  };

  /** As `shard_of` in pointers.py. */
  function shardFile(id, count) {
    if (count === 1) return "pointers-runs.js";
    const digit = (c) => (/[0-9a-f]/.test(c) ? parseInt(c, 16) : c.charCodeAt(0) & 15);
    const [first, second] = [...`${id}00`].map(digit);
    return `pointers-runs-${((first * 16 + second) * count) >> 8}.js`;
  }

  /** {key, experiment, rank, ranked, hue} of a run, or null if the report does not have it. */
  RG.findRun = async (id) => {
    if (!RG.isName(id)) return null;
    try {
      await RG.load(`${root}pointers.js`);
      await RG.load(root + shardFile(id, site.shards));
    } catch {
      return null; // not there: no run is known
    }
    const [key, experiment, rank, ranked, hue] = runs.get(id) || [];
    return RG.isName(key) ? { key, experiment, rank, ranked, hue } : null;
  };

  /** {key, experiment, name, version, removed} of a run that the sources no longer have, or null. */
  RG.findGone = async (id) => {
    try {
      await RG.load(`${root}pointers-gone.js`);
    } catch {
      return null;
    }
    if (!RG.isName(id) || !Object.hasOwn(gone, id)) return null;
    const [key, experiment, name, version, removed] = gone[id];
    return { key: RG.isName(key) ? key : null, experiment, name, version, removed };
  };

  /** [{name, created, label, aliases}, …] of all report versions, newest first. */
  RG.versions = async () => {
    await RG.load(`${root}pointers-versions.js`);
    const { list, aliases } = listed;
    const named = (name) => Object.keys(aliases).filter((alias) => aliases[alias] === name);
    return list
      .filter(([name]) => RG.isName(name))
      .map(([name, created, label]) => ({ name, created, label, aliases: named(name) }));
  };

  /** The name of the version that a name or an alias means; null if there is none. */
  RG.versionNamed = async (name) => {
    const versions = await RG.versions().catch(() => []);
    if (name === "latest") return versions[0]?.name ?? null;
    const found = versions.find((one) => one.name === name || one.aliases.includes(name));
    return found?.name ?? null;
  };

  /** [[run id, newest key, name], …] of an experiment, the best first; [] if there is none. */
  RG.findOrder = async (id) => {
    if (!RG.isName(id)) return [];
    try {
      await RG.load(`${root}experiments/${id}/order.js`);
    } catch {
      return [];
    }
    return (orders.get(id) || []).filter(([run, key]) => RG.isName(run) && RG.isName(key));
  };

  /** {key, n, best} of an experiment, or null. */
  RG.findExperiment = async (id) => {
    await RG.load(`${root}pointers-experiments.js`);
    return Object.hasOwn(experiments, id) ? experiments[id] : null;
  };

  // ---- links upward -------------------------------------------------------------------------

  /** Opened within a report version, a page leads on within it; only the banner leaves it. */
  function keepVersionInLinks() {
    if (RG.openedVersion === null) return;
    for (const link of document.querySelectorAll("a[href]")) {
      const leaves = link.closest("[data-newer]") || link.pathname.includes("/versions/");
      if (!leaves) link.setAttribute("href", RG.keepVersion(link.getAttribute("href")));
    }
  }

  // ---- a newer page -------------------------------------------------------------------------

  /** Says above all else of the page what it is not, and leads on. */
  function showNotice(text, label, href) {
    const notice = element("p", "newer");
    notice.dataset.newer = "";
    notice.setAttribute("role", "note");
    const link = element("a", "lnk", label);
    link.href = href;
    notice.append(RG.icon("clock"), element("span", "", text), " ", link);
    const around = document.querySelector("[data-around]");
    if (around) around.after(notice);
    else document.querySelector("main").prepend(notice);
  }

  function showNewer(newestKey, href) {
    if (!RG.isName(newestKey) || newestKey === body.dataset.key) return;
    if (RG.following) return; // a preview turns to the newest page by itself
    showNotice("This page shows an earlier state.", "See the newest", href);
    const version = document.querySelector("[data-versions] span");
    if (version && RG.openedVersion === null) version.textContent = "earlier";
  }

  // ---- rank ---------------------------------------------------------------------------------

  function showRank({ rank, ranked }) {
    const chip = document.querySelector("[data-rank]");
    if (!chip || !(rank > 0)) return;
    const text = rank === 1 ? `Best of ${ranked}` : `#${rank} of ${ranked}`;
    const label = chip.querySelector("span");
    if (label) label.textContent = text;
    else chip.append(text);
    chip.hidden = false;
  }

  // ---- difference to the best run -----------------------------------------------------------

  /** Offers the comparison, unless there is no best run or this is it. */
  function offerBestDiff(run) {
    const section = document.querySelector("[data-best-diff]");
    const button = section?.querySelector("button");
    if (!button || !(run.ranked > 0) || run.rank === 1) return;
    section.hidden = false;
    button.addEventListener("click", () => showBestDiff(section, button, run));
  }

  async function showBestDiff(section, button, run) {
    button.disabled = true;
    try {
      const best = (await RG.findExperiment(run.experiment))?.best;
      const result = best ? await compareWith(best) : element("p", "note", "No run is ranked.");
      (section.querySelector(".in") || section).append(result);
      button.hidden = true;
      result.tabIndex = -1;
      result.focus({ preventScroll: true });
    } catch (error) {
      button.disabled = false;
      RG.say("The data of the best run could not be loaded.");
      button.title = error.message;
    }
  }

  async function compareWith(best) {
    if (!RG.isName(best.id) || !RG.isName(best.key)) throw new Error("The pointer is damaged.");
    await Promise.all([
      RG.load(body.dataset.pageData),
      RG.load(`${root}runs/${best.id}.${best.key}.js`),
    ]);
    const [here, there] = [loadedRun(body.dataset.id), loadedRun(best.id)];
    const box = element("div", "best-diff");
    box.append(bestRunLine(best, there), differences(here.params || {}, there.params || {}));
    return box;
  }

  function loadedRun(id) {
    const run = RG.data.runs.get(id);
    if (!run) throw new Error(`The data script is of another run than ${id}.`);
    return run;
  }

  function bestRunLine(best, run) {
    const line = element("p", "note");
    const link = element("a", "lnk", run.name || best.id);
    link.href = RG.keepVersion(`${root}runs/${best.id}.${best.key}.html`);
    line.append("Best run: ", link);
    if (best.metric) line.append(`, ${best.metric} = ${shortNumber(best.value)}`);
    const all = element("a", "lnk", "compare all");
    all.href = RG.keepVersion(`${root}compare.html?runs=${best.id},${body.dataset.id}`);
    line.append("; ", all);
    return line;
  }

  /** Five digits are enough to recognise it by; the run's page has them all. */
  function shortNumber(value) {
    return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value);
  }

  function differences(here, there) {
    const names = [...new Set([...Object.keys(here), ...Object.keys(there)])].sort();
    const changed = names.filter((name) => valueOf(here, name) !== valueOf(there, name));
    if (!changed.length) return element("p", "note", "Its parameters are the same.");
    const table = element("table", "tbl");
    table.createCaption().append(element("span", "vh", "Parameters that differ"));
    table.createTHead().append(headRow(["Parameter", "This run", "Best run"]));
    const rows = changed.map((name) =>
      differenceRow(name, valueOf(here, name), valueOf(there, name)),
    );
    table.createTBody().append(...rows);
    const box = element("div", "scroll");
    box.append(table);
    return box;
  }

  const valueOf = (params, name) => (Object.hasOwn(params, name) ? String(params[name]) : null);

  function headRow(labels) {
    const row = element("tr");
    for (const label of labels) {
      const cell = element("th", "", label);
      cell.scope = "col";
      row.append(cell);
    }
    return row;
  }

  function differenceRow(name, here, there) {
    const row = element("tr");
    const head = element("th", "mono", name);
    head.scope = "row";
    row.append(head);
    for (const value of [here, there]) {
      row.append(element("td", value === null ? "dim" : "mono", value ?? "not set"));
    }
    return row;
  }

  // -------------------------------------------------------------------------------------------

  /** A run that the sources no longer have says so. */
  async function showGone(id) {
    const run = await RG.findGone(id);
    if (!run) return;
    const text = "This run is no longer in the sources; the last report version that has it is";
    showNotice(text, run.version, `${root}versions/${run.version}.html`);
  }

  async function readRunPointers() {
    const { id } = body.dataset;
    const run = await RG.findRun(id);
    if (!run) {
      await showGone(id);
      return;
    }
    showNewer(run.key, `${root}runs/${id}.${run.key}.html`);
    showRank(run);
    offerBestDiff(run);
  }

  async function readExperimentPointers() {
    const { id } = body.dataset;
    const experiment = RG.isName(id) ? await RG.findExperiment(id) : null;
    if (experiment) showNewer(experiment.key, `${root}experiments/${id}/${experiment.key}.html`);
  }

  /** Models, registered models and projects: their folder in the site tells their pointers. */
  const FOLDERS = { model: "models", "registered-model": "registry", project: "projects", narrative: "pages" };

  async function readPagePointers() {
    const { id, kind } = body.dataset;
    await RG.load(`${root}pointers-pages.js`);
    const keys = pages[FOLDERS[kind]] || {};
    const key = RG.isName(id) && Object.hasOwn(keys, id) ? keys[id] : null;
    if (RG.isName(key)) showNewer(key, `${root}${FOLDERS[kind]}/${id}/${key}.html`);
  }

  /** The home page of an earlier version leads to that of today; with ?v= the site's leads there. */
  async function readHomePointers() {
    const { id } = body.dataset;
    if (!id && RG.openedVersion !== null) {
      const name = await RG.versionNamed(RG.openedVersion);
      if (name) location.replace(`${root}versions/${name}.html${location.hash}`);
    } else if (id && site.version !== id) showNewer(site.version, `${root}index.html`);
  }

  const READERS = {
    home: readHomePointers,
    run: readRunPointers,
    experiment: readExperimentPointers,
    model: readPagePointers,
    "registered-model": readPagePointers,
    project: readPagePointers,
    narrative: readPagePointers,
  };

  async function readPointers() {
    try {
      await RG.load(`${root}pointers.js`);
      await READERS[body.dataset.kind]?.();
    } catch {
      // A page taken out of its site has no pointers; it says what it says.
    }
  }

  keepVersionInLinks();
  readPointers();
})();
