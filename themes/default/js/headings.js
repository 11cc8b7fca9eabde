// The first row of the grid: sorting, a menu for each column, moving and resizing columns.
//
// By pointer: click sorts, with Shift or Ctrl it adds to the order; drag moves; the right edge
// resizes, a double click on it gives the natural width back. By keyboard the headings are one
// more row of the grid: Enter sorts, Shift+Enter adds, Alt+Left and Alt+Right move, Alt+Down opens
// the menu, which Tab reaches too, and after it the edge, where Left and Right resize.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;

  const NARROWEST = 56;
  const WIDEST = 800;
  const STEP = 16; // px a key press
  const DRAG_AFTER = 6; // px: a click may tremble

  class Headings {
    constructor(grid) {
      this.grid = grid;
      this.current = 0;
      const { head } = grid;
      head.addEventListener("click", (event) => this.onClick(event));
      head.addEventListener("keydown", (event) => this.onKey(event));
      head.addEventListener("pointerdown", (event) => this.onPointer(event));
      head.addEventListener("dblclick", (event) => {
        if (event.target.closest(".edge")) this.resize(idAt(event.target), 0);
      });
    }

    // ---- drawing ----------------------------------------------------------------------------

    draw() {
      const { grid } = this;
      const row = element("tr");
      row.setAttribute("aria-rowindex", "1");
      row.append(this.corner(), ...grid.columns.map((column) => this.cell(column)));
      const focused = this.focusedPart();
      grid.head.replaceChildren(row);
      grid.table.setAttribute("aria-colcount", String(grid.columns.length + 1));
      this.mark(grid.current.cell);
      this.markSelection();
      if (focused) this.partOf(focused)?.focus();
    }

    /** What has the focus, so that it can be found again among new headings. */
    focusedPart() {
      const focused = document.activeElement;
      if (!this.grid.head.contains(focused)) return null;
      return { id: idAt(focused), part: focused.className };
    }

    partOf({ id, part }) {
      const cells = [...this.grid.head.rows[0].cells];
      const cell = cells.find((each) => each.dataset.id === id);
      return [...(cell?.children || [])].find((child) => child.className === part);
    }

    corner() {
      const corner = element("th", "sel");
      const box = element("input", "all");
      corner.scope = "col";
      box.type = "checkbox";
      box.setAttribute("aria-label", "Select all runs shown");
      corner.append(box);
      return corner;
    }

    markSelection() {
      const box = this.grid.head.querySelector("input.all");
      const selection = this.grid.selectionOf(this.grid.found);
      box.checked = selection === "all";
      box.indeterminate = selection === "some";
    }

    cell(column) {
      const cell = element("th", RG.classOfColumn(column).replace("mono", ""));
      cell.scope = "col";
      cell.dataset.id = column.id;
      const width = this.grid.view.widths.get(column.id);
      if (width) setWidth(cell, width);
      cell.append(this.sortButton(column, cell), menuButton(column), edge(column, width));
      return cell;
    }

    sortButton(column, cell) {
      const button = element("button", "by", column.label);
      button.type = "button";
      button.tabIndex = -1;
      button.title = column.id;
      if (column.note) button.append(element("span", "gp", column.note));
      if (column.type !== "k") button.dataset.sort = column.id;
      const { sorts } = this.grid.view;
      const place = sorts.findIndex((sort) => sort.id === column.id);
      cell.setAttribute("aria-sort", place === 0 ? wayOf(sorts[0]) : "none");
      if (place >= 0) button.append(...orderMarks(sorts, place));
      return button;
    }

    // ---- focus: one tab stop, with the menu and the edge of the current heading after it ----

    mark(current) {
      this.current = current;
      const cells = [...this.grid.head.rows[0].cells].slice(1);
      cells.forEach((cell, place) => {
        for (const part of cell.children) part.tabIndex = place === current ? 0 : -1;
      });
    }

    focus(place) {
      const cell = this.grid.head.rows[0].cells[place + 1];
      cell?.firstChild.focus({ preventScroll: true });
      if (cell) this.grid.revealColumn(cell);
    }

    // ---- events -----------------------------------------------------------------------------

    onClick(event) {
      const { target } = event;
      if (target.closest("input.all")) this.grid.toggleAll();
      if (target.closest(".hm")) this.openMenu(idAt(target));
      const button = target.closest("button[data-sort]");
      if (!button || this.dragged) return;
      this.grid.cycleSort(button.dataset.sort, event.shiftKey || event.ctrlKey || event.metaKey);
    }

    onKey(event) {
      const { key, target, altKey } = event;
      const id = idAt(target);
      if (!id) return;
      const handled = target.classList.contains("edge")
        ? this.resizeByKey(key, id)
        : altKey && this.alterByKey(key, id);
      if (!handled) return;
      event.preventDefault();
      event.stopPropagation();
    }

    alterByKey(key, id) {
      if (key === "ArrowDown") this.openMenu(id);
      else if (key === "ArrowLeft") this.move(id, -1);
      else if (key === "ArrowRight") this.move(id, 1);
      else return false;
      return true;
    }

    resizeByKey(key, id) {
      const width = this.partOf({ id, part: "edge" }).parentElement.offsetWidth;
      if (key === "ArrowLeft") this.resize(id, width - STEP);
      else if (key === "ArrowRight") this.resize(id, width + STEP);
      else if (key === "Enter" || key === "Delete") this.resize(id, 0);
      else return false;
      return true;
    }

    onPointer(event) {
      this.dragged = false;
      if (event.button !== 0) return;
      const id = idAt(event.target);
      if (event.target.closest(".edge")) this.followEdge(event, id);
      // A finger on a heading scrolls the table.
      else if (event.target.closest(".by") && event.pointerType !== "touch") this.drag(event, id);
    }

    // ---- the menu ---------------------------------------------------------------------------

    openMenu(id) {
      const { grid } = this;
      const column = grid.store.get(id);
      const anchor = this.partOf({ id, part: "hm" });
      RG.menu(anchor, `Column ${column.fullName}`, [
        ...this.orderItems(column),
        ...this.statisticItems(column),
        ...this.placeItems(column),
      ]);
    }

    orderItems({ id, type }) {
      if (type === "k") return [];
      const { grid } = this;
      const rest = grid.view.sorts.filter((sort) => sort.id !== id);
      const by = (sorts, direction) => () =>
        grid.update({ sorts: [...sorts, { id, direction }] });
      const [up, down] = type === "n" ? ["Smallest first", "Largest first"] : ["A to Z", "Z to A"];
      const items = [
        { text: up, run: by([], 1) },
        { text: down, run: by([], -1) },
      ];
      if (!rest.length) return items;
      const next = by(rest, grid.firstDirection(grid.store.get(id)));
      return [...items, { text: "Then by this", run: next, key: "⇧↵" }];
    }

    statisticItems(column) {
      const { grid } = this;
      const all = RG.columns.statisticsOf(column, grid.store);
      if (all.length < 2) return [];
      const items = all.map(({ column: other, word }) => ({
        text: word,
        checked: other === column,
        run: () => {
          grid.update(RG.columns.swapped(grid.view, column.id, other.id));
          this.focus(grid.columns.indexOf(other));
        },
      }));
      return [{ title: "Show of this metric" }, ...items];
    }

    placeItems({ id, fullName }) {
      const { grid } = this;
      if (id === RG.NAME_COLUMN) return this.widthItems(id);
      const { columns, group } = grid.view;
      const hide = () => {
        grid.update({ columns: columns.filter((other) => other !== id) });
        this.focus(grid.current.cell);
        RG.say(`${fullName} hidden`);
      };
      const items = [{ title: "Column" }];
      if (RG.columns.groupable(grid.store).some((column) => column.id === id)) {
        const isGroup = group === id;
        const text = isGroup ? "Do not group" : "Group by this";
        items.push({ text, run: () => grid.update({ group: isGroup ? "" : id }) });
      }
      return [
        ...items,
        { text: "Move left", run: () => this.move(id, -1), key: "Alt ←" },
        { text: "Move right", run: () => this.move(id, 1), key: "Alt →" },
        { text: "Hide", run: hide },
        ...this.widthItems(id),
      ];
    }

    widthItems(id) {
      if (!this.grid.view.widths.has(id)) return [];
      return [{ text: "Natural width", run: () => this.resize(id, 0) }];
    }

    move(id, way) {
      const { grid } = this;
      const shown = grid.columns.map((column) => column.id);
      const columns = RG.columns.shifted(grid.view.columns, id, way, shown);
      if (columns === grid.view.columns) return;
      grid.update({ columns });
      const place = grid.columns.findIndex((column) => column.id === id);
      grid.current.cell = place;
      this.mark(place);
      this.focus(place);
      const { fullName } = grid.store.get(id);
      RG.say(`${fullName} is column ${place + 1} of ${grid.columns.length}`);
    }

    // ---- width ------------------------------------------------------------------------------

    /** 0 gives the natural width back. */
    resize(id, width) {
      const widths = new Map(this.grid.view.widths);
      if (width) widths.set(id, bounded(width));
      else widths.delete(id);
      this.grid.update({ widths });
    }

    followEdge(event, id) {
      const { target } = event;
      const heading = target.closest("th");
      const start = event.clientX - heading.offsetWidth;
      const column = [...this.grid.table.rows].map((row) => row.cells[heading.cellIndex]);
      let width = 0;
      event.preventDefault();
      follow(target, event, {
        move: ({ clientX }) => {
          width = bounded(clientX - start);
          this.grid.table.classList.add("sized");
          for (const cell of column) if (cell) setWidth(cell, width);
        },
        end: () => {
          if (width) this.resize(id, width);
        },
      });
    }

    // ---- dragging ---------------------------------------------------------------------------

    drag(event, id) {
      const { grid } = this;
      const heads = [...grid.head.rows[0].cells].slice(1);
      const heading = event.target.closest("th");
      let next; // the id to stand before; undefined for no drag yet
      if (id === RG.NAME_COLUMN) return;
      follow(event.target.closest(".by"), event, {
        move: ({ clientX }) => {
          if (!this.dragged && Math.abs(clientX - event.clientX) < DRAG_AFTER) return;
          this.dragged = true;
          heading.classList.add("drag");
          next = dropPlace(heads, clientX);
        },
        end: () => {
          for (const head of heads) head.classList.remove("drag", "drop", "drop-end");
          setTimeout(() => (this.dragged = false)); // after the click that ends a drag
          if (!this.dragged || next === undefined) return;
          grid.update({ columns: RG.columns.moved(grid.view.columns, id, next) });
        },
      });
    }
  }

  // -------------------------------------------------------------------------------------------

  const idAt = (target) => target.closest("th")?.dataset.id || "";
  const wayOf = ({ direction }) => (direction > 0 ? "ascending" : "descending");
  const bounded = (width) => Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));

  /** An arrow; with several columns the place of this one, said too where aria-sort is silent. */
  function orderMarks(sorts, place) {
    const arrow = sorts[place].direction > 0 ? "↑" : "↓";
    const mark = element("span", "so", sorts.length > 1 ? `${arrow}${place + 1}` : arrow);
    mark.setAttribute("aria-hidden", "true");
    if (place === 0) return [mark];
    return [mark, element("span", "vh", `, then ${wayOf(sorts[place])}`)];
  }

  function menuButton(column) {
    const button = element("button", "hm");
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("aria-haspopup", "menu");
    button.setAttribute("aria-label", `Options of ${column.fullName}`);
    return button;
  }

  function edge(column, width) {
    const separator = element("span", "edge");
    const state = {
      role: "separator",
      "aria-orientation": "vertical",
      "aria-label": `Width of ${column.fullName}`,
      "aria-valuemin": NARROWEST,
      "aria-valuemax": WIDEST,
      "aria-valuenow": width || 120,
      "aria-valuetext": width ? `${width} pixels` : "natural",
    };
    for (const [name, value] of Object.entries(state)) separator.setAttribute(name, value);
    return separator;
  }

  function setWidth(cell, width) {
    cell.style.maxWidth = `${width}px`;
    if (cell.tagName === "TH") cell.style.minWidth = `${width}px`;
  }

  /** Calls `move` and, once, `end` until the pointer is let go. */
  function follow(target, { pointerId }, { move, end }) {
    const stop = () => {
      target.removeEventListener("pointermove", move);
      end();
    };
    target.setPointerCapture(pointerId);
    target.addEventListener("pointermove", move);
    target.addEventListener("lostpointercapture", stop, { once: true });
  }

  /** Marks where a column would come to stand; the id that it would stand before, "" for last. */
  function dropPlace(heads, x) {
    const middle = (head) => head.getBoundingClientRect().left + head.offsetWidth / 2;
    const next = heads.slice(1).find((head) => x < middle(head));
    for (const head of heads) head.classList.remove("drop", "drop-end");
    if (next) next.classList.add("drop");
    else heads.at(-1).classList.add("drop-end");
    return next ? next.dataset.id : "";
  }

  RG.followPointer = follow;
  RG.Headings = Headings;
})();
