// The filter language of the runs table: MLflow's search grammar, and a little more.
//
//   expression  = conjunction ("OR" conjunction)*
//   conjunction = negation ("AND" negation)*
//   negation    = "NOT" negation | "(" expression ")" | condition
//   condition   = field comparison          comparison: see CONDITIONS
//   field       = [prefix "."] name         name bare, `back-ticked` or "double-quoted"
//
// OR, NOT and brackets are ours, as is that a number compares with a param as a number.
// text -> tokens -> tree -> one 0/1 mask over all rows. No eval; works on the columns of store.js.
//
// To grow the grammar: a new comparison is an entry in CONDITIONS (its syntax) and one in TESTS
// (what it means for a number and for a text); a new kind of field is an entry in PREFIXES.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});

  /** A filter that cannot be read or answered; `position` counts characters from 0. */
  class FilterError extends Error {
    constructor(message, position) {
      super(message);
      this.name = "FilterError";
      this.position = position;
    }
  }

  // ---- text to tokens -----------------------------------------------------------------------

  const KEYWORDS = new Set(["AND", "OR", "NOT", "LIKE", "ILIKE", "IN", "IS", "NULL"]);

  /** Kinds of token, tried in this order at each place. */
  const PATTERNS = [
    ["space", /\s+/y],
    ["operator", /<=|>=|!=|==|=|<|>/y],
    ["number", /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w)/y],
    ["word", /[A-Za-z_][\w/-]*(?:\.[\w/-]+)*/y],
    ["text", /'(?:\\.|[^'\\])*'/sy],
    ["name", /`(?:\\.|[^`\\])*`/sy],
    ["quoted", /"(?:\\.|[^"\\])*"/sy], // a name or a text, as its place demands
    ["(", /\(/y],
    [")", /\)/y],
    [",", /,/y],
    [".", /\./y],
  ];

  const unquote = (source) => source.slice(1, -1).replace(/\\(.)/gs, "$1");

  const VALUES = {
    operator: (source) => (source === "==" ? "=" : source),
    number: Number,
    text: unquote,
    name: unquote,
    quoted: unquote,
  };

  function tokenize(source) {
    const tokens = [];
    let position = 0;
    while (position < source.length) {
      const [kind, text] = matchAt(source, position);
      if (kind !== "space") tokens.push(makeToken(kind, text, position));
      position += text.length;
    }
    tokens.push({ kind: "end", value: "", position });
    return tokens;
  }

  function matchAt(source, position) {
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = position;
      const match = pattern.exec(source);
      if (match) return [kind, match[0]];
    }
    const character = String.fromCodePoint(source.codePointAt(position));
    const isQuote = "'\"`".includes(character);
    const message = isQuote ? "Unclosed quote" : `Unexpected character “${character}”`;
    throw new FilterError(message, position);
  }

  function makeToken(kind, text, position) {
    if (kind === "word" && KEYWORDS.has(text.toUpperCase())) {
      return { kind: "keyword", value: text.toUpperCase(), position };
    }
    const value = VALUES[kind] ? VALUES[kind](text) : text;
    return { kind, value, position };
  }

  // ---- tokens to tree -----------------------------------------------------------------------

  /** MLflow's spellings of a kind of field, and ours for the best value and its step. */
  const PREFIXES = {
    metric: "metrics", metrics: "metrics",
    param: "params", params: "params", parameter: "params", parameters: "params",
    tag: "tags", tags: "tags",
    attribute: "attributes", attributes: "attributes", attr: "attributes", run: "attributes",
    best: "best", best_step: "best_step",
  };

  /** MLflow's other names of attributes. */
  const ATTRIBUTE_ALIASES = { "run name": "run_name", created: "start_time" };

  class Parser {
    constructor(source) {
      this.tokens = tokenize(source);
      this.next = 0;
    }

    parse() {
      const tree = this.expression();
      if (this.peek().kind !== "end") {
        throw new FilterError("Expected AND or OR here", this.peek().position);
      }
      return tree;
    }

    peek() {
      return this.tokens[this.next];
    }

    take() {
      const token = this.peek();
      if (token.kind !== "end") this.next += 1;
      return token;
    }

    takeKeyword(word) {
      const found = this.peek().kind === "keyword" && this.peek().value === word;
      if (found) this.next += 1;
      return found;
    }

    expect(kind, what) {
      if (this.peek().kind !== kind) {
        throw new FilterError(`Expected ${what}`, this.peek().position);
      }
      return this.take();
    }

    expression() {
      let tree = this.conjunction();
      while (this.takeKeyword("OR")) tree = { kind: "or", left: tree, right: this.conjunction() };
      return tree;
    }

    conjunction() {
      let tree = this.negation();
      while (this.takeKeyword("AND")) tree = { kind: "and", left: tree, right: this.negation() };
      return tree;
    }

    negation() {
      if (this.takeKeyword("NOT")) return { kind: "not", operand: this.negation() };
      if (this.peek().kind !== "(") return this.condition();
      this.take();
      const tree = this.expression();
      this.expect(")", "“)”");
      return tree;
    }

    condition() {
      const field = this.field();
      const token = this.take();
      const read = CONDITIONS[token.kind === "operator" ? "operator" : token.value];
      if (!["operator", "keyword"].includes(token.kind) || !read) {
        throw new FilterError("Expected a comparison such as > or =", token.position);
      }
      return { ...read(this, token), field };
    }

    field() {
      const token = this.peek();
      if (token.kind !== "word") {
        throw new FilterError("Expected a field such as metrics.accuracy", token.position);
      }
      this.take();
      if (this.peek().kind === ".") return this.quotedField(token);
      const dot = token.value.indexOf(".");
      if (dot < 0) return makeField("attributes", token.value, token.position);
      const name = token.value.slice(dot + 1);
      return makeField(prefixOf(token, token.value.slice(0, dot)), name, token.position);
    }

    quotedField(token) {
      this.take();
      const name = this.peek();
      if (name.kind !== "name" && name.kind !== "quoted") {
        throw new FilterError("Expected a name", name.position);
      }
      this.take();
      return makeField(prefixOf(token, token.value), name.value, token.position);
    }

    literal() {
      const token = this.peek();
      if (!["number", "text", "quoted"].includes(token.kind)) {
        throw new FilterError("Expected a number or a quoted text", token.position);
      }
      return this.take().value;
    }

    literals() {
      this.expect("(", "“(”");
      const values = [this.literal()];
      while (this.peek().kind === ",") {
        this.take();
        values.push(this.literal());
      }
      this.expect(")", "“)”");
      return values;
    }
  }

  /** What may follow a field: how to read the rest, giving a test and its operand. */
  const CONDITIONS = {
    operator: (parser, token) => ({ kind: "test", test: token.value, operand: parser.literal() }),
    LIKE: (parser) => ({ kind: "test", test: "LIKE", operand: String(parser.literal()) }),
    ILIKE: (parser) => ({ kind: "test", test: "ILIKE", operand: String(parser.literal()) }),
    IN: (parser) => ({ kind: "test", test: "IN", operand: parser.literals() }),
    IS: (parser) => {
      const negated = parser.takeKeyword("NOT");
      if (!parser.takeKeyword("NULL")) {
        throw new FilterError("Expected NULL", parser.peek().position);
      }
      return { kind: "null", negated };
    },
    NOT: (parser) => {
      const token = parser.take();
      if (token.kind !== "keyword" || !["IN", "LIKE", "ILIKE"].includes(token.value)) {
        throw new FilterError("Expected IN, LIKE or ILIKE after NOT", token.position);
      }
      return { ...CONDITIONS[token.value](parser, token), negated: true };
    },
  };

  function prefixOf(token, prefix) {
    const known = prefix.toLowerCase();
    if (Object.hasOwn(PREFIXES, known)) return PREFIXES[known];
    throw new FilterError(`Unknown prefix “${prefix}”`, token.position);
  }

  function makeField(group, name, position) {
    const alias = group === "attributes" ? ATTRIBUTE_ALIASES[name.toLowerCase()] : undefined;
    return { id: `${group}.${alias || name}`, name, position };
  }

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

  /** 1 for each row where every word occurs in some text column. */
  function searchWords(query, store) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const columns = store.columns.filter((column) => column.type === "s" && !column.hidden);
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

  /** Only what holds an operator is an expression; "trained in Bern" is words to look for. */
  const isExpression = (query) =>
    /[<>=]|\bI?LIKE\s*['"]|\bIN\s*\(|\bIS\s+(NOT|NULL)\b/i.test(query);

  /** The rows that `query` asks for as a mask, or null for all. Throws FilterError. */
  function findRows(query, store) {
    if (query.trim() === "") return null;
    if (!isExpression(query)) return searchWords(query, store);
    return evaluate(new Parser(query).parse(), store);
  }

  RG.filter = { findRows, FilterError };
})();
