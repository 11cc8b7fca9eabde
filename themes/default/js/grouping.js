// Runs with the same value of a column as one group: how many, mean and spread, and the best.
//
// The spread is the sample standard deviation (n - 1 in the divisor); one run has none. Values
// that are no finite numbers are left out of both, and how many were counted is kept.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});

  class Group {
    constructor(column, code) {
      this.column = column;
      this.code = code;
      this.rows = []; // in the order of the table
      this.known = new Map();
    }

    get isUnset() {
      return this.code === this.column.absent;
    }

    get text() {
      return this.isUnset ? "not set" : this.column.dictionary[this.code];
    }

    /** Numbers: {n, mean, sd, best}, `best` a row or -1. Texts: {n, values, row}. */
    facts(column) {
      if (!this.known.has(column)) {
        const make = column.type === "n" ? numberFacts : textFacts;
        this.known.set(column, make(column, this.rows));
      }
      return this.known.get(column);
    }
  }

  function numberFacts(column, rows) {
    const { values, goal } = column;
    const finite = rows.filter((row) => Number.isFinite(values[row]));
    const n = finite.length;
    const mean = finite.reduce((sum, row) => sum + values[row] / n, 0);
    const squares = finite.reduce((sum, row) => sum + (values[row] - mean) ** 2, 0);
    const sign = goal === "min" ? -1 : 1;
    const better = (best, row) => (sign * (values[row] - values[best]) > 0 ? row : best);
    return {
      n,
      mean: n ? mean : NaN,
      sd: n > 1 ? Math.sqrt(squares / (n - 1)) : NaN,
      best: goal && n ? finite.reduce(better) : -1,
    };
  }

  /** How many rows have a value, how many different ones there are, and a row that has one. */
  function textFacts(column, rows) {
    const having = rows.filter((row) => !column.isMissing(row));
    const values = new Set(having.map((row) => (column.codes ? column.codes[row] : row)));
    return { n: having.length, values: values.size, row: having[0] ?? -1 };
  }

  /**
   * `rows`, which are in order already, as groups by their value of `column`. The groups stand in
   * the order of their values, those without a value last; or as `sorts` demands of their means.
   */
  function groupsOf(rows, column, sorts, store) {
    const groups = new Map();
    for (const row of rows) {
      const code = column.codes[row];
      if (!groups.has(code)) groups.set(code, new Group(column, code));
      groups.get(code).rows.push(row);
    }
    const { ranks } = column.ranks();
    const byValue = (a, b) => ranks[a.rows[0]] - ranks[b.rows[0]];
    const orders = sorts.map(({ id, direction }) => groupOrder(store.get(id), direction));
    return [...groups.values()].sort(byValue).sort((a, b) => {
      for (const order of orders) {
        const difference = order(a, b);
        if (difference) return difference;
      }
      return 0;
    });
  }

  /** By mean where there is one; else by the first run, for the runs are in that order. */
  function groupOrder(column, direction) {
    const compare = (ofA, ofB) => {
      if (Number.isNaN(ofA) || Number.isNaN(ofB)) return Number.isNaN(ofA) - Number.isNaN(ofB);
      return direction * (ofA - ofB);
    };
    if (column.type === "n") {
      return (a, b) => compare(a.facts(column).mean, b.facts(column).mean);
    }
    const { ranks, size } = column.ranks();
    const placeOf = ({ rows: [first] }) => (ranks[first] < size ? ranks[first] : NaN);
    return (a, b) => compare(placeOf(a), placeOf(b));
  }

  RG.grouping = { groupsOf };
})();
