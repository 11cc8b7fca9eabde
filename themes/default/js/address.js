// The state of the runs table in the address, so that a link shows the same view:
//   q=FILTER  sort=-best.acc,params.lr (largest first, then …)  cols=ID,ID,…  w=ID:120,…
//   group=ID  differs=1  heat=1  pin=RUN,RUN  hide=RUN,RUN  sel=RUN,RUN (up to 50)
//   fold=RUN,RUN: parents whose runs are folded away  open=VALUE,VALUE: groups that are unfolded
// What is as the report has it is not in the address. A comma parts the ids, so one within an id
// is escaped, once more than the address does.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { RUN_ID, defaults, groupable, known } = RG.columns;

  const MOST_SELECTED = 50; // longer addresses are not passed on whole everywhere
  const UNSET = "∅"; // the group of the runs without a value

  const escape = (id) => id.replace(/[%,:]/g, encodeURIComponent);
  const joined = (ids) => ids.map(escape).join(",");
  const parts = (text) => (text ? text.split(",") : []);

  function unescape(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  // ---- reading ------------------------------------------------------------------------------

  /** The columns that have to be there before `read`. */
  function needed() {
    const parameters = new URLSearchParams(location.search);
    return ["pin", "hide", "sel", "fold"].some((name) => parameters.has(name)) ? [RUN_ID] : [];
  }

  /** The view that the address asks for; what there is not is left out. */
  function read(store) {
    const parameters = new URLSearchParams(location.search);
    const get = (name) => parameters.get(name) || "";
    const cols = parts(get("cols")).map(unescape);
    const group = get("group");
    const hides = new Set(rowsOf(get("hide"), store));
    return {
      columns: cols.length ? known(cols, store) : defaults(store),
      sorts: sortsOf(get("sort"), store),
      widths: widthsOf(get("w"), store),
      group: groupable(store).some(({ id }) => id === group) ? group : "",
      differs: get("differs") === "1",
      heat: get("heat") === "1",
      pins: rowsOf(get("pin"), store).filter((row) => !hides.has(row)),
      hides,
      mask: null,
      brush: null,
      selected: rowsOf(get("sel"), store),
      folded: rowsOf(get("fold"), store),
      opened: [],
    };
  }

  /** The codes of the groups that the address unfolds, once the column to group by is there. */
  function opened(store, group) {
    const column = store.get(group);
    if (!column?.loaded || !column.dictionary) return [];
    return parts(new URLSearchParams(location.search).get("open"))
      .map(unescape)
      .map((text) => (text === UNSET ? column.absent : column.dictionary.indexOf(text)))
      .filter((code) => code >= 0);
  }

  function sortsOf(text, store) {
    const sorts = parts(text).map((part) => ({
      id: unescape(part.replace(/^-/, "")),
      direction: part.startsWith("-") ? -1 : 1,
    }));
    const once = new Map(sorts.map((sort) => [sort.id, sort]));
    return [...once.values()].filter(({ id }) => {
      const column = store.get(id);
      return column && column.type !== "k" && !column.hidden;
    });
  }

  function widthsOf(text, store) {
    const widths = parts(text).map((part) => part.split(":"));
    return new Map(
      widths
        .map(([id, width]) => [unescape(id), Math.min(800, Number(width))])
        .filter(([id, width]) => store.get(id) && width >= 40),
    );
  }

  function rowsOf(text, store) {
    const runIds = store.get(RUN_ID);
    if (!runIds?.loaded) return [];
    const rows = parts(text).map((id) => runIds.find(unescape(id)));
    return [...new Set(rows)].filter((row) => row >= 0);
  }

  // ---- writing ------------------------------------------------------------------------------

  const sortText = ({ id, direction }) => (direction < 0 ? "-" : "") + escape(id);

  function stateOf(grid) {
    const { view, store, collapsed, opened: codes, selected } = grid;
    const { columns, sorts, widths, group, differs, heat, pins, hides } = view;
    const { dictionary } = store.get(group) || {};
    const cols = joined(columns);
    const runIds = store.get(RUN_ID);
    const runs = (rows) => (runIds?.loaded ? joined([...rows].map((row) => runIds.text(row))) : "");
    return {
      sort: sorts.map(sortText).join(","),
      cols: cols === joined(defaults(store)) ? "" : cols,
      w: [...widths].map(([id, width]) => `${escape(id)}:${width}`).join(","),
      group,
      differs: differs ? "1" : "",
      heat: heat ? "1" : "",
      pin: runs(pins),
      hide: runs(hides),
      sel: selected.size <= MOST_SELECTED ? runs(selected) : "",
      fold: group ? "" : runs(collapsed),
      open: dictionary ? joined([...codes].map((code) => dictionary[code] ?? UNSET)) : "",
    };
  }

  /** Puts the view into the address; nothing else of it changes. */
  function write(grid, filter) {
    const address = new URL(location.href);
    const state = { q: filter, ...stateOf(grid) };
    for (const [name, value] of Object.entries(state)) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    if (address.href === location.href) return;
    try {
      history.replaceState(null, "", address);
    } catch {
      // Some browsers refuse this on file://; the view then simply has no link.
    }
  }

  RG.address = { needed, opened, read, write };
})();
