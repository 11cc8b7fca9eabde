// The builder of an `mlflow run`: values and options on the page become a command for a POSIX
// shell, and the command that MLflow would run, filled. Values are quoted as Python's shlex does.
//
//   <div data-builder data-entry="main" data-pieces='[["python train.py ", "alpha"], …]'>
//   with [data-param] (data-default, data-type, data-required), [data-option] and [data-output];
//   what is [data-built] is shown by this script, what is [data-unbuilt] without it
(() => {
  "use strict";

  const WIDTH = 84; // characters up to which a command stays on one line
  const SAFE = /^[\w@%+=:,./-]+$/;
  const FITS = {
    int: /^\s*[+-]?\d+(_\d+)*\s*$/,
    float: /^\s*[+-]?(((\d+(_\d+)*)\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?|inf(inity)?|nan)\s*$/i,
    uri: /^[a-z][a-z0-9+.-]*:/i,
  };

  const quote = (text) => (SAFE.test(text) ? text : "'" + text.replaceAll("'", "'\"'\"'") + "'");

  function start(box) {
    const params = [...box.querySelectorAll("[data-param]")];
    const options = new Map(
      [...box.querySelectorAll("[data-option]")].map((one) => [one.dataset.option, one]),
    );
    const outputs = new Map(
      [...box.querySelectorAll("[data-output]")].map((one) => [one.dataset.output, one.querySelector("pre > code")]),
    );
    const pieces = box.dataset.pieces ? JSON.parse(box.dataset.pieces) : [];
    const option = (name) => options.get(name)?.value || "";

    /** What a shell is given for a parameter; one still to be filled in stands in capitals. */
    const isMissing = (control) => "required" in control.dataset && control.value === "";
    const nameOf = (control) => control.dataset.param;
    const assigned = (control) =>
      quote(`${nameOf(control)}=${isMissing(control) ? nameOf(control).toUpperCase() : control.value}`);

    const isGiven = (control) =>
      options.get("every")?.checked || "required" in control.dataset || control.value !== control.dataset.default;

    function version() {
      const place = options.get("place");
      const versioned = place.selectedOptions ? "versioned" in place.selectedOptions[0].dataset : false;
      const field = options.get("version");
      if (field) field.disabled = !versioned;
      return versioned ? option("version") : "";
    }

    function mlflowRun() {
      const parts = [`mlflow run ${quote(option("place"))}`];
      const at = version();
      if (at) parts.push(`-v ${quote(at)}`);
      parts.push(`-e ${quote(box.dataset.entry)}`);
      if (option("manager")) parts.push(`--env-manager ${quote(option("manager"))}`);
      if (option("experiment")) parts.push(`--experiment-name ${quote(option("experiment"))}`);
      parts.push(...params.filter(isGiven).map((control) => `-P ${assigned(control)}`));
      const line = parts.join(" ");
      return line.length <= WIDTH ? line : parts.join(" \\\n  ");
    }

    function plainCommand() {
      const values = new Map(
        params.map((one) => [nameOf(one), isMissing(one) ? nameOf(one).toUpperCase() : one.value]),
      );
      return pieces.map(([text, name]) => text + (name === null ? "" : quote(values.get(name)))).join("");
    }

    /** Says at a field what is odd about its value; MLflow itself checks little of it. */
    function judge(control) {
      const hint = document.getElementById(control.getAttribute("aria-describedby") || "");
      if (!hint) return;
      const fits = FITS[control.dataset.type];
      const odd = fits !== undefined && control.value !== "" && !fits.test(control.value);
      hint.hidden = fits !== undefined && !odd;
      if (odd) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }

    function show() {
      outputs.get("mlflow").textContent = mlflowRun();
      if (outputs.has("plain")) outputs.get("plain").textContent = plainCommand();
      params.forEach(judge);
      const missing = params.filter(isMissing).map(nameOf);
      const said = missing.length ? `Still to fill in: ${missing.join(", ")}` : "";
      box.querySelector("[data-missing]")?.replaceChildren(said);
    }

    box.querySelector("[data-reset]")?.addEventListener("click", () => {
      for (const control of params) control.value = control.dataset.default;
      for (const control of options.values()) {
        if (control.type === "checkbox") control.checked = false;
        else if (control.tagName === "SELECT") control.selectedIndex = 0;
        else if (control.type === "text") control.value = "";
      }
      show();
    });
    box.addEventListener("input", show);
    for (const built of box.querySelectorAll("[data-built]")) built.hidden = false;
    box.querySelector("[data-unbuilt]").hidden = true;
    show();
  }

  document.querySelectorAll("[data-builder]").forEach(start);
})();
