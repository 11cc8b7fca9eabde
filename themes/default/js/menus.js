// A small menu beside a button: opened by click or key, walked by arrows, closed by Escape, which
// gives the focus back. One at a time.
//
//   RG.menu(anchor, label, items)   items: {text, run(), key?, checked?, off?} or {title}
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;

  let open = null; // {box, anchor}

  RG.menu = (anchor, label, items) => {
    const again = open?.anchor === anchor;
    close();
    if (again) return;
    const box = element("div", "menu");
    box.setAttribute("role", "menu");
    box.setAttribute("aria-label", label);
    box.append(...items.map(makeItem));
    box.addEventListener("keydown", onKey);
    box.addEventListener("click", onClick);
    (document.querySelector("main") || document.body).append(box);
    place(box, anchor);
    anchor.setAttribute("aria-expanded", "true");
    open = { box, anchor };
    entries()[0]?.focus();
  };

  function makeItem({ title, text, key, checked, off, run }) {
    if (title) return element("div", "menu-title", title);
    const item = element("button");
    item.type = "button";
    item.tabIndex = -1;
    item.setAttribute("role", checked === undefined ? "menuitem" : "menuitemradio");
    if (checked !== undefined) item.setAttribute("aria-checked", String(checked));
    item.disabled = off === true;
    item.append(element("span", "", text));
    if (key) item.append(element("kbd", "", key));
    item.run = run;
    return item;
  }

  /** Below the anchor, or above where there is more room; always within the window. */
  function place(box, anchor) {
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const left = Math.max(8, Math.min(at.right - width, innerWidth - width - 8));
    const below = at.bottom + 4;
    const top = below + height > innerHeight && at.top > height ? at.top - height - 4 : below;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
  }

  const entries = () => [...open.box.querySelectorAll("button:not([disabled])")];

  function close(giveFocusBack = false) {
    if (!open) return;
    const { box, anchor } = open;
    open = null;
    box.remove();
    anchor.removeAttribute("aria-expanded");
    if (giveFocusBack) anchor.focus();
  }

  function onClick(event) {
    const item = event.target.closest("button");
    if (!item) return;
    close(true);
    item.run();
  }

  function onKey(event) {
    const all = entries();
    const place = all.indexOf(document.activeElement);
    const target = {
      ArrowDown: (place + 1) % all.length,
      ArrowUp: (place - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (target !== undefined) all[target].focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  document.addEventListener("pointerdown", (event) => {
    if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) close();
  });
  addEventListener("resize", () => close());
  document.addEventListener("scroll", (event) => {
    if (open && !open.box.contains(event.target)) close();
  }, { capture: true, passive: true });
})();
