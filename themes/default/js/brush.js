// Brushing parallel coordinates: which runs lie within ranges of the axes.
//
// Drag along an axis, or move the two ends of its range by the arrow keys up and down; left and
// right lead to the other ends, Escape lets go of everything. The lines within are drawn above the
// others, which fade, and the table shows their runs: `rg:brush` {ids or null, label}. What the
// table filters (`rg:rows`) fades here in turn.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element, svg, say } = RG;
  const STEP = 0.05;
  const DRAWN = 250; // lines at most: see MOST_LINES in charts/parallel.py
  const PAUSE = 120; // milliseconds between two words to the table while one drags

  class Brush {
    constructor(figure, { axes, runs }) {
      this.figure = figure;
      this.box = figure.querySelector(".chart");
      this.live = RG.plots.of(figure);
      this.axes = axes;
      this.runs = runs;
      this.ranges = axes.map(() => [0, 1]);
      this.shown = null;
      this.told = 0;
      this.build();
      this.lay();
      new ResizeObserver(() => this.lay()).observe(this.box);
      this.box.addEventListener("scroll", () => this.lay(), { passive: true });
    }

    build() {
      const { width, height } = this.live.size;
      const wrap = element("div", "brush-wrap");
      this.over = element("div", "brush");
      this.over.setAttribute("role", "group");
      this.over.setAttribute("aria-label", "Ranges of the axes: arrow keys move an end, Escape clears");
      const viewBox = `0 0 ${width} ${height}`;
      this.lines = svg("svg", { viewBox, "aria-hidden": "true", fill: "none" });
      this.strips = this.axes.map((_, d) => this.strip(d));
      this.ends = this.axes.flatMap((axis, d) => [this.end(axis, d, 0), this.end(axis, d, 1)]);
      this.ends[0].tabIndex = 0;
      this.over.append(this.lines, ...this.strips, ...this.ends);
      this.box.before(wrap);
      wrap.append(this.box, this.over);
      this.over.addEventListener("keydown", (event) => this.key(event));
    }

    strip(d) {
      const strip = element("div", "brush-axis");
      strip.title = `Drag to pick a range of ${this.axes[d].name}`;
      strip.addEventListener("pointerdown", (event) => this.drag(event, strip, d));
      return strip;
    }

    end(axis, d, upper) {
      const end = element("span", "brush-end");
      end.tabIndex = -1;
      const about = { role: "slider", "aria-orientation": "vertical", "aria-valuemin": 0,
        "aria-valuemax": 100, "aria-label": `${axis.name}, ${upper ? "upper" : "lower"} end` };
      for (const [name, value] of Object.entries(about)) end.setAttribute(name, value);
      end.dataset.end = upper;
      return end;
    }

    // ---- places -----------------------------------------------------------------------------

    x(d) {
      const { left, width } = this.live.place;
      return left + (d * width) / (this.axes.length - 1);
    }

    y(p) {
      const { top, height } = this.live.place;
      return top + (1 - p) * height;
    }

    /** Over the drawing, wherever that has been scrolled to. */
    lay() {
      const drawing = this.box.querySelector("svg").getBoundingClientRect();
      const wrap = this.over.parentElement.getBoundingClientRect();
      const { style } = this.over;
      style.left = `${drawing.left - wrap.left}px`;
      style.top = `${drawing.top - wrap.top}px`;
      style.width = `${drawing.width}px`;
      style.height = `${drawing.height}px`;
      const { size, place } = this.live;
      this.strips.forEach((strip, d) => {
        strip.style.left = `${(this.x(d) / size.width) * 100}%`;
        strip.style.top = `${(place.top / size.height) * 100}%`;
        strip.style.height = `${(place.height / size.height) * 100}%`;
      });
      this.layEnds();
    }

    layEnds() {
      const { size } = this.live;
      this.ends.forEach((end, place) => {
        const d = place >> 1;
        const p = this.ranges[d][place & 1];
        end.style.left = `${(this.x(d) / size.width) * 100}%`;
        end.style.top = `${(this.y(p) / size.height) * 100}%`;
        end.setAttribute("aria-valuenow", Math.round(p * 100));
        end.setAttribute("aria-valuetext", this.valueAt(d, p));
        end.classList.toggle("on", this.isSet(d));
      });
    }

    /** What a run has that lies nearest to a height. */
    valueAt(d, p) {
      let found = this.runs[0];
      for (const run of this.runs) {
        if (Math.abs(run[3][d] - p) < Math.abs(found[3][d] - p)) found = run;
      }
      return `about ${found[4][d]}`;
    }

    // ---- ranges -----------------------------------------------------------------------------

    isSet(d) {
      const [low, high] = this.ranges[d];
      return low > 0 || high < 1;
    }

    get active() {
      return this.ranges.some((_, d) => this.isSet(d));
    }

    within(run) {
      return this.ranges.every(([low, high], d) => run[3][d] >= low - 0.021 && run[3][d] <= high + 0.021);
    }

    set(d, low, high, done = true) {
      this.ranges[d] = [Math.max(0, low), Math.min(1, high)];
      this.draw();
      this.tell(done);
    }

    clear() {
      this.ranges = this.axes.map(() => [0, 1]);
      this.draw();
    }

    drag(event, strip, d) {
      if (event.button) return;
      event.preventDefault();
      strip.setPointerCapture(event.pointerId);
      const box = strip.getBoundingClientRect();
      const height = ({ clientY }) => 1 - Math.max(0, Math.min(1, (clientY - box.top) / box.height));
      const from = height(event);
      const move = (moved) => {
        const to = height(moved);
        if (Math.abs(to - from) > 0.02) this.set(d, Math.min(from, to), Math.max(from, to), false);
      };
      strip.addEventListener("pointermove", move);
      const drop = (dropped) => {
        strip.removeEventListener("pointermove", move);
        // A click lets go of the axis.
        if (Math.abs(height(dropped) - from) <= 0.02) this.set(d, 0, 1);
        else this.tell(true);
      };
      strip.addEventListener("pointerup", drop, { once: true });
    }

    key(event) {
      const place = this.ends.indexOf(event.target);
      if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      const next = { ArrowRight: place + 1, ArrowLeft: place - 1 }[event.key];
      const step = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: 4 * STEP, PageDown: -4 * STEP }[event.key];
      if (next !== undefined) this.focusEnd(Math.max(0, Math.min(this.ends.length - 1, next)));
      else if (step !== undefined) this.push(place, step);
      else if (event.key === "Escape" && this.active) {
        this.clear();
        this.tell(true);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }

    focusEnd(place) {
      this.ends.forEach((end, other) => {
        end.tabIndex = other === place ? 0 : -1;
      });
      this.ends[place].focus();
    }

    push(place, step) {
      const d = place >> 1;
      const [low, high] = this.ranges[d];
      if (place & 1) this.set(d, low, Math.max(low, high + step));
      else this.set(d, Math.min(high, Math.max(0, low + step)), high);
    }

    // ---- what it shows and says -------------------------------------------------------------

    draw() {
      const kept = this.runs.filter((run) =>
        this.within(run) && (!this.shown || this.shown.has(run[0])));
      const faded = this.active || kept.length < this.runs.length;
      this.figure.classList.toggle("is-brushed", faded);
      const drawn = faded ? kept.map((run) => svg("path", { d: this.path(run[3]),
        stroke: `var(--p${run[2]})`, "stroke-width": 1.4 })) : [];
      const ranges = this.ranges.map(([low, high], d) => [low, high, d]).filter(([, , d]) => this.isSet(d));
      const rects = ranges.map(([low, high, d]) => svg("rect", { x: this.x(d) - 6, y: this.y(high),
        width: 12, height: Math.max(2, this.y(low) - this.y(high)), rx: 3, fill: "var(--accent)",
        "fill-opacity": 0.28, stroke: "var(--accent)" }));
      this.lines.replaceChildren(...drawn, ...rects);
      this.layEnds();
    }

    /** Lines leave an axis level and bend in between. */
    path(heights) {
      const gap = (this.x(1) - this.x(0)) / 3;
      return heights.map((p, d) => {
        const [x, y] = [this.x(d), this.y(p).toFixed(1)];
        if (d === 0) return `M${x.toFixed(1)},${y}`;
        const before = this.y(heights[d - 1]).toFixed(1);
        return `C${(x - 2 * gap).toFixed(1)},${before} ${(x - gap).toFixed(1)},${y} ${x.toFixed(1)},${y}`;
      }).join("");
    }

    tell(done) {
      const now = performance.now();
      if (!done && now - this.told < PAUSE) return;
      this.told = now;
      const kept = this.runs.filter((run) => this.within(run));
      const detail = this.active ? { ids: kept.map(([id]) => id), label: this.label(kept) }
        : { ids: null, label: "" };
      this.speaking = true;
      document.dispatchEvent(new CustomEvent("rg:brush", { detail }));
      this.speaking = false;
      if (!done) return;
      const count = `${kept.length} of ${this.runs.length} runs`;
      say(this.active ? `${count}: ${detail.label}` : `all ${this.runs.length} runs`);
    }

    label(kept) {
      const parts = this.axes.map(({ name }, d) => {
        if (!this.isSet(d)) return "";
        const inside = [...kept].sort((a, b) => a[3][d] - b[3][d]).map((run) => run[4][d]);
        const values = [...new Set(inside)];
        if (values.length > 3) return `${name} ${values[0]} to ${values[values.length - 1]}`;
        return `${name} ${values.join(", ") || "nothing"}`;
      });
      const some = this.runs.length === DRAWN ? ` (of the ${DRAWN} lines drawn)` : "";
      return parts.filter(Boolean).join("; ") + some;
    }

    filter(shown, all) {
      this.shown = shown.length < all ? new Set(shown) : null;
      this.draw();
    }
  }

  // ---- when to load ---------------------------------------------------------------------------

  const figure = document.querySelector('figure[data-chart="parallel"]');
  if (!figure) return;
  let made = null;

  function start() {
    made ??= RG.load(document.body.dataset.chartData || document.body.dataset.pageData).then(() => {
      const { parallel } = RG.plots.data.experiment.charts;
      return new Brush(figure, parallel);
    });
    return made.catch((error) => {
      made = null;
      console.warn("reportgen: brushing:", error);
    });
  }

  for (const name of ["pointerenter", "focusin"]) figure.addEventListener(name, start, { once: true });
  if (figure.matches(":hover, :focus-within")) start(); // this script has come late

  async function followTable({ shown }) {
    const all = RG.store ? RG.store.n : shown.length;
    if (!made && shown.length === all) return;
    const brush = await start();
    if (brush) brush.filter(shown, all);
  }

  document.addEventListener("rg:rows", ({ detail }) => followTable(detail));
  if (RG.rowsShown) followTable(RG.rowsShown);

  document.addEventListener("rg:brush", async ({ detail }) => {
    if (detail.ids || !made) return;
    const brush = await made;
    if (!brush.speaking && brush.active) brush.clear();
  });
})();
