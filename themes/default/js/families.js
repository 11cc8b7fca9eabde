// Nested runs: whose child a run is, and how a list of rows becomes a tree.
//
// A family is all that is below a run. `parents` has for each row that of its parent, -1 for none.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});

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

  /** All rows below `row`, at any depth. */
  function familyOf(row, families) {
    const members = [];
    const waiting = [row];
    while (waiting.length) {
      for (const member of families.get(waiting.pop()) || []) {
        members.push(member);
        waiting.push(member);
      }
    }
    return members;
  }

  /**
   * What a run without a value of its own shows of its family, as {row, count}: the row of the
   * best child and of how many it is the best; null where no direction is known or none has a
   * value. The step of the best and the curve are those of the child whose value is best.
   */
  function bestOfFamily(row, column, families, store) {
    const judge = column.goal ? column : judgeOf(column, store);
    if (!judge) return null;
    const sign = judge.goal === "min" ? -1 : 1;
    let best = -1;
    let count = 0;
    for (const member of familyOf(row, families)) {
      if (!Number.isFinite(judge.values[member])) continue;
      count += 1;
      if (best < 0 || sign * (judge.values[member] - judge.values[best]) > 0) best = member;
    }
    return best < 0 || column.isMissing(best) ? null : { row: best, count };
  }

  function judgeOf({ group, name }, store) {
    if (group !== "best_step" && group !== "spark") return null;
    const judge = store.get(`best.${name}`);
    return judge?.loaded && judge.goal ? judge : null;
  }

  RG.families = { parentsOf, lifted, nest, bestOfFamily };
})();
