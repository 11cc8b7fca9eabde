// The tools of charts: a panel under each chart's header, opened by a button in it, and one set
// of tools for all curves of a page. What saves a chart or shows its data is loaded when it is
// wanted first (plotfiles.js). On RG.plots.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element: html, say } = RG;
  const plots = (RG.plots = RG.plots || { pictures: {}, data: { run: null, experiment: null } });
  const FILES = [["svg", "SVG"], ["png", "PNG"], ["csv", "CSV"], ["json", "Vega-Lite"]];

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

  function button(text, act) {
    const made = html("button", "", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  // ---------------------------------------------------------------- the panel of one chart

  // The panel is made when it is opened first.
  function addTools(chart) {
    addLegend(chart);
    const corner = chart.figure.querySelector(".plot-tools");
    if (!corner) return;
    let panel = null;
    const toggle = button("", () => {
      if (!panel) {
        panel = panelOf(chart);
        panel.hidden = true;
        chart.box.before(panel);
      }
      panel.hidden = !panel.hidden;
      toggle.setAttribute("aria-expanded", String(!panel.hidden));
      chart.wake();
    });
    toggle.className = "plot-toggle";
    toggle.setAttribute("aria-expanded", "false");
    toggle.setAttribute("aria-label", `Tools of the chart ${chart.title}`);
    toggle.append(html("i", "i i-sliders s"));
    corner.append(toggle);
    corner.hidden = false;
  }

  // Pointing at an entry of the legend, or focusing it, brings its line to the front.
  function addLegend(chart) {
    chart.figure.querySelectorAll(".key > span").forEach((entry, place) => {
      entry.tabIndex = 0;
      const on = async () => {
        const picture = await chart.peek();
        if (!picture.trace || !(entry.matches(":hover") || entry === document.activeElement)) return;
        chart.mark({ marks: [], trace: picture.trace(place) });
        chart.box.classList.add("is-dim");
      };
      const off = () => {
        chart.mark(null);
        chart.box.classList.remove("is-dim");
      };
      for (const name of ["pointerenter", "focus"]) entry.addEventListener(name, on);
      for (const name of ["pointerleave", "blur"]) entry.addEventListener(name, off);
    });
  }

  // A legend instead of the one that the card came with; null shows that again.
  function showLegend(chart, entries) {
    const now = chart.figure.querySelector(".key");
    if (!now || (!entries && !chart.ownLegend)) return;
    chart.ownLegend = chart.ownLegend || now;
    now.replaceWith(entries ? plots.legendOf(entries) : chart.ownLegend);
    if (entries) addLegend(chart);
  }

  function panelOf(chart) {
    const panel = html("div", "plot-set");
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", `Tools of the chart ${chart.title}`);
    const own = plots.pictures[chart.kind]?.tools;
    if (own) panel.append(...own(chart, (changes) => chart.set(changes)));
    panel.append(filesOf(chart), dataButton(chart));
    return panel;
  }

  function filesOf(chart) {
    const box = html("div", "plot-seg");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `Download ${chart.title}`);
    const icon = RG.icon("dl");
    icon.classList.add("s");
    box.append(icon);
    for (const [kind, text] of FILES) {
      const made = button(text, () => withFiles((files) => files.save(chart, kind)));
      made.title = `Download as ${kind === "json" ? "Vega-Lite JSON" : text}`;
      box.append(made);
    }
    return box;
  }

  function dataButton(chart) {
    const made = button("Show data", async () => {
      const shown = made.getAttribute("aria-expanded") === "true";
      await withFiles((files) => files.table(chart, !shown));
      made.setAttribute("aria-expanded", String(!shown));
      made.textContent = shown ? "Show data" : "Hide data";
    });
    made.className = "plot-reset";
    made.setAttribute("aria-expanded", "false");
    return made;
  }

  async function withFiles(act) {
    try {
      if (!plots.files) await RG.loadLater("plotlater.js");
      await act(plots.files);
    } catch (error) {
      say("That did not work.");
      console.warn("reportgen: chart tools:", error);
    }
  }

  // ---------------------------------------------------------------- the tools of all curves

  function addPageTools() {
    const corner = document.querySelector("[data-plot-controls]");
    const charts = () => plots.all.filter((chart) => chart.curves);
    if (!corner || !charts().length) return;
    const box = html("div", "plot-set");
    const page = { settings: { ...plots.AUTO }, smoothing: 0, metrics: [] };
    const apply = (changes) => {
      Object.assign(page.settings, changes);
      page.showSettings();
      for (const chart of charts()) {
        chart.settings = { ...chart.settings, ...changes };
        if (chart.showSettings) chart.showSettings();
        plots.later(chart, changes);
      }
    };
    box.append(...plots.curveTools(page, apply));
    corner.append(box);
    corner.hidden = false;
  }

  Object.assign(plots, { addPageTools, addTools, showLegend, button, segments, withFiles });
})();
