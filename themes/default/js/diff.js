// What differs between two texts: by lines, and within a line by words. Myers' O(ND) algorithm
// ("An O(ND) Difference Algorithm and Its Variations", 1986), kept within bounds: texts that are
// too different are said to be replaced as a whole. Pure functions on RG.diff, no page needed.
(() => {
  "use strict";

  const RG = (globalThis.RG = globalThis.RG || {});
  const MOST_EDITS = 1200; // the work and the memory grow with its square
  const MOST_WORD_EDITS = 160;
  const LEAST_ALIKE = 0.4; // of two texts' letters, for their words to be compared

  /**
   * The edits that make `b` of `a`, two arrays of texts: {op, a, b} in order, where op is "=",
   * "-" or "+", and a and b are the places in the arrays (null where there is none).
   * Removed ones go before those added in their place. `whole` is true where it gave up.
   */
  function edits(a, b, most = MOST_EDITS) {
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start++;
    let end = 0;
    const room = Math.min(a.length, b.length) - start;
    while (end < room && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    const [aEnd, bEnd] = [a.length - end, b.length - end];
    const middle = shortest(a.slice(start, aEnd), b.slice(start, bEnd), most);
    const list = [];
    for (let i = 0; i < start; i++) list.push({ op: "=", a: i, b: i });
    if (middle) for (const [op, i, j] of middle) list.push(edit(op, i + start, j + start));
    else replaceAll(list, start, aEnd, bEnd);
    for (let i = 0; i < end; i++) list.push({ op: "=", a: aEnd + i, b: bEnd + i });
    return { list: removedFirst(list), whole: !middle };
  }

  const edit = (op, a, b) => ({ op, a: op === "+" ? null : a, b: op === "-" ? null : b });

  function replaceAll(list, start, aEnd, bEnd) {
    for (let i = start; i < aEnd; i++) list.push(edit("-", i, 0));
    for (let j = start; j < bEnd; j++) list.push(edit("+", 0, j));
  }

  /** The shortest way as [op, place in a, place in b], or null if it takes more than `most`. */
  function shortest(a, b, most) {
    const [n, m] = [a.length, b.length];
    const limit = Math.min(n + m, most);
    const furthest = new Int32Array(2 * limit + 3); // by diagonal, moved by `limit + 1`
    const at = limit + 1;
    const trace = [];
    for (let d = 0; d <= limit; d++) {
      trace.push(furthest.slice(at - d - 1, at + d + 2));
      for (let k = -d; k <= d; k += 2) {
        const down = k === -d || (k !== d && furthest[at + k - 1] < furthest[at + k + 1]);
        let x = down ? furthest[at + k + 1] : furthest[at + k - 1] + 1;
        while (x < n && x - k < m && a[x] === b[x - k]) x++;
        furthest[at + k] = x;
        if (x >= n && x - k >= m) return wayBack(trace, n, m);
      }
    }
    return null;
  }

  function wayBack(trace, n, m) {
    const way = [];
    let [x, y] = [n, m];
    for (let d = trace.length - 1; d >= 0; d--) {
      const before = (k) => trace[d][k + d + 1]; // what was reached with d - 1 edits
      const k = x - y;
      const down = k === -d || (k !== d && before(k - 1) < before(k + 1));
      const from = down ? k + 1 : k - 1;
      const startX = d === 0 ? 0 : before(from);
      const startY = d === 0 ? 0 : startX - from;
      while (x > startX && y > startY && x > 0 && y > 0) way.push(["=", --x, --y]);
      if (d === 0) break;
      if (down) way.push(["+", x, --y]);
      else way.push(["-", --x, y]);
    }
    return way.reverse();
  }

  /** Within each stretch of changes the removed ones first: so people read them. */
  function removedFirst(list) {
    const sorted = [];
    let added = [];
    for (const one of list) {
      if (one.op === "+") added.push(one);
      else {
        if (one.op === "=") {
          sorted.push(...added);
          added = [];
        }
        sorted.push(one);
      }
    }
    return [...sorted, ...added];
  }

  /** The lines of a text; a last line that is empty only ends the one before it. */
  function linesOf(text) {
    const lines = text.split(/\r\n|\r|\n/);
    if (lines.length > 1 && lines[lines.length - 1] === "") lines.pop();
    return lines;
  }

  /** What of two similar texts differs: parts {text, changed} of each, or null: they are not. */
  function words(a, b) {
    const [left, right] = [tokens(a), tokens(b)];
    const { list, whole } = edits(left, right, MOST_WORD_EDITS);
    if (whole) return null;
    let alike = 0;
    for (const one of list) if (one.op === "=") alike += left[one.a].trim().length;
    const letters = Math.max(a.length, b.length);
    if (alike < LEAST_ALIKE * letters) return null;
    return [
      parts(list, "+", (one) => left[one.a]),
      parts(list, "-", (one) => right[one.b]),
    ];
  }

  const tokens = (text) => text.match(/\d+(?:\.\d+)?|[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) || [];

  function parts(list, absent, textOf) {
    const found = [];
    for (const one of list) {
      if (one.op === absent) continue;
      const changed = one.op !== "=";
      const last = found[found.length - 1];
      if (last && last.changed === changed) last.text += textOf(one);
      else found.push({ text: textOf(one), changed });
    }
    return found;
  }

  /**
   * Stretches of a list of edits: {same: true, edits} where more than two times `around` equal
   * lines lie between changes (or before or after them), else {same: false, edits}.
   */
  function stretches(list, around = 3) {
    const near = new Uint8Array(list.length);
    list.forEach((one, place) => {
      if (one.op === "=") return;
      const last = Math.min(list.length - 1, place + around);
      for (let i = Math.max(0, place - around); i <= last; i++) near[i] = 1;
    });
    const found = [];
    list.forEach((one, place) => {
      const same = !near[place];
      const last = found[found.length - 1];
      if (last && last.same === same) last.edits.push(one);
      else found.push({ same, edits: [one] });
    });
    // A line or two are no trouble to read, and less than the button that would fold them.
    return joined(found.map((each) => (each.edits.length < 3 ? { ...each, same: false } : each)));
  }

  function joined(all) {
    const found = [];
    for (const each of all) {
      const last = found[found.length - 1];
      if (last && last.same === each.same) last.edits.push(...each.edits);
      else found.push({ same: each.same, edits: [...each.edits] });
    }
    return found;
  }

  RG.diff = { edits, linesOf, words, stretches };
})();
