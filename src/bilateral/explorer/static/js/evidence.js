// The ministry's words behind a selection, by the saved questions of queries/provenance.

import { isPassage } from "./terms.js";

/** @typedef {import("./terms.js").Term} Term */
/** @typedef {{iri: string, begin: number, end: number, text: string, lang: string, translation: string,
 *   translationLang: string, rules: string[], reviews: string[], derivedBy: string[], source: string}} Passage */
/** @typedef {{s: Term, p: Term, o: Term, graph: string}} Said */

/** @param {string} value */
export const sourceOf = (value) => value.split("#")[0];

/** @param {string} value @returns {[number, number]} */
export function spanOf(value) {
  const match = value.match(/#char=(\d+),(\d+)/);
  return match ? [Number(match[1]), Number(match[2])] : [0, 0];
}

/**
 * Passages out of rows, one a passage, in the order of the page.
 * @param {any[]} rows @param {string} [only] the passage that all rows are of
 * @param {boolean} [derived] whether `rule` names derivations
 * @returns {Passage[]}
 */
function passagesOf(rows, only, derived = false) {
  /** @type {Map<string, Passage>} */
  const found = new Map();
  for (const row of rows) {
    const value = only ?? row.passage.value;
    const [begin, end] = spanOf(value);
    const known = found.get(value) ?? {
      iri: value, begin, end, text: row.words.value, lang: row.words.lang ?? "", translation: row.translation?.value ?? "",
      translationLang: row.translation?.lang ?? "en", rules: [], reviews: [], derivedBy: [], source: sourceOf(value),
    };
    found.set(value, known);
    if (!row.rule) continue;
    const list = derived ? known.derivedBy : row.review ? known.reviews : known.rules;
    if (!list.includes(row.rule.value)) list.push(row.rule.value);
  }
  return [...found.values()].sort((a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : a.begin - b.begin || a.end - b.end));
}

/** @param {(name: string, values?: Record<string, any>) => Promise<any>} ask asks a saved question */
export function openEvidence(ask) {
  /** @type {Map<string, Promise<any>>} */
  const pages = new Map();

  /** @param {string} iri */
  const passage = async (iri) => passagesOf((await ask("passage", { passage: { type: "iri", value: iri } })).rows, iri);

  return {
    passage,
    /**
     * The passages behind a selection.
     * @param {import("./selection.js").Selection | null} selection @returns {Promise<Passage[]>}
     */
    async of(selection) {
      if (!selection) return [];
      if (selection.kind === "passage") return passage(selection.iri);
      if (selection.kind === "thing") {
        const { rows } = await ask("passages-about", { thing: { type: "iri", value: selection.iri } });
        return passagesOf(rows, undefined, true);
      }
      const { s, p, o } = /** @type {{s: Term, p: Term, o: Term}} */ (/** @type {unknown} */ (selection));
      const values = { subject: s, property: p, object: o };
      const stated = passagesOf((await ask("statement-passages", values)).rows);
      return stated.length ? stated : passagesOf((await ask("statement-reasons", values)).rows, undefined, true);
    },
    /**
     * What is said of a thing, or in a passage; graphs are passages, or that of derived statements.
     * @param {import("./selection.js").Selection} selection @returns {Promise<Said[]>}
     */
    async said(selection) {
      if (selection.kind === "statement") return [];
      if (selection.kind === "passage") {
        const { rows } = await ask("passage-statements", { passage: { type: "iri", value: selection.iri } });
        const graph = selection.iri;
        return rows.map((/** @type {any} */ row) => ({ s: row.subject, p: row.property, o: row.value, graph }));
      }
      const { rows } = await ask("statements-about", { thing: { type: "iri", value: selection.iri } });
      return rows.map((/** @type {any} */ row) => ({ s: row.subject, p: row.property, o: row.object, graph: row.graph.value }));
    },
    /**
     * A page: its words, its title, and who says it.
     * @param {string} source @param {string} lang
     * @returns {Promise<{text: string[], lang: string, title: string, titleLang: string, publisher: string, publisherLang: string, url: string}>}
     */
    page(source, lang) {
      const key = `${lang} ${source}`;
      const known = pages.get(key) ?? load(source, lang);
      pages.set(key, known);
      return known;
    },
  };

  /** @param {string} source @param {string} lang */
  async function load(source, lang) {
    const { rows } = await ask("page-text", { source: { type: "iri", value: source }, lang });
    const [row] = rows;
    return {
      // Offsets count code points, as RFC 5147 has it; a string of JavaScript counts others.
      text: row ? Array.from(row.text.value) : [],
      lang: row?.text.lang ?? "",
      title: row?.title?.value ?? "",
      titleLang: row?.title?.lang ?? lang,
      publisher: row?.publisherLabel?.value ?? "",
      publisherLang: row?.publisherLabel?.lang ?? lang,
      url: row?.url?.value ?? "",
    };
  }
}

const AROUND = 260;

/**
 * A passage in its paragraph: the words before it, its own, and those after it.
 * @param {string[]} text the page's code points @param {number} begin @param {number} end
 */
export function inContext(text, begin, end) {
  let from = begin;
  while (from > 0 && text[from - 1] !== "\n" && begin - from < AROUND) from--;
  let to = end;
  while (to < text.length && text[to] !== "\n" && to - end < AROUND) to++;
  const before = text.slice(from, begin).join("");
  const after = text.slice(end, to).join("");
  return {
    before: from > 0 && text[from - 1] !== "\n" ? `…${before.replace(/^\S*\s/, "")}` : before,
    words: text.slice(begin, end).join(""),
    after: to < text.length && text[to] !== "\n" ? `${after.replace(/\s\S*$/, "")}…` : after,
  };
}

/** Whether a graph's name is a passage. @param {string} graph */
export const states = (graph) => isPassage(graph);
