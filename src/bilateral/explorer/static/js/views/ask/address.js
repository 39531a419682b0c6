/**
 * What the Ask view shows, as the address keeps it in `ask`:
 * `trade-turnover;country:id:azerbaijan;show:chart`, or `sparql;q:…`, a long query deflated (`z:…`).
 */

/** @typedef {{name: string, query: string, values: Record<string, string>, show: string, sort: string}} Asked name is "" for the catalogue, "sparql" for a query of the reader's own */

export const FREE = "sparql";
/** A query that is longer than this is deflated; a shorter one stays readable. */
const READABLE = 160;
const OWN = new Set(["q", "z", "show", "sort"]);

const escaped = (text) => text.replace(/[;%]/gu, (mark) => (mark === ";" ? "%3B" : "%25"));
const unescaped = (text) => text.replace(/%3B/gu, ";").replace(/%25/gu, "%");

/** @param {Partial<Asked>} asked @returns {Promise<string>} */
export async function write({ name = "", query = "", values = {}, show = "", sort = "" }) {
  if (!name) return "";
  const parts = [name];
  if (name === FREE && query) {
    const short = query.length <= READABLE || typeof CompressionStream === "undefined";
    parts.push(short ? `q:${escaped(query)}` : `z:${await deflated(query)}`);
  }
  // A parameter that is called like a key of ours is told apart by a mark.
  for (const [key, value] of Object.entries(values)) {
    if (value) parts.push(`${OWN.has(key) ? `_${key}` : key}:${escaped(value)}`);
  }
  if (show) parts.push(`show:${show}`);
  if (sort) parts.push(`sort:${escaped(sort)}`);
  return parts.join(";");
}

/** @param {string} text @returns {Promise<Asked>} */
export async function read(text) {
  const [name, ...parts] = text.split(";");
  /** @type {Asked} */
  const asked = { name, query: "", values: {}, show: "", sort: "" };
  for (const part of parts) {
    const at = part.indexOf(":");
    if (at < 1) continue;
    const [key, value] = [part.slice(0, at), unescaped(part.slice(at + 1))];
    if (key === "q") asked.query = value;
    else if (key === "z") asked.query = await inflated(value);
    else if (key === "show" || key === "sort") asked[key] = value;
    else asked.values[key.replace(/^_(?=q$|z$|show$|sort$)/u, "")] = value;
  }
  return asked;
}

async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

async function deflated(text) {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/gu, "-").replace(/\//gu, "_").replace(/=+$/u, "");
}

/** The text again; "" where a link was cut or altered on its way. */
async function inflated(text) {
  try {
    const binary = atob(text.replace(/-/gu, "+").replace(/_/gu, "/"));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    return new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw")));
  } catch {
    return "";
  }
}
