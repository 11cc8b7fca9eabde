// A grid over the columns of store.js that holds any number of rows: only those on screen are in
// the page. Operable by keyboard as a grid (ARIA) with one tab stop among its cells; with nested
// runs it is a tree grid, children under their parents.
//
// The grid knows rows and columns, not what they mean: experiment.js words and draws the cells.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;

  const NAME = "attributes.run_name"; // stays in sight, and carries the tree
  const SPARE_ROWS = 8; // drawn above and below the screen, so that scrolling shows no gap
  const DEEPEST_INDENT = 6;

  class Grid {
    /**
     * Replaces what is in `host`, the scrolling box.
     * @param {object} options
     *   columns   ids of the columns to show
     *   sort      {id, direction: 1 or -1}, or null for the order of the data
     *   label     what a screen reader calls the grid
     *   drawCell  (td, column, row, grid) draws the cell; false: the column's text is right
     *   onChange  (grid) after other rows, another order or other columns
     *   onSelect  (grid) after another selection
     */
    constructor(host, store, options) {
      this.host = host;
      this.store = store;
      this.options = options;
      this.columns = options.columns.map((id) => store.get(id));
      this.sort = options.sort;
      this.found = store.allRows();
      this.selected = new Set();
      this.collapsed = new Set();
      this.current = { position: 0, cell: 0 }; // the cell that Tab comes to; cell 0 is the name
      this.window = { first: 0, end: 0 };
      this.rowHeight = 40;
      this.printLimit = 0;
      this.build();
      this.arrange();
    }

    // ---- what is shown ----------------------------------------------------------------------

    /** Shows the rows that are 1 in `mask`; null shows all. */
    setFilter(mask) {
      const all = this.store.allRows();
      this.found = mask === null ? all : all.filter((row) => mask[row] === 1);
      this.rearrange();
    }

    setSort(sort) {
      this.sort = sort;
      this.drawHead();
      this.rearrange();
    }

    setColumns(ids) {
      this.columns = ids.map((id) => this.store.get(id));
      this.current.cell = Math.min(this.current.cell, this.columns.length - 1);
      this.drawHead();
      this.paint(true);
      this.options.onChange(this);
    }

    /** The rows that the filter found, in order, with those that are folded away. */
    exportRows() {
      return this.ordered(new Set()).rows;
    }

    ordered(collapsed) {
      return this.store.nested(this.store.sorted(this.found, this.sort), collapsed);
    }

    arrange() {
      const { rows, depths = null, families = new Map() } = this.ordered(this.collapsed);
      this.rows = rows;
      this.depths = depths;
      this.families = families;
      this.table.setAttribute("aria-rowcount", String(rows.length + 1));
      this.paint(true);
    }

    rearrange() {
      this.current.position = 0;
      this.host.scrollTop = 0;
      this.arrange();
      this.options.onChange(this);
    }

    /** Numbers come largest first unless smaller is better, texts from A; then back; then none. */
    cycleSort(id) {
      const column = this.store.get(id);
      const first = column.type === "n" && column.goal !== "min" ? -1 : 1;
      if (this.sort?.id !== id) this.setSort({ id, direction: first });
      else if (this.sort.direction === first) this.setSort({ id, direction: -first });
      else this.setSort(null);
    }

    toggleSelected(position) {
      const row = this.rows[position];
      if (!this.selected.delete(row)) this.selected.add(row);
      this.paint(true);
      this.options.onSelect(this);
    }

    toggleFamily(position) {
      const row = this.rows[position];
      if (!this.collapsed.delete(row)) this.collapsed.add(row);
      this.arrange();
    }

    // ---- structure --------------------------------------------------------------------------

    build() {
      this.table = element("table", "rg");
      this.table.setAttribute("role", this.store.parents ? "treegrid" : "grid");
      this.table.setAttribute("aria-label", this.options.label);
      this.table.setAttribute("aria-multiselectable", "true");
      this.head = this.table.createTHead();
      this.above = makePadding();
      this.body = element("tbody");
      this.below = makePadding();
      this.table.append(this.above, this.body, this.below);
      // The box was a region of its own while it held the plain table.
      for (const name of ["role", "tabindex", "aria-label"]) this.host.removeAttribute(name);
      this.host.replaceChildren(this.table);
      this.drawHead();
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
      this.body.addEventListener("focusin", (event) => this.onFocus(event));
    }

    drawHead() {
      const row = element("tr");
      row.setAttribute("aria-rowindex", "1");
      const corner = element("th", "sel");
      corner.scope = "col";
      corner.append(element("span", "vh", "Select"));
      row.append(corner, ...this.columns.map((column) => this.headCell(column)));
      const focused = document.activeElement?.dataset?.sort;
      this.head.replaceChildren(row);
      this.table.setAttribute("aria-colcount", String(this.columns.length + 1));
      if (focused) this.head.querySelector(`[data-sort="${CSS.escape(focused)}"]`)?.focus();
    }

    headCell(column) {
      const cell = element("th", column.type === "n" || column.id === NAME ? classOf(column) : "");
      cell.scope = "col";
      const button = element("button", "", column.label);
      button.type = "button";
      button.title = column.id;
      if (column.note) button.append(element("span", "gp", column.note));
      if (column.type === "k") button.disabled = true;
      else button.dataset.sort = column.id;
      cell.append(button);
      cell.setAttribute("aria-sort", this.ariaSort(column));
      return cell;
    }

    ariaSort(column) {
      if (this.sort?.id !== column.id) return "none";
      return this.sort.direction > 0 ? "ascending" : "descending";
    }

    // ---- painting ---------------------------------------------------------------------------

    /** Draws the rows on screen. Unless `afresh`, rows that stay are kept as they are. */
    paint(afresh = false) {
      const before = this.window;
      const after = this.visibleWindow();
      if (!afresh && before.first === after.first && before.end === after.end) return;
      const hadFocus = this.body.contains(document.activeElement);
      this.window = after;
      this.keepCurrentInWindow();
      if (afresh || after.first >= before.end || after.end <= before.first) {
        this.body.replaceChildren(this.drawRows(after.first, after.end));
      } else {
        this.holdWidths(true);
        this.shiftRows(before, after);
      }
      this.above.rows[0].style.height = `${after.first * this.rowHeight}px`;
      this.below.rows[0].style.height = `${(this.rows.length - after.end) * this.rowHeight}px`;
      this.markCurrent();
      if (hadFocus && !this.body.contains(document.activeElement)) this.focusCurrent();
      if (this.measureRow()) this.paint(true);
    }

    visibleWindow() {
      if (this.printLimit) return { first: 0, end: Math.min(this.rows.length, this.printLimit) };
      const top = this.host.scrollTop;
      const bottom = top + (this.host.clientHeight || 600);
      const end = Math.min(this.rows.length, Math.ceil(bottom / this.rowHeight) + SPARE_ROWS);
      const first = Math.max(0, Math.floor(top / this.rowHeight) - SPARE_ROWS);
      return { first: Math.min(first, end), end };
    }

    /** Columns may grow with the rows that come into sight, but must not jump to and fro. */
    holdWidths(hold) {
      const heads = [...this.head.rows[0].cells];
      const widths = heads.map((head) => (hold ? `${head.offsetWidth}px` : ""));
      heads.forEach((head, place) => {
        head.style.minWidth = widths[place];
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
      if (after.first < before.first) body.prepend(this.drawRows(after.first, before.first));
      if (after.end > before.end) body.append(this.drawRows(before.end, after.end));
    }

    drawRows(first, end) {
      const fragment = document.createDocumentFragment();
      for (let position = first; position < end; position += 1) {
        fragment.append(this.drawRow(position));
      }
      return fragment;
    }

    drawRow(position) {
      const row = this.rows[position];
      const line = element("tr");
      line.dataset.position = String(position);
      line.setAttribute("aria-rowindex", String(position + 2));
      line.setAttribute("aria-selected", String(this.selected.has(row)));
      if (this.depths) this.describeFamily(line, row);
      line.append(this.selectCell(row));
      for (const column of this.columns) line.append(this.drawCell(column, row));
      return line;
    }

    describeFamily(line, row) {
      line.setAttribute("aria-level", String(this.depths[row] + 1));
      if (this.families.has(row)) {
        line.setAttribute("aria-expanded", String(!this.collapsed.has(row)));
      }
    }

    selectCell(row) {
      const cell = element("td", "sel");
      const box = element("input");
      box.type = "checkbox";
      box.checked = this.selected.has(row);
      box.tabIndex = -1;
      box.setAttribute("aria-label", `Select ${this.nameOf(row)}`);
      cell.append(box);
      return cell;
    }

    nameOf(row) {
      return this.store.get(NAME)?.text(row) || `run ${row + 1}`;
    }

    drawCell(column, row) {
      const cell = element("td", classOf(column));
      cell.tabIndex = -1;
      if (!this.options.drawCell(cell, column, row, this)) cell.textContent = column.text(row);
      if (this.depths && column.id === NAME) this.drawTree(cell, row);
      return cell;
    }

    /** Indents a name by its depth and puts the button that folds its family before it. */
    drawTree(cell, row) {
      cell.dataset.depth = String(Math.min(this.depths[row], DEEPEST_INDENT));
      if (!this.families.has(row)) {
        cell.prepend(element("span", "fold"));
        return;
      }
      const verb = this.collapsed.has(row) ? "Show" : "Hide";
      const count = this.families.get(row).length;
      const button = element("button", "fold");
      button.type = "button";
      button.tabIndex = -1;
      button.setAttribute("aria-label", `${verb} ${count} under ${this.nameOf(row)}`);
      cell.prepend(button);
    }

    /** All rows that a print may need; 0 goes back to those on screen. */
    printRows(limit) {
      this.printLimit = limit;
      this.paint(true);
    }

    // ---- the current cell -------------------------------------------------------------------

    /** Scrolling must not carry the only tab stop out of the page. */
    keepCurrentInWindow() {
      const { first, end } = this.window;
      const last = Math.max(first, end - 1);
      this.current.position = Math.max(first, Math.min(last, this.current.position));
    }

    currentCell() {
      const line = this.body.rows[this.current.position - this.window.first];
      return line ? line.cells[this.current.cell + 1] : null;
    }

    markCurrent() {
      const cell = this.currentCell();
      if (cell === this.marked) return;
      if (this.marked) this.marked.tabIndex = -1;
      if (cell) cell.tabIndex = 0;
      this.marked = cell;
    }

    focusCurrent() {
      const cell = this.currentCell();
      if (!cell) return;
      cell.focus({ preventScroll: true });
      this.revealColumn(cell);
    }

    moveTo(position, cell) {
      const clamp = (value, length) => Math.max(0, Math.min(length - 1, value));
      this.current.position = clamp(position, this.rows.length);
      this.current.cell = clamp(cell, this.columns.length);
      this.revealRow(this.current.position);
      this.paint();
      this.markCurrent();
      this.focusCurrent();
    }

    revealRow(position) {
      const { host, rowHeight } = this;
      const top = position * rowHeight;
      const bottom = top + rowHeight + this.head.offsetHeight;
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
      const cell = event.target.closest("td");
      const line = cell?.parentElement;
      if (!line?.dataset.position) return;
      this.current.position = Number(line.dataset.position);
      if (cell.cellIndex > 0) this.current.cell = cell.cellIndex - 1;
      this.markCurrent();
    }

    onClick(event) {
      const header = event.target.closest("button[data-sort]");
      if (header) {
        this.cycleSort(header.dataset.sort);
        return;
      }
      const line = event.target.closest("tr[data-position]");
      if (!line) return;
      const position = Number(line.dataset.position);
      if (event.target.closest("button.fold")) this.toggleFamily(position);
      else if (event.target.closest("input")) this.toggleSelected(position);
    }

    onKey(event) {
      if (!this.body.contains(event.target) || event.altKey || event.metaKey) return;
      const handled = this.foldByKey(event) || this.moveByKey(event) || this.actByKey(event);
      if (handled) event.preventDefault();
    }

    /** On a name, Right unfolds and Left folds or goes to the parent, before they move. */
    foldByKey({ key }) {
      const { position, cell } = this.current;
      if (!this.depths || this.columns[cell].id !== NAME) return false;
      const row = this.rows[position];
      const isParent = this.families.has(row);
      const isFolded = this.collapsed.has(row);
      if (isParent && key === (isFolded ? "ArrowRight" : "ArrowLeft")) {
        this.toggleFamily(position);
        return true;
      }
      if (key === "ArrowLeft" && this.depths[row] > 0) {
        this.moveTo(this.parentPosition(position), cell);
        return true;
      }
      return false;
    }

    parentPosition(position) {
      const depth = this.depths[this.rows[position]];
      let at = position;
      while (at > 0 && this.depths[this.rows[at]] >= depth) at -= 1;
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
        PageUp: [position - page, cell],
        Home: [ctrlKey ? 0 : position, 0],
        End: [ctrlKey ? this.rows.length - 1 : position, this.columns.length - 1],
      }[key];
      if (target) this.moveTo(...target);
      return Boolean(target);
    }

    /** Space selects the row, Enter opens its run. A control within a cell answers for itself. */
    actByKey({ key, target }) {
      if (target.tagName !== "TD") return false;
      if (key === " ") this.toggleSelected(this.current.position);
      else if (key === "Enter") target.parentElement.querySelector("a[href]")?.click();
      else return false;
      return true;
    }
  }

  // -------------------------------------------------------------------------------------------

  function classOf(column) {
    if (column.id === NAME) return "nm";
    if (column.type === "n") return "num";
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
  RG.NAME_COLUMN = NAME;
})();
