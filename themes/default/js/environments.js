// The filter of the page of all environments: packages by name or version, each word anywhere.
(() => {
  "use strict";

  const label = document.querySelector("[data-uses-filter]");
  if (!label) return;
  const none = document.querySelector("[data-uses-none]");
  const tables = [...document.querySelectorAll("[data-uses]")];
  const folds = tables.map((table) => table.closest("details"));
  const before = folds.map((fold) => fold && fold.open);

  function filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    tables.forEach((table, place) => {
      let found = 0;
      for (const body of table.tBodies) {
        body.hidden = !words.every((word) => body.dataset.words.includes(word));
        if (!body.hidden) found += 1;
      }
      table.closest(".card").hidden = !found;
      if (folds[place]) folds[place].open = words.length ? found > 0 : before[place];
      left += found;
    });
    none.hidden = left > 0;
  }

  const input = label.querySelector("input");
  input.addEventListener("input", () => filter(input.value));
  label.hidden = false;
})();
