/** Running a query within a limit of rows, with its time, and a way to stop it. */

import { formOf, isWord, tokensOf, withPrefixes } from "../../sparql.js";

/** So many rows are shown and downloaded; a longer answer is cut, and said to be. */
export const MOST_ROWS = 2000;

/** @typedef {{columns: string[], rows: any[], truth?: boolean, triples?: any[], form: string, cut: boolean, ms: number}} Outcome */

/** The query with a LIMIT of at most `rows`. @param {string} query @param {number} rows */
export function limited(query, rows) {
  const tokens = tokensOf(query);
  let depth = 0;
  let end = tokens.at(-1)?.end ?? 0;
  let opened = false;
  /** @type {any} */
  let limit = null;
  tokens.forEach((token, place) => {
    if (token.kind === "mark" && "{(".includes(token.text)) [depth, opened] = [depth + 1, true];
    else if (token.kind === "mark" && "})".includes(token.text)) depth -= 1;
    else if (depth === 0 && isWord(token, "LIMIT") && tokens[place + 1]) limit = tokens[place + 1];
    else if (depth === 0 && opened && isWord(token, "VALUES")) end = Math.min(end, token.start);
  });
  if (!limit) return `${query.slice(0, end)}\nLIMIT ${rows}\n${query.slice(end)}`;
  return Number(limit.text) <= rows ? query : query.slice(0, limit.start) + rows + query.slice(limit.end);
}

/** The names that a SELECT projects, in order; none for SELECT *. @param {string} query */
export function projectedBy(query) {
  const tokens = tokensOf(query);
  const names = [];
  let depth = 0;
  let inside = false;
  for (const [place, token] of tokens.entries()) {
    if (!inside && isWord(token, "SELECT")) inside = true;
    else if (inside && depth === 0 && (isWord(token, "WHERE", "FROM") || token.text === "{")) break;
    else if (inside && token.text === "(") depth += 1;
    else if (inside && token.text === ")") depth -= 1;
    else if (inside && token.kind === "variable" && (depth === 0 || isWord(tokens[place - 1], "AS"))) names.push(token.text.slice(1));
  }
  return [...new Set(names)];
}

/**
 * @param {any} app @param {string} text a query; prefixes of ours need no declaration
 * @param {Record<string, string>} prefixes
 * @returns {{outcome: Promise<Outcome>, stop: () => void}}
 */
export function run(app, text, prefixes) {
  const declared = withPrefixes(text, prefixes);
  const form = formOf(text);
  const query = form === "SELECT" || form === "CONSTRUCT" ? limited(declared, MOST_ROWS + 1) : declared;
  const control = new AbortController();
  return { outcome: outcomeOf(), stop: () => control.abort() };

  async function outcomeOf() {
    await app.engine.ready;
    const began = performance.now();
    try {
      const answer = await app.engine.ask(query, { signal: control.signal });
      const ms = performance.now() - began;
      const list = answer.triples ?? answer.rows;
      const named = projectedBy(declared);
      return {
        ...answer, form, ms,
        columns: named.length ? named : answer.columns,
        rows: answer.rows.slice(0, MOST_ROWS),
        triples: answer.triples?.slice(0, MOST_ROWS),
        cut: Boolean(answer.cut) || list.length > MOST_ROWS,
      };
    } catch (error) {
      throw await plainly(error);
    }
  }

  /** The failure as the query itself has it: its place counts the reader's lines, not those put in here. */
  async function plainly(error) {
    if (!error.line) return error;
    let plain = error;
    if (query !== declared) plain = await app.engine.ask(declared).then(() => error, (other) => other);
    plain.message = plain.message.replace(/^error at \d+:\d+: /u, "");
    // The line of prefixes that was put before the query moves its lines by one.
    if (plain.line && declared !== text) plain.line = Math.max(1, plain.line - 1);
    return plain;
  }
}
