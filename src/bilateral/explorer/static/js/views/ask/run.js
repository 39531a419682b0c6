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
  const began = performance.now();
  let stopped = false;
  /** @type {(reason: Error) => void} */
  let refuse = () => {};
  const halt = new Promise((_, reject) => {
    refuse = reject;
  });
  const asked = app.engine.ask(query).then(
    (answer) => {
      const ms = performance.now() - began;
      const list = answer.triples ?? answer.rows;
      const cut = Boolean(answer.cut) || list.length > MOST_ROWS;
      const named = projectedBy(declared);
      const columns = named.length ? named : answer.columns;
      const rows = answer.triples ? [] : answer.rows.slice(0, MOST_ROWS);
      return { ...answer, form, columns, rows, triples: answer.triples?.slice(0, MOST_ROWS), cut, ms };
    },
    (error) => {
      // The line of prefixes that was put before the query moves its lines by one.
      if (error.line && declared !== text) error.line = Math.max(1, error.line - 1);
      throw error;
    },
  );
  return {
    outcome: Promise.race([asked, halt]),
    stop() {
      if (stopped) return;
      stopped = true;
      app.engine.stop?.();
      refuse(Object.assign(new Error("stopped"), { name: "Stopped" }));
    },
  };
}
