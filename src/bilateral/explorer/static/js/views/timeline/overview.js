/** The whole of time in one strip, with the window on it that the timeline and its neighbours show. */

import { s } from "../drawing/svg.js";
import { DAY, written } from "../drawing/days.js";

const HEIGHT = 58;
const BASE = 40;
const PAD = 18;
const LEAST_WINDOW = 14 * DAY;

/** The same day some months later or earlier: steps by keys keep to the calendar. */
function monthsLater(moment, months) {
  const day = new Date(moment);
  day.setUTCMonth(day.getUTCMonth() + months);
  return day.getTime();
}

/**
 * @param {any} app
 * @param {{firstYear: number, lastYear: number, things: number}[]} counts
 * @param {{from: number, to: number}} extent
 * @param {{onMove: (window: {from: number, to: number}, done: boolean) => void}} listeners
 */
export function makeOverview(app, counts, extent, { onMove }) {
  let width = 0;
  let window = { ...extent };
  const x = (moment) => PAD + ((moment - extent.from) / (extent.to - extent.from)) * (width - 2 * PAD);
  const momentAt = (px) => extent.from + ((px - PAD) / (width - 2 * PAD)) * (extent.to - extent.from);

  const bars = s("g", { class: "bars" });
  const years = s("g", { class: "years" });
  const shade = [s("rect", { class: "shade", y: 0, height: BASE }), s("rect", { class: "shade", y: 0, height: BASE })];
  const body = s("rect", { class: "window", y: 0.5, height: BASE - 1, rx: 3 });
  const handles = ["from", "to"].map((end) =>
    s(
      "g",
      {
        class: "handle", role: "slider", tabindex: 0, "data-end": end, "aria-orientation": "horizontal",
        "aria-label": app.t(`timeline.${end}`),
      },
      s("rect", { class: "hit", x: -14, y: -2, width: 28, height: BASE + 4 }),
      s("rect", { class: "grip", x: -4, y: 7, width: 8, height: BASE - 14, rx: 4 }),
    ),
  );
  const element = s("svg", { class: "tl-overview", height: HEIGHT, role: "group", "aria-label": app.t("timeline.overview") },
    bars, years, ...shade, body, ...handles);

  function limited({ from, to }) {
    const span = Math.min(Math.max(to - from, LEAST_WINDOW), extent.to - extent.from);
    const start = Math.min(Math.max(from, extent.from), extent.to - span);
    return { from: start, to: start + span };
  }

  function moved(next, done) {
    window = limited(next);
    place();
    onMove(window, done);
  }

  function place() {
    const [a, b] = [x(window.from), x(window.to)];
    shade[0].setAttribute("x", String(PAD));
    shade[0].setAttribute("width", String(Math.max(a - PAD, 0)));
    shade[1].setAttribute("x", String(b));
    shade[1].setAttribute("width", String(Math.max(width - PAD - b, 0)));
    body.setAttribute("x", String(a));
    body.setAttribute("width", String(Math.max(b - a, 2)));
    handles.forEach((handle, index) => {
      const moment = index ? window.to : window.from;
      handle.setAttribute("transform", `translate(${index ? b : a} 0)`);
      const day = new Date(index ? moment - DAY : moment).toISOString().slice(0, 10);
      handle.setAttribute("aria-valuemin", String(new Date(extent.from).getUTCFullYear()));
      handle.setAttribute("aria-valuemax", String(new Date(extent.to - DAY).getUTCFullYear()));
      handle.setAttribute("aria-valuenow", day.slice(0, 4));
      const text = written(moment, Boolean(index));
      handle.setAttribute("aria-valuetext", app.fmt.date(text, day, day));
    });
  }

  function draw(newWidth) {
    width = Math.max(newWidth, 160);
    element.setAttribute("width", String(width));
    element.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const most = Math.max(1, ...byYear().values());
    bars.replaceChildren();
    for (const [year, things] of byYear()) {
      const [a, b] = [x(Date.UTC(year, 0, 1)), x(Date.UTC(year + 1, 0, 1))];
      const height = Math.max(3, Math.sqrt(things / most) * (BASE - 10));
      bars.append(s("rect", { x: a + 1, y: BASE - height, width: Math.max(b - a - 2, 1), height, rx: 1 }));
    }
    const [first, last] = [new Date(extent.from).getUTCFullYear(), new Date(extent.to - DAY).getUTCFullYear()];
    const step = [1, 2, 5, 10, 20, 50, 100].find((size) => ((width - 2 * PAD) / (last - first + 1)) * size > 44) ?? 200;
    years.replaceChildren(s("line", { x1: PAD, x2: width - PAD, y1: BASE, y2: BASE }));
    for (let year = Math.ceil(first / step) * step; year <= last; year += step) {
      years.append(s("text", { x: (x(Date.UTC(year, 0, 1)) + x(Date.UTC(year + 1, 0, 1))) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, String(year)));
    }
    place();
  }

  function byYear() {
    /** @type {Map<number, number>} */
    const found = new Map();
    // What spans several years is drawn in its lane; counted here it would fill years in which
    // nothing is known to have happened.
    for (const { firstYear, lastYear, things } of counts) {
      if (firstYear === lastYear) found.set(firstYear, (found.get(firstYear) ?? 0) + things);
    }
    return found;
  }

  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    const left = element.getBoundingClientRect().left;
    const end = /** @type {Element} */ (event.target).closest("[data-end]")?.getAttribute("data-end");
    const grabbed = momentAt(event.clientX - left);
    const start = { ...window };
    const inside = event.target === body;
    if (end) /** @type {any} */ (event.target).closest("[data-end]").focus();
    element.setPointerCapture(event.pointerId);

    const follow = (move, done) => {
      const moment = Math.min(Math.max(momentAt(move.clientX - left), extent.from), extent.to);
      if (end === "from") moved({ from: Math.min(moment, start.to - LEAST_WINDOW), to: start.to }, done);
      else if (end === "to") moved({ from: start.from, to: Math.max(moment, start.from + LEAST_WINDOW) }, done);
      else if (inside) moved({ from: start.from + moment - grabbed, to: start.to + moment - grabbed }, done);
      else if (Math.abs(moment - grabbed) > 2 * DAY) moved({ from: Math.min(moment, grabbed), to: Math.max(moment, grabbed) }, done);
    };
    const move = (next) => follow(next, false);
    const stop = (last) => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", stop);
      element.removeEventListener("pointercancel", stop);
      follow(last, true);
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", stop);
    element.addEventListener("pointercancel", stop);
  });

  element.addEventListener("keydown", (event) => {
    const end = /** @type {Element} */ (event.target).closest("[data-end]")?.getAttribute("data-end");
    if (!end) return;
    const step = event.shiftKey || event.key.startsWith("Page") ? 12 : 1;
    const by = { ArrowLeft: -step, ArrowDown: -step, PageDown: -step, ArrowRight: step, ArrowUp: step, PageUp: step }[event.key];
    const to = { Home: extent.from, End: extent.to }[event.key];
    if (by === undefined && to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const moment = to ?? monthsLater(window[end], /** @type {number} */ (by));
    if (end === "from") moved({ from: Math.min(moment, window.to - LEAST_WINDOW), to: window.to }, true);
    else moved({ from: window.from, to: Math.max(moment, window.from + LEAST_WINDOW) }, true);
  });

  return {
    element, draw,
    show(next) {
      window = limited(next);
      place();
    },
    get window() {
      return window;
    },
    /** Around a moment that is in sight, which stays where it is; else around the middle. */
    zoom(factor, around = NaN) {
      const inSight = around >= window.from && around <= window.to;
      const at = inSight ? around : (window.from + window.to) / 2;
      moved({ from: at - (at - window.from) * factor, to: at + (window.to - at) * factor }, true);
    },
    pan(share) {
      const by = (window.to - window.from) * share;
      moved({ from: window.from + by, to: window.to + by }, true);
    },
    all: () => moved({ ...extent }, true),
    isAll: () => window.from <= extent.from && window.to >= extent.to,
    extent,
  };
}
