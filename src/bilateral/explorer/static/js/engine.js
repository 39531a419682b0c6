// What answers queries: the server's endpoint, or Oxigraph in a worker inside the one file.

import { formOf } from "./sparql.js";
import { ofJson } from "./terms.js";

/** @typedef {Record<string, import("./terms.js").Term | undefined>} Row */
/** @typedef {{form: string, columns: string[], rows: Row[], truth?: boolean, triples?: Row[], cut?: boolean}} Answer */

/** A query that cannot be answered; line and column where the engine knows them. */
export class QueryFailure extends Error {
  /** @param {string} message @param {{remedy?: string, line?: number, column?: number}} [about] */
  constructor(message, { remedy = "", line, column } = {}) {
    super(message);
    this.name = "QueryFailure";
    this.remedy = remedy;
    this.line = line;
    this.column = column;
  }
}

/** A query that the reader has stopped. */
export class Stopped extends Error {
  constructor() {
    super("stopped");
    this.name = "Stopped";
  }
}

/** What the engine says of a place in a query. @param {string} message */
export function placeIn(message) {
  const match = message.match(/at (?:line )?(\d+)(?::| column )(\d+)/);
  return match ? { line: Number(match[1]), column: Number(match[2]) } : {};
}

/** @param {string} form */
const isGraph = (form) => form === "CONSTRUCT" || form === "DESCRIBE";

/** The server's endpoint. @param {string} address */
export function servedEngine(address) {
  return {
    kind: "served",
    ready: Promise.resolve(),
    /** @param {string} query @param {{signal?: AbortSignal}} [how] @returns {Promise<Answer>} */
    async ask(query, { signal } = {}) {
      const form = formOf(query);
      const graph = isGraph(form);
      const response = await fetch(address, {
        method: "POST",
        headers: {
          Accept: graph ? "application/n-triples" : "application/sparql-results+json",
          "Content-Type": "application/sparql-query; charset=utf-8",
        },
        body: query,
        signal,
      }).catch((error) => {
        if (signal?.aborted) throw new Stopped();
        throw Object.assign(error, { key: "core.unreachable" });
      });
      if (!response.ok) throw await failureOf(response);
      const cut = response.headers.has("Bilateral-Cut");
      return { ...answerOf(form, await response.text()), cut };
    },
  };
}

/** The answer in a text: N-Triples of a graph, else SPARQL's JSON. @param {string} form @param {string} text @returns {Answer} */
export function answerOf(form, text) {
  if (isGraph(form)) {
    return { form, columns: ["subject", "predicate", "object"], rows: [], triples: triplesOf(text) };
  }
  const body = JSON.parse(text);
  if (typeof body.boolean === "boolean") return { form, columns: [], rows: [], truth: body.boolean };
  const rows = body.results.bindings.map((/** @type {any} */ cells) => {
    /** @type {Row} */
    const row = {};
    for (const name in cells) row[name] = ofJson(cells[name]);
    return row;
  });
  return { form, columns: body.head.vars, rows };
}

/** @param {Response} response */
async function failureOf(response) {
  try {
    const about = await response.json();
    return new QueryFailure(about.error, about);
  } catch {
    return new QueryFailure(`${response.status} ${response.statusText}`);
  }
}

const LINE = /^(<[^>]*>|_:\S+) <([^>]*)> (?:<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?) \.$/;

/** The triples of N-Triples. @param {string} text @returns {Row[]} */
export function triplesOf(text) {
  const rows = [];
  for (const line of text.split("\n")) {
    const match = line.match(LINE);
    if (!match) continue;
    const [, s, p, iri, blank, string, lang, datatype] = match;
    const subject = s[0] === "<" ? { type: "uri", value: unescaped(s.slice(1, -1)) } : { type: "bnode", value: s.slice(2) };
    const object =
      iri !== undefined ? { type: "uri", value: unescaped(iri) }
      : blank !== undefined ? { type: "bnode", value: blank }
      : { type: "literal", value: unescaped(string), "xml:lang": lang, datatype: datatype && unescaped(datatype) };
    rows.push({ subject: ofJson(subject), predicate: ofJson({ type: "uri", value: unescaped(p) }), object: ofJson(object) });
  }
  return rows;
}

const ESCAPED = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g;
const LETTERS = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** @param {string} text */
function unescaped(text) {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPED, (_, four, eight, letter) =>
    letter ? (LETTERS[/** @type {keyof LETTERS} */ (letter)] ?? letter) : String.fromCodePoint(parseInt(four ?? eight, 16)),
  );
}

/**
 * Oxigraph in a worker, which the one file has started already (loader.js).
 * @param {{worker: Worker, ready: Promise<any>, restart: () => {worker: Worker, ready: Promise<any>}}} inside
 *   `ready` is settled when the graph is loaded
 */
export function insideEngine({ worker, ready, restart }) {
  let count = 0;
  /** @type {Map<number, {message: any, resolve: (text: string) => void, reject: (error: Error) => void}>} */
  const waiting = new Map();
  /** @param {MessageEvent} event */
  const receive = ({ data }) => {
    const asked = waiting.get(data.id);
    if (!asked) return;
    waiting.delete(data.id);
    if (data.error) asked.reject(new QueryFailure(data.error, placeIn(data.error)));
    else asked.resolve(data.text);
  };
  worker.addEventListener("message", receive);

  /** @param {any} job @param {AbortSignal} [signal] @returns {Promise<string>} */
  async function post(job, signal) {
    await ready;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new Stopped());
        return;
      }
      const message = { ...job, id: ++count };
      waiting.set(message.id, { message, resolve, reject });
      signal?.addEventListener("abort", () => stop(message.id));
      worker.postMessage(message);
    });
  }

  /** A query that runs is stopped with its worker; what else was asked is asked of the next one. */
  function stop(/** @type {number} */ id) {
    const asked = waiting.get(id);
    if (!asked) return;
    waiting.delete(id);
    asked.reject(new Stopped());
    worker.terminate();
    ({ worker, ready } = restart());
    worker.addEventListener("message", receive);
    for (const { message } of waiting.values()) worker.postMessage(message);
  }

  return {
    kind: "inside",
    ready,
    /** @param {string} query @param {{signal?: AbortSignal}} [how] @returns {Promise<Answer>} */
    async ask(query, { signal } = {}) {
      const form = formOf(query);
      return answerOf(form, await post({ do: "ask", query, graph: isGraph(form) }, signal));
    },
    /** Whether the query is one; a QueryFailure says where it is not. @param {string} query */
    async check(query) {
      await post({ do: "check", query });
    },
  };
}
