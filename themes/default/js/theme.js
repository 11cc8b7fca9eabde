// Sets the colour scheme before the first paint. Blocking, in the head, and therefore tiny.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  let chosen = null;
  try {
    chosen = localStorage.getItem("rg-theme");
  } catch {
    // Storage may be forbidden (private window, file://): the system's scheme is right then.
  }
  if (chosen !== "light" && chosen !== "dark") {
    chosen = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  root.dataset.theme = chosen;
})();
