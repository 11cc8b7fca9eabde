// Which columns there are, what their headings say, and in which order they stand.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});

  const NAME = "attributes.run_name";
  const RUN_ID = "attributes.run_id";
  const MOST_WITHOUT_DEFAULTS = 12;

  /** What a metric has columns of, in the order of menus: [group, in a heading, in a menu]. */
  const STATISTICS = [
    ["metrics", "last", "last value"],
    ["best", "best", "best"],
    ["min", "min", "smallest"],
    ["max", "max", "largest"],
    ["best_step", "best at", "step of the best"],
    ["spark", "trend", "trend"],
  ];
  const NOTES = new Map(STATISTICS.map(([group, note]) => [group, note]));

  /** Each column's `note`, what its heading adds to the label where a metric has several. */
  function describe(store) {
    for (const column of store.columns) {
      const several = statisticsOf(column, store).length > 1;
      column.note = several || column.group !== "metrics" ? NOTES.get(column.group) || "" : "";
      column.fullName = column.note ? `${column.label}, ${column.note}` : column.label;
    }
  }

  /** What there is of the column's metric, as [{column, word}]; nothing for other columns. */
  function statisticsOf({ group, name }, store) {
    if (!NOTES.has(group)) return [];
    return STATISTICS.map(([id, , word]) => ({ column: store.get(`${id}.${name}`), word })).filter(
      ({ column }) => column,
    );
  }

  const choosable = (store) => store.columns.filter((column) => !column.hidden);

  /** The ids among `wanted` that there are, once each; the name always, and first. */
  function known(wanted, store) {
    const ids = new Set([NAME, ...wanted]);
    return [...ids].filter((id) => store.get(id) && !store.get(id).hidden);
  }

  /** As the report shows them at first: the defaults in their places, else the first few. */
  function defaults(store) {
    const marked = choosable(store).filter((column) => column.isDefault);
    marked.sort((a, b) => a.place - b.place);
    const columns = marked.length ? marked : choosable(store).slice(0, MOST_WITHOUT_DEFAULTS);
    return known(columns.map((column) => column.id), store);
  }

  /** `ids` with `id` put before `next`, or last without one. The name keeps its place. */
  function moved(ids, id, next) {
    if (id === NAME || id === next) return ids;
    const rest = ids.filter((other) => other !== id);
    const place = next ? rest.indexOf(next) : rest.length;
    return rest.toSpliced(Math.max(1, place), 0, id);
  }

  /** `ids` with `id` one place to the left (-1) or right (1), among those that are `shown`. */
  function shifted(ids, id, way, shown = ids) {
    const place = shown.indexOf(id);
    const target = way < 0 ? place - 1 : place + 2;
    if (place < 1 || target < 1 || target > shown.length) return ids;
    return moved(ids, id, shown[target]);
  }

  /** The change of the view that shows another statistic in the place of `id`. */
  function swapped(view, id, other) {
    const columns = view.columns.map((each) => (each === id ? other : each));
    const sorts = view.sorts.map((sort) => (sort.id === id ? { ...sort, id: other } : sort));
    const change = { columns: [...new Set(columns)] };
    return sorts.some((sort) => sort.id === other) ? { ...change, sorts } : change;
  }

  /** Text columns that several runs may share a value of. */
  function groupable(store) {
    const own = [NAME, RUN_ID];
    return choosable(store).filter(({ type, id }) => type === "s" && !own.includes(id));
  }

  RG.columns = {
    NAME, RUN_ID, choosable, defaults, describe, groupable, known, moved, shifted, statisticsOf,
    swapped,
  };
})();
