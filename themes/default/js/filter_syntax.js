// The filter language of the runs table: MLflow's search grammar, and a little more.
//
//   expression  = conjunction ("OR" conjunction)*
//   conjunction = negation ("AND" negation)*
//   negation    = "NOT" negation | "(" expression ")" | condition
//   condition   = field comparison          comparison: see CONDITIONS
//   field       = [prefix "."] name          name bare, `back-ticked` or "double-quoted"
//
// OR, NOT and brackets are ours, as is that a number compares with a param as a number.
// Here text becomes tokens and tokens a tree of {kind, …}; filter.js says which rows it holds for.
//
// To grow the grammar: a new comparison is an entry in CONDITIONS (its syntax) and one in TESTS of
// filter.js (what it means for a number and for a text); a new kind of field is one in PREFIXES.
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
    best: "best", best_step: "best_step", min: "min", max: "max",
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

  // -------------------------------------------------------------------------------------------

  /** Only what holds an operator is an expression; "trained in Bern" is words to look for. */
  const isExpression = (query) =>
    /[<>=]|\bI?LIKE\s*['"]|\bIN\s*\(|\bIS\s+(NOT|NULL)\b/i.test(query);

  /** The tree of `query`, or null if it is words to look for. Throws FilterError. */
  function parse(query) {
    return isExpression(query) ? new Parser(query).parse() : null;
  }

  /** The ids of the columns that a tree asks about. */
  function fieldsOf(tree) {
    if (tree === null) return [];
    if (tree.field) return [tree.field.id];
    const parts = tree.kind === "not" ? [tree.operand] : [tree.left, tree.right];
    return parts.flatMap(fieldsOf);
  }

  RG.filterSyntax = { parse, fieldsOf, PREFIXES, FilterError };
})();
