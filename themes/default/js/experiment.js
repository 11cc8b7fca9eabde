// The runs of an experiment: binds the grid of table.js to the toolbar of the experiment page.
//
// The page shows its first rows as a plain table in #runs-host. When the page is idle, or as soon
// as someone reaches for the table, the data of all runs is loaded and the grid takes its place.
// Filter, order and columns are kept in the address, so that a link shows the same view:
//   ?q=FILTER   ?sort=metrics.loss or ?sort=-metrics.loss (largest first)   ?cols=ID,ID,…
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element, svg } = RG;
  const { body } = document;

  const host = document.querySelector("#runs-host");
  if (!host) return;
  const query = document.querySelector("#q");
  const queryError = document.querySelector("#qe");
  const statusLine = document.querySelector("#cnt");
  const chooser = document.querySelector("#cols");

  const PRINTED_ROWS = 300;
  const NOTHING = "–";

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
    for (const place of [host, query, chooser]) {
      place?.addEventListener("pointerenter", start, { once: true });
      place?.addEventListener("focusin", start, { once: true });
    }
  }

  // ---- words for values ---------------------------------------------------------------------

  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const twoDigits = (number) => String(number).padStart(2, "0");

  /** MLflow counts milliseconds since 1970; null where that is no date. */
  function dateOf(millis) {
    const date = new Date(millis);
    return Number.isNaN(date.getTime()) ? null : date;
  }

  /** `21 Nov 2026 14:02`, in UTC as everywhere in a report. */
  function timeText(millis) {
    const date = dateOf(millis);
    if (date === null) return NOTHING;
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
    return `${day} ${twoDigits(date.getUTCHours())}:${twoDigits(date.getUTCMinutes())}`;
  }

  /** `340 ms`, `4.2 s`, `12 s`, `4 min 10 s`, `3 h 41 min`, `2 d 4 h`. */
  function durationText(millis) {
    if (!(millis >= 0)) return NOTHING;
    if (millis < 1000) return `${Math.round(millis)} ms`;
    const seconds = Math.floor(millis / 1000);
    if (seconds < 10) return `${(millis / 1000).toFixed(1)} s`;
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return `${hours} h ${twoDigits(minutes % 60)} min`;
    return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  }

  const STATUS = {
    FINISHED: { tone: "ok", icon: "check", text: "Finished" },
    FAILED: { tone: "bad", icon: "x", text: "Failed" },
    RUNNING: { tone: "run", icon: "play", text: "Running" },
    SCHEDULED: { tone: "run", icon: "clock", text: "Scheduled" },
    KILLED: { tone: "warn", icon: "stop", text: "Killed" },
    UNKNOWN: { tone: "warn", icon: "help", text: "Status unknown" },
  };

  // ---- cells --------------------------------------------------------------------------------

  function drawName(cell, column, row, grid) {
    const name = column.text(row) || grid.store.get("attributes.run_id")?.text(row) || "unnamed";
    const href = runAddress(row, grid.store);
    const label = element(href ? "a" : "span", "run-name");
    if (href) {
      label.href = RG.keepVersion(href);
      label.tabIndex = -1; // one tab stop in the grid: the cell; Enter follows the link
    }
    label.append(selectionDot(row, grid), element("span", "", name));
    label.title = name;
    cell.append(label);
  }

  function runAddress(row, store) {
    const href = store.get("attributes.href")?.text(row) || "";
    return /^[\w~./%-]+$/.test(href) ? href : ""; // no colon: never another scheme
  }

  /** Takes a colour of the charts once the run is selected. */
  function selectionDot(row, grid) {
    const place = [...grid.selected].indexOf(row);
    return element("i", place < 0 ? "dot" : `dot on c${(place % 8) + 1}`);
  }

  function drawStatus(cell, column, row) {
    const status = column.text(row);
    const known = Object.hasOwn(STATUS, status) ? STATUS[status] : null;
    const chip = element("span", `chip ${known ? known.tone : "warn"}`);
    chip.append(RG.icon(known ? known.icon : "help"), known ? known.text : status);
    cell.append(chip);
  }

  function drawTime(cell, column, row) {
    cell.classList.add("dim");
    cell.textContent = timeText(column.values[row]);
  }

  function drawDuration(cell, column, row) {
    cell.textContent = durationText(column.values[row]);
  }

  function drawNumber(cell, column, row) {
    const text = column.text(row);
    const exact = column.exact(row);
    if (column.scale) drawBar(cell, column, row);
    else cell.textContent = text;
    if (text.replace("−", "-") !== exact) cell.title = exact;
  }

  /** The quiet bar behind the main metric; full length is the best value. */
  function drawBar(cell, column, row) {
    const value = column.values[row];
    const { best, worst } = column.scale;
    const part = best === worst ? 1 : (value - worst) / (best - worst);
    if (Number.isFinite(part)) {
      const width = `${Math.round(Math.max(0, Math.min(1, part)) * 100)}%`;
      const bar = svg("rect", { width, height: "100%", rx: 4 });
      cell.append(svg("svg", { class: "bar", "aria-hidden": "true" }, bar));
    }
    cell.append(element("span", value === best ? "best" : "", column.text(row)));
  }

  function drawCurve(cell, column, row) {
    const points = column.curves[row]
      .map((value, index) => ({ index, value: Number(value ?? NaN) }))
      .filter((point) => Number.isFinite(point.value));
    if (points.length < 2) return;
    const values = points.map((point) => point.value);
    const low = Math.min(...values);
    const range = Math.max(...values) - low || 1;
    const last = column.curves[row].length - 1;
    const path = points.map(({ index, value }) => {
      const x = ((index * 84) / last).toFixed(1);
      return `${x},${(22 - ((value - low) / range) * 20).toFixed(1)}`;
    });
    const size = { class: "spark", width: 84, height: 24, viewBox: "0 0 84 24" };
    const line = svg("path", { class: "ln", d: `M${path.join("L")}` });
    cell.append(svg("svg", { ...size, "aria-hidden": "true" }, line));
  }

  const DRAW_BY_ID = {
    "attributes.status": drawStatus,
    "attributes.start_time": drawTime,
    "attributes.end_time": drawTime,
    "attributes.duration": drawDuration,
  };
  const DRAW_BY_TYPE = { n: drawNumber, k: drawCurve };

  /** The grid's drawCell. */
  function drawCell(cell, column, row, grid) {
    if (column.id === RG.NAME_COLUMN) {
      drawName(cell, column, row, grid);
      return true;
    }
    if (column.isMissing(row)) {
      cell.append(element("span", "dim", NOTHING));
      return true;
    }
    const draw = DRAW_BY_ID[column.id] || DRAW_BY_TYPE[column.type];
    if (draw) draw(cell, column, row);
    else cell.title = column.text(row);
    return Boolean(draw);
  }

  // ---- columns ------------------------------------------------------------------------------

  const GROUPS = {
    attributes: "Attributes",
    spark: "Trends",
    metrics: "Metrics, last value",
    best: "Metrics, best value",
    best_step: "Metrics, step of the best",
    params: "Parameters",
    tags: "Tags",
  };

  /** What the heading adds where a metric has several columns. */
  const NOTES = { best: "best", best_step: "best at" };

  function prepareColumns(store) {
    for (const column of store.columns) {
      column.note = noteOf(column, store);
      if (column.isMain && column.type === "n") column.scale = scaleOf(column);
    }
  }

  function noteOf(column, store) {
    if (column.group !== "metrics") return NOTES[column.group] || "";
    return store.get(column.id.replace("metrics.", "best.")) ? "last" : "";
  }

  /** From the best value to where the worst twentieth begins: one outlier must not flatten all. */
  function scaleOf(column) {
    const values = column.values.filter(Number.isFinite).sort();
    if (!values.length) return null;
    if (column.goal === "min") values.reverse();
    return { best: values.at(-1), worst: values[Math.floor(values.length / 20)] };
  }

  const choosable = (store) => store.columns.filter((column) => !column.hidden);

  /** The ids among `wanted` that exist, in the store's order; the name always, and first. */
  function orderedIds(wanted, store) {
    const ids = new Set(wanted);
    const rest = choosable(store).filter(({ id }) => id !== RG.NAME_COLUMN && ids.has(id));
    return [RG.NAME_COLUMN, ...rest.map((column) => column.id)].filter((id) => store.get(id));
  }

  function defaultIds(store) {
    const chosen = choosable(store).filter((column) => column.isDefault);
    const columns = chosen.length ? chosen : choosable(store).slice(0, 12);
    return orderedIds(columns.map((column) => column.id), store);
  }

  // ---- the address --------------------------------------------------------------------------

  function sortOf(text, store) {
    const id = (text || "").replace(/^-/, "");
    const column = store.get(id);
    if (!column || column.type === "k") return null;
    return { id, direction: text.startsWith("-") ? -1 : 1 };
  }

  const sortText = (sort) => (sort ? `${sort.direction < 0 ? "-" : ""}${sort.id}` : "");

  // A comma parts the ids, so one within an id is escaped, once more than the address does.
  const columnsText = (ids) => ids.map((id) => id.replace(/[%,]/g, encodeURIComponent)).join(",");

  function columnsOf(text, store) {
    if (!text) return defaultIds(store);
    return orderedIds(text.split(",").map(decode), store);
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function writeAddress(grid) {
    const ids = columnsText(grid.columns.map((column) => column.id));
    const state = {
      q: query ? query.value.trim() : "",
      sort: sortText(grid.sort),
      cols: ids === columnsText(defaultIds(grid.store)) ? "" : ids,
    };
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(state)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    try {
      history.replaceState(null, "", address);
    } catch {
      // Some browsers refuse this on file://; the view then simply has no link.
    }
  }

  // ---- toolbar ------------------------------------------------------------------------------

  function showStatus(grid) {
    const { found, store, sort, selected } = grid;
    const total = `${store.n.toLocaleString("en")} ${store.n === 1 ? "run" : "runs"}`;
    const parts = [
      found.length === store.n ? total : `${found.length.toLocaleString("en")} of ${total}`,
    ];
    if (sort) {
      const way = sort.direction > 0 ? "ascending" : "descending";
      parts.push(`sorted by ${store.get(sort.id).label} ${way}`);
    }
    if (selected.size) parts.push(`${selected.size} selected`);
    if (statusLine) statusLine.textContent = parts.join(", ");
  }

  function showError(message) {
    if (queryError) queryError.textContent = message;
    query?.closest(".fld")?.classList.toggle("bad", message !== "");
    if (message) query?.setAttribute("aria-invalid", "true");
    else query?.removeAttribute("aria-invalid");
  }

  /** Rows stay as they are while the filter cannot be read: it may be half written. */
  function applyFilter(grid) {
    try {
      grid.setFilter(RG.filter.findRows(query.value, grid.store));
      showError("");
    } catch (error) {
      if (!(error instanceof RG.filter.FilterError)) throw error;
      showError(`${error.message} (at character ${error.position + 1})`);
    }
  }

  function bindFilter(grid) {
    if (!query) return;
    let waiting = 0;
    query.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => applyFilter(grid), 120);
    });
    if (query.value) applyFilter(grid);
  }

  function bindChooser(grid) {
    const box = chooser?.querySelector(":scope > div");
    if (!box) return;
    const boxes = choosable(grid.store).map((column) => choice(column, grid));
    box.replaceChildren(...chooserTools(box, boxes, grid), ...byGroup(grid.store, boxes));
    box.addEventListener("change", (event) => {
      if (event.target.type !== "checkbox") return;
      const checked = [...box.querySelectorAll("input:checked")].map((input) => input.value);
      grid.setColumns(orderedIds(checked, grid.store));
    });
  }

  function choice(column, grid) {
    const label = element("label", "chk");
    const box = element("input");
    box.type = "checkbox";
    box.value = column.id;
    box.checked = grid.columns.includes(column);
    box.disabled = column.id === RG.NAME_COLUMN;
    label.append(box, element("span", "", column.label));
    return label;
  }

  function byGroup(store, boxes) {
    const sections = new Map();
    choosable(store).forEach((column, index) => {
      if (!sections.has(column.group)) {
        const section = element("div", "chooser-group");
        section.append(element("h3", "", GROUPS[column.group] || column.group));
        sections.set(column.group, section);
      }
      sections.get(column.group).append(boxes[index]);
    });
    return sections.values();
  }

  /** A search once the list is long, and the way back to the columns of the report. */
  function chooserTools(list, boxes, grid) {
    const tools = element("div", "chooser-tools");
    const field = element("label", "fld");
    const search = element("input");
    search.type = "search";
    search.placeholder = "Find a column";
    field.append(element("span", "vh", "Find a column"), search);
    search.addEventListener("input", () => findChoices(list, search.value));
    const reset = element("button", "cp", "Reset");
    reset.type = "button";
    reset.addEventListener("click", () => resetColumns(boxes, grid));
    tools.append(...(boxes.length > 12 ? [field] : []), reset);
    return [tools];
  }

  function findChoices(list, text) {
    const wanted = text.trim().toLowerCase();
    for (const section of list.querySelectorAll(".chooser-group")) {
      const labels = [...section.querySelectorAll("label")];
      for (const label of labels) {
        label.hidden = !label.firstChild.value.toLowerCase().includes(wanted);
      }
      section.hidden = labels.every((label) => label.hidden);
    }
  }

  function resetColumns(boxes, grid) {
    const ids = defaultIds(grid.store);
    for (const { firstChild: box } of boxes) box.checked = ids.includes(box.value);
    grid.setColumns(ids);
  }

  /** Page `compare.html` takes it from here; it needs two runs, and shows twenty at most. */
  function linkCompare(grid) {
    const link = document.querySelector("#cmp");
    const runIds = grid.store.get("attributes.run_id");
    if (!link || !runIds) return;
    const ids = [...grid.selected].slice(0, 20).map((row) => runIds.text(row));
    const label = link.querySelector("span") || link;
    label.textContent = ids.length ? `Compare ${ids.length}` : "Compare";
    if (ids.length < 2) {
      link.removeAttribute("href");
      link.setAttribute("aria-disabled", "true");
    } else {
      const runs = encodeURIComponent(ids.join(","));
      link.href = RG.keepVersion(`${body.dataset.root}compare.html?runs=${runs}`);
      link.removeAttribute("aria-disabled");
    }
  }

  // ---- export -------------------------------------------------------------------------------

  /** Quoted as RFC 4180 has it. */
  function csvField(text) {
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  /** A text that a spreadsheet would run as a formula is marked as text; numbers are not. */
  function defused(text) {
    return /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  }

  function csvValue(column, row) {
    if (column.isMissing(row)) return "";
    if (column.group === "attributes" && column.id.endsWith("_time")) {
      return dateOf(column.values[row])?.toISOString() || "";
    }
    return column.type === "n" ? column.exact(row) : defused(column.text(row));
  }

  /** What is shown: these rows, in this order, in these columns; with run ids, as names repeat. */
  function csvOf(grid) {
    const shown = grid.columns.filter((column) => column.type !== "k");
    const runIds = grid.store.get("attributes.run_id");
    const columns = runIds && !shown.includes(runIds) ? [runIds, ...shown] : shown;
    const lines = [columns.map((column) => defused(column.id))];
    for (const row of grid.exportRows()) {
      lines.push(columns.map((column) => csvValue(column, row)));
    }
    return lines.map((fields) => `${fields.map(csvField).join(",")}\r\n`).join("");
  }

  function download(name, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    const link = element("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  async function exportCsv() {
    const grid = await start();
    if (grid) download(`runs-${body.dataset.id || "export"}.csv`, csvOf(grid));
  }

  // ---- putting it together ------------------------------------------------------------------

  function show() {
    const { store } = RG;
    const parameters = new URLSearchParams(location.search);
    prepareColumns(store);
    if (query && !query.value) query.value = parameters.get("q") || "";
    const grid = new RG.Grid(host, store, {
      columns: columnsOf(parameters.get("cols"), store),
      sort: sortOf(parameters.get("sort"), store),
      label: "Runs",
      drawCell,
      onChange: (changed) => {
        showStatus(changed);
        writeAddress(changed);
      },
      onSelect: (changed) => {
        showStatus(changed);
        linkCompare(changed);
      },
    });
    showStatus(grid);
    bindFilter(grid);
    bindChooser(grid);
    addEventListener("beforeprint", () => grid.printRows(PRINTED_ROWS));
    addEventListener("afterprint", () => grid.printRows(0));
    return grid;
  }

  for (const button of document.querySelectorAll("[data-export='csv']")) {
    button.addEventListener("click", exportCsv);
  }
  startSoon();
})();
