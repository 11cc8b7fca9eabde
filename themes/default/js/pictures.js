// Pictures: a slider over the steps of a key, and a closer look at any of them.
//
// Without this script all pictures stand in a grid, each a link to its file.
(() => {
  "use strict";

  const RG = window.RG;

  // ---- over steps ---------------------------------------------------------------------------

  /** One large picture, a slider for its step, and the grid of all folded away. */
  function addSlider(gallery) {
    const figures = [...gallery.querySelectorAll(".pictures > figure")];
    const steps = figures.map((figure) => figure.querySelector("figcaption").firstChild.textContent);
    const name = gallery.getAttribute("aria-label");
    const image = RG.element("img");
    const link = RG.element("a");
    link.append(image);
    const range = RG.element("input");
    Object.assign(range, { type: "range", min: 0, max: figures.length - 1, step: 1 });
    range.setAttribute("aria-label", `Step of ${name}`);
    const label = RG.element("output");
    const show = (place) => {
      const source = figures[place].querySelector("a");
      image.src = link.href = source.href;
      image.alt = source.querySelector("img").alt;
      label.textContent = `${steps[place]} · ${place + 1} of ${figures.length}`;
      range.value = place;
      range.setAttribute("aria-valuetext", steps[place]);
    };
    range.addEventListener("input", () => show(Number(range.value)));
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      look(figures, Number(range.value), show);
    });
    const bar = RG.element("div", "slide");
    bar.append(range, label);
    const view = RG.element("div", "viewer");
    view.append(link, bar);
    const all = RG.element("details", "in fold");
    all.append(RG.element("summary", "", `All ${figures.length} steps`), ...gallery.querySelectorAll(".pictures"));
    gallery.append(view, all);
    show(figures.length - 1);
  }

  // ---- a closer look ------------------------------------------------------------------------

  let open = null; // {figures, place, changed} of the dialog
  let dialog = null;

  function makeDialog() {
    dialog = RG.element("dialog", "zoom");
    const image = RG.element("img");
    const bar = RG.element("div", "zoombar");
    const back = button("Previous picture", "←", () => turn(-1));
    const on = button("Next picture", "→", () => turn(1));
    const caption = RG.element("p");
    const file = RG.element("a", "lnk", "Open the file");
    const close = button("Close", "✕", () => dialog.close());
    bar.append(back, on, caption, file, close);
    dialog.append(image, bar);
    dialog.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by) turn(by);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.body.append(dialog);
  }

  function button(label, sign, act) {
    const made = RG.element("button", "ib", sign);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  function turn(by) {
    open.place = (open.place + by + open.figures.length) % open.figures.length;
    draw();
  }

  function draw() {
    const { figures, place } = open;
    const link = figures[place].querySelector("a");
    const image = dialog.querySelector("img");
    image.src = link.href;
    image.alt = link.querySelector("img").alt;
    const caption = figures[place].querySelector("figcaption").firstChild.textContent;
    dialog.querySelector("p").textContent = `${caption} · ${place + 1} of ${figures.length}`;
    dialog.querySelector("a").href = link.href;
    dialog.setAttribute("aria-label", image.alt);
    for (const each of [...dialog.querySelectorAll(".ib")].slice(0, 2)) each.hidden = figures.length < 2;
    open.changed?.(place);
  }

  function look(figures, place, changed = null) {
    if (!dialog) makeDialog();
    open = { figures, place, changed };
    draw();
    dialog.showModal();
  }

  function addZoom(box) {
    const figures = [...box.querySelectorAll(":scope > figure")];
    box.addEventListener("click", (event) => {
      const figure = event.target.closest("a")?.closest("figure");
      if (!figure || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      look(figures, figures.indexOf(figure));
    });
  }

  document.querySelectorAll(".pictures, .pages").forEach(addZoom);
  document.querySelectorAll(".gallery[data-steps]").forEach(addSlider);
})();
