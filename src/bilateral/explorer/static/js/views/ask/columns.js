/** The columns of an answer that a person reads, their headings, and what is in each. */

import { isPassage } from "../../terms.js";
import { isDate, isNumber, nodeOf, textOf } from "../source/term.js";

/** @typedef {import("../../terms.js").Term} Term */

/** Of a thing and its label, the label; a column in which nothing is bound only takes room. */
export function shownColumns(outcome, view) {
  const chosen = view?.columns ?? outcome.columns.filter((name) => !outcome.columns.includes(`${name}Label`));
  const filled = chosen.filter((name) => outcome.rows.some((row) => row[name]));
  return filled.length ? filled : chosen;
}

/** A column's name as words of the reader's language, or as the query writes it. */
export function headingOf(app, column) {
  const name = column.replace(/(?<=.)Label$/u, "");
  const named = app.payload.columns[name]?.[app.lang];
  if (named) return named;
  return name.replace(/([a-z])([A-Z])/gu, (_, before, after) => `${before} ${after.toLowerCase()}`).replace(/_+/gu, " ").trim();
}

/** The thing that a cell is about: itself, or what its label names. @returns {string | null} */
export function thingOf(row, column) {
  const own = row[column];
  if (own?.type === "iri") return own.value;
  const named = column.endsWith("Label") ? row[column.slice(0, -5)] : undefined;
  return named?.type === "iri" ? named.value : null;
}

/**
 * The term that a cell shows: of a label that is only its thing's address, the thing, whose name the
 * interface may know; of a query's own word (party, in, out), that word in the reader's language.
 */
function shownTerm(app, row, column) {
  const term = row[column];
  if (term?.type !== "literal" || term.lang || term.datatype) return term;
  const named = column.endsWith("Label") ? row[column.slice(0, -5)] : undefined;
  if (named?.type === "iri" && named.value === term.value) return named;
  const word = /^[a-z]+$/u.test(term.value) ? app.payload.texts[`ask.value.${term.value}`]?.[app.lang] : undefined;
  return word ? { type: "literal", value: word, lang: app.lang } : term;
}

/** The cell's text, for sorting, drawing, and reading. */
export const cellText = (app, row, column) => textOf(app, shownTerm(app, row, column));

/** The cell as nodes: what is a thing can be chosen. @param {any} app @param {any} row @param {string} column */
export function cellOf(app, row, column) {
  const term = shownTerm(app, row, column);
  const thing = thingOf(row, column);
  if (!term) return document.createTextNode("");
  if (!thing || term.type === "bnode") return nodeOf(app, term);
  const passage = isPassage(thing);
  const content = passage && term.type === "iri" ? app.h("span", null, thing.slice(thing.indexOf("#char=") + 6).replace(",", "–")) : nodeOf(app, term);
  const selection = passage ? { kind: "passage", iri: thing } : { kind: "thing", iri: thing };
  return app.h("button", { type: "button", class: "cell-thing", on: { click: () => app.select(selection) } }, content);
}

/**
 * How a column sorts: numbers by size, dates by day, everything else as the reader's language does.
 * @param {any} app @param {any[]} rows @param {string} column
 * @returns {(a: any, b: any) => number}
 */
export function orderOf(app, rows, column) {
  const compare = comparison(app, rows.filter((row) => row[column]), column);
  return (a, b) => {
    // What is not there comes last.
    if (!a[column] || !b[column]) return Number(!a[column]) - Number(!b[column]);
    return compare(a, b);
  };
}

function comparison(app, filled, column) {
  if (filled.every((row) => isNumber(row[column]))) return (a, b) => Number(a[column].value) - Number(b[column].value);
  if (filled.every((row) => isDate(row[column]))) {
    return (a, b) => (a[column].value < b[column].value ? -1 : Number(a[column].value > b[column].value));
  }
  const collator = new Intl.Collator(app.lang, { numeric: true });
  return (a, b) => collator.compare(cellText(app, a, column), cellText(app, b, column));
}

/** Whether all of a column's cells are numbers. */
export const isNumeric = (rows, column) => rows.some((row) => row[column]) && rows.every((row) => !row[column] || isNumber(row[column]));

/** Triples as rows, so that one table shows both. */
export const rowsOfTriples = (triples) => triples.map(({ subject, predicate, object }) => ({ subject, predicate, object }));
