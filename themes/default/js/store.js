// The runs of an experiment as columns: what the table sorts, filters and prints.
//
// The data script calls RG.runs({n, cols: [{id, label?, t, v, d?, default?, main?, goal?}]}):
//   t "n"  numbers; null is missing; "NaN", "Infinity" and "-Infinity" stand for themselves
//   t "s"  texts; d is the sorted dictionary, v indexes it; -1 or an entry null is missing
//   t "k"  small curves: an array of numbers, or null
// Ids are MLflow's: attributes.x, params.x, tags.x, metrics.x (last value); ours are best.x,
// best_step.x and spark.x. Three columns serve the table and are never shown: attributes.href, the
// address of the run's page, attributes.parent, the row of the parent run, and attributes.hue, the
// run's colour from 0 to 7 for var(--s1) to var(--s8).
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});

  const HIDDEN = new Set(["attributes.href", "attributes.parent", "attributes.hue"]);

  class Column {
    constructor(raw) {
      const dot = raw.id.indexOf(".");
      this.id = raw.id;
      this.group = raw.id.slice(0, dot);
      this.label = raw.label ?? raw.id.slice(dot + 1);
      this.type = raw.t;
      this.hidden = HIDDEN.has(raw.id);
      this.isDefault = raw.default === true;
      this.isMain = raw.main === true;
      this.goal = raw.goal === "min" || raw.goal === "max" ? raw.goal : null;
    }
  }

  class NumberColumn extends Column {
    constructor(raw, n) {
      super(raw);
      this.values = new Float64Array(n);
      this.missing = new Uint8Array(n); // NaN is a value that a run may well have logged
      for (let row = 0; row < n; row += 1) {
        const value = raw.v[row];
        this.missing[row] = value === null || value === undefined ? 1 : 0;
        this.values[row] = this.missing[row] ? NaN : Number(value);
      }
      this.decimals = decimalsFor(this.values);
    }

    isMissing(row) {
      return this.missing[row] === 1;
    }

    text(row) {
      return this.isMissing(row) ? "" : formatNumber(this.values[row], this.decimals);
    }

    /** All digits, for a file or a tool tip. */
    exact(row) {
      return this.isMissing(row) ? "" : String(this.values[row]);
    }

    /** `rows` by value; NaN behind the numbers and missing last, whatever the direction. */
    sorted(rows, direction) {
      const { values, missing } = this;
      const numbers = rows.filter((row) => !Number.isNaN(values[row]));
      const nans = rows.filter((row) => Number.isNaN(values[row]) && !missing[row]);
      const absent = rows.filter((row) => missing[row]);
      numbers.sort((a, b) => (values[a] - values[b]) * direction); // stable; ∞ - ∞ counts as 0
      return joined(numbers, nans, absent);
    }
  }

  class TextColumn extends Column {
    constructor(raw, n) {
      super(raw);
      this.dictionary = raw.d;
      this.absent = raw.d.length; // one code for everything missing
      this.codes = codeArray(this.absent, n);
      for (let row = 0; row < n; row += 1) {
        const text = raw.d[raw.v[row]];
        this.codes[row] = text === null || text === undefined ? this.absent : raw.v[row];
      }
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

    /** `rows` by text, missing last; a stable counting sort, for few texts repeat often. */
    sorted(rows, direction) {
      const { codes, absent } = this;
      const ranks = this.ranks();
      const placeOf = (row) => {
        const code = codes[row];
        if (code === absent) return absent;
        return direction > 0 ? ranks[code] : absent - 1 - ranks[code];
      };
      const next = new Uint32Array(absent + 2);
      for (const row of rows) next[placeOf(row) + 1] += 1;
      for (let place = 0; place <= absent; place += 1) next[place + 1] += next[place];
      const result = new Uint32Array(rows.length);
      for (const row of rows) {
        const place = placeOf(row);
        result[next[place]] = row;
        next[place] += 1;
      }
      return result;
    }

    /** The place of each text: as the dictionary has it, or by value if all are numbers. */
    ranks() {
      this.rankCache ??= ranksOf(this.dictionary);
      return this.rankCache;
    }
  }

  class CurveColumn extends Column {
    constructor(raw) {
      super(raw);
      this.curves = raw.v;
    }

    isMissing(row) {
      return !Array.isArray(this.curves[row]);
    }

    text() {
      return "";
    }
  }

  const COLUMNS = { n: NumberColumn, s: TextColumn, k: CurveColumn };

  class Store {
    constructor(raw) {
      this.n = raw.n;
      const here = raw.cols.filter((column) => !column.file); // the others wait in files
      this.columns = here.map((column) => new COLUMNS[column.t](column, raw.n));
      this.byId = new Map(this.columns.map((column) => [column.id, column]));
      this.parents = parentsOf(this.get("attributes.parent"), raw.n);
    }

    get(id) {
      return this.byId.get(id);
    }

    /** `rows` ordered by {id, direction}, missing values last; as they are without an order. */
    sorted(rows, sort) {
      if (sort === null) return rows;
      const column = this.get(sort.id);
      const sorted = column.sorted(rows, sort.direction);
      return this.parents ? lifted(sorted, this.parents, column) : sorted;
    }

    /** `rows` with children below their parents: see nest. */
    nested(rows, collapsed) {
      return this.parents ? nest(rows, this.parents, collapsed) : { rows };
    }

    allRows() {
      return Uint32Array.from({ length: this.n }, (_, row) => row);
    }
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

  function joined(...parts) {
    const result = new Uint32Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      result.set(part, at);
      at += part.length;
    }
    return result;
  }

  function codeArray(largest, n) {
    if (largest < 2 ** 8) return new Uint8Array(n);
    return largest < 2 ** 16 ? new Uint16Array(n) : new Uint32Array(n);
  }

  function ranksOf(dictionary) {
    const ranks = new Uint32Array(dictionary.length);
    const codes = dictionary.map((_, code) => code);
    const numbers = dictionary.map((text) => (text === null || text.trim() === "" ? NaN : +text));
    const numeric = dictionary.every((text, code) => text === null || !Number.isNaN(numbers[code]));
    if (numeric) codes.sort((a, b) => numbers[a] - numbers[b]);
    codes.forEach((code, rank) => {
      ranks[code] = rank;
    });
    return ranks;
  }

  // ---- nested runs --------------------------------------------------------------------------

  /**
   * The row of each run's parent, -1 for none; null if no run has one. What a store says may be
   * wrong: a row out of range, and the link that would close a circle, count as none.
   */
  function parentsOf(column, n) {
    if (!column || column.type !== "n") return null;
    const parents = new Int32Array(n).fill(-1);
    for (let row = 0; row < n; row += 1) {
      const parent = column.values[row];
      if (Number.isInteger(parent) && parent >= 0 && parent < n) parents[row] = parent;
    }
    breakCircles(parents);
    return parents.some((parent) => parent >= 0) ? parents : null;
  }

  function breakCircles(parents) {
    const walk = new Uint32Array(parents.length); // the walk that came by last; 0 for none
    parents.forEach((_, start) => {
      let row = start;
      while (row >= 0 && walk[row] === 0) {
        walk[row] = start + 1;
        const parent = parents[row];
        if (parent >= 0 && walk[parent] === start + 1) parents[row] = -1;
        row = parents[row];
      }
    });
  }

  /**
   * The parent of a sweep seldom has the metrics of its children. Where it has no value of its
   * own, it takes the place of the first of them: else the best runs would come last with it.
   */
  function lifted(rows, parents, column) {
    const places = new Int32Array(parents.length).fill(-1);
    rows.forEach((first, place) => {
      let row = first;
      while (row >= 0 && places[row] < 0 && (row === first || column.isMissing(row))) {
        places[row] = place;
        row = parents[row];
      }
    });
    return rows.slice().sort((a, b) => places[a] - places[b]);
  }

  /**
   * Puts children below their parents: {rows, depths, families}, `depths` by row and `families`
   * the rows directly below each row that has any. Parents stand in the order of `rows`, and so
   * do children among themselves. A child whose parent is not among `rows` stands below its
   * nearest ancestor that is, else by itself. What is below a row in `collapsed` is left out.
   */
  function nest(rows, parents, collapsed) {
    const { roots, families } = familiesOf(rows, parents);
    const depths = new Uint8Array(parents.length);
    const result = [];
    const waiting = roots.reverse(); // a stack: the next row is its last
    while (waiting.length) {
      const row = waiting.pop();
      result.push(row);
      const family = collapsed.has(row) ? [] : families.get(row) || [];
      for (const child of family.toReversed()) {
        depths[child] = Math.min(255, depths[row] + 1);
        waiting.push(child);
      }
    }
    return { rows: Uint32Array.from(result), depths, families };
  }

  function familiesOf(rows, parents) {
    const shown = new Uint8Array(parents.length);
    for (const row of rows) shown[row] = 1;
    const roots = [];
    const families = new Map();
    for (const row of rows) {
      let parent = parents[row];
      while (parent >= 0 && !shown[parent]) parent = parents[parent];
      if (parent < 0) roots.push(row);
      else if (families.has(parent)) families.get(parent).push(row);
      else families.set(parent, [row]);
    }
    return { roots, families };
  }

  /** Called by the data script of an experiment. */
  RG.runs = (raw) => {
    RG.store = new Store(raw);
  };

  RG.Store = Store;
})();
