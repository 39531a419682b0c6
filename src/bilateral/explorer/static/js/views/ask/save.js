/** An answer as a file: CSV and JSON as SPARQL 1.1 defines them, and Turtle. */

import { compact, written } from "../../terms.js";

const RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";
/** A local part that Turtle takes without an escape. */
const PLAIN = /^[A-Za-z_][\w-]*:[A-Za-z_0-9](?:[\w-]*[\w])?$/u;

/** CSV by SPARQL 1.1's results format: values only, lines end with CR LF. */
export function csvOf({ columns, rows }) {
  const cell = (term) => {
    const text = !term ? "" : term.type === "bnode" ? `_:${term.value}` : term.value;
    return /[",\r\n]/u.test(text) ? `"${text.replace(/"/gu, '""')}"` : text;
  };
  return [columns.join(","), ...rows.map((row) => columns.map((name) => cell(row[name])).join(","))].join("\r\n") + "\r\n";
}

/** SPARQL 1.1 query results in JSON. */
export function jsonOf({ columns, rows, truth }) {
  if (truth !== undefined) return JSON.stringify({ head: {}, boolean: truth }, null, 1) + "\n";
  const bindings = rows.map((row) => Object.fromEntries(columns.filter((name) => row[name]).map((name) => [name, ofTerm(row[name])])));
  return JSON.stringify({ head: { vars: columns }, results: { bindings } }, null, 1) + "\n";
}

function ofTerm({ type, value, lang, datatype }) {
  if (type === "iri") return { type: "uri", value };
  if (type === "bnode") return { type, value };
  return { type, value, ...(lang ? { "xml:lang": lang } : datatype ? { datatype } : {}) };
}

/**
 * Turtle: the graph that a CONSTRUCT made, or the rows in the W3C's result-set vocabulary.
 * @param {any} outcome @param {Record<string, string>} prefixes
 */
export function turtleOf(outcome, prefixes) {
  /** @type {Set<string>} */
  const used = new Set();
  const term = (one) => {
    if (one.type !== "iri") return one.datatype ? written({ ...one, datatype: undefined }) + `^^${term({ type: "iri", value: one.datatype })}` : written(one);
    const short = compact(one.value);
    if (!PLAIN.test(short)) return written(one);
    used.add(short.split(":")[0]);
    return short;
  };
  const body = outcome.triples ? triplesOf(outcome.triples, term) : resultSetOf(outcome, term);
  const known = { ...prefixes, ...(outcome.triples ? {} : { rs: RS }) };
  if (!outcome.triples) used.add("rs");
  const head = [...used].sort().map((name) => `@prefix ${name}: <${known[name]}> .`);
  return `${head.join("\n")}\n\n${body}\n`;
}

function triplesOf(triples, term) {
  /** @type {Map<string, string[]>} */
  const subjects = new Map();
  for (const { subject, predicate, object } of triples) {
    const key = term(subject);
    subjects.set(key, [...(subjects.get(key) ?? []), `${term(predicate)} ${term(object)}`]);
  }
  return [...subjects].map(([subject, lines]) => `${subject}\n    ${lines.sort().join(" ;\n    ")} .`).join("\n\n");
}

function resultSetOf({ columns, rows, truth }, term) {
  if (truth !== undefined) return `[] a rs:ResultSet ;\n    rs:boolean ${truth} .`;
  const name = (text) => `"${text}"`;
  const solutions = rows.map((row) => {
    const bound = columns.filter((column) => row[column]);
    const bindings = bound.map((column) => `[ rs:variable ${name(column)} ; rs:value ${term(row[column])} ]`);
    return bound.length ? `    rs:solution [ rs:binding\n        ${bindings.join(" ,\n        ")} ]` : "    rs:solution []";
  });
  const variables = columns.length ? [`    rs:resultVariable ${columns.map(name).join(", ")}`] : [];
  return ["[] a rs:ResultSet", ...variables, ...solutions].join(" ;\n") + " .";
}
