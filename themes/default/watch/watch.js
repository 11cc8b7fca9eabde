// Follows the preview of `reportgen watch`: the newest page takes the place of the one shown, and the
// reader stays where they were. Only the preview's server adds this script to a page, as the first.
(() => {
  "use strict";

  const built = Number(document.currentScript.dataset.build);
  const KEPT = "reportgen-watch";
  const RG = (window.RG = window.RG || {});
  RG.following = true; // no banner tells of a newer page: it comes by itself

  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "/-/watch.css";
  document.head.append(style);

  // ---- where the reader is --------------------------------------------------------------------

  const openable = () => [...document.querySelectorAll("details")];
  const boxes = () => [...document.querySelectorAll(".scroll, .rg, pre")];

  /** What the address does not say: how far the page is scrolled, what is open, what has the focus. */
  function remember() {
    const { activeElement } = document;
    const kept = {
      at: [scrollX, scrollY],
      open: openable().map((one) => one.open),
      boxes: boxes().map((one) => [one.scrollLeft, one.scrollTop]),
      tabs: [...document.querySelectorAll('[role="tab"][aria-selected="true"]')].map((tab) => tab.id),
      focus: activeElement?.id || "",
      caret: activeElement?.selectionStart ?? null,
    };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }

  function recall() {
    const text = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return text ? JSON.parse(text) : null;
  }

  function putBack(kept) {
    const details = openable();
    if (details.length === kept.open.length) {
      details.forEach((one, place) => {
        if (one.open !== kept.open[place]) one.open = kept.open[place];
      });
    }
    for (const id of kept.tabs) {
      const tab = id && document.getElementById(id);
      if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
    }
    const focused = kept.focus && document.getElementById(kept.focus);
    if (focused) {
      focused.focus({ preventScroll: true });
      if (kept.caret !== null && focused.setSelectionRange) {
        focused.setSelectionRange(kept.caret, kept.caret);
      }
    }
    scrollBack(kept);
  }

  function scrollBack(kept) {
    scrollTo({ left: kept.at[0], top: kept.at[1], behavior: "instant" });
    const now = boxes();
    if (now.length !== kept.boxes.length) return;
    now.forEach((one, place) => {
      [one.scrollLeft, one.scrollTop] = kept.boxes[place];
    });
  }

  const kept = recall();
  if (kept) {
    history.scrollRestoration = "manual";
    document.addEventListener("DOMContentLoaded", () => putBack(kept));
    addEventListener("load", () => {
      scrollBack(kept);
      history.scrollRestoration = "auto";
    });
  }

  // ---- the newest page ------------------------------------------------------------------------

  const address = () => decodeURIComponent(location.pathname.slice(1)) || "index.html";
  let shown = null;

  async function askState() {
    const query = location.search.slice(1);
    const asked = new URLSearchParams({ address: address(), query });
    const answer = await fetch(`/-/state?${asked}`);
    return answer.json();
  }

  /** A dialog, or a menu that was opened, is not taken from under the reader's hands. */
  const isBusy = () => document.querySelector("dialog[open], [popover]:popover-open") !== null;

  let waiting = null;

  function turnTo(newest) {
    clearTimeout(waiting);
    if (isBusy()) {
      waiting = setTimeout(() => turnTo(newest), 300);
      return;
    }
    remember();
    if (newest === address()) location.reload();
    else location.replace(`/${newest}${location.search}${location.hash}`);
  }

  async function look() {
    const now = await askState();
    if (shown === null) {
      shown = now.state;
      // Something was built between the page and this script: what it says may be old already.
      if (now.build === built && now.address === address()) return;
      if (now.address === address() && document.body.dataset.key) return;
    } else if (now.state === shown) {
      return;
    }
    turnTo(now.address);
  }

  // ---- what is going on ------------------------------------------------------------------------

  const WORDS = { building: "Building…", built: "Live", failed: "Not up to date", lost: "Stopped" };
  let pill = null;

  function tell(state) {
    if (pill === null) {
      pill = document.createElement("p");
      pill.className = "watch-pill";
      pill.setAttribute("role", "status");
      document.body.append(pill);
    }
    if (pill.dataset.state === state) return;
    pill.dataset.state = state;
    pill.textContent = WORDS[state];
  }

  function showError({ text, hint }) {
    hideError();
    const box = document.createElement("aside");
    box.className = "watch-error";
    box.setAttribute("role", "alert");
    const title = document.createElement("strong");
    title.textContent = "The report could not be built";
    const what = document.createElement("pre");
    what.textContent = text;
    box.append(title, what);
    if (hint) box.append(Object.assign(document.createElement("p"), { textContent: hint }));
    document.body.prepend(box);
  }

  const hideError = () => document.querySelector(".watch-error")?.remove();

  function follow() {
    const events = new EventSource("/-/events");
    events.onmessage = async ({ data }) => {
      const news = JSON.parse(data);
      if (news.state in WORDS) tell(news.state);
      if (news.state === "failed") showError(news);
      if (news.state === "built") hideError();
      if (document.body.classList.contains("watch-shell")) {
        if (news.state === "built") location.reload();
      } else if (["runs", "built"].includes(news.state)) await look();
    };
    events.onerror = () => tell("lost");
  }

  document.addEventListener("DOMContentLoaded", follow);
})();
