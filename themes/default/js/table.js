// A grid over the columns of store.js that holds any number of rows: only those on screen are in
// the page. Operable by keyboard as a grid (ARIA) with one tab stop among its cells and one among
// its headings; with nested or grouped runs it is a tree grid, each below what it belongs to.
//
// What is shown is `view`, changed by update() alone. From it come `lines`, what stands below one
// another: a row of the store, or a group as the complement (~) of its place in `groups`. Pinned
// rows are the first of the lines and stay in sight.
//
// The grid knows rows and columns, not what they mean: cells.js words and draws what is in them,
// headings.js the first row.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;

  const NAME = "attributes.run_name"; // stays in sight, and carries the tree
  const SPARE_ROWS = 8; // drawn above and below the screen, so that scrolling shows no gap
  const DEEPEST_INDENT = 6;
  const HEADING = -1; // the position of the headings

  /** Changes that show other rows, or the same in another order: reading starts again on top. */
  const FROM_THE_TOP = ["mask", "brush", "sorts", "group"];

  class Grid {
    /**
     * Replaces what is in `host`, the scrolling box.
     * @param {object} options
     *   label      what a screen reader calls the grid
     *   help       id of the element that explains the keys
     *   view       what to show:
     *     columns  ids of the columns, the name first
     *     sorts    [{id, direction: 1 or -1}, …]; none for the order of the data
     *     group    id of the column to group by, or ""
     *     differs  only columns whose value is not the same in all rows shown
     *     heat     shades numbers
     *     pins     rows that stay on top, whatever the filter
     *     hides    set of rows that are not shown
     *     widths   Map of column id → px, where a column has not its natural width
     *     mask     of the filter: 1 for each row to show; null for all
     *     brush    {mask, label} of a chart: both must agree; or null
     *     selected, folded (rows), opened (codes of groups)   what the grid begins with
     *   drawCell   (td, column, row, grid) draws the cell
     *   drawGroup  (td, column, group, grid) the same in the line of a group
     *   onChange   (grid) after another view
     *   onSelect   (grid) after another selection
     *   onFold     (grid) after a family or a group was folded or unfolded
     *   onKey      (key, row, td, grid) is asked about keys of a row; true: it was one
     *   onMore     (row, button, grid) after a click on a button.more
     *   onFailure  (error) when the file of a column could not be loaded
     */
    constructor(host, store, options) {
      this.host = host;
      this.store = store;
      this.options = options;
      this.view = options.view;
      this.selected = new Set(options.view.selected);
      this.collapsed = new Set(options.view.folded); // rows whose family is folded away
      this.opened = new Set(options.view.opened); // codes of groups that are unfolded
      this.columns = [];
      this.found = new Uint32Array(0);
      this.lines = new Int32Array(0);
      this.groups = [];
      this.current = { position: 0, cell: 0 }; // the cell that Tab comes to; cell 0 is the name
      this.anchor = 0; // where a range of selected rows began
      this.window = { first: 0, end: 0 };
      this.rowHeight = 40;
      this.printLimit = 0;
      this.build();
      this.update({});
    }

    // ---- what is shown ----------------------------------------------------------------------

    /** Changes the view, once the columns that its order needs are there. */
    update(change) {
      Object.assign(this.view, change);
      if ("group" in change) this.opened.clear();
      const fromTheTop = FROM_THE_TOP.some((part) => part in change);
      const { sorts, group, columns } = this.view;
      const order = this.store.load([...sorts.map(({ id }) => id), group]);
      if (order) {
        this.await(order, fromTheTop);
        return;
      }
      this.refresh(fromTheTop);
      const cells = this.store.load(columns);
      if (cells) this.await(cells, false);
    }

    await(columns, fromTheTop) {
      this.table.setAttribute("aria-busy", "true");
      columns.catch(this.options.onFailure).then(() => {
        this.table.removeAttribute("aria-busy");
        this.refresh(fromTheTop);
      });
    }

    refresh(fromTheTop = false) {
      this.found = this.findRows();
      this.columns = this.chooseColumns();
      this.table.classList.toggle("sized", this.view.widths.size > 0);
      this.current.cell = Math.min(this.current.cell, this.columns.length - 1);
      if (fromTheTop) {
        this.current.position = Math.min(0, this.current.position);
        this.host.scrollTop = 0;
      }
      this.arrange();
      this.headings.draw();
      this.options.onChange(this);
    }

    findRows() {
      const { mask, brush, hides } = this.view;
      const all = this.store.allRows();
      if (!mask && !brush && !hides.size) return all;
      return all.filter(
        (row) => (!mask || mask[row]) && (!brush || brush.mask[row]) && !hides.has(row),
      );
    }

    chooseColumns() {
      const chosen = this.view.columns.map((id) => this.store.get(id));
      if (!this.view.differs || this.found.length < 2) return chosen;
      return chosen.filter(
        (column) =>
          column.id === NAME || !column.loaded || this.store.varies(column, this.found),
      );
    }

    /** The order that can be had: a column may be missing because its file is. */
    get sorts() {
      return this.view.sorts.filter(({ id }) => this.store.has(id));
    }

    get groupColumn() {
      return this.store.has(this.view.group) ? this.store.get(this.view.group) : null;
    }

    arrange() {
      this.depths = null;
      this.families = new Map();
      this.groups = [];
      const rest = this.groupColumn ? this.arrangeGroups() : this.arrangeTree(this.collapsed);
      const { pins } = this.view;
      this.lines = new Int32Array(pins.length + rest.length);
      this.lines.set(pins);
      this.lines.set(rest, pins.length);
      const isTree = this.groupColumn || this.store.parents;
      this.table.setAttribute("role", isTree ? "treegrid" : "grid");
      this.table.setAttribute("aria-rowcount", String(this.lines.length + 1));
      this.current.position = Math.min(this.current.position, this.lines.length - 1);
      this.paint(true);
    }

    unpinned(rows) {
      const pinned = new Set(this.view.pins);
      return pinned.size ? rows.filter((row) => !pinned.has(row)) : rows;
    }

    arrangeTree(collapsed) {
      const sorted = this.store.sorted(this.unpinned(this.found), this.sorts);
      const { rows, depths = null, families = new Map() } = this.store.nested(sorted, collapsed);
      this.depths = depths;
      this.families = families;
      return rows;
    }

    /** Pinned runs count in their groups, though they stand on top. */
    arrangeGroups() {
      const { store, sorts } = this;
      const sorted = store.sorted(this.found, sorts);
      this.groups = RG.grouping.groupsOf(sorted, this.groupColumn, sorts, store);
      return this.groups.flatMap((group, place) => {
        const rows = this.opened.has(group.code) ? this.unpinned(group.rows) : [];
        return [~place, ...rows];
      });
    }

    /** All rows in the order of the table, with those that are folded away. */
    allInOrder() {
      const { pins } = this.view;
      if (this.groupColumn) {
        return [...pins, ...this.groups.flatMap((group) => this.unpinned(group.rows))];
      }
      const sorted = this.store.sorted(this.unpinned(this.found), this.sorts);
      return [...pins, ...this.store.nested(sorted, new Set()).rows];
    }

    groupAt(position) {
      const line = this.lines[position];
      return line < 0 ? this.groups[~line] : null;
    }

    /** The row at a position; null for a group and for the headings. */
    rowAt(position) {
      const line = this.lines[position];
      return line >= 0 ? line : null;
    }

    isPinned(position) {
      return position >= 0 && position < this.view.pins.length;
    }

    // ---- order ------------------------------------------------------------------------------

    /** Numbers come largest first unless smaller is better, texts from A. */
    firstDirection(column) {
      return column.isNumber && column.goal !== "min" ? -1 : 1;
    }

    /** First the natural direction, then the other, then none. `adding` keeps the other columns. */
    cycleSort(id, adding = false) {
      const first = this.firstDirection(this.store.get(id));
      const { sorts } = this.view;
      const before = sorts.find((sort) => sort.id === id);
      const next = { id, direction: before ? -first : first };
      const gone = before && before.direction !== first;
      if (!adding) this.update({ sorts: gone && sorts.length === 1 ? [] : [next] });
      else if (!before) this.update({ sorts: [...sorts, next] });
      else this.update({ sorts: sorts.flatMap((s) => (s.id === id ? (gone ? [] : [next]) : [s])) });
    }

    // ---- selection --------------------------------------------------------------------------

    rowsOf(position) {
      const group = this.groupAt(position);
      return group ? group.rows : [this.rowAt(position)];
    }

    toggleSelected(position) {
      const rows = this.rowsOf(position);
      this.anchor = position;
      this.select(rows, !rows.every((row) => this.selected.has(row)));
    }

    /** Selects all from where the selection began to here. */
    selectRange(position) {
      const [first, last] = [this.anchor, position].sort((a, b) => a - b);
      const rows = [];
      for (let at = Math.max(0, first); at <= last; at += 1) {
        if (this.rowAt(at) !== null) rows.push(this.rowAt(at));
      }
      this.select(rows, true);
    }

    select(rows, on) {
      for (const row of rows) {
        if (on) this.selected.add(row);
        else this.selected.delete(row);
      }
      this.paint(true);
      this.headings.markSelection();
      this.options.onSelect(this);
    }

    /** "all", "some" or "none" of `rows`. */
    selectionOf(rows) {
      let count = 0;
      if (this.selected.size) for (const row of rows) count += this.selected.has(row) ? 1 : 0;
      if (count === 0) return "none";
      return count === rows.length ? "all" : "some";
    }

    toggleAll() {
      this.select(this.found, this.selectionOf(this.found) !== "all");
    }

    // ---- folding ----------------------------------------------------------------------------

    isFoldable(position) {
      return this.groupAt(position) !== null || this.families.has(this.rowAt(position));
    }

    isOpen(position) {
      const group = this.groupAt(position);
      return group ? this.opened.has(group.code) : !this.collapsed.has(this.rowAt(position));
    }

    toggleFold(position) {
      const group = this.groupAt(position);
      const folds = group ? this.opened : this.collapsed;
      const key = group ? group.code : this.rowAt(position);
      if (!folds.delete(key)) folds.add(key);
      this.arrange();
      this.options.onFold?.(this);
    }

    depthAt(position) {
      if (this.isPinned(position)) return 0;
      const row = this.rowAt(position);
      if (this.groupColumn) return row === null ? 0 : 1;
      return this.depths ? this.depths[row] : 0;
    }

    // ---- structure --------------------------------------------------------------------------

    build() {
      this.table = element("table", "rg");
      this.table.setAttribute("aria-label", this.options.label);
      this.table.setAttribute("aria-multiselectable", "true");
      if (this.options.help) this.table.setAttribute("aria-describedby", this.options.help);
      this.head = this.table.createTHead();
      this.pinned = element("tbody", "pins");
      this.above = makePadding();
      this.body = element("tbody");
      this.below = makePadding();
      this.table.append(this.pinned, this.above, this.body, this.below);
      // The box was a region of its own while it held the plain table.
      for (const name of ["role", "tabindex", "aria-label"]) this.host.removeAttribute(name);
      this.host.replaceChildren(this.table);
      this.headings = new RG.Headings(this);
      this.headings.draw();
      this.listen();
    }

    listen() {
      this.host.addEventListener("scroll", oncePerFrame(() => this.paint()), { passive: true });
      new ResizeObserver(() => {
        this.holdWidths(false);
        this.paint();
      }).observe(this.host);
      this.table.addEventListener("keydown", (event) => this.onKey(event));
      this.table.addEventListener("click", (event) => this.onClick(event));
      this.table.addEventListener("focusin", (event) => this.onFocus(event));
    }

    // ---- painting ---------------------------------------------------------------------------

    /** Draws the rows on screen. Unless `afresh`, rows that stay are kept as they are. */
    paint(afresh = false) {
      const before = this.window;
      const after = this.visibleWindow();
      if (!afresh && before.first === after.first && before.end === after.end) return;
      const hadFocus = this.hasFocus();
      this.window = after;
      this.keepCurrentInWindow();
      if (afresh) this.drawPins();
      if (afresh || after.first >= before.end || after.end <= before.first) {
        this.body.replaceChildren(this.drawLines(after.first, after.end));
      } else {
        this.holdWidths(true);
        this.shiftRows(before, after);
      }
      this.setPadding();
      this.markCurrent();
      if (hadFocus && !this.hasFocus()) this.focusCurrent();
      if (this.measureRow()) this.paint(true);
    }

    hasFocus() {
      const focused = document.activeElement;
      return this.body.contains(focused) || this.pinned.contains(focused);
    }

    setPadding() {
      const { first, end } = this.window;
      const above = first - this.view.pins.length;
      this.above.rows[0].style.height = `${above * this.rowHeight}px`;
      this.below.rows[0].style.height = `${(this.lines.length - end) * this.rowHeight}px`;
    }

    /** Pinned rows stay in sight unless they would fill it. */
    get pinsStick() {
      const height = this.view.pins.length * this.rowHeight;
      return height <= (this.host.clientHeight || 600) * 0.4;
    }

    drawPins() {
      const { length } = this.view.pins;
      this.pinned.replaceChildren(this.drawLines(0, length));
      this.pinned.classList.toggle("stick", length > 0 && this.pinsStick);
    }

    visibleWindow() {
      const { length } = this.lines;
      const pins = this.view.pins.length;
      if (this.printLimit) return { first: pins, end: Math.min(length, this.printLimit) };
      const top = this.host.scrollTop - this.looseHeight;
      const bottom = top + (this.host.clientHeight || 600);
      const last = Math.max(0, Math.ceil(bottom / this.rowHeight)) + SPARE_ROWS;
      const first = Math.max(0, Math.floor(top / this.rowHeight) - SPARE_ROWS);
      const end = Math.min(length, pins + last);
      return { first: Math.min(pins + first, end), end };
    }

    /** How much of the box is taken by pinned rows that scroll away with the others. */
    get looseHeight() {
      return this.pinsStick ? 0 : this.view.pins.length * this.rowHeight;
    }

    /** Columns may grow with the rows that come into sight, but must not jump to and fro. */
    holdWidths(hold) {
      const heads = [...this.head.rows[0].cells];
      const widths = heads.map((head) => (hold ? `${head.offsetWidth}px` : ""));
      heads.forEach((head, place) => {
        if (!this.view.widths.has(head.dataset.id)) head.style.minWidth = widths[place];
      });
    }

    /** True if the theme's rows are not as high as was reckoned with. */
    measureRow() {
      const height = this.body.rows[0]?.getBoundingClientRect().height;
      if (!height || this.printLimit || Math.abs(height - this.rowHeight) < 0.5) return false;
      this.rowHeight = height;
      return true;
    }

    shiftRows(before, after) {
      const { body } = this;
      for (let at = before.first; at < after.first; at += 1) body.firstChild.remove();
      for (let at = after.end; at < before.end; at += 1) body.lastChild.remove();
      if (after.first < before.first) body.prepend(this.drawLines(after.first, before.first));
      if (after.end > before.end) body.append(this.drawLines(before.end, after.end));
    }

    drawLines(first, end) {
      const fragment = document.createDocumentFragment();
      for (let position = first; position < end; position += 1) {
        fragment.append(this.drawLine(position));
      }
      return fragment;
    }

    drawLine(position) {
      const line = element("tr", this.groupAt(position) ? "group" : "");
      const selection = this.selectionOf(this.rowsOf(position));
      line.dataset.position = String(position);
      line.setAttribute("aria-rowindex", String(position + 2));
      line.setAttribute("aria-selected", String(selection === "all"));
      if (this.table.getAttribute("role") === "treegrid") this.describePlace(line, position);
      line.append(this.selectCell(position, selection));
      for (const column of this.columns) line.append(this.drawCell(column, position));
      return line;
    }

    describePlace(line, position) {
      line.setAttribute("aria-level", String(this.depthAt(position) + 1));
      if (this.isFoldable(position)) {
        line.setAttribute("aria-expanded", String(this.isOpen(position)));
      }
    }

    selectCell(position, selection) {
      const cell = element("td", "sel");
      const box = element("input");
      box.type = "checkbox";
      box.checked = selection === "all";
      box.indeterminate = selection === "some";
      box.tabIndex = -1;
      box.setAttribute("aria-label", `Select ${this.nameAt(position)}`);
      cell.append(box);
      return cell;
    }

    nameAt(position) {
      const group = this.groupAt(position);
      if (group) return `${group.rows.length} with ${group.column.label} ${group.text}`;
      const row = this.rowAt(position);
      return (this.store.has(NAME) && this.store.get(NAME).text(row)) || `run ${row + 1}`;
    }

    drawCell(column, position) {
      const cell = element("td", classOf(column));
      const width = this.view.widths.get(column.id);
      const group = this.groupAt(position);
      cell.tabIndex = -1;
      if (width) cell.style.maxWidth = `${width}px`;
      const inner = column.id === NAME ? this.drawTree(cell, position) : cell;
      if (column.loaded && group) this.options.drawGroup(inner, column, group, this);
      else if (column.loaded) this.options.drawCell(inner, column, this.rowAt(position), this);
      return cell;
    }

    /** The line that a name is in: indented by its depth, with the button that folds first. */
    drawTree(cell, position) {
      const line = element("div", "name");
      cell.append(line);
      if (this.table.getAttribute("role") !== "treegrid") return line;
      cell.dataset.depth = String(Math.min(this.depthAt(position), DEEPEST_INDENT));
      line.append(this.isFoldable(position) ? this.foldButton(position) : element("span", "fold"));
      return line;
    }

    foldButton(position) {
      const verb = this.isOpen(position) ? "Hide" : "Show";
      const below = this.groupAt(position)
        ? this.nameAt(position)
        : `${this.families.get(this.rowAt(position)).length} under ${this.nameAt(position)}`;
      const button = element("button", "fold");
      button.type = "button";
      button.tabIndex = -1;
      button.setAttribute("aria-label", `${verb} ${below}`);
      return button;
    }

    /** All rows that a print may need; 0 goes back to those on screen. */
    printRows(limit) {
      this.printLimit = limit;
      this.paint(true);
    }

    // ---- the current cell -------------------------------------------------------------------

    /** Scrolling must not carry the only tab stop out of the page. */
    keepCurrentInWindow() {
      const { position } = this.current;
      if (position < this.view.pins.length) return; // always in the page
      const { first, end } = this.window;
      this.current.position = Math.max(first, Math.min(Math.max(first, end - 1), position));
    }

    currentCell() {
      const { position, cell } = this.current;
      if (position === HEADING) return null;
      const line = this.isPinned(position)
        ? this.pinned.rows[position]
        : this.body.rows[position - this.window.first];
      return line ? line.cells[cell + 1] : null;
    }

    /** The tab stop among the cells stays while the headings are used. */
    markCurrent() {
      const cell = this.currentCell() || this.body.rows[0]?.cells[1];
      if (cell !== this.marked) {
        if (this.marked) this.marked.tabIndex = -1;
        if (cell) cell.tabIndex = 0;
        this.marked = cell;
      }
      this.headings.mark(this.current.cell);
    }

    focusCurrent() {
      if (this.current.position === HEADING) {
        this.headings.focus(this.current.cell);
        return;
      }
      const cell = this.currentCell();
      if (!cell) return;
      cell.focus({ preventScroll: true });
      this.revealColumn(cell);
    }

    /** Position -1 are the headings. */
    moveTo(position, cell) {
      const clamp = (value, least, length) => Math.max(least, Math.min(length - 1, value));
      this.current.position = clamp(position, HEADING, this.lines.length);
      this.current.cell = clamp(cell, 0, this.columns.length);
      if (this.current.position >= this.view.pins.length) this.revealRow(this.current.position);
      this.paint();
      this.markCurrent();
      this.focusCurrent();
    }

    revealRow(position) {
      const { host, rowHeight } = this;
      const pins = this.view.pins.length;
      const stuck = this.head.offsetHeight + (this.pinsStick ? pins * rowHeight : 0);
      const top = this.looseHeight + (position - pins) * rowHeight;
      const bottom = top + rowHeight + stuck;
      if (top < host.scrollTop) host.scrollTop = top;
      else if (bottom > host.scrollTop + host.clientHeight) {
        host.scrollTop = bottom - host.clientHeight;
      }
    }

    /** Brings the cell out from under the columns that stick to the left edge. */
    revealColumn(cell) {
      if (cell.classList.contains("nm")) return;
      const port = this.host.getBoundingClientRect();
      const name = cell.parentElement.querySelector(".nm");
      const left = name ? name.getBoundingClientRect().right : port.left;
      const box = cell.getBoundingClientRect();
      if (box.left < left) this.host.scrollLeft -= left - box.left;
      else if (box.right > port.right) this.host.scrollLeft += box.right - port.right;
    }

    // ---- events -----------------------------------------------------------------------------

    onFocus(event) {
      const cell = event.target.closest("td, th");
      const line = cell?.parentElement;
      if (!line || cell.cellIndex < 1) return;
      if (cell.tagName === "TD" && !line.dataset.position) return;
      this.current.position = cell.tagName === "TH" ? HEADING : Number(line.dataset.position);
      this.current.cell = cell.cellIndex - 1;
      this.markCurrent();
    }

    onClick(event) {
      const line = event.target.closest("tr[data-position]");
      if (!line) return;
      const position = Number(line.dataset.position);
      const more = event.target.closest("button.more");
      if (more) this.options.onMore(this.rowAt(position), more, this);
      else if (event.target.closest("button.fold")) this.toggleFold(position);
      else if (event.target.closest("input")) this.clickBox(position, event);
      else if (event.shiftKey && !event.target.closest("a")) this.selectRange(position);
    }

    clickBox(position, event) {
      if (event.shiftKey) this.selectRange(position);
      else this.toggleSelected(position);
    }

    onKey(event) {
      const inHead = this.head.contains(event.target);
      if (event.altKey || event.metaKey) return;
      if (inHead && event.target.tagName !== "BUTTON") return;
      const handled =
        (!inHead && this.foldByKey(event)) ||
        this.moveByKey(event) ||
        (!inHead && this.actByKey(event));
      if (handled) event.preventDefault();
    }

    /** On a name, Right unfolds and Left folds or goes to the parent, before they move. */
    foldByKey({ key, target }) {
      const { position, cell } = this.current;
      if (this.columns[cell].id !== NAME) return false;
      const isGroup = this.groupAt(position) !== null;
      const foldKey = this.isOpen(position) ? "ArrowLeft" : "ArrowRight";
      const isEnter = isGroup && key === "Enter" && target.tagName === "TD";
      if (this.isFoldable(position) && (key === foldKey || isEnter)) {
        this.toggleFold(position);
        return true;
      }
      if (key === "ArrowLeft" && this.depthAt(position) > 0) {
        this.moveTo(this.parentPosition(position), cell);
        return true;
      }
      return false;
    }

    parentPosition(position) {
      const depth = this.depthAt(position);
      let at = position;
      while (at > 0 && this.depthAt(at) >= depth) at -= 1;
      return at;
    }

    moveByKey({ key, ctrlKey }) {
      const { position, cell } = this.current;
      const page = Math.max(1, Math.floor(this.host.clientHeight / this.rowHeight) - 2);
      const target = {
        ArrowDown: [position + 1, cell],
        ArrowUp: [position - 1, cell],
        ArrowRight: [position, cell + 1],
        ArrowLeft: [position, cell - 1],
        PageDown: [position + page, cell],
        PageUp: [Math.max(0, position - page), cell],
        Home: [ctrlKey ? 0 : position, 0],
        End: [ctrlKey ? this.lines.length - 1 : position, this.columns.length - 1],
      }[key];
      if (target) this.moveTo(...target);
      return Boolean(target);
    }

    /** Space selects the row, Enter opens its run. A control within a cell answers for itself. */
    actByKey(event) {
      const { key, target, ctrlKey, shiftKey } = event;
      if (target.tagName !== "TD") return false;
      const { position } = this.current;
      if (ctrlKey && key === "a") this.toggleAll();
      else if (ctrlKey) return false;
      else if (key === " " && shiftKey) this.selectRange(position);
      else if (key === " ") this.toggleSelected(position);
      else if (key === "Enter") target.parentElement.querySelector("a[href]")?.click();
      else return this.options.onKey(event, this.rowAt(position), target, this);
      return true;
    }
  }

  // -------------------------------------------------------------------------------------------

  function classOf(column) {
    if (column.id === NAME) return "nm";
    if (column.isNumber) return "num";
    return column.group === "params" || column.group === "tags" ? "mono" : "";
  }

  /** Stands for the rows that are not drawn. */
  function makePadding() {
    const body = element("tbody", "pad");
    body.setAttribute("aria-hidden", "true");
    body.append(element("tr"));
    return body;
  }

  function oncePerFrame(action) {
    let waiting = false;
    return () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        action();
      });
    };
  }

  RG.Grid = Grid;
  RG.classOfColumn = classOf;
  RG.NAME_COLUMN = NAME;
})();
