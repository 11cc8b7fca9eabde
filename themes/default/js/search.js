// The search over the whole site, from files that work from disk: what is found for a question.
//
//   search/index.js   RG.searchIndex({kinds, chunk, rows, words, common, bests})
//   search/wN.….js    RG.searchWords({shard, text})    the words of a range, see postings.py
//   search/dN.….js    RG.searchRows({first, rows})     what the results say, see search.py
//
//   RG.search.find(question, kind, limit)   {results, total, counts, partial, missing, skipped}
//   RG.search.bests(limit)                  the best run of each experiment
// A question is taken apart as `reportgen/analysis/words.py` takes the texts apart.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const root = document.body.dataset.root || "";

  // ---- the files ----------------------------------------------------------------------------

  let index = null;
  const shards = new Map();
  const chunks = new Map();

  RG.searchIndex = (manifest) => {
    let first = 0;
    const kinds = manifest.kinds.map(([kind, count]) => {
      first += count;
      return { kind, first: first - count, end: first };
    });
    index = { ...manifest, kinds, total: first, common: new Set(manifest.common) };
    index.firstRun = kinds.find(({ kind }) => kind === "run").first;
  };

  RG.searchWords = ({ shard, text }) => {
    let word = "";
    const lines = text.split("\n").slice(0, -1).map((line) => {
      const [rest, postings] = line.split("\t");
      word = word.slice(0, parseInt(rest[0], 36)) + rest.slice(1);
      return [word, postings];
    });
    shards.set(shard, lines);
  };

  RG.searchRows = ({ first, rows }) => {
    chunks.set(first, rows);
  };

  async function loadIndex() {
    if (!index) await RG.load(`${root}search/index.js`);
  }

  async function loadShard(number) {
    const name = index.words[number][1];
    if (!shards.has(number) && RG.isName(name)) await RG.load(`${root}search/${name}`);
    return shards.get(number) || [];
  }

  async function rowOf(number) {
    const place = Math.floor(number / index.chunk);
    const first = place * index.chunk;
    const name = index.rows[place];
    if (!chunks.has(first) && RG.isName(name)) await RG.load(`${root}search/${name}`);
    return chunks.get(first)[number - first];
  }

  // ---- taking a question apart --------------------------------------------------------------

  const LONGEST = 24;
  const HEX = 10;
  const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/;
  const DECIMALS = /(?<![\w.])[-+]?\d*\.\d+(?:e[-+]?\d+)?(?!\w|\.\w)/g;

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function cut(word) {
    const isHex = word.length > HEX && /^[0-9a-f]+$/.test(word) && /\d/.test(word);
    return word.slice(0, isHex ? HEX : LONGEST);
  }

  const wordsOf = (text) => (text.replace(DECIMALS, " ").match(/[\p{L}\p{N}]+/gu) || []).map(cut);

  /** `1e-2` for `0.01`, `0.010` and `1e-02`. */
  function plain(number) {
    if (!NUMBER.test(number) || !Number.isFinite(Number(number))) return number;
    const [digits, power] = Number(number).toExponential(6).split("e");
    return `${digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits}e${Number(power)}`;
  }

  /**
   * [{word, shown, isPair, instead?}]: what has to be found. `lr=0.01` and `lr 0.01` are one pair;
   * `instead` are the words to look for where no document has it.
   */
  function termsOf(question) {
    const terms = [];
    let before = null;
    for (const part of folded(question).split(/\s+/).filter(Boolean)) {
      const [, name, value] = /^(.+?)=(.*)$/.exec(part) || [];
      if (name !== undefined && value) {
        terms.push(pairTerm(name, value, part, wordsOf(NUMBER.test(value) ? name : part)));
        before = null;
      } else if (NUMBER.test(part) && before) {
        terms.length = before.at;
        const instead = [...before.words, ...wordsOf(part)];
        terms.push(pairTerm(before.part, part, `${before.part}=${part}`, instead));
        before = null;
      } else {
        const words = wordsOf(part);
        before = { part, words, at: terms.length };
        for (const word of words) terms.push({ word, shown: word, isPair: false });
      }
    }
    return terms.slice(0, 12);
  }

  function pairTerm(name, value, shown, instead) {
    return { word: `${name}=${plain(value)}`, shown, isPair: true, instead };
  }

  // ---- looking up ---------------------------------------------------------------------------

  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  const VALUES = new Uint8Array(128);
  for (let value = 0; value < 64; value++) VALUES[DIGITS.charCodeAt(value)] = value;

  /** Where a word was found → how much that says. */
  const WEIGHTS = {
    a: 12, b: 9, i: 10, v: 6, c: 7, t: 5, u: 4, e: 4, d: 4, p: 3, m: 3, x: 2, o: 2, s: 2,
  };

  function eachPosting(postings, use) {
    const dot = postings.indexOf(".");
    const same = dot === 1;
    let [document, place, number, shift] = [-1, 0, 0, 0];
    for (let at = dot + 1; at < postings.length; at++) {
      const digit = VALUES[postings.charCodeAt(at)];
      number += (digit & 31) << shift;
      shift += 5;
      if (digit < 32) {
        document += number + 1;
        use(document, postings[same ? 0 : place++]);
        [number, shift] = [0, 0];
      }
    }
  }

  /** The number of the last shard that begins at or before the word. */
  function shardOf(word) {
    let [low, high] = [0, index.words.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (index.words[middle][0] <= word) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** [[word, postings]] of the word itself, or of all that begin with it. */
  async function linesOf(word, isPrefix) {
    if (!index.words.length) return [];
    const from = shardOf(word);
    const to = isPrefix ? shardOf(`${word}\uffff`) : from;
    const numbers = Array.from({ length: to - from + 1 }, (_, place) => from + place);
    const found = await Promise.all(numbers.map(loadShard));
    const fits = isPrefix ? (one) => one.startsWith(word) : (one) => one === word;
    return found.flat().filter(([one]) => fits(one));
  }

  /** Most runs have the word, or one that it may become. */
  function isCommon(word, isBeginning) {
    if (index.common.has(word)) return true;
    return isBeginning && [...index.common].some((one) => one.startsWith(word));
  }

  function hasRun(hits) {
    for (const document of hits.keys()) if (document >= index.firstRun) return true;
    return false;
  }

  /** {hits: Map(document → {score, field, word}), isCommon}: what has a term. */
  async function lookUp(term, isLast) {
    const isPrefix = isLast && !term.isPair && term.word.length > 1;
    let lines = await linesOf(term.word, isPrefix);
    if (!lines.length && !isPrefix && term.word.length > 2) lines = await linesOf(term.word, true);
    const hits = new Map();
    for (const [word, postings] of lines) {
      const whole = word === term.word ? 2 : 1;
      eachPosting(postings, (document, field) => {
        const score = WEIGHTS[field] * whole;
        const known = hits.get(document);
        if (!known || known.score < score) hits.set(document, { score, field, word });
      });
    }
    return { term, hits, isCommon: isCommon(term.word, isPrefix && !hasRun(hits)) };
  }

  /** What each term finds, or the words instead of a pair that is not known. */
  async function lookUpAll(terms, isOpen) {
    const missing = [];
    const looked = terms.map(async (term, place) => {
      const isLast = isOpen && place === terms.length - 1;
      const one = await lookUp(term, isLast);
      if (!term.isPair || one.hits.size || one.isCommon) return [one];
      missing.push(term.shown);
      const words = term.instead.map((word) => ({ word, shown: word, isPair: false }));
      return Promise.all(words.map((word) => lookUp(word, isLast)));
    });
    return { found: (await Promise.all(looked)).flat(), missing };
  }

  // ---- ranking ------------------------------------------------------------------------------

  function bitsIn(mask) {
    let count = 0;
    for (let rest = mask; rest; rest &= rest - 1) count += 1;
    return count;
  }

  /** Documents that have all words, else those with most of them: [{document, score, mask}]. */
  function matching(found) {
    const common = found.reduce((mask, { isCommon }, place) => mask | (isCommon ? 1 << place : 0), 0);
    const all = 2 ** found.length - 1;
    const seen = new Map();
    for (const [place, { hits }] of found.entries()) {
      for (const [document, { score }] of hits) {
        const known = seen.get(document) || { document, score: 0, mask: 0 };
        known.score += score;
        known.mask |= 1 << place;
        seen.set(document, known);
      }
    }
    if (common === all) {
      // Nothing but words that most runs have: all runs, in the order in which they are listed.
      for (let document = index.firstRun; document < index.total; document++) {
        if (!seen.has(document)) seen.set(document, { document, score: 0, mask: 0 });
      }
    }
    const entries = [...seen.values()];
    for (const entry of entries) if (entry.document >= index.firstRun) entry.mask |= common;
    const most = entries.reduce((count, { mask }) => Math.max(count, bitsIn(mask)), 0);
    return {
      entries: entries.filter(({ mask }) => bitsIn(mask) === most),
      partial: entries.length > 0 && most < found.length,
    };
  }

  const kindOf = (document) => index.kinds.find(({ end }) => document < end).kind;

  /** Which kinds each choice of the filter has. */
  const FILTERS = {
    all: null,
    runs: ["run"],
    experiments: ["experiment"],
    models: ["model", "registered"],
    more: ["narrative", "project", "page"],
  };

  function countsOf(entries) {
    const counts = { all: entries.length };
    for (const { document } of entries) {
      const kind = kindOf(document);
      const filter = Object.keys(FILTERS).find((name) => FILTERS[name]?.includes(kind));
      counts[filter] = (counts[filter] || 0) + 1;
    }
    return counts;
  }

  /** A name that is just what was asked for goes first, then one that begins so. */
  function nearness(title, question) {
    const [name, asked] = [folded(title).trim(), folded(question).trim()];
    return name === asked ? 1000 : name.startsWith(asked) ? 8 : 0;
  }

  async function find(question, kind = "all", limit = 40) {
    await loadIndex();
    const terms = termsOf(question);
    if (!terms.length) return { results: [], total: 0, counts: {}, partial: false, missing: [], skipped: [] };
    const { found, missing } = await lookUpAll(terms, !/\s$/.test(question));
    const { entries, partial } = matching(found);
    const kinds = FILTERS[kind];
    const chosen = kinds ? entries.filter(({ document }) => kinds.includes(kindOf(document))) : entries;
    chosen.sort((one, other) => other.score - one.score || one.document - other.document);
    const results = await Promise.all(chosen.slice(0, limit).map((entry) => resultOf(entry, found)));
    for (const result of results) result.score += nearness(result.title, question);
    results.sort((one, other) => other.score - one.score || one.document - other.document);
    const skipped = found.filter(({ isCommon, term }) => isCommon && index.common.has(term.word));
    return {
      results,
      total: chosen.length,
      counts: countsOf(entries),
      partial,
      missing,
      skipped: skipped.map(({ term }) => term.shown),
    };
  }

  // ---- what a result says -------------------------------------------------------------------

  const FIELDS = {
    i: "id", v: "param", c: "commit", t: "tag", u: "user", e: "entry point", d: "dataset",
    p: "param", m: "metric", o: "note",
  };

  async function resultOf({ document, score = 0 }, found = []) {
    const kind = kindOf(document);
    const row = await rowOf(document);
    const experiment = kind === "run" ? await rowOf(row[3]) : null;
    const matches = [];
    for (const { hits, term } of found) {
      const hit = hits.get(document);
      if (hit) matches.push({ field: FIELDS[hit.field] || "", word: shownWord(hit.word, term) });
    }
    return {
      document, kind, score, matches,
      title: row[0],
      href: addressOf(kind, row),
      ...(kind === "run"
        ? { experiment: experiment[0], status: row[4], started: row[5], detail: valueOf(row, experiment) }
        : { detail: row[3] }),
    };
  }

  const valueOf = (run, experiment) => (run[6] ? `${experiment[4]} ${run[6]}` : "");

  /** Numbers in pairs are shown as they were asked for, not as they are kept. */
  const shownWord = (word, term) => (word === term.word ? term.shown : word);

  const isAddress = (text) => /^[\w~./-]+$/.test(text) && !text.includes("..");

  /** Relative to this page; within a report version through what leads on to its pages. */
  function addressOf(kind, row) {
    const isNow = RG.openedVersion === null;
    if (kind === "run") {
      if (!RG.isName(row[1]) || !RG.isName(row[2])) return "";
      const address = isNow ? `runs/${row[1]}.${row[2]}.html` : `runs/index.html?id=${row[1]}`;
      return RG.keepVersion(root + address);
    }
    const address = isNow ? row[2] : row[1];
    return isAddress(address) ? RG.keepVersion(root + address) : "";
  }

  async function bests(limit = 6) {
    await loadIndex();
    const count = Math.min(limit, index.bests);
    const numbers = Array.from({ length: count }, (_, place) => index.firstRun + place);
    return Promise.all(numbers.map((document) => resultOf({ document })));
  }

  RG.search = { find, bests, wordsOf: (text) => wordsOf(folded(text)) };
})();
