// Times in the reader's own zone, numbers with all their digits when they are copied.
//
// A page is written in UTC and with rounded numbers, `<time datetime>` and
// `<span class="x" title>`; so it
// reads without this script. With it a time is worded in the reader's zone, UTC on hover, and
// what is copied has the exact numbers in place of those shown.
//   RG.time(millis)       a <time> element in the reader's zone, for what scripts draw
//   RG.timeText(millis)   its words alone: `21 Nov 2026 15:02`; empty where it is no date
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

  // ---- times --------------------------------------------------------------------------------

  const twoDigits = (part) => String(part).padStart(2, "0");

  function localDay(date) {
    return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  }

  const localClock = (date) => `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;

  function utcText(date) {
    const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
    return `${day}, ${date.toISOString().slice(11, 19)} UTC`;
  }

  let zones = null;

  /** `CET`, `GMT+1`: what the reader's zone is called at that time of the year. */
  function zoneOf(date) {
    zones ??= new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });
    return zones.formatToParts(date).find((part) => part.type === "timeZoneName").value;
  }

  const isDate = (date) => !Number.isNaN(date.getTime());

  function explain(element, date, hasClock) {
    const zone = zoneOf(date);
    element.title = zone === "UTC" ? utcText(date) : `${utcText(date)}; shown here in ${zone}`;
    if (hasClock) element.dataset.zone = zone; // for print, which has no hover
  }

  RG.timeText = (millis) => {
    const date = new Date(millis);
    return isDate(date) ? `${localDay(date)} ${localClock(date)}` : "";
  };

  RG.time = (millis) => {
    const element = RG.element("time", "", RG.timeText(millis));
    const date = new Date(millis);
    if (isDate(date)) {
      element.dateTime = date.toISOString();
      // What a table is not read for need not keep it waiting: asking for zones takes long at first.
      later(() => explain(element, date, true));
    }
    return element;
  };

  const later = window.requestIdleCallback || setTimeout;

  /** `21 Nov 2026`, `21 Nov 2026 14:02` or `21 Nov 2026, 14:02 UTC`, as the page is written. */
  const WORDS = /^\d+ \w+ \d+(,?)( \d\d:\d\d)?( UTC)?$/;

  function makeLocal(element) {
    const date = new Date(element.dateTime);
    const words = WORDS.exec(element.textContent);
    if (!words || !isDate(date)) return;
    const hasClock = words[2] !== undefined;
    element.textContent = localDay(date) + (hasClock ? `${words[1]} ${localClock(date)}` : "");
    explain(element, date, hasClock);
  }

  // ---- numbers ------------------------------------------------------------------------------

  const dataAround = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(".x");

  /** The selection in a box of its own, in the shells of table and row that it was in. */
  function copyOf(range) {
    let copy = range.cloneContents();
    let node = range.commonAncestorContainer;
    for (; node?.nodeType === 1 && node.closest("table"); node = node.parentElement) {
      const shell = node.cloneNode(false);
      shell.append(copy);
      copy = shell;
    }
    const box = RG.element("div", "vh");
    box.append(copy);
    return box;
  }

  /**
   * Copying takes the exact numbers. A part of a number is copied as it is seen: who picks single
   * digits wants those.
   */
  function copyExactly(event) {
    const selection = getSelection();
    if (selection.isCollapsed || event.defaultPrevented) return;
    const range = selection.getRangeAt(0);
    const around = dataAround(range.commonAncestorContainer);
    if (around) {
      if (`${selection}`.trim() === around.textContent) put(event, around.title);
      return;
    }
    const box = copyOf(range);
    const numbers = [...box.querySelectorAll(".x")];
    const whole = numbers.slice(1, -1);
    for (const [end, node] of [[numbers[0], range.startContainer], [numbers.at(-1), range.endContainer]]) {
      const source = dataAround(node);
      if (end && (!source || source.textContent === end.textContent)) whole.push(end);
    }
    if (!whole.length) return;
    for (const number of whole) number.textContent = number.title;
    document.body.append(box);
    put(event, box.innerText, box.innerHTML);
    box.remove();
  }

  function put(event, text, html = "") {
    event.clipboardData.setData("text/plain", text);
    if (html) event.clipboardData.setData("text/html", html);
    event.preventDefault();
  }

  // -------------------------------------------------------------------------------------------

  document.querySelectorAll("main time[datetime]").forEach(makeLocal);
  document.addEventListener("copy", copyExactly);
})();
