/** What the editor offers while one types: terms of the ontology, prefixes, variables, words, and things by name. */

import { tokensOf } from "../../sparql.js";
import { compact, expand, isPassage } from "../../terms.js";

const WORDS = [
  "SELECT", "DISTINCT", "WHERE", "CONSTRUCT", "ASK", "DESCRIBE", "PREFIX", "GRAPH", "OPTIONAL", "UNION", "MINUS", "FILTER",
  "BIND", "VALUES", "NOT EXISTS", "EXISTS", "ORDER BY", "GROUP BY", "HAVING", "LIMIT", "OFFSET", "ASC", "DESC", "AS",
];
const CALLS = [
  "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "COALESCE", "IF", "BOUND", "STR", "LANG", "LANGMATCHES",
  "DATATYPE", "REGEX", "CONTAINS", "STRSTARTS", "STRENDS", "STRLEN", "SUBSTR", "REPLACE", "CONCAT", "YEAR", "MONTH", "DAY",
  "ABS", "ROUND", "ISIRI", "ISLITERAL", "SAMETERM", "STRDT", "STRLANG", "IRI",
];
/** A name from here on is looked for among things too. */
const LEAST = 3;

/** The terms that the completion knows, in the reader's language. @param {any} app */
export async function termsOf(app) {
  const { rows } = await app.ask("terms");
  return rows.map(({ term, kind, termLabel, definition, uses }) => ({
    iri: term.value, curie: compact(term.value), kind: kind.value, label: termLabel.value.includes("://") ? "" : termLabel.value,
    definition: definition?.value ?? "", uses: Number(uses.value),
  })).filter(({ curie }) => !curie.includes("://"));
}

/**
 * @param {any} app @param {Promise<any[]>} terms
 * @returns {(context: any) => Promise<any>} a completion source of CodeMirror
 */
export function completionOf(app, terms) {
  return async (context) => {
    const text = context.state.doc.toString();
    const variable = context.matchBefore(/[?$][\p{L}\p{N}_]*/u);
    if (variable) return { from: variable.from, options: variables(text, variable), validFor: /^[?$][\p{L}\p{N}_]*$/u };
    const word = context.matchBefore(/[\p{L}\p{N}_-]*:?[\p{L}\p{N}_-]*/u);
    if (!word || (word.from === word.to && !context.explicit) || inText(text, context.pos)) return null;
    const typed = word.text.toLocaleLowerCase(app.lang);
    const local = typed.slice(typed.indexOf(":") + 1);
    const expected = expectedAt(text, word.from);
    const known = (await terms).map((term) => ({ term, rank: rankOf(term, typed, app.lang) })).filter(({ rank }) => rank > 0);
    known.sort((a, b) => fits(b.term, expected) - fits(a.term, expected) || b.rank - a.rank || b.term.uses - a.term.uses);
    const named = local.length >= LEAST ? await thingsOf(app, local, typed.includes(":") ? typed.split(":")[0] : "") : [];
    if (context.aborted) return null;
    const begins = ({ label }) => label.toLowerCase().startsWith(typed);
    const options = known.map(({ term }) => optionOf(app, term));
    // Where a class or a property is due, things come after terms; elsewhere before.
    const ordered = expected ? [...options, ...named] : [...named, ...options];
    return { from: word.from, filter: false, options: [...words().filter(begins), ...ordered, ...prefixes(app).filter(begins)] };
  };
}

const fits = (term, expected) => Number(Boolean(expected) && term.kind === expected);

/** How well a term fits what is typed: by its name after the prefix, or a word of its label. */
function rankOf({ curie, label }, typed, lang) {
  const name = curie.toLowerCase();
  if (!typed || name.startsWith(typed)) return 4;
  if (typed.includes(":")) return 0;
  const local = name.slice(name.indexOf(":") + 1);
  if (local.startsWith(typed)) return 4;
  if (label.toLocaleLowerCase(lang).split(/\s+/u).some((part) => part.startsWith(typed))) return 3;
  return typed.length >= LEAST && local.includes(typed) ? 2 : 0;
}

/** What stands at a place in a triple: a class after `a`, a property after a subject. */
export function expectedAt(text, place) {
  const tokens = tokensOf(text.slice(0, place));
  const last = tokens.at(-1);
  if (!last) return "";
  if (last.kind === "word" && last.text === "a") return "class";
  if (last.text === "rdf:type") return "class";
  if ([";", "/", "|"].includes(last.text)) return "property";
  const before = tokens.at(-2)?.text ?? "{";
  const subject = ["variable", "name", "iri"].includes(last.kind);
  return subject && ["{", ".", "}"].includes(before) ? "property" : "";
}

/** Whether a place is inside a string, an IRI, or a comment. */
function inText(text, place) {
  const line = text.slice(text.lastIndexOf("\n", place - 1) + 1, place);
  if (/^[^"'<]*#/u.test(line)) return true;
  return tokensOf(text).some(({ kind, start, end }) => (kind === "string" || kind === "iri") && start < place && place < end);
}

const optionOf = (app, term) => ({
  label: term.curie, detail: term.label, type: term.kind, info: () => infoOf(app, term),
});

function infoOf(app, { label, definition, uses, iri }) {
  const { h } = app;
  const node = h("div", { class: "completion-info" },
    label && h("strong", { lang: app.lang }, label),
    definition && h("p", { lang: app.lang }, definition),
    h("p", { class: "completion-iri" }, h("code", null, iri)),
    uses > 0 && h("p", { lang: app.lang }, app.t("ask.editor.uses", { n: app.fmt.count(uses) })));
  return { dom: node };
}

async function thingsOf(app, text, prefix) {
  const found = text ? await app.search.find(text) : [];
  return found
    .map(({ thing, text: name, lang, classes }) => ({ iri: expand(thing), name, lang, kind: app.kindOf(expand(thing), expand(classes[0] ?? "")) }))
    .filter(({ iri }) => !isPassage(iri) && (!prefix || compact(iri).startsWith(`${prefix}:`)))
    .map(({ iri, name, kind }) => ({ label: compact(iri), detail: `${name} · ${kind.label}`, type: "thing" }));
}

function variables(text, word) {
  const names = new Set(tokensOf(text).filter(({ kind, start }) => kind === "variable" && start !== word.from).map((token) => token.text));
  return [...names].map((label) => ({ label, type: "variable" }));
}

const prefixes = (app) =>
  Object.entries(app.payload.prefixes).map(([name, base]) => ({ label: `${name}:`, detail: base, type: "namespace" }));

const words = () => [
  ...WORDS.map((label) => ({ label, type: "keyword" })),
  ...CALLS.map((label) => ({ label, type: "function", apply: `${label}(` })),
];
