// The table as it is shown, for a file or another program: CSV with exact values, Markdown and
// LaTeX (booktabs) in the precision of the table. Columns, order, filter and groups as on screen.
//
// While all groups are folded, they are the rows; once one is open, the runs are, in the order of
// their groups.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { cells, element } = RG;

  /** {head, rows}: texts, and which columns are numbers, from the grid. */
  function shown(grid, exact) {
    const columns = grid.columns.filter((column) => column.type !== "k");
    if (grid.groupColumn && !grid.opened.size) {
      return exact ? exactGroups(grid, columns) : wordedGroups(grid, columns);
    }
    const all = withGroup(grid, columns);
    return exact ? exactRuns(grid, all) : wordedRuns(grid, all);
  }

  function withGroup({ groupColumn }, columns) {
    return groupColumn && !columns.includes(groupColumn) ? [...columns, groupColumn] : columns;
  }

  /** Names repeat, so the ids of runs go along. */
  function exactRuns(grid, shownColumns) {
    const runIds = grid.store.get(RG.columns.RUN_ID);
    const has = !runIds?.loaded || shownColumns.includes(runIds);
    const columns = has ? shownColumns : [runIds, ...shownColumns];
    return {
      head: columns.map((column) => column.id),
      rows: Array.from(grid.allInOrder(), (row) => columns.map((column) => exactText(column, row))),
    };
  }

  function exactText(column, row) {
    if (column.isMissing(row)) return "";
    if (column.group === "attributes" && column.id.endsWith("_time")) {
      return cells.dateOf(column.values[row])?.toISOString() || "";
    }
    return column.exact(row);
  }

  /** Mean, sample standard deviation and best of each number, each a column of its own. */
  function exactGroups(grid, columns) {
    const numbers = columns.filter((column) => column.isNumber && !column.id.endsWith("_time"));
    const parts = numbers.flatMap((column) => [
      [`${column.id} n`, (group) => group.facts(column).n],
      [`${column.id} mean`, (group) => group.facts(column).mean],
      [`${column.id} sd`, (group) => group.facts(column).sd],
      ...(column.goal ? [[`${column.id} best`, (group) => bestOf(column, group)]] : []),
    ]);
    return {
      head: [grid.groupColumn.id, "runs", ...parts.map(([name]) => name)],
      rows: grid.groups.map((group) => [
        group.isUnset ? "" : group.text,
        String(group.rows.length),
        ...parts.map(([, value]) => (Number.isNaN(value(group)) ? "" : String(value(group)))),
      ]),
    };
  }

  function bestOf(column, group) {
    const { best } = group.facts(column);
    return best < 0 ? NaN : column.values[best];
  }

  function wordedGroups(grid, columns) {
    const rest = columns.filter(({ id }) => id !== RG.NAME_COLUMN && id !== grid.groupColumn.id);
    return {
      head: [grid.groupColumn.label, "runs", ...rest.map((column) => column.fullName)],
      numbers: [false, true, ...rest.map((column) => column.isNumber)],
      rows: grid.groups.map((group) => [
        group.text,
        String(group.rows.length),
        ...rest.map((column) => cells.groupText(column, group)),
      ]),
    };
  }

  function wordedRuns(grid, columns) {
    return {
      head: columns.map((column) => column.fullName),
      numbers: columns.map((column) => column.isNumber),
      rows: Array.from(grid.allInOrder(), (row) => columns.map((column) => cells.text(column, row))),
    };
  }

  // ---- CSV ----------------------------------------------------------------------------------

  /** Quoted as RFC 4180 has it. */
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  /** A text that a spreadsheet would run as a formula is marked as text; numbers are not. */
  function defused(text) {
    return /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  }

  function csv(grid) {
    const { head, rows } = shown(grid, true);
    const line = (texts) => `${texts.map((text) => quoted(defused(text))).join(",")}\r\n`;
    return [head, ...rows].map(line).join("");
  }

  // ---- Markdown -----------------------------------------------------------------------------

  /** What would be formatting stands for itself, and a line break would end the row. */
  const markdownText = (text) =>
    text.replace(/[\\|`*_~[\]<>&#]/g, "\\$&").replace(/\s+/g, " ").trim();

  function markdown(grid) {
    const { head, numbers, rows } = shown(grid, false);
    const line = (texts) => `| ${texts.join(" | ")} |\n`;
    return [
      line(head.map(markdownText)),
      line(numbers.map((isNumber) => (isNumber ? "---:" : ":---"))),
      ...rows.map((texts) => line(texts.map(markdownText))),
    ].join("");
  }

  // ---- LaTeX --------------------------------------------------------------------------------

  const LATEX = {
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "−": "$-$", "±": "$\\pm$", "∞": "$\\infty$", "–": "--", "<": "$<$", ">": "$>$", "|": "$|$",
  };

  const latexText = (text) =>
    text
      .replace(/[\\~^−±∞–<>|]|[&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`)
      .replace(/\s+/g, " ");

  /** For \usepackage{booktabs}. */
  function latex(grid) {
    const { head, numbers, rows } = shown(grid, false);
    const line = (texts) => `${texts.map(latexText).join(" & ")} \\\\\n`;
    return [
      `\\begin{tabular}{${numbers.map((isNumber) => (isNumber ? "r" : "l")).join("")}}\n`,
      "\\toprule\n",
      line(head),
      "\\midrule\n",
      ...rows.map(line),
      "\\bottomrule\n\\end{tabular}\n",
    ].join("");
  }

  // -------------------------------------------------------------------------------------------

  /** By the ending of a file. */
  const FORMATS = {
    csv: { write: csv, type: "text/csv", name: "CSV", note: "exact values" },
    md: { write: markdown, type: "text/markdown", name: "Markdown", note: "as shown" },
    tex: { write: latex, type: "application/x-tex", name: "LaTeX", note: "as shown, booktabs" },
  };

  function download(name, text, type) {
    const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const link = element("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  function save(grid, ending) {
    const { write, type } = FORMATS[ending];
    download(`runs-${document.body.dataset.id || "export"}.${ending}`, write(grid), type);
  }

  // ---- the popover --------------------------------------------------------------------------

  function fill(details, grid) {
    const box = details.querySelector(":scope > div");
    box.replaceChildren(...Object.keys(FORMATS).map(formatLine));
    box.addEventListener("click", (event) => exportAs(event.target.closest("button"), grid));
  }

  function formatLine(ending) {
    const { name, note } = FORMATS[ending];
    const line = element("div", "format");
    const text = element("span", "", name);
    text.append(element("small", "", note));
    line.append(text, actionButton("Copy", name, ending), actionButton("Save", name, ending));
    return line;
  }

  function actionButton(verb, name, ending) {
    const button = element("button", "cp");
    button.type = "button";
    button.dataset.as = ending;
    button.dataset.verb = verb;
    button.append(element("span", "", verb));
    button.setAttribute("aria-label", `${verb} ${name}`);
    return button;
  }

  /** Copying is left to what copies on every page; it only has to know the text first. */
  async function exportAs(button, grid) {
    if (!button || button.dataset.copy) return;
    await grid.store.load([RG.columns.RUN_ID]);
    if (button.dataset.verb === "Save") {
      save(grid, button.dataset.as);
      return;
    }
    button.dataset.copy = FORMATS[button.dataset.as].write(grid);
    button.click();
    delete button.dataset.copy;
  }

  RG.exportBox = fill;
})();
