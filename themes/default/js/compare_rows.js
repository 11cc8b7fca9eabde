// What a comparison says: rows of cells, one cell for each run, from the runs' own data.
// Pure functions on RG.compare, no page needed:
//   sections(runs, base)   {params: [row…], …}; `base` is the place of the baseline in `runs`
//   row     {name, note, group, code, cells, differs}
//   cell    {text, key} and what of these it has: absent, unknown, exact, value, href, page, file,
//           more, chips, time, delta {text, word, tone}, change ("added", "removed", "changed"), best
// A row differs when its cells' keys do. A difference is told in words, never by colour alone.
(() => {
  "use strict";

  const RG = (globalThis.RG = globalThis.RG || {});
  const SYSTEM = "system/"; // MLflow's own machine metrics
  const MACHINE = "Machine"; // and the group of their rows
  const COMMIT = /^[0-9a-f]{7,64}$/i;

  // ---- rows ---------------------------------------------------------------------------------

  const ABSENT = "–";
  const absent = (text = ABSENT) => ({ text, key: null, absent: true });
  const cell = (text, more = {}) => (text ? { text, key: text, ...more } : absent());

  /** Of what a run did not record, nothing is known: it makes no difference. */
  function row(name, cells, more = {}) {
    const known = cells.filter((each) => !each.unknown);
    const differs = known.some((each) => each.key !== known[0].key);
    return { name, note: "", group: "", code: false, cells, differs, ...more };
  }

  /** The names in all the objects, sorted. */
  function namesIn(objects) {
    return [...new Set(objects.flatMap((each) => Object.keys(each)))].sort(byName);
  }

  const byName = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

  function recorded(value) {
    if (value === undefined) return absent("not set");
    return { text: value === "" ? "(empty)" : value, key: `=${value}`, dim: value === "" };
  }

  function texts(runs, part) {
    return namesIn(runs.map((run) => run[part])).map((name) =>
      row(name, runs.map((run) => recorded(own(run[part], name))), { code: true }));
  }

  // ---- overview -----------------------------------------------------------------------------

  function overview(runs) {
    const chips = (run) => ({ text: run.status.map(([text]) => text).join(", "), chips: run.status });
    const status = (run) => ({ ...chips(run), key: chips(run).text });
    const experiment = ({ experiment: [id, name] }) =>
      ({ text: name, key: id, experiment: RG.isName(id) ? id : "" });
    const started = ({ started: time }) =>
      (Number.isFinite(time) ? { text: String(time), key: time, time } : absent());
    return [
      row("Status", runs.map(status)),
      row("Experiment", runs.map(experiment)),
      row("Started", runs.map(started)),
      row("Duration", runs.map((run) => cell(run.duration))),
      row("User", runs.map((run) => cell(run.user))),
      // Always another, which is nothing to tell.
      { ...row("Run ID", runs.map((run) => ({ ...cell(run.id), id: true }))), differs: false },
    ];
  }

  // ---- metrics ------------------------------------------------------------------------------

  /** Four significant digits, as wording.py has them: `0.9127`, `1.000e-5`, `12,480`. */
  function numberText(value) {
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    const sign = value < 0 ? "−" : "";
    return sign + sizeText(Math.abs(value));
  }

  function sizeText(size) {
    if (Number.isInteger(size) && size < 1e15) return size.toLocaleString("en-US");
    if (size < 1e-3 || size >= 1e9) return size.toExponential(3).replace("e+", "e");
    if (size < 0.1) return String(Number(size.toPrecision(4)));
    const digits = Math.floor(Math.log10(Number(size.toExponential(3))));
    const decimals = digits < 0 ? 4 : Math.max(digits >= 3 ? 1 : 0, 3 - digits);
    return size.toLocaleString("en-US", {
      minimumFractionDigits: decimals, maximumFractionDigits: decimals,
    });
  }

  const BETTER = { max: 1, min: -1 };

  /**
   * How far `value` is from the baseline's `from`: {text: "▲ +0.012 (+1.3 %)", word, tone}.
   * The arrow tells the direction of the number, the word what that means under `goal`.
   */
  function difference(value, from, goal) {
    if (!Number.isFinite(value) || !Number.isFinite(from)) return null;
    const by = value - from;
    if (by === 0) return { text: "", word: "same", tone: "" };
    const percent = from === 0 ? "" : ` (${shareText(value, from)})`;
    const good = Math.sign(by) * (BETTER[goal] || 0);
    return {
      text: `${by > 0 ? "▲ +" : "▼ −"}${stepText(Math.abs(by))}${percent}`,
      word: good > 0 ? "better" : good < 0 ? "worse" : "",
      tone: good > 0 ? "up" : good < 0 ? "down" : "",
    };
  }

  /** Three digits are enough for a difference: 0.3 - 0.1 is 0.2, not 0.19999999999999998. */
  function stepText(size) {
    const short = Number(size.toPrecision(3));
    if (short >= 1e9 || short < 1e-4) return short.toExponential(2).replace("e+", "e");
    return short.toLocaleString("en-US", { maximumSignificantDigits: 3 });
  }

  /** `+1.3 %` of the baseline; from ten times on, how many times it is. */
  function shareText(value, from) {
    const times = value / from;
    if (times >= 10) return `×${stepText(times)}`;
    const percent = ((value - from) / Math.abs(from)) * 100;
    const size = Math.abs(percent);
    const sign = percent > 0 ? "+" : "−";
    if (size < 0.01) return "<0.01 %";
    return `${sign}${size >= 100 ? Math.round(size).toLocaleString("en-US") : size >= 10 ? size.toFixed(1) : size.toFixed(2)} %`;
  }

  const GOALS = { max: "higher is better", min: "lower is better" };

  function metrics(runs, base) {
    const names = namesIn(runs.map((run) => run.stats));
    const main = new Set(runs.map((run) => run.main));
    const rank = (name) => (main.has(name) ? 0 : name.startsWith(SYSTEM) ? 2 : 1);
    names.sort((a, b) => rank(a) - rank(b) || byName(a, b));
    return names.flatMap((name) => metricRows(name, runs, base));
  }

  /** The best values, where a direction is known, and the last ones where they are others. */
  function metricRows(name, runs, base) {
    const all = runs.map((run) => own(run.stats, name));
    const goals = new Set(all.filter(Boolean).map(([goal]) => goal));
    const goal = goals.size === 1 ? [...goals][0] : "unknown"; // of other experiments, other goals
    const group = name.startsWith(SYSTEM) ? MACHINE : "";
    const last = numberCells(all.map((one) => one && one[1]), base, goal, () => "");
    const said = GOALS[goal] || "";
    const note = (which) => [which, said].filter(Boolean).join(" · ");
    if (!GOALS[goal]) return [row(name, last, { code: true, group, note: note("last"), metric: name })];
    const steps = (place) => {
      const single = (own(runs[place].metrics, name)?.value.length || 0) < 2;
      return single || all[place][3] === null ? "" : `at step ${all[place][3].toLocaleString("en-US")}`;
    };
    const best = numberCells(all.map((one) => one && one[2]), base, goal, steps);
    markBest(best, goal);
    const same = best.every((each, place) => each.key === last[place].key);
    const rows = [row(name, best, { code: true, group, note: note(same ? "" : "best"), metric: name })];
    if (!same) rows.push(row(name, last, { code: true, group, note: note("last"), metric: name }));
    return rows;
  }

  function numberCells(values, base, goal, more) {
    const numbers = values.map((value) => (value === undefined || value === null ? null : Number(value)));
    return numbers.map((value, place) => {
      if (value === null) return absent();
      const delta = place === base ? null : difference(value, numbers[base] ?? NaN, goal);
      const exact = Number.isFinite(value) ? String(value) : "";
      return { text: numberText(value), key: String(value), value, exact, delta, more: more(place) };
    });
  }

  function markBest(cells, goal) {
    const values = cells.map((each) => each.value).filter(Number.isFinite);
    if (values.length < 2) return;
    const best = goal === "max" ? Math.max(...values) : Math.min(...values);
    if (values.every((value) => value === best)) return;
    for (const each of cells) each.best = each.value === best;
  }

  // ---- environment --------------------------------------------------------------------------

  const CHANNELS = ["docker", "runtime", "conda", "pip", "lock", "constraint", "build"];

  function environment(runs, base) {
    const known = runs.map((run) => run.environment);
    if (!known.some(Boolean)) return [];
    const python = changes(
      known.map((env) => (env ? { ...cell(env.python), order: env.order } : unrecorded())), base);
    const all = known.every(Boolean);
    const rows = [{ ...row("Python", python), ...(all ? {} : { differs: true }) }];
    for (const kind of CHANNELS) {
      const packages = known.map((env) => (env ? byPackage(env[kind] || []) : null));
      for (const name of namesIn(packages.filter(Boolean))) {
        const cells = packages.map((each) => (each ? packageCell(own(each, name)) : unrecorded()));
        rows.push(row(name, changes(cells, base), { code: true, group: kind }));
      }
    }
    return rows;
  }

  const unrecorded = (text = "not recorded") => ({ ...absent(text), unknown: true });

  /** Versions by package; the same package may stand there twice, for different systems. */
  function byPackage(list) {
    const found = {};
    for (const [name, version, order] of list) {
      const plain = name.toLowerCase().replace(/[-_.]+/g, "-");
      const said = version || "any version";
      found[plain] = Object.hasOwn(found, plain)
        ? { text: `${found[plain].text}, ${said}`, order: null }
        : { text: said, order: order || null };
    }
    return found;
  }

  /** Versions that mean the same, as 1.2 and 1.2.0 do, have the same order. */
  function packageCell(found) {
    if (found === undefined) return absent("not there");
    return { ...found, key: found.order ? JSON.stringify(found.order) : found.text };
  }

  /** Of versions that Python put in order: numbers, what stands before or after them, the build. */
  function versionChange(from, to) {
    if (!from || !to) return "changed";
    for (const part of [0, 1]) {
      const length = Math.max(from[part].length, to[part].length);
      for (let place = 0; place < length; place += 1) {
        const by = (to[part][place] || 0) - (from[part][place] || 0);
        if (by) return by > 0 ? "up" : "down";
      }
    }
    return "build only";
  }

  /** Says what became of each value since the baseline. */
  function changes(cells, base) {
    const from = cells[base];
    return cells.map((each, place) => {
      if (place === base || each.unknown || from.unknown || each.key === from.key) return each;
      const change = from.absent ? "added" : each.absent ? "removed"
        : versionChange(from.order, each.order);
      return { ...each, change };
    });
  }

  // ---- source -------------------------------------------------------------------------------

  function source(runs, base) {
    const part = (name) => runs.map((run) => cell(run.source[name]));
    const rows = [
      row("Script", part("name"), { code: false }),
      row("Entry point", part("entry_point")),
      row("Repository", runs.map((run) => linked(run.source.repository, run.source.repository))),
      row("Branch", part("branch")),
      row("Commit", runs.map(commitCell)),
    ];
    const ranges = runs.map((run) => rangeCell(runs[base].source, run.source));
    if (ranges.some((each) => each.href)) rows.push(row("Changes from baseline", ranges));
    return [...rows, ...reproducibility(runs)]
      .filter((each) => each.cells.some((one) => !one.absent));
  }

  // As views/reproducibility.py has them; a run's data has a letter for each, in this order.
  const POINTS = [
    "Source and entry point", "Commit", "Repository", "Uncommitted changes", "Parameters",
    "Environment", "Python version", "Packages pinned", "Packages hashed", "Dataset digests",
    "Seed", "Signature and example", "Artifacts",
  ];
  const ANSWERS = { y: "yes", n: "no", u: "unknown", "-": "does not apply" };

  function reproducibility(runs) {
    const group = "Reproducibility";
    const cells = (make) => runs.map((run) => (run.points ? cell(make(run)) : unrecorded()));
    return [
      row("Could be run again", cells((run) => run.again), { group }),
      ...POINTS.map((name, place) => row(name, cells((run) => ANSWERS[run.points[place]]), { group })),
    ];
  }

  function commitCell({ source: { commit, commit_url: href } }) {
    return COMMIT.test(commit) ? { ...linked(commit.slice(0, 8), href), key: commit, exact: commit } : cell(commit);
  }

  const linked = (text, href) => cell(text, { href: isWeb(href) ? href : "" });
  const isWeb = (href) => typeof href === "string" && href.startsWith("https://");

  /** The forge's page of what lies between two commits of the same repository. */
  function rangeCell(from, to) {
    const both = COMMIT.test(from.commit) && COMMIT.test(to.commit);
    if (!both || from.commit === to.commit || from.repository !== to.repository) return absent();
    const href = compareAddress(to.compare_url, from.commit, to.commit);
    return href ? { ...cell(`${from.commit.slice(0, 8)} … ${to.commit.slice(0, 8)}`), href } : absent();
  }

  /** `form` was made by Python from a checked address; the commits are checked here. */
  function compareAddress(form, a, b) {
    if (!isWeb(form) || !COMMIT.test(a) || !COMMIT.test(b)) return "";
    return form.replace("{a}", a).replace("{b}", b);
  }

  // ---- datasets -----------------------------------------------------------------------------

  function datasets(runs, base) {
    const used = runs.map((run) => {
      const found = {};
      for (const one of run.datasets) {
        const name = one.context ? `${one.name} · ${one.context}` : one.name;
        (found[name] = Object.hasOwn(found, name) ? found[name] : []).push(one);
      }
      return found;
    });
    return namesIn(used).flatMap((name) => {
      const of = (part) => used.map((each) => {
        const texts = (own(each, name) || []).map((one) => one[part]).filter(Boolean);
        return texts.length ? cell([...new Set(texts)].sort().join(", ")) : absent("not used");
      });
      const digests = changes(of("digest"), base);
      const sources = of("source");
      const rows = [row(name, digests, { note: "digest" })];
      if (sources.some((each) => !each.absent)) rows.push(row(name, sources, { note: "source" }));
      return rows;
    });
  }

  // ---- models and signatures ----------------------------------------------------------------

  const PARTS = [["inputs", "input"], ["outputs", "output"], ["params", "parameter"]];

  /** Models of the same name are compared; where each run has at most one, that one. */
  function signatures(runs, base) {
    const single = runs.every((run) => run.models.length <= 1);
    const models = runs.map((run) =>
      Object.fromEntries(run.models.map((model) => [single ? "" : model.name, model])));
    return namesIn(models).flatMap((name) => modelRows(name, models.map((each) => own(each, name)), base));
  }

  function modelRows(group, models, base) {
    const of = (make) => models.map((model) => (model ? make(model) : unrecorded("no model")));
    const flavors = (model) => cell([...model.flavors].sort().join(", "));
    const named = row("Model", of((model) => ({ ...cell(model.name), page: model.address })), { group });
    const rows = [
      models.every(Boolean) ? named : { ...named, differs: true },
      row("Flavors", changes(of(flavors), base), { group }),
    ];
    for (const [part, word] of PARTS) {
      const fields = models.map((model) => (model && model[part] ? Object.fromEntries(model[part]) : {}));
      for (const name of namesInOrder(fields)) {
        const cells = models.map((model, place) => fieldCell(model, part, own(fields[place], name)));
        rows.push(row(name, changes(cells, base), { group, code: true, note: word }));
      }
    }
    return rows;
  }

  function fieldCell(model, part, type) {
    if (!model || !model[part]) return unrecorded(model ? "not recorded" : "no model");
    return type === undefined ? absent("not there") : cell(type);
  }

  /** As the first that has them orders them: the order of a signature's fields means something. */
  const namesInOrder = (objects) => [...new Set(objects.flatMap((each) => Object.keys(each)))];

  // ---- artifacts ----------------------------------------------------------------------------

  /** A run's files by path: {path, size, file, hash, kind}; without a copy the hash is "". */
  function filesOf(run) {
    const found = {};
    for (const [path, size, file, kind] of run.artifacts) {
      const hash = isAddress(file) ? file.split("/")[1] || "" : "";
      found[path] = { path, size, file: hash ? file : "", hash, kind };
    }
    return found;
  }

  /** Below the site's root, whatever the data says: no part of it leads up or away. */
  const isAddress = (file) =>
    typeof file === "string" && file.split("/").every((part) => /^[\w~+.-]+$/.test(part) && !/^\.+$/.test(part));

  function artifacts(runs, base) {
    const files = runs.map(filesOf);
    return namesIn(files).map((path) => {
      const cells = files.map((each) => fileCell(own(each, path)));
      return row(path, changes(cells, base), { code: true });
    });
  }

  /** Files of the same content are the same; of one that was not copied only the size is known. */
  function fileCell(file) {
    if (!file) return absent("not there");
    return { text: bytesText(file.size), key: file.hash || `${file.size} bytes`, file: file.file };
  }

  /** `312 B`, `2.1 kB`, `91.4 MB`, as wording.py has it. */
  function bytesText(amount) {
    if (amount < 1000) return `${amount} B`;
    let value = amount;
    let unit = "";
    for (unit of ["kB", "MB", "GB", "TB"]) {
      value /= 1000;
      if (value < 999.5) break;
    }
    return `${value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
  }

  // -------------------------------------------------------------------------------------------

  function sections(runs, base) {
    return {
      overview: overview(runs),
      params: texts(runs, "params"),
      metrics: metrics(runs, base),
      tags: texts(runs, "tags"),
      environment: environment(runs, base),
      source: source(runs, base),
      datasets: datasets(runs, base),
      signatures: signatures(runs, base),
      artifacts: artifacts(runs, base),
    };
  }

  /** A run's data of an older report may lack what later ones have. */
  function complete(run) {
    const none = { name: "", entry_point: "", repository: "", branch: "", commit: "" };
    return {
      name: run.id.slice(0, 8), status: [], experiment: ["", ""], user: "", started: null,
      duration: "", main: "", params: {}, metrics: {}, stats: {}, tags: {}, environment: null,
      datasets: [], models: [], artifacts: [], artifact_count: 0, points: "", again: "", ...run,
      source: { ...none, commit_url: "", compare_url: "", ...run.source },
    };
  }

  RG.compare = { MACHINE, sections, complete, filesOf, isAddress, difference, numberText, compareAddress };
})();
