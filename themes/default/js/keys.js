// The list of the keys that the page knows, opened by "?".
//   RG.keys.open()
// Other scripts add theirs: (RG.shortcuts ||= []).push(["k", "what it does"]).
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;

  const GRID = [
    ["↑ ↓ ← →", "move in the table; on a parent’s name, unfold and fold"],
    ["Space", "select the run; with Shift, all up to it"],
    ["Enter", "open the run; on a heading, sort"],
    ["Alt ↓", "on a heading, its menu"],
  ];

  function known() {
    const has = (selector) => document.querySelector(selector) !== null;
    return [
      ["/", "search the report"],
      ...(has("#q") ? [["f", "filter the table"]] : []),
      ...(has("[data-kv-filter]") ? [["f", "filter the parameters"]] : []),
      ...(RG.shortcuts || []),
      ...(has("#runs-host") ? GRID : []),
      ...(has("[data-chart]") ? [["← →", "read the values of a chart that has the focus"]] : []),
      ["Esc", "close what is open"],
      ["?", "this list"],
    ];
  }

  function make() {
    const dialog = element("dialog", "keylist");
    const head = element("header");
    const title = element("h2", "", "Keys on this page");
    title.id = "keylist-h";
    dialog.setAttribute("aria-labelledby", title.id);
    const close = element("button", "ib");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.append(RG.icon("x"));
    close.addEventListener("click", () => dialog.close());
    head.append(title, close);
    const list = element("dl");
    for (const [key, text] of known()) {
      const term = element("dt");
      term.append(element("kbd", "", key));
      list.append(term, element("dd", "", text));
    }
    dialog.append(head, list);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    return dialog;
  }

  RG.keys = {
    open() {
      if (!document.querySelector("dialog[open]")) make().showModal();
    },
  };
})();
