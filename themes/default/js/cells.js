// What is in the cells of the runs table: words for values, and how each kind of value is drawn.
//
// Untrusted text goes in by textContent only, and no text from data becomes an address unchecked.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element, svg } = RG;

  const NOTHING = "–";

  // ---- words for values ---------------------------------------------------------------------

  /** MLflow counts milliseconds since 1970; null where that is no date. */
  function dateOf(millis) {
    const date = new Date(millis);
    return Number.isNaN(date.getTime()) ? null : date;
  }

  /** `340 ms`, `4.2 s`, `12 s`, `4 min 10 s`, `3 h 41 min`, `2 d 4 h`. */
  function durationText(millis) {
    if (!(millis >= 0)) return NOTHING;
    if (millis < 1000) return `${Math.round(millis)} ms`;
    const seconds = Math.floor(millis / 1000);
    if (seconds < 10) return `${(millis / 1000).toFixed(1)} s`;
    if (seconds < 60) return `${seconds} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
    return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  }

  const STATUS = {
    FINISHED: { tone: "ok", icon: "check", text: "Finished" },
    FAILED: { tone: "bad", icon: "x", text: "Failed" },
    RUNNING: { tone: "run", icon: "play", text: "Running" },
    SCHEDULED: { tone: "run", icon: "clock", text: "Scheduled" },
    KILLED: { tone: "warn", icon: "stop", text: "Killed" },
    UNKNOWN: { tone: "warn", icon: "help", text: "Status unknown" },
  };
  const statusOf = (text) => (Object.hasOwn(STATUS, text) ? STATUS[text] : null);

  const isTime = ({ id }) => id === "attributes.start_time" || id === "attributes.end_time";

  /** Any number in the words of its column. */
  function numberText(column, value, decimals) {
    if (isTime(column)) return RG.timeText(value);
    if (column.id === "attributes.duration") return durationText(value);
    return column.words(value, decimals);
  }

  /** A value as the table shows it, for what copies the table. */
  function text(column, row) {
    if (column.isMissing(row)) return "";
    if (column.isNumber) return numberText(column, column.values[row]);
    if (column.id === "attributes.status") return statusOf(column.text(row))?.text ?? column.text(row);
    return column.text(row);
  }

  /** `0.912 ± 0.013`; without a spread for a single run. Whole numbers have no whole mean. */
  function meanText(column, { mean, sd }) {
    const decimals = column.decimals || 2;
    const spread = Number.isNaN(sd) ? "" : ` ± ${numberText(column, sd, decimals)}`;
    return numberText(column, mean, decimals) + spread;
  }

  /** What a group shows of a column. */
  function groupText(column, group) {
    if (column.type === "k" || isTime(column)) return "";
    const facts = group.facts(column);
    if (!facts.n) return "";
    if (column.isNumber) return meanText(column, facts);
    if (facts.values > 1) return `${facts.values} values`;
    return text(column, facts.row);
  }

  // ---- a run --------------------------------------------------------------------------------

  function drawName(cell, column, row, grid) {
    const { RUN_ID } = RG.columns;
    const id = grid.store.has(RUN_ID) ? grid.store.get(RUN_ID).text(row) : "";
    const name = column.text(row) || id || "unnamed";
    const href = runAddress(row, grid.store);
    const label = element(href ? "a" : "span", "run-name");
    if (href) {
      label.href = RG.keepVersion(href);
      label.tabIndex = -1; // one tab stop in the grid: the cell; Enter follows the link
    }
    label.append(selectionDot(row, grid), element("span", "", name));
    label.title = name;
    cell.append(label);
    if (grid.view.pins.includes(row)) cell.append(pinMark());
    cell.append(moreButton(name));
  }

  function runAddress(row, store) {
    const column = store.get("attributes.href");
    const href = column?.loaded ? column.text(row) : "";
    return /^[\w~./%-]+$/.test(href) ? href : ""; // no colon: never another scheme
  }

  /** Takes the colour that the run has on every chart once it is selected. */
  function selectionDot(row, grid) {
    if (!grid.selected.has(row)) return element("i", "dot");
    const hues = grid.store.get("attributes.hue");
    const hue = hues?.loaded && !hues.isMissing(row) ? hues.values[row] : orderOf(row, grid);
    return element("i", `dot on c${(Math.abs(Math.trunc(hue)) % 8) + 1}`);
  }

  const orderOf = (row, grid) => [...grid.selected].indexOf(row);

  function pinMark() {
    const mark = element("span", "pin");
    mark.append(element("span", "vh", "pinned"));
    return mark;
  }

  function moreButton(name) {
    const button = element("button", "more");
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("aria-haspopup", "menu");
    button.setAttribute("aria-label", `Options of ${name}`);
    return button;
  }

  function drawStatus(cell, column, row) {
    const status = column.text(row);
    const known = statusOf(status);
    const chip = element("span", `chip ${known ? known.tone : "warn"}`);
    chip.append(RG.icon(known ? known.icon : "help"), known ? known.text : status);
    cell.append(chip);
  }

  function drawTime(cell, column, row) {
    const time = RG.time(column.values[row]);
    cell.classList.add("dim");
    cell.append(time.dateTime ? time : NOTHING);
  }

  function drawNumber(cell, column, row, grid) {
    const words = text(column, row);
    const exact = column.exact(row);
    const isBest = column.isMain && column.values[row] === scaleOf(column)?.best;
    if (grid.view.heat && isShaded(column)) shade(cell, column, column.values[row]);
    else if (column.isMain) drawBar(cell, column, row);
    const number = element("data", isBest ? "best" : "", words);
    number.value = exact; // what is copied: see reading.js
    cell.append(number);
    if (words.replace("−", "-") !== exact) cell.title = exact;
  }

  /** The quiet bar behind the main metric; full length is the best value. */
  function drawBar(cell, column, row) {
    const part = shareOf(column, column.values[row]);
    if (!Number.isFinite(part)) return;
    const bar = svg("rect", { width: `${Math.round(part * 100)}%`, height: "100%", rx: 4 });
    cell.append(svg("svg", { class: "bar", "aria-hidden": "true" }, bar));
  }

  function drawCurve(cell, column, row) {
    const curve = column.curve(row);
    const finite = curve.filter(Number.isFinite);
    if (finite.length < 2) return;
    const low = Math.min(...finite);
    const range = Math.max(...finite) - low || 1;
    const path = [];
    curve.forEach((value, index) => {
      if (!Number.isFinite(value)) return;
      const x = ((index * 84) / (curve.length - 1)).toFixed(1);
      path.push(`${x},${(22 - ((value - low) / range) * 20).toFixed(1)}`);
    });
    const size = { class: "spark", width: 84, height: 24, viewBox: "0 0 84 24" };
    const line = svg("path", { class: "ln", d: `M${path.join("L")}` });
    cell.append(svg("svg", { ...size, "aria-hidden": "true" }, line));
  }

  const DRAW_BY_ID = {
    "attributes.status": drawStatus,
    "attributes.start_time": drawTime,
    "attributes.end_time": drawTime,
  };
  const DRAW_BY_TYPE = { n: drawNumber, k: drawCurve };

  function drawValue(cell, column, row, grid) {
    const draw = DRAW_BY_ID[column.id] || DRAW_BY_TYPE[column.type];
    if (draw) {
      draw(cell, column, row, grid);
      return;
    }
    cell.textContent = column.text(row);
    cell.title = cell.textContent;
  }

  /** A parent without a value of its own shows that of its best child, lighter. */
  function drawRolledUp(cell, column, row, grid) {
    const best = RG.families.bestOfFamily(row, column, grid.families, grid.store);
    if (!best) return false;
    const name = grid.store.get(RG.NAME_COLUMN)?.text(best.row) || "";
    cell.classList.add("rolled");
    if (column.isNumber) cell.append(element("span", "", text(column, best.row)));
    else drawCurve(cell, column, best.row);
    cell.append(element("span", "vh", `, best of ${best.count} below`));
    cell.title = `best of ${best.count} below: ${name}`;
    return true;
  }

  /** The grid's drawCell. */
  function draw(cell, column, row, grid) {
    if (column.id === RG.NAME_COLUMN) drawName(cell, column, row, grid);
    else if (!column.isMissing(row)) drawValue(cell, column, row, grid);
    else if (!grid.families.has(row) || !drawRolledUp(cell, column, row, grid)) {
      cell.append(element("span", "dim", NOTHING));
    }
  }

  // ---- a group ------------------------------------------------------------------------------

  function drawGroupName(cell, group) {
    const label = element("span", "run-name");
    const count = group.rows.length;
    const runs = `${count.toLocaleString("en")} ${count === 1 ? "run" : "runs"}`;
    label.append(element("span", "of", group.column.label), element("span", "", group.text));
    label.title = `${group.column.label}: ${group.text}`;
    cell.append(label, element("span", "n", runs));
  }

  /** Mean and spread, and the best below them where a direction is known. */
  function drawGroupNumber(cell, column, group, grid) {
    const facts = group.facts(column);
    const mean = element("span", "mean", meanText(column, facts));
    cell.append(mean);
    if (facts.best >= 0) {
      cell.append(element("small", "", `best ${text(column, facts.best)}`));
    }
    if (grid.view.heat && isShaded(column)) shade(cell, column, facts.mean);
    cell.title = groupTitle(column, facts, group);
  }

  const digits = (value) => String(Number(value.toPrecision(12))); // without what rounding adds

  function groupTitle(column, { n, mean, sd, best }, group) {
    const of = n === group.rows.length ? `${n}` : `${n} of ${group.rows.length}`;
    if (n === 1) return `one run of ${group.rows.length}: ${digits(mean)}`;
    const spread = `${digits(mean)} ± ${digits(sd)}`;
    const said = `mean ± sample standard deviation of ${of} runs: ${spread}`;
    return best < 0 ? said : `${said}; best ${column.exact(best)}`;
  }

  /** The grid's drawGroup. */
  function drawGroup(cell, column, group, grid) {
    if (column.id === RG.NAME_COLUMN) {
      drawGroupName(cell, group);
      return;
    }
    const words = groupText(column, group);
    const facts = words && group.facts(column);
    const isEmpty = column.type === "k" || isTime(column); // of groups, not for want of values
    if (!words) cell.append(element("span", "dim", isEmpty ? "" : NOTHING));
    else if (column.isNumber) drawGroupNumber(cell, column, group, grid);
    else if (facts.values > 1) cell.append(element("span", "dim", words));
    else drawValue(cell, column, facts.row, grid);
  }

  // ---- how good a number is -----------------------------------------------------------------

  const LEVELS = 7;

  /**
   * From the best value to where the worst twentieth begins: one outlier must not flatten all.
   * Without a known direction, from the middle nine tenths' lower end to their upper.
   */
  function scaleOf(column) {
    if (column.scale === undefined) column.scale = makeScale(column);
    return column.scale;
  }

  function makeScale({ values, goal }) {
    const sorted = values.filter(Number.isFinite).sort();
    if (!sorted.length) return null;
    if (goal === "min") sorted.reverse();
    const twentieth = Math.floor(sorted.length / 20);
    const worst = sorted[twentieth];
    return { best: sorted.at(-1), full: goal ? sorted.at(-1) : sorted.at(-1 - twentieth), worst };
  }

  /** 0 for the worst, 1 for the best; NaN where that cannot be told. */
  function shareOf(column, value) {
    const scale = scaleOf(column);
    if (!scale || !Number.isFinite(value)) return NaN;
    if (scale.full === scale.worst) return 1;
    return Math.max(0, Math.min(1, (value - scale.worst) / (scale.full - scale.worst)));
  }

  const isShaded = ({ group }) => ["metrics", "best", "min", "max"].includes(group);

  function shade(cell, column, value) {
    const share = shareOf(column, value);
    if (Number.isNaN(share)) return;
    cell.dataset.heat = String(Math.round(share * LEVELS));
    cell.classList.add(column.goal ? "good" : "plain");
  }

  RG.cells = { dateOf, draw, drawGroup, groupText, text };
})();
