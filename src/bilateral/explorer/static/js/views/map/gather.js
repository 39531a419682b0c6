/** From rows to what a map shows: places with what is tied to them, and lines through places. */

import { isInside, positionOf } from "./outlines.js";

const BIL = "https://w3id.org/bilateral/ontology#";
const NAMED = `${BIL}namedPlace`;
const CONNECTS = `${BIL}connects`;
/**
 * @typedef {object} Place
 * @property {string} iri @property {string} label @property {string} lang
 * @property {"City" | "Region" | "Country"} kind @property {string} kindLabel
 * @property {string} number a state's number in ISO 3166-1, or ""
 * @property {[number, number] | null} position longitude, latitude
 * @property {string} source where the position comes from
 * @property {number} weight how many things are tied to the place itself
 * @property {number} ties those, and those in which it takes part as a state
 */

/** @returns {Map<string, Place>} */
export function placesOf(rows) {
  return new Map(rows.map((row) => {
    const weight = Number(row.things.value);
    return [row.place.value, {
      iri: row.place.value, label: row.placeLabel.value, lang: row.placeLabel.lang ?? "",
      kind: row.placeKind.value.split("#").pop(), kindLabel: row.placeKindLabel.value,
      number: row.countryNumber?.value ?? "", position: positionOf(row.point?.value),
      source: row.pointSource?.value ?? "", weight, ties: weight + Number(row.parts.value),
    }];
  }));
}

/**
 * @typedef {object} Stop
 * @property {string} iri @property {string} label @property {string} lang
 * @property {[number, number] | null} position
 */
/**
 * @typedef {object} Route
 * @property {string} iri @property {string} label @property {string} lang
 * @property {string} kind the class's own name, such as Railway @property {string} kindLabel @property {any} kindIri
 * @property {Stop[]} stops in order, or in none
 * @property {boolean} ordered @property {boolean} drawn whether there is a way to draw
 * @property {boolean} stands whether the source says that it connects; a plan does not
 * @property {boolean} fromName whether the places are those that its name gives
 * @property {string[]} statuses
 */

/** @returns {Route[]} every undertaking that is tied to two places or more. */
export function routesOf(rows) {
  /** @type {Map<string, any>} */
  const found = new Map();
  for (const row of rows) {
    const iri = row.undertaking.value;
    const one = found.get(iri) ?? {
      iri, label: row.undertakingLabel.value, lang: row.undertakingLabel.lang, kindIri: row.kind.value,
      kind: row.kind.value.split("#").pop(), kindLabel: row.kindLabel.value,
      steps: new Map(), loose: new Map(), named: new Map(), statuses: new Map(), stands: false,
    };
    found.set(iri, one);
    const stop = { iri: row.place.value, label: row.placeLabel.value, lang: row.placeLabel.lang, position: positionOf(row.point?.value) };
    const step = Number(row.step.value);
    if (step) one.steps.set(stop.iri, { ...stop, step });
    else (row.role.value === NAMED ? one.named : one.loose).set(stop.iri, stop);
    if (row.role.value === CONNECTS) one.stands = true;
    if (row.status) one.statuses.set(row.status.value, row.statusLabel.value);
  }
  return [...found.values()].map((one) => {
    const ordered = one.steps.size > 1;
    // What only stands in a name, or is only connected while a name gives other places, is no way.
    const drawn = ordered || (one.loose.size > 1 && !one.named.size);
    const stops = ordered ? inOrder([...one.steps.values()]) : [...(one.named.size ? one.named : one.loose.size ? one.loose : one.steps).values()];
    return {
      iri: one.iri, label: one.label, lang: one.lang, kind: one.kind, kindIri: one.kindIri, kindLabel: one.kindLabel,
      stops, ordered, drawn, stands: one.stands,
      fromName: stops.every((stop) => one.named.has(stop.iri)),
      statuses: [...one.statuses.values()],
    };
  });
}

/** Stops by their step; several of one step by their distance from the stop before. */
function inOrder(stops) {
  const sorted = [];
  const left = [...stops].sort((one, other) => one.step - other.step);
  while (left.length) {
    const step = left[0].step;
    const last = sorted.at(-1)?.position;
    const same = left.filter((stop) => stop.step === step);
    const away = (stop) => (last && stop.position ? Math.hypot(stop.position[0] - last[0], stop.position[1] - last[1]) : 0);
    const next = same.reduce((best, stop) => (away(stop) < away(best) ? stop : best));
    sorted.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return sorted;
}

/** What cannot be drawn: places without a point or an outline, or beyond the outlines' edge. */
export function unplaced(places, hasOutline) {
  return [...places.values()].filter((place) =>
    place.position ? !isInside(place.position) : !(place.number && hasOutline(place.number)));
}
