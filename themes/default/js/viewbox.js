// The "View" popover of the runs table: grouping, shading, only what differs, and the columns.
//
// The columns shown stand in their order, each with the statistic that it shows of its metric, to
// be dragged or moved with Alt+Up and Alt+Down; the others wait below by kind, with a search.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const { columns: known } = RG;

  const SEARCH_FROM = 12; // columns; fewer are soon read

  const KINDS = {
    metrics: "Metrics",
    params: "Parameters",
    tags: "Tags",
    attributes: "About the run",
  };

  class ViewBox {
    constructor(details, grid) {
      this.details = details;
      this.box = details.querySelector(":scope > div");
      this.grid = grid;
      this.wanted = "";
      this.list = element("div", "chooser");
      this.box.replaceChildren(this.switches(), this.tools(), this.list);
      this.box.addEventListener("change", (event) => this.onChange(event));
      this.list.addEventListener("click", (event) => this.onClick(event));
      this.list.addEventListener("keydown", (event) => this.onKey(event));
      this.list.addEventListener("pointerdown", (event) => this.onPointer(event));
      details.addEventListener("toggle", () => this.draw());
      this.draw();
    }

    // ---- drawing ----------------------------------------------------------------------------

    switches() {
      const { view, store } = this.grid;
      const box = element("div", "switches");
      const label = element("label", "by-group");
      this.group = element("select", "pick");
      this.group.append(new Option("nothing", ""));
      for (const { id, label: text } of known.groupable(store)) {
        this.group.append(new Option(text, id));
      }
      label.append(element("span", "", "Group by"), this.group);
      this.differs = toggle("Only what differs", view.differs);
      this.heat = toggle("Shade numbers by value", view.heat);
      box.append(label, this.differs.parentElement, this.heat.parentElement);
      return box;
    }

    /** A search once the list is long, and the way back to the columns of the report. */
    tools() {
      const tools = element("div", "chooser-tools");
      const reset = element("button", "cp", "Reset");
      reset.type = "button";
      reset.addEventListener("click", () => this.reset());
      tools.append(element("h3", "", "Columns"), reset);
      if (known.choosable(this.grid.store).length > SEARCH_FROM) tools.prepend(this.search());
      return tools;
    }

    search() {
      const field = element("label", "fld");
      const search = element("input");
      search.type = "search";
      search.placeholder = "Find a column";
      field.append(element("span", "vh", "Find a column"), search);
      search.addEventListener("input", () => {
        this.wanted = search.value.trim().toLowerCase();
        this.find();
      });
      return field;
    }

    /** Says again what the grid shows; only while someone can see it. */
    draw() {
      if (!this.details.open) return;
      const { view, store } = this.grid;
      this.group.value = view.group;
      this.differs.checked = view.differs;
      this.heat.checked = view.heat;
      const focused = this.focusedPart();
      const top = this.box.scrollTop;
      const shown = new Set(view.columns);
      const others = known.choosable(store).filter(({ id }) => !shown.has(id));
      this.list.replaceChildren(this.shownList(), ...byKind(others));
      this.find();
      this.box.scrollTop = top;
      if (focused) this.list.querySelector(focused)?.focus();
    }

    /** A selector of what has the focus, so that it can be found again in a new list. */
    focusedPart() {
      const focused = document.activeElement;
      if (!this.list.contains(focused)) return null;
      const { part } = focused.dataset;
      const id = CSS.escape(focused.closest("[data-id]").dataset.id);
      return `[data-id="${id}"] [data-part="${part}"]`;
    }

    shownList() {
      const section = element("div", "chooser-group");
      const list = element("ul", "shown");
      list.append(...this.grid.view.columns.map((id) => this.shownItem(this.grid.store.get(id))));
      section.append(element("h4", "", "Shown, in this order"), list);
      return section;
    }

    shownItem(column) {
      const item = element("li");
      const isName = column.id === known.NAME;
      item.dataset.id = column.id;
      item.append(element("span", isName ? "grip off" : "grip"), choice(column, column.label, true));
      item.append(this.statistics(column));
      if (!isName) item.append(mover(column, -1), mover(column, 1));
      return item;
    }

    statistics(column) {
      const all = known.statisticsOf(column, this.grid.store);
      if (all.length < 2) return "";
      const select = element("select", "pick");
      for (const { column: other, word } of all) select.append(new Option(word, other.id));
      select.value = column.id;
      select.dataset.part = "statistic";
      select.setAttribute("aria-label", `What to show of ${column.label}`);
      return select;
    }

    find() {
      for (const section of this.list.querySelectorAll(".chooser-group")) {
        const items = [...section.querySelectorAll("[data-id], .metric")];
        for (const item of items) {
          const text = item.dataset.find ?? item.dataset.id;
          item.hidden = !text.toLowerCase().includes(this.wanted);
        }
        section.hidden = items.every((item) => item.hidden);
      }
    }

    /** The report's own view. */
    reset() {
      const columns = known.defaults(this.grid.store);
      const plain = { widths: new Map(), differs: false, heat: false, group: "" };
      this.grid.update({ columns, ...plain });
    }

    // ---- changing ---------------------------------------------------------------------------

    onChange({ target }) {
      const { grid } = this;
      if (target === this.group) grid.update({ group: target.value });
      else if (target === this.differs) grid.update({ differs: target.checked });
      else if (target === this.heat) grid.update({ heat: target.checked });
      else if (target.dataset.part === "statistic") this.swap(target);
      else if (target.dataset.part === "choice") this.choose(target.value, target.checked);
    }

    choose(id, isShown) {
      const { grid } = this;
      const others = grid.view.columns.filter((other) => other !== id);
      grid.update({ columns: isShown ? [...others, id] : others });
    }

    swap(select) {
      const { grid } = this;
      const item = select.closest("[data-id]");
      const before = item.dataset.id;
      item.dataset.id = select.value; // where the focus is looked for
      grid.update(known.swapped(grid.view, before, select.value));
    }

    onClick({ target }) {
      const button = target.closest("[data-way]");
      if (button) this.shift(button.closest("li").dataset.id, Number(button.dataset.way));
    }

    onKey(event) {
      const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      const item = event.target.closest("li[data-id]");
      if (!way || !item || !event.altKey) return;
      event.preventDefault();
      this.shift(item.dataset.id, way);
    }

    shift(id, way) {
      const { grid } = this;
      const columns = known.shifted(grid.view.columns, id, way);
      if (columns === grid.view.columns) return;
      grid.update({ columns });
      const place = columns.indexOf(id) + 1;
      RG.say(`${grid.store.get(id).fullName} is column ${place} of ${columns.length}`);
    }

    onPointer(event) {
      const grip = event.target.closest(".grip:not(.off)");
      if (!grip) return;
      const item = grip.closest("li");
      event.preventDefault();
      item.classList.add("drag");
      RG.followPointer(grip, event, {
        move: ({ clientY }) => putAt(item, clientY),
        end: () => {
          const ids = [...item.parentElement.children].map((each) => each.dataset.id);
          this.grid.update({ columns: ids });
          this.draw();
        },
      });
    }
  }

  // -------------------------------------------------------------------------------------------

  function toggle(text, checked) {
    const label = element("label", "chk");
    const box = element("input");
    box.type = "checkbox";
    box.checked = checked;
    label.append(box, element("span", "", text));
    return box;
  }

  function choice(column, text, checked) {
    const box = toggle(text, checked);
    box.value = column.id;
    box.dataset.part = "choice";
    box.disabled = column.id === known.NAME;
    box.parentElement.title = column.id;
    return box.parentElement;
  }

  function mover(column, way) {
    const button = element("button", way < 0 ? "mv up" : "mv");
    button.type = "button";
    button.dataset.way = String(way);
    button.dataset.part = way < 0 ? "up" : "down";
    button.setAttribute("aria-label", `Move ${column.fullName} ${way < 0 ? "up" : "down"}`);
    return button;
  }

  /** What is not shown, by kind; a metric is one line with all that it has columns of. */
  function byKind(columns) {
    const kinds = new Map(Object.keys(KINDS).map((kind) => [kind, []]));
    const metrics = new Map();
    for (const column of columns) {
      if (kinds.has(column.group) && column.group !== "metrics") {
        kinds.get(column.group).push(otherItem(column));
        continue;
      }
      if (!metrics.has(column.name)) {
        metrics.set(column.name, metricLine(column));
        kinds.get("metrics").push(metrics.get(column.name));
      }
      metrics.get(column.name).append(otherItem(column, column.note || "last"));
    }
    return [...kinds].filter(([, items]) => items.length).map(kindSection);
  }

  function metricLine({ name }) {
    const line = element("div", "metric");
    line.dataset.find = `metrics.${name}`;
    line.append(element("span", "", name));
    return line;
  }

  function otherItem(column, text = column.label) {
    const item = element("div", "other");
    item.dataset.id = column.id;
    if (text !== column.label) item.dataset.find = `metrics.${column.name}`;
    item.append(choice(column, text, false));
    return item;
  }

  function kindSection([kind, items]) {
    const section = element("div", "chooser-group");
    section.append(element("h4", "", KINDS[kind]), ...items);
    return section;
  }

  /** Puts a dragged item where the pointer is; the first place is the name's. */
  function putAt(item, y) {
    const others = [...item.parentElement.children].slice(1).filter((each) => each !== item);
    const next = others.find((each) => {
      const box = each.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    if (next) next.before(item);
    else item.parentElement.append(item);
  }

  RG.ViewBox = ViewBox;
})();
