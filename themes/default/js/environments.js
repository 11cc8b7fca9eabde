// The page of all environments: packages are filtered by name or version, each word anywhere; any
// two environments are compared, by the newest run of each. Who comes from a run's page for its
// environment (#environment-KEY) finds it chosen.
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

(() => {
  "use strict";

  const box = document.querySelector("[data-env-pick]");
  if (!box) return;
  const [before, after] = box.querySelectorAll("select");
  const link = box.querySelector("a");

  function point() {
    const runs = [before.value, after.value].map(encodeURIComponent).join(",");
    link.href = `${box.dataset.compared}?runs=${runs}#environment`;
    link.toggleAttribute("aria-disabled", before.value === after.value);
  }

  function choose() {
    const wanted = [...after.options].find((one) => `#${one.dataset.card}` === location.hash);
    if (!wanted) return;
    after.value = wanted.value;
    if (before.value === after.value) before.selectedIndex = wanted.index ? 0 : 1;
    point();
  }

  box.addEventListener("change", point);
  addEventListener("hashchange", choose);
  point();
  choose();
  box.hidden = false;
})();
