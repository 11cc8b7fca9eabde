// Live charts. A page shows every chart as a static drawing; on first hover, focus or use of its
// tools the chart library is loaded and the same chart, in the same place, answers the pointer.
// Charts that only a script knows of are drawn when they come into view.
// Nothing here is needed to read a page: whatever fails, the drawing stays.
//
// A kind of chart is a picture: RG.plots.pictures[kind] = (chart) => picture, or a promise of one.
// `chart` has its figure, metrics (from data-metric or data-metrics), options, settings, place
// and size. A picture is
//   x, y        axes of RG.axes; null for a template without any
//   datasets    rows by the names that the template has for them
//   params      values of the template's parameters
//   read(at)    what is at {x, y, across, down} (data and drawing units; keys and charts beside it
//               know only x): {title, lines: [{name, value, colour?, note?}], marks: [{x, y,
//               colour}], x?: where the crosshair stands, trace?: {points: [[x, y], …], colour},
//               pointed?: rows, href?: of the page that a click opens} or null
//   template?   a name that RG.charts knows, or a whole Vega-Lite specification; without it, the kind
//   place?      margins {left, top, right, bottom} of a chart that has no static drawing
//   stops?      where arrow keys halt: x values, or {x, y}
//   xTitle?, yTitle?   titles of the axes
//   note?       what the picture cannot show, in a sentence
//   alt?        the sentence that describes it, where the page does not have it yet
//   table?()    {columns: [name, …], rows: [[value, …], …]} for "Show data" and CSV;
//               without it the largest of its datasets is taken
//   zoom?       "x" or "xy"; with fit?(low, high), the y axis of what lies between two x
//   shared?     charts whose pictures have the same word here share their crosshair
//   legend?     [[classes, text], …] instead of the card's own; null for that again
//   trace?(i)   as read's, of the i-th entry of the legend, which can be pointed at
//   again?()    the datasets that change with smoothing alone
// pictures[kind].tools?(chart, apply) gives controls for the chart's panel.
//
// RG.plots.figure({kind, title, …}) makes a card with a chart of that kind, to be put into the page:
//   kind, title; code: title as code (true), note, alt, legend: [[classes, text], …],
//   size: {width, height}, settings, metrics: of a curve; whatever else is there the picture finds in chart.options.
// RG.plots.adopt(figure, options) does the same for a <figure class="plot" data-chart="…"> that
// has a .chart, drawn or empty, and gives the chart: set(settings), redraw(), picture.
// RG.plots.drawn(figure, {title, size, table, specification}) gives the tools to other drawings.
// RG.plots.of(figure) gives the chart of a figure. Own controls: RG.plots.segments, button.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element: html, svg, say } = RG; // app.js goes first
  const plots = RG.plots;
  const { AUTO, data, nearestPlace, pictures, seriesColour, weightOf } = plots;
  const SIZE = { width: 430, height: 190 };
  const MOST_LINES = 18; // of the tip, when it speaks for several charts

  // ---------------------------------------------------------------- what scripts bring

  const templates = {};

  receive("charts", (specs) => Object.assign(templates, specs));
  receive("experiment", (found) => (data.experiment = found));
  // Other scripts may bring other runs.
  receive("run", (found) => {
    if (isPageData(document.currentScript) || !data.run) data.run = found;
  });

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

  // Each is asked for once however many charts want it, and again after a failure. An experiment
  // has its charts' data in a file of its own, so that its table need not wait for it.
  const pageData = () => {
    const { chartData, pageData } = document.body.dataset;
    const address = chartData || pageData;
    return address ? RG.load(address) : Promise.resolve();
  };

  const library = () => {
    const { vega, charts } = document.body.dataset;
    const zoom = RG.loadLater("plotlater.js").catch(() => {}); // a chart is read without
    return Promise.all([RG.load(vega), RG.load(charts), pageData(), zoom]);
  };

  // The place of a chart's tools, which pages without scripts have no use for.
  function corner(figure) {
    if (figure.querySelector(".plot-tools")) return;
    const tools = html("div", "plot-tools");
    tools.hidden = true;
    figure.querySelector("header").append(tools);
  }

  // ---------------------------------------------------------------- one chart of the page

  const all = [];
  const byFigure = new WeakMap();

  class LiveChart {
    constructor(figure, options = {}) {
      this.figure = figure;
      this.options = options;
      this.box = figure.querySelector(".chart");
      this.box.tabIndex = 0;
      corner(figure);
      this.kind = figure.dataset.chart;
      const { metrics, metric } = figure.dataset;
      this.metrics = metrics ? JSON.parse(metrics) : [metric];
      this.settings = { ...AUTO, ...options.settings };
      this.still = this.box.querySelector("svg[data-plot]");
      if (this.still) this.likeStill();
      else this.unlikeStill(options.size || SIZE);
      this.view = null;
      this.work = null;
      this.stop = null;
      this.over = overlay(this.size);
      this.showAgain = soon(() => this.shown && this.show(...this.shown));
    }

    // In the place of the static drawing.
    likeStill() {
      const { plot, smoothing, best } = this.still.dataset;
      const [left, top, width, height] = plot.split(" ").map(Number);
      this.place = { left, top, width, height };
      this.still.plot = { left, bottom: top + height };
      const box = this.still.viewBox.baseVal;
      this.size = { width: box.width, height: box.height };
      this.smoothing = Number(smoothing || 0);
      this.best = (best || "").split(" ").map((place) => parseInt(place, 10));
    }

    // An empty drawing keeps the room until there is another.
    unlikeStill(size) {
      this.size = size;
      this.place = within(size, { left: 48, top: 9, right: 12, bottom: 25 });
      this.smoothing = 0;
      this.best = [];
      const { width, height } = size;
      const empty = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
      this.box.replaceChildren(empty);
    }

  // Has it the tools of curves?
    get curves() {
      return Boolean(pictures[this.kind] && pictures[this.kind].curves);
    }

    get title() {
      const heading = this.figure.querySelector("h3");
      return this.options.title || (heading && heading.textContent) || this.metrics.join(", ");
    }

    // Draws once; further calls while that lasts, or after it, do nothing.
    wake() {
      return this.work || this.redraw();
    }

    redraw() {
      const before = this.work || Promise.resolve();
      this.work = before.then(library).then(() => this.draw()).catch((error) => this.giveUp(error));
      return this.work;
    }

    // The picture alone, for which the page's data is enough.
    async peek() {
      if (!this.picture) {
        await pageData();
        await this.look();
      }
      return this.picture;
    }

    async look() {
      if (!pictures[this.kind]) await RG.loadLater("across.js");
      const picture = await pictures[this.kind](this);
      this.place = placeOf(this, picture);
      this.picture = this.settings.zoom ? zoomed(picture, this.settings.zoom) : picture;
      if (picture.legend !== undefined) plots.showLegend(this, picture.legend);
      if (picture.alt) this.box.setAttribute("aria-label", picture.alt);
      return this.picture;
    }

    async draw() {
      await this.look();
      this.tell(this.picture.note || "");
      if (this.picture.x && !this.picture.y) return this.drawNothing();
      const holder = html("div", "plot-live");
      this.spec = filled(this);
      const result = await window.vegaEmbed(holder, this.spec, {
        ast: true, // no eval, which the page's policy forbids
        actions: false,
        defaultStyle: false,
        tooltip: { disableDefaultStyle: true },
        renderer: "svg",
      });
      const drawn = holder.querySelector("svg");
      drawn.setAttribute("font-size", "11.5");
      drawn.setAttribute("aria-hidden", "true");
      this.over.replaceChildren();
      holder.append(this.over);
      if (this.view) this.view.finalize();
      this.view = result.view;
      // Only now does the static drawing go: there is never an empty box.
      this.box.replaceChildren(holder);
      this.box.removeAttribute("title");
      this.figure.classList.add("is-live");
      if (!this.zooms && plots.addZoom) plots.addZoom(this);
      this.zooms = true;
      if (this.showSettings) this.showSettings();
    }

    drawNothing() {
      if (this.still) return;
      const { width, height } = this.size;
      const text = svg("text", { x: width / 2, y: height / 2, "text-anchor": "middle",
        fill: "var(--fg3)" });
      text.textContent = "no finite value";
      this.box.querySelector("svg").replaceChildren(text);
    }

    // What the picture cannot show is seen and heard.
    tell(note) {
      if (note === (this.note ? this.note.textContent : "")) return;
      this.note = this.note || html("p", "note plot-note");
      this.note.textContent = note;
      if (note) this.box.after(this.note);
      else this.note.remove();
      if (note) say(note);
    }

    giveUp(error) {
      this.work = null;
      const drawn = this.still ? "; this is its static drawing" : "";
      this.box.title = `The live chart could not be loaded${drawn}.`;
      say(this.box.title);
      console.warn("reportgen: live chart:", error);
    }

    // New settings; smoothing or zoom alone change the chart that is there.
    set(changes) {
      const before = this.settings;
      this.settings = { ...before, ...changes };
      if ("x" in changes || "logX" in changes) this.settings.zoom = null;
      hideTip();
      const only = Object.keys(changes).join();
      if (only === "smoothing" && this.view && this.picture.again) return this.smoothAgain();
      if (only === "zoom" && this.view && before.zoom && changes.zoom) return this.zoomAgain();
      return this.redraw();
    }

    smoothAgain() {
      for (const [name, rows] of Object.entries(this.picture.again())) this.view.data(name, rows);
      this.view.signal("raw_opacity", weightOf(this) ? 0.25 : 0);
      return this.view.runAsync();
    }

    // The marks are cut off at the edges already: only the axes change.
    async zoomAgain() {
      this.picture = zoomed(this.picture.whole, this.settings.zoom);
      for (const [name, value] of Object.entries(axisValues(this.picture))) {
        this.view.signal(name, value);
      }
      this.over.replaceChildren();
      await this.view.runAsync();
    }

    across(x) {
      return part(this.picture.x, x) * this.place.width;
    }

    down(y) {
      return (1 - part(this.picture.y, y)) * this.place.height;
    }

    // Where the pointer is, in the units of the plot, and what that means on the axes.
    at(event) {
      const box = this.box.querySelector("svg").getBoundingClientRect();
      const unit = this.size.width / box.width;
      const across = (event.clientX - box.left) * unit - this.place.left;
      const down = (event.clientY - box.top) * unit - this.place.top;
      const { x, y } = this.picture;
      return {
        across, down,
        x: x ? value(x, Math.max(0, Math.min(1, across / this.place.width))) : null,
        y: y ? value(y, 1 - Math.max(0, Math.min(1, down / this.place.height))) : null,
      };
    }

    point(event) {
      if (this.view && !this.band) this.show(this.picture.read(this.at(event)), event.clientX, event.clientY);
    }

    show(reading, left, top) {
      this.stop = reading ? reading.x : null;
      this.shown = reading ? [reading, left, top] : null;
      this.box.classList.toggle("has-page", Boolean(reading && reading.href));
      this.mark(reading);
      if (this.view && "pointed" in this.picture.datasets) {
        this.view.data("pointed", (reading && reading.pointed) || []).runAsync();
      }
      const others = reading ? shareCrosshair(this, reading) : unshareCrosshair(this);
      if (reading) showTip(reading, others, left, top);
      else hideTip();
    }

    // Crosshair and dots, above the chart whether it is live or not.
    mark(reading) {
      if (reading && !this.over.isConnected) this.box.append(this.over);
      drawMarks(this, reading);
    }

    hide() {
      if (this.view) this.show(null);
    }

    // What is pointed at may have a page of its own.
    open(event) {
      const href = this.shown && this.shown[0].href;
      if (!href || this.dragged) return;
      if (event.ctrlKey || event.metaKey) window.open(href, "_blank", "noopener");
      else location.href = href;
    }

    // Arrow keys walk along the points of a picture; with shift they move what is zoomed.
    key(event) {
      if (event.key === "Escape") this.hide();
      if (event.key === "Enter") this.open(event);
      if (!this.view || event.ctrlKey || event.metaKey || event.altKey) return;
      if (plots.zoomKey && plots.zoomKey(this, event)) {
        event.preventDefault();
        return;
      }
      const { stops } = this.picture;
      if (!stops || !stops.length || event.shiftKey) return;
      const here = this.stopped === undefined || this.stop === null ? -1 : this.stopped;
      const goal = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: stops.length - 1 };
      if (!(event.key in goal)) return;
      event.preventDefault();
      this.stopAt(Math.max(0, Math.min(stops.length - 1, goal[event.key])));
    }

    stopAt(place) {
      const stop = this.picture.stops[place];
      const at = typeof stop === "object" ? { ...stop } : { x: stop };
      at.across = this.across(at.x);
      if ("y" in at) at.down = this.down(at.y);
      const reading = this.picture.read(at);
      if (!reading) return;
      const box = this.box.querySelector("svg").getBoundingClientRect();
      const left = ((this.place.left + at.across) * box.width) / this.size.width;
      this.show(reading, box.left + left, box.top + box.height / 3);
      this.stopped = place;
      this.stop = at.x;
      say([reading.title, ...reading.lines.map((line) => `${line.name} ${line.value}`)].join(", "));
    }
  }

  // Where a value lies on an axis, 0 to 1 between its ends; and back.
  function part({ domain: [low, high], type }, x) {
    if (type === "log") return Math.log(x / low) / Math.log(high / low);
    return (x - low) / (high - low);
  }

  function value({ domain: [low, high], type }, share) {
    return type === "log" ? low * (high / low) ** share : low + share * (high - low);
  }

  function within(size, { left, top, right, bottom }) {
    return { left, top, width: size.width - left - right, height: size.height - top - bottom };
  }

  // The static drawing's place, unless other labels need more room.
  function placeOf(chart, picture) {
    const { size, still, place } = chart;
    if (picture.place) return within(size, picture.place);
    const labels = picture.y ? picture.y.labels : [];
    const needed = 14 + 6.8 * Math.max(2, ...labels.map((label) => label.length));
    const left = still ? Math.max(needed, still.plot.left) : needed;
    const least = picture.xTitle ? 42 : 25;
    const bottom = still ? Math.max(least, size.height - still.plot.bottom) : least;
    return picture.y ? within(size, { left, top: 9, right: 12, bottom }) : place;
  }

  function zoomed(picture, { x, y }) {
    const shown = { ...picture, whole: picture };
    shown.x = picture.x.within(...x);
    if (y) shown.y = picture.y.within(...y);
    else if (picture.fit) shown.y = picture.fit(...x) || picture.y;
    return shown;
  }

  // The template of a chart with its data, its axes and its place.
  function filled(chart) {
    const { picture, place, size } = chart;
    const { template = chart.kind } = picture;
    const spec = structuredClone(typeof template === "string" ? templates[template] : template);
    const values = { ...picture.params, ...axisValues(picture) };
    for (const param of spec.params || []) {
      if (param.name in values) param.value = values[param.name];
    }
    for (const name of ["x", "y"]) {
      const channel = spec.encoding && spec.encoding[name];
      if (!channel || !picture[name]) continue;
      if (picture[name].type === "log") channel.scale.type = "log";
      if (name === "x" && picture.xTitle !== undefined) channel.title = picture.xTitle || null;
      if (name === "y" && picture.yTitle) channel.title = picture.yTitle;
    }
    if (picture.whole) for (const layer of spec.layer || []) layer.mark.clip = true;
    const right = size.width - place.left - place.width;
    const bottom = size.height - place.top - place.height;
    const padding = { left: place.left, top: place.top, right, bottom };
    return Object.assign(spec, {
      datasets: picture.datasets, width: place.width, height: place.height, padding,
    });
  }

  function axisValues(picture) {
    const values = {};
    for (const name of ["x", "y"]) {
      if (!picture[name]) continue;
      const { domain, ticks, labels } = picture[name];
      values[`${name}_domain`] = domain;
      values[`${name}_ticks`] = ticks;
      values[`${name}_labels`] = Object.fromEntries(ticks.map((tick, i) => [tick, labels[i]]));
    }
    return values;
  }

  // ---------------------------------------------------------------- crosshair and tip

  // A second drawing above the chart, in the same units.
  function overlay(size) {
    const viewBox = `0 0 ${size.width} ${size.height}`;
    return svg("svg", { viewBox, class: "plot-over", "aria-hidden": "true", fill: "none" });
  }

  function drawMarks(chart, reading) {
    const { left, top, width, height } = chart.place;
    // What lies outside of the plot, when it is zoomed, is not seen.
    const id = `plot-${all.indexOf(chart)}`;
    const clip = svg("clipPath", { id }, svg("rect", { y: -3, width, height: height + 6 }));
    const plot = svg("g", { transform: `translate(${left},${top})`, "clip-path": `url(#${id})` }, clip);
    if (chart.band) plot.append(chart.band);
    if (!reading) return chart.over.replaceChildren(...plot.children.length > 1 ? [plot] : []);
    if (reading.cross) {
      plot.append(svg("path", { d: `M${chart.across(reading.x)},0v${height}`, stroke: "var(--fg3)",
        "stroke-width": 1, "stroke-dasharray": "3 3", opacity: 0.7 }));
    }
    if (reading.trace) plot.append(trace(chart, reading.trace));
    const dots = reading.marks.filter((mark) => inside(chart, mark)).map((mark) => svg("circle", {
      cx: left + chart.across(mark.x), cy: top + chart.down(mark.y), r: 4, "stroke-width": 2,
      fill: mark.colour || seriesColour(mark.s), stroke: "var(--card)",
    }));
    chart.over.replaceChildren(plot, ...dots);
  }

  function trace(chart, { points, colour }) {
    let pen = "M";
    const moves = points.map(([x, y]) => {
      if (!Number.isFinite(y)) {
        pen = "M";
        return "";
      }
      const move = `${pen}${chart.across(x).toFixed(1)},${chart.down(y).toFixed(1)}`;
      pen = "L";
      return move;
    });
    return svg("path", { d: moves.join(""), stroke: colour || "var(--fg2)", "stroke-width": 2.5,
      "stroke-linejoin": "round" });
  }

  function inside(chart, mark) {
    const { width, height } = chart.place;
    const [across, down] = [chart.across(mark.x), chart.down(mark.y)];
    return across >= -1 && across <= width + 1 && down >= -1 && down <= height + 1;
  }

  // The charts in view that have the same x axis show the same place; they are read for the tip.
  function shareCrosshair(chart, reading) {
    const { shared } = chart.picture;
    const found = [];
    for (const other of all) {
      if (!shared || other === chart || !inView.has(other.box)) continue;
      if (!other.picture) {
        other.peek().then(chart.showAgain, () => {});
        continue;
      }
      if (other.picture.shared !== shared || !other.picture.y) continue;
      const same = other.picture.read({ x: reading.x, focus: reading.focus });
      other.mark(same);
      if (same) found.push([other, same]);
    }
    return found;
  }

  function unshareCrosshair(chart) {
    for (const other of all) if (other !== chart) other.mark(null);
    return [];
  }

  let tip = null;

  function showTip(reading, others, left, top) {
    if (!tip) {
      tip = html("div", "plot-tip");
      document.body.append(tip);
    }
    const rows = reading.lines.map(tipLine);
    for (const [other, { lines }] of others) {
      if (rows.length + lines.length > MOST_LINES) break;
      const alone = lines.length === 1;
      if (!alone) rows.push(html("div", "plot-tip-of", other.title));
      rows.push(...lines.map((line) => tipLine(alone ? { ...line, name: other.title } : line)));
    }
    tip.replaceChildren(html("strong", "", reading.title), ...rows);
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

  // ---------------------------------------------------------------- drawing when seen

  const inView = new Set();
  const queue = [];
  let drawing = false;
  const idle = window.requestIdleCallback || ((act) => setTimeout(act, 1));

  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inView.add(target);
      else inView.delete(target);
      const chart = byFigure.get(target.closest("figure"));
      if (isIntersecting && chart.due && !queue.includes(chart)) queue.push(chart);
    }
    drawNext();
  });

  // One chart an idle moment: many of them stay smooth.
  function drawNext() {
    if (drawing || !queue.length) return;
    drawing = true;
    idle(async () => {
      const chart = queue.shift();
      const { due } = chart;
      chart.due = null;
      try {
        if (due) await chart.set(due);
      } finally {
        drawing = false;
        drawNext();
      }
    }, { timeout: 300 });
  }

  // Settings for a chart that may be out of sight: they are drawn when it is seen.
  function later(chart, changes) {
    chart.due = { ...chart.due, ...changes };
    seen.unobserve(chart.box);
    seen.observe(chart.box);
  }

  // ---------------------------------------------------------------- the page

  function listen(chart) {
    const { box } = chart;
    box.addEventListener("pointerenter", () => {
      chart.away = false;
      chart.wake();
    });
    box.addEventListener("focus", () => chart.wake());
    box.addEventListener("pointermove", soon((event) => chart.away || chart.point(event)));
    box.addEventListener("pointerdown", (event) => chart.point(event));
    box.addEventListener("pointerleave", () => {
      chart.away = true;
      chart.hide();
    });
    box.addEventListener("blur", () => chart.hide());
    box.addEventListener("keydown", (event) => chart.key(event));
    box.addEventListener("click", (event) => chart.open(event));
  }

  // Once a frame, with the last event of it.
  function soon(act) {
    let last;
    let waiting = false;
    return (event) => {
      last = event;
      if (!waiting) requestAnimationFrame(() => {
        waiting = false;
        act(last);
      });
      waiting = true;
    };
  }

  plots.adopt = (figure, options = {}) => {
    const chart = new LiveChart(figure, options);
    all.push(chart);
    byFigure.set(figure, chart);
    listen(chart);
    if (plots.addTools) plots.addTools(chart);
    if (chart.still) seen.observe(chart.box);
    else later(chart, {});
    return chart;
  };

  /**
   * The tools of charts for a drawing that another script makes and keeps: `table()` as a picture's,
   * `specification()` a whole Vega-Lite specification of the same.
   */
  plots.drawn = (figure, { title, size, table, specification }) => {
    const box = figure.querySelector(".chart");
    const nothing = async () => {};
    const chart = { figure, box, title, size, specification, kind: "", wake: nothing, mark: nothing,
      peek: async () => ({ table }) };
    if (plots.addTools) plots.addTools(chart);
    return chart;
  };

  plots.figure = (options) => {
    const { kind, title, code = true, note = "", alt = title, legend = [] } = options;
    const figure = html("figure", "card plot");
    figure.dataset.chart = kind;
    if (options.metrics) figure.dataset.metrics = JSON.stringify(options.metrics);
    const heading = html("h3", "", code ? null : title);
    if (code) heading.append(html("code", "", title));
    const header = html("header");
    header.append(heading);
    if (legend.length) header.append(legendOf(legend));
    header.append(html("span", "grow"), html("span", "note", note));
    const box = html("div", "chart");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", alt);
    figure.append(header, box);
    plots.adopt(figure, options);
    return figure;
  };

  function legendOf(entries) {
    const key = html("span", "key");
    for (const [classes, text] of entries) {
      const entry = html("span");
      entry.append(html("i", classes), text);
      key.append(entry);
    }
    return key;
  }

  Object.assign(plots, {
    all, filled, later, legendOf, part, valueAt: value,
    of: (figure) => byFigure.get(figure),
    template: (name) => templates[name],
  });

  function start() {
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      if (!byFigure.has(figure) && figure.querySelector(".chart svg[data-plot]")) plots.adopt(figure);
    }
    if (plots.addPageTools) plots.addPageTools();
    if (plots.started) plots.started();
    // The script may have been loaded by who points at a chart already.
    for (const chart of all) {
      if (chart.box.matches(":hover") || chart.box === document.activeElement) chart.wake();
    }
    window.addEventListener("scroll", hideTip, { passive: true });
  }

  // Once every script of the page has said what pictures it has.
  RG.ready.then(start);
})();
