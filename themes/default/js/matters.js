// The pictures of what matters across the runs of an experiment, of the columns of its table:
//   scatter     {x, y, colour, size}   any two columns, the shade by a third, the area by a fourth
//   strips      {x, y}                 a metric by the values of a parameter
//   heatmap     {x, down, y}           a metric by two parameters
//   trend       {y, levels: [[first, end, mean], …]}   over the runs in order of start
//   importance  {bars: [[name, value, spread], …], title?, columns?}; features of artifacts too
//   confusion   {cells: {columns, lines, names, values: [[count, …], …]}}
// These fields come as JSON in data-fields, ids of columns; the chart's tools choose others.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { axes, element: html, matters } = RG;
  const { plots } = RG;
  const MOST_DOTS = 3000;
  const FEW = 12; // values of a parameter that strips and heat maps show one by one
  const BINS = 6;
  const GOLDEN = 0.618034; // as charts/strips.py
  const NONE = [["", "none"]];

  const fieldsOf = (chart) => {
    chart.fields ||= JSON.parse(chart.figure.dataset.fields || "{}");
    return { ...chart.fields, ...chart.settings.fields };
  };

  const isChanged = (chart) => Object.keys(chart.settings.fields || {}).length > 0;

  const finite = ({ x, y }) => Number.isFinite(x) && Number.isFinite(y);

  function isBetter(goal) {
    return goal === "max" ? (a, b) => a > b : (a, b) => a < b;
  }

  function bestOf(dots, column, value = (dot) => dot.y) {
    if (!column?.goal) return null;
    const better = isBetter(column.goal);
    return dots.reduce((best, dot) => (!best || better(value(dot), value(best)) ? dot : best), null);
  }

  /** The words of the card for other columns than it came with. */
  function retitle(chart, title, note) {
    if (!isChanged(chart) && !chart.retitled) return;
    chart.retitled = true;
    chart.figure.querySelector("h3").textContent = title;
    chart.figure.querySelector("header .note").textContent = note;
  }

  // ---------------------------------------------------------------- dots

  /** Datasets of dots: those the table shows, and those it has selected in their colours. */
  function dotSets(dots, y) {
    const { has, selected } = matters.shown();
    const [ids, hues] = ["attributes.run_id", "attributes.hue"].map((id) => RG.store.get(id));
    const chosen = new Set(selected);
    const best = bestOf(dots, y);
    const idOf = ({ row }) => ids?.text(row) ?? "";
    return {
      points: dots.map((dot) => ({ x: dot.x, y: dot.y, b: dot.b, z: dot.z, f: has(idOf(dot)) })),
      chosen: dots.filter((dot) => chosen.has(idOf(dot))).map((dot) =>
        ({ x: dot.x, y: dot.y, z: Math.max(70, dot.z), h: hues?.values[dot.row] || 0 })),
      best: best ? [{ x: best.x, y: best.y }] : [],
    };
  }

  const NO_DOTS = { boxes: [], changes: [], levels: [] };

  function readDot(chart, dots, shownColumns, at) {
    const found = plots.nearestDot(chart, dots, at);
    if (!found) return null;
    const { row } = found;
    return {
      x: found.x,
      title: RG.store.get("attributes.run_name").text(row),
      href: hrefOf(row),
      marks: [{ x: found.x, y: found.y, colour: "var(--accent)" }],
      lines: shownColumns.map((column) => ({ name: matters.words(column), value: valueIn(column, row) })),
    };
  }

  function hrefOf(row) {
    const href = RG.store.get("attributes.href");
    return href?.loaded && !href.isMissing(row) ? RG.keepVersion(href.text(row)) : "";
  }

  const valueIn = (column, row) => {
    if (column.isMissing(row)) return "–";
    return column.isNumber ? axes.valueText(column.values[row]) : column.text(row);
  };

  function tableOf(dots, shownColumns) {
    const name = RG.store.get("attributes.run_name");
    const cell = (column, row) =>
      column.isMissing(row) ? null : column.isNumber ? column.values[row] : column.text(row);
    return {
      columns: ["run", ...shownColumns.map(matters.words)],
      rows: dots.map(({ row }) =>
        [name.text(row), ...shownColumns.map((column) => cell(column, row))]),
    };
  }

  const stopsOf = (dots) =>
    dots.map(({ x, y }) => ({ x, y })).sort((a, b) => a.x - b.x || a.y - b.y);

  function noteOf(drawn, rows) {
    const [n, m] = [drawn, rows].map((count) => count.toLocaleString("en-US"));
    return drawn < rows ? `${n} of ${m} runs have both values` : "";
  }

  // ---------------------------------------------------------------- scatter

  async function scatterPicture(chart) {
    const fields = fieldsOf(chart);
    const [x, y, colour, size] =
      await matters.columns(fields.x, fields.y, fields.colour, fields.size);
    const rows = matters.counted();
    const [across, down] = [x, y].map((column) => matters.scale(column, rows));
    const [shade, area] = [matters.fifths(colour, rows), matters.areas(size, rows)];
    const all = rows.map((row) =>
      ({ row, x: across.at(row), y: down.at(row), b: shade(row), z: area(row) })).filter(finite);
    const { logX, logY } = chart.settings.logs || {};
    const fit = all.filter((dot) => !(logX && dot.x <= 0) && !(logY && dot.y <= 0));
    const dots = thinned(fit);
    const shownColumns = [x, y, colour, size].filter(Boolean);
    const names = shownColumns.map(matters.words);
    const tone = [colour && `darker for more ${matters.words(colour)}`,
      size && `larger for more ${matters.words(size)}`].filter(Boolean).join("; ");
    retitle(chart, `${names[1]} against ${names[0]}`, tone);
    if (!dots.length) return { x: matters.category([""]), y: null, datasets: {}, params: {} };
    return {
      template: "cloud",
      x: matters.axisOf(across, dots.map((dot) => dot.x), logX ?? null),
      y: matters.axisOf(down, dots.map((dot) => dot.y), logY ?? null),
      xTitle: names[0],
      datasets: { ...NO_DOTS, ...dotSets(dots, y) },
      params: {},
      zoom: "xy",
      read: (at) => readDot(chart, dots, shownColumns, at),
      stops: stopsOf(dots),
      follow: () => dotSets(dots, y),
      note: noteOf(fit.length, rows.length),
      alt: `${names[1]} against ${names[0]} in ${fit.length} runs${tone && `; ${tone}`}`,
      table: () => tableOf(fit, shownColumns),
    };
  }

  /** Every so many of too many. */
  function thinned(dots) {
    const step = Math.ceil(dots.length / MOST_DOTS);
    return step > 1 ? dots.filter((_, place) => place % step === 0) : dots;
  }

  // ---------------------------------------------------------------- strips

  async function stripsPicture(chart) {
    const fields = fieldsOf(chart);
    const [x, y] = await matters.columns(fields.x, fields.y);
    const rows = matters.counted();
    const bins = matters.binned(x, rows, FEW, BINS);
    const { at: height } = matters.scale(y, rows);
    const groups = (bins?.labels || []).map(() => []);
    for (const row of rows) {
      const place = bins ? bins.at(row) : -1;
      if (place >= 0 && Number.isFinite(height(row))) groups[place].push(row);
    }
    const half = 0.36;
    const dots = groups.flatMap((group, place) => group.map((row, turn) => ({
      row, x: place + (((turn * GOLDEN) % 1) - 0.5) * 1.5 * half, y: height(row), b: 4, z: 26 })));
    const quartiles = groups.map((group) => quartilesOf(group.map(height)));
    retitle(chart, `${matters.words(y)} by ${matters.words(x)}`, "a dot a run; boxes are quartiles");
    if (!dots.length) return { x: matters.category([""]), y: null, datasets: {}, params: {} };
    const labels = bins.labels.map((label, place) => `${short(label, 14)} (${groups[place].length})`);
    const boxes = quartiles.map((q, place) =>
      q && { x: place - half, x2: place + half, y: q[0], y2: q[2] }).filter(Boolean);
    const medians = quartiles.map((q, place) =>
      q && { x: place - half, x2: place + half, y: q[1], w: false }).filter(Boolean);
    const top = bestOf(medians, y);
    if (top) top.w = true;
    return {
      template: "cloud",
      x: matters.category(labels),
      y: matters.axisOf({ isNumber: true }, dots.map((dot) => dot.y), false),
      xTitle: `${matters.words(x)} (runs)`,
      datasets: { ...NO_DOTS, boxes, levels: medians, ...dotSets(dots, null) },
      params: {},
      read: (at) => readDot(chart, dots, [x, y], at),
      stops: stopsOf(dots),
      follow: () => dotSets(dots, null),
      alt: `${matters.words(y)} by ${matters.words(x)}; medians: ${bins.labels
        .map((label, place) => quartiles[place] && `${label} ${axes.valueText(quartiles[place][1])}`)
        .filter(Boolean).join(", ")}`,
      table: () => tableOf(dots, [x, y]),
    };
  }

  /** Lower quartile, median and upper quartile, with linear interpolation; null of nothing. */
  function quartilesOf(values) {
    if (!values.length) return null;
    const sorted = [...values].sort((a, b) => a - b);
    return [0.25, 0.5, 0.75].map((share) => {
      const at = share * (sorted.length - 1);
      const low = Math.floor(at);
      return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
    });
  }

  const short = (text, most) =>
    text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1)).trimEnd()}…`;

  // ---------------------------------------------------------------- cells

  async function heatPicture(chart) {
    const fields = fieldsOf(chart);
    if (fields.cells) return cellsPicture(chart, fields.cells);
    const [x, down, y] = await matters.columns(fields.x, fields.down, fields.y);
    const rows = matters.counted();
    const [across, below] = [x, down].map((column) => matters.binned(column, rows, FEW, BINS));
    const { at: value } = matters.scale(y, rows);
    const found = new Map();
    for (const row of rows) {
      const [column, line] = [across?.at(row) ?? -1, below?.at(row) ?? -1];
      if (column < 0 || line < 0 || !Number.isFinite(value(row))) continue;
      const key = `${line} ${column}`;
      if (!found.has(key)) found.set(key, { line, column, values: [] });
      found.get(key).values.push(value(row));
    }
    const better = isBetter(y.goal);
    const ofBest = chart.settings.of === "best" && y.goal;
    const one = (values) => ofBest ? values.reduce((a, b) => (better(b, a) ? b : a))
      : values.reduce((sum, each) => sum + each, 0) / values.length;
    const cells = [...found.values()].map((cell) => ({ ...cell, value: one(cell.values) }));
    const names = [x, down, y].map(matters.words);
    const what = ofBest ? "the best of each" : "means";
    chart.retitled ||= ofBest;
    retitle(chart, `${names[2]} by ${names[1]} and ${names[0]}`,
      `${what}, darker for ${y.goal ? "better" : "more"}; n runs`);
    return cellsOf(chart, {
      cells, columns: across?.labels || [], lines: below?.labels || [], goal: y.goal, names,
      note: (cell) => `n ${cell.values.length}`,
      alt: `${what} of ${names[2]} by ${names[1]} and ${names[0]} in ${cells.length} cells`,
    });
  }

  /** Counts that came with the page: {columns, lines, names, values: [[…], …]}, the shade is the
   * share of a line. */
  function cellsPicture(chart, given) {
    const cells = given.values.flatMap((values, line) => {
      const total = values.reduce((sum, value) => sum + value, 0);
      return values.map((value, column) => ({ line, column, value, share: value / total }))
        .filter(({ value }) => value > 0);
    });
    return cellsOf(chart, { ...given, cells, goal: null, note: () => "" });
  }

  function cellsOf(chart, { cells, columns, lines, goal, names, note, alt }) {
    if (!cells.length) return { x: matters.category([""]), y: null, datasets: {}, params: {} };
    const values = cells.map((cell) => cell.value);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const share = (cell) => {
      const { value } = cell;
      if ("share" in cell) return cell.share;
      const part = high > low ? (value - low) / (high - low) : 1;
      return goal === "min" ? 1 - part : part;
    };
    const box = ({ line, column }) =>
      ({ x: column - 0.5, x2: column + 0.5, y: line - 0.5, y2: line + 0.5 });
    const shade = (cell) => Math.max(0, Math.min(4, Math.floor(share(cell) * 5)));
    const best = bestOf(cells, { goal }, (cell) => cell.value);
    const left = 34 + 6.7 * Math.max(...lines.map((label) => short(label, 16).length));
    const place = { left, top: 8, right: 8, bottom: 44 };
    const room = Math.floor((chart.size.width - left - 8) / columns.length / 6.7);
    const isTall = (chart.size.height - 52) / lines.length >= 34;
    const at = (cell, t) => ({ x: cell.column, y: cell.line, b: shade(cell), t });
    return {
      template: "cells",
      place,
      x: matters.category(columns.map((label) => short(label, Math.max(3, room)))),
      y: matters.category(lines.map((label) => short(label, 16)), [lines.length - 0.5, -0.5]),
      xTitle: names[0],
      yTitle: names[1],
      datasets: {
        cells: cells.map((cell) => ({ ...box(cell), b: shade(cell) })),
        texts: cells.map((cell) => at(cell, room < 3 ? "" : short(axes.valueText(rounded(cell.value)), room))),
        notes: cells.map((cell) => at(cell, isTall && room > 3 ? note(cell) : "")),
        best: best ? [box(best)] : [],
      },
      params: {},
      read: (pointed) => readCell(chart, cells, { columns, lines, names, note }, pointed),
      stops: [...cells].sort((a, b) => a.line - b.line || a.column - b.column)
        .map(({ column, line }) => ({ x: column, y: line })),
      ...(alt && { alt }),
      table: () => ({
        columns: [names[1], names[0], names[2], ...(cells[0].values ? ["n"] : [])],
        rows: cells.map((cell) => [lines[cell.line], columns[cell.column], cell.value,
          ...(cell.values ? [cell.values.length] : [])]),
      }),
    };
  }

  const rounded = (value) => Number(value.toPrecision(4));

  function readCell(chart, cells, { columns, lines, names, note }, at) {
    const [across, down] = [at.across / chart.place.width, at.down / chart.place.height];
    const [column, line] = [Math.floor(across * columns.length), Math.floor(down * lines.length)];
    const cell = cells.find((each) => each.column === column && each.line === line);
    if (!cell) return null;
    return {
      x: cell.column,
      title: `${names[1]} ${lines[line]}, ${names[0]} ${columns[column]}`,
      marks: [],
      lines: [{ name: names[2], value: axes.valueText(cell.value), note: note(cell) }],
    };
  }

  // ---------------------------------------------------------------- over the runs

  async function trendPicture(chart) {
    const fields = fieldsOf(chart);
    const [y, started] = await matters.columns(fields.y, "attributes.start_time");
    const ids = RG.store.get("attributes.run_id");
    const { at: value } = matters.scale(y, matters.counted());
    const rows = matters.counted().filter((row) =>
      Number.isFinite(value(row)) && !started.isMissing(row));
    rows.sort((a, b) => started.values[a] - started.values[b] || (ids.text(a) < ids.text(b) ? -1 : 1));
    const dots = rows.map((row, place) => ({ row, x: place + 1, y: value(row), b: -1, z: 30 }));
    const levels = isChanged(chart) ? [] : fields.levels;
    const within = (x) => Math.max(1, Math.min(dots.length, x));
    retitle(chart, `${matters.words(y)} over the runs`, `${dots.length} runs in order of start`);
    if (!dots.length) return { x: matters.category([""]), y: null, datasets: {}, params: {} };
    return {
      template: "cloud",
      x: axes.step([1, dots.length], 8),
      y: axes.value(dots.map((dot) => dot.y), 4),
      xTitle: "run, in order of start",
      datasets: {
        ...NO_DOTS,
        changes: levels.slice(1).map(([first]) => ({ x: first + 0.5 })),
        levels: levels.map(([first, end, mean]) =>
          ({ x: within(first + 0.75), x2: within(end + 0.25), y: mean, w: true })),
        ...dotSets(dots, y),
      },
      params: {},
      zoom: "x",
      read: (at) => readDot(chart, dots, [y], at),
      stops: stopsOf(dots),
      follow: () => dotSets(dots, y),
      table: () => tableOf(dots, [y]),
    };
  }

  // ---------------------------------------------------------------- bars

  function barsPicture(chart) {
    const { bars, title = "fall of R² when shuffled", columns } = fieldsOf(chart);
    const half = 0.27;
    const plot = chart.still.dataset.plot.split(" ").map(Number);
    const place = { left: plot[0], top: plot[1], right: chart.size.width - plot[0] - plot[2],
      bottom: chart.size.height - plot[1] - plot[3] };
    const drawn = bars.slice(0, Math.round(plot[3] / 30));
    const ends = drawn.flatMap(([, value, spread]) => [value - spread, value + spread]);
    const most = Math.floor((place.left - 16) / 6.7);
    const at = ([name, value, spread]) => ({
      title: name, marks: [],
      lines: [{ name: title, value: axes.valueText(value),
        note: spread ? `± ${axes.valueText(spread)}` : "" }],
    });
    return {
      template: "bars",
      place,
      x: axes.value([0, ...ends], 4),
      y: matters.category(drawn.map(([name]) => short(name, most)), [drawn.length - 0.5, -0.5]),
      xTitle: title,
      datasets: {
        bars: drawn.map(([, value], y) => ({ x: 0, x2: value, y: y - half, y2: y + half })),
        whiskers: drawn.flatMap(([, value, spread], y) =>
          spread > 0 ? [{ x: value - spread, x2: value + spread, y }] : []),
        caps: drawn.flatMap(([, value, spread], y) => (spread > 0 ? [value - spread, value + spread]
          : []).map((x) => ({ x, y: y - 0.13, y2: y + 0.13 }))),
        texts: drawn.map(([, value, spread], y) => ({ x: Math.max(0, value + spread), y,
          t: axes.valueText(columns ? rounded(value) : Math.round(value * 100) / 100) })),
      },
      params: {},
      read: ({ down, y }) => {
        const line = y !== undefined && down === undefined ? y : Math.floor((down / chart.place.height) * drawn.length);
        return drawn[line] ? { x: 0, ...at(drawn[line]) } : null;
      },
      stops: drawn.map((_, y) => ({ x: 0, y })),
      table: () => ({ columns: columns || ["parameter", title, "standard deviation"],
        rows: bars.map((bar) => bar.slice(0, columns ? columns.length : 3)) }),
    };
  }

  // ---------------------------------------------------------------- the tools

  const PARAMS = ["params", "tags"];
  const NUMBERS = ["params", "best", "metrics", "attributes"];
  const METRICS = ["best", "metrics", "min", "max"];

  function chooser(chart, apply, field, label, groups, more = []) {
    const box = html("label", "plot-pick", label);
    const select = html("select", "plot-metric");
    select.setAttribute("aria-label", label);
    const options = [...more, ...matters.choices(groups)
      .filter(([id]) => !id.startsWith("attributes.") || id === "attributes.duration")];
    select.append(...options.map(([id, text]) => new Option(text, id)));
    select.value = matters.find(fieldsOf(chart)[field])?.id ?? "";
    select.addEventListener("change", () =>
      apply({ fields: { ...chart.settings.fields, [field]: select.value }, zoom: null }));
    box.append(select);
    return box;
  }

  function toggles(chart, apply) {
    const box = html("div", "plot-seg");
    for (const [name, text] of [["logX", "Log x"], ["logY", "Log y"]]) {
      const made = plots.button(text, () => {
        const logs = { ...chart.settings.logs };
        const isLog = (name === "logX" ? chart.picture.x : chart.picture.y)?.type === "log";
        logs[name] = !isLog;
        made.setAttribute("aria-pressed", String(!isLog));
        apply({ logs, zoom: null });
      });
      const axis = name === "logX" ? chart.picture?.x : chart.picture?.y;
      made.setAttribute("aria-pressed", String(axis?.type === "log"));
      box.append(made);
    }
    return box;
  }

  scatterPicture.tools = (chart, apply) => [
    chooser(chart, apply, "x", "x", NUMBERS),
    chooser(chart, apply, "y", "y", NUMBERS),
    chooser(chart, apply, "colour", "colour", NUMBERS, NONE),
    chooser(chart, apply, "size", "size", NUMBERS, NONE),
    toggles(chart, apply),
  ];
  stripsPicture.tools = (chart, apply) => [
    chooser(chart, apply, "x", "by", PARAMS), chooser(chart, apply, "y", "metric", METRICS),
  ];
  heatPicture.tools = (chart, apply) => {
    if (fieldsOf(chart).cells) return [];
    const { box, show } = plots.segments("A cell shows", [["mean", "Mean"], ["best", "Best"]],
      (of) => apply({ of }));
    show(chart.settings.of || "mean");
    return [
      chooser(chart, apply, "x", "across", PARAMS), chooser(chart, apply, "down", "down", PARAMS),
      chooser(chart, apply, "y", "metric", METRICS), box,
    ];
  };
  trendPicture.tools = (chart, apply) => [chooser(chart, apply, "y", "metric", METRICS)];

  Object.assign(plots.pictures, {
    scatter: scatterPicture, strips: stripsPicture, heatmap: heatPicture, trend: trendPicture,
    importance: barsPicture, features: barsPicture, confusion: heatPicture,
  });

  // What the table filters fades, what it has selected stands out in the colours of the runs.
  matters.follow(() => {
    for (const chart of plots.all) {
      if (!["scatter", "strips", "trend"].includes(chart.kind)) continue;
      if (chart.view && chart.picture?.follow) {
        for (const [name, rows] of Object.entries(chart.picture.follow())) chart.view.data(name, rows);
        chart.view.runAsync();
      } else if (matters.shown().any) plots.later(chart, {});
    }
  });
})();
