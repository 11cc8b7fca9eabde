// Addresses that stay: pages whose own address changes are reached through a pointer, which this
// script turns into today's page, or with ?v=VERSION into the page of that report version.
//   runs/index.html?id=RUN_ID                      one resolver for all runs
//   experiments/ID/index.html, models/ID/… and so on: <body data-kind="pointer"
//     data-pointer-kind="experiments" data-id="ID" data-key="NEWEST KEY">
// RG.keyInVersion(version, folder, id) tells other scripts the same.
//   versions/ALIAS/index.html   <body data-kind="alias" data-id="ALIAS" data-key="VERSION">
// versions/VERSION.js calls RG.version({name, experiments: {ID: KEY}, …, facts: {experiments: {ID:
// DIGEST}}}); versions/facts/DIGEST.js calls RG.facts(DIGEST, {runs: {ID: [KEY, …]}, …}), of one or
// more experiments.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const { body } = document;
  const root = body.dataset.root || "";
  const versions = new Map();

  RG.version = (version) => {
    versions.set(version.name, version);
  };

  const facts = new Map();

  RG.facts = (digest, content) => {
    facts.set(digest, content);
  };

  /** Says a sentence in the place of the notice; `ways` are [text, address] that lead on. */
  function say(text, ...ways) {
    const place = document.querySelector("[data-resolver-status]");
    if (!place) return;
    place.textContent = text;
    for (const [label, href] of ways) {
      const link = RG.element("a", "lnk", label);
      link.href = href;
      place.append(" ", link);
    }
  }

  const own = (keys, id) => (keys && Object.hasOwn(keys, id) ? keys[id] : null);

  /** The key that `version` (or the alias of one) has for a page, or null. */
  RG.keyInVersion = async (version, kind, id) => {
    try {
      const name = await RG.versionNamed(version);
      if (name === null) return null;
      await RG.load(`${root}versions/${name}.js`);
      const manifest = versions.get(name);
      const key = kind === "runs" ? await runKey(manifest, id) : own(manifest[kind], id);
      return RG.isName(key) ? key : null;
    } catch {
      return null;
    }
  };

  /** Runs are told by the facts of their experiment. */
  async function runKey(manifest, id) {
    const { experiment } = (await RG.findRun(id)) || (await RG.findGone(id)) || {};
    const digest = own(manifest.facts.experiments, experiment);
    if (!RG.isName(digest)) return null;
    await RG.load(`${root}versions/facts/${digest}.js`);
    const { runs, slugs } = facts.get(digest);
    return own(runs, own(slugs, id) ?? id)?.[0];
  }

  /** The page's ?query without what only the resolver needs, and its #hash. */
  function remainder(dropped) {
    const parameters = new URLSearchParams(location.search);
    for (const name of dropped) parameters.delete(name);
    const query = parameters.toString();
    return (query ? `?${query}` : "") + location.hash;
  }

  /**
   * Goes to the page of the version asked for; where that has none, says so and leads to the newest.
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
    const name = RG.openedVersion && (await RG.versionNamed(RG.openedVersion));
    const home = name ? [[`Home of ${asked}`, `${root}versions/${name}.html`]] : [];
    const what = name ? "does not have this page" : "is not there";
    say(`The report version “${asked}” ${what}.`, ["The newest page", newest], ...home);
  }

  async function resolveRun() {
    const id = new URLSearchParams(location.search).get("id") || "";
    const run = (await RG.findRun(id)) || (await RG.findGone(id));
    if (!run) {
      say(id ? `This report has no run with the id “${id}”.` : "The address names no run.");
      return;
    }
    if (!run.key) {
      const home = [run.version, `${root}versions/${run.version}.html`];
      say(`The pages of the run “${run.name}” were removed on ${run.removed.slice(0, 10)}. It was last in the report version`, home);
      return;
    }
    await resolve("runs", id, run.key, (key) => `${id}.${key}.html`);
  }

  async function resolvePointer() {
    const { pointerKind, id, key } = body.dataset;
    if (RG.isName(key)) await resolve(pointerKind, id, key, (found) => `${found}.html`);
  }

  function resolveAlias() {
    const { key } = body.dataset;
    if (RG.isName(key)) location.replace(`../${key}.html${location.hash}`);
  }

  if (body.dataset.kind === "alias") resolveAlias();
  else if (body.dataset.kind === "pointer" && body.dataset.pointerKind) resolvePointer();
  else if (document.querySelector("[data-resolver-status]")) resolveRun();
})();
