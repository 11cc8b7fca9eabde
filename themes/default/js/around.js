// The runs before and after this one, in the order in which the reader saw them: that of the table
// of its experiment, which leaves it in the session, else the best first.
//   sessionStorage `rg-order:EXPERIMENT`   the ids of the runs as the table last showed them
//   experiments/ID/order.js                RG.order(ID, [[run id, newest key, name], …])
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const { body } = document;
  const root = body.dataset.root || "";
  const place = document.querySelector("[data-around]");

  function orderOfTable(experiment) {
    try {
      const order = JSON.parse(sessionStorage.getItem(`rg-order:${experiment}`));
      return Array.isArray(order) && order.includes(body.dataset.id) ? order : null;
    } catch {
      return null; // storage may be forbidden
    }
  }

  /** {order: ids, words} of the runs, or null where the run is not among those listed. */
  function chosenOrder(run, runs, metric) {
    const order = orderOfTable(run.experiment);
    if (order) return { order, words: "in the order of your table" };
    const ids = [...runs.keys()];
    if (!ids.includes(body.dataset.id)) return null;
    return { order: ids, words: metric ? `the best ${metric} first` : "the newest first" };
  }

  /** The newest page of a run; within a report version the page that this version has. */
  function addressOf(id, runs) {
    const key = runs.get(id)?.key;
    const direct = RG.openedVersion === null && RG.isName(key);
    return RG.keepVersion(`${root}runs/${direct ? `${id}.${key}.html` : `index.html?id=${id}`}`);
  }

  function linkTo(id, runs, rel) {
    if (!RG.isName(id)) return element("span", "end");
    const link = element("a");
    link.rel = rel;
    link.href = addressOf(id, runs);
    const name = runs.get(id)?.name || id.slice(0, 8);
    const label = element("span", "name", name);
    const arrow = element("span", "", rel === "prev" ? "‹" : "›");
    arrow.setAttribute("aria-hidden", "true");
    const before = element("span", "vh", rel === "prev" ? "Previous run: " : "Next run: ");
    link.append(...(rel === "prev" ? [arrow, before, label] : [before, label, arrow]));
    link.title = `${name} (key ${rel === "prev" ? "[" : "]"})`;
    return link;
  }

  function show({ order, words }, runs) {
    const here = order.indexOf(body.dataset.id);
    const count = `${(here + 1).toLocaleString("en")} of ${order.length.toLocaleString("en")}`;
    const where = element("span", "num", count);
    where.append(element("span", "why", `, ${words}`));
    place.replaceChildren(
      linkTo(order[here - 1], runs, "prev"), where, linkTo(order[here + 1], runs, "next"),
    );
    place.hidden = false;
  }

  const KEYS = { "[": "prev", k: "prev", "]": "next", j: "next" };

  function bindKeys() {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (!Object.hasOwn(KEYS, event.key) || document.querySelector("dialog[open]")) return;
      if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
      place.querySelector(`[rel=${KEYS[event.key]}]`)?.click();
    });
    (RG.shortcuts ||= []).push(["[ or k", "the run before"], ["] or j", "the run after"]);
  }

  async function start() {
    const run = await RG.findRun(body.dataset.id);
    if (!run || !RG.isName(run.experiment)) return;
    const runs = new Map();
    for (const [id, key, name] of await RG.findOrder(run.experiment)) runs.set(id, { key, name });
    const best = (await RG.findExperiment(run.experiment))?.best;
    const chosen = chosenOrder(run, runs, best?.metric);
    if (!chosen || chosen.order.length < 2) return;
    show(chosen, runs);
    bindKeys();
  }

  // A page taken out of its site has no pointers; it stands alone.
  const startAlone = () => start().catch(() => {});

  // The list may be long, and nobody waits for it: what the page itself says goes first.
  if (place && "requestIdleCallback" in window) requestIdleCallback(startAlone, { timeout: 1500 });
  else if (place) startAlone();
})();
