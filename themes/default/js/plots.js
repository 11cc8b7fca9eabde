// Live charts. A page shows every chart as a static drawing; on first hover, focus or use of its
// tools the chart library is loaded and the same chart, in the same place, answers the pointer.
// Nothing here is needed to read a page: whatever fails, the drawing stays.
//
// What a chart shows is a picture: curves.js and across.js make one for each kind of chart, as
// {x, y, datasets, params, read(at), note?, stops?, again?}, from the data that scripts bring by
// calling RG.charts (templates), RG.run and RG.experiment (a page opened from disk may not fetch).
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element: html, svg, say } = RG; // app.js goes first
  const { AUTO, X_AXES, data, nearestPlace, pictures, seriesColour, weightOf } = RG.plots;

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

  let loading = null;

  // The library, the templates and the charts' data, asked for once however many charts want them;
  // an experiment has that in a file of its own, so that its table need not wait for it.
  function loaded() {
    const page = document.body.dataset;
    loading =
      loading ||
      Promise.all([
        RG.load(page.vega),
        RG.load(page.charts),
        page.chartData || page.pageData ? RG.load(page.chartData || page.pageData) : null,
      ]);
    return loading;
  }

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
      this.picture = pictures[this.kind](this);
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
