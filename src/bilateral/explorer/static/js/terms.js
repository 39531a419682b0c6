// RDF terms as the explorer passes them: {type: "iri" | "literal" | "bnode", value, lang?, datatype?}.

/** @typedef {{type: "iri" | "literal" | "bnode", value: string, lang?: string, datatype?: string}} Term */

const STRING = "http://www.w3.org/2001/XMLSchema#string";
const LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
const ESCAPES = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** @param {string} value @returns {Term} */
export const iri = (value) => ({ type: "iri", value });

/** @param {string} value @param {{lang?: string, datatype?: string}} [about] @returns {Term} */
export const literal = (value, about = {}) => ({ type: "literal", value, ...about });

/** The term as SPARQL and N-Triples write it. @param {Term} term @returns {string} */
export function written(term) {
  if (term.type === "iri") {
    return `<${term.value.replace(/[\x00-\x20<>"{}|^`\\]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)}>`;
  }
  if (term.type === "bnode") return `_:${term.value}`;
  const text = `"${term.value.replace(/[\\"\n\r\t]/g, (c) => ESCAPES[/** @type {keyof ESCAPES} */ (c)])}"`;
  if (term.lang) return `${text}@${term.lang}`;
  return term.datatype && term.datatype !== STRING ? `${text}^^${written(iri(term.datatype))}` : text;
}

/** A key that tells terms apart. @param {Term} term */
export const keyOf = written;

/** The term of a cell of SPARQL's JSON results. @param {any} cell @returns {Term} */
export function ofJson(cell) {
  if (cell.type === "uri") return iri(cell.value);
  if (cell.type === "bnode") return { type: "bnode", value: cell.value };
  const about = cell["xml:lang"] ? { lang: cell["xml:lang"] } : cell.datatype && cell.datatype !== STRING ? { datatype: cell.datatype } : {};
  return literal(cell.value, about);
}

/** The term of an RDF/JS term (Oxigraph's). @param {any} term @returns {Term} */
export function ofRdfJs(term) {
  if (term.termType === "NamedNode") return iri(term.value);
  if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
  if (term.language) return literal(term.value, { lang: term.language });
  const datatype = term.datatype?.value;
  return literal(term.value, datatype && datatype !== STRING && datatype !== LANG_STRING ? { datatype } : {});
}

/** @type {Record<string, string>} */
let prefixes = {};
/** @type {[string, string][]} */
let longest = [];

/** The prefixes in force, of ontology/context.jsonld. @param {Record<string, string>} given */
export function usePrefixes(given) {
  prefixes = given;
  longest = Object.entries(given).sort((a, b) => b[1].length - a[1].length);
}

/** The IRI of a CURIE, or the text itself where it has no prefix of ours. @param {string} curie */
export function expand(curie) {
  const colon = curie.indexOf(":");
  const base = colon > 0 ? prefixes[curie.slice(0, colon)] : undefined;
  return base === undefined || curie.startsWith("//", colon + 1) ? curie : base + curie.slice(colon + 1);
}

/** The CURIE of an IRI, or the IRI itself where no prefix fits. @param {string} value */
export function compact(value) {
  for (const [prefix, base] of longest) if (value.startsWith(base)) return `${prefix}:${value.slice(base.length)}`;
  return value;
}

/** The last part of an IRI, as words. @param {string} value */
export function localName(value) {
  const part = value.match(/#char=.*/) ? value.slice(value.lastIndexOf("/") + 1) : value.split(/[/#]/).filter(Boolean).pop() ?? value;
  return decode(part).replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[-_]+/g, " ");
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a term is a passage's address. @param {string} value */
export const isPassage = (value) => value.includes("#char=");
