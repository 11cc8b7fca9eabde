// Zooming and moving charts whose picture says zoom: "x" or "xy". With the mouse: dragging marks
// what to zoom to, with shift it moves what is zoomed, the wheel with ctrl or ⌘ zooms, a double
// click shows all again. By keyboard: + and −, shift with arrows, 0. Fingers scroll the page.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { svg, say } = RG;
  const plots = (RG.plots = RG.plots || { pictures: {}, data: { run: null, experiment: null } });
  const START = 5; // pixels that a drag has to go before it counts
  const DEEPEST = 1e-4; // of the whole axis

  const canZoom = (chart) => chart.view && chart.picture.zoom;
  const whole = (chart) => chart.picture.whole || chart.picture;

  // The part of a whole axis from `from` to `to`, both 0 to 1.
  const between = (axis, from, to) => [plots.valueAt(axis, from), plots.valueAt(axis, to)];

  // What is shown of an axis now, as shares of the whole.
  function shares(chart, name) {
    const now = chart.settings.zoom && chart.settings.zoom[name];
    return now ? now.map((end) => plots.part(whole(chart)[name], end)) : [0, 1];
  }

  function zoomTo(chart, x, y = null) {
    if (x[1] - x[0] < DEEPEST) return;
    const all = x[0] <= 0 && x[1] >= 1 && (!y || (y[0] <= 0 && y[1] >= 1));
    if (all) return reset(chart);
    const zoom = { x: between(whole(chart).x, ...held(x)) };
    if (y) zoom.y = between(whole(chart).y, ...held(y));
    chart.set({ zoom });
    showReset(chart, true);
  }

  // Within the whole, as wide as before where that is possible.
  function held([from, to]) {
    const width = Math.min(1, to - from);
    const start = Math.max(0, Math.min(1 - width, from));
    return [start, start + width];
  }

  function reset(chart) {
    showReset(chart, false);
    if (chart.settings.zoom) chart.set({ zoom: null });
  }

  function zoomBy(chart, factor, middle) {
    const around = ([from, to], share) => {
      const at = from + share * (to - from);
      return [at - (at - from) * factor, at + (to - at) * factor];
    };
    const y = chart.picture.zoom === "xy" ? around(shares(chart, "y"), middle.y) : null;
    zoomTo(chart, around(shares(chart, "x"), middle.x), y);
  }

  function panBy(chart, share, shareUp = 0) {
    const moved = ([from, to], by) => [from + by * (to - from), to + by * (to - from)];
    const y = chart.settings.zoom.y ? moved(shares(chart, "y"), shareUp) : null;
    zoomTo(chart, held(moved(shares(chart, "x"), share)), y);
  }

  function showReset(chart, on) {
    const corner = chart.figure.querySelector(".plot-tools");
    if (!corner) return;
    if (!chart.unzoom) {
      chart.unzoom = plots.button("Show all", () => reset(chart));
      chart.unzoom.className = "plot-reset plot-unzoom";
      corner.prepend(chart.unzoom);
    }
    if (!on && chart.unzoom === document.activeElement) chart.box.focus();
    chart.unzoom.hidden = !on;
    if (on && !chart.settings.zoom) say(`${chart.title} zoomed`);
  }

  // ---------------------------------------------------------------- mouse

  const shareOf = (chart, event) => {
    const at = chart.at(event);
    return { x: clamp(at.across / chart.place.width), y: clamp(1 - at.down / chart.place.height) };
  };
  const clamp = (share) => Math.max(0, Math.min(1, share));

  function addZoom(chart) {
    const { box } = chart;
    let drag = null;
    box.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "touch" || event.button || !canZoom(chart)) return;
      drag = { left: event.clientX, top: event.clientY, from: shareOf(chart, event),
        pan: event.shiftKey && chart.settings.zoom, on: false };
      event.preventDefault(); // of text
      box.focus({ preventScroll: true });
    });
    box.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const [right, down] = [event.clientX - drag.left, event.clientY - drag.top];
      if (!drag.on && Math.hypot(right, down) < START) return;
      if (!drag.on) box.setPointerCapture(event.pointerId);
      drag.on = true;
      drag.to = shareOf(chart, event);
      if (drag.pan) {
        panBy(chart, drag.from.x - drag.to.x, drag.from.y - drag.to.y);
        drag.from = drag.to;
      } else {
        chart.band = bandOf(chart, drag);
        chart.mark(null);
      }
    });
    const end = (event) => {
      const done = drag;
      drag = null;
      chart.band = null;
      if (!done || !done.on) return;
      chart.dragged = true; // the click that ends it opens nothing
      setTimeout(() => {
        chart.dragged = false;
      });
      chart.mark(null);
      if (!done.pan && event.type === "pointerup") zoomToDrag(chart, done);
    };
    box.addEventListener("pointerup", end);
    box.addEventListener("pointercancel", end);
    box.addEventListener("dblclick", () => canZoom(chart) && reset(chart));
    box.addEventListener("wheel", (event) => {
      if (!(event.ctrlKey || event.metaKey) || !canZoom(chart)) return;
      event.preventDefault();
      zoomBy(chart, event.deltaY > 0 ? 1.25 : 0.8, shareOf(chart, event));
    }, { passive: false });
  }

  function bandOf(chart, { from, to }) {
    const { width, height } = chart.place;
    const high = chart.picture.zoom === "xy";
    return svg("rect", {
      x: Math.min(from.x, to.x) * width, width: Math.abs(to.x - from.x) * width,
      y: high ? (1 - Math.max(from.y, to.y)) * height : 0,
      height: high ? Math.abs(to.y - from.y) * height : height,
      fill: "var(--accent)", opacity: 0.14,
    });
  }

  function zoomToDrag(chart, { from, to }) {
    const marked = (name) => {
      const [low, high] = shares(chart, name);
      return [from[name], to[name]].sort((a, b) => a - b).map((part) => low + part * (high - low));
    };
    zoomTo(chart, marked("x"), chart.picture.zoom === "xy" ? marked("y") : null);
  }

  // ---------------------------------------------------------------- keyboard

  // True if the key was one of zooming.
  function zoomKey(chart, event) {
    if (!canZoom(chart)) return false;
    const zoom = chart.settings.zoom;
    const middle = { x: zoomCentre(chart), y: 0.5 };
    const acts = {
      "+": () => zoomBy(chart, 0.5, middle),
      "=": () => zoomBy(chart, 0.5, middle),
      "-": () => zoom && zoomBy(chart, 2, middle),
      0: () => reset(chart),
    };
    if (event.shiftKey && zoom) {
      acts.ArrowLeft = () => panBy(chart, -0.2);
      acts.ArrowRight = () => panBy(chart, 0.2);
    }
    if (!acts[event.key]) return false;
    acts[event.key]();
    return true;
  }

  // Around the point that is read.
  function zoomCentre(chart) {
    return typeof chart.stop === "number" ? clamp(plots.part(chart.picture.x, chart.stop)) : 0.5;
  }

  Object.assign(plots, { addZoom, zoomKey });
})();
