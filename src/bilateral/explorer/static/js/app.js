// The explorer: what all views share, and its start.

import { h } from "./dom.js";
import { download } from "./download.js";
import { insideEngine, servedEngine } from "./engine.js";
import { openEvidence } from "./evidence.js";
import { openFormats } from "./format.js";
import { openKinds } from "./kinds.js";
import { openLabels } from "./labels.js";
import { queryOf } from "./questions.js";
import { openSearch } from "./search.js";
import { decode, encode } from "./selection.js";
import { buildShell } from "./shell.js";
import { withPrefixes } from "./sparql.js";
import { openState } from "./state.js";
import { keyOf, usePrefixes } from "./terms.js";
import { openTexts } from "./texts.js";
import { keepTheme } from "./theme.js";
import { VIEWS } from "./views.js";

/**
 * @typedef {object} Givens
 * @property {any} payload what src/bilateral/explorer/payload.py makes
 * @property {Promise<any> | (() => Promise<any>)} names
 * @property {() => Worker} searcher starts the search's worker
 * @property {string} [sparql] the server's endpoint, where there is one
 * @property {{worker: Worker, ready: Promise<any>, restart: () => {worker: Worker, ready: Promise<any>}, progress: {done: number, all: number, listeners: Set<(part: number) => void>}}} [inside]
 */

/** @param {string} asked the address's @param {{id: string}[]} languages */
function firstLanguage(asked, languages) {
  const wanted = [asked, new URLSearchParams(location.search).get("lang") ?? "", ...navigator.languages.map((code) => code.slice(0, 2))];
  return wanted.find((code) => languages.some(({ id }) => id === code)) ?? languages[0].id;
}

/** Start the explorer in the page. @param {Givens} givens */
export function start({ payload, names, searcher, sparql, inside }) {
  usePrefixes(payload.prefixes);
  const languages = payload.languages.map((/** @type {any} */ one) => one.id);
  const state = openState({ view: VIEWS[0].id, lang: firstLanguage("", payload.languages) });
  const lang = () => (languages.includes(state.get("lang")) ? state.get("lang") : languages[0]);
  const raw = inside ? insideEngine(inside) : servedEngine(sparql ?? "/sparql");
  const engine = {
    kind: raw.kind,
    ready: raw.ready,
    /** @param {string} query @param {{signal?: AbortSignal}} [how] */
    ask: (query, how) => raw.ask(withPrefixes(query, payload.prefixes), how),
    /** The grammar of a query, where the engine can check it without an answer. */
    check: "check" in raw ? raw.check : undefined,
  };
  const questions = new Map(payload.questions.map((/** @type {any} */ question) => [question.name, question]));
  const labels = openLabels(engine, lang, languages, (curie) => payload.texts[`term.${curie}`]);
  const kinds = openKinds(payload, lang, labels.types);
  const t = openTexts(payload.texts, lang);

  /** @param {string} name @param {Record<string, any>} [values] */
  const ask = async (name, values = {}) => {
    const question = questions.get(name);
    if (!question) throw new Error(`there is no question '${name}'`);
    return engine.ask(queryOf(question, values, lang()));
  };

  const proof = openEvidence(ask);

  const app = {
    engine,
    questions,
    payload,
    ask,
    state,
    get lang() {
      return lang();
    },
    languages: payload.languages,
    /** What is selected, or null. */
    get selection() {
      return decode(state.get("sel"));
    },
    /** @param {import("./selection.js").Selection | null} selection */
    select(selection) {
      state.set({ sel: encode(selection) });
    },
    /** @param {import("./selection.js").Selection} one @param {import("./selection.js").Selection | null} other */
    same: (one, other) => encode(one) === encode(other),
    evidence: proof.of,
    label: labels.label,
    labels: labels.load,
    labelNode: labels.node,
    names: labels.names,
    nameOf: labels.name,
    kindOf: kinds.of,
    kinds: kinds.all,
    kind: kinds.kind,
    t,
    /** What went wrong, in the reader's language where it is ours. @param {any} error */
    failure: (error) => (error?.key ? t(error.key, error.values) : [error?.message ?? String(error), error?.remedy].filter(Boolean).join(" ")),
    fmt: openFormats(payload.formats, lang),
    h,
    download,
    keyOf,
    /** @param {string} text */
    announce: (text) => shell.announce(text),
    /** @param {string} view @param {Record<string, any>} [patch] */
    go: (view, patch = {}) => state.set({ view, ...patch }),
    /** The search across names. */
    search: openSearch(searcher, payload.folding, names, lang),
  };
  keepTheme(state);
  const shell = buildShell(app, { views: VIEWS, proof, progress: inside?.progress });
  shell.open();
  Object.assign(globalThis, { bilateral: app });
  return app;
}
