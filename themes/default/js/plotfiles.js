// A chart to take away: as SVG and PNG that stand alone, its data as CSV and as a table, its
// specification as Vega-Lite JSON. Loaded when one of these is wanted. On RG.plots.files.
(() => {
  "use strict";

  const RG = window.RG;
  const { element: html, svg, say } = RG;
  const { plots } = RG;
  const MOST_ROWS = 500; // of a table on the page; the CSV has all
  const FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
  const PIXELS = 2; // for one unit of a chart, in a PNG

  // ---------------------------------------------------------------- saving

  async function save(chart, kind) {
    const made = await MAKERS[kind](chart);
    const link = html("a");
    link.href = URL.createObjectURL(made);
    link.download = `${fileName(chart.title)}.${kind === "json" ? "vl.json" : kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    say(`${link.download} is made`);
  }

  const MAKERS = {
    svg: async (chart) => new Blob([await standalone(chart)], { type: "image/svg+xml" }),
    png: async (chart) => painted(await standalone(chart)),
    csv: async (chart) => new Blob([csv(await tableOf(chart))], { type: "text/csv" }),
    json: async (chart) =>
      new Blob([JSON.stringify(await specification(chart), null, 1)], { type: "application/json" }),
  };

  function fileName(title) {
    const plain = title.normalize("NFKD").replace(/[^\w.-]+/g, "-").replace(/^[-.]+|-+$/g, "");
    return plain.slice(0, 80) || "chart";
  }

  // ---------------------------------------------------------------- colours

  // What a token or any colour of css is here and now, as #rrggbb or rgba(…).
  function resolver(figure) {
    const probe = html("i", "vh");
    figure.append(probe);
    const known = new Map();
    const resolve = (colour) => {
      if (!known.has(colour)) {
        probe.style.color = "";
        probe.style.color = colour;
        known.set(colour, plain(getComputedStyle(probe).color));
      }
      return known.get(colour);
    };
    return { resolve, done: () => probe.remove() };
  }

  function plain(colour) {
    const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
    if (!parts) return colour;
    return `#${parts.slice(1).map((each) => Number(each).toString(16).padStart(2, "0")).join("")}`;
  }

  const TOKEN = /var\(--[\w-]+(?:,\s*var\(--[\w-]+\))?\)/g;

  // ---------------------------------------------------------------- a drawing that stands alone

  // With its title and its legend, in the colours of the page as it is seen.
  async function standalone(chart) {
    await chart.wake();
    const { figure, size } = chart;
    const { resolve, done } = resolver(figure);
    const drawn = chart.box.querySelector("svg").cloneNode(true);
    const legend = legendOf(figure, size.width, resolve);
    const top = 34 + 18 * legend.lines;
    const root = svg("svg", {
      xmlns: "http://www.w3.org/2000/svg", width: size.width, height: size.height + top,
      viewBox: `0 0 ${size.width} ${size.height + top}`, fill: "none", "font-family": FONT,
      "font-size": "11.5",
    });
    const name = svg("title");
    name.textContent = chart.title;
    const words = svg("desc");
    words.textContent = chart.box.getAttribute("aria-label");
    const heading = svg("text", { x: 14, y: 22, "font-size": 13, "font-weight": 600,
      fill: "var(--fg)" });
    heading.textContent = chart.title;
    const ground = svg("rect", { width: "100%", height: "100%", fill: "var(--card)" });
    for (const name of ["style", "class", "aria-hidden"]) drawn.removeAttribute(name);
    for (const [name, value] of Object.entries({ y: top, ...size })) drawn.setAttribute(name, value);
    root.append(name, words, ground, heading, ...legend.parts, drawn);
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("var(")) element.setAttribute(name, value.replace(TOKEN, resolve));
        else if (OURS.test(name) && element !== root) element.removeAttribute(name);
      }
      if (element.tagName === "text" && element.closest("svg") !== root) {
        element.removeAttribute("font-family");
      }
    }
    done();
    return new XMLSerializer().serializeToString(root);
  }

  const OURS = /^(aria-|data-|role$|style$|class$)/;

  function legendOf(figure, width, resolve) {
    const parts = [];
    let [x, line] = [14, 0];
    for (const entry of figure.querySelectorAll(".key > span")) {
      const mark = entry.querySelector("i");
      const text = entry.textContent;
      const room = 30 + 6.4 * text.length;
      if (x > 14 && x + room > width) [x, line] = [14, line + 1];
      const y = 42 + 18 * line;
      const colour = mark ? getComputedStyle(mark).getPropertyValue("--c") : "var(--mute)";
      const dash = mark ? getComputedStyle(mark).getPropertyValue("--dash").trim() : "";
      parts.push(svg("path", { d: `M${x},${y - 4}h18`, "stroke-width": 2, "stroke-linecap": "round",
        stroke: resolve(colour.trim() || "var(--s1)"), ...(dash && { "stroke-dasharray": dash }) }));
      const label = svg("text", { x: x + 24, y, fill: "var(--fg2)" });
      label.textContent = text;
      parts.push(label);
      x += room + 14;
    }
    return { parts, lines: parts.length ? line + 1 : 0 };
  }

  async function painted(text) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = html("canvas");
    canvas.width = image.width * PIXELS;
    canvas.height = image.height * PIXELS;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture")))));
  }

  // ---------------------------------------------------------------- the specification

  // Opens in any editor of Vega-Lite: data inside, no token left.
  async function specification(chart) {
    await chart.wake();
    const { resolve, done } = resolver(chart.figure);
    const made = chart.specification ? chart.specification() : plots.filled(chart);
    const spec = resolved(made, (text) => text.replace(TOKEN, resolve));
    const config = { ...spec.config, background: resolve("var(--card)") };
    const description = chart.box.getAttribute("aria-label");
    done();
    return { ...spec, title: chart.title, description, config };
  }

  function resolved(part, change) {
    if (typeof part === "string") return change(part);
    if (Array.isArray(part)) return part.map((each) => resolved(each, change));
    if (part === null || typeof part !== "object") return part;
    const { datasets, ...others } = part;
    const kept = Object.entries(others).map(([name, each]) => [name, resolved(each, change)]);
    return { ...Object.fromEntries(kept), ...(datasets && { datasets }) };
  }

  // ---------------------------------------------------------------- data

  async function tableOf(chart) {
    const picture = await chart.peek();
    if (picture.table) return picture.table();
    const sets = Object.values(picture.datasets);
    const largest = sets.reduce((a, b) => (b.length > a.length ? b : a), []);
    const columns = [...new Set(largest.flatMap((row) => Object.keys(row)))];
    return { columns, rows: largest.map((row) => columns.map((name) => row[name])) };
  }

  // Every digit; a text that a spreadsheet could take for a formula gets a quote before it.
  function csv({ columns, rows }) {
    const cell = (value) => {
      if (value === null || value === undefined) return "";
      if (typeof value === "number") return String(value);
      const text = /^[=+\-@\t\r]/.test(value) && !isFinite(value) ? `'${value}` : String(value);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
  }

  async function table(chart, show) {
    const old = chart.figure.querySelector(".plot-data");
    if (old) old.remove();
    if (!show) return;
    const { columns, rows } = await tableOf(chart);
    const box = html("div", "plot-data");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `Data of ${chart.title}`);
    const made = html("table", "tbl");
    const head = html("tr");
    for (const name of columns) {
      const cell = html("th", "", name);
      cell.scope = "col";
      head.append(cell);
    }
    made.append(html("thead"), html("tbody"));
    made.tHead.append(head);
    made.tBodies[0].append(...rows.slice(0, MOST_ROWS).map(rowOf));
    box.append(made);
    if (rows.length > MOST_ROWS) {
      const words = `${MOST_ROWS} of ${rows.length.toLocaleString("en-US")} rows; the CSV has all`;
      box.append(html("p", "note", words));
    }
    chart.box.after(box);
  }

  function rowOf(values) {
    const row = html("tr");
    for (const value of values) {
      const number = typeof value === "number";
      const text = value === null || value === undefined ? "" : String(value);
      row.append(html("td", number ? "num" : "", text));
    }
    return row;
  }

  plots.files = { csv, save, specification, standalone, table, tableOf };
})();
