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
    const variable = context.matchBefore(/[?$][\p{L}\p{N}_]*/u);
    if (variable) return { from: variable.from, options: variables(context.state.doc.toString(), variable), validFor: /^[?$][\p{L}\p{N}_]*$/u };
    const word = context.matchBefore(/[\p{L}\p{N}_-]*:?[\p{L}\p{N}_-]*/u);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    if (inText(context.state.doc.toString(), context.pos)) return null;
    const [prefix, local] = word.text.includes(":") ? word.text.split(":") : ["", word.text];
    const wanted = expectedAt(context.state.doc.toString(), word.from);
    const known = (await terms).map((term) => optionOf(app, term, wanted));
    const things = local.length >= LEAST || prefix === "id" || prefix === "concept" ? await thingsOf(app, local, prefix) : [];
    if (context.aborted) return null;
    const rest = prefix ? [] : [...prefixes(app), ...words()];
    return { from: word.from, options: [...known, ...things, ...rest], filter: true };
  };
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

function optionOf(app, term, wanted) {
  const fits = wanted && wanted === term.kind;
  return {
    label: term.curie, displayLabel: term.curie, detail: term.label, type: term.kind,
    // What is typed is sought in the label of the reader's language too.
    boost: (fits ? 50 : 0) + Math.min(20, Math.log2(term.uses + 1) * 2),
    info: () => infoOf(app, term),
  };
}

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
    .map(({ iri, name, kind }, place) => ({
      // The label holds what was typed, so that the list keeps what the search has found.
      label: `${prefix ? `${prefix}:` : ""}${text}`, sortText: String(place).padStart(3, "0"),
      displayLabel: compact(iri), detail: `${name} · ${kind.label}`, type: "thing", boost: 40 - place,
      apply: compact(iri),
    }));
}

/** Terms whose label in the reader's language begins with what is typed. @param {any} app @param {Promise<any[]>} terms */
export function labelsOf(app, terms) {
  return async (context) => {
    const word = context.matchBefore(/[\p{L}]{2,}/u);
    if (!word || inText(context.state.doc.toString(), context.pos)) return null;
    const before = context.state.sliceDoc(Math.max(0, word.from - 1), word.from);
    if (/[?$:@<"]/u.test(before)) return null;
    const wanted = word.text.toLocaleLowerCase(app.lang);
    const found = (await terms).filter(({ label, curie }) =>
      label.toLocaleLowerCase(app.lang).split(/\s+/u).some((part) => part.startsWith(wanted)) && !curie.toLowerCase().includes(wanted));
    if (!found.length) return null;
    return {
      from: word.from, filter: false,
      options: found.map((term) => ({ ...optionOf(app, term, ""), apply: term.curie })),
    };
  };
}

function variables(text, word) {
  const names = new Set(tokensOf(text).filter(({ kind, start }) => kind === "variable" && start !== word.from).map((token) => token.text));
  return [...names].map((label) => ({ label, type: "variable" }));
}

const prefixes = (app) =>
  Object.entries(app.payload.prefixes).map(([name, base]) => ({ label: `${name}:`, detail: base, type: "namespace", boost: -20 }));

const words = () => [
  ...WORDS.map((label) => ({ label, type: "keyword", boost: -10 })),
  ...CALLS.map((label) => ({ label, type: "function", boost: -15, apply: `${label}(` })),
];
