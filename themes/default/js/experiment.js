// The runs of an experiment: binds the grid of table.js to the toolbar of the experiment page, to
// the address, to the charts of the page and to the other pages.
//
// The page shows its first rows as a plain table in #runs-host. When the page is idle, or as soon
// as someone reaches for the table, the data of all runs is loaded and the grid takes its place.
//
// With the charts it speaks by events on the document: `rg:rows` {shown, selected, order} after any
// change, ids of runs; `rg:brush` {ids or null, label} from a chart shows only these runs. For the
// pages of runs it leaves their order in the session: `rg-order:EXPERIMENT`, a list of ids.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const { body } = document;
  const { RUN_ID } = RG.columns;

  const host = document.querySelector("#runs-host");
  if (!host) return;
  const query = document.querySelector("#q");
  const queryError = document.querySelector("#qe");
  const statusLine = document.querySelector("#cnt");
  const chips = document.querySelector("#chips");
  const toolbar = host.parentElement.querySelector(".tools");
  const compare = document.querySelector("#cmp");

  const PRINTED_ROWS = 300;
  const MOST_COMPARED = 20;
  const MOST_IN_ORDER = 2000;
  const MOST_AT_ONCE = 20_000; // runs whose addresses and ids are loaded without being asked for

  const counted = (count, noun) =>
    `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

  (RG.shortcuts ||= []).push(
    ["Shift Space", "select up to the run"],
    ["p", "pin the run to the top, or let it go"],
    ["h", "hide the run"],
    ["Shift Enter", "on a heading, sort by it too"],
    ["Alt ← →", "on a heading, move the column"],
    ["Alt ↓", "on a heading, its options"],
  );

  // ---- when to load -------------------------------------------------------------------------

  let started = null;

  /** Resolves to the grid; to null if there is no data. */
  function start() {
    started ??= RG.load(body.dataset.pageData).then(show, reportFailure);
    return started;
  }

  function reportFailure() {
    showError("The data of the table could not be loaded; these are the first runs only.");
    return null;
  }

  function startSoon() {
    if (location.search || !("requestIdleCallback" in window)) start();
    else requestIdleCallback(start, { timeout: 2000 });
    for (const place of [host, toolbar]) {
      place?.addEventListener("pointerenter", start, { once: true });
      place?.addEventListener("focusin", start, { once: true });
    }
  }

  /** What links and comparing need, but no cell shows. */
  function loadLinks(grid) {
    const later = grid.store.load(["attributes.href", "attributes.hue", RUN_ID]);
    later?.then(() => {
      grid.paint(true);
      tellOthers(grid);
    }, reportColumn);
  }

  function loadLinksSoon(grid) {
    if (grid.store.n <= MOST_AT_ONCE) loadLinks(grid);
    for (const event of ["pointerenter", "focusin"]) {
      host.addEventListener(event, () => loadLinks(grid), { once: true });
    }
  }

  function reportColumn() {
    showError("The data of a column could not be loaded.");
  }

  // ---- filter -------------------------------------------------------------------------------

  function showError(message) {
    if (queryError) queryError.textContent = message;
    query?.closest(".fld")?.classList.toggle("bad", message !== "");
    if (message) query?.setAttribute("aria-invalid", "true");
    else query?.removeAttribute("aria-invalid");
  }

  /** Rows stay as they are while the filter cannot be read: it may be half written. */
  async function applyFilter(grid) {
    const wanted = query.value;
    try {
      const missing = grid.store.load(RG.filter.columnsOf(wanted, grid.store));
      if (missing) {
        host.setAttribute("aria-busy", "true");
        RG.say("Loading the columns to search …");
      }
      await missing;
      host.removeAttribute("aria-busy");
      if (query.value !== wanted) return; // typed on while a column was loaded
      grid.update({ mask: RG.filter.findRows(wanted, grid.store) });
      showError("");
    } catch (error) {
      host.removeAttribute("aria-busy");
      if (error instanceof RG.filter.FilterError) {
        showError(`${error.message} (at character ${error.position + 1})`);
      } else reportColumn();
    }
  }

  function bindFilter(grid) {
    if (!query) return;
    let waiting = 0;
    query.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => applyFilter(grid), 60);
    });
    if (query.value) applyFilter(grid);
  }

  /** What a chart says of runs by their ids, as a mask. */
  async function applyBrush(grid, { ids, label }) {
    await grid.store.load([RUN_ID]);
    const runIds = grid.store.get(RUN_ID);
    const wanted = ids && runIds ? new Set(ids) : null;
    const bit = (_, row) => (wanted.has(runIds.text(row)) ? 1 : 0);
    const mask = wanted && Uint8Array.from({ length: grid.store.n }, bit);
    grid.update({ brush: mask && { mask, label: String(label || "chosen in a chart") } });
  }

  // ---- toolbar ------------------------------------------------------------------------------

  /** How many runs; what the headings show is said too, for who does not see them. */
  function showStatus(grid) {
    const { found, store, selected, groups, view } = grid;
    const total = counted(store.n, "run");
    const counts = [found.length === store.n ? total : `${found.length.toLocaleString("en")} of ${total}`];
    if (selected.size) counts.push(`${selected.size.toLocaleString("en")} selected`);
    const rest = [];
    if (grid.groupColumn) {
      rest.push(`${counted(groups.length, "group")} by ${grid.groupColumn.label}`);
    }
    if (grid.sorts.length) rest.push(`sorted by ${grid.sorts.map(sortWords(store)).join(", then ")}`);
    if (view.differs) rest.push(counted(grid.columns.length, "column"));
    const silent = rest.length ? `, ${rest.join(", ")}` : "";
    const before = statusLine?.textContent;
    if (!statusLine || before === counts.join(", ") + silent) return;
    statusLine.replaceChildren(counts.join(", "), element("span", "vh", silent));
  }

  const sortWords = (store) => ({ id, direction }) => {
    const { label, note } = store.get(id);
    const name = note ? `${label} (${note})` : label;
    return `${name} ${direction > 0 ? "ascending" : "descending"}`;
  };

  /** What narrows the table and is not seen elsewhere, each with the way out of it. */
  function showChips(grid) {
    if (!chips) return;
    const { brush, hides, group } = grid.view;
    const shown = [];
    if (brush) {
      const clear = () =>
        document.dispatchEvent(new CustomEvent("rg:brush", { detail: { ids: null, label: "" } }));
      shown.push(chip(brush.label, "Show all runs again", clear));
    }
    if (group) {
      const label = `grouped by ${grid.store.get(group).label}`;
      shown.push(chip(label, "Do not group", () => grid.update({ group: "" })));
    }
    if (hides.size) {
      const all = () => grid.update({ hides: new Set() });
      shown.push(chip(`${hides.size.toLocaleString("en")} hidden`, "Show hidden runs", all, "show"));
    }
    chips.replaceChildren(...shown);
  }

  function chip(text, label, run, verb = "") {
    const box = element("span", "chip");
    const button = element("button", verb ? "lnk" : "off", verb);
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.title = label;
    button.addEventListener("click", () => {
      run();
      query?.focus({ preventScroll: true }); // the button goes with its chip
    });
    box.append(element("span", "", text), button);
    return box;
  }

  /** Page `compare.html` takes it from here; it needs two runs, and shows twenty at most. */
  function linkCompare(grid) {
    const runIds = grid.store.get(RUN_ID);
    if (!compare || !runIds?.loaded) return;
    const rows = [...grid.selected];
    const fits = rows.length > 1 && rows.length <= MOST_COMPARED;
    const label = compare.querySelector("span") || compare;
    label.textContent = rows.length ? `Compare ${rows.length.toLocaleString("en")}` : "Compare";
    compare.classList.toggle("pri", fits);
    compare.title = fits ? "" : compareHint(rows.length);
    if (!fits) {
      compare.removeAttribute("href");
      compare.setAttribute("aria-disabled", "true");
      return;
    }
    const base = rows.find((row) => grid.view.pins.includes(row)) ?? rows[0];
    const parameters = new URLSearchParams({
      runs: rows.map((row) => runIds.text(row)).join(","),
      base: runIds.text(base),
    });
    compare.href = RG.keepVersion(`${body.dataset.root}compare.html?${parameters}`);
    compare.removeAttribute("aria-disabled");
  }

  const compareHint = (count) =>
    count < 2 ? "Select two runs or more" : `Up to ${MOST_COMPARED} runs can be compared at once`;

  // ---- runs ---------------------------------------------------------------------------------

  /** The runs that an action on `row` is for: all selected if it is one of them. */
  const meant = (row, grid) => (grid.selected.has(row) ? [...grid.selected] : [row]);

  /** Ids of runs stand in the address, so they have to be there first. */
  async function changeRuns(grid, change, said) {
    try {
      await grid.store.load([RUN_ID]);
    } catch {
      reportColumn();
    }
    grid.update(change);
    RG.say(said);
  }

  function togglePin(row, grid) {
    const rows = meant(row, grid);
    const isPinned = grid.view.pins.includes(row);
    const others = grid.view.pins.filter((pin) => !rows.includes(pin));
    const pins = isPinned ? others : [...others, ...rows];
    return changeRuns(grid, { pins }, `${counted(rows.length, "run")} ${isPinned ? "un" : ""}pinned`);
  }

  function hide(row, grid) {
    const rows = meant(row, grid);
    const hides = new Set([...grid.view.hides, ...rows]);
    const pins = grid.view.pins.filter((pin) => !hides.has(pin));
    if (rows.length > 1) grid.select(rows, false);
    return changeRuns(grid, { hides, pins }, `${counted(rows.length, "run")} hidden`);
  }

  function openRowMenu(row, anchor, grid) {
    const { length } = meant(row, grid);
    const these = length > 1 ? ` ${length} selected` : "";
    const isPinned = grid.view.pins.includes(row);
    const link = anchor.closest("tr").querySelector("a[href]");
    RG.menu(anchor, `Run ${grid.store.get(RG.NAME_COLUMN).text(row)}`, [
      { text: "Open", key: "↵", off: !link, run: () => link.click() },
      { text: `${isPinned ? "Unpin" : "Pin"}${these}`, key: "P", run: () => togglePin(row, grid) },
      { text: `Hide${these}`, key: "H", run: () => hide(row, grid) },
    ]);
  }

  /** The grid's onKey. */
  function onRowKey({ key, shiftKey }, row, cell, grid) {
    if (row === null) return false;
    const letter = key.toLowerCase();
    const more = cell.parentElement.querySelector("button.more");
    if (letter === "p") togglePin(row, grid);
    else if (letter === "h") hide(row, grid);
    else if (key === "ContextMenu" || (key === "F10" && shiftKey)) openRowMenu(row, more, grid);
    else return false;
    return true;
  }

  // ---- the charts of the page, the pages of runs --------------------------------------------

  /** Worked out only for who asks: runs may be many. */
  function rowsOf(grid) {
    const runIds = grid.store.get(RUN_ID);
    const idsOf = (rows) =>
      runIds?.loaded ? Array.from(rows, (row) => runIds.text(row)) : [];
    return {
      get shown() {
        return idsOf(grid.found);
      },
      get selected() {
        return idsOf(grid.selected);
      },
      get order() {
        return idsOf(grid.allInOrder());
      },
    };
  }

  let waitingToKeep = 0;

  function tellOthers(grid) {
    linkCompare(grid);
    RG.rowsShown = rowsOf(grid); // for the scripts of charts, which come later
    document.dispatchEvent(new CustomEvent("rg:rows", { detail: RG.rowsShown }));
    clearTimeout(waitingToKeep);
    waitingToKeep = setTimeout(() => keepOrder(grid), 500);
  }

  function keepOrder(grid) {
    const runIds = grid.store.get(RUN_ID);
    if (!runIds?.loaded) return;
    const first = Array.from(grid.allInOrder().slice(0, MOST_IN_ORDER));
    const order = first.map((row) => runIds.text(row));
    try {
      sessionStorage.setItem(`rg-order:${body.dataset.id}`, JSON.stringify(order));
    } catch {
      // The pages of runs then go by rank.
    }
  }

  // ---- what is seldom used ------------------------------------------------------------------

  /** The popovers and the names of fields: scripts of their own, loaded by who reaches for them. */
  function bindTools(grid) {
    const fill = async () => {
      await RG.load(toolbar.dataset.tools);
      if (query) new RG.Suggestions(query, grid.store);
      grid.viewBox = new RG.ViewBox(toolbar.querySelector("#view"), grid);
      RG.exportBox(toolbar.querySelector("#export"), grid);
    };
    let filled = null;
    const reach = () => (filled ??= fill().catch(() => showError("The tools could not be loaded.")));
    if (toolbar.matches(":hover, :focus-within")) reach();
    for (const event of ["pointerenter", "focusin"]) {
      toolbar.addEventListener(event, reach, { once: true });
    }
  }

  // ---- putting it together ------------------------------------------------------------------

  /** The first rows of the page stay until there is something to show in their place. */
  async function load(store, ids) {
    await store.load(ids)?.catch(reportColumn);
  }

  const keepAddress = (grid) => RG.address.write(grid, query ? query.value.trim() : "");

  async function show() {
    const { store } = RG;
    RG.columns.describe(store);
    await load(store, ["attributes.parent", ...RG.address.needed()]);
    const view = RG.address.read(store);
    await load(store, [...view.columns, view.group, ...view.sorts.map(({ id }) => id)]);
    view.opened = RG.address.opened(store, view.group);
    const parameters = new URLSearchParams(location.search);
    if (query && !query.value) query.value = parameters.get("q") || "";
    const grid = new RG.Grid(host, store, {
      label: "Runs",
      help: document.querySelector("#runs-keys")?.id,
      view,
      drawCell: RG.cells.draw,
      drawGroup: RG.cells.drawGroup,
      onChange: (changed) => {
        showStatus(changed);
        showChips(changed);
        changed.viewBox?.draw();
        keepAddress(changed);
        tellOthers(changed);
      },
      onSelect: (changed) => {
        showStatus(changed);
        keepAddress(changed);
        tellOthers(changed);
      },
      onFold: keepAddress,
      onKey: onRowKey,
      onMore: openRowMenu,
      onFailure: reportColumn,
    });
    bindFilter(grid);
    bindTools(grid);
    loadLinksSoon(grid);
    document.addEventListener("rg:brush", ({ detail }) => applyBrush(grid, detail).catch(reportColumn));
    host.addEventListener("click", (event) => {
      if (event.target.closest("a.run-name")) keepOrder(grid);
    });
    addEventListener("beforeprint", () => grid.printRows(PRINTED_ROWS));
    addEventListener("afterprint", () => grid.printRows(0));
    return grid;
  }

  startSoon();
})();
