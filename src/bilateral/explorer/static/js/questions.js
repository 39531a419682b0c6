// Saved questions: their parameters bound as terms, as src/bilateral/query/parameters.py does.

import { bound } from "./sparql.js";
import { expand, iri, literal } from "./terms.js";

const DATE = "http://www.w3.org/2001/XMLSchema#date";
const INTEGER = "http://www.w3.org/2001/XMLSchema#integer";

/** @typedef {{name: string, type: string, required: boolean, help: string, default?: string, allowed: string[], variable: string}} Parameter */
/** @typedef {{name: string, folder: string, summary: Record<string, string>, description: Record<string, string>,
 *   tags: string[], parameters: Parameter[], view: Record<string, any>, query: string, form: string}} Question */

/** A value that a question does not take; `key` names the text that says so. */
export class ParameterFailure extends Error {
  /** @param {string} key @param {Record<string, string>} values */
  constructor(key, values) {
    super(`${values.name}: ${values.value ?? ""}`);
    this.name = "ParameterFailure";
    this.key = key;
    this.values = values;
  }
}

/**
 * The term of a value.
 * @param {any} value a term, or a text: an id, a CURIE, an IRI, a date, a number
 * @param {Parameter} parameter
 * @returns {import("./terms.js").Term}
 */
export function termOf(value, parameter) {
  if (value && typeof value === "object" && value.type) return value;
  const text = String(value).trim();
  const wrong = () => new ParameterFailure("core.parameter.wrong", { name: parameter.name, value: text });
  switch (parameter.type) {
    case "iri":
    case "class": {
      const bare = text.replace(/^<|>$/g, "");
      const full = expand(bare);
      const base = parameter.type === "class" ? "bil:" : (parameter.allowed[0]?.replace(/:.*/, ":") ?? "id:");
      const found = iri(full.includes("://") ? full : expand(base + bare));
      const allowed = parameter.allowed.map(expand);
      if (allowed.length && !allowed.includes(found.value)) throw wrong();
      return found;
    }
    case "date": {
      const full = text + "-01-01".slice({ 4: 0, 7: 3 }[text.length] ?? 6);
      if (!/^\d{4}-\d\d-\d\d$/.test(full) || Number.isNaN(Date.parse(full))) throw wrong();
      return literal(full, { datatype: DATE });
    }
    case "integer":
      if (!/^[+-]?\d+$/.test(text)) throw wrong();
      return literal(String(parseInt(text, 10)), { datatype: INTEGER });
    default:
      if (parameter.allowed.length && !parameter.allowed.includes(text)) throw wrong();
      return literal(text);
  }
}

/**
 * The query of a question with its values.
 * @param {Question} question
 * @param {Record<string, any>} values by parameter
 * @param {string} lang the language of labels, where the question takes one and none is given
 */
export function queryOf(question, values, lang) {
  /** @type {Record<string, import("./terms.js").Term>} */
  const terms = {};
  for (const parameter of question.parameters) {
    let value = values[parameter.name];
    if (parameter.type === "lang" && (value === undefined || value === "")) value = lang;
    if (value === undefined || value === null || value === "") value = parameter.default;
    if (value !== undefined && value !== null) terms[parameter.variable] = termOf(value, parameter);
    else if (parameter.required) throw new ParameterFailure("core.parameter.missing", { name: parameter.name });
  }
  const odd = Object.keys(values).find((name) => !question.parameters.some((parameter) => parameter.name === name));
  if (odd) throw new ParameterFailure("core.parameter.unknown", { name: odd });
  return bound(question.query, terms);
}
