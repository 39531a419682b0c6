/** The ticks of a time axis, as each language writes years, months, and days. */

import { scaleUtc } from "../../../vendor/d3.js";

const LEAST_APART = 74;

/**
 * @param {any} app
 * @param {[number, number]} window first and last moment
 * @param {number} width
 * @returns {{moment: number, x: number, label: string, major: boolean}[]}
 */
export function ticksOf(app, window, width) {
  const scale = scaleUtc().domain(window).range([0, width]);
  const many = Math.max(2, Math.floor(width / LEAST_APART));
  const found = [];
  let [lastX, lastYear] = [-Infinity, NaN];
  for (const date of scale.ticks(many)) {
    const x = scale(date);
    const year = date.getUTCFullYear();
    const major = date.getUTCMonth() === 0 && date.getUTCDate() === 1;
    // The first tick of a year names it: months alone would leave the year to be guessed.
    const named = major || year !== lastYear;
    const label = major ? String(year) : tickLabel(app, date, named);
    if (x - lastX < LEAST_APART * 0.6) continue;
    found.push({ moment: date.getTime(), x, label, major });
    [lastX, lastYear] = [x, year];
  }
  return found;
}

function tickLabel(app, date, withYear) {
  const [year, month, day] = date.toISOString().slice(0, 10).split("-");
  if (day !== "01") return app.fmt.tick({ month: Number(month), day: Number(day), year: withYear ? Number(year) : null });
  return app.fmt.tick({ month: Number(month), day: null, year: withYear ? Number(year) : null });
}
