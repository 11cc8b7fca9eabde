// Texts of artifacts: find in them, see all of their lines, JSON as a tree.
//
// A page shows the first lines; the whole comes from the twin of the file (`data-twin`), a script
// that calls RG.text(hash, text), as a page opened from disk may not fetch.
(() => {
  "use strict";

  const RG = window.RG;
  const MOST_HITS = 1000;

  // ---- the whole text -----------------------------------------------------------------------

  const texts = new Map();
  const before = RG.text;

  RG.text = (hash, text) => {
    before?.(hash, text);
    texts.set(hash, text);
  };

  async function wholeText(card) {
    if (!texts.has(card.dataset.hash)) await RG.load(card.dataset.twin);
    return texts.get(card.dataset.hash) ?? "";
  }

  // ---- lines --------------------------------------------------------------------------------

  /** All lines, each an element, so that they are numbered and can be marked. */
  function linesOf(text, label) {
    const pre = RG.element("pre", "plain numbered");
    pre.tabIndex = 0;
    pre.setAttribute("role", "region");
    pre.setAttribute("aria-label", label);
    const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
    pre.append(...lines.map((line) => RG.element("span", "ln", `${line}\n`)));
    pre.style.setProperty("--digits", String(String(lines.length).length));
    return pre;
  }

  // ---- JSON as a tree -----------------------------------------------------------------------

  function treeOf(value, label) {
    const box = RG.element("div", "json plain");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
    box.append(node("", value, 0));
    return box;
  }

  const isHolder = (value) => value !== null && typeof value === "object";

  function node(key, value, depth) {
    if (!isHolder(value)) {
      const line = RG.element("div", "leaf");
      if (key) line.append(RG.element("span", "jk", key), ": ");
      line.append(RG.element("span", `jv ${typeof value === "string" ? "st" : "m"}`, JSON.stringify(value)));
      return line;
    }
    const details = RG.element("details");
    const entries = Object.entries(value);
    const summary = RG.element("summary");
    if (key) summary.append(RG.element("span", "jk", key), " ");
    const count = `${entries.length} ${Array.isArray(value) ? "item" : "key"}${entries.length === 1 ? "" : "s"}`;
    summary.append(RG.element("span", "note", Array.isArray(value) ? `[${count}]` : `{${count}}`));
    details.append(summary);
    // What is shut is made when it is opened: a large file stays light.
    const fill = () => {
      if (details.childElementCount > 1) return;
      details.append(...entries.map(([name, each]) => node(name, each, depth + 1)));
    };
    details.fill = fill;
    details.addEventListener("toggle", () => details.open && fill());
    details.open = depth === 0 || (depth < 2 && entries.length <= 12);
    if (details.open) fill();
    return details;
  }

  function fillAll(box) {
    for (let left = [...box.querySelectorAll("details")]; left.length; ) {
      const next = left.pop();
      next.fill();
      left.push(...next.querySelectorAll(":scope > details"));
    }
  }

  // ---- finding ------------------------------------------------------------------------------

  function unmark(box) {
    for (const mark of box.querySelectorAll("mark")) {
      const parent = mark.parentNode;
      mark.replaceWith(mark.textContent);
      parent.normalize();
    }
  }

  /** Marks every `wanted` in the lines or values of the box; returns the marks. */
  function mark(box, wanted) {
    unmark(box);
    const hits = [];
    if (!wanted) return hits;
    for (const each of box.querySelectorAll(".ln, .jk, .jv")) {
      const text = each.textContent;
      const low = text.toLowerCase();
      // Some letters change their length in lower case; then places would not be the same.
      const within = low.length === text.length ? low : text;
      let from = within.indexOf(wanted);
      if (from < 0) continue;
      const pieces = [];
      let done = 0;
      for (; from >= 0 && hits.length < MOST_HITS; from = within.indexOf(wanted, done)) {
        const hit = RG.element("mark", "", text.slice(from, from + wanted.length));
        pieces.push(text.slice(done, from), hit);
        hits.push(hit);
        done = from + wanted.length;
      }
      each.replaceChildren(...pieces, text.slice(done));
      if (hits.length >= MOST_HITS) break;
    }
    return hits;
  }

  function reveal(hit, box) {
    for (let up = hit.parentElement; up && up !== box; up = up.parentElement) {
      if (up.tagName === "DETAILS") up.open = true;
    }
    const [inside, outside] = [hit.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inside.top < outside.top || inside.bottom > outside.bottom) {
      box.scrollTop += inside.top - outside.top - box.clientHeight / 2;
    }
    hit.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // ---- the card of a text -------------------------------------------------------------------

  class TextCard {
    constructor(card) {
      this.card = card;
      this.label = card.querySelector("h3").textContent;
      this.short = card.querySelector(".text");
      this.view = null; // what shows the whole: lines or a tree
      this.hits = [];
      this.at = -1;
      this.short.before(this.makeBar());
      if ("tree" in card.dataset) this.showTree();
    }

    makeBar() {
      const bar = RG.element("div", "textbar");
      const field = RG.element("label", "fld");
      this.input = RG.element("input");
      Object.assign(this.input, { type: "search", placeholder: "Find in this file" });
      field.append(RG.icon("search"), RG.element("span", "vh", `Find in ${this.label}`), this.input);
      this.count = RG.element("span", "cnt");
      this.input.addEventListener("input", () => this.find());
      this.input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        this.step(event.shiftKey ? -1 : 1);
      });
      this.back = this.button("↑", "Previous hit", () => this.step(-1));
      this.on = this.button("↓", "Next hit", () => this.step(1));
      this.back.hidden = this.on.hidden = true;
      bar.append(field, this.back, this.on, this.count);
      if ("tree" in this.card.dataset) {
        this.raw = this.button("Text", null, () => (this.isTree ? this.showLines() : this.showTree()));
        bar.append(this.raw);
      } else {
        this.all = this.button("All lines", null, () => this.showLines());
        this.all.hidden = !("cut" in this.short.dataset);
        bar.append(this.all);
      }
      return bar;
    }

    button(text, label, act) {
      const made = RG.element("button", "cp", text);
      made.type = "button";
      if (label) made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
      return made;
    }

    get isTree() {
      return this.view?.classList.contains("json") === true;
    }

    async whole() {
      try {
        return await wholeText(this.card);
      } catch {
        this.count.textContent = "The rest of this file could not be loaded.";
        return null;
      }
    }

    put(view) {
      (this.view || this.short).replaceWith(view);
      this.view = view;
      if (this.raw) this.raw.textContent = this.isTree ? "Text" : "Tree";
      if (this.all) this.all.hidden = true;
      if (this.input.value) this.find();
    }

    async showLines() {
      const text = await this.whole();
      if (text === null) return;
      let shown = text;
      if ("tree" in this.card.dataset) {
        try {
          shown = JSON.stringify(JSON.parse(text), null, 2);
        } catch {
          // as it is written
        }
      }
      this.put(linesOf(shown, this.label));
    }

    async showTree() {
      const text = await this.whole();
      if (text === null) return;
      try {
        this.put(treeOf(JSON.parse(text), this.label));
      } catch {
        // NaN and the like, which Python writes and browsers do not read: the text stays.
        this.raw.hidden = true;
      }
    }

    async find() {
      const wanted = this.input.value.toLowerCase();
      if (!this.view && wanted) await this.showLines();
      if (!this.view || wanted !== this.input.value.toLowerCase()) return;
      if (this.isTree && wanted) fillAll(this.view);
      this.hits = mark(this.view, wanted);
      this.at = -1;
      this.back.hidden = this.on.hidden = this.hits.length < 2;
      if (this.hits.length) this.step(1);
      else this.tell(wanted ? "not found" : "");
    }

    step(by) {
      if (!this.hits.length) return;
      this.hits[this.at]?.classList.remove("now");
      this.at = (this.at + by + this.hits.length) % this.hits.length;
      this.hits[this.at].classList.add("now");
      reveal(this.hits[this.at], this.view);
      const most = this.hits.length >= MOST_HITS ? "+" : "";
      this.tell(`${this.at + 1} of ${this.hits.length}${most}`);
    }

    tell(text) {
      this.count.textContent = text;
      RG.say(text);
    }
  }

  /** An SVG as a picture, in which a browser runs and loads nothing. */
  async function showDrawing(card) {
    const image = RG.element("img");
    image.alt = card.querySelector("h3").textContent;
    image.src = `data:image/svg+xml,${encodeURIComponent(await wholeText(card))}`;
    const box = RG.element("div", "in drawing");
    box.append(image);
    card.querySelector("summary").after(box);
  }

  /** What is seen at a glance needs no finding. */
  function isWorthTools(card) {
    const text = card.querySelector(".text");
    if (!text || "cut" in text.dataset || "tree" in card.dataset) return text !== null;
    return text.textContent.split("\n").length > 16;
  }

  /** A card gets its tools when it is first open. */
  function arm(card) {
    if (!card.open) return;
    card.removeEventListener("toggle", card.armed);
    if (!isWorthTools(card)) return;
    new TextCard(card);
  }

  // Drawings are loaded when they come into view, as charts are.
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !target.open) continue;
      seen.unobserve(target);
      showDrawing(target).catch(() => {}); // its source can still be read
    }
  });
  document.querySelectorAll("[data-drawn]").forEach((card) => seen.observe(card));

  for (const card of document.querySelectorAll(".preview[data-twin]")) {
    card.armed = () => arm(card);
    if (card.open) arm(card);
    else card.addEventListener("toggle", card.armed);
  }
})();
