// Files of the same path side by side: pictures next to each other, one over the other with a
// slider, or as their difference; texts as a diff. Which differ is told by a table above.
// Texts come by scripts (`RG.text(hash, text)`, the file's address + ".js"), for a page opened
// from disk may not read files. On RG.compare: fillArtifacts(place, rows, view)
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const MOST_VIEWS = 40;
  const MOST_LINES = 1500;
  const WIDE = 900; // pixels from which two columns of text are readable

  // ---- texts by script ----------------------------------------------------------------------

  const texts = new Map();
  const before = RG.text;
  RG.text = (hash, text) => {
    texts.set(hash, text);
    if (before) before(hash, text);
  };

  async function textOf({ file, hash }) {
    if (!texts.has(hash)) await RG.load(`${document.body.dataset.root || ""}${file}.js`);
    if (!texts.has(hash)) throw new Error(`No text came with ${file}.js`);
    return texts.get(hash);
  }

  // ---- the section --------------------------------------------------------------------------

  function fillArtifacts(place, rows, view) {
    const open = new Set([...place.querySelectorAll("details[open]")].map((each) => each.dataset.path));
    const table = element("div");
    RG.compare.fillTable(table, rows, view);
    const files = view.runs.map(RG.compare.filesOf);
    const pairs = rows.filter((row) => row.differs).flatMap((row) => viewable(row.name, files));
    const views = pairs.slice(0, MOST_VIEWS).map((one) => fileView(one, view, open.has(one.path)));
    // The first picture and the first text stand open: they show what the others do.
    for (const wanted of open.size ? [] : [true, false]) {
      const first = views.findIndex((_, i) => (pairs[i].kind === "image") === wanted);
      if (first >= 0) views[first].open = true;
    }
    place.replaceChildren(table, ...views, ...notes(pairs, view));
  }

  function notes(pairs, { runs }) {
    const said = [];
    if (pairs.length > MOST_VIEWS) said.push(`The first ${MOST_VIEWS} of ${pairs.length} files are shown side by side.`);
    const cut = runs.filter((run) => run.artifact_count > run.artifacts.length);
    if (cut.length) said.push(`Of the many files of ${cut.map((run) => run.name).join(", ")} the first are compared.`);
    return said.map((text) => element("p", "note below", text));
  }

  /** What can be shown: copied pictures and texts that two runs or more have. */
  function viewable(path, files) {
    const own = files.map((each) => (Object.hasOwn(each, path) ? each[path] : null));
    const kinds = new Set(own.filter(Boolean).map((file) => file.kind));
    const there = own.filter((file) => file && file.file && file.kind !== "other");
    if (there.length < 2 || kinds.size !== 1) return [];
    return [{ path, kind: there[0].kind, files: own }];
  }

  function fileView({ path, kind, files }, view, open) {
    const box = element("details", "card cmp-file");
    box.dataset.path = path;
    const summary = element("summary");
    summary.append(RG.icon(kind === "image" ? "image" : kind === "table" ? "table" : "text"),
      element("code", "", path));
    box.append(summary);
    const fill = () => {
      if (box.open && box.children.length === 1) box.append(fileBody({ path, kind, files }, view));
    };
    box.addEventListener("toggle", fill);
    box.open = open;
    return box;
  }

  /** The choice of two runs, and what they have there. */
  function fileBody({ path, kind, files }, view) {
    const body = element("div", "in");
    const having = view.runs
      .map((run, place) => ({ run, place, file: files[place] }))
      .filter(({ file }) => file && file.file);
    const first = having.find(({ place }) => place === view.base) || having[0];
    const second = having.find((one) => one !== first && one.file.hash !== first.file.hash)
      || having.find((one) => one !== first);
    const chosen = { a: first, b: second };
    const bar = element("div", "cmp-bar");
    const stage = element("div", "cmp-stage");
    const draw = () => stage.replaceChildren(...(kind === "image"
      ? imageStage(path, chosen, having, mode)
      : textStage(path, chosen, mode, view)));
    const modes = kind === "image"
      ? [["side", "Side by side"], ["swipe", "Swipe"], ["difference", "Difference"]]
      : [["split", "Side by side"], ["unified", "One column"]];
    let mode = kind === "image" || innerWidth >= WIDE ? modes[0][0] : "unified";
    bar.append(RG.compare.segments(`How to show ${path}`, modes, (value) => {
      mode = value;
      draw();
    }, mode));
    if (having.length > 2) {
      bar.append(runChoice("Left", chosen, "a", having, draw), element("span", "note", "and"),
        runChoice("Right", chosen, "b", having, draw));
    }
    body.append(bar, stage);
    draw();
    return body;
  }

  function runChoice(name, chosen, side, having, draw) {
    const select = element("select", "cmp-select");
    select.setAttribute("aria-label", `${name} run`);
    having.forEach((one, i) => {
      const option = element("option", "", one.run.name);
      option.value = i;
      option.selected = one === chosen[side];
      select.append(option);
    });
    select.addEventListener("change", () => {
      chosen[side] = having[Number(select.value)];
      draw();
    });
    return select;
  }

  function captionOf({ run, place, file }, tag = "figcaption") {
    const caption = element(tag, "cmp-caption");
    caption.append(RG.compare.lineSample(run, place));
    const link = element("a", "lnk", run.name);
    link.href = file.file;
    caption.append(link);
    return caption;
  }

  // ---- pictures -----------------------------------------------------------------------------

  function picture(one, path, extra = "") {
    const image = element("img", extra);
    image.src = one.file.file;
    image.alt = `${path} of ${one.run.name}`;
    image.loading = "lazy";
    image.draggable = false;
    return image;
  }

  function imageStage(path, { a, b }, having, mode) {
    if (mode === "side") {
      const all = element("div", "cmp-pictures");
      for (const one of having) {
        const figure = element("figure");
        figure.append(picture(one, path), captionOf(one));
        all.append(figure);
      }
      return [all];
    }
    const stack = element("div", `cmp-stack ${mode}`);
    const over = picture(b, path, "over");
    stack.append(picture(a, path), over);
    const note = element("p", "note");
    stack.querySelectorAll("img").forEach((image) =>
      image.addEventListener("load", () => sayUnequal(stack, note)));
    const under = element("div", "cmp-captions");
    under.append(captionOf(a, "span"), captionOf(b, "span"));
    if (a.file.hash === b.file.hash) note.textContent = "The two files are identical.";
    else if (mode === "difference") note.textContent = "Black where both are the same.";
    return mode === "difference" ? [stack, under, note] : [stack, swipe(stack, over, a, b), under, note];
  }

  function sayUnequal(stack, note) {
    const [a, b] = stack.querySelectorAll("img");
    if (!a.naturalWidth || !b.naturalWidth) return;
    if (a.naturalWidth === b.naturalWidth && a.naturalHeight === b.naturalHeight) return;
    const size = (image) => `${image.naturalWidth} × ${image.naturalHeight}`;
    note.textContent = `Their sizes differ: ${size(a)} and ${size(b)} pixels.`;
  }

  /** A slider, by keyboard or by pointing at the picture, that uncovers the one on top. */
  function swipe(stack, over, a, b) {
    const slider = element("input", "cmp-slider");
    Object.assign(slider, { type: "range", min: 0, max: 100, value: 50 });
    slider.setAttribute("aria-label", `From ${a.run.name} on the left to ${b.run.name} on the right`);
    const rule = element("span", "cmp-rule");
    stack.append(rule);
    const uncover = () => {
      over.style.clipPath = `inset(0 0 0 ${slider.value}%)`;
      rule.style.left = `${slider.value}%`;
      slider.setAttribute("aria-valuetext", `${slider.value} % ${a.run.name}`);
    };
    const point = (event) => {
      if (event.pointerType !== "mouse" && event.type === "pointermove" && !event.buttons) return;
      const { left, width } = stack.getBoundingClientRect();
      slider.value = Math.round(((event.clientX - left) / width) * 100);
      uncover();
    };
    stack.addEventListener("pointerdown", point);
    stack.addEventListener("pointermove", point);
    slider.addEventListener("input", uncover);
    uncover();
    return slider;
  }

  // ---- texts --------------------------------------------------------------------------------

  function textStage(path, { a, b }, mode, view) {
    const box = element("div", "cmp-diff");
    box.append(element("p", "note", "Loading …"));
    showDiff(box, path, a, b, mode, view).catch(() => {
      const said = element("p", "note", "The texts could not be loaded to be compared. ");
      for (const one of [a, b]) said.append(captionOf(one, "span"), " ");
      box.replaceChildren(said);
    });
    return [box];
  }

  async function showDiff(box, path, a, b, mode) {
    const [left, right] = (await Promise.all([textOf(a.file), textOf(b.file)])).map(RG.diff.linesOf);
    const { list, whole } = RG.diff.edits(left, right);
    const count = (op) => list.filter((one) => one.op === op).length;
    const note = element("p", "note cmp-counts");
    const said = !count("-") && !count("+") ? "The texts are equal."
      : `${count("-")} lines removed, ${count("+")} added${whole ? "; too different to match line by line" : ""}`;
    note.append(captionOf(a, "span"), " → ", captionOf(b, "span"), element("span", "", said));
    const table = element("table", `cmp-lines ${mode}`);
    table.createCaption().append(element("span", "vh",
      `${path}: ${a.run.name} compared with ${b.run.name}`));
    table.append(lineHead(mode, a, b));
    const body = table.createTBody();
    const lines = { left, right };
    const draw = mode === "split" ? splitRows : unifiedRows;
    let drawn = 0;
    for (const stretch of RG.diff.stretches(list)) {
      if (drawn > MOST_LINES) {
        body.append(foldRow(mode, "The rest is not shown: open the files.", null));
        break;
      }
      if (!stretch.same) {
        const rows = draw(stretch.edits.slice(0, MOST_LINES), lines);
        drawn += rows.length;
        body.append(...rows);
      } else {
        const fold = foldRow(mode, `${stretch.edits.length} equal lines`, () =>
          fold.replaceWith(...draw(stretch.edits.slice(0, MOST_LINES * 4), lines)));
        body.append(fold);
      }
    }
    const scroll = element("div", "cmp-code");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", `Differences of ${path}`);
    scroll.append(table);
    box.replaceChildren(note, scroll);
  }

  function lineHead(mode, a, b) {
    const head = element("thead", "");
    const row = head.insertRow();
    const titles = mode === "split"
      ? ["Line", a.run.name, "Line", b.run.name]
      : [`Line of ${a.run.name}`, `Line of ${b.run.name}`, "Change", "Text"];
    for (const title of titles) {
      const cell = element("th");
      cell.scope = "col";
      cell.append(element("span", "vh", title));
      row.append(cell);
    }
    return head;
  }

  function foldRow(mode, text, act) {
    const row = element("tr", "cmp-fold");
    const cell = element("td");
    cell.colSpan = 4;
    if (act) {
      const button = element("button", "", text);
      button.type = "button";
      button.addEventListener("click", act);
      cell.append(button);
    } else cell.textContent = text;
    row.append(cell);
    return row;
  }

  /** Removed and added lines that replace one another, told by words where they are alike. */
  function paired(edits) {
    const pairs = new Map();
    let removed = [];
    let added = [];
    const flush = () => {
      if (removed.length === added.length) removed.forEach((one, i) => pairs.set(one, added[i]));
      [removed, added] = [[], []];
    };
    for (const one of edits) {
      if (one.op === "-") removed.push(one);
      else if (one.op === "+") added.push(one);
      else flush();
    }
    flush();
    return pairs;
  }

  function wordsOf(pairs, { left, right }) {
    const parts = new Map();
    for (const [one, other] of pairs) {
      const [a, b] = [left[one.a], right[other.b]];
      const found = a.length + b.length < 2000 ? RG.diff.words(a, b) : null;
      if (!found) continue;
      parts.set(one, found[0]);
      parts.set(other, found[1]);
    }
    return parts;
  }

  function codeCell(text, parts) {
    const cell = element("td", "ln");
    if (!parts) cell.textContent = text;
    else cell.append(...parts.map((each) => (each.changed ? element("mark", "", each.text) : each.text)));
    return cell;
  }

  const numberCell = (place) => element("td", "no", place === null ? "" : String(place + 1));
  const SIGNS = { "=": " ", "-": "−", "+": "+" };
  const CLASSES = { "=": "", "-": "gone", "+": "new" };
  const WORDS = { "-": "removed", "+": "added" };

  function signCell(op) {
    const cell = element("td", "sign");
    const sign = element("span", "", SIGNS[op]);
    sign.setAttribute("aria-hidden", "true");
    cell.append(sign);
    if (WORDS[op]) cell.append(element("span", "vh", WORDS[op]));
    return cell;
  }

  function unifiedRows(edits, lines) {
    const parts = wordsOf(paired(edits), lines);
    return edits.map((one) => {
      const row = element("tr", CLASSES[one.op]);
      const text = one.op === "+" ? lines.right[one.b] : lines.left[one.a];
      row.append(numberCell(one.a), numberCell(one.b), signCell(one.op), codeCell(text, parts.get(one)));
      return row;
    });
  }

  function splitRows(edits, lines) {
    const parts = wordsOf(paired(edits), lines);
    const rows = [];
    let [removed, added] = [[], []];
    const flush = () => {
      for (let i = 0; i < Math.max(removed.length, added.length); i++) {
        rows.push(splitRow(removed[i] || null, added[i] || null, lines, parts));
      }
      [removed, added] = [[], []];
    };
    for (const one of edits) {
      if (one.op === "-") removed.push(one);
      else if (one.op === "+") added.push(one);
      else {
        flush();
        rows.push(splitRow(one, one, lines, parts));
      }
    }
    flush();
    return rows;
  }

  function splitRow(from, to, { left, right }, parts) {
    const row = element("tr");
    const changed = from !== to;
    for (const [one, text, kind] of [[from, from && left[from.a], "gone"], [to, to && right[to.b], "new"]]) {
      const number = numberCell(one ? (kind === "gone" ? one.a : one.b) : null);
      const cell = codeCell(one ? text : "", one ? parts.get(one) : null);
      if (changed) {
        number.classList.add(one ? kind : "empty");
        cell.classList.add(one ? kind : "empty");
        if (one) cell.prepend(element("span", "vh", kind === "gone" ? "removed: " : "added: "));
      }
      row.append(number, cell);
    }
    return row;
  }

  Object.assign(RG.compare, { fillArtifacts });
})();
