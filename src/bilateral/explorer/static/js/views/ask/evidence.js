/**
 * The passages behind a row, in a plain form: those that the row names; those that hold a statement
 * between two of its things; and where there is none, those that say anything of its things. Each
 * group is called what it is: none claims that a passage proves the row.
 */

import { compact, isPassage } from "../../terms.js";

/** So many of a row's things are paired; a row that names more is a list, not a statement. */
const THINGS = 6;
const VOCABULARY = ["https://w3id.org/bilateral/ontology#", "http://www.w3.org/", "https://schema.org/", "http://purl.org/"];

/** @typedef {{iri: string, words: any, translation?: any, rules: string[]}} Found */
/** @typedef {{key: string, things: string[], passages: Found[]}} Group */

/**
 * @param {any} app @param {Record<string, any>} row
 * @returns {Promise<Group[]>}
 */
export async function evidenceOf(app, row) {
  const iris = [...new Set(Object.values(row).filter((term) => term?.type === "iri").map((term) => term.value))];
  const named = iris.filter(isPassage);
  const things = iris.filter((iri) => !isPassage(iri) && !VOCABULARY.some((base) => iri.startsWith(base))).slice(0, THINGS);
  const pairs = things.flatMap((thing, place) => things.slice(place + 1).map((other) => ({ thing, other })));
  const [own, ...between] = await Promise.all([
    named.length ? Promise.all(named.map((iri) => app.evidence({ kind: "passage", iri }))) : [],
    ...pairs.map((pair) => app.ask("passages-about", pair)),
  ]);
  /** @type {Group[]} */
  const groups = [];
  if (own.flat().length) groups.push({ key: "ask.evidence.named", things: [], passages: own.flat().map(ofPanel) });
  const held = gathered(between.flatMap(({ rows }) => rows), groups);
  if (held.length) groups.push({ key: "ask.evidence.between", things, passages: held });
  if (!groups.length) {
    const about = await Promise.all(things.map((thing) => app.ask("passages-about", { thing })));
    const single = gathered(about.flatMap(({ rows }) => rows), groups);
    if (single.length) groups.push({ key: things.length === 1 ? "ask.evidence.one" : "ask.evidence.any", things, passages: single });
  }
  return groups;
}

function ofPanel({ iri, text, lang, translation, translationLang, derivedBy }) {
  return { iri, words: { value: text, lang }, translation: translation && { value: translation, lang: translationLang }, rules: derivedBy };
}

/** One entry a passage, without those that stand in a group already. */
function gathered(rows, groups) {
  const known = new Set(groups.flatMap(({ passages }) => passages.map(({ iri }) => iri)));
  /** @type {Map<string, Found>} */
  const found = new Map();
  for (const { passage, words, translation, rule } of rows) {
    if (known.has(passage.value)) continue;
    const entry = found.get(passage.value) ?? { iri: passage.value, words, translation, rules: [] };
    if (rule && !entry.rules.includes(rule.value)) entry.rules.push(rule.value);
    found.set(passage.value, entry);
  }
  const begin = ({ iri }) => Number(/#char=(\d+)/u.exec(iri)?.[1] ?? 0);
  return [...found.values()].sort((a, b) => begin(a) - begin(b));
}

/** The groups as they are read. @param {any} app @param {Group[]} groups */
export function evidenceNode(app, groups) {
  const { h } = app;
  if (!groups.length) return h("p", { class: "row-evidence-none", lang: app.lang }, app.t("ask.evidence.none"));
  return h(
    "div",
    { class: "row-evidence" },
    groups.map(({ key, passages }) =>
      h(
        "section",
        null,
        h("h4", { lang: app.lang }, app.t(key)),
        passages.map(({ iri, words, translation, rules }) =>
          h(
            "blockquote",
            null,
            h("p", { lang: words.lang, dir: "auto" }, words.value),
            translation && h("p", { class: "translation", lang: translation.lang }, translation.value),
            h(
              "footer",
              { lang: app.lang },
              h("button", { type: "button", class: "small", on: { click: () => app.select({ kind: "passage", iri }) } },
                app.t("ask.evidence.open")),
              h("code", null, compact(iri)),
              rules.length > 0 && h("span", null, app.t("ask.evidence.derived", { rules: rules.map(compact).join(", ") })),
            ),
          ),
        ),
      ),
    ),
  );
}
