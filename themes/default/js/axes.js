// Where the axes of live charts begin and end, where their ticks are, and how numbers and moments
// are worded: the rules of charts/scale.py and charts/labels.py, so that a live chart takes the
// static one's place without a jump. On RG.axes.
//
// An axis is {domain: [low, high], ticks, labels, type: "linear" or "log", within(low, high)}: the
// last gives the axis of the same kind between two other ends, for zooming.
(() => {
  "use strict";

  const RG = (window.RG = window.RG || {});

  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  const INTERVALS = [
    ...[1, 2, 5, 10, 30].map((n) => n * SECOND),
    ...[1, 2, 5, 10, 30].map((n) => n * MINUTE),
    ...[1, 3, 6, 12].map((n) => n * HOUR),
    ...[1, 2, 4, 7, 14].map((n) => n * DAY),
  ];
  const ROUND_SPANS = [
    ...[1, 10].map((n) => n * SECOND),
    ...[1, 10].map((n) => n * MINUTE),
    ...[1, 10].map((n) => n * HOUR),
    ...[1, 10, 100, 1000].map((n) => n * DAY),
  ];
  const MONTHS = [1, 3, 6, 12, 24, 60, 120, 600];
  const MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const UNITS = [["T", 12], ["G", 9], ["M", 6], ["k", 3]];
  const LARGEST = 1e300; // beyond it, differences overflow
  const SMALLEST = 1e-290; // below it, they lose their digits

  function axis(low, high, ticks, labels, type = "linear") {
    return { domain: [low, high], ticks, labels, type, within: numbersWithin };
  }

  function numbersWithin(low, high) {
    return evenAxis(low, high, ...roundStep((high - low) / 5));
  }

  // The axis with another way to draw a part of it.
  function zooming(made, within) {
    return { ...made, within: (low, high) => zooming(within(low, high), within) };
  }

  function valueAxis(values, count) {
    const [low, high] = apart(...extent(values));
    const [digit, exponent] = roundStep((high - low) / count);
    const half = Number(`${digit}e${exponent}`) / 2;
    return evenAxis(Math.floor(low / half) * half, Math.ceil(high / half) * half, digit, exponent);
  }

  function stepAxis(values, count) {
    const [low, high] = extent(values);
    if (low === high) return axis(low - 1, high + 1, [low], tickLabels([low], 0));
    return zooming(wholeAxis(low, high, count), (from, to) => wholeAxis(from, to, count));
  }

  function wholeAxis(low, high, count) {
    const [digit, exponent] = roundStep((high - low) / count);
    return exponent < 0 ? evenAxis(low, high, 1, 0) : evenAxis(low, high, digit, exponent);
  }

  function evenAxis(low, high, digit, exponent) {
    const step = Number(`${digit}e${exponent}`);
    const ticks = [];
    const last = Math.floor(high / step + 1e-9);
    for (let place = Math.ceil(low / step - 1e-9); place <= last; place++) {
      ticks.push(Number(`${place * digit}e${exponent}`));
    }
    return axis(low, high, ticks, tickLabels(ticks, exponent));
  }

  function logAxis(values, count) {
    const [low, high] = apart(...extent(values));
    const within = (from, to) => logAxis([from, to], count);
    return { ...logTicks(low, high, count), within };
  }

  function logTicks(low, high, count) {
    if (high / low < 20) {
      // Too few powers of ten to read anything off.
      const even = evenAxis(low, high, ...roundStep((high - low) / count));
      return { ...even, type: "log" };
    }
    const first = Math.floor(Math.log10(low));
    const last = Math.ceil(Math.log10(high));
    const digits = last - first > 2 ? [1] : [1, 2, 5];
    const stride = Math.max(1, Math.ceil((last - first) / count));
    const ticks = [];
    const labels = [];
    for (let exponent = first; exponent <= last; exponent += stride) {
      for (const digit of digits) {
        const tick = Number(`${digit}e${exponent}`);
        if (tick < low || tick > high) continue;
        ticks.push(tick);
        labels.push(tickLabels([tick], exponent)[0]);
      }
    }
    return axis(low, high, ticks, labels, "log");
  }

  function timeAxis(values, count) {
    return zooming(timeTicks(values, count), (low, high) => timeTicks([low, high], count));
  }

  function timeTicks(values, count) {
    let [low, high] = extent(values);
    if (low === high) {
      return axis(low - SECOND, high + SECOND, [low], [timeLabel(low + zoneShift(low), SECOND)]);
    }
    if (high - low < 2 * SECOND) [low, high] = [low - SECOND, high + SECOND];
    // Round in the reader's zone; a static drawing, which cannot know it, has UTC.
    const shift = zoneShift(low);
    const made = (ticks, interval) => axis(low, high, ticks.map((tick) => tick - shift),
      ticks.map((tick) => timeLabel(tick, interval)));
    const interval = INTERVALS.find((each) => (high - low) / each <= count + 0.5);
    if (interval) return made(multiples(low + shift, high + shift, interval), interval);
    const fits = (each) => (high - low) / (each * 30.4 * DAY) <= count + 0.5;
    const months = MONTHS.find(fits) || MONTHS[MONTHS.length - 1];
    return made(monthStarts(low + shift, high + shift, months), months * 30 * DAY);
  }

  // What is added to a moment for its clock in the reader's zone to be that of UTC.
  const zoneShift = (time) => -new Date(time).getTimezoneOffset() * MINUTE;

  // Time since the first point, for which there is no static counterpart.
  function spanAxis(values, count) {
    return zooming(spanTicks(values, count), (low, high) => spanTicks([low, high], count));
  }

  function spanTicks(values, count) {
    const [low, high] = extent(values);
    if (high - low < SECOND) return axis(low - SECOND, low + SECOND, [low], [spanLabel(low)]);
    const fitting = INTERVALS.find((each) => (high - low) / each <= count + 0.5);
    const interval = fitting || Math.ceil((high - low) / count / DAY) * DAY;
    const ticks = multiples(low, high, interval);
    return axis(low, high, ticks, ticks.map((tick) => spanLabel(tick)));
  }

  // The same, logarithmic: over time since the start, above 0.
  function spanLogAxis(values, count) {
    const [low, high] = apart(...extent(values));
    const ticks = ROUND_SPANS.filter((tick) => tick >= low && tick <= high);
    const made = axis(low, high, ticks, ticks.map(spanLabel), "log");
    return { ...made, within: (from, to) => spanLogAxis([from, to], count) };
  }

  function extent(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high].map((end) => Math.min(Math.max(end, -LARGEST), LARGEST));
  }

  function apart(low, high) {
    const largest = Math.max(Math.abs(low), Math.abs(high));
    if (high - low > 1e-12 * largest && largest > SMALLEST) return [low, high];
    const room = largest > SMALLEST ? largest / 10 : 1;
    return [low - room, high + room];
  }

  function roundStep(rough) {
    const exponent = Math.floor(Math.log10(rough));
    const fraction = rough / 10 ** exponent;
    for (const [limit, digit] of [[Math.SQRT2, 1], [Math.sqrt(10), 2], [Math.sqrt(50), 5]]) {
      if (fraction < limit) return [digit, exponent];
    }
    return [1, exponent + 1];
  }

  function multiples(low, high, interval) {
    const ticks = [];
    for (let tick = Math.ceil(low / interval) * interval; tick <= high; tick += interval) {
      ticks.push(tick);
    }
    return ticks;
  }

  function monthStarts(low, high, months) {
    const first = Math.floor((new Date(low).getUTCFullYear() * 12) / months) * months;
    const last = new Date(high).getUTCFullYear() * 12 + 12;
    const starts = [];
    for (let count = first; count < last; count += months) {
      const start = Date.UTC(Math.floor(count / 12), count % 12, 1);
      if (start >= low && start <= high) starts.push(start);
    }
    return starts;
  }

  function timeLabel(tick, interval) {
    const moment = new Date(tick);
    const month = MONTH_NAMES[moment.getUTCMonth()];
    if (interval >= 360 * DAY) return String(moment.getUTCFullYear());
    if (interval >= 30 * DAY) return `${month} ${moment.getUTCFullYear()}`;
    if (interval >= DAY || tick % DAY === 0) return `${moment.getUTCDate()} ${month}`;
    return moment.toISOString().slice(11, interval >= MINUTE ? 16 : 19);
  }

  function spanLabel(span) {
    if (span === 0) return "0";
    const parts = [];
    let rest = Math.round(span / SECOND) * SECOND;
    for (const [unit, size] of [["d", DAY], ["h", HOUR], ["m", MINUTE], ["s", SECOND]]) {
      const whole = Math.floor(rest / size);
      if (whole && parts.length < 2) parts.push(whole + unit);
      rest -= whole * size;
    }
    return parts.join(" ") || "0";
  }

  function tickLabels(ticks, exponent) {
    const largest = Math.max(0, ...ticks.map(Math.abs));
    if (largest === 0) return ticks.map(() => "0");
    const form = tickForm(Math.floor(Math.log10(largest)), exponent);
    return ticks.map((tick) => (tick === 0 ? "0" : (tick < 0 ? "−" : "") + form(Math.abs(tick))));
  }

  function tickForm(magnitude, exponent) {
    for (const [suffix, power] of UNITS) {
      if (magnitude >= power && power - exponent <= 2 && magnitude < 15) {
        const digits = Math.max(0, power - exponent);
        return (tick) => fixed(tick / 10 ** power, digits) + suffix;
      }
    }
    if (magnitude >= 9 || magnitude < -2 || exponent < -7) {
      const digits = Math.max(0, Math.min(15, magnitude - exponent));
      return (tick) => tick.toExponential(digits).replace("+", "");
    }
    return (tick) => fixed(tick, Math.max(0, -exponent));
  }

  function fixed(value, digits) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return value.toLocaleString("en-US", options);
  }

  // A value as read off: six significant digits.
  function valueText(value) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(4).replace("+", "");
    return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
  }

  // In the reader's zone, which is named where it is UTC.
  function momentText(time) {
    const shift = zoneShift(time);
    const moment = new Date(time + shift);
    const day = `${moment.getUTCDate()} ${MONTH_NAMES[moment.getUTCMonth()]}`;
    const clock = moment.toISOString().slice(11, 19);
    return `${day} ${moment.getUTCFullYear()}, ${clock}${shift === 0 ? " UTC" : ""}`;
  }

  RG.axes = {
    even: evenAxis, log: logAxis, number: numbersWithin, span: spanAxis, spanLog: spanLogAxis,
    step: stepAxis, time: timeAxis, value: valueAxis, momentText, spanLabel, tickLabels, valueText,
  };
})();
