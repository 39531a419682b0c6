/** From rows to what a timeline shows: things with their days, in lanes by kind. */

import { daysOf } from "../drawing/days.js";
import { valueText } from "../drawing/values.js";

const SCHEMA = "https://schema.org/";
const BIL = "https://w3id.org/bilateral/ontology#";
const ABOUT = `${SCHEMA}about`;
const PLACES = new Set([`${SCHEMA}location`, `${BIL}signedIn`]);
const FIGURE = `${BIL}Observation`;

/**
 * @typedef {object} Item
 * @property {string} iri
 * @property {string} label
 * @property {string} lang
 * @property {string} detail what it is about, or who is in it: what its own label leaves open
 * @property {string} value of a figure, with its unit
 * @property {string} when the date as the reader's language writes it
 * @property {string} certainty what is known of the days, in words
 * @property {import("../drawing/days.js").Days} days
 * @property {any} kind
 * @property {string} kindLabel
 * @property {boolean} derived
 * @property {boolean} figure
 * @property {string[]} places
 * @property {string[]} others
 */

/** What belongs to each thing: its subjects, places, and everybody else, without repetition. */
export function partsByThing(rows) {
  /** @type {Map<string, {about: Map<string, string>, places: Map<string, string>, others: Map<string, string>}>} */
  const found = new Map();
  for (const row of rows) {
    const parts = found.get(row.thing.value) ?? { about: new Map(), places: new Map(), others: new Map() };
    found.set(row.thing.value, parts);
    const role = row.role.value;
    const list = role === ABOUT ? parts.about : PLACES.has(role) ? parts.places : parts.others;
    list.set(row.part.value, row.partLabel.value);
  }
  return found;
}

/** @returns {Item[]} one item a thing, in the order of the rows. */
export function itemsOf(app, rows, parts) {
  /** @type {Map<string, Item>} */
  const items = new Map();
  for (const row of rows) {
    const iri = row.thing.value;
    if (items.has(iri)) continue;
    const figure = row.kind.value === FIGURE;
    const days = daysOf(row.date?.value, row.notBefore.value, row.notAfter.value, figure);
    const when = app.fmt.date(row.date?.value, row.notBefore.value, row.notAfter.value);
    const own = parts.get(iri);
    const [about, others] = [[...(own?.about.values() ?? [])], [...(own?.others.values() ?? [])]];
    // A figure's own label repeats its period as the machine writes it; its indicator does not.
    const label = figure && row.indicatorLabel ? row.indicatorLabel : row.thingLabel;
    items.set(iri, {
      iri, figure, days, when, others,
      label: figure ? `${label.value}, ${when}` : label.value,
      lang: label.lang || app.lang,
      // What the label says already is not said again.
      detail: figure ? "" : (about.length ? about : others).filter((part) => !label.value.includes(part)).join(", "),
      value: figure ? valueText(app, row) : "",
      certainty: app.t(`timeline.${days.precision}.words`, { date: when }),
      kind: app.kindOf(iri, row.kind.value),
      kindLabel: row.kindLabel.value,
      derived: row.derived?.value === "true",
      places: [...(own?.places.values() ?? [])],
    });
  }
  return [...items.values()];
}

/** The lanes: the items of a kind each, in the order of their first days; figures come last. */
export function lanesOf(items) {
  /** @type {Map<string, {kind: any, items: Item[]}>} */
  const lanes = new Map();
  for (const item of items) {
    const lane = lanes.get(item.kind.id) ?? { kind: item.kind, items: [] };
    lanes.set(item.kind.id, lane);
    lane.items.push(item);
  }
  for (const lane of lanes.values()) {
    // A lane of one class bears that class's name, which says more than its kind's.
    const classes = new Set(lane.items.map((item) => item.kindLabel));
    if (classes.size === 1) lane.kind = { ...lane.kind, label: [...classes][0] };
  }
  const rank = (lane) => (lane.items[0].figure ? 2 : lane.items[0].kind.id === "agreement" ? 0 : 1);
  return [...lanes.values()].sort((one, other) => rank(one) - rank(other));
}
