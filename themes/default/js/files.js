// The files of a run: the tree, tables that sort, documents in a frame of their own.
(() => {
  "use strict";

  const RG = window.RG;

  // ---- tables -------------------------------------------------------------------------------

  function valueOf(cell) {
    const text = (cell?.querySelector(".x")?.title ?? cell?.textContent ?? "").trim();
    const number = Number(text.replace(/^−/, "-").replace("∞", "Infinity"));
    return { text, number: text === "" ? NaN : number };
  }

  /** Numbers before texts, what is empty at the end in either direction. */
  function compare(a, b, sign) {
    if (!a.text || !b.text) return (a.text ? 0 : 1) - (b.text ? 0 : 1);
    const [left, right] = [Number.isNaN(a.number), Number.isNaN(b.number)];
    if (left !== right) return sign * (left - right);
    return sign * (left ? a.text.localeCompare(b.text) : a.number - b.number);
  }

  function sortBy(table, heading) {
    const rising = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const rows = [...table.tBodies[0].rows].map((row) => ({ row, value: valueOf(row.cells[heading.cellIndex]) }));
    rows.sort((a, b) => compare(a.value, b.value, rising ? 1 : -1));
    table.tBodies[0].append(...rows.map((each) => each.row));
    RG.say(`Sorted by ${heading.textContent}, ${rising ? "ascending" : "descending"}`);
  }

  function makeSortable(table) {
    if (table.tBodies[0].rows.length < 2) return;
    for (const heading of table.tHead.rows[0].cells) {
      const button = RG.element("button", "", heading.textContent);
      button.type = "button";
      heading.replaceChildren(button);
      button.addEventListener("click", () => sortBy(table, heading));
    }
  }

  const MOST_AT_A_GLANCE = 8; // rows that need no finding

  /** A field above a table that keeps the rows that have what is typed. */
  function addFinding(table) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length <= MOST_AT_A_GLANCE) return;
    const label = table.closest("[aria-label]")?.getAttribute("aria-label") || "the table";
    const field = RG.element("label", "fld find-rows");
    const input = RG.element("input");
    input.type = "search";
    input.placeholder = "Find rows";
    input.setAttribute("aria-label", `Find rows of ${label}`);
    const count = RG.element("span", "note");
    count.setAttribute("role", "status");
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
      const shown = rows.filter((row) => !row.hidden).length;
      count.textContent = wanted ? `${shown} of ${rows.length} rows` : "";
    });
    field.append(RG.icon("search"), input, count);
    (table.closest(".scroll") || table).before(field);
  }

  // ---- documents ----------------------------------------------------------------------------

  /**
   * The frame may reach nothing: without `allow-same-origin` its origin is of no site, and the
   * document carries a policy that forbids every load. Scripts run only where it has its own.
   */
  function makeFrame(box) {
    const show = RG.element("button", "btn", "Show");
    show.type = "button";
    show.addEventListener("click", () => {
      const frame = RG.element("iframe");
      frame.setAttribute("sandbox", "scripts" in box.dataset ? "allow-scripts" : "");
      frame.title = box.dataset.label;
      frame.src = box.dataset.frame;
      show.replaceWith(frame);
    });
    box.prepend(show);
  }

  // ---- the tree -----------------------------------------------------------------------------

  function filterFiles(input, tree) {
    const wanted = input.value.trim().toLowerCase();
    const files = [...tree.querySelectorAll("li.file")];
    for (const file of files) file.hidden = !file.dataset.path.toLowerCase().includes(wanted);
    // A folder is there for the files in it; inner ones first, so that outer ones know.
    for (const folder of [...tree.querySelectorAll("details.dir")].reverse()) {
      const some = folder.querySelector(":scope > ul > li:not([hidden])") !== null;
      folder.parentElement.hidden = !some;
      if (wanted && some) folder.open = true;
    }
    RG.say(`${files.filter((file) => !file.hidden).length} of ${files.length} files shown`);
  }

  /** One button goes to the line that has the mouse or the focus: copies its path. */
  function addCopying(tree) {
    const button = RG.element("button", "cp");
    button.type = "button";
    button.append(RG.icon("copy"), RG.element("span", "vh", "Copy path"));
    const follow = (event) => {
      const line = event.target.closest("li.file");
      if (!line || button.parentElement === line || button.classList.contains("done")) return;
      button.dataset.copy = line.dataset.path;
      button.title = "Copy path";
      line.querySelector(".sz").before(button);
    };
    tree.addEventListener("mouseover", follow);
    tree.addEventListener("focusin", follow);
  }

  // ---- links to a file ----------------------------------------------------------------------

  /** What a link leads to may be folded away. */
  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    target.scrollIntoView({ block: "start" });
  }

  // -------------------------------------------------------------------------------------------

  for (const table of document.querySelectorAll("table.data")) {
    makeSortable(table);
    addFinding(table);
  }
  document.querySelectorAll("[data-frame]").forEach(makeFrame);
  document.querySelectorAll("ul.files").forEach(addCopying);
  for (const field of document.querySelectorAll("[data-file-filter]")) {
    const tree = field.parentElement.querySelector("ul.files");
    field.querySelector("input").addEventListener("input", (event) => filterFiles(event.target, tree));
  }
  addEventListener("hashchange", openTarget);
  if (location.hash.startsWith("#artifact-")) openTarget();
})();
