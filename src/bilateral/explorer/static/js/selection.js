// A selection as it stands in the address: a thing as its CURIE, a passage as its own, a statement as
// its three terms.

import { compact, expand, iri, isPassage, literal } from "./terms.js";

/** @typedef {import("./terms.js").Term} Term */
/** @typedef {{kind: "thing" | "passage", iri: string} | {kind: "statement", s: Term, p: Term, o: Term}} Selection */

const BETWEEN = "~";

/** @param {Term} term */
function word(term) {
  if (term.type !== "literal") return compact(term.value);
  return `"${term.value.replaceAll(BETWEEN, "%7E")}"${term.lang ? `@${term.lang}` : term.datatype ? `^^${compact(term.datatype)}` : ""}`;
}

/** @param {string} text @returns {Term} */
function term(text) {
  if (text[0] !== '"') return iri(expand(text));
  const end = text.lastIndexOf('"');
  const value = text.slice(1, end).replaceAll("%7E", BETWEEN);
  const about = text.slice(end + 1);
  if (about[0] === "@") return literal(value, { lang: about.slice(1) });
  return about ? literal(value, { datatype: expand(about.slice(2)) }) : literal(value);
}

/** @param {Selection | null} selection */
export function encode(selection) {
  if (!selection) return "";
  if (selection.kind === "statement") return [selection.s, selection.p, selection.o].map(word).join(BETWEEN);
  return compact(selection.iri);
}

/** What an engine takes for an IRI; an address may hold anything. */
const IRI = /^[a-z][a-z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]+$/i;

/** @param {Term} one */
const sound = (one) => one.type === "literal" || IRI.test(one.value);

/** What a text of the address selects; null where it is no selection. @param {string} text @returns {Selection | null} */
export function decode(text) {
  if (!text) return null;
  const parts = text.split(BETWEEN);
  if (parts.length === 3) {
    const [s, p, o] = parts.map(term);
    return [s, p, o].every(sound) && s.type === "iri" && p.type === "iri" ? { kind: "statement", s, p, o } : null;
  }
  const value = expand(text);
  return IRI.test(value) ? { kind: isPassage(value) ? "passage" : "thing", iri: value } : null;
}
