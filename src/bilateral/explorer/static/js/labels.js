// Names of things in the reader's language, asked for in batches and kept.

import { h } from "./dom.js";
import { compact, isPassage, localName, written, iri as iriTerm } from "./terms.js";

const BATCH = 400;

/**
 * @param {{ask: (query: string) => Promise<any>}} engine
 * @param {() => string} lang
 * @param {string[]} languages in the order in which one stands in for another
 * @param {(curie: string) => Record<string, string> | undefined} words the names of terms of other
 *   vocabularies, to which the graph gives none
 */
export function openLabels(engine, lang, languages, words) {
  /** @type {Map<string, {names: Record<string, string>, types: string[]}>} */
  const known = new Map();
  /** @type {Map<string, Promise<void>>} */
  const awaited = new Map();
  /** @type {Set<string>} */
  let wanted = new Set();
  /** @type {Promise<void> | null} */
  let batch = null;

  /** @param {string[]} iris */
  async function load(iris) {
    const values = iris.map((value) => written(iriTerm(value))).join(" ");
    const query = `PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?thing ?name ?class ?title {
  VALUES ?thing { ${values} }
  { ?thing rdfs:label|skos:prefLabel ?name } UNION { ?thing dcterms:title ?title } UNION { ?thing a ?class }
}`;
    const { rows } = await engine.ask(query);
    for (const value of iris) known.set(value, { names: {}, types: [] });
    for (const row of rows) {
      const entry = known.get(row.thing.value);
      if (!entry) continue;
      if (row.name) entry.names[row.name.lang ?? ""] = row.name.value;
      else if (row.title) entry.names[row.title.lang ?? ""] ??= row.title.value;
      else if (row.class && !entry.types.includes(row.class.value)) entry.types.push(row.class.value);
    }
  }

  function flush() {
    const iris = [...wanted];
    wanted = new Set();
    batch = null;
    const parts = [];
    for (let at = 0; at < iris.length; at += BATCH) parts.push(load(iris.slice(at, at + BATCH)));
    return Promise.all(parts).then(() => iris.forEach((value) => awaited.delete(value)));
  }

  /** @param {string} value @returns {Promise<void>} */
  function want(value) {
    const waiting = awaited.get(value);
    if (waiting) return waiting;
    wanted.add(value);
    // One query for all that are asked for in one turn of the page.
    batch ??= Promise.resolve().then(flush);
    awaited.set(value, batch);
    return batch;
  }

  /** @param {string} value @returns {{text: string, lang: string}} */
  function name(value) {
    const names = known.get(value)?.names ?? {};
    for (const code of [lang(), ...languages, ""]) if (names[code]) return { text: names[code], lang: code || "en" };
    const [code] = Object.keys(names);
    if (code !== undefined) return { text: names[code], lang: code };
    const own = words(compact(value))?.[lang()];
    if (own) return { text: own, lang: lang() };
    return { text: isPassage(value) ? compact(value) : localName(value), lang: "en" };
  }

  return {
    name,
    /** @param {string} value */
    label: (value) => name(value).text,
    /** @param {string} value */
    names: (value) => ({ ...known.get(value)?.names }),
    /** @param {string} value */
    types: (value) => known.get(value)?.types ?? [],
    /** Fill the cache. @param {Iterable<string>} iris */
    async load(iris) {
      await Promise.all([...new Set(iris)].filter((value) => value && !known.has(value)).map(want));
    },
    /** An element with the name, which fills itself in when the name comes. @param {string} value */
    node(value) {
      const element = h("bdi", { class: "label", dir: "auto" });
      const show = () => {
        const { text, lang: code } = name(value);
        element.textContent = text;
        element.lang = code;
      };
      show();
      if (!known.has(value)) want(value).then(show, () => {});
      return element;
    },
  };
}
