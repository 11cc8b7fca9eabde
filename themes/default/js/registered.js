// The page of a registered model: any two of its versions against each other. All pairs were worked
// out when the page was made; its data is read when a reader asks for one.
//   ID.js    RG.registered({id, pairs: {"1>3": {chips: [[text, tone, icon]], runs: href of the
//            comparison of their runs, groups: [[title, note, [[name, before, after, note, tone]]]]}}})
// What is chosen is kept in the address: #compare:1:3.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const TONES = new Set(["up", "down", "must", "dim", "ok", "bad", "warn", "acc", "run"]);
  const CHOSEN = /^#compare:(\d+):(\d+)$/;

  let pairs = {};
  RG.registered = (data) => {
    pairs = data.pairs;
  };

  const box = document.querySelector("[data-vpick]");
  if (!box) return;
  const before = box.querySelector("[data-before]");
  const after = box.querySelector("[data-after]");
  const place = box.querySelector("[data-place]");
  const chips = box.querySelector("[data-chips]");

  const tone = (name) => (TONES.has(name) ? name : "");

  function chip([text, kind, icon]) {
    const made = element("span", `chip ${tone(kind)}`.trim());
    if (RG.isName(icon)) made.append(RG.icon(icon));
    made.append(text);
    return made;
  }

  function heading(scope, text, span = 1) {
    const made = element("th", "", text);
    made.scope = scope;
    if (span > 1) made.colSpan = span;
    return made;
  }

  function hidden(text) {
    const made = heading("col", null);
    made.append(element("span", "vh", text));
    return made;
  }

  function line(...cells) {
    const row = element("tr");
    row.append(...cells);
    return row;
  }

  function group([title, note, rows]) {
    const body = element("tbody");
    const name = heading("rowgroup", title, 4);
    if (note) name.append(" ", element("span", "note", note));
    const first = line(name);
    first.className = "grp";
    body.append(first);
    for (const [what, was, is, said, kind] of rows) {
      body.append(line(
        heading("row", what), element("td", "", was), element("td", "", is),
        element("td", `say ${tone(kind)}`.trim(), said)));
    }
    return body;
  }

  function table(pair, names) {
    const head = element("thead");
    head.append(line(
      hidden("What"), heading("col", names[0]), heading("col", names[1]), hidden("Difference")));
    const made = element("table", "tbl vtab");
    made.append(head, ...pair.groups.map(group));
    const scroll = element("div", "scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `${names[1]} against ${names[0]}`);
    scroll.append(made);
    return scroll;
  }

  function show() {
    const names = [`v${before.value}`, `v${after.value}`];
    const pair = pairs[`${before.value}>${after.value}`];
    chips.replaceChildren(...(pair ? pair.chips.map(chip) : []));
    place.replaceChildren();
    if (!pair) {
      place.append(element("p", "in note", "Choose two different versions."));
      return;
    }
    place.append(table(pair, names));
    if (pair.runs) {
      const link = element("a", "lnk", "Compare their runs");
      link.href = RG.keepVersion(new URL(pair.runs, document.baseURI).href);
      const below = element("p", "in note");
      below.append(link);
      place.append(below);
    }
    RG.say(`${names[1]} against ${names[0]}: ${pair.chips.map(([text]) => text).join(", ")}`);
  }

  async function compare() {
    try {
      await RG.load(document.body.dataset.pageData);
    } catch {
      place.replaceChildren(element("p", "in note", "The data of this page could not be loaded."));
      return;
    }
    show();
  }

  function chosen() {
    const found = CHOSEN.exec(location.hash);
    if (!found) return;
    [before.value, after.value] = found.slice(1);
    compare();
    box.scrollIntoView({ block: "start" });
  }

  function choose() {
    history.replaceState(history.state, "", `#compare:${before.value}:${after.value}`);
    compare();
  }

  box.hidden = false;
  before.addEventListener("change", choose);
  after.addEventListener("change", choose);
  box.querySelector("button").addEventListener("click", choose);
  addEventListener("hashchange", chosen);
  chosen();
})();
