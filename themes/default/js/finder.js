// What the reader sees of the search: a dialog over any page, and the page search.html.
//   RG.finder.open()   opens the dialog, or goes to the field of search.html
// The dialog is a combobox with a list: the focus stays in the field, arrows move the choice.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const { body } = document;
  const root = body.dataset.root || "";

  const FILTERS = [
    ["all", "All"], ["runs", "Runs"], ["experiments", "Experiments"], ["models", "Models"],
    ["more", "Projects, lists"],
  ];
  const KINDS = {
    run: ["play", "Run"],
    experiment: ["table", "Experiment"],
    model: ["box", "Model"],
    registered: ["layers", "Registered model"],
    "registered-model": ["layers", "Registered model"],
    project: ["term", "Project"],
    narrative: ["text", "Page"],
    page: ["text", "List"],
    query: ["search", "Search"],
  };
  const STATUS = {
    FINISHED: ["ok", "check", "Finished"],
    FAILED: ["bad", "x", "Failed"],
    RUNNING: ["run", "play", "Running"],
    SCHEDULED: ["run", "clock", "Scheduled"],
    KILLED: ["warn", "stop", "Killed"],
    DELETED: ["warn", "trash", "Deleted"],
  };

  // ---- what is remembered -------------------------------------------------------------------

  const QUERIES = `rg-queries:${new URL(root || "./", location.href).pathname}`;
  const MOST_QUERIES = 4;

  function stored(key) {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      return Array.isArray(found) ? found : [];
    } catch {
      return []; // storage may be forbidden
    }
  }

  function rememberQuery(question) {
    const text = question.trim();
    if (!text) return;
    const rest = stored(QUERIES).filter((one) => one !== text);
    try {
      localStorage.setItem(QUERIES, JSON.stringify([text, ...rest].slice(0, MOST_QUERIES)));
    } catch {
      // Then it is not remembered.
    }
  }

  // ---- one result ---------------------------------------------------------------------------

  /** The text with the beginnings of words that were asked for marked. */
  function marked(text, words) {
    const box = element("span", "name");
    let rest = 0;
    for (const { index, 0: part } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
      const here = RG.search.wordsOf(part)[0] || "";
      const word = words.find((one) => here.startsWith(one));
      if (!word) continue;
      box.append(text.slice(rest, index), element("mark", "", part.slice(0, word.length)));
      rest = index + word.length;
    }
    box.append(text.slice(rest));
    return box;
  }

  function statusChip(status) {
    const [tone, icon, text] = STATUS[status] || ["warn", "help", "Status unknown"];
    const chip = element("span", `chip ${tone}`);
    chip.append(RG.icon(icon), text);
    return chip;
  }

  /** The parts of a result, for a row of the list and for the page alike. */
  function partsOf(result, question) {
    const [icon, kind] = KINDS[result.kind] || KINDS.page;
    const title = element("span", "t");
    const words = RG.search.wordsOf(question);
    title.append(RG.icon(icon), marked(result.title, words));
    if (result.status && result.status !== "FINISHED") title.append(statusChip(result.status));
    const line = element("span", "d");
    line.append(element("span", "", result.experiment ? `${kind} of ${result.experiment}` : kind));
    if (result.detail) line.append(element("span", "num", result.detail));
    if (result.started) line.append(RG.time(result.started * 1000));
    for (const match of result.matches || []) {
      if (!match.field) continue;
      const chip = element("span", "hit", match.field);
      chip.append(element("mark", "", match.word));
      line.append(chip);
    }
    return [title, line];
  }

  // ---- the filter of kinds ------------------------------------------------------------------

  function makeFilters(onChoose) {
    const box = element("div", "kinds");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Kinds of results");
    const buttons = FILTERS.map(([name, text]) => {
      const button = element("button", "kind", text);
      button.type = "button";
      button.append(element("span", "n"));
      button.addEventListener("click", () => onChoose(name));
      box.append(button);
      return [name, button];
    });
    const show = (chosen, counts) => {
      for (const [name, button] of buttons) {
        button.setAttribute("aria-pressed", String(name === chosen));
        button.lastChild.textContent = counts ? ` ${(counts[name] || 0).toLocaleString("en")}` : "";
      }
    };
    return { box, show };
  }

  function noteOf({ total, results, partial, missing, skipped }) {
    const notes = missing.map((pair) => `Nothing is known to have ${pair}.`);
    if (!total) return "Nothing was found.";
    if (partial) notes.push("Nothing has all of these words; these have most of them.");
    if (skipped.length) notes.push(`Most runs have “${skipped.join("”, “")}”: it parts none of them.`);
    if (results.length < total) {
      notes.push(`The first ${results.length} of ${total.toLocaleString("en")}.`);
    }
    return notes.join(" ");
  }

  const saidOf = ({ total }) => (total === 1 ? "1 result" : `${total.toLocaleString("en")} results`);

  /** Asks, and drops the answer when another question has been asked meanwhile. */
  function makeAsker(show, fail) {
    let asked = 0;
    return async (question, kind, limit) => {
      const turn = ++asked;
      try {
        const found = await RG.search.find(question, kind, limit);
        if (turn === asked) show(found, question);
      } catch {
        if (turn === asked) fail("The search index could not be loaded.");
      }
    };
  }

  // ---- the dialog ---------------------------------------------------------------------------

  const LISTED = 30;

  function makeDialog() {
    const dialog = element("dialog", "finder");
    dialog.setAttribute("aria-label", "Search this report");
    const head = element("div", "fld");
    const field = element("input");
    Object.assign(field, {
      type: "search", id: "finder-q", autocomplete: "off", spellcheck: false,
      placeholder: "Runs, experiments, models: name, id, lr=0.01, tag, note …",
    });
    const list = element("div", "found");
    list.id = "finder-list";
    for (const [name, value] of [
      ["role", "combobox"], ["aria-label", "Search this report"], ["aria-autocomplete", "list"],
      ["aria-expanded", "false"], ["aria-controls", list.id],
    ]) {
      field.setAttribute(name, value);
    }
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Results");
    const close = element("button", "ib", "");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.append(RG.icon("x"));
    head.append(RG.icon("search"), field, close);
    const note = element("p", "note");
    const all = element("a", "lnk", "All results on a page");
    const foot = element("div", "foot");
    foot.append(keysLine(), all);
    close.addEventListener("click", () => dialog.close());
    return { dialog, head, field, list, note, all, foot };
  }

  function keysLine() {
    const line = element("span", "keys");
    for (const [key, text] of [["↑ ↓", "choose"], ["Enter", "open"], ["Esc", "close"]]) {
      line.append(element("kbd", "", key), ` ${text} `);
    }
    return line;
  }

  class Finder {
    constructor() {
      Object.assign(this, makeDialog(), { kind: "all", options: [], place: -1 });
      this.filters = makeFilters((kind) => this.choose(kind));
      this.filters.show("all");
      this.dialog.append(this.head, this.filters.box, this.note, this.list, this.foot);
      this.ask = makeAsker(
        (found, question) => this.showFound(found, question),
        (message) => this.showNothing(message),
      );
      this.field.addEventListener("input", () => this.update());
      this.field.addEventListener("keydown", (event) => this.onKey(event));
      this.list.addEventListener("click", (event) => this.onClick(event));
      this.list.addEventListener("auxclick", (event) => this.onClick(event));
      this.dialog.addEventListener("click", (event) => {
        if (event.target === this.dialog) this.dialog.close(); // the backdrop
      });
      this.dialog.addEventListener("close", () => this.opener?.focus?.({ preventScroll: true }));
      body.append(this.dialog);
    }

    open() {
      if (this.dialog.open) return;
      this.opener = document.activeElement;
      this.dialog.showModal();
      this.field.focus();
      this.field.select();
      this.update();
    }

    choose(kind) {
      this.kind = kind;
      this.field.focus();
      this.update();
    }

    update() {
      const question = this.field.value;
      const query = new URLSearchParams({ q: question.trim() });
      this.all.href = RG.keepVersion(`${root}search.html`).replace(/\?|$/, `?${query}&`).replace(/&$/, "");
      this.all.hidden = !question.trim();
      if (question.trim()) this.ask(question, this.kind, LISTED);
      else this.showStart();
    }

    // What one may want before a word is typed: pages seen last, searches, the best runs.
    async showStart() {
      const recent = stored(RG.recentKey).map(recentResult).filter((one) => one.href && !isHere(one));
      const queries = stored(QUERIES).map((title) => ({ kind: "query", title: String(title) }));
      let bests = [];
      try {
        bests = await RG.search.bests();
      } catch {
        // Without an index there is still what was seen.
      }
      if (this.field.value.trim()) return;
      this.filters.show(this.kind);
      this.note.textContent = "";
      this.show([["Seen last", recent.slice(0, 6)], ["Searched for", queries], ["Best runs", bests]], "");
    }

    showFound(found, question) {
      if (!this.field.value.trim()) return;
      this.filters.show(this.kind, found.counts);
      this.note.textContent = noteOf(found);
      this.show([["", found.results]], question);
      if (this.options.length) this.mark(0);
      RG.say(saidOf(found));
    }

    showNothing(message) {
      this.note.textContent = message;
      this.show([], "");
    }

    show(groups, question) {
      this.options = [];
      this.place = -1;
      this.field.removeAttribute("aria-activedescendant");
      this.list.replaceChildren();
      for (const [title, results] of groups) {
        if (!results.length) continue;
        let box = this.list;
        if (title) {
          box = element("div", "group");
          box.setAttribute("role", "group");
          box.setAttribute("aria-label", title);
          const label = element("p", "note", title);
          label.setAttribute("aria-hidden", "true");
          box.append(label);
          this.list.append(box);
        }
        for (const result of results) box.append(this.optionOf(result, question));
      }
      this.field.setAttribute("aria-expanded", String(this.options.length > 0));
      this.list.hidden = !this.options.length;
      this.list.scrollTop = 0;
    }

    optionOf(result, question) {
      const option = element("div", "option");
      option.id = `finder-${this.options.length}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(...partsOf(result, question));
      this.options.push({ option, result });
      return option;
    }

    mark(place) {
      this.options[this.place]?.option.setAttribute("aria-selected", "false");
      this.place = place;
      const { option } = this.options[place];
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.field.setAttribute("aria-activedescendant", option.id);
    }

    onKey(event) {
      const last = this.options.length - 1;
      const target = {
        ArrowDown: this.place >= last ? 0 : this.place + 1,
        ArrowUp: this.place <= 0 ? last : this.place - 1,
        PageDown: Math.min(last, this.place + 8),
        PageUp: Math.max(0, this.place - 8),
      }[event.key];
      if (target !== undefined && last >= 0) {
        event.preventDefault();
        this.mark(target);
      }
      if (event.key === "Enter" && this.place >= 0) {
        event.preventDefault();
        this.follow(this.options[this.place].result, event.ctrlKey || event.metaKey);
      }
    }

    onClick(event) {
      if (event.button > 1) return;
      const found = this.options.find(({ option }) => option.contains(event.target));
      if (found) this.follow(found.result, event.ctrlKey || event.metaKey || event.button === 1);
    }

    follow(result, isNewTab) {
      if (result.kind === "query") {
        this.field.value = result.title;
        this.update();
        return;
      }
      if (!result.href) return;
      rememberQuery(this.field.value);
      if (isNewTab) window.open(result.href, "_blank", "noopener");
      else location.href = result.href;
    }
  }

  function recentResult(entry) {
    const [kind, title, path] = Array.isArray(entry) ? entry.map(String) : [];
    const isFine = path !== undefined && /^[\w~./-]+\.html$/.test(path) && !path.includes("..");
    return { kind, title, href: isFine ? RG.keepVersion(root + path) : "" };
  }

  const isHere = ({ href }) => new URL(href, location.href).pathname === location.pathname;

  // ---- the page -----------------------------------------------------------------------------

  const MORE = 60;

  function bindPage(host) {
    const field = host.querySelector("input");
    const results = host.querySelector("[data-results]");
    const note = host.querySelector("[data-note]");
    const more = host.querySelector("button");
    const state = new URLSearchParams(location.search);
    let kind = FILTERS.some(([name]) => name === state.get("kind")) ? state.get("kind") : "all";
    let limit = MORE;
    const filters = makeFilters((chosen) => {
      kind = chosen;
      limit = MORE;
      update();
    });
    results.before(filters.box);
    const ask = makeAsker(show, (message) => {
      note.textContent = message;
    });

    function show(found, question) {
      filters.show(kind, found.counts);
      note.textContent = `${saidOf(found)}. ${noteOf(found)}`;
      const items = found.results.map((result) => {
        const item = element("li");
        const link = element("a");
        if (result.href) link.href = result.href;
        const [title, line] = partsOf(result, question);
        link.append(title);
        item.append(link, line);
        return item;
      });
      results.replaceChildren(...items);
      more.hidden = found.results.length >= found.total;
    }

    function update() {
      const address = new URL(location.href);
      for (const [name, value] of [["q", field.value.trim()], ["kind", kind === "all" ? "" : kind]]) {
        if (value) address.searchParams.set(name, value);
        else address.searchParams.delete(name);
      }
      try {
        history.replaceState(null, "", address);
      } catch {
        // Then the view has no link.
      }
      filters.show(kind);
      if (field.value.trim()) ask(field.value, kind, limit);
      else {
        results.replaceChildren();
        note.textContent = "";
        more.hidden = true;
      }
    }

    field.value = state.get("q") || "";
    field.addEventListener("input", () => {
      limit = MORE;
      update();
    });
    results.addEventListener("click", () => rememberQuery(field.value));
    more.addEventListener("click", () => {
      limit += 2 * MORE;
      update();
    });
    host.hidden = false;
    field.focus();
    update();
    return { open: () => field.focus() };
  }

  // -------------------------------------------------------------------------------------------

  const host = document.querySelector("#search");
  RG.finder = host ? bindPage(host) : new Finder();
})();
