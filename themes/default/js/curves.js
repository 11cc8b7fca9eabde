// The pictures of metric curves: one run's metrics (`curve`), one metric of many runs (`overlay`).
// A picture is what plots.js fills a chart's template with and reads values from.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { axes } = RG;
  const plots = (RG.plots = RG.plots || { pictures: {}, data: { run: null, experiment: null } });
  const NEAR = 28; // how near, in chart units, the pointer must be to a line

  // ---------------------------------------------------------------- curves

  const AUTO = { x: "step", y: "linear", smoothing: null };

  const X_AXES = {
    step: {
      label: "Step",
      values: stepsOf,
      axis: axes.step,
      text: (value) => `step ${axes.valueText(value)}`,
    },
    wall: { label: "Wall time", values: timesOf, axis: axes.time, text: axes.momentText },
    relative: {
      label: "Relative",
      values: (curve, start) => timesOf(curve).map((time) => time - start),
      axis: axes.span,
      text: (value) => `${axes.spanLabel(value)} in`,
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
    const curves = chart.metrics.map((name) => unpack(name, plots.data.run.metrics[name]));
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
      y: shown.length ? (log ? axes.log(shown, 4) : axes.value(shown, 4)) : null,
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
        value: axes.valueText(line.value),
        note: weight && Number.isFinite(line.calm) ? `smoothed ${axes.valueText(line.calm)}` : "",
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
    const data = plots.data.experiment.charts.overlay[chart.metrics[0]];
    const curves = data.runs.map((each) => ({ ...unpack(each.name, each), id: each.id, hue: each.hue || 0 }));
    const chosen = curves.slice(0, data.chosen);
    const context = curves.slice(data.chosen);
    const xs = new Map(curves.map((curve) => [curve, stepsOf(curve)]));
    const drawn = chosen.map((curve, s) =>
      rows(s, xs.get(curve), curve.values).map((row) => ({ ...row, h: curve.hue })));
    const x = axes.step([...xs.values()].flat(), 6);
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
    return kept.length ? axes.value(kept, 5) : null;
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
    const s = chosen.includes(found.curve) ? found.curve.hue : -1;
    return {
      x: found.x,
      title: found.curve.name,
      marks: [{ s, x: found.x, y: found.y }],
      lines: [{ colour: s < 0 ? "var(--fg2)" : seriesColour(s), name: `step ${axes.valueText(found.x)}`,
        value: axes.valueText(found.y), note: "" }],
      pointed: rows(0, xs.get(found.curve), found.curve.values),
    };
  }

  Object.assign(plots.pictures, { curve: curvePicture, overlay: overlayPicture });
  Object.assign(plots, { AUTO, X_AXES, nearestPlace, seriesColour, weightOf });
})();
