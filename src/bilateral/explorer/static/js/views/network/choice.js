/** What is shown: decided from what is known, what the reader opened, and the filters in force. */

import { firstMoment, momentAfter } from "../drawing/days.js";

/** Many and alike, and best seen elsewhere: shown once the legend asks for them. */
export const HELD_BACK = ["figure", "judgement"];
const BODIES = new Set(["state", "place", "organisation", "institution", "company", "office"]);
/** Things and ties that are drawn at once, never more. */
export const MOST = 1000;

/**
 * How a thing stands to the window of time: sure, possible, outside, or without a date.
 * @param {any} thing @param {{first: number, last: number} | null} time
 */
export function standing(thing, time) {
  if (!time) return "sure";
  if (!thing.days) return BODIES.has(thing.kind.id) ? "timeless" : "undated";
  const { first, last, surelyFirst, surelyLast } = thing.days;
  if (last <= time.first || first >= time.last) return "outside";
  if (first >= time.first && last <= time.last) return "sure";
  return surelyFirst !== null && surelyFirst < time.last && surelyLast > time.first ? "sure" : "possible";
}

/** Whether the filters let a thing through. @param {any} thing @param {{off: Set<string>, field: string, time: any, also: string[]}} filters */
export function passes({ kind, fields, ...thing }, { off, field, time, also }) {
  if (off.has(kind.id) || (HELD_BACK.includes(kind.id) && !also.includes(kind.id))) return false;
  if (field && !BODIES.has(kind.id) && !fields.has(field)) return false;
  return standing({ kind, fields, ...thing }, time) !== "outside";
}

/** @param {string} from @param {string} to */
export function windowOf(from, to) {
  if (!from && !to) return null;
  const [first, last] = [from ? firstMoment(from) : -Infinity, to ? momentAfter(to) : Infinity];
  return Number.isNaN(first) || Number.isNaN(last) ? null : { first, last };
}

/**
 * What the two states have a part in together, themselves or by their offices.
 * @param {any} web @param {string[]} pair
 */
export function between(web, pair) {
  const [one, other] = pair.map((state) => {
    const side = new Set([state]);
    for (const iri of web.beside(state).keys()) if (web.things.get(iri).kind.id === "office") side.add(iri);
    return side;
  });
  const found = new Set();
  const offices = new Set();
  for (const [iri, thing] of web.things) {
    if (thing.kind.id === "office" || thing.kind.id === "place" || thing.kind.id === "state") continue;
    const beside = [...web.beside(iri).keys()];
    if (!beside.some((end) => one.has(end)) || !beside.some((end) => other.has(end))) continue;
    found.add(iri);
    for (const end of beside) if (web.things.get(end).kind.id === "office" && (one.has(end) || other.has(end))) offices.add(end);
  }
  return { things: found, offices };
}

/**
 * @param {any} web
 * @param {{pair: string[], way: any, selected: string[], path: string[], off: Set<string>, field: string, country: string, time: any}} asked
 * @returns {{nodes: Map<string, string>, ties: any[], more: number, held: Map<string, number>}} the things
 *   with their standing, the ties between them, how many were left out, and how many of each kind are held back
 */
export function choose(web, { pair, way, selected, path, off, field, country, time }) {
  const kept = new Set([...pair, ...way.opened, ...selected, ...path].filter((iri) => web.things.has(iri)));
  const middle = between(web, pair);
  const candidates = new Set([...kept, ...middle.things, ...middle.offices]);
  for (const iri of way.opened) for (const end of web.beside(iri).keys()) candidates.add(end);
  for (const iri of way.away) if (!kept.has(iri)) candidates.delete(iri);

  const held = new Map();
  const allowed = new Set();
  for (const iri of candidates) {
    const thing = web.things.get(iri);
    if (kept.has(iri) || passes(thing, { off, field, time, also: way.also })) allowed.add(iri);
    else if (!passes(thing, { off, field: "", time: null, also: way.also })) held.set(thing.kind.id, (held.get(thing.kind.id) ?? 0) + 1);
  }
  const near = country ? within(web, country, allowed) : null;
  // A body stays where something that is kept is tied to it.
  const something = (/** @type {string} */ iri) => [...web.beside(iri).keys()].some((end) => allowed.has(end) && (!field || !BODIES.has(web.things.get(end).kind.id)));
  const order = [...allowed].filter((iri) => kept.has(iri) || ((!near || near.has(iri)) && (!BODIES.has(web.things.get(iri).kind.id) || something(iri))));
  const nodes = new Map();
  const ties = [];
  for (const iri of order) {
    const joined = [...web.beside(iri)].flatMap(([end, list]) => (nodes.has(end) ? list : []));
    if (nodes.size + ties.length + joined.length >= MOST) break;
    nodes.set(iri, standing(web.things.get(iri), time));
    ties.push(...joined);
  }
  return { nodes, ties, more: order.length - nodes.size, held };
}

/** What a country has a part in, itself or by its offices, and who else has. @param {any} web @param {string} country @param {Set<string>} allowed */
function within(web, country, allowed) {
  const side = new Set([country]);
  for (const iri of web.beside(country).keys()) if (web.things.get(iri)?.kind.id === "office") side.add(iri);
  const found = new Set(side);
  for (const part of side) {
    for (const iri of web.beside(part).keys()) {
      if (!allowed.has(iri)) continue;
      found.add(iri);
      if (!BODIES.has(web.things.get(iri).kind.id)) for (const end of web.beside(iri).keys()) found.add(end);
    }
  }
  return found;
}
