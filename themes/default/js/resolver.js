// Addresses that stay: pages whose own address changes are reached through a pointer, which this
// script turns into today's page, or with ?v=VERSION into the page of that report version.
//   runs/index.html?id=RUN_ID                      one resolver for all runs
//   experiments/ID/index.html, models/ID/… and so on: <body data-kind="pointer"
//     data-pointer-kind="experiments" data-id="ID" data-key="NEWEST KEY">
// RG.keyInVersion(version, folder, id) tells other scripts the same.
// versions/VERSION.js calls RG.version({name, runs: {ID: KEY}, experiments: {ID: KEY}, …}).
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { body } = document;
  const root = body.dataset.root || "";
  const READING_TIME = 2500; // ms that a notice stays before the page moves on

  const versions = new Map();

  RG.version = (version) => {
    versions.set(version.name, version);
  };

  function say(text) {
    const place = document.querySelector("[data-resolver-status]");
    if (place) place.textContent = text;
  }

  /** The key that `version` has for a page, or null. */
  RG.keyInVersion = async (version, kind, id) => {
    try {
      await RG.load(`${root}versions/${version}.js`);
    } catch {
      return null;
    }
    const keys = versions.get(version)?.[kind] || {};
    const key = Object.hasOwn(keys, id) ? keys[id] : null;
    return RG.isName(key) ? key : null;
  };

  /** The page's ?query without what only the resolver needs, and its #hash. */
  function remainder(dropped) {
    const parameters = new URLSearchParams(location.search);
    for (const name of dropped) parameters.delete(name);
    const query = parameters.toString();
    return (query ? `?${query}` : "") + location.hash;
  }

  /**
   * Goes to the page of the version asked for, else to the newest, saying so first.
   * @param {(key: string) => string} pageOf  the page's address for a key
   */
  async function resolve(kind, id, newestKey, pageOf) {
    const asked = new URLSearchParams(location.search).get("v");
    const key = RG.openedVersion && (await RG.keyInVersion(RG.openedVersion, kind, id));
    if (key) {
      location.replace(pageOf(key) + remainder(["id"])); // ?v stays: so do the links from there
      return;
    }
    const newest = pageOf(newestKey) + remainder(["id", "v"]);
    if (!asked) {
      location.replace(newest);
      return;
    }
    say(`The report version “${asked}” does not have this page. Opening the newest one …`);
    setTimeout(() => location.replace(newest), READING_TIME);
  }

  async function resolveRun() {
    const id = new URLSearchParams(location.search).get("id") || "";
    const run = await RG.findRun(id);
    if (!run) {
      say(id ? `This report has no run with the id “${id}”.` : "The address names no run.");
      return;
    }
    await resolve("runs", id, run.key, (key) => `${id}.${key}.html`);
  }

  async function resolvePointer() {
    const { pointerKind, id, key } = body.dataset;
    if (RG.isName(key)) await resolve(pointerKind, id, key, (found) => `${found}.html`);
  }

  if (body.dataset.kind === "pointer" && body.dataset.pointerKind) resolvePointer();
  else if (document.querySelector("[data-resolver-status]")) resolveRun();
})();
