// The tables of a comparison: one for each section, all with the same columns, so that they lie
// under one head and scroll sideways together. On RG.compare: fillTable(place, rows, view).
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const LONG = 180; // letters of a value that are shown before it is cut

  /**
   * Draws the rows that `view` wants into `place`.
   * @param view {runs, base, only, title}: the runs in order, the place of the baseline, whether
   *   only rows that differ are wanted, and what the table is called
   */
  function fillTable(place, rows, view) {
    const shown = view.only ? rows.filter((row) => row.differs) : rows;
    if (!shown.length) {
      place.replaceChildren();
      return;
    }
    const table = element("table", "cmp-table");
    table.style.setProperty("--n", view.runs.length);
    table.createCaption().append(element("span", "vh", view.title));
    table.append(columns(view.runs), head(view));
    for (const group of groups(shown)) table.append(body(group, view));
    const region = element("div", "cmp-scroll");
    region.tabIndex = 0;
    region.setAttribute("role", "region");
    region.setAttribute("aria-label", `${view.title}, table`);
    region.append(table);
    const card = element("div", "card cmp-card");
    card.append(region);
    place.replaceChildren(card);
  }

  function columns(runs) {
    const group = element("colgroup");
    group.append(element("col", "cmp-first"), ...runs.map(() => element("col")));
    return group;
  }

  /** Read out and printed; on screen the head of all tables says the same. */
  function head({ runs, base }) {
    const thead = element("thead");
    const row = thead.insertRow();
    row.append(headCell("What", "col"));
    runs.forEach((run, place) => {
      const cell = headCell("", "col");
      const name = element("span", "cmp-th", run.name);
      name.prepend(RG.compare.lineSample(run, place));
      if (place === base) name.append(element("span", "note", " (baseline)"));
      cell.append(name);
      row.append(cell);
    });
    row.cells[0].replaceChildren(element("span", "vh", "What"));
    return thead;
  }

  function headCell(text, scope) {
    const cell = element("th", "", text);
    cell.scope = scope;
    return cell;
  }

  /** Rows that stand together, in order: [{group, rows}]. */
  function groups(rows) {
    const found = [];
    for (const row of rows) {
      const last = found[found.length - 1];
      if (last && last.group === row.group) last.rows.push(row);
      else found.push({ group: row.group, rows: [row] });
    }
    return found;
  }

  function body({ group, rows }, view) {
    const tbody = element("tbody");
    if (group) {
      const row = tbody.insertRow();
      row.className = "cmp-group";
      const cell = headCell("", "rowgroup");
      cell.colSpan = view.runs.length + 1;
      cell.append(group === RG.compare.MACHINE ? folding(tbody, group, rows) : element("span", "", group));
      row.append(cell);
    }
    tbody.append(...rows.map((row) => tableRow(row, view.base)));
    return tbody;
  }

  /** What the machine did is of interest now and then: it starts folded. */
  function folding(tbody, group, rows) {
    const button = element("button", "cmp-show", `${group}, ${rows.length} rows`);
    button.type = "button";
    const fold = (shut) => {
      tbody.classList.toggle("shut", shut);
      button.setAttribute("aria-expanded", String(!shut));
    };
    button.addEventListener("click", () => fold(!tbody.classList.contains("shut")));
    fold(true);
    return button;
  }

  function tableRow(row, base) {
    const line = element("tr", row.differs ? "" : "same");
    const name = headCell("", "row");
    name.append(element(row.code ? "code" : "span", "cmp-what", row.name));
    if (row.note) name.append(" ", element("span", "cmp-note", row.note));
    line.append(name, ...row.cells.map((cell, place) => tableCell(cell, row, place, base)));
    return line;
  }

  function tableCell(cell, row, place, base) {
    const box = element("td", place === base ? "base" : "");
    const from = row.cells[base];
    const other = place !== base && !cell.unknown && !from.unknown && cell.key !== from.key;
    if (other) box.classList.add("other");
    if (cell.absent || cell.dim) box.classList.add("none");
    box.append(...content(cell, row, other ? from : null));
    return box;
  }

  function content(cell, row, base) {
    const parts = [value(cell, row, base)];
    if (cell.best) parts.push(" ", bestMark());
    if (cell.change) parts.push(" ", element("span", `cmp-change ${cell.change}`, cell.change));
    if (cell.more) parts.push(" ", element("span", "cmp-more", cell.more));
    if (cell.delta) parts.push(" ", deltaLine(cell.delta));
    return parts;
  }

  function value(cell, row, base) {
    if (cell.chips) return chips(cell.chips);
    if (cell.time !== undefined) return RG.time(cell.time);
    if (cell.value !== undefined) return number(cell);
    if (cell.id) return runId(cell.text);
    const href = cell.href || pageOf(cell);
    if (href) {
      const link = element("a", "lnk", cell.text);
      link.href = href;
      if (cell.exact) link.title = cell.exact;
      return link;
    }
    return words(cell, row, base);
  }

  /** Of something of this site: addresses come from the site's root, where this page lies. */
  function pageOf(cell) {
    if (cell.experiment) return RG.keepVersion(`experiments/${cell.experiment}/index.html`);
    const address = cell.page || cell.file;
    return address && RG.compare.isAddress(address) ? RG.keepVersion(address) : "";
  }

  function number(cell) {
    const data = element("data", "cmp-number", cell.text);
    if (cell.exact) {
      data.value = cell.exact;
      data.title = cell.exact;
    }
    return data;
  }

  function runId(id) {
    const code = element("code", "", id.slice(0, 8));
    code.title = id;
    return code;
  }

  function chips(list) {
    const box = element("span", "cmp-chips");
    for (const [text, tone, icon] of list) {
      const known = /^[a-z]*$/.test(tone) ? tone : "";
      const chip = element("span", `chip ${known}`);
      if (/^[a-z]+$/.test(icon)) chip.append(RG.icon(icon));
      chip.append(text);
      box.append(chip);
    }
    return box;
  }

  function bestMark() {
    const mark = element("span", "cmp-best");
    mark.append(RG.icon("star"), element("span", "vh", "best of these"));
    mark.title = "The best of these runs";
    return mark;
  }

  function deltaLine({ text, word, tone }) {
    const line = element("span", `cmp-delta ${tone}`);
    if (text) line.append(element("span", "", text));
    if (word) line.append(text ? " " : "", element("b", "", word));
    return line;
  }

  // ---- texts --------------------------------------------------------------------------------

  /** A text in its own type; cut when long; what differs from a similar baseline is marked. */
  function words(cell, row, base) {
    const tag = row.code && !cell.absent ? "code" : "span";
    const box = element(tag, "cmp-text");
    const marked = base && !base.absent && worthMarking(cell.text, base.text)
      ? RG.diff.words(base.text, cell.text)
      : null;
    if (marked) {
      box.append(...marked[1].map((part) =>
        (part.changed ? element("mark", "", part.text) : part.text)));
    } else box.textContent = cell.text;
    if (cell.text.length <= LONG && cell.text.split("\n").length <= 6) return box;
    box.classList.add("cut");
    const both = element("div", "cmp-long");
    both.append(box, moreButton(box));
    return both;
  }

  const worthMarking = (a, b) =>
    Math.min(a.length, b.length) >= 12 && Math.max(a.length, b.length) <= 4000;

  function moreButton(box) {
    const button = element("button", "cmp-show", "Show all");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const cut = box.classList.toggle("cut");
      button.textContent = cut ? "Show all" : "Show less";
      button.setAttribute("aria-expanded", String(!cut));
    });
    return button;
  }

  Object.assign(RG.compare, { fillTable });
})();
