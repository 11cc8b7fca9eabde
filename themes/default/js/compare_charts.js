// The charts of a comparison, drawn by hand from the runs' own data when they come into view:
// curves of each metric over one another (live when pointed at, as all curves: see plots.js), the
// runs as points of any two quantities, and as lines across all that differs. A run has its own hue everywhere; its dash is its place here.
// On RG.compare: fillCurves(place, view), fillAcross(place, view), drawAll(), lineSample(run, place)
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { axes, element, svg } = RG;
  // As charts/look.py has them.
  const DASHES = ["", "5 5", "0.1 4.5", "8 5 0.1 5", "12 6", "2.5 5", "0.1 8", "6 4.5 0.1 4.5 0.1 4.5"];
  const SIZE = { width: 640, height: 286 };
  const MOST_CHARTS = 60;
  const MOST_AXES = 9;
  const MACHINE = "system/";

  const colourOf = (run) => `var(--s${run.hue + 1})`;
  const dashOf = (place) => DASHES[place % DASHES.length];

  function strokeOf(run, place, width = 2) {
    const stroke = { stroke: colourOf(run), "stroke-width": width, fill: "none",
      "stroke-linejoin": "round", "stroke-linecap": "round" };
    if (dashOf(place)) stroke["stroke-dasharray"] = dashOf(place);
    return stroke;
  }

  /** From the ninth line on, whose dashes come again, a mark tells it; the eight before have dots. */
  const shapeOf = (place) => Math.floor(place / DASHES.length) % 3;

  function mark(run, place, x, y, size = 3) {
    const [left, top, right, low] = [x - size, y - size, x + size, y + size].map(fixed);
    const shapes = [
      () => svg("circle", { cx: fixed(x), cy: fixed(y), r: size }),
      () => svg("path", { d: `M${left},${top}H${right}V${low}H${left}Z` }),
      () => svg("path", { d: `M${fixed(x)},${top}L${right},${low}H${left}Z` }),
    ];
    const made = shapes[shapeOf(place)]();
    made.setAttribute("fill", colourOf(run));
    return made;
  }

  /** How a run is drawn on the charts of this page. */
  function lineSample(run, place) {
    const line = svg("path", { d: "M2,5H24", ...strokeOf(run, place, 2.5) });
    const parts = shapeOf(place) ? [line, mark(run, place, 13, 5, 3.6)] : [line];
    return svg("svg", { viewBox: "0 0 26 10", class: "cmp-line", "aria-hidden": "true" }, ...parts);
  }

  // ---- drawn when seen ----------------------------------------------------------------------

  const waiting = new Map(); // box of a chart → how it is drawn
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) drawNow(target);
  }, { rootMargin: "300px" });

  function drawLater(box, draw) {
    waiting.set(box, draw);
    seen.observe(box);
  }

  function drawNow(box) {
    const draw = waiting.get(box);
    if (!draw) return;
    waiting.delete(box);
    seen.unobserve(box);
    draw();
  }

  /** For paper, which has no view to come into. */
  function drawAll() {
    for (const box of [...waiting.keys()]) drawNow(box);
  }

  function forget(place) {
    for (const box of place.querySelectorAll(".chart")) {
      waiting.delete(box);
      seen.unobserve(box);
    }
  }

  function figureOf(title, code, note) {
    const figure = element("figure", "card plot");
    const header = element("header");
    const heading = element("h3");
    heading.append(element(code ? "code" : "span", "", title));
    header.append(heading, element("span", "grow"));
    if (note) header.append(element("span", "note", note));
    const corner = element("div", "plot-tools"); // filled by plots.js where the chart can be live
    corner.hidden = true;
    header.append(corner);
    const box = element("div", "chart");
    box.tabIndex = 0;
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", title);
    box.append(svg("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, "aria-hidden": "true" }));
    figure.append(header, box);
    return { figure, box, header };
  }

  function canvas(size, ...children) {
    return svg("svg", { viewBox: `0 0 ${size.width} ${size.height}`, fill: "none",
      "font-size": 11.5, "aria-hidden": "true" }, ...children);
  }

  // ---- two axes -----------------------------------------------------------------------------

  /** The rectangle between the axes, and how values become places in it. */
  function plotOf(x, y, size = SIZE) {
    const longest = Math.max(2, ...y.labels.map((label) => label.length));
    const [left, top, right, bottom] = [14 + 6.8 * longest, 9, size.width - 12, size.height - 42];
    const part = (axis, value) => {
      const of = axis.type === "log" ? Math.log : (v) => v;
      const [low, high] = axis.domain.map(of);
      return (of(value) - low) / (high - low || 1);
    };
    return {
      x, y, left, top, right, bottom,
      across: (value) => left + part(x, value) * (right - left),
      down: (value) => bottom - part(y, value) * (bottom - top),
    };
  }

  const fixed = (value) => value.toFixed(1);

  function frame(plot, title) {
    const { left, right, bottom } = plot;
    const rows = plot.y.ticks.map((tick) => fixed(plot.down(tick)));
    const grid = rows.map((row) => `M${fixed(left)},${row}H${fixed(right)}`).join("");
    const labels = rows.map((y, i) => label(left - 8, y, plot.y.labels[i]));
    const below = plot.x.ticks.map((tick, i) =>
      label(plot.across(tick), bottom + 18, plot.x.labels[i]));
    return [
      svg("path", { d: grid, stroke: "var(--grid)" }),
      svg("path", { d: `M${fixed(left)},${fixed(bottom)}H${fixed(right)}`, stroke: "var(--line2)" }),
      svg("g", { fill: "var(--fg3)", "text-anchor": "end", "dominant-baseline": "central" }, ...labels),
      svg("g", { fill: "var(--fg3)", "text-anchor": "middle" }, ...below,
        label((left + right) / 2, bottom + 37, title)),
    ];
  }

  function label(x, y, text, more = {}) {
    const made = svg("text", { x: typeof x === "number" ? fixed(x) : x, y, ...more });
    made.textContent = text;
    return made;
  }

  // ---- curves -------------------------------------------------------------------------------

  /** A run's curve of a metric: its columns are unpacked already, see RG.run. */
  function curveOf(run, place, name) {
    const data = run.metrics[name];
    return {
      run, place,
      times: data.time || [],
      total: data.n || data.value.length,
      steps: data.step || data.value.map((_, i) => i),
      values: data.value,
    };
  }

  /** The metrics that are curves: those to judge by first, of most runs first, machines' last. */
  function curveNames(runs) {
    const counts = new Map();
    for (const run of runs) {
      for (const [name, { value }] of Object.entries(run.metrics)) {
        if (value.length > 1) counts.set(name, (counts.get(name) || 0) + 1);
      }
    }
    const main = new Set(runs.map((run) => run.main));
    const rank = (name) => (main.has(name) ? 0 : name.startsWith(MACHINE) ? 2 : 1);
    return [...counts.keys()].sort((a, b) =>
      rank(a) - rank(b) || counts.get(b) - counts.get(a) || (a < b ? -1 : 1));
  }

  /** Draws one chart for each metric that has curves; returns how many there are. */
  function fillCurves(place, view) {
    forget(place);
    const names = curveNames(view.runs);
    place.replaceChildren();
    if (!names.length) return 0;
    const group = { settings: { ...RG.plots.AUTO }, charts: [] };
    const drawn = names.slice(0, MOST_CHARTS).map((name) => ({ name, figure: curvesFigure(name, view, group) }));
    place.append(tools(group), legend(view.runs));
    const machine = drawn.filter(({ name }) => name.startsWith(MACHINE));
    const training = drawn.filter(({ name }) => !name.startsWith(MACHINE));
    if (training.length) place.append(grid(training));
    if (machine.length) place.append(folded(`Machine, ${machine.length} metrics`, grid(machine)));
    if (names.length > MOST_CHARTS) {
      place.append(element("p", "note below", `The first ${MOST_CHARTS} of ${names.length} metrics.`));
    }
    return names.length;
  }

  /** The controls that all curves have, for those of this page together. */
  function tools({ settings, charts }) {
    const box = element("div", "plot-set cmp-set");
    const shown = { settings, smoothing: 0, metrics: [] };
    const apply = (changes) => {
      Object.assign(settings, changes);
      shown.showSettings();
      for (const chart of charts) RG.plots.later(chart, changes);
    };
    box.append(...RG.plots.curveTools(shown, apply));
    return box;
  }

  /** On paper, where the head of the tables is not in sight. */
  function legend(runs) {
    const list = element("ul", "cmp-legend");
    list.append(...runs.map((run, place) => {
      const item = element("li");
      item.append(lineSample(run, place), run.name);
      return item;
    }));
    return list;
  }

  function grid(charts) {
    const box = element("div", "overlays");
    box.append(...charts.map(({ figure }) => figure));
    return box;
  }

  function folded(title, content) {
    const box = element("details", "more cmp-more-charts");
    const summary = element("summary");
    summary.append(element("h3", "", title));
    box.append(summary, content);
    return box;
  }

  function curvesFigure(name, view, group) {
    const having = view.runs.filter((run) => Object.hasOwn(run.metrics, name));
    const note = having.length < view.runs.length ? `${having.length} of ${view.runs.length} runs` : "";
    const { figure, box } = figureOf(name, true, note);
    const curves = view.runs
      .map((run, place) => (Object.hasOwn(run.metrics, name) ? curveOf(run, place, name) : null))
      .filter(Boolean);
    box.setAttribute("aria-label", curvesSentence(name, curves));
    drawLater(box, () => {
      drawCurves(box, curves);
      makeLive(figure, name, view, group);
    });
    return figure;
  }

  /** From now on as all charts: live when pointed at, with their tools; see plots.js. */
  function makeLive(figure, metric, { runs }, group) {
    figure.dataset.chart = "runs";
    figure.dataset.metric = metric;
    const of = (part) => new Map(runs.map((run, place) => [run.id, part(run, place)]));
    const options = { metric, runs, title: metric, settings: { ...group.settings },
      hues: of((run) => run.hue), places: of((_, place) => place) };
    const chart = RG.plots.adopt(figure, options);
    group.charts.push(chart);
    const changed = Object.keys(group.settings).some((key) => group.settings[key] !== RG.plots.AUTO[key]);
    if (changed) RG.plots.later(chart, {});
  }

  function curvesSentence(name, curves) {
    const ends = curves.map(({ run, values }) =>
      `${run.name} ends at ${axes.valueText(values[values.length - 1])}`);
    return `${name} over step: ${ends.join(", ")}`;
  }

  /** Where no step was given the order of logging, as on the run's own page. */
  function stepsOf({ steps, total }) {
    const given = steps.length < 2 || steps[0] !== steps[steps.length - 1];
    if (given) return steps;
    const gap = (total - 1) / (steps.length - 1);
    return steps.map((_, place) => place * gap);
  }

  function drawCurves(box, curves) {
    const lines = curves.map((curve) => ({ ...curve, xs: stepsOf(curve) }));
    const shown = lines.flatMap(({ values }) => values.filter(Number.isFinite));
    const x = axes.step(lines.flatMap(({ xs }) => xs), 6);
    const plot = plotOf(x, axes.value(shown.length ? shown : [0, 1], 5));
    const paths = lines.map((line) => svg("path", { d: pathOf(plot, line), ...strokeOf(line.run, line.place) }));
    const ends = lines.map((line) => svg("g", {}, ...marksAlong(plot, line)));
    const nothing = label((plot.left + plot.right) / 2, SIZE.height / 2, "no finite value",
      { "text-anchor": "middle", fill: "var(--fg3)" });
    // The first run, usually the baseline, lies above the others.
    const drawing = canvas(SIZE, ...frame(plot, "step"), ...paths.reverse(), ...ends.reverse(),
      ...(shown.length ? [] : [nothing]));
    const { left, top, right, bottom } = plot;
    drawing.dataset.plot = [left, top, right - left, bottom - top].map(fixed).join(" ");
    box.replaceChildren(drawing);
  }

  function pathOf(plot, { xs, values }) {
    let path = "";
    let open = false;
    values.forEach((y, i) => {
      if (!Number.isFinite(y)) {
        open = false;
        return;
      }
      const at = `${fixed(plot.across(xs[i]))},${fixed(plot.down(y))}`;
      const lonely = !open && !Number.isFinite(values[i + 1]);
      path += `${open ? "L" : "M"}${at}${lonely ? "h0" : ""}`;
      open = true;
    });
    return path;
  }

  /** The end of a line; where only a mark tells it, some along it, too. */
  function marksAlong(plot, { run, place, xs, values }) {
    const finite = values.flatMap((value, i) => (Number.isFinite(value) ? [i] : []));
    if (!finite.length) return [];
    const parts = shapeOf(place) ? 5 : 1;
    return Array.from({ length: parts }, (_, part) => {
      const i = finite[Math.round(((part + 1) / parts) * (finite.length - 1))];
      return mark(run, place, plot.across(xs[i]), plot.down(values[i]));
    });
  }

  // ---- tools --------------------------------------------------------------------------------

  /** Buttons of which one is pressed. */
  function segments(name, choices, choose, chosen = choices[0][0]) {
    const box = element("div", "plot-seg");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name);
    const buttons = choices.map(([value, text]) => {
      const button = element("button", "", text);
      button.type = "button";
      button.value = value;
      button.addEventListener("click", () => {
        press(value);
        choose(value);
      });
      return button;
    });
    const press = (value) => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each.value === value));
    };
    press(chosen);
    box.append(...buttons);
    return box;
  }

  // ---- across the runs ----------------------------------------------------------------------

  /** Everything that is a number, or a choice of few, and not the same in all runs. */
  function quantities(runs) {
    const found = [];
    const names = (part) => [...new Set(runs.flatMap((run) => Object.keys(run[part])))].sort();
    for (const name of names("params")) {
      const values = runs.map((run) => (Object.hasOwn(run.params, name) ? run.params[name] : null));
      if (tellsApart(values)) found.push(quantity("params", name, values));
    }
    const main = new Set(runs.map((run) => run.main));
    const metrics = names("stats").filter((name) => !name.startsWith(MACHINE));
    metrics.sort((a, b) => main.has(b) - main.has(a));
    for (const name of metrics) {
      const values = runs.map((run) => {
        const [, last, best] = run.stats[name] || [];
        return best ?? last ?? null;
      });
      if (tellsApart(values)) found.push(quantity("metrics", name, values));
    }
    return found;
  }

  const tellsApart = (values) => new Set(values.filter((value) => value !== null)).size > 1;

  function quantity(kind, name, values) {
    const numbers = values.map((value) => (value === null || value === "" ? NaN : Number(value)));
    const numeric = values.every((value, i) => value === null || Number.isFinite(numbers[i]));
    const scale = numeric ? numbers : null;
    const choices = scale ? null : [...new Set(values.filter((v) => v !== null).map(String))].sort();
    return {
      id: `${kind}.${name}`, kind, name, scale, choices, values,
      place: (i) => (scale ? scale[i] : values[i] === null ? NaN : choices.indexOf(String(values[i]))),
      text: (i) => (values[i] === null ? "not set" : scale ? axes.valueText(scale[i]) : String(values[i])),
    };
  }

  function axisOf(quantity_, runs, count) {
    const { scale, choices } = quantity_;
    if (!scale) {
      const ticks = choices.map((_, i) => i);
      const cut = (text) => (text.length > 12 ? `${text.slice(0, 11)}…` : text);
      return { domain: [-0.5, choices.length - 0.5], ticks, labels: choices.map(cut), type: "linear" };
    }
    const finite = scale.filter(Number.isFinite);
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    return low > 0 && high / low >= 100 ? axes.log(finite, count) : axes.value(finite, count);
  }

  /** Draws the runs across what differs; returns false where there is too little of it. */
  function fillAcross(place, view) {
    forget(place);
    place.replaceChildren();
    const all = quantities(view.runs).filter(({ choices }) => !choices || choices.length <= 24);
    const metrics = all.filter(({ kind }) => kind === "metrics");
    if (view.runs.length < 3 || all.length < 2 || !metrics.length) return false;
    const charts = element("div", "cmp-across");
    charts.append(parallelFigure(all, view), scatterFigure(all, view));
    place.append(charts);
    return true;
  }

  function scatterFigure(all, view) {
    const { figure, box, header } = figureOf("Any two", false, "");
    const metrics = all.filter(({ kind }) => kind === "metrics");
    const params = all.filter(({ kind }) => kind === "params");
    // A number of many values spreads the runs best.
    const spread = ({ scale, values }) => (scale ? 100 : 0) + new Set(values).size;
    const x = [...params].sort((a, b) => spread(b) - spread(a))[0] || metrics[1];
    const chosen = { y: metrics[0], x };
    const draw = () => drawScatter(box, chosen, view);
    const again = (axis, id) => {
      chosen[axis] = all.find((each) => each.id === id) || chosen[axis];
      waiting.delete(box);
      draw();
    };
    header.querySelector(".plot-tools").before(
      choice("y", all, chosen.y, (id) => again("y", id)),
      element("span", "note", "over"),
      choice("x", all, chosen.x, (id) => again("x", id)),
    );
    drawLater(box, draw);
    RG.plots.drawn(figure, {
      title: "Any two",
      size: SIZE,
      table: () => tableOf([chosen.x, chosen.y], view),
      specification: () => scatterSpec(chosen, view),
    });
    return figure;
  }

  /** The runs with what a chart draws of them. */
  function tableOf(shown, { runs }) {
    const value = (each, i) => (each.scale && each.values[i] !== null ? each.scale[i] : each.values[i]);
    return {
      columns: ["run", ...shown.map(({ name }) => name)],
      rows: runs.map((run, i) => [run.name, ...shown.map((each) => value(each, i))]),
    };
  }

  const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

  /** The same colours as on the page, by the places of the runs: names may be alike. */
  const runColour = ({ runs }) => ({ field: "place", type: "nominal", legend: null,
    scale: { domain: runs.map((_, i) => i), range: runs.map(colourOf) } });

  function scatterSpec({ x, y }, view) {
    const type = (each) => (each.scale ? "quantitative" : "nominal");
    const scale = (each) => ({ zero: false, ...(axisOf(each, view.runs, 5).type === "log" && { type: "log" }) });
    const channel = (field, each) =>
      ({ field, type: type(each), title: each.name, ...(each.scale && { scale: scale(each) }) });
    const values = tableOf([x, y], view).rows.map(([run, across, down], place) =>
      ({ run, place, x: across, y: down }));
    return { $schema: SCHEMA, ...SIZE, data: { values },
      mark: { type: "point", filled: true, size: 70, tooltip: true },
      encoding: { x: channel("x", x), y: channel("y", y), color: runColour(view),
        tooltip: ["run", "x", "y"].map((field) => ({ field })) } };
  }

  /** Lines over the axes side by side, each axis from 0 to 1. */
  function parallelSpec(shown, view) {
    const values = shown.flatMap((each, k) => {
      const { domain, type } = axisOf(each, view.runs, 4);
      const [low, high] = type === "log" ? domain.map(Math.log) : domain;
      return view.runs.flatMap((run, place) => {
        const at = each.place(place);
        if (!Number.isFinite(at)) return [];
        const along = type === "log" ? Math.log(at) : at;
        const height = high > low ? (along - low) / (high - low) : 0.5;
        return [{ run: run.name, place, axis: k, name: each.name, height, value: each.text(place) }];
      });
    });
    return { $schema: SCHEMA, ...WIDE, data: { values }, mark: { type: "line", point: true, tooltip: true },
      encoding: {
        x: { field: "name", type: "nominal", title: null, sort: { field: "axis" } },
        y: { field: "height", type: "quantitative", axis: null },
        color: runColour(view), detail: { field: "place" },
        tooltip: ["run", "name", "value"].map((field) => ({ field })) } };
  }

  function choice(name, all, chosen, choose) {
    const select = element("select", "cmp-select");
    select.setAttribute("aria-label", `${name} axis`);
    for (const [kind, title] of [["metrics", "Metrics"], ["params", "Parameters"]]) {
      const group = document.createElement("optgroup");
      group.label = title;
      for (const each of all.filter((one) => one.kind === kind)) {
        const option = element("option", "", each.name);
        option.value = each.id;
        option.selected = each === chosen;
        group.append(option);
      }
      if (group.children.length) select.append(group);
    }
    select.addEventListener("change", () => choose(select.value));
    return select;
  }

  function drawScatter(box, { x, y }, { runs }) {
    const plot = plotOf(axisOf(x, runs, 5), axisOf(y, runs, 5));
    const points = runs.flatMap((run, i) => {
      const [across, down] = [x.place(i), y.place(i)];
      if (!Number.isFinite(across) || !Number.isFinite(down)) return [];
      const cx = plot.across(across);
      return [{ run, cx, cy: plot.down(down), right: cx < plot.left + (plot.right - plot.left) * 0.7,
        said: `${run.name}: ${x.name} ${x.text(i)}, ${y.name} ${y.text(i)}` }];
    });
    box.setAttribute("aria-label",
      `${y.name} over ${x.name}. ${points.map(({ said }) => said).join("; ")}`);
    box.replaceChildren(canvas(SIZE, ...frame(plot, x.name), ...points.map(dotOf),
      svg("g", { class: "cmp-halo", fill: "var(--fg2)" }, ...nameTags(points, plot))));
  }

  function dotOf({ run, cx, cy, said }) {
    const words = svg("title");
    words.textContent = said;
    return svg("circle", { cx: fixed(cx), cy: fixed(cy), r: 5, fill: colourOf(run),
      stroke: "var(--card)", "stroke-width": 1.5 }, words);
  }

  /** Names beside the points, moved down where they would lie on one another. */
  function nameTags(points, plot) {
    const taken = [];
    return [...points].sort((a, b) => a.cy - b.cy).map(({ run, cx, cy, right }) => {
      const name = run.name.length > 24 ? `${run.name.slice(0, 23)}…` : run.name;
      const width = name.length * 6;
      const from = right ? cx + 9 : cx - 9 - width;
      let y = cy;
      for (const each of taken) {
        const meets = from < each.to && from + width > each.from;
        if (meets && Math.abs(y - each.y) < 12) y = each.y + 12;
      }
      taken.push({ from, to: from + width, y });
      return label(right ? cx + 9 : cx - 9, fixed(Math.min(y, plot.bottom - 4)), name,
        { "text-anchor": right ? "start" : "end", "dominant-baseline": "central", "font-size": 10.5 });
    });
  }

  const WIDE = { width: 1200, height: 322 };

  /** Params that differ, then the metrics to judge by: as many as can be told apart. */
  function parallelFigure(all, view) {
    const metrics = all.filter(({ kind }) => kind === "metrics").slice(0, 3);
    const params = all.filter(({ kind }) => kind === "params");
    const shown = [...params.slice(0, MOST_AXES - metrics.length), ...metrics];
    const left = params.length - (shown.length - metrics.length);
    const note = left > 0 ? `without ${left} more parameters` : "";
    const { figure, box } = figureOf("All that differs", false, note);
    box.classList.add("scrollx");
    box.setAttribute("aria-label", view.runs.map((run, i) =>
      `${run.name}: ${shown.map((each) => `${each.name} ${each.text(i)}`).join(", ")}`).join("; "));
    drawLater(box, () => drawParallel(box, shown, view));
    RG.plots.drawn(figure, {
      title: "All that differs",
      size: WIDE,
      table: () => tableOf(shown, view),
      specification: () => parallelSpec(shown, view),
    });
    return figure;
  }

  function drawParallel(box, shown, { runs }) {
    const [left, right, top, bottom] = [70, WIDE.width - 70, 46, WIDE.height - 20];
    const across = (k) => left + (k * (right - left)) / Math.max(1, shown.length - 1);
    const plots = shown.map((each) => ({ ...plotOf(axisOf(each, runs, 4), { labels: [], domain: [0, 1] }) }));
    const down = (k, value) => {
      const { x, across: along, left: low, right: high } = plots[k];
      return x.domain[0] === x.domain[1] ? (top + bottom) / 2
        : bottom - ((along(value) - low) / (high - low)) * (bottom - top);
    };
    const axesDrawn = shown.map((each, k) => parallelAxis(each, plots[k].x, across(k), (v) => down(k, v), [top, bottom]));
    const lines = runs.map((run, i) => {
      let open = false;
      const path = shown.map((each, k) => {
        const value = each.place(i);
        if (!Number.isFinite(value)) {
          open = false;
          return "";
        }
        const at = `${open ? "L" : "M"}${fixed(across(k))},${fixed(down(k, value))}`;
        open = true;
        return at;
      }).join("");
      const words = svg("title");
      words.textContent = run.name;
      return svg("path", { d: path, ...strokeOf(run, i, 2.2) }, words);
    });
    const [rules, labels] = [axesDrawn.map(([rule]) => rule), axesDrawn.flatMap(([, text]) => text)];
    box.replaceChildren(canvas(WIDE, ...rules, ...lines.reverse(),
      svg("g", { class: "cmp-halo", fill: "var(--fg3)" }, ...labels)));
  }

  function parallelAxis(quantity_, axis, x, down, [top, bottom]) {
    const name = quantity_.name.length > 18 ? `${quantity_.name.slice(0, 17)}…` : quantity_.name;
    const ticks = axis.ticks.map((tick, i) =>
      label(x - 8, fixed(down(tick)), axis.labels[i], { "text-anchor": "end", "dominant-baseline": "central" }));
    const full = svg("title");
    full.textContent = quantity_.name;
    const title = label(x, "24", name, { "text-anchor": "middle", fill: "var(--fg2)" });
    title.append(full);
    const rule = svg("path", { d: `M${fixed(x)},${top}V${bottom}`, stroke: "var(--line2)" });
    return [rule, [...ticks, title]];
  }

  Object.assign(RG.compare, { fillCurves, fillAcross, drawAll, lineSample, segments });
})();
