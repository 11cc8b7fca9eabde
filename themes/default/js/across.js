// The pictures across the runs of an experiment: `progress` over time, and `parallel` coordinates.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { axes } = RG;
  const plots = (RG.plots = RG.plots || { pictures: {}, data: { run: null, experiment: null } });
  const NEAR = 28; // how near, in chart units, the pointer must be to a dot or a line

  function progressPicture(chart) {
    const data = plots.data.experiment.charts.progress;
    const dots = data.runs.map(([id, name, x, y]) => ({ id, name, x, y }));
    const best = data.best.map((place) => dots[place]);
    const x = axes.time(dots.map((dot) => dot.x), 6);
    const record = new Set(best);
    return {
      x,
      y: axes.value(dots.map((dot) => dot.y), 5),
      datasets: {
        runs: dots.filter((dot) => !record.has(dot)),
        best,
        steps: [...best, { x: x.domain[1], y: best[best.length - 1].y }],
      },
      params: {},
      read: (at) => readProgress(chart, dots, record, at),
    };
  }

  /** The dot {x, y} next to a place of the chart, if it is near enough to be meant; else null. */
  plots.nearestDot = (chart, dots, at) => {
    let found = null;
    let nearest = NEAR;
    for (const dot of dots) {
      const far = Math.hypot(chart.across(dot.x) - at.across, chart.down(dot.y) - at.down);
      if (far < nearest) [found, nearest] = [dot, far];
    }
    return found;
  };

  function readProgress(chart, dots, record, at) {
    const found = plots.nearestDot(chart, dots, at);
    if (!found) return null;
    return {
      x: found.x,
      title: found.name,
      marks: [{ s: 0, x: found.x, y: found.y }],
      lines: [{ colour: record.has(found) ? "var(--s1)" : "var(--mute)", name: axes.momentText(found.x),
        value: axes.valueText(found.y), note: record.has(found) ? "best so far" : "" }],
    };
  }

  // As _datasets in charts/parallel.py.
  function parallelPicture(chart) {
    const { axes, runs } = plots.data.experiment.charts.parallel;
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

  Object.assign(plots.pictures, { progress: progressPicture, parallel: parallelPicture });
})();
