// Columns of numbers from data files, which carry them packed: see charts/columns.py.
// On RG: unpackCurves(metrics) replaces the packed columns of a run's curves by arrays.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});
  const READERS = { d: [8, "getFloat64"], f: [4, "getFloat32"] };

  function numbers(packed) {
    if (typeof packed !== "string") return packed.map(Number);
    const [size, read] = READERS[packed[0]];
    const bytes = Uint8Array.from(atob(packed.slice(1)), (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / size }, (_, place) => view[read](place * size, true));
  }

  function wholeNumbers(packed, length) {
    if (!Array.isArray(packed)) {
      return Array.from({ length }, (_, place) => packed.from + place * packed.by);
    }
    let sum = 0;
    return packed.map((way) => (sum += way));
  }

  /** Each {n, step, time, value} gets columns of one length. */
  RG.unpackCurves = (metrics) => {
    const curves = Object.values(metrics);
    for (const curve of curves) {
      curve.value = numbers(curve.value);
      const { length } = curve.value;
      curve.step = curve.step ? wholeNumbers(curve.step, length) : curve.value.map((_, place) => place);
      if (curve.time && typeof curve.time !== "string") curve.time = wholeNumbers(curve.time, length);
    }
    for (const curve of curves) {
      if (typeof curve.time === "string") curve.time = metrics[curve.time].time;
    }
  };
})();
