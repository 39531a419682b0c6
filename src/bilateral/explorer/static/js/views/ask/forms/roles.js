/**
 * What an answer can be drawn as, and which of its columns play which part: as the question's header
 * says first; then what its columns allow.
 */

import { isPassage } from "../../../terms.js";
import { isDate, isNumber } from "../../source/term.js";

export const FORMS = ["table", "graph", "timeline", "map", "chart"];
/** The columns that dated things have in the saved questions. */
const [START, END] = ["notBefore", "notAfter"];

/** @typedef {Record<string, any>} Roles */

/**
 * @param {any} outcome @param {any} view the header's, if the query has one
 * @returns {Map<string, Roles>} by form, the preferred first
 */
export function rolesOf(outcome, view) {
  /** @type {Map<string, Roles>} */
  const found = new Map();
  if (outcome.truth !== undefined) return found;
  if (outcome.triples) {
    found.set("graph", { source: "subject", target: "object", edge: "predicate" });
    found.set("table", {});
    return found;
  }
  const type = view?.type ?? "table";
  if (fits(type, view, outcome)) found.set(type, view);
  for (const form of FORMS) {
    const roles = found.has(form) ? null : guessed(form, outcome, view);
    if (roles) found.set(form, roles);
  }
  return found;
}

function fits(type, view, { columns, rows }) {
  const has = (role) => [view?.[role]].flat().some((name) => columns.includes(name));
  if (!rows.length) return false;
  if (type === "graph") return has("source") && has("target");
  if (type === "timeline") return has("start");
  if (type === "map") return has("place");
  if (type === "chart") return has("x") && has("y");
  return type === "table";
}

/** @returns {Roles | null} */
function guessed(form, { columns, rows }, view) {
  if (form === "table") return view?.columns ? { columns: view.columns } : {};
  if (!rows.length) return null;
  const every = (test) => columns.filter((name) => rows.some((row) => row[name]) && rows.every((row) => !row[name] || test(row[name])));
  const labelled = (name) => (name && columns.includes(`${name}Label`) ? `${name}Label` : name);
  if (form === "timeline") {
    const label = columns.find((name) => name.endsWith("Label")) ?? every((term) => term.type === "iri")[0] ?? columns[0];
    if (columns.includes(START) && rows.some((row) => row[START])) return { start: START, end: columns.includes(END) ? END : START, label };
    const date = every(isDate)[0];
    return date ? { start: date, end: date, label } : null;
  }
  const things = every((term) => term.type === "iri" && !isPassage(term.value));
  if (form === "graph") {
    if (things.length < 2 || rows.every((row) => row[things[0]]?.value === row[things[1]]?.value)) return null;
    return { source: things[0], target: things[1], label: labelled(things[0]) };
  }
  if (form === "chart") {
    const numbers = every(isNumber).filter((name) => !/^(begin|end|powerOfTen)$/u.test(name));
    const x = labelled(things[0]) ?? columns.find((name) => !numbers.includes(name));
    return numbers.length && x && rows.length > 1 ? { chart: "bar", x, y: numbers.at(-1) } : null;
  }
  // Only places can be put on a map, and only the header knows which column holds them.
  return null;
}
