// Search across names, in a worker, so that a large graph's names are never in the page.

import { edits, foldWith } from "./fold.js";

/** @typedef {{thing: string, classes: string[], text: string, lang: string, source: string, folded: string}} Name */

const MOST = 12;
/** @type {Name[]} */
let names = [];
/** @type {string[][]} */
let words = [];
/** @type {(text: string) => string} */
let fold = (text) => text;

/** @param {{letters: Record<string, string>, listed: string}} given as names.py lists them */
function load({ letters, listed }) {
  fold = foldWith(letters);
  names = [];
  for (const [thing, classes, own, others] of JSON.parse(listed)) {
    for (const [text, lang] of own) names.push({ thing, classes, text, lang, source: "", folded: fold(text) });
    for (const [text, source] of others) names.push({ thing, classes, text, lang: "", source, folded: fold(text) });
  }
  words = names.map((name) => name.folded.split(" "));
}

/** Edits forgiven in a word of that length. @param {number} length */
const forgiven = (length) => (length < 4 ? 0 : length < 8 ? 1 : 2);

/**
 * How well a name fits: 0 the name itself, then its beginning, a word's beginning, a part, a typo.
 * @param {number} index @param {string} wanted @param {string[]} parts
 * @returns {number} Infinity where it does not
 */
function distance(index, wanted, parts) {
  const { folded } = names[index];
  if (folded === wanted) return 0;
  if (folded.startsWith(wanted)) return 1;
  const own = words[index];
  if (parts.every((part) => own.some((word) => word.startsWith(part)))) return 2;
  if (wanted.length > 2 && folded.includes(wanted)) return 3;
  let cost = 0;
  for (const part of parts) {
    const most = forgiven(part.length);
    let best = most + 1;
    for (const word of own) {
      if (word.startsWith(part)) best = 0;
      else if (most) {
        // A word still being typed is compared with as much of the name's word.
        best = Math.min(best, edits(part, word, most));
        if (word.length > part.length) best = Math.min(best, edits(part, word.slice(0, part.length), most) + 0.5);
      }
      if (!best) break;
    }
    if (best > most) return Infinity;
    cost += best;
  }
  return 4 + cost;
}

/** @param {string} text @param {string} lang the reader's language, whose names come first */
function found(text, lang) {
  const wanted = fold(text);
  if (!wanted) return [];
  const parts = wanted.split(" ");
  /** @type {Map<string, {name: Name, rank: number}>} */
  const best = new Map();
  names.forEach((name, index) => {
    const far = distance(index, wanted, parts);
    if (far === Infinity) return;
    // Things before concepts, the reader's language before others, the graph's names before spellings.
    const rank = far * 1000 + (name.thing.startsWith("id:") ? 0 : 300) + (name.source ? 40 : name.lang === lang ? 0 : 20) + Math.min(name.folded.length, 99) / 10;
    const known = best.get(name.thing);
    if (!known || rank < known.rank) best.set(name.thing, { name, rank });
  });
  return [...best.values()]
    .sort((a, b) => a.rank - b.rank || (a.name.thing < b.name.thing ? -1 : 1))
    .slice(0, MOST)
    .map(({ name: { thing, classes, text: shown, lang: code, source } }) => ({ thing, classes, text: shown, lang: code, source }));
}

/** What was asked while a search ran: only the last of it is still wanted. @type {{id: number, text: string, lang: string}[]} */
let asked = [];

function answer() {
  const last = asked.pop();
  for (const { id } of asked) postMessage({ id, found: [] });
  asked = [];
  if (last) postMessage({ id: last.id, found: found(last.text, last.lang) });
}

addEventListener("message", ({ data }) => {
  if (data.do === "load") return load(data);
  asked.push(data);
  if (asked.length === 1) setTimeout(answer);
});
