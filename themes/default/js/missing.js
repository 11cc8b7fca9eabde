// Where nothing is, which static hosts answer with this page: a page of a run, an experiment or
// another thing that was removed leads to its pointer, which knows what there is of it today.
(() => {
  "use strict";

  const { body } = document;
  const root = body.dataset.root || "/";
  const path = location.pathname.startsWith(root) ? location.pathname.slice(root.length) : "";
  const run = /^runs\/([\w~.-]+)\.[0-9a-f]{12}\./.exec(path);
  const thing = /^(experiments|models|registry|projects|pages)\/([\w~.-]+)\/[0-9a-f]{12}\./.exec(path);
  const pointer = run ? `runs/index.html?id=${run[1]}`
    : thing && `${thing[1]}/${thing[2]}/index.html`;
  const list = document.querySelector(".ways");
  if (!pointer || !list) return;
  const link = document.createElement("a");
  link.className = "lnk";
  link.href = root + pointer;
  link.textContent = "What there is of it today";
  const item = document.createElement("li");
  item.append(link);
  list.prepend(item);
})();
