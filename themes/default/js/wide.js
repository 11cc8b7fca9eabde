// What the page of a run with very many metrics has no room for: further curves, and further rows
// of its table of numbers. Both come from the data beside the page when they are asked for.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element, svg, axes } = RG;
  const { body } = document;
  const AT_ONCE = 24; // curves
  const MACHINE = "system/";
  const GOALS = { max: "higher is better", min: "lower is better" };
  const SPARK = { width: 96, height: 26, points: 24 };

  async function runOfPage() {
    await RG.load(body.dataset.pageData);
    return RG.data.runs.get(body.dataset.id);
  }

  /** A button behind a note; what it does may fail where the data is not there. */
  function offer(note, text, act) {
    const button = element("button", "btn", text);
    button.type = "button";
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await act();
      } catch {
        RG.say("The data of this run could not be loaded.");
      }
      button.disabled = false;
    });
    note.append(button);
  }

  // ---------------------------------------------------------------- curves

  function offerCurves(note) {
    const section = note.closest("section");
    const grid = section.querySelector(".charts");
    const first = grid.children.length;
    let shown = 0;
    offer(note, "Show more", async () => {
      const run = await runOfPage();
      const more = run.more[section.id];
      const next = more.slice(shown, shown + AT_ONCE).map(([title, names]) => card(run, title, names));
      grid.append(...next);
      shown += next.length;
      next[0].querySelector(".chart").focus();
      RG.say(`${next.length} more curves`);
      if (shown === more.length) note.remove();
      const [there, all] = [first + shown, first + more.length].map(whole);
      note.firstChild.textContent = `Curves of the first ${there} of ${all} metrics.`;
    });
  }

  function card(run, title, metrics) {
    const alone = metrics.length === 1;
    const { value } = run.metrics[metrics[metrics.length - 1]];
    const legend = alone ? [] : metrics.map((name, i) => [`c${i + 1} d${i + 1}`, name]);
    const note = axes.valueText(value[value.length - 1]);
    return RG.plots.figure({ kind: "curve", title, metrics, run, legend, note, alt: `${title} over step` });
  }

  // ---------------------------------------------------------------- numbers

  function offerRows(note) {
    const table = document.querySelector("#metrics .metrics tbody");
    const show = async () => {
      if (!note.isConnected) return;
      const run = await runOfPage();
      const there = new Set([...table.rows].map((row) => row.id));
      const names = Object.keys(run.stats).filter((name) => !name.startsWith(MACHINE));
      const rows = names.filter((name) => !there.has(idOf(name))).map((name) => rowOf(run, name));
      table.append(...rows);
      note.remove();
      RG.say(`${rows.length.toLocaleString("en-US")} more metrics`);
      if (rows.length) rows[0].scrollIntoView({ block: "nearest" });
    };
    offer(note, "Show all", show);

    // A link may lead to a row that is not there yet.
    const follow = () => {
      const id = location.hash.slice(1);
      if (!id.startsWith("metric:") || document.getElementById(id)) return;
      show().then(() => document.getElementById(id)?.scrollIntoView({ block: "center" }), () => {});
    };
    window.addEventListener("hashchange", follow);
    follow();
  }

  /** As `anchor_of` in views/page.py names it. */
  function idOf(name) {
    const quoted = encodeURIComponent(name).replaceAll("%2F", "/");
    return `metric:${quoted.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`;
  }

  function rowOf(run, name) {
    const [goal, last, best, bestStep] = run.stats[name];
    const { n, value } = run.metrics[name];
    const finite = value.filter(Number.isFinite);
    const row = element("tr");
    row.id = idOf(name);
    const head = element("th");
    head.scope = "row";
    head.append(element("code", "", name));
    if (GOALS[goal]) head.append(element("span", "goal", GOALS[goal]));
    const bold = element("b");
    bold.append(number(best));
    row.append(head, cell(number(Number(last))), cell(bold), cell(whole(bestStep)),
      cell(number(finite.length ? Math.min(...finite) : null)),
      cell(number(finite.length ? Math.max(...finite) : null)), cell(whole(n)),
      cell(finite.length > 1 ? spark(finite) : ""));
    return row;
  }

  function cell(content) {
    const made = element("td");
    made.append(content);
    return made;
  }

  const whole = (value) => (value === null ? "" : value.toLocaleString("en-US"));

  // Four digits, all of them on its title: as `number` in views/wording.py.
  function number(value) {
    if (value === null) return "–";
    if (!Number.isFinite(value) || Number.isInteger(value)) return axes.valueText(value);
    const size = Math.abs(value);
    const shown = size < 1e-3 || size >= 1e9
      ? value.toExponential(3).replace("+", "")
      : value.toLocaleString("en-US", { minimumSignificantDigits: 4, maximumSignificantDigits: 4 });
    const made = element("span", "x", value < 0 ? shown.replace("-", "−") : shown);
    made.title = String(value);
    return made;
  }

  function spark(values) {
    const { width, height, points } = SPARK;
    const count = Math.min(points, values.length);
    const few = Array.from({ length: count }, (_, i) =>
      values[Math.round((i * (values.length - 1)) / (count - 1))]);
    const low = Math.min(...few);
    const range = Math.max(...few) - low;
    const down = (value) => (range ? height - 1 - ((value - low) / range) * (height - 2) : height / 2);
    const places = few.map((value, i) =>
      `${((i * width) / (count - 1)).toFixed(1)} ${down(value).toFixed(1)}`);
    const size = { class: "spark", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" };
    return svg("svg", size, svg("path", { class: "ln", d: `M${places.join("L")}` }));
  }

  RG.ready.then(() => {
    document.querySelectorAll("[data-more-curves]").forEach(offerCurves);
    document.querySelectorAll("[data-more-rows]").forEach(offerRows);
  });
})();
