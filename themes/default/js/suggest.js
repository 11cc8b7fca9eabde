// Names of fields while a filter is typed: after `metrics.` a list of what there is.
//
// A combobox with a list below it (ARIA): Down and Up walk, Enter or Tab takes, Escape closes.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;

  const MOST = 8;
  const PLAIN_NAME = /^[A-Za-z_][\w/-]*(\.[\w/-]+)*$/; // what needs no quotes: see filter_syntax.js

  class Suggestions {
    constructor(input, store) {
      this.input = input;
      this.store = store;
      this.found = [];
      this.list = element("ul", "suggest");
      this.list.id = "q-fields";
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", "Fields");
      input.after(this.list);
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-controls", this.list.id);
      input.setAttribute("aria-expanded", "false");
      input.addEventListener("input", () => this.suggest());
      input.addEventListener("keydown", (event) => this.onKey(event));
      input.addEventListener("blur", () => this.show([]));
      this.list.addEventListener("pointerdown", (event) => {
        event.preventDefault(); // the field keeps the focus
        const option = event.target.closest("li");
        if (option) this.take([...this.list.children].indexOf(option));
      });
    }

    suggest() {
      const before = this.input.value.slice(0, this.input.selectionStart);
      const [, prefix, start] = /(?:^|[\s(])([A-Za-z_]+)\.([\w/.-]*)$/.exec(before) || [];
      const group = prefix && RG.filterSyntax.PREFIXES[prefix.toLowerCase()];
      if (!group) {
        this.show([]);
        return;
      }
      this.start = before.length - prefix.length - start.length - 1;
      const wanted = start.toLowerCase();
      const fields = this.store.columns.filter(
        (column) => column.group === group && !column.hidden && column.name !== start,
      );
      const place = ({ name }) => name.toLowerCase().indexOf(wanted);
      const found = fields.filter((column) => place(column) >= 0);
      this.show(found.sort((a, b) => place(a) - place(b)).slice(0, MOST));
    }

    show(found) {
      this.found = found;
      this.chosen = -1;
      this.list.hidden = found.length === 0;
      this.list.replaceChildren(...found.map(option));
      this.input.setAttribute("aria-expanded", String(found.length > 0));
      this.input.removeAttribute("aria-activedescendant");
    }

    choose(place) {
      const count = this.found.length;
      this.chosen = (place + count) % count;
      [...this.list.children].forEach((item, at) => {
        item.setAttribute("aria-selected", String(at === this.chosen));
      });
      this.input.setAttribute("aria-activedescendant", `q-field-${this.chosen}`);
    }

    onKey(event) {
      if (!this.found.length) return;
      if (event.key === "ArrowDown") this.choose(this.chosen + 1);
      else if (event.key === "ArrowUp") this.choose(Math.max(this.chosen, 0) - 1);
      else if (event.key === "Escape") this.show([]);
      else if (["Enter", "Tab"].includes(event.key) && this.chosen >= 0) this.take(this.chosen);
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    take(place) {
      const { group, name } = this.found[place];
      const field = `${group}.${PLAIN_NAME.test(name) ? name : `\`${name.replaceAll("`", "\\`")}\``} `;
      this.input.setRangeText(field, this.start, this.input.selectionStart, "end");
      this.show([]);
      this.input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function option({ group, name }, place) {
    const item = element("li");
    item.id = `q-field-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.append(element("span", "dim", `${group}.`), name);
    return item;
  }

  RG.Suggestions = Suggestions;
})();
