/** The window of time: two handles over the years, and how many things may fall in each. */

import { momentAfter, written } from "../drawing/days.js";

/** @param {number} month counted from year 0 */
const moment = (month) => Date.UTC(Math.floor(month / 12), month % 12, 1);
/** @param {number} time */
const monthOf = (time) => new Date(time).getUTCFullYear() * 12 + new Date(time).getUTCMonth();

/** @param {any} app @param {(from: string, to: string) => void} change */
export function buildTime(app, change) {
  const { h } = app;
  const bars = h("svg:svg", { class: "net-bars", "aria-hidden": "true", preserveAspectRatio: "none" });
  const told = h("output", { class: "net-window" });
  const handle = (/** @type {string} */ label) => h("input", { type: "range", step: "1", "aria-label": app.t(label), on: { input: () => moved(false), change: () => moved(true) } });
  const from = handle("network.from");
  const to = handle("network.to");
  const all = h("button", { type: "button", class: "small", on: { click: () => change("", "") } }, app.t("network.always"));
  const track = h("div", { class: "net-track" }, bars, h("div", { class: "net-chosen" }), from, to);
  const element = h("section", { class: "net-time", "aria-label": app.t("network.time") }, h("div", { class: "net-time-head" }, h("span", { class: "net-time-name" }, app.t("network.time")), told, all), track);
  let [first, last] = [0, 0];
  let pending = 0;

  /** @param {boolean} settled */
  function moved(settled) {
    if (Number(from.value) > Number(to.value)) {
      if (document.activeElement === from) from.value = to.value;
      else to.value = from.value;
    }
    say();
    clearTimeout(pending);
    const run = () => {
      const [start, end] = [Number(from.value), Number(to.value)];
      const whole = start === first && end === last;
      change(whole ? "" : written(moment(start)), whole ? "" : written(moment(end + 1), true));
    };
    if (settled) run();
    else pending = setTimeout(run, 120);
  }

  function say() {
    const [start, end] = [Number(from.value), Number(to.value)];
    const text = app.fmt.date(`${monthText(start)}/${monthText(end)}`);
    told.textContent = text;
    from.setAttribute("aria-valuetext", app.fmt.date(monthText(start)));
    to.setAttribute("aria-valuetext", app.fmt.date(monthText(end)));
    const span = Math.max(last - first, 1);
    track.style.setProperty("--from", String((start - first) / span));
    track.style.setProperty("--to", String((end - first) / span));
    all.hidden = start === first && end === last;
  }
  const monthText = (/** @type {number} */ month) => new Date(moment(month)).toISOString().slice(0, 7);

  return {
    element,
    /** @param {Iterable<any>} things @param {{first: number, last: number} | null} time */
    draw(things, time) {
      const dated = [...things].filter((thing) => thing.days);
      element.hidden = !dated.length;
      if (!dated.length) return;
      const years = dated.map((thing) => [new Date(thing.days.first).getUTCFullYear(), new Date(momentAfter(thing.notAfter) - 1).getUTCFullYear()]);
      const [begin, end] = [Math.min(...years.map(([one]) => one)), Math.max(...years.map(([, two]) => two))];
      [first, last] = [begin * 12, end * 12 + 11];
      for (const input of [from, to]) Object.assign(input, { min: String(first), max: String(last) });
      if (document.activeElement !== from || !time) from.value = String(time && Number.isFinite(time.first) ? Math.max(first, monthOf(time.first)) : first);
      if (document.activeElement !== to || !time) to.value = String(time && Number.isFinite(time.last) ? Math.min(last, monthOf(time.last - 1)) : last);
      const counts = Array.from({ length: end - begin + 1 }, (_, index) => years.filter(([one, two]) => one <= begin + index && two >= begin + index && two - one < 3).length);
      const most = Math.max(...counts, 1);
      bars.setAttribute("viewBox", `0 0 ${counts.length} 1`);
      bars.replaceChildren(...counts.map((count, index) => h("svg:rect", { x: index + 0.12, width: 0.76, y: 1 - count / most, height: count / most })));
      say();
    },
  };
}
