/** The view's own part of the address: `open(id:socar);pin(id:baku@120@-40);size(degree);path(id:a,id:b)`. */

import { compact, expand } from "../../terms.js";

/** @typedef {{opened: string[], away: string[], pins: Map<string, {x: number, y: number}>, also: string[], size: string, groups: boolean,
 *   path: string[], way: number, list: boolean}} Way */

const ODD = /[()\[\],;@%]/g;
/** @param {string} iri */
const word = (iri) => compact(iri).replace(ODD, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
/** @param {string} text */
const iriOf = (text) => expand(text.replace(/%([0-9A-F]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16))));

/** @param {string} text @returns {Way} */
export function decode(text) {
  /** @type {Record<string, string[]>} */
  const parts = {};
  for (const part of text.split(";")) {
    const match = part.match(/^(\w+)\((.*)\)$/);
    // A path may have one end only; its place tells which.
    if (match) parts[match[1]] = match[2].split(",").filter((name) => name || match[1] === "path");
  }
  const pins = new Map();
  for (const pin of parts.pin ?? []) {
    const [name, x, y] = pin.split("@");
    if (Number.isFinite(Number(x)) && Number.isFinite(Number(y))) pins.set(iriOf(name), { x: Number(x), y: Number(y) });
  }
  return {
    opened: (parts.open ?? []).map(iriOf), away: (parts.away ?? []).map(iriOf), pins, also: parts.also ?? [],
    size: parts.size?.[0] ?? "", groups: Boolean(parts.groups), path: (parts.path ?? []).slice(0, 2).map((name) => name && iriOf(name)),
    way: Number(parts.way?.[0] ?? 0) || 0, list: Boolean(parts.list),
  };
}

/** @param {Way} way @returns {string} */
export function encode(way) {
  const parts = {
    open: way.opened.map(word), away: way.away.map(word),
    pin: [...way.pins].map(([iri, { x, y }]) => `${word(iri)}@${Math.round(x)}@${Math.round(y)}`),
    also: way.also, size: way.size ? [way.size] : [], groups: way.groups ? ["on"] : [], path: way.path.map((iri) => iri && word(iri)),
    way: way.way ? [String(way.way)] : [], list: way.list ? ["on"] : [],
  };
  return Object.entries(parts).filter(([, list]) => list.length).map(([name, list]) => `${name}(${list.join(",")})`).join(";");
}
