// The pictures of metric curves: one run's metrics (`curve`), one metric of many runs of an
// experiment (`overlay`) or of any runs (`runs`, for RG.plots.runCurves).
// A picture is what plots.js fills a chart's template with and reads values from.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { axes, element: html } = RG;
  const plots = (RG.plots = RG.plots || { pictures: {}, data: { run: null, experiment: null } });
  const NEAR = 28; // how near, in chart units, the pointer must be to a line
  const MOST_POINTS = 4000; // of all lines of a chart together; more are thinned for the eye
  const MOST_CHOSEN = 20; // runs of the table's selection that come to the front
  const REACH = 2; // of the chosen runs' own span: how far others may stretch the y axis
  const MOST_READ = 10; // runs whose values a tip lists

  // ---------------------------------------------------------------- x axes

  const METRIC = "metric:"; // before the name of a metric that is the x axis
  const AUTO = { x: "step", logX: false, y: "linear", smoothing: null, zoom: null };

  const X_AXES = {
    step: {
      label: "Step",
      values: stepsOf,
      axis: axes.step,
      log: axes.log,
      text: (value) => `step ${axes.valueText(value)}`,
    },
    wall: {
      label: "Wall time",
      values: timesOf,
      axis: axes.time,
      log: axes.time,
      text: axes.momentText,
    },
    relative: {
      label: "Relative",
      values: (curve, start) => timesOf(curve).map((time) => time - start),
      axis: axes.span,
      log: axes.spanLog,
      text: (value) => `${axes.spanLabel(value)} in`,
    },
  };

  function xAxis(mode) {
    if (X_AXES[mode]) return X_AXES[mode];
    const name = mode.slice(METRIC.length);
    return {
      label: name,
      values: (curve, start, join) => joined(curve, join(curve, name)),
      axis: axes.value,
      log: axes.log,
      text: (value) => `${name} ${axes.valueText(value)}`,
    };
  }

  // The other metric's newest value at the steps of a curve.
  function joined(curve, other) {
    if (!other) return curve.values.map(() => NaN);
    const order = other.steps.map((_, place) => place);
    order.sort((a, b) => other.steps[a] - other.steps[b] || a - b);
    return curve.steps.map((step) => {
      let [low, high] = [0, order.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (other.steps[order[middle]] <= step) low = middle + 1;
        else high = middle;
      }
      return low ? other.values[order[low - 1]] : NaN;
    });
  }

  // ---------------------------------------------------------------- curves

  // Those of a run are unpacked already, see RG.run; those of an experiment have steps that count
  // left out and few of their times, see overlay_data in charts/overlay.py.
  function unpack(name, data) {
    const steps = data.step || data.value.map((_, place) => place);
    return {
      name,
      total: data.n || data.value.length,
      steps,
      times: data.time || (data.knots ? between(data.knots, steps) : null),
      values: data.value.map(Number),
    };
  }

  // [place, time] of a few points; the times of those between lie evenly over the steps, or over the
  // points where steps do not always grow: see time_knots in charts/overlay.py.
  function between(knots, steps) {
    const grow = steps.every((step, place) => !place || step > steps[place - 1]);
    const pace = grow ? steps : steps.map((_, place) => place);
    const times = [knots[0][1]];
    knots.slice(1).forEach(([place, time], i) => {
      const [before, since] = knots[i];
      for (let each = before + 1; each <= place; each++) {
        const share = (pace[each] - pace[before]) / (pace[place] - pace[before]);
        times.push(since + (time - since) * share);
      }
    });
    return times;
  }

  function stepsOf(curve) {
    const { steps, total } = curve;
    const given = steps.length < 2 || steps[0] !== steps[steps.length - 1];
    if (given) return steps;
    const gap = (total - 1) / (steps.length - 1);
    return steps.map((_, place) => place * gap);
  }

  function timesOf(curve) {
    return curve.times || curve.values.map(() => NaN);
  }

  // Exponential moving average, as in analysis/curves.py; kept for the pointer.
  function smoothed(curve, weight) {
    if (!weight) return curve.values;
    if (!curve.calm || curve.calm.weight !== weight) {
      curve.calm = { weight, values: smooth(curve.values, weight) };
    }
    return curve.calm.values;
  }

  function smooth(values, weight) {
    let average = 0;
    let share = 0;
    return values.map((value) => {
      if (!Number.isFinite(value)) return NaN;
      average = weight * average + (1 - weight) * value;
      share = weight * share + (1 - weight);
      return average / share;
    });
  }

  // How the curves of a chart lie: x values of each, whether a point can be drawn, and the axis.
  function layOut(chart, curves, count, join) {
    const { settings } = chart;
    let axis = xAxis(settings.x);
    const start = (curve) => timesOf(curve)[0];
    const first = chart.kind === "curve" ? Math.min(...curves.map(start)) : null;
    const values = () => curves.map((c) => axis.values(c, first === null ? start(c) : first, join));
    let xs = values();
    const notes = [];
    if (!xs.some((column) => column.some(Number.isFinite))) {
      notes.push(`There is nothing to draw over ${axis.label.toLowerCase()}: it stays over steps.`);
      axis = X_AXES.step;
      xs = values();
    }
    const logX = settings.logX && xs.some((column) => column.some((x) => x > 0));
    const logY = settings.y === "log" && curves.some((c) => c.values.some((y) => y > 0));
    const fineX = logX && axis.log !== axis.axis ? (x) => x > 0 && x < Infinity : Number.isFinite;
    const fineY = logY ? (y) => y > 0 && y < Infinity : Number.isFinite;
    const shown = xs.flatMap((column) => column.filter(fineX));
    const hiddenX = xs.reduce((sum, column) => sum + count0(column, fineX), 0);
    const hiddenY = curves.reduce((sum, curve) => sum + count0(curve.values, fineY), 0);
    notes.push(...logNotes("y", settings.y === "log" && hiddenY, logY));
    notes.push(...logNotes("x", settings.logX && hiddenX, logX));
    return {
      axis, logY, notes, xs, fineX, fineY,
      fine: (x, y) => fineX(x) && fineY(y),
      x: (logX ? axis.log : axis.axis)(shown, count),
      shared: axis === X_AXES.step || axis === X_AXES.wall || axis === X_AXES.relative
        ? axis.label : settings.x,
      monotone: !settings.x.startsWith(METRIC) || axis === X_AXES.step,
    };
  }

  // Finite, but not to be shown.
  function count0(values, fine) {
    return values.filter((value) => Number.isFinite(value) && !fine(value)).length;
  }

  function logNotes(name, hidden, log) {
    if (!hidden && (log || hidden === false)) return [];
    if (!log) return [`No value is above 0, so the ${name} axis stays linear.`];
    const values = hidden === 1 ? "1 value" : `${hidden.toLocaleString("en-US")} values`;
    return [`${values} of 0 or less cannot be shown on a logarithmic ${name} axis.`];
  }

  // Lines break where a value is missing: each stretch gets a name (g) of its own. A stretch of
  // one point is given twice, because a line of one point is not drawn.
  function rows(s, xs, ys, fine, more = {}) {
    const stretches = [[]];
    ys.forEach((y, place) => {
      const stretch = stretches[stretches.length - 1];
      const x = xs[place];
      if (fine(x, y)) stretch.push({ s, g: `${s}.${stretches.length}`, x, y, ...more });
      else if (stretch.length) stretches.push([]);
    });
    return stretches.flatMap((each) => (each.length === 1 ? [each[0], { ...each[0] }] : each));
  }

  // Marks of values that are not finite; those that would overlap become one.
  function oddRows(chart, xs, ys, { x, fineX }) {
    const odd = new Map();
    ys.forEach((y, place) => {
      if (Number.isFinite(y) || !fineX(xs[place])) return;
      const kind = Number.isNaN(y) ? "nan" : y > 0 ? "up" : "down";
      const spot = Math.floor((plots.part(x, xs[place]) * chart.place.width) / 4);
      const key = `${kind} ${spot}`;
      if (!odd.has(key)) odd.set(key, { k: kind, x: xs[place], top: kind === "up" });
    });
    return [...odd.values()];
  }

  function yAxis(logY, values, count) {
    if (!values.length) return null;
    return logY ? axes.log(values, count) : axes.value(values, count);
  }

  // The y axis of what lies between two x.
  function fitting(curves, laid, count) {
    return (low, high) => {
      const values = curves.flatMap((curve, s) => curve.values.filter((y, place) =>
        laid.fineY(y) && laid.xs[s][place] >= low && laid.xs[s][place] <= high));
      return yAxis(laid.logY, values, count);
    };
  }

  // ---------------------------------------------------------------- one run

  function curvePicture(chart) {
    const run = chart.options.run || plots.data.run;
    const join = (curve, name) => run.metrics[name] && unpack(name, run.metrics[name]);
    const curves = chart.metrics.map((name) => unpack(name, run.metrics[name]));
    const laid = layOut(chart, curves, 5, join);
    const { xs, fine } = laid;
    const shown = curves.flatMap((curve) => curve.values.filter(laid.fineY));
    const alone = curves.length === 1;
    return {
      x: laid.x,
      y: yAxis(laid.logY, shown, 4),
      xTitle: xTitle(chart),
      datasets: {
        raw: curves.flatMap((curve, s) => rows(s, xs[s], curve.values, fine)),
        best: bestRows(chart, curves, xs, fine),
        odd: curves.flatMap((curve, s) => oddRows(chart, xs[s], curve.values, laid)),
        ...smoothRows(chart, curves, xs, fine),
      },
      params: { lone: alone, raw_opacity: weightOf(chart) ? 0.25 : 0 },
      again: () => smoothRows(chart, curves, xs, fine),
      fit: fitting(curves, laid, 4),
      note: laid.notes.join(" "),
      read: (at) => readCurves(chart, curves, laid, at),
      shared: laid.shared,
      stops: stopsOf(curves, laid),
      table: () => tableOf(curves, alone ? null : "metric"),
      trace: (s) => traceOf(curves[s], xs[s], weightOf(chart), seriesColour(s, alone)),
      zoom: "x",
    };
  }

  // The best point of each curve that has a known goal, where it is not the end already.
  function bestRows(chart, curves, xs, fine) {
    return chart.best.flatMap((place, s) => {
      const { values } = curves[s];
      if (!(place >= 0) || place === values.length - 1) return [];
      return fine(xs[s][place], values[place]) ? [{ s, x: xs[s][place], y: values[place] }] : [];
    });
  }

  function weightOf(chart) {
    const chosen = chart.settings.smoothing;
    return chosen === null ? chart.smoothing : chosen;
  }

  function smoothRows(chart, curves, xs, fine) {
    const lines = curves.map((curve, s) => rows(s, xs[s], smoothed(curve, weightOf(chart)), fine));
    return { smooth: lines.flat(), end: lines.flatMap((line) => line.slice(-1)) };
  }

  function stopsOf(curves, { xs, fineX, monotone }) {
    if (!monotone) {
      return curves.flatMap((curve, s) => curve.values.flatMap((y, place) =>
        fineX(xs[s][place]) && Number.isFinite(y) ? [{ x: xs[s][place], y }] : []));
    }
    return [...new Set(xs.flat().filter(fineX))].sort((a, b) => a - b);
  }

  // What the pointer reads: of each curve the point nearest to it across.
  function readCurves(chart, curves, laid, at) {
    const { xs, fine } = laid;
    const weight = weightOf(chart);
    const alone = curves.length === 1;
    const near = laid.monotone ? null : nearest(chart, curves, laid, at);
    const stop = near ? near.x : nearestOf(xs.flat(), at.x);
    const lines = curves.map((curve, s) => {
      const place = near && near.s === s ? near.place : nearestPlace(xs[s], stop);
      const calm = smoothed(curve, weight)[place];
      const [x, value] = [xs[s][place], curve.values[place]];
      return { x, y: fine(x, calm) ? calm : null, value, calm, name: curve.name, place,
        colour: seriesColour(s, alone) };
    });
    return {
      x: stop,
      cross: true,
      title: laid.axis.text(stop),
      marks: lines.filter((line) => line.y !== null),
      lines: lines.map((line) => ({
        colour: line.colour,
        name: alone ? "" : line.name,
        value: axes.valueText(line.value),
        note: weight && Number.isFinite(line.calm) ? `smoothed ${axes.valueText(line.calm)}` : "",
      })),
    };
  }

  // The point nearest to the pointer in both directions: a curve over a metric may turn back.
  function nearest(chart, curves, { xs, fine }, at) {
    let found = { far: Infinity, s: 0, place: 0 };
    const across = at.across === undefined ? chart.across(at.x) : at.across;
    curves.forEach((curve, s) => curve.values.forEach((y, place) => {
      if (!fine(xs[s][place], y)) return;
      const down = at.down === undefined ? 0 : chart.down(y) - at.down;
      const far = Math.hypot(chart.across(xs[s][place]) - across, down);
      if (far < found.far) found = { far, s, place };
    }));
    return { ...found, x: xs[found.s][found.place] };
  }

  function nearestPlace(values, wanted) {
    let found = 0;
    values.forEach((value, place) => {
      const before = Math.abs(values[found] - wanted);
      if (Math.abs(value - wanted) < before || !(before < Infinity)) found = place;
    });
    return found;
  }

  function nearestOf(values, wanted) {
    return values[nearestPlace(values, wanted)];
  }

  function seriesColour(s, alone) {
    return alone ? "var(--c,var(--s1))" : `var(--s${(s % 8) + 1})`;
  }

  function traceOf(curve, xs, weight, colour) {
    const ys = smoothed(curve, weight);
    return { points: xs.map((x, place) => [x, ys[place]]), colour };
  }

  // Every point in full; with several curves a column says whose it is.
  function tableOf(curves, whose) {
    const timed = curves.some((curve) => curve.times);
    const columns = [...(whose ? [whose] : []), "step", ...(timed ? ["time"] : []),
      whose ? "value" : curves[0].name];
    const rows = curves.flatMap((curve) => curve.values.map((value, place) => [
      ...(whose ? [curve.name] : []),
      curve.steps[place],
      ...(timed ? [curve.times ? new Date(curve.times[place]).toISOString() : ""] : []),
      value,
    ]));
    return { columns, rows };
  }

  // ---------------------------------------------------------------- many runs

  // The best runs, or those that are selected in the table; the others grey behind them.
  async function overlayPicture(chart) {
    const { overlay } = plots.data.experiment.charts;
    const data = overlay[chart.metrics[0]];
    const ids = chart.settings.chosen || data.runs.slice(0, data.chosen).map((run) => run.id);
    const whole = new Map(await Promise.all((chart.settings.chosen || []).map(async (id) =>
      [id, await runOf(id)])));
    const packed = (id, metric) => {
      const run = whole.get(id);
      if (run) return run.metrics[metric];
      return overlay[metric] && overlay[metric].runs.find((each) => each.id === id);
    };
    const join = (curve, name) => {
      const other = packed(curve.id, name);
      return other && unpack(name, other);
    };
    const curves = data.runs.map((each) => runCurve(each, each, each.hue));
    const context = curves.filter((curve) => !ids.includes(curve.id));
    const chosen = ids.flatMap((id) => {
      const run = whole.get(id);
      const known = curves.find((curve) => curve.id === id);
      if (!run || !run.metrics[chart.metrics[0]]) return known ? [known] : [];
      return [wholeCurve(run, chart.metrics[0], known ? known.hue : hueInTable(id))];
    });
    const picture = manyPicture(chart, chosen, context, join);
    return { ...picture, legend: chart.settings.chosen && chosen.map(keyOf) };
  }

  const keyOf = (curve, place) =>
    [`c${curve.hue + 1} d${(place % 8) + 1} m${Math.floor(place / 8) % 3}`, curve.name];

  // A run's own data, from beside its page, whose address the table knows.
  async function runOf(id) {
    const address = cellOf(id, "attributes.href");
    if (!RG.data.runs.has(id) && address) {
      await RG.load(address.replace(/\.html.*$/, ".js")).catch(() => {});
    }
    return RG.data.runs.get(id);
  }

  function cellOf(id, name) {
    const { store } = RG;
    const [ids, column] = ["attributes.run_id", name].map((each) => store && store.get(each));
    if (!ids || !ids.loaded || !column || !column.loaded) return "";
    for (let row = 0; row < store.n; row++) if (ids.text(row) === id) return column.text(row);
    return "";
  }

  const hueInTable = (id) => Number(cellOf(id, "attributes.hue")) || 0;

  let followed = "";

  // What is selected in the table comes to the front.
  function followTable({ selected }) {
    const ids = selected.slice(0, MOST_CHOSEN);
    if (ids.join() === followed) return;
    followed = ids.join();
    for (const chart of plots.all) {
      if (chart.kind === "overlay") plots.later(chart, { chosen: ids.length ? ids : null });
    }
  }

  document.addEventListener("rg:rows", ({ detail }) => followTable(detail));
  plots.started = () => RG.rowsShown && followTable(RG.rowsShown); // once all charts are known

  function wholeCurve(run, metric, hue) {
    const curve = runCurve(run, run.metrics[metric], hue);
    const goal = run.stats && run.stats[metric] ? run.stats[metric][0] : "";
    return { ...curve, best: goal ? bestPlace(curve.values, goal) : undefined };
  }

  // The earlier one of equals.
  function bestPlace(values, goal) {
    const better = { max: (a, b) => a > b, min: (a, b) => a < b }[goal];
    let found = -1;
    values.forEach((value, place) => {
      if (better && Number.isFinite(value) && (found < 0 || better(value, values[found]))) {
        found = place;
      }
    });
    return found;
  }

  function runCurve(run, data, hue) {
    return { ...unpack(run.name, data), id: run.id, hue: hue || 0, best: data.best };
  }

  // Runs as their own data files bring them: chart.options.runs.
  function runsPicture(chart) {
    const { metric, runs, hues = {}, places } = chart.options;
    const hue = (run) => (hues instanceof Map ? hues.get(run.id) : hues[run.id]);
    const having = runs.filter((run) => run.metrics[metric]);
    const chosen = having.map((run) => ({
      ...wholeCurve(run, metric, hue(run)), place: places && places.get(run.id) }));
    const join = (curve, name) => {
      const { metrics } = having.find((run) => run.id === curve.id);
      return metrics[name] && unpack(name, metrics[name]);
    };
    return { ...manyPicture(chart, chosen, [], join), alt: sentence(metric, chosen) };
  }

  function sentence(metric, curves) {
    const ends = curves.slice(0, 20).map((curve) =>
      `${curve.name} ends at ${axes.valueText(curve.values[curve.values.length - 1])}`);
    return `${metric} of ${curves.length} runs: ${ends.join(", ")}`;
  }

  // s is the place, which tells dash and mark (m, from the ninth on); h the hue of the run.
  function manyPicture(chart, chosen, context, join) {
    const curves = [...chosen, ...context];
    const laid = layOut(chart, curves, 6, join);
    const { xs, fine } = laid;
    const weight = weightOf(chart);
    const most = Math.max(60, Math.floor(MOST_POINTS / curves.length));
    const line = (curve, s, ys, more) => {
      const places = sparse(ys, most);
      return rows(s, places.map((p) => xs[s][p]), places.map((p) => ys[p]), fine, more);
    };
    const look = ({ hue: h, place }, s) =>
      ({ s: (place ?? s) % 8, h, m: Math.floor((place ?? s) / 8) % 3 });
    const drawn = chosen.map((curve, s) => line(curve, s, smoothed(curve, weight), look(curve, s)));
    const raw = weight ? chosen.flatMap((c, s) => line(c, s, c.values, look(c, s))) : [];
    return {
      template: "overlay",
      x: laid.x,
      y: overlayAxis(chosen, context, laid),
      xTitle: xTitle(chart) || "step",
      datasets: {
        context: context.flatMap((c, i) => line(c, chosen.length + i, c.values)),
        raw,
        chosen: [...drawn].reverse().flat(),
        best: chosen.flatMap((curve, s) => bestRow(curve, xs[s], fine, look(curve, s))),
        end: drawn.flatMap(marksAlong),
        odd: chosen.flatMap((curve, s) => oddRows(chart, xs[s], curve.values, laid)),
      },
      params: {},
      fit: fitting(chosen, laid, 5),
      note: laid.notes.join(" "),
      read: (at) => readMany(chart, chosen, curves, laid, at),
      shared: laid.shared,
      stops: stopsOf(chosen.slice(0, 1), laid),
      table: () => tableOf(curves, "run"),
      trace: (s) => traceOf(curves[s], xs[s], weight, seriesColour(curves[s].hue)),
      zoom: "x",
    };
  }

  function xTitle(chart) {
    const { x } = chart.settings;
    const names = { step: "", wall: "time (UTC)", relative: "time since the start" };
    return x in names ? names[x] : `${x.slice(METRIC.length)}, joined by step`;
  }

  // Of a long line the lowest and the highest point of each stretch, in order, and gaps.
  function sparse(values, most) {
    const places = values.map((_, place) => place);
    if (values.length <= most) return places;
    const size = Math.ceil((2 * values.length) / most);
    const kept = new Set([0, values.length - 1]);
    for (let start = 0; start < values.length; start += size) {
      let [low, high] = [start, start];
      for (let place = start; place < Math.min(start + size, values.length); place++) {
        if (values[place] < values[low]) low = place;
        if (values[place] > values[high]) high = place;
        if (!Number.isFinite(values[place])) kept.add(place);
      }
      kept.add(low).add(high);
    }
    return places.filter((place) => kept.has(place));
  }

  // The end of a line; from the ninth on a mark here and there, in the shape that tells it.
  function marksAlong(line) {
    if (!line.length) return [];
    const parts = line[0].m ? 5 : 1;
    return Array.from({ length: parts }, (_, part) =>
      line[Math.round(((part + 1) / parts) * (line.length - 1))]);
  }

  function bestRow(curve, xs, fine, look) {
    const place = curve.best;
    if (!(place >= 0) || place === curve.values.length - 1) return [];
    const [x, y] = [xs[place], curve.values[place]];
    return fine(x, y) ? [{ ...look, x, y }] : [];
  }

  // The chosen runs whole, of the others without the outermost 2 % at either end and what is far
  // from the chosen ones: as charts/overlay.py.
  function overlayAxis(chosen, context, { fineY, logY }) {
    const fine = (curves) =>
      curves.flatMap((curve) => curve.values.filter(fineY)).sort((a, b) => a - b);
    const [shown, others] = [fine(chosen), fine(context)];
    const cut = Math.floor(others.length / 50);
    const [low, high] = [shown[0], shown[shown.length - 1]];
    const far = low < high && !logY ? REACH * (high - low) : Infinity;
    const near = others.slice(cut, others.length - cut).map((value) =>
      Math.min(Math.max(value, low - far), high + far));
    return yAxis(logY, [...shown, ...(shown.length ? near : others)], 5);
  }

  // The line next to the pointer; beside it the values of the other chosen runs.
  function readMany(chart, chosen, curves, laid, at) {
    const found = foundLine(chart, chosen, curves, laid, at);
    if (!found) return null;
    const { s, place } = found;
    const curve = curves[s];
    const [x, y] = [laid.xs[s][place], smoothed(curve, weightOf(chart))[place]];
    const colour = s < chosen.length ? seriesColour(curve.hue) : "var(--fg2)";
    // The title says whose it is, unless another chart asks.
    const name = at.across === undefined && !at.focus ? curve.name : laid.axis.text(x);
    const lines = [{ colour, name, value: axes.valueText(curve.values[place]) }];
    const beside = at.focus ? [] : chosen.filter((each) => each !== curve).slice(0, MOST_READ);
    for (const each of beside) {
      const other = curves.indexOf(each);
      const there = nearestPlace(laid.xs[other], x);
      lines.push({ colour: seriesColour(each.hue), name: each.name,
        value: axes.valueText(each.values[there]) });
    }
    return {
      x,
      cross: true,
      focus: curve.id,
      title: curve.name,
      marks: laid.fine(x, y) ? [{ colour, x, y }] : [],
      lines,
      trace: traceOf(curve, laid.xs[s], weightOf(chart), colour),
    };
  }

  function foundLine(chart, chosen, curves, laid, at) {
    if (at.down === undefined) {
      const s = at.focus ? curves.findIndex((curve) => curve.id === at.focus) : 0;
      return curves[s] ? { s, place: nearestPlace(laid.xs[s], at.x) } : null;
    }
    if (!laid.monotone) {
      const near = nearest(chart, curves, laid, at);
      return near.far < NEAR ? near : null;
    }
    let found = null;
    curves.forEach((curve, s) => {
      const place = nearestPlace(laid.xs[s], at.x);
      const far = Math.abs(chart.down(smoothed(curve, weightOf(chart))[place]) - at.down);
      if (far < (found ? found.far : NEAR)) found = { far, s, place };
    });
    return found;
  }

  // ---------------------------------------------------------------- groups of seeds

  // The mean of each group and what lies within one standard deviation of it.
  function bandsPicture(chart) {
    const groups = plots.data.experiment.charts.bands[chart.metrics[0]].map((group) => ({
      ...group,
      name: `${group.label}, n = ${group.n}`,
      total: group.step.length,
      steps: group.step,
      values: group.mean.map(Number),
      low: group.low.map(Number),
      high: group.high.map(Number),
    }));
    const laid = layOut(chart, groups, 6, () => null);
    const { xs, fine, fineY } = laid;
    const drawn = groups.map((group, s) => rows(s, xs[s], group.values, fine, { s: s % 8 }));
    const ends = (values) => groups.flatMap((group, s) => [group.low, group.high, group.values]
      .flatMap((column) => column.filter((y, place) => fineY(y) && values(xs[s][place]))));
    return {
      x: laid.x,
      y: yAxis(laid.logY, ends(() => true), 5),
      xTitle: "step",
      datasets: {
        spread: groups.flatMap((group, s) => spread(group, s, xs[s], laid)),
        mean: drawn.flat(),
        end: drawn.flatMap((line) => line.slice(-1)),
        odd: groups.flatMap((group, s) => oddRows(chart, xs[s], group.values, laid)),
      },
      params: {},
      fit: (low, high) => yAxis(laid.logY, ends((x) => x >= low && x <= high), 5),
      note: laid.notes.join(" "),
      read: (at) => readBands(groups, laid, at),
      shared: laid.shared,
      stops: stopsOf(groups, laid),
      table: () => ({
        columns: ["group", "n", "step", "mean", "mean − sd", "mean + sd"],
        rows: groups.flatMap((group) => group.steps.map((step, place) => [group.label, group.n, step,
          group.values[place], group.low[place], group.high[place]])),
      }),
      trace: (s) => traceOf(groups[s], xs[s], 0, seriesColour(s)),
      zoom: "x",
    };
  }

  // On a logarithmic axis a band that reaches 0 ends at the mean.
  function spread(group, s, xs, { fine, fineY }) {
    const line = rows(s, xs, group.high, (x, y) => fine(x, y));
    const low = new Map(xs.map((x, place) => [x, [group.low[place], group.values[place]]]));
    return line.map((row) => {
      const [least, mean] = low.get(row.x);
      return { ...row, s: s % 8, y2: fineY(least) ? least : mean };
    }).filter((row) => fineY(row.y2));
  }

  function readBands(groups, { xs, axis, fine }, at) {
    const stop = nearestOf(xs.flat(), at.x);
    const lines = groups.map((group, s) => {
      const place = nearestPlace(xs[s], stop);
      return { s, x: xs[s][place], y: group.values[place], name: group.name,
        sd: (group.high[place] - group.low[place]) / 2, colour: seriesColour(s) };
    });
    return {
      x: stop,
      cross: true,
      title: axis.text(stop),
      marks: lines.filter((line) => fine(line.x, line.y)),
      lines: lines.map(({ colour, name, y, sd }) => ({ colour, name, value: axes.valueText(y),
        note: Number.isFinite(sd) ? `± ${axes.valueText(sd)}` : "" })),
    };
  }

  // A card that lays the curves of runs over each other: {metric, runs: [as RG.run brings them],
  // hues: {id: 0…7}, title?, note?}, with the tools that all curves have.
  plots.runCurves = (options) => {
    const { metric, runs, hues = {}, title = metric } = options;
    const having = runs.filter((run) => run.metrics[metric]);
    const hue = (run) => (hues instanceof Map ? hues.get(run.id) : hues[run.id]) || 0;
    const legend = having.map((run, place) => keyOf({ hue: hue(run), name: run.name }, place));
    const size = { width: 640, height: 286 };
    return plots.figure({ kind: "runs", title, legend, size, ...options, runs: having });
  };

  // ---------------------------------------------------------------- tools

  // The tools that all curves have, for one chart or for the page.
  function curveTools(chart, apply) {
    const choices = Object.entries(X_AXES).map(([key, { label }]) => [key, label]);
    const x = plots.segments("x axis", choices, (value) => apply({ x: value }));
    const metric = metricChoice(chart, (name) => apply({ x: METRIC + name }));
    const y = yTools(chart, apply);
    const logX = plots.button("Log x", () => apply({ logX: !chart.settings.logX }));
    const logBox = html("div", "plot-seg");
    logBox.append(logX);
    const slider = smoothingSlider(chart.smoothing, (value) => apply({ smoothing: value }));
    const reset = plots.button("Reset", () => apply({ ...AUTO }));
    reset.className = "plot-reset";
    const show = () => {
      const { settings } = chart;
      x.show(settings.x);
      y.show(settings.y);
      slider.show(settings.smoothing);
      logX.setAttribute("aria-pressed", String(settings.logX));
      metric.value = settings.x.startsWith(METRIC) ? settings.x.slice(METRIC.length) : "";
    };
    chart.showSettings = show;
    show();
    return [x.box, metric, logBox, y.box, slider.box, reset];
  }

  function yTools(chart, apply) {
    const choices = [["linear", "Linear"], ["log", "Log"]];
    return plots.segments("y axis", choices, (value) => apply({ y: value }));
  }

  // Names are looked up when the list is opened: charts may have come.
  function metricChoice(chart, choose) {
    const select = html("select", "plot-metric");
    select.setAttribute("aria-label", "A metric as x axis");
    const fill = () => {
      const { value } = select;
      const names = [...new Set(plots.all.flatMap((each) => each.curves ? each.metrics : []))];
      const options = names.filter(Boolean).map((name) => new Option(name, name));
      select.replaceChildren(new Option("metric …", ""), ...options);
      select.value = value;
    };
    fill();
    for (const name of ["pointerdown", "focus"]) select.addEventListener(name, fill);
    select.addEventListener("change", () => {
      if (select.value) choose(select.value);
    });
    return select;
  }

  function smoothingSlider(automatic, choose) {
    const box = html("label", "plot-smooth");
    const input = html("input");
    const output = html("output", "", "");
    Object.assign(input, { type: "range", min: 0, max: 0.99, step: 0.01 });
    const show = (value) => {
      input.value = value === null ? automatic : value;
      output.textContent = value === null ? "auto" : Number(value).toFixed(2);
    };
    input.addEventListener("input", () => {
      show(input.value);
      choose(Number(input.value));
    });
    box.append(html("span", "", "Smooth"), input, output);
    return { box, show };
  }

  for (const picture of [curvePicture, overlayPicture, runsPicture]) {
    Object.assign(picture, { curves: true, tools: curveTools });
  }
  Object.assign(plots.pictures, { curve: curvePicture, overlay: overlayPicture, runs: runsPicture });
  plots.pictures.bands = Object.assign(bandsPicture, {
    tools: (chart, apply) => [yTools(chart, apply).box],
  });
  Object.assign(plots, { AUTO, X_AXES, curveTools, nearestPlace, seriesColour, weightOf });
})();
