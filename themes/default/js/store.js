// The runs of an experiment as columns: what the table sorts, filters and prints.
//
// The data script calls RG.runs({n, cols: [{id, label?, t, v, d?, default?, place?, main?, goal?}]}):
//   t "n"  numbers; null is missing; "NaN", "Infinity" and "-Infinity" stand for themselves
//   t "s"  texts; d is the sorted dictionary, v indexes it; -1 or an entry null is missing
//   t "k"  small curves: an array of numbers, or null
// Ids are MLflow's: attributes.x, params.x, tags.x, metrics.x (last value); ours are best.x,
// min.x, max.x, best_step.x and spark.x. The columns in SERVICE serve the table and are never
// shown. `default` columns are shown at first, in the order of their `place` where they have one.
//
// Where runs are many a column has `file` instead of v and d: a script beside the page that calls
// RG.column(N, {v, d?}) for the column at place N. It is loaded once the table wants to show it,
// to sort or group by it, or a filter names it. Of fewer runs such columns say `rows` instead: their
// values are in the scripts `blocks`, some runs in each, which call RG.rows(NAME, {ids, cols: {ID:
// [value, …]}}). Values are kept in typed arrays, never as they came.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { lifted, nest, parentsOf } = RG.families;

  /** The address of the run's page, the row of its parent, its colour: 0 to 7 for --s1 to --s8. */
  const SERVICE = new Set(["attributes.href", "attributes.parent", "attributes.hue"]);

  class Column {
    constructor(raw) {
      const dot = raw.id.indexOf(".");
      this.id = raw.id;
      this.group = raw.id.slice(0, dot);
      this.name = raw.id.slice(dot + 1);
      this.label = raw.label ?? this.name;
      this.type = raw.t;
      this.hidden = SERVICE.has(raw.id);
      this.isDefault = raw.default === true;
      this.place = raw.place ?? 0;
      this.isMain = raw.main === true;
      this.goal = raw.goal === "min" || raw.goal === "max" ? raw.goal : null;
      this.file = RG.isName(raw.file) ? raw.file : "";
      this.isInRows = raw.rows === true;
      this.loaded = false;
    }

    get isNumber() {
      return this.type === "n";
    }
  }

  class NumberColumn extends Column {
    fill(raw, n) {
      this.values = new Float64Array(n);
      this.missing = new Uint8Array(n); // NaN is a value that a run may well have logged
      for (let row = 0; row < n; row += 1) {
        const value = raw.v[row];
        this.missing[row] = value === null || value === undefined ? 1 : 0;
        this.values[row] = this.missing[row] ? NaN : Number(value);
      }
      this.decimals = decimalsFor(this.values);
      this.loaded = true;
    }

    isMissing(row) {
      return this.missing[row] === 1;
    }

    text(row) {
      return this.isMissing(row) ? "" : this.words(this.values[row]);
    }

    /** Any number in the way of this column; `decimals` where a mean needs more. */
    words(value, decimals = this.decimals) {
      return formatNumber(value, decimals);
    }

    /** All digits, for a file or a tool tip. */
    exact(row) {
      return this.isMissing(row) ? "" : String(this.values[row]);
    }

    /** Is it the same in both rows? */
    agrees(row, other) {
      if (this.missing[row] || this.missing[other]) return this.missing[row] === this.missing[other];
      return Object.is(this.values[row], this.values[other]);
    }

    /** The different numbers, smallest first. */
    distinct() {
      this.distinctCache ??= distinctOf(this.values);
      return this.distinctCache;
    }

    /** {ranks, size}: by row the place among the different numbers; NaN, then missing beyond. */
    ranks() {
      this.rankCache ??= this.ranked();
      return this.rankCache;
    }

    ranked() {
      const distinct = this.distinct();
      const size = distinct.length;
      const ranks = new Uint32Array(this.values.length);
      for (let row = 0; row < ranks.length; row += 1) {
        const value = this.values[row];
        if (this.missing[row]) ranks[row] = size + 1;
        else ranks[row] = Number.isNaN(value) ? size : placeIn(distinct, value);
      }
      return { ranks, size };
    }
  }

  class TextColumn extends Column {
    fill(raw, n) {
      this.dictionary = raw.d;
      this.absent = raw.d.length; // one code for everything missing
      this.codes = codeArray(this.absent, n);
      for (let row = 0; row < n; row += 1) {
        const text = raw.d[raw.v[row]];
        this.codes[row] = text === null || text === undefined ? this.absent : raw.v[row];
      }
      this.loaded = true;
    }

    isMissing(row) {
      return this.codes[row] === this.absent;
    }

    text(row) {
      return this.isMissing(row) ? "" : this.dictionary[this.codes[row]];
    }

    exact(row) {
      return this.text(row);
    }

    agrees(row, other) {
      return this.codes[row] === this.codes[other];
    }

    /** The first row that has this text, -1 if none has. */
    find(text) {
      const code = this.dictionary.indexOf(text);
      return code < 0 ? -1 : this.codes.indexOf(code);
    }

    /** {ranks, size}: by row the place of its text, as the dictionary has it, or by value. */
    ranks() {
      if (!this.rankCache) {
        const places = placesOf(this.dictionary);
        const ranks = new Uint32Array(this.codes.length);
        for (let row = 0; row < ranks.length; row += 1) {
          const code = this.codes[row];
          ranks[row] = code === this.absent ? code : places[code];
        }
        this.rankCache = { ranks, size: this.absent };
      }
      return this.rankCache;
    }
  }

  /** All curves in one array, for many small ones would be heavy. */
  class CurveColumn extends Column {
    fill(raw, n) {
      this.starts = new Uint32Array(n + 1);
      for (let row = 0; row < n; row += 1) {
        const curve = raw.v[row];
        this.starts[row + 1] = this.starts[row] + (Array.isArray(curve) ? curve.length : 0);
      }
      this.points = new Float32Array(this.starts[n]);
      for (let row = 0; row < n; row += 1) {
        const curve = Array.isArray(raw.v[row]) ? raw.v[row] : [];
        this.points.set(curve.map((value) => Number(value ?? NaN)), this.starts[row]);
      }
      this.loaded = true;
    }

    curve(row) {
      return this.points.subarray(this.starts[row], this.starts[row + 1]);
    }

    isMissing(row) {
      return this.starts[row] === this.starts[row + 1];
    }

    text() {
      return "";
    }

    agrees(row, other) {
      return this.curve(row).join() === this.curve(other).join();
    }
  }

  const BLOCK = /^\.\.\/\.\.\/files\/[0-9a-f]+\/rows\.js$/;
  const COLUMNS = { n: NumberColumn, s: TextColumn, k: CurveColumn };

  class Store {
    constructor(raw) {
      this.n = raw.n;
      this.columns = raw.cols.map((column) => new COLUMNS[column.t](column));
      this.byId = new Map(this.columns.map((column) => [column.id, column]));
      this.parents = null;
      this.blocks = (raw.blocks || []).filter((file) => BLOCK.test(file));
      raw.cols.forEach((column, place) => {
        if (column.v) this.fill(place, column);
      });
      this.shareGoals();
    }

    /** What the file of the column at `place` brings. */
    fill(place, raw) {
      const column = this.columns[place];
      if (!column || column.loaded) return;
      column.fill(raw, this.n);
      if (column.id === "attributes.parent") this.nestBelow(parentsOf(column, this.n));
    }

    nestBelow(parents) {
      this.parents = parents;
      this.isParent = new Uint8Array(this.n);
      for (const parent of parents || []) if (parent >= 0) this.isParent[parent] = 1;
    }

    /** Do the runs differ in this column? A parent may lack what all its children have. */
    varies(column, rows) {
      let first = -1;
      for (const row of rows) {
        if (this.isParent?.[row]) continue;
        if (first < 0) first = row;
        else if (!column.agrees(row, first)) return true;
      }
      return false;
    }

    /** A direction that is known of one statistic of a metric holds for all its values. */
    shareGoals() {
      const values = this.columns.filter((column) =>
        ["metrics", "best", "min", "max"].includes(column.group),
      );
      const goals = new Map();
      for (const { name, goal } of values) if (goal) goals.set(name, goal);
      for (const column of values) column.goal ??= goals.get(column.name) ?? null;
    }

    get(id) {
      return this.byId.get(id);
    }

    /** Resolves once these columns are there; null if they all are, or are not to be had. */
    load(ids) {
      const wanted = ids.map((id) => this.get(id)).filter((column) => column && !column.loaded);
      if (wanted.some((column) => column.isInRows)) return this.loadRows();
      const files = wanted.map((column) => column.file).filter(Boolean);
      return files.length ? allOf(files) : null;
    }

    /** All columns that lie in blocks of rows. */
    async loadRows() {
      this.rowsLoading ??= allOf(this.blocks);
      await this.rowsLoading.catch((error) => {
        this.rowsLoading = null; // so that it is tried again
        throw error;
      });
      const waiting = this.columns.filter((column) => column.isInRows && !column.loaded);
      if (!waiting.length) return;
      const ids = this.get("attributes.run_id");
      const places = new Map();
      for (const row of this.allRows()) places.set(ids.text(row), row);
      for (const column of waiting) {
        column.fill(packed(column, this.gathered(column.id, places)), this.n);
      }
      blocks.clear();
    }

    /** The values of a column by row, null where no block has one. */
    gathered(id, places) {
      const values = new Array(this.n).fill(null);
      for (const { ids, cols } of blocks.values()) {
        cols[id]?.forEach((value, place) => {
          const row = places.get(ids[place]);
          if (row !== undefined) values[row] = value;
        });
      }
      return values;
    }

    has(id) {
      return this.get(id)?.loaded === true;
    }

    /** `rows` by [{id, direction}, …], missing values last; as they are without an order. */
    sorted(rows, sorts) {
      let sorted = rows;
      for (const { id, direction } of sorts.toReversed()) {
        sorted = byRank(sorted, this.get(id).ranks(), direction);
      }
      if (!this.parents || !sorts.length) return sorted;
      return lifted(sorted, this.parents, this.get(sorts[0].id));
    }

    /** `rows` with children below their parents: see families.js. */
    nested(rows, collapsed) {
      return this.parents ? nest(rows, this.parents, collapsed) : { rows };
    }

    /** Not to be written to. */
    allRows() {
      if (!this.rows) {
        this.rows = new Uint32Array(this.n);
        for (let row = 0; row < this.n; row += 1) this.rows[row] = row;
      }
      return this.rows;
    }
  }

  /** Waits for all files, also after one has failed. */
  async function allOf(files) {
    const loads = await Promise.allSettled(files.map((file) => RG.load(file)));
    const failed = loads.find(({ status }) => status === "rejected");
    if (failed) throw failed.reason;
  }

  // ---- numbers ------------------------------------------------------------------------------

  /** Decimals that show five digits of the largest value, or 0 if all are whole numbers. */
  function decimalsFor(values) {
    let largest = 0;
    let whole = true;
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      largest = Math.max(largest, Math.abs(value));
      whole = whole && Number.isInteger(value);
    }
    if (whole) return 0;
    const magnitude = Math.floor(Math.log10(largest));
    return Math.max(0, Math.min(7, magnitude < 0 ? 3 - magnitude : 4 - magnitude));
  }

  /** As many decimals as the column has, so that numbers align; else in powers of ten. */
  function formatNumber(value, decimals) {
    if (Number.isNaN(value)) return "NaN";
    const sign = value < 0 ? "−" : "";
    const size = Math.abs(value);
    if (size === Infinity) return `${sign}∞`;
    const tooLarge = size >= (decimals === 0 ? 1e15 : 1e9);
    const vanishes = size > 0 && size < 10 ** -decimals;
    if (tooLarge || vanishes) return sign + size.toExponential(2).replace("+", "");
    const [whole, fraction] = size.toFixed(decimals).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return sign + grouped + (fraction ? `.${fraction}` : "");
  }

  // ---- orders -------------------------------------------------------------------------------

  /**
   * `rows` by rank; ranks of `size` and more (NaN, missing) last, whatever the direction. A stable
   * counting sort: it takes one pass however the rows came, and several keys are several passes.
   */
  function byRank(rows, { ranks, size }, direction) {
    const placeOf = (row) => {
      const rank = ranks[row];
      return direction < 0 && rank < size ? size - 1 - rank : rank;
    };
    const next = new Uint32Array(size + 3);
    for (const row of rows) next[placeOf(row) + 1] += 1;
    for (let place = 0; place < size + 2; place += 1) next[place + 1] += next[place];
    const result = new Uint32Array(rows.length);
    for (const row of rows) {
      const place = placeOf(row);
      result[next[place]] = row;
      next[place] += 1;
    }
    return result;
  }

  function distinctOf(values) {
    const sorted = values.filter((value) => !Number.isNaN(value)).sort();
    return sorted.filter((value, place) => place === 0 || value !== sorted[place - 1]);
  }

  /** The place of `value` in `sorted`, which has it. */
  function placeIn(sorted, value) {
    let low = 0;
    let high = sorted.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function codeArray(largest, n) {
    if (largest < 2 ** 8) return new Uint8Array(n);
    return largest < 2 ** 16 ? new Uint16Array(n) : new Uint32Array(n);
  }

  /** The place of each text of a dictionary: as it stands there, or by value if all are numbers. */
  function placesOf(dictionary) {
    const places = new Uint32Array(dictionary.length);
    const codes = dictionary.map((_, code) => code);
    const numbers = dictionary.map((text) => (text === null || text.trim() === "" ? NaN : +text));
    const numeric = dictionary.every((text, code) => text === null || !Number.isNaN(numbers[code]));
    if (numeric) codes.sort((a, b) => numbers[a] - numbers[b]);
    codes.forEach((code, place) => {
      places[code] = place;
    });
    return places;
  }

  /** What blocks of rows say, until the columns have it. */
  const blocks = new Map();

  /** Values as a column takes them: texts with a dictionary, sorted as people sort. */
  function packed(column, values) {
    if (column.type !== "s") return { v: values };
    const dictionary = [...new Set(values.filter((value) => value !== null))].sort(byNature);
    const codes = new Map(dictionary.map((text, code) => [text, code]));
    return { d: dictionary, v: values.map((value) => codes.get(value) ?? -1) };
  }

  /** Numbers by value before words by letter: see _natural in views/run_columns.py. */
  function byNature(a, b) {
    const [one, other] = [a, b].map((text) => (text.trim() === "" ? NaN : Number(text)));
    const isWord = Number.isNaN(one);
    if (isWord !== Number.isNaN(other)) return isWord ? 1 : -1;
    if (!isWord && one !== other) return one - other;
    const [left, right] = [a, b].map((text) => text.toLowerCase());
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Called by the data script of an experiment. */
  RG.runs = (raw) => {
    RG.store = new Store(raw);
  };

  /** Called by the file of a column. */
  RG.column = (place, raw) => RG.store?.fill(place, raw);

  /** Called by a block of rows. */
  RG.rows = (name, block) => blocks.set(name, block);

  RG.Store = Store;
})();
