// Choosing the runs to compare: from those offered, by the site's search, by pasting ids or links.
// On RG.compare: picker(choose) gives {open(yes), tick(ids)}; `choose` is told, when the reader
// asks for the comparison, {ticked: [ids], pasted: [ids], offered: Set of ids}.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const MOST_FOUND = 8;
  const PAUSE = 180; // ms of no typing before the site is searched

  const looksLikeId = (text) => /^[0-9a-f]{12,}$/i.test(text) || /[=/]/.test(text);

  /** Ids in what was pasted: ids themselves, addresses of runs, of comparisons, of runs' pages. */
  function pastedIds(text) {
    return text.split(/[\s,;]+/).filter(Boolean).flatMap((word) => {
      const query = new URLSearchParams(word.includes("?") ? word.slice(word.indexOf("?")) : word);
      const named = query.get("runs") || query.get("id");
      return named ? named.split(",") : [idOnPage(word) || word];
    });
  }

  /** The run whose page has that address, or "". */
  function idOnPage(address) {
    return /runs\/(?:index\.html\?id=)?([\w~-]+)/.exec(address)?.[1].replace(/^index$/, "") || "";
  }

  function picker(choose) {
    const section = document.getElementById("cmp-picker");
    const part = (name) => document.querySelector(`[data-cmp-${name}]`);
    const form = part("find");
    const field = form.querySelector("input");
    const said = part("found");
    const boxes = () => [...section.querySelectorAll("input[type=checkbox]")];
    const isTicked = (box) => box.checked;
    let ticked = new Set();
    let asked = 0;

    function open(yes) {
      delete section.dataset.cmpWait;
      section.hidden = !yes;
      part("add").setAttribute("aria-expanded", String(yes));
    }

    function tick(ids) {
      ticked = new Set(ids);
      for (const box of boxes()) box.checked = ticked.has(box.value);
    }

    /** Shows the choices whose name or experiment has the words typed, and what is found beyond. */
    function filter() {
      const text = field.value.trim();
      const words = looksLikeId(text) ? [] : text.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const card of section.querySelectorAll("fieldset:not(.cmp-beyond)")) {
        const experiment = card.querySelector("legend").textContent.toLowerCase();
        const choices = [...card.querySelectorAll(".cmp-choice")];
        for (const choice of choices) {
          const name = `${choice.textContent.toLowerCase()} ${experiment}`;
          choice.hidden = !words.every((word) => name.includes(word));
        }
        const some = choices.filter((choice) => !choice.hidden).length;
        card.hidden = !some;
        shown += some;
      }
      said.textContent = words.length ? `${runsText(shown)} found here` : "";
      clearTimeout(asked);
      if (words.length) asked = setTimeout(() => searchSite(text, shown), PAUSE);
      else showBeyond([]);
    }

    const runsText = (count) => (count === 1 ? "1 run" : `${count} runs`);

    /** Runs that are not offered here, by the search of the site, where it has one. */
    async function searchSite(text, shown) {
      try {
        if (!RG.search) await RG.loadLater("search.js");
        const { results } = await RG.search.find(text, "runs", MOST_FOUND * 2);
        if (field.value.trim() !== text) return; // typed on meanwhile
        const here = new Set(boxes().filter((box) => !box.closest(".cmp-beyond")).map((box) => box.value));
        const beyond = results
          .map((run) => ({ ...run, id: idOnPage(run.href) }))
          .filter(({ id }) => id && !here.has(id))
          .slice(0, MOST_FOUND);
        showBeyond(beyond);
        if (beyond.length) said.textContent = `${runsText(shown)} found here, ${beyond.length} beyond`;
      } catch {
        // A site without its index: what is offered here can still be chosen.
      }
    }

    function showBeyond(found) {
      const before = section.querySelector(".cmp-beyond");
      const kept = before ? [...before.querySelectorAll("input:checked")] : [];
      before?.remove();
      const ids = new Set(found.map(({ id }) => id));
      const choices = [
        ...kept.filter((box) => !ids.has(box.value)).map((box) => box.closest(".cmp-choice")),
        ...found.map((run) => choiceOf(run, kept.some((box) => box.value === run.id))),
      ];
      if (!choices.length) return;
      const card = element("fieldset", "card cmp-beyond");
      card.append(element("legend", "vh", "Found in the whole report"));
      const header = element("header");
      header.append(element("h3", "", "Found in the whole report"));
      const list = element("div", "in");
      list.append(...choices);
      card.append(header, list);
      section.querySelector(".cmp-choices").prepend(card);
    }

    function choiceOf({ id, title, experiment, detail }, checked) {
      const choice = element("label", "cmp-choice");
      const box = element("input");
      Object.assign(box, { type: "checkbox", value: id, checked: checked || ticked.has(id) });
      const note = [experiment, detail].filter(Boolean).join(" · ");
      choice.append(box, element("span", "cmp-name", title), element("span", "note", note));
      return choice;
    }

    async function submit(event) {
      event.preventDefault();
      const text = field.value.trim();
      const byId = looksLikeId(text);
      const found = boxes();
      const ids = [...new Set(found.filter(isTicked).map((box) => box.value))];
      const offered = new Set(found.map((box) => box.value));
      if (byId) field.value = "";
      filter();
      await choose({ ticked: ids, pasted: byId ? pastedIds(text) : [], offered });
    }

    form.hidden = false;
    form.addEventListener("submit", submit);
    field.addEventListener("input", filter);
    section.addEventListener("change", (event) => {
      if (!event.target.matches("input[type=checkbox]")) return;
      said.textContent = `${runsText(boxes().filter(isTicked).length)} ticked`;
    });
    part("add").addEventListener("click", () => {
      open(section.hidden);
      if (!section.hidden) field.focus();
    });
    return { open, tick };
  }

  Object.assign(RG.compare, { picker });
})();
