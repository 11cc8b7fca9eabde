// Live charts. A page shows every chart as a static drawing; on first hover, focus or use of its
// tools the chart library is loaded and the same chart, in the same place, answers the pointer.
// Nothing here is needed to read a page: whatever fails, the drawing stays.
//
// Data arrives by scripts that call RG.charts (templates), RG.run and RG.experiment, because a
// page opened from disk may not fetch.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element: html, svg, say } = RG; // app.js goes first
  const NEAR = 28; // how near, in chart units, the pointer must be to a line or a dot

  // ---------------------------------------------------------------- what scripts bring

  const templates = {};
  let run = null;
  let experiment = null;

  receive("charts", (specs) => Object.assign(templates, specs));
  receive("experiment", (data) => (experiment = data));
  // Other scripts may bring other runs.
  receive("run", (data) => (run = isPageData(document.currentScript) || !run ? data : run));

  // Other scripts of the page may want the same data.
  function receive(name, keep) {
    const other = RG[name];
    RG[name] = (data) => {
      keep(data);
      if (other) other(data);
    };
  }

  function isPageData(script) {
    const { pageData } = document.body.dataset;
    return pageData && script && script.src === new URL(pageData, document.baseURI).href;
  }

  let loading = null;

  // The library, the templates and the page's data, asked for once however many charts want them.
  function loaded() {
    const page = document.body.dataset;
    loading =
      loading ||
      Promise.all([
        RG.load(page.vega),
        RG.load(page.charts),
        page.pageData ? RG.load(page.pageData) : null,
      ]);
    return loading;
  }

  // ---------------------------------------------------------------- axes, as in charts/scale.py

  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const INTERVALS = [
    ...[1, 2, 5, 10, 30].map((n) => n * SECOND),
    ...[1, 2, 5, 10, 30].map((n) => n * MINUTE),
    ...[1, 3, 6, 12].map((n) => n * HOUR),
    ...[1, 2, 4, 7, 14].map((n) => n * DAY),
  ];
  const MONTHS = [1, 3, 6, 12, 24, 60, 120, 600];
  const MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const UNITS = [["T", 12], ["G", 9], ["M", 6], ["k", 3]];
  const LARGEST = 1e300; // beyond it, differences overflow
  const SMALLEST = 1e-290; // below it, they lose their digits

  function axis(low, high, ticks, labels, type = "linear") {
    return { domain: [low, high], ticks, labels, type };
  }

  function valueAxis(values, count) {
    const [low, high] = apart(...extent(values));
    const [digit, exponent] = roundStep((high - low) / count);
    const half = Number(`${digit}e${exponent}`) / 2;
    return evenAxis(Math.floor(low / half) * half, Math.ceil(high / half) * half, digit, exponent);
  }

  function stepAxis(values, count) {
    const [low, high] = extent(values);
    if (low === high) return axis(low - 1, high + 1, [low], tickLabels([low], 0));
    const [digit, exponent] = roundStep((high - low) / count);
    return exponent < 0 ? evenAxis(low, high, 1, 0) : evenAxis(low, high, digit, exponent);
  }

  function evenAxis(low, high, digit, exponent) {
    const step = Number(`${digit}e${exponent}`);
    const ticks = [];
    const last = Math.floor(high / step + 1e-9);
    for (let place = Math.ceil(low / step - 1e-9); place <= last; place++) {
      ticks.push(Number(`${place * digit}e${exponent}`));
    }
    return axis(low, high, ticks, tickLabels(ticks, exponent));
  }

  function logAxis(values, count) {
    const [low, high] = apart(...extent(values));
    if (high / low < 20) {
      // Too few powers of ten to read anything off.
      const even = evenAxis(low, high, ...roundStep((high - low) / count));
      return { ...even, type: "log" };
    }
    const first = Math.floor(Math.log10(low));
    const last = Math.ceil(Math.log10(high));
    const digits = last - first > 2 ? [1] : [1, 2, 5];
    const stride = Math.max(1, Math.ceil((last - first) / count));
    const ticks = [];
    const labels = [];
    for (let exponent = first; exponent <= last; exponent += stride) {
      for (const digit of digits) {
        const tick = Number(`${digit}e${exponent}`);
        if (tick < low || tick > high) continue;
        ticks.push(tick);
        labels.push(tickLabels([tick], exponent)[0]);
      }
    }
    return axis(low, high, ticks, labels, "log");
  }

  function timeAxis(values, count) {
    let [low, high] = extent(values);
    if (low === high) return axis(low - SECOND, high + SECOND, [low], [timeLabel(low, SECOND)]);
    if (high - low < 2 * SECOND) [low, high] = [low - SECOND, high + SECOND];
    const interval = INTERVALS.find((each) => (high - low) / each <= count + 0.5);
    if (interval) {
      const ticks = multiples(low, high, interval);
      return axis(low, high, ticks, ticks.map((tick) => timeLabel(tick, interval)));
    }
    const fits = (each) => (high - low) / (each * 30.4 * DAY) <= count + 0.5;
    const months = MONTHS.find(fits) || MONTHS[MONTHS.length - 1];
    const ticks = monthStarts(low, high, months);
    return axis(low, high, ticks, ticks.map((tick) => timeLabel(tick, months * 30 * DAY)));
  }

  // Time since the first point, for which there is no static counterpart.
  function spanAxis(values, count) {
    const [low, high] = extent(values);
    if (high - low < SECOND) return axis(low - SECOND, low + SECOND, [low], [spanLabel(low)]);
    const fitting = INTERVALS.find((each) => (high - low) / each <= count + 0.5);
    const interval = fitting || Math.ceil((high - low) / count / DAY) * DAY;
    const ticks = multiples(low, high, interval);
    return axis(low, high, ticks, ticks.map((tick) => spanLabel(tick)));
  }

  function extent(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [Math.max(low, -LARGEST), Math.min(high, LARGEST)];
  }

  function apart(low, high) {
    const largest = Math.max(Math.abs(low), Math.abs(high));
    if (high - low > 1e-12 * largest && largest > SMALLEST) return [low, high];
    const room = largest > SMALLEST ? largest / 10 : 1;
    return [low - room, high + room];
  }

  function roundStep(rough) {
    const exponent = Math.floor(Math.log10(rough));
    const fraction = rough / 10 ** exponent;
    for (const [limit, digit] of [[Math.SQRT2, 1], [Math.sqrt(10), 2], [Math.sqrt(50), 5]]) {
      if (fraction < limit) return [digit, exponent];
    }
    return [1, exponent + 1];
  }

  function multiples(low, high, interval) {
    const ticks = [];
    for (let tick = Math.ceil(low / interval) * interval; tick <= high; tick += interval) {
      ticks.push(tick);
    }
    return ticks;
  }

  function monthStarts(low, high, months) {
    const first = Math.floor((new Date(low).getUTCFullYear() * 12) / months) * months;
    const last = new Date(high).getUTCFullYear() * 12 + 12;
    const starts = [];
    for (let count = first; count < last; count += months) {
      const start = Date.UTC(Math.floor(count / 12), count % 12, 1);
      if (start >= low && start <= high) starts.push(start);
    }
    return starts;
  }

  function timeLabel(tick, interval) {
    const moment = new Date(tick);
    const month = MONTH_NAMES[moment.getUTCMonth()];
    if (interval >= 360 * DAY) return String(moment.getUTCFullYear());
    if (interval >= 30 * DAY) return `${month} ${moment.getUTCFullYear()}`;
    if (interval >= DAY || tick % DAY === 0) return `${moment.getUTCDate()} ${month}`;
    return moment.toISOString().slice(11, interval >= MINUTE ? 16 : 19);
  }

  function spanLabel(span) {
    if (span === 0) return "0";
    const parts = [];
    let rest = Math.round(span / SECOND) * SECOND;
    for (const [unit, size] of [["d", DAY], ["h", HOUR], ["m", MINUTE], ["s", SECOND]]) {
      const whole = Math.floor(rest / size);
      if (whole && parts.length < 2) parts.push(whole + unit);
      rest -= whole * size;
    }
    return parts.join(" ") || "0";
  }

  function tickLabels(ticks, exponent) {
    const largest = Math.max(0, ...ticks.map(Math.abs));
    if (largest === 0) return ticks.map(() => "0");
    const form = tickForm(Math.floor(Math.log10(largest)), exponent);
    return ticks.map((tick) => (tick === 0 ? "0" : (tick < 0 ? "−" : "") + form(Math.abs(tick))));
  }

  function tickForm(magnitude, exponent) {
    for (const [suffix, power] of UNITS) {
      if (magnitude >= power && power - exponent <= 2 && magnitude < 15) {
        const digits = Math.max(0, power - exponent);
        return (tick) => fixed(tick / 10 ** power, digits) + suffix;
      }
    }
    if (magnitude >= 9 || magnitude < -2 || exponent < -7) {
      const digits = Math.max(0, Math.min(15, magnitude - exponent));
      return (tick) => tick.toExponential(digits).replace("+", "");
    }
    return (tick) => fixed(tick, Math.max(0, -exponent));
  }

  function fixed(value, digits) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value.toLocaleString("en-US", options);
  }

  // A value as read off: six significant digits.
  function valueText(value) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(4).replace("+", "");
    return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
  }

  function momentText(time) {
    const moment = new Date(time);
    const day = `${moment.getUTCDate()} ${MONTH_NAMES[moment.getUTCMonth()]}`;
    return `${day} ${moment.getUTCFullYear()}, ${moment.toISOString().slice(11, 19)} UTC`;
  }

  // ---------------------------------------------------------------- curves

  const AUTO = { x: "step", y: "linear", smoothing: null };

  const X_AXES = {
    step: {
      label: "Step",
      values: stepsOf,
      axis: stepAxis,
      text: (value) => `step ${valueText(value)}`,
    },
    wall: { label: "Wall time", values: timesOf, axis: timeAxis, text: momentText },
    relative: {
      label: "Relative",
      values: (curve, start) => timesOf(curve).map((time) => time - start),
      axis: spanAxis,
      text: (value) => `${spanLabel(value)} in`,
    },
  };

  // Columns arrive packed: see curve_data in charts/curve.py.
  function unpack(name, data) {
    return {
      name,
      total: data.n || data.value.length,
      steps: data.step || data.value.map((_, place) => place),
      times: data.time ? runningSum(data.time) : null,
      values: data.value.map(Number),
    };
  }

  function runningSum(numbers) {
    let sum = 0;
    return numbers.map((number) => (sum += number));
  }

  function stepsOf(curve) {
    const { steps, total } = curve;
    const given = steps.length < 2 || steps[0] !== steps[steps.length - 1];
    if (given) return steps;
    const gap = (total - 1) / (steps.length - 1);
    return steps.map((_, place) => place * gap);
  }

  function timesOf(curve) {
    return curve.times || curve.values.map(() => 0);
  }

  // Exponential moving average, as in analysis/curves.py.
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

  // Lines break where a value is missing: each stretch gets a name (g) of its own. A stretch of
  // one point is given twice, because a line of one point is not drawn.
  function rows(s, xs, ys, drawable = Number.isFinite) {
    const stretches = [[]];
    ys.forEach((y, place) => {
      const stretch = stretches[stretches.length - 1];
      if (drawable(y)) stretch.push({ s, g: `${s}.${stretches.length}`, x: xs[place], y });
      else if (stretch.length) stretches.push([]);
    });
    return stretches.flatMap((each) => (each.length === 1 ? [each[0], { ...each[0] }] : each));
  }

  // Marks of values that are not finite; those that would overlap become one.
  function oddRows(chart, xs, ys, [low, high]) {
    const odd = new Map();
    ys.forEach((y, place) => {
      if (Number.isFinite(y)) return;
      const kind = Number.isNaN(y) ? "nan" : y > 0 ? "up" : "down";
      const spot = Math.floor((((xs[place] - low) / (high - low)) * chart.place.width) / 4);
      const key = `${kind} ${spot}`;
      if (!odd.has(key)) odd.set(key, { k: kind, x: xs[place], top: kind === "up" });
    });
    return [...odd.values()];
  }

  // The best point of each curve that has a known goal, where it is not the end already.
  function bestRows(chart, curves, xs, drawable) {
    return chart.best.flatMap((place, s) => {
      const { values } = curves[s];
      if (!(place >= 0) || place === values.length - 1 || !drawable(values[place])) return [];
      return [{ s, x: xs[s][place], y: values[place] }];
    });
  }

  function curvePicture(chart) {
    const curves = chart.metrics.map((name) => unpack(name, run.metrics[name]));
    const { x: mode, y: form } = chart.settings;
    const start = Math.min(...curves.map((curve) => timesOf(curve)[0]));
    const xs = curves.map((curve) => X_AXES[mode].values(curve, start));
    const positive = curves.some((curve) => curve.values.some((y) => y > 0));
    const log = form === "log" && positive;
    const drawable = log ? (y) => y > 0 && y < Infinity : Number.isFinite;
    const shown = curves.flatMap((curve) => curve.values.filter(drawable));
    const hidden = curves.flatMap((curve) => curve.values.filter((y) => y <= 0 && y > -Infinity));
    const x = X_AXES[mode].axis(xs.flat(), 5);
    const picture = {
      x,
      y: shown.length ? (log ? logAxis(shown, 4) : valueAxis(shown, 4)) : null,
      datasets: {
        raw: curves.flatMap((curve, s) => rows(s, xs[s], curve.values, drawable)),
        best: bestRows(chart, curves, xs, drawable),
        odd: curves.flatMap((curve, s) => oddRows(chart, xs[s], curve.values, x.domain)),
        ...smoothRows(chart, curves, xs, drawable),
      },
      params: { lone: curves.length === 1, raw_opacity: weightOf(chart) ? 0.25 : 0 },
      read: (at) => readCurves(chart, curves, xs, drawable, at),
      note: form === "log" && hidden.length ? logNote(log, hidden.length) : "",
      stops: [...new Set(xs.flat())].sort((a, b) => a - b),
    };
    picture.again = () => smoothRows(chart, curves, xs, drawable);
    return picture;
  }

  function logNote(log, count) {
    if (!log) return "No value is above 0, so the axis stays linear.";
    const values = count === 1 ? "1 value" : `${count} values`;
    return `${values} of 0 or less cannot be shown on a logarithmic axis.`;
  }

  function weightOf(chart) {
    const chosen = chart.settings.smoothing;
    return chosen === null ? chart.smoothing : chosen;
  }

  function smoothRows(chart, curves, xs, drawable) {
    const lines = curves.map((curve, s) =>
      rows(s, xs[s], smooth(curve.values, weightOf(chart)), drawable));
    return { smooth: lines.flat(), end: lines.flatMap((line) => line.slice(-1)) };
  }

  // What the pointer reads: of each curve the point nearest to it across.
  function readCurves(chart, curves, xs, drawable, at) {
    const weight = weightOf(chart);
    const stop = nearestOf(xs.flat(), at.x);
    const lines = curves.map((curve, s) => {
      const place = nearestPlace(xs[s], stop);
      const value = curve.values[place];
      const calm = weight ? smooth(curve.values.slice(0, place + 1), weight)[place] : value;
      return { s, x: xs[s][place], y: drawable(calm) ? calm : null, value, calm, name: curve.name };
    });
    return {
      x: stop,
      title: X_AXES[chart.settings.x].text(stop),
      marks: lines.filter((line) => line.y !== null),
      lines: lines.map((line) => ({
        colour: seriesColour(line.s, lines.length === 1),
        name: lines.length === 1 ? "" : line.name,
        value: valueText(line.value),
        note: weight && Number.isFinite(line.calm) ? `smoothed ${valueText(line.calm)}` : "",
      })),
    };
  }

  function nearestPlace(values, wanted) {
    let found = 0;
    values.forEach((value, place) => {
      if (Math.abs(value - wanted) < Math.abs(values[found] - wanted)) found = place;
    });
    return found;
  }

  function nearestOf(values, wanted) {
    return values[nearestPlace(values, wanted)];
  }

  function seriesColour(s, alone) {
    return alone ? "var(--c,var(--s1))" : `var(--s${(s % 8) + 1})`;
  }

  // ---------------------------------------------------------------- experiment pages

  function overlayPicture(chart) {
    const data = experiment.charts.overlay[chart.metrics[0]];
    const curves = data.runs.map((each) => ({ ...unpack(each.name, each), id: each.id }));
    const chosen = curves.slice(0, data.chosen);
    const context = curves.slice(data.chosen);
    const xs = new Map(curves.map((curve) => [curve, stepsOf(curve)]));
    const drawn = chosen.map((curve, s) => rows(s, xs.get(curve), curve.values));
    const x = stepAxis([...xs.values()].flat(), 6);
    return {
      x,
      y: overlayAxis(chosen, context),
      datasets: {
        context: context.flatMap((curve, place) => rows(place, xs.get(curve), curve.values)),
        chosen: [...drawn].reverse().flat(),
        end: drawn.flatMap((line) => line.slice(-1)),
        odd: chosen.flatMap((curve) => oddRows(chart, xs.get(curve), curve.values, x.domain)),
        pointed: [],
      },
      params: {},
      read: (at) => readOverlay(chart, chosen, curves, xs, at),
    };
  }

  // The chosen runs whole, of the others without the outermost 2 % at either end.
  function overlayAxis(chosen, context) {
    const finite = (curves) =>
      curves.flatMap((curve) => curve.values.filter(Number.isFinite)).sort((a, b) => a - b);
    const [shown, others] = [finite(chosen), finite(context)];
    const cut = Math.floor(others.length / 50);
    const kept = [...shown, ...others.slice(cut, others.length - cut)];
    return kept.length ? valueAxis(kept, 5) : null;
  }

  function readOverlay(chart, chosen, curves, xs, at) {
    let found = null;
    for (const curve of curves) {
      const place = nearestPlace(xs.get(curve), at.x);
      const y = curve.values[place];
      const far = Math.abs(chart.down(y) - at.down);
      if (far < (found ? found.far : NEAR)) found = { far, curve, x: xs.get(curve)[place], y };
    }
    if (!found) return null;
    const s = chosen.indexOf(found.curve);
    return {
      x: found.x,
      title: found.curve.name,
      marks: [{ s, x: found.x, y: found.y }],
      lines: [{ colour: s < 0 ? "var(--fg2)" : seriesColour(s), name: `step ${valueText(found.x)}`,
        value: valueText(found.y), note: "" }],
      pointed: rows(0, xs.get(found.curve), found.curve.values),
    };
  }

  function progressPicture(chart) {
    const data = experiment.charts.progress;
    const dots = data.runs.map(([id, name, x, y]) => ({ id, name, x, y }));
    const best = data.best.map((place) => dots[place]);
    const x = timeAxis(dots.map((dot) => dot.x), 6);
    const record = new Set(best);
    return {
      x,
      y: valueAxis(dots.map((dot) => dot.y), 5),
      datasets: {
        runs: dots.filter((dot) => !record.has(dot)),
        best,
        steps: [...best, { x: x.domain[1], y: best[best.length - 1].y }],
      },
      params: {},
      read: (at) => readProgress(chart, dots, record, at),
    };
  }

  function readProgress(chart, dots, record, at) {
    let found = null;
    let nearest = NEAR;
    for (const dot of dots) {
      const far = Math.hypot(chart.across(dot.x) - at.across, chart.down(dot.y) - at.down);
      if (far < nearest) [found, nearest] = [dot, far];
    }
    if (!found) return null;
    return {
      x: found.x,
      title: found.name,
      marks: [{ s: 0, x: found.x, y: found.y }],
      lines: [{ colour: record.has(found) ? "var(--s1)" : "var(--mute)", name: momentText(found.x),
        value: valueText(found.y), note: record.has(found) ? "best so far" : "" }],
    };
  }

  // As _datasets in charts/parallel.py.
  function parallelPicture(chart) {
    const { axes, runs } = experiment.charts.parallel;
    const last = axes.length - 1;
    const room = Math.floor(chart.place.width / last / 7.5);
    const points = (heights) => heights.map((p, d) => ({ d, p }));
    return {
      x: null,
      y: null,
      datasets: {
        lines: runs.flatMap(([, , b, heights], i) => heights.map((p, d) => ({ i, d, p, b }))),
        top: points(runs[runs.length - 1][3]),
        axes: axes.map((_, d) => ({ d })),
        names: axes.map(({ name }, d) =>
          ({ d, t: short(name, room), a: d === 0 ? "left" : d === last ? "right" : "center" })),
        ticks: axes.flatMap(({ ticks }, d) => ticks.map(([p, t]) => ({ d, p, t }))),
        pointed: [],
      },
      params: { last_axis: last },
      read: (at) => readParallel(chart, axes, runs, at),
    };
  }

  function short(text, most) {
    return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
  }

  function readParallel(chart, axes, runs, at) {
    const width = chart.place.width / (axes.length - 1);
    const d = Math.max(0, Math.min(axes.length - 2, Math.floor(at.across / width)));
    const part = at.across / width - d;
    let found = null;
    let nearest = NEAR / 2;
    for (const each of runs) {
      const height = each[3][d] + (each[3][d + 1] - each[3][d]) * ease(part);
      const far = Math.abs((1 - height) * chart.place.height - at.down);
      if (far < nearest) [found, nearest] = [each, far];
    }
    if (!found) return null;
    return {
      title: found[1],
      marks: [],
      lines: axes.map(({ name }, place) => ({ name, value: found[4][place], note: "" })),
      pointed: found[3].map((p, place) => ({ d: place, p })),
    };
  }

  // The lines leave an axis level and bend in between.
  function ease(part) {
    const inside = Math.max(0, Math.min(1, part));
    return inside * inside * (3 - 2 * inside);
  }

  const PICTURES = {
    curve: curvePicture,
    overlay: overlayPicture,
    progress: progressPicture,
    parallel: parallelPicture,
  };

  // ---------------------------------------------------------------- one chart of the page

  class LiveChart {
    constructor(figure) {
      this.figure = figure;
      this.box = figure.querySelector(".chart");
      this.kind = figure.dataset.chart;
      const { metrics, metric } = figure.dataset;
      this.metrics = metrics ? JSON.parse(metrics) : [metric];
      this.settings = { ...AUTO };
      const still = this.box.querySelector("svg");
      const [left, top, width, height] = still.dataset.plot.split(" ").map(Number);
      this.place = { left, top, width, height };
      this.size = still.viewBox.baseVal;
      this.smoothing = Number(still.dataset.smoothing || 0);
      this.best = (still.dataset.best || "").split(" ").map((place) => parseInt(place, 10));
      this.view = null;
      this.work = null;
      this.stop = null;
    }

    // Draws once; further calls while that lasts, or after it, do nothing.
    wake() {
      if (!this.work) this.redraw();
    }

    redraw() {
      const before = this.work || Promise.resolve();
      this.work = before.then(loaded).then(() => this.draw()).catch((error) => this.giveUp(error));
      return this.work;
    }

    async draw() {
      this.picture = PICTURES[this.kind](this);
      if (this.kind !== "parallel" && !this.picture.y) return; // nothing to be read off
      const holder = html("div");
      holder.className = "plot-live";
      const result = await window.vegaEmbed(holder, filled(this), {
        ast: true, // no eval, which the page's policy forbids
        actions: false,
        defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
        renderer: "svg",
      });
      const drawn = holder.querySelector("svg");
      drawn.setAttribute("font-size", "11.5");
      drawn.setAttribute("aria-hidden", "true");
      this.over = overlay(this.size);
      holder.append(this.over);
      if (this.view) this.view.finalize();
      this.view = result.view;
      // Only now does the static drawing go: there is never an empty box.
      this.box.replaceChildren(holder);
      this.box.title = this.picture.note || "";
      this.figure.classList.add("is-live");
    }

    giveUp(error) {
      this.work = null;
      loading = null;
      this.box.title = "The live chart could not be loaded; this is its static drawing.";
      say(this.box.title);
      console.warn("reportgen: live chart:", error);
    }

    // New settings; smoothing alone changes the data of the chart that is there.
    set(changes) {
      Object.assign(this.settings, changes);
      hideTip();
      const onlySmoothing = Object.keys(changes).join() === "smoothing";
      if (onlySmoothing && this.view && this.picture.again) this.smoothAgain();
      else this.redraw();
    }

    smoothAgain() {
      const { smooth: line, end } = this.picture.again();
      this.view.data("smooth", line).data("end", end);
      this.view.signal("raw_opacity", weightOf(this) ? 0.25 : 0).runAsync();
    }

    across(x) {
      return this.view.scale("x")(x);
    }

    down(y) {
      return this.view.scale("y")(y);
    }

    // Where the pointer is, in the units of the plot, and what that means on the x axis.
    at(event) {
      const box = this.over.getBoundingClientRect();
      const unit = this.size.width / box.width;
      const across = (event.clientX - box.left) * unit - this.place.left;
      const down = (event.clientY - box.top) * unit - this.place.top;
      const inside = Math.max(0, Math.min(this.place.width, across));
      return { across, down, x: this.view.scale("x").invert(inside) };
    }

    point(event) {
      if (!this.view) return;
      const reading = this.picture.read(this.at(event));
      this.show(reading, event.clientX, event.clientY);
    }

    show(reading, left, top) {
      this.stop = reading ? reading.x : null;
      drawMarks(this, reading);
      if ("pointed" in this.picture.datasets) {
        this.view.data("pointed", (reading && reading.pointed) || []).runAsync();
      }
      if (reading) showTip(reading, left, top);
      else hideTip();
    }

    hide() {
      if (this.view) this.show(null);
    }

    // Arrow keys walk along the points of a curve.
    key(event) {
      if (event.key === "Escape") this.hide();
      const stops = this.view && this.picture.stops;
      if (!stops) return;
      const here = this.stop === null ? -1 : nearestPlace(stops, this.stop);
      const goal = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: stops.length - 1 };
      if (!(event.key in goal)) return;
      event.preventDefault();
      const x = stops[Math.max(0, Math.min(stops.length - 1, goal[event.key]))];
      const reading = this.picture.read({ x });
      const box = this.over.getBoundingClientRect();
      const left = ((this.place.left + this.across(x)) * box.width) / this.size.width;
      this.show(reading, box.left + left, box.top + box.height / 3);
      say([reading.title, ...reading.lines.map((line) => `${line.name} ${line.value}`)].join(", "));
    }
  }

  // The template of a chart with its data, its axes and its place.
  function filled(chart) {
    const { picture, place, size } = chart;
    const spec = structuredClone(templates[chart.kind]);
    const values = { ...picture.params };
    for (const name of ["x", "y"]) {
      if (!picture[name]) continue;
      const { domain, ticks, labels, type } = picture[name];
      values[`${name}_domain`] = domain;
      values[`${name}_ticks`] = ticks;
      values[`${name}_labels`] = Object.fromEntries(ticks.map((tick, i) => [tick, labels[i]]));
      if (type === "log") spec.encoding[name].scale.type = "log";
    }
    for (const param of spec.params) if (param.name in values) param.value = values[param.name];
    const right = size.width - place.left - place.width;
    const bottom = size.height - place.top - place.height;
    const padding = { left: place.left, top: place.top, right, bottom };
    return Object.assign(spec, {
      datasets: picture.datasets, width: place.width, height: place.height, padding,
    });
  }

  // ---------------------------------------------------------------- crosshair and tip

  // A second drawing above the chart, in the same units.
  function overlay(size) {
    const viewBox = `0 0 ${size.width} ${size.height}`;
    return svg("svg", { viewBox, class: "plot-over", "aria-hidden": "true", fill: "none" });
  }

  function drawMarks(chart, reading) {
    const marks = reading ? reading.marks : [];
    const { left, top, height } = chart.place;
    const shapes = marks.map((mark) => svg("circle", {
      cx: left + chart.across(mark.x), cy: top + chart.down(mark.y), r: 4, "stroke-width": 2,
      fill: mark.s < 0 ? "var(--fg2)" : seriesColour(mark.s, chart.metrics.length === 1 &&
        chart.kind === "curve"),
      stroke: "var(--card)",
    }));
    if (reading && chart.kind === "curve") {
      const x = left + chart.across(reading.x);
      shapes.unshift(svg("path", { d: `M${x},${top}v${height}`, stroke: "var(--fg3)",
        "stroke-width": 1, "stroke-dasharray": "3 3", opacity: 0.7 }));
    }
    chart.over.replaceChildren(...shapes);
  }

  let tip = null;

  function showTip(reading, left, top) {
    if (!tip) {
      tip = html("div", "plot-tip");
      document.body.append(tip);
    }
    tip.replaceChildren(html("strong", "", reading.title), ...reading.lines.map(tipLine));
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const room = document.documentElement.clientWidth - 8;
    const right = left + 16 + width < room;
    const beside = right || left - 16 - width > 8;
    // Where neither side has room, on phones, it stands above the finger.
    const x = right ? left + 16 : beside ? left - 16 - width : 8;
    const y = beside ? top + 16 : top - height - 24;
    tip.style.left = `${Math.max(8, x)}px`;
    tip.style.top = `${Math.max(8, Math.min(y, window.innerHeight - height - 8))}px`;
  }

  function tipLine(line) {
    const row = html("div", "plot-tip-row");
    if (line.colour) {
      const swatch = html("i", "");
      swatch.style.background = line.colour;
      row.append(swatch);
    }
    row.append(html("span", "", line.name), html("b", "", line.value));
    if (line.note) row.append(html("small", "", line.note));
    return row;
  }

  function hideTip() {
    if (tip) tip.hidden = true;
  }

  // ---------------------------------------------------------------- tools

  // Buttons and slider for `apply`, which is told what changed.
  function tools(apply, smoothing) {
    const box = html("div", "plot-set");
    const choices = Object.entries(X_AXES).map(([key, { label }]) => [key, label]);
    const x = segments("x axis", choices, (value) => apply({ x: value }));
    const y = segments("y axis", [["linear", "Linear"], ["log", "Log"]], (value) =>
      apply({ y: value }));
    const slider = smoothingSlider(smoothing, (value) => apply({ smoothing: value }));
    const reset = button("Reset", () => {
      x.show(AUTO.x);
      y.show(AUTO.y);
      slider.reset();
      apply({ ...AUTO });
    });
    reset.className = "plot-reset";
    box.append(x.box, y.box, slider.box, reset);
    const show = (settings) => {
      x.show(settings.x);
      y.show(settings.y);
      slider.show(settings.smoothing);
    };
    return { box, show };
  }

  function segments(label, choices, choose) {
    const box = html("div", "plot-seg");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", label);
    const buttons = choices.map(([value, text]) => {
      const made = button(text, () => {
        show(value);
        choose(value);
      });
      made.value = value;
      return made;
    });
    const show = (value) =>
      buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.value === value)));
    show(choices[0][0]);
    box.append(...buttons);
    return { box, show };
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
    const reset = () => show(null);
    input.addEventListener("input", () => {
      show(input.value);
      choose(Number(input.value));
    });
    reset();
    box.append(html("span", "", "Smooth"), input, output);
    return { box, show, reset };
  }

  function button(text, act) {
    const made = html("button", "", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  // A button in the card's header opens the tools of this chart under it.
  function addTools(chart) {
    const corner = chart.figure.querySelector(".plot-tools");
    if (!corner) return;
    const set = tools((changes) => chart.set(changes), chart.smoothing);
    set.box.hidden = true;
    const toggle = button("", () => {
      set.box.hidden = !set.box.hidden;
      toggle.setAttribute("aria-expanded", String(!set.box.hidden));
      chart.wake();
    });
    toggle.className = "plot-toggle";
    toggle.setAttribute("aria-expanded", "false");
    toggle.setAttribute("aria-label", `Chart options of ${chart.metrics.join(", ")}`);
    toggle.append(slidersIcon());
    corner.append(toggle);
    corner.hidden = false;
    chart.box.before(set.box);
    chart.showSettings = () => set.show(chart.settings);
  }

  function slidersIcon() {
    const icon = svg("svg", { viewBox: "0 0 16 16", class: "i s", "aria-hidden": "true" });
    icon.append(svg("path", { d: "M2 4.5h6m4 0h2M2 11.5h2m4 0h6" }));
    icon.append(svg("circle", { cx: 10, cy: 4.5, r: 1.9 }));
    icon.append(svg("circle", { cx: 6, cy: 11.5, r: 1.9 }));
    return icon;
  }

  // One set of tools for all curves of the page. Charts out of sight change when they are seen.
  function addPageTools(charts) {
    const corner = document.querySelector("[data-plot-controls]");
    if (!corner || !charts.length) return;
    const waiting = new Map();
    const seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const chart = waiting.get(target);
        if (!isIntersecting || !chart) continue;
        waiting.delete(target);
        seen.unobserve(target);
        chart.set(chart.pending);
        chart.pending = {};
      }
    });
    const set = tools((changes) => {
      for (const chart of charts) {
        chart.pending = { ...chart.pending, ...changes };
        Object.assign(chart.settings, changes);
        if (chart.showSettings) chart.showSettings();
        waiting.set(chart.box, chart);
        seen.unobserve(chart.box);
        seen.observe(chart.box);
      }
    }, 0);
    corner.append(set.box);
    corner.hidden = false;
  }

  // ---------------------------------------------------------------- the page

  function listen(chart) {
    const { box } = chart;
    box.addEventListener("pointerenter", () => chart.wake());
    box.addEventListener("focus", () => chart.wake());
    box.addEventListener("pointermove", (event) => chart.point(event));
    box.addEventListener("pointerdown", (event) => chart.point(event));
    box.addEventListener("pointerleave", () => chart.hide());
    box.addEventListener("blur", () => chart.hide());
    box.addEventListener("keydown", (event) => chart.key(event));
  }

  function start() {
    const figures = [...document.querySelectorAll("figure[data-chart]")];
    const drawn = figures.filter((figure) => figure.querySelector(".chart svg[data-plot]"));
    const charts = drawn.map((figure) => new LiveChart(figure));
    charts.forEach(listen);
    const curves = charts.filter((chart) => chart.kind === "curve");
    curves.forEach(addTools);
    addPageTools(curves);
    window.addEventListener("scroll", hideTip, { passive: true });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
