// Which runs a filter holds for: a tree of filter_syntax.js to one 0/1 mask over all rows.
// No eval; loops over the columns of store.js, and a text is judged once however often it occurs.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { parse, fieldsOf, FilterError } = RG.filterSyntax;

  // ---- tree to mask -------------------------------------------------------------------------

  const isNumeric = (text) => text.trim() !== "" && !Number.isNaN(Number(text));

  /** MLflow's LIKE: % is any text, _ any character, the rest stands for itself. */
  function likePattern(pattern, flags) {
    const source = pattern
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("%", ".*")
      .replaceAll("_", ".");
    return new RegExp(`^${source}$`, `s${flags}`);
  }

  /** -1, 0 or 1: as numbers when both are numbers, else as texts. */
  function compareTexts(text, operand) {
    const other = String(operand);
    if (isNumeric(text) && isNumeric(other)) return Math.sign(Number(text) - Number(other));
    if (text === other) return 0;
    return text < other ? -1 : 1;
  }

  /** A quoted text is that text exactly; a bare number is any spelling of it ("0.10" = 0.1). */
  function equalsText(text, operand) {
    if (typeof operand === "string") return text === operand;
    return isNumeric(text) && Number(text) === operand;
  }

  /** For each test: (operand) -> (value) -> does it hold? Missing values never come here. */
  const TESTS = {
    number: {
      // Object.is would tell 0 from -0; the second part lets = 'NaN' find what diverged.
      "=": (x) => (value) => value === x || (value !== value && x !== x),
      "!=": (x) => (value) => value !== x && (value === value || x === x),
      "<": (x) => (value) => value < x,
      "<=": (x) => (value) => value <= x,
      ">": (x) => (value) => value > x,
      ">=": (x) => (value) => value >= x,
      IN: (list) => (value) => list.includes(value),
    },
    text: {
      "=": (operand) => (text) => equalsText(text, operand),
      "!=": (operand) => (text) => !equalsText(text, operand),
      "<": (operand) => (text) => compareTexts(text, operand) < 0,
      "<=": (operand) => (text) => compareTexts(text, operand) <= 0,
      ">": (operand) => (text) => compareTexts(text, operand) > 0,
      ">=": (operand) => (text) => compareTexts(text, operand) >= 0,
      IN: (list) => (text) => list.some((operand) => equalsText(text, operand)),
      LIKE: (pattern) => {
        const expression = likePattern(pattern, "");
        return (text) => expression.test(text);
      },
      ILIKE: (pattern) => {
        const expression = likePattern(pattern, "i");
        return (text) => expression.test(text);
      },
    },
  };

  /** 1 for each row of `store` that `tree` holds for, else 0. */
  function evaluate(tree, store) {
    if (tree.kind === "not") return evaluate(tree.operand, store).map((bit) => bit ^ 1);
    if (tree.kind === "and" || tree.kind === "or") return combine(tree, store);
    const column = columnOf(tree.field, store);
    if (tree.kind === "null") return nullMask(column, tree.negated, store.n);
    return column.type === "n"
      ? numberMask(column, tree, store.n)
      : textMask(column, tree, store.n);
  }

  function combine(tree, store) {
    const left = evaluate(tree.left, store);
    const right = evaluate(tree.right, store);
    const all = tree.kind === "and";
    return left.map((bit, row) => (all ? bit & right[row] : bit | right[row]));
  }

  function columnOf(field, store) {
    const column = store.get(field.id);
    if (column && column.type !== "k") return column;
    const other = store.columns.find((c) => c.type !== "k" && c.id.endsWith(`.${field.name}`));
    const hint = other ? `; did you mean ${other.id}?` : "";
    throw new FilterError(`No run has “${field.id}”${hint}`, field.position);
  }

  function nullMask(column, negated, n) {
    const mask = new Uint8Array(n);
    for (let row = 0; row < n; row += 1) mask[row] = column.isMissing(row) !== negated ? 1 : 0;
    return mask;
  }

  function numberMask(column, tree, n) {
    const make = TESTS.number[tree.test];
    if (!make) throw new FilterError(`${tree.test} needs a text field`, tree.field.position);
    const holds = make(numericOperand(tree));
    const wanted = !tree.negated;
    const mask = new Uint8Array(n);
    for (let row = 0; row < n; row += 1) {
      if (!column.isMissing(row) && holds(column.values[row]) === wanted) mask[row] = 1;
    }
    return mask;
  }

  function numericOperand({ operand, field }) {
    if (Array.isArray(operand)) {
      return operand.map((value) => numericOperand({ operand: value, field }));
    }
    if (operand === "NaN") return NaN;
    if (isNumeric(String(operand))) return Number(operand);
    throw new FilterError(`“${field.id}” is a number; “${operand}” is not`, field.position);
  }

  /** Decides once for each distinct text, then looks the answer up for each row. */
  function textMask(column, tree, n) {
    const holds = TESTS.text[tree.test](tree.operand);
    const wanted = !tree.negated;
    return maskOfTexts(column, (text) => holds(text) === wanted, n);
  }

  function maskOfTexts(column, holds, n) {
    const { codes, dictionary } = column;
    const answers = new Uint8Array(dictionary.length + 1); // the last is "missing": never
    dictionary.forEach((text, code) => {
      if (text !== null && holds(text)) answers[code] = 1;
    });
    const mask = new Uint8Array(n);
    for (let row = 0; row < n; row += 1) mask[row] = answers[codes[row]];
    return mask;
  }

  // ---- free text ----------------------------------------------------------------------------

  const isSearched = (column) => column.type === "s" && !column.hidden;

  /** 1 for each row where every word occurs in some text column. */
  function searchWords(query, store) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const columns = store.columns.filter((column) => isSearched(column) && column.loaded);
    const mask = new Uint8Array(store.n).fill(1);
    for (const word of words) {
      const found = new Uint8Array(store.n);
      for (const column of columns) markWord(word, column, found);
      for (let row = 0; row < store.n; row += 1) mask[row] &= found[row];
    }
    return mask;
  }

  function markWord(word, column, found) {
    const hits = maskOfTexts(column, (text) => text.toLowerCase().includes(word), found.length);
    for (let row = 0; row < found.length; row += 1) found[row] |= hits[row];
  }

  /** The rows that `query` asks for as a mask, or null for all. Throws FilterError. */
  function findRows(query, store) {
    if (query.trim() === "") return null;
    const tree = parse(query);
    return tree === null ? searchWords(query, store) : evaluate(tree, store);
  }

  /** The ids of the columns that `query` asks about: words may be in any text. Throws FilterError. */
  function columnsOf(query, store) {
    const tree = query.trim() === "" ? null : parse(query);
    if (tree !== null || query.trim() === "") return fieldsOf(tree);
    return store.columns.filter(isSearched).map(({ id }) => id);
  }

  RG.filter = { findRows, columnsOf, FilterError };
})();
