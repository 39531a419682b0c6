/**
 * Uncertain dates: which days a date can mean, and which of them it certainly means.
 *
 * A date is an EDTF string with its first and last possible day. "2008-11" is some day of a month:
 * thirty are possible, none is certain. "2010-04-15/2010-04-17" is three certain days.
 */

export const DAY = 86_400_000;

/** @typedef {"day" | "days" | "month" | "year" | "span" | "period"} Precision */
/** @typedef {{first: number, last: number, surelyFirst: number | null, surelyLast: number | null, precision: Precision}} Days */

/** @returns {number} the first millisecond (UTC) of a day, month, or year; NaN for no date. */
export function firstMoment(text) {
  const match = /^(-?\d{4,})(?:-(\d{2}))?(?:-(\d{2}))?/u.exec(text ?? "");
  if (!match) return NaN;
  const moment = new Date(0);
  moment.setUTCFullYear(Number(match[1]), Number(match[2] ?? 1) - 1, Number(match[3] ?? 1));
  return moment.getTime();
}

/** @returns {number} the first millisecond after a day, month, or year. */
export function momentAfter(text) {
  const match = /^(-?\d{4,})(?:-(\d{2}))?(?:-(\d{2}))?/u.exec(text ?? "");
  if (!match) return NaN;
  const moment = new Date(firstMoment(match[0]));
  if (match[3]) moment.setUTCDate(moment.getUTCDate() + 1);
  else if (match[2]) moment.setUTCMonth(moment.getUTCMonth() + 1);
  else moment.setUTCFullYear(moment.getUTCFullYear() + 1);
  return moment.getTime();
}

/**
 * The days of a date, with an end that is exclusive.
 * @param {string | undefined} edtf
 * @param {string} notBefore
 * @param {string} notAfter
 * @param {boolean} [covers] whether the date is a period that a figure covers: nothing is unsure then
 * @returns {Days}
 */
export function daysOf(edtf, notBefore, notAfter, covers = false) {
  const [first, last] = [firstMoment(notBefore), momentAfter(notAfter)];
  if (covers) return { first, last, surelyFirst: first, surelyLast: last, precision: "period" };
  const [from, to] = (edtf ?? "").split("/");
  const vague = /[?~%X]/u.test(edtf ?? "");
  if (to !== undefined && !vague) {
    // Certain from the last day it can begin on to the first day it can end on.
    const [surelyFirst, surelyLast] = [momentAfter(from) - DAY, firstMoment(to) + DAY];
    const sure = surelyFirst < surelyLast;
    const exact = sure && surelyFirst === first && surelyLast === last;
    return {
      first, last, precision: exact ? "days" : "span",
      surelyFirst: sure ? surelyFirst : null, surelyLast: sure ? surelyLast : null,
    };
  }
  if (last - first <= DAY && !vague) {
    return { first, last, surelyFirst: first, surelyLast: last, precision: "day" };
  }
  const length = (last - first) / DAY;
  const precision = length <= 31 ? "month" : length <= 366 ? "year" : "span";
  return { first, last, surelyFirst: null, surelyLast: null, precision };
}

/** A moment as the address writes it: a year where it is one, else a day. `end` is exclusive. */
export function written(moment, end = false) {
  const day = new Date(end ? moment - DAY : moment);
  const text = day.toISOString().slice(0, 10);
  const whole = end ? text.endsWith("-12-31") : text.endsWith("-01-01");
  return whole ? text.slice(0, 4) : text;
}

/** How many whole months two days span ("2011-01-01", "2011-03-31" are 3); NaN if not whole. */
export function monthsBetween(notBefore, notAfter) {
  const [first, after] = [new Date(firstMoment(notBefore)), new Date(momentAfter(notAfter))];
  if (first.getUTCDate() !== 1 || after.getUTCDate() !== 1) return NaN;
  return (after.getUTCFullYear() - first.getUTCFullYear()) * 12 + after.getUTCMonth() - first.getUTCMonth();
}
