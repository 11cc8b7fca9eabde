// The menu of the report versions: this page, as each of them shows it.
//   RG.versionMenu(link)   opens it below the link, or closes it
// pointers-versions.js calls RG.versionPointers({list: [[name, created, label, runs], …], aliases}),
// newest first (see pointers.js).
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { element } = RG;
  const { body } = document;
  const root = body.dataset.root || "";
  const MOST = 12; // that a menu shows; the page of the versions has all

  /** Pages of which each version has its own, by kind: how they are found in one of them. */
  const POINTERS = {
    run: (id) => `runs/index.html?id=${id}`,
    experiment: (id) => `experiments/${id}/index.html`,
    model: (id) => `models/${id}/index.html`,
    "registered-model": (id) => `registry/${id}/index.html`,
    project: (id) => `projects/${id}/index.html`,
    narrative: (id) => `pages/${id}/index.html`,
  };

  /** This page in a version; null stands for the newest, whichever that is. */
  function addressIn(version) {
    const { kind, id } = body.dataset;
    const pointer = RG.isName(id) && POINTERS[kind]?.(id);
    if (!pointer) return version === null ? `${root}index.html` : `${root}versions/${version}.html`;
    if (version === null) return root + pointer;
    return `${root}${pointer}${pointer.includes("?") ? "&" : "?"}v=${version}`;
  }

  function entry({ name, created, label, aliases }, isNewest, isCurrent) {
    const link = element("a");
    link.href = addressIn(isNewest ? null : name);
    if (isCurrent) link.setAttribute("aria-current", "true");
    const title = element("span", "", label || name);
    for (const alias of isNewest ? ["latest", ...aliases] : aliases) {
      title.append(" ", element("span", isNewest ? "chip acc" : "chip ok", alias));
    }
    const day = new Date(created).toLocaleDateString("en-GB", { dateStyle: "medium" });
    link.append(title, element("small", "", label ? `${day} · ${name}` : day));
    const item = element("li");
    item.append(link);
    return item;
  }

  function fill(box, versions, current) {
    const list = element("ul");
    const shown = versions.filter(
      ({ name }, place) => place < MOST || name === current,
    );
    for (const version of shown) {
      const isNewest = version === versions[0];
      list.append(entry(version, isNewest, version.name === current));
    }
    const all = element("a", "lnk", `What changed in ${versions.length > 1 ? "each" : "it"}`);
    all.href = `${root}versions/index.html`;
    box.append(element("h2", "", "This page in a report version"), list, all);
  }

  let open = null; // {box, link}

  function close(giveFocusBack = false) {
    if (!open) return;
    const { box, link } = open;
    open = null;
    box.remove();
    link.removeAttribute("aria-expanded");
    if (giveFocusBack) link.focus();
  }

  function onKey(event) {
    if (event.key === "Escape") {
      close(true);
      event.stopPropagation();
    }
    const links = [...open?.box.querySelectorAll("a") ?? []];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const place = links.indexOf(document.activeElement);
    links[(place + step + links.length) % links.length].focus();
    event.preventDefault();
  }

  RG.versionMenu = async (link) => {
    const again = open?.link === link;
    close();
    if (again) return;
    const versions = await RG.versions().catch(() => []);
    if (!versions.length) {
      location.href = link.href; // taken out of its site: the link says so
      return;
    }
    const asked = RG.openedVersion && (await RG.versionNamed(RG.openedVersion));
    const box = element("nav", "vermenu");
    box.setAttribute("aria-label", "Report versions");
    fill(box, versions, asked || versions[0].name);
    box.addEventListener("keydown", onKey);
    link.after(box);
    link.setAttribute("aria-expanded", "true");
    open = { box, link };
    (box.querySelector("[aria-current]") || box.querySelector("a")).focus();
  };

  document.addEventListener("pointerdown", (event) => {
    if (open && !open.box.contains(event.target) && !open.link.contains(event.target)) close();
  });
  document.addEventListener("focusin", (event) => {
    if (open && !open.box.contains(event.target) && event.target !== open.link) close();
  });
})();
