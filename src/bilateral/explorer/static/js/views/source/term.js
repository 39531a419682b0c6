/** A term as a person reads it: a label, a date, a number, or quoted words in their language. */

import { compact, isPassage } from "../../terms.js";

/** @typedef {import("../../terms.js").Term} Term */

const XSD = "http://www.w3.org/2001/XMLSchema#";
const EDTF = "http://id.loc.gov/datatypes/edtf/EDTF";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "long", "int", "nonNegativeInteger", "positiveInteger"]);
const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/u;

/** The local name of an XSD datatype, or "". @param {Term | undefined} term */
export const sortOf = (term) => (term?.datatype?.startsWith(XSD) ? term.datatype.slice(XSD.length) : "");

/** @param {Term | undefined} term */
export const isNumber = (term) => NUMBERS.has(sortOf(term));

/** @param {Term | undefined} term */
export const isDate = (term) => term?.datatype === EDTF || ["date", "gYear", "gYearMonth", "dateTime"].includes(sortOf(term));

/** The term as plain text. @param {any} app @param {Term | undefined} term @returns {string} */
export function textOf(app, term) {
  if (!term) return "";
  if (term.type === "iri") return isPassage(term.value) ? compact(term.value) : app.label(term.value);
  if (term.type === "bnode") return `_:${term.value}`;
  if (isDate(term) && sortOf(term) !== "dateTime") return app.fmt.date(term.value, term.value, term.value) || term.value;
  if (isNumber(term)) return app.fmt.number(term.value);
  if (sortOf(term) === "boolean") return app.t(term.value === "true" || term.value === "1" ? "source.yes" : "source.no");
  if (sortOf(term) === "duration") return lengthOf(app, term.value);
  return term.value;
}

/** A duration in years, months, days, as the reader's language writes it. */
function lengthOf(app, value) {
  const match = DURATION.exec(value);
  if (!match) return value;
  const parts = ["year", "month", "day"].map((unit, place) => [unit, Number(match[place + 1] ?? 0)]).filter((part) => part[1]);
  return parts.map(([unit, count]) => app.t(`source.length.${unit}`, { n: app.fmt.number(String(count)) })).join(" ") || value;
}

/**
 * The term as a node. IRIs are their labels, whose language the label element bears.
 * @param {any} app @param {Term | undefined} term @returns {Node}
 */
export function nodeOf(app, term) {
  if (!term) return document.createTextNode("");
  if (term.type === "iri" && !isPassage(term.value)) return app.labelNode(term.value);
  if (term.type === "literal" && term.lang) return app.h("bdi", { lang: term.lang, dir: "auto" }, term.value);
  return app.h("bdi", { dir: "auto" }, textOf(app, term));
}

/** The IRIs among some terms, so that their labels can be read at once. @param {(Term | undefined)[]} terms */
export const irisOf = (terms) => [
  ...new Set(terms.filter((term) => term?.type === "iri" && !isPassage(term.value)).map((term) => /** @type {Term} */ (term).value)),
];
