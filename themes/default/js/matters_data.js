// The runs of the table as charts across them need them: columns as numbers or as words, which runs
// count, which the table shows and has selected. On RG.matters; needs store.js and axes.js.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { axes } = RG;
  const MOST_WORDS = 24; // different words that an axis or a scale of areas can tell apart
  const UNRANKED = new Set(["FAILED", "KILLED"]);
  const ALWAYS = ["attributes.run_name", "attributes.run_id", "attributes.href", "attributes.hue",
    "attributes.status", "attributes.lifecycle_stage"];

  /** The column of an id; a metric of which last and best are the same has one for both. */
  function find(id) {
    const { store } = RG;
    if (!id || !store) return null;
    const other = { best: "metrics", metrics: "best" }[id.split(".", 1)[0]];
    return store.get(id) || (other && store.get(`${other}.${id.slice(id.indexOf(".") + 1)}`)) || null;
  }

  /** The columns of these ids, loaded; null for each that the table does not have. */
  async function columns(...ids) {
    await RG.load(document.body.dataset.pageData);
    const found = ids.map(find);
    await RG.store.load([...ALWAYS, ...found.filter(Boolean).map(({ id }) => id)]);
    return found;
  }

  function words(column) {
    if (!column) return "";
    return column.group === "metrics" && RG.store.get(`best.${column.name}`)
      ? `last ${column.label}` : column.label;
  }

  /** The rows of runs that count: neither failed, killed nor deleted. */
  function counted() {
    const status = RG.store.get("attributes.status");
    const stage = RG.store.get("attributes.lifecycle_stage");
    return Array.from(RG.store.allRows()).filter((row) =>
      !UNRANKED.has(status?.text(row)) && (!stage || stage.text(row) !== "deleted"));
  }

  const numberIn = (column, row) => {
    if (column.isMissing(row)) return NaN;
    if (column.isNumber) return column.values[row];
    const text = column.text(row).trim();
    return text === "" ? NaN : Number(text);
  };

  /** A column as numbers where all its values are, else as the places of its words. */
  function scale(column, rows) {
    const present = rows.filter((row) => !column.isMissing(row));
    const isNumber = column.isNumber || present.every((row) => !Number.isNaN(numberIn(column, row)));
    if (isNumber) return { isNumber, at: (row) => numberIn(column, row) };
    const labels = [...new Set(present.map((row) => column.text(row)))].sort(natural);
    const place = new Map(labels.slice(0, MOST_WORDS).map((label, at) => [label, at]));
    return { isNumber, labels: [...place.keys()], at: (row) => place.get(column.text(row)) ?? NaN };
  }

  function natural(a, b) {
    return Number(a) - Number(b) || a.localeCompare(b, "en", { numeric: true });
  }

  /** An axis for values of a scale; `log` true, false, or null for as it suits them. */
  function axisOf({ isNumber, labels }, values, log, count = 5) {
    if (!isNumber) return category(labels);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const suits = low > 0 && high / low > 100;
    return low > 0 && (log ?? suits) ? axes.log(values, count) : axes.value(values, count);
  }

  /** An axis of words, each in the middle of its room. */
  function category(labels, domain = [-0.5, labels.length - 0.5]) {
    const ticks = labels.map((_, place) => place);
    return { domain, ticks, labels, type: "linear", within: () => category(labels, domain) };
  }

  /** By row the fifth, by rank, that its value is in; -1 for none. Equal values share one. */
  function fifths(column, rows) {
    if (!column) return () => -1;
    const { at } = scale(column, rows);
    const sorted = rows.map(at).filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    const place = new Map();
    sorted.forEach((value, rank) => {
      if (!place.has(value)) place.set(value, Math.floor((rank * 5) / sorted.length));
    });
    return (row) => place.get(at(row)) ?? -1;
  }

  /** By row the area of its dot: from least to largest value, the smallest for none. */
  function areas(column, rows, [least, plain, most] = [14, 34, 190]) {
    if (!column) return () => plain;
    const { at } = scale(column, rows);
    const values = rows.map(at).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return (row) => {
      const value = at(row);
      if (!Number.isFinite(value) || high === low) return Number.isFinite(value) ? plain : least;
      return least + ((value - low) / (high - low)) * (most - least);
    };
  }

  /** Labels of at most `most` values, else of about as full bins of numbers; and the place of each. */
  function binned(column, rows, most, bins) {
    const present = rows.filter((row) => !column.isMissing(row));
    const labels = [...new Set(present.map((row) => column.text(row)))].sort(natural);
    if (labels.length <= most) {
      return { labels, at: (row) => (column.isMissing(row) ? -1 : labels.indexOf(column.text(row))) };
    }
    const { isNumber, at } = scale(column, rows);
    if (!isNumber) return null;
    const sorted = present.map(at).sort((a, b) => a - b);
    const edges = new Set();
    for (let bin = 1; bin < bins; bin += 1) edges.add(sorted[Math.floor((sorted.length * bin) / bins)]);
    const inBin = (value) => [...edges].filter((edge) => edge <= value).length;
    const groups = new Map();
    for (const value of sorted) {
      const bin = inBin(value);
      groups.set(bin, [groups.get(bin)?.[0] ?? value, value]);
    }
    const used = [...groups.keys()];
    const text = ([low, high]) =>
      low === high ? axes.valueText(low) : `${axes.valueText(low)}–${axes.valueText(high)}`;
    return { labels: used.map((bin) => text(groups.get(bin))),
      at: (row) => (Number.isNaN(at(row)) ? -1 : used.indexOf(inBin(at(row)))) };
  }

  // ---- what the table shows and has selected --------------------------------------------------

  let rows = RG.rowsShown || null;
  const followers = new Set();

  function follow(act) {
    followers.add(act);
  }

  document.addEventListener("rg:rows", ({ detail }) => {
    rows = detail;
    for (const act of followers) act();
  });

  /** (id) => is it shown?, and the ids selected; `any` where that differs from a plain table. */
  function shown() {
    const [ids, selected] = rows ? [rows.shown, rows.selected] : [[], []];
    const all = !rows || ids.length === RG.store.n;
    const here = all ? null : new Set(ids);
    return { has: (id) => !here || here.has(id), selected, any: !all || selected.length > 0 };
  }

  /** What can be chosen for an axis, as [id, words]: parameters, then metrics at their best. */
  function choices(groups) {
    const seen = new Set();
    return RG.store.columns
      .filter(({ group, type }) => groups.includes(group) && type !== "k")
      .filter((column) => {
        const twin = column.group === "metrics" && RG.store.get(`best.${column.name}`);
        const isNew = !twin && !seen.has(column.id);
        seen.add(column.id);
        return isNew;
      })
      .map((column) => [column.id, column.label]);
  }

  RG.matters = { areas, axisOf, binned, category, choices, columns, counted, fifths, find, follow,
    natural, scale, shown, words };
})();
