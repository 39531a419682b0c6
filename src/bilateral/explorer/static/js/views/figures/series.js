/**
 * From observations to charts: one a topic, indicator, and unit, its points apart by period length.
 *
 * Three months and a year never stand in one series, and neither does a sum over many years.
 */

import { daysOf, firstMoment, monthsBetween } from "../drawing/days.js";
import { formOf, power, valueText } from "../drawing/values.js";

const CONCEPT = "https://w3id.org/bilateral/concept/";

/**
 * @typedef {object} Point
 * @property {string} iri @property {any} row
 * @property {number} value @property {string} text the value with its unit
 * @property {string} bare the value alone
 * @property {string} period as short as the language writes it
 * @property {number} first
 * @property {boolean} derived
 * @property {number | null} before the rank that it was before
 */
/** @typedef {{key: string, label: string, months: number, points: Point[]}} Group */
/**
 * @typedef {object} Chart
 * @property {string} id @property {string} indicator @property {string} label @property {string} lang
 * @property {"amount" | "growth" | "share" | "rank"} form
 * @property {any} row one of its rows, for what they have in common
 * @property {Group[]} groups
 */
/** @typedef {{id: string, label: string, lang: string, charts: Chart[]}} Section */

/** @returns {Chart["form"]} what an indicator's values are. */
function chartForm(row) {
  const form = formOf(row.unit.value);
  if (form !== "percent") return form;
  return row.base || !(row.change || row.compared) ? "share" : "growth";
}

/** A period as short as the language writes it: "2010", "Jan–Mar 2011", "1997–2010". */
export function periodText(app, row) {
  const [first, last] = [row.notBefore.value, row.notAfter.value];
  const months = monthsBetween(first, last);
  const year = Number(first.slice(0, 4));
  if (months === 12 && first.slice(5) === "01-01") return String(year);
  const sameYear = first.slice(0, 4) === last.slice(0, 4);
  if (months === 1) return app.fmt.tick({ year, month: Number(first.slice(5, 7)), day: null });
  if (months > 1 && sameYear) {
    const [from, to] = [Number(first.slice(5, 7)), Number(last.slice(5, 7))];
    return `${app.fmt.tick({ year: null, month: from, day: null })}–${app.fmt.tick({ year, month: to, day: null })}`;
  }
  if (months % 12 === 0 && first.slice(5) === "01-01") return `${first.slice(0, 4)}–${last.slice(0, 4)}`;
  return app.fmt.date(row.date?.value, first, last);
}

/** How long a period is, in words; it names a group of points. */
function lengthText(app, months, cumulative, calendar) {
  if (Number.isNaN(months)) return app.t("figures.length.other");
  if (months === 12 && calendar) return app.t("figures.length.year");
  if (months % 12 === 0 && months > 12) return app.t(cumulative ? "figures.length.sum" : "figures.length.years", { n: months / 12 });
  return app.t(months === 1 ? "figures.length.month" : "figures.length.months", { n: months });
}

function pointOf(app, row) {
  return {
    iri: row.observation.value, row, value: Number(row.value.value),
    text: valueText(app, row),
    bare: formOf(row.unit.value) === "percent" ? valueText(app, row) : app.fmt.number(row.value.value),
    period: periodText(app, row),
    first: firstMoment(row.notBefore.value),
    derived: row.derived?.value === "true",
    before: row.before ? Number(row.before.value) : null,
    days: daysOf(row.date?.value, row.notBefore.value, row.notAfter.value, true),
  };
}

/** The pairs of states that have figures, the one with most first. */
export function pairsOf(rows) {
  /** @type {Map<string, {reporter: string, partner: string, figures: number}>} */
  const pairs = new Map();
  for (const row of rows) {
    if (!row.reporter || !row.partner) continue;
    const key = `${row.reporter.value} ${row.partner.value}`;
    const pair = pairs.get(key) ?? { reporter: row.reporter.value, partner: row.partner.value, figures: 0 };
    pairs.set(key, pair);
    pair.figures++;
  }
  return [...pairs.values()].sort((one, other) => other.figures - one.figures || (one.partner < other.partner ? -1 : 1));
}

/**
 * The sections of a pair's charts: topics by how much there is of them, ranks together at the end.
 * @param {any} app @param {any[]} rows @param {{reporter: string, partner: string} | undefined} pair
 * @returns {Section[]}
 */
export function sectionsOf(app, rows, pair) {
  const own = rows.filter((row) => !pair || ((!row.reporter || row.reporter.value === pair.reporter) && (!row.partner || row.partner.value === pair.partner)));
  // A total belongs to the topic whose share it is the base of.
  const topicOf = new Map();
  for (const row of own) if (row.base) topicOf.set(row.base.value, row);
  /** @type {Map<string, Section & {figures: number}>} */
  const sections = new Map();
  for (const row of own) {
    const form = chartForm(row);
    const home = topicOf.get(row.indicator.value) ?? row;
    const id = form === "rank" ? `${CONCEPT}rank` : home.topic.value;
    const name = form === "rank" ? row.unitLabel : home.topicLabel;
    const section = sections.get(id) ?? { id, label: name.value, lang: name.lang || app.lang, charts: [], figures: 0 };
    sections.set(id, section);
    section.figures += form === "rank" ? 0 : 1;
    const chartId = `${row.indicator.value} ${row.unit.value} ${power(row)}`;
    let chart = section.charts.find((one) => one.id === chartId);
    if (!chart) {
      chart = { id: chartId, indicator: row.indicator.value, label: row.indicatorLabel.value, lang: row.indicatorLabel.lang || app.lang, form, row, groups: [] };
      section.charts.push(chart);
    }
    const months = monthsBetween(row.notBefore.value, row.notAfter.value);
    const cumulative = row.aggregation?.value === `${CONCEPT}cumulative`;
    const calendar = row.notBefore.value.endsWith("-01-01");
    const key = `${months}${cumulative ? " sum" : ""}${months === 12 && !calendar ? " other" : ""}`;
    let group = chart.groups.find((one) => one.key === key);
    if (!group) chart.groups.push((group = { key, label: lengthText(app, months, cumulative, calendar), months, points: [] }));
    if (!group.points.some((point) => point.iri === row.observation.value)) group.points.push(pointOf(app, row));
  }
  const order = { amount: 0, growth: 1, share: 2, rank: 3 };
  for (const { charts, id } of sections.values()) {
    const whole = (chart) => (chart.form === "amount" && chart.indicator !== id ? 4 : order[chart.form]);
    const size = (chart) => chart.groups.reduce((sum, group) => sum + group.points.length, 0);
    charts.sort((one, other) => whole(one) - whole(other) || size(other) - size(one));
    for (const chart of charts) {
      const rank = ({ months }) => (months === 12 ? 0 : months < 12 ? 1 : 2);
      chart.groups.sort((one, other) => rank(one) - rank(other) || one.months - other.months);
      for (const group of chart.groups) group.points.sort((one, other) => one.first - other.first);
    }
  }
  return [...sections.values()].sort((one, other) => other.figures - one.figures || (one.id < other.id ? -1 : 1));
}
