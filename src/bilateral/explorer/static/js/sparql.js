// What a query asks for, read from its tokens, as src/bilateral/query/lexer.py and outline.py do:
// a keyword inside a string, an IRI, a name, or a comment is no keyword.

import { written } from "./terms.js";

/** @typedef {{kind: string, text: string, start: number, end: number}} Token */

const STRING = String.raw`"""(?:"{0,2}(?:[^"\\]|\\.))*"""|'''(?:'{0,2}(?:[^'\\]|\\.))*'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'`;
const WORD = String.raw`[\p{L}\p{N}_]`;
const LOCAL = String.raw`%[0-9A-Fa-f]{2}|\\.`;
const KINDS = ["skip", "string", "iri", "variable", "tag", "blank", "name", "number", "word", "mark"];
const TERMINALS = new RegExp(
  [
    String.raw`([ \t\n\r]+|#[^\n\r]*)`,
    `(${STRING})`,
    String.raw`(<(?:[^<>"{}|^\x60\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)`,
    `([?$]${WORD}+)`,
    String.raw`(@[A-Za-z]+(?:-[A-Za-z0-9]+)*)`,
    String.raw`(_:${WORD}(?:${WORD}|[.\-])*)`,
    String.raw`((?:\p{L}(?:(?:${WORD}|[.\-])*(?:${WORD}|-))?)?:(?:(?:${WORD}|:|${LOCAL})(?:(?:${WORD}|[.:\-]|${LOCAL})*(?:${WORD}|[:\-]|${LOCAL}))?)?)`,
    String.raw`((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`,
    String.raw`([A-Za-z]${WORD}*)`,
    String.raw`(\^\^|&&|\|\||!=|<=|>=|.)`,
  ].join("|"),
  "suy",
);
const OPERANDS = new Set(["variable", "number", "string", "tag", "name", "iri"]);
const FORMS = new Set(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]);

/** @param {Token | undefined} token @param {...string} words */
export const isWord = (token, ...words) => token?.kind === "word" && words.includes(token.text.toUpperCase());

/**
 * The tokens of a query, without white space and comments. `<` opens an IRI except after an operand
 * inside an expression, where it compares.
 * @param {string} query @returns {Token[]}
 */
export function tokensOf(query) {
  /** @type {Token[]} */
  const tokens = [];
  /** @type {boolean[]} */
  const expression = [];
  let place = 0;
  while (place < query.length) {
    TERMINALS.lastIndex = place;
    const match = TERMINALS.exec(query);
    if (!match) break;
    let kind = KINDS[match.slice(1).findIndex((part) => part !== undefined)];
    let text = match[0];
    const last = tokens[tokens.length - 1];
    const operand = last && (OPERANDS.has(last.kind) || last.text === ")" || isWord(last, "TRUE", "FALSE"));
    if (kind === "iri" && operand && expression[expression.length - 1]) {
      kind = "mark";
      text = query.slice(place, place + (query[place + 1] === "=" ? 2 : 1));
    }
    place += text.length;
    if (kind === "skip") continue;
    if (text === "(") {
      const call = last?.kind === "word" && !isWord(last, "A", "VALUES");
      expression.push(expression[expression.length - 1] || call);
    } else if (text === ")") expression.pop();
    tokens.push({ kind, text, start: place - text.length, end: place });
  }
  return tokens;
}

/**
 * The query with variables bound to terms wherever they stand, also in subqueries.
 * @param {string} query @param {Record<string, import("./terms.js").Term>} terms by variable name
 */
export function bound(query, terms) {
  let out = "";
  let place = 0;
  for (const token of tokensOf(query)) {
    const term = token.kind === "variable" ? terms[token.text.slice(1)] : undefined;
    if (!term) continue;
    out += `${query.slice(place, token.start)} ${written(term)} `;
    place = token.end;
  }
  return out + query.slice(place);
}

/** SELECT, ASK, CONSTRUCT, DESCRIBE, or "". @param {string} query */
export function formOf(query) {
  const word = tokensOf(query).find((token) => token.kind === "word" && !isWord(token, "PREFIX", "BASE"));
  const form = word?.text.toUpperCase() ?? "";
  return FORMS.has(form) ? form : "";
}

/**
 * The query with declarations of those of the prefixes that it uses and does not declare, on one
 * line of their own, so that the other lines move by one.
 * @param {string} query @param {Record<string, string>} prefixes
 */
export function withPrefixes(query, prefixes) {
  const tokens = tokensOf(query);
  const declared = new Set();
  tokens.forEach((token, index) => {
    if (isWord(token, "PREFIX")) declared.add((tokens[index + 1]?.text ?? "").replace(/:$/, ""));
  });
  const used = new Set(tokens.filter((t) => t.kind === "name").map((t) => t.text.split(":")[0]));
  const missing = [...used].filter((name) => !declared.has(name) && name in prefixes).sort();
  const line = missing.map((name) => `PREFIX ${name}: <${prefixes[name]}>`).join(" ");
  return line ? `${line}\n${query}` : query;
}
