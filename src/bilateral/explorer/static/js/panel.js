// The evidence of what is selected: the ministry's sentence in its context, its translation, how it was
// read, and how to cite it.

import { citation, markdown } from "./cite.js";
import { fill, h, icon } from "./dom.js";
import { inContext, sourceOf, spanOf, states } from "./evidence.js";
import { compact, isPassage } from "./terms.js";

const CROSS = "M6 6l12 12M18 6 6 18";
const FIRST = 8;
/** As many statements as queries/provenance/statements-about.rq gives. */
const MOST = 400;
const SAVED = 100;

/** @typedef {import("./evidence.js").Passage} Passage */
/** @typedef {import("./evidence.js").Said} Said */

/**
 * @param {any} app @param {ReturnType<typeof import("./evidence.js").openEvidence>} proof
 * @param {import("./views.js").Entry[]} views
 */
export function buildPanel(app, proof, views) {
  const element = h("aside", { class: "panel", tabindex: "-1", hidden: true });
  let turn = 0;

  async function update() {
    const selection = app.selection;
    const mine = ++turn;
    element.setAttribute("aria-label", app.t("panel.title"));
    element.hidden = !selection;
    if (!selection) return void fill(element);
    const body = h("div", { class: "panel-body" }, h("p", { class: "note" }, app.t("core.starting")));
    const close = h("button", { type: "button", class: "glyph close", "aria-label": app.t("core.close"), on: { click: () => app.select(null) } }, icon(CROSS));
    fill(element, close, body);
    try {
      const parts = selection.kind === "thing" ? await thing(selection) : selection.kind === "passage" ? await passageParts(selection) : await statement(selection);
      if (mine !== turn) return;
      fill(body, parts);
      element.scrollTop = 0;
      app.announce(app.t("panel.opened", { name: titleOf(selection).slice(0, 120) }));
    } catch (error) {
      console.error(error);
      if (mine === turn) fill(body, h("p", { class: "failure", role: "alert" }, app.failure(error)));
    }
  }

  /** @param {any} selection */
  function titleOf(selection) {
    if (selection.kind !== "statement") return app.label(selection.iri);
    return [selection.s, selection.p, selection.o].map(textOf).join(" – ");
  }

  /** @param {import("./terms.js").Term} term */
  function textOf(term) {
    if (term.type !== "literal") return app.label(term.value);
    if (term.datatype?.endsWith("EDTF") || term.datatype?.endsWith("#date")) return app.fmt.date(term.value);
    return /#(decimal|integer)$/.test(term.datatype ?? "") ? app.fmt.number(term.value) : term.value;
  }

  /** @param {import("./terms.js").Term} term */
  const shown = (term) =>
    term.type === "literal" ? h("bdi", { class: "value", dir: "auto", lang: term.lang || null }, textOf(term)) : app.labelNode(term.value);

  /** @param {Said} said @param {string} [about] the thing that the panel is about, which need not be said again */
  function line({ s, p, o }, about) {
    const part = (/** @type {import("./terms.js").Term} */ term) => h("span", { class: term.value === about ? "self" : null }, shown(term));
    return h("button", { type: "button", class: "said", on: { click: () => app.select({ kind: "statement", s, p, o }) } },
      part(s), h("span", { class: "relation" }, app.labelNode(p.value)), part(o));
  }

  /** Everything that lines show must have its label before they are drawn. @param {Said[]} said */
  const load = (said) => app.labels(said.flatMap(({ s, p, o }) => [s, p, o].filter((term) => term.type === "iri").map((term) => term.value)));

  /** @param {any} selection */
  async function thing(selection) {
    const [said, elsewhere] = await Promise.all([proof.said(selection), links(selection.iri), app.labels([selection.iri])]);
    const kind = app.kindOf(selection.iri);
    const here = app.nameOf(selection.iri);
    const others = Object.entries(app.names(selection.iri)).filter(([code, name]) => code && code !== here.lang && name !== here.text);
    const derived = said.filter(({ graph }) => !states(graph));
    const about = byPassage(said);
    // A thing that a thousand passages speak of is asked for a part; the count says that there is more.
    const count = app.fmt.count(about.length) + (said.length >= MOST ? "+" : "");
    return [
      h("p", { class: `kind kind-${kind.id}` }, icon(kind.icon), h("span", null, kind.label)),
      h("h2", null, app.labelNode(selection.iri)),
      others.length ? h("p", { class: "others" }, others.map(([code, name]) => h("bdi", { lang: code, dir: "auto" }, name))) : null,
      h("p", { class: "iri" }, h("code", null, compact(selection.iri))),
      elsewhere.length ? h("p", { class: "iri" }, app.t("panel.elsewhere"), ": ", elsewhere.map((iri, n) => [n ? ", " : "", h("a", { href: iri, rel: "noreferrer" }, compact(iri))])) : null,
      showIn(selection),
      about.length ? h("h3", null, app.t("panel.says.count", { count })) : null,
      about.length ? await pages(about.map(({ iri, lines }) => () => card(iri, lines, selection.iri))) : null,
      derived.length ? [h("h3", null, app.t("panel.derived")), await pages(derived.map((one) => async () => (await load([one]), h("div", { class: "derived" }, line(one, selection.iri)))))] : null,
      about.length ? saving(selection, () => Promise.all(about.slice(0, SAVED).map(async ({ iri, lines }) => {
        const [[passage]] = await Promise.all([proof.passage(iri), load(lines)]);
        return { passage, text: lines.map(({ s, p, o }) => [s, p, o].map(textOf).join(" – ")).join("; ") };
      })))
        : derived.length ? null
        : h("p", { class: "note" }, app.t("panel.none")),
    ];
  }

  /** What a thing is in open data; nothing where the graph has no mappings. @param {string} iri @returns {Promise<string[]>} */
  async function links(iri) {
    const { rows } = await app.ask("links", { entity: { type: "iri", value: iri } });
    // Only addresses of the web are links, whatever a graph calls one.
    const same = rows.filter((/** @type {any} */ row) => /(exactMatch|sameAs)$/.test(row.match.value) && /^https?:/.test(row.outside.value));
    return [...new Set(same.map((/** @type {any} */ row) => row.outside.value))];
  }

  /** @param {any} selection */
  async function statement(selection) {
    const { s, p, o } = selection;
    const [passages] = await Promise.all([proof.of(selection), load([{ s, p, o, graph: "" }])]);
    const derived = passages.some((passage) => passage.derivedBy.length);
    const end = (/** @type {import("./terms.js").Term} */ term) => term.type === "iri"
      ? h("button", { type: "button", class: "plain", on: { click: () => app.select({ kind: isPassage(term.value) ? "passage" : "thing", iri: term.value }) } }, shown(term))
      : shown(term);
    const rules = [...new Set(passages.flatMap((passage) => passage.derivedBy))];
    return [
      h("p", { class: "kind" }, app.t(derived ? "panel.derived" : "panel.statement")),
      h("h2", { class: "triple" }, end(s), h("span", { class: "relation" }, app.labelNode(p.value)), end(o)),
      derived ? [h("h3", null, app.t("panel.derivation")), await Promise.all(rules.map(reason)), h("h3", null, app.t("panel.derived.from"))]
        : passages.length ? h("h3", null, app.t("panel.says")) : null,
      passages.length ? await Promise.all(passages.map(inPage)) : h("p", { class: "note" }, app.t("panel.unstated")),
      passages.length ? saving(selection, async () => passages.map((passage) => ({ passage, text: "" }))) : null,
    ];
  }

  /** @param {any} selection */
  async function passageParts(selection) {
    const [[passage], said] = await Promise.all([proof.of(selection), proof.said(selection)]);
    await load(said);
    return [
      h("p", { class: "kind" }, app.t("panel.passage")),
      h("h2", null, app.labelNode(sourceOf(selection.iri))),
      passage ? h("h3", null, app.t("panel.says")) : null,
      passage ? await inPage(passage) : h("p", { class: "note" }, app.t("panel.none")),
      said.length ? [h("h3", null, app.t("panel.statements")), said.map((one) => line(one))] : null,
      passage ? saving(selection, async () => [{ passage, text: "" }]) : null,
    ];
  }

  /** The rule of a derived statement, with its reason. @param {string} rule */
  async function reason(rule) {
    await app.labels([rule]);
    const { rows } = await app.ask("rule-reason", { rule: { type: "iri", value: rule } });
    return h("div", { class: "rule" }, h("strong", null, app.labelNode(rule)), rows[0]?.reason ? h("p", { lang: rows[0].reason.lang }, rows[0].reason.value) : null);
  }

  /** The statements of each passage, in the order of the page. @param {Said[]} said */
  function byPassage(said) {
    /** @type {Map<string, Said[]>} */
    const found = new Map();
    for (const one of said) if (states(one.graph)) found.set(one.graph, [...(found.get(one.graph) ?? []), one]);
    const place = (/** @type {string} */ iri) => spanOf(iri)[0];
    return [...found].map(([iri, lines]) => ({ iri, lines })).sort((a, b) => {
      const [one, other] = [sourceOf(a.iri), sourceOf(b.iri)];
      return one < other ? -1 : one > other ? 1 : place(a.iri) - place(b.iri);
    });
  }

  /** A sentence with its translation, and what is said in it. @param {string} iri @param {Said[]} lines @param {string} about */
  async function card(iri, lines, about) {
    const [[passage]] = await Promise.all([proof.passage(iri), load(lines)]);
    return h("article", { class: "card" }, words(h("p", { lang: passage.lang }, h("mark", null, passage.text.trim())), passage),
      lines.map((one) => line(one, about)), reading(passage));
  }

  /** A sentence in its paragraph, with all there is to know of it. @param {Passage} passage */
  async function inPage(passage) {
    const page = await proof.page(passage.source, app.lang);
    const { before, words: own, after } = inContext(page.text, passage.begin, passage.end);
    const cited = { passage, page };
    const how = [
      ...passage.rules.map((rule) => h("li", null, `${app.t("panel.rule")}: `, h("code", null, compact(rule)))),
      ...passage.reviews.map((rule) => h("li", null, app.t("panel.review"), " ", h("code", null, compact(rule)))),
    ];
    return h("article", { class: "card" },
      page.title ? h("p", { class: "from" }, page.publisher ? [h("bdi", { lang: page.publisherLang }, page.publisher), " · "] : null, h("bdi", { lang: page.titleLang }, page.title)) : null,
      words(h("p", { lang: passage.lang }, before, h("mark", null, own || passage.text), after), passage),
      how.length ? [h("h4", null, app.t("panel.how")), h("ul", { class: "how" }, how)] : null,
      h("h4", null, app.t("panel.cite")),
      h("p", { class: "cite" }, citation(cited, app)),
      h("div", { class: "row" },
        h("button", { type: "button", class: "small", on: { click: (/** @type {any} */ event) => copy(event.currentTarget, citation(cited, app)) } }, app.t("core.copy")),
        reading(passage)));
  }

  /** @param {HTMLElement} original @param {Passage} passage */
  const words = (original, passage) =>
    h("blockquote", null, original, passage.translation ? h("p", { class: "translation", lang: passage.translationLang }, passage.translation) : null);

  /** @param {Passage} passage */
  const reading = (passage) =>
    h("button", { type: "button", class: "small", on: { click: () => app.go("source", { sel: compact(passage.iri) }) } }, app.t("panel.read"));

  /** @param {HTMLElement} button @param {string} text */
  async function copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = app.t("core.copied");
      app.announce(app.t("core.copied"));
    } catch {
      // Without the clipboard, the words can be selected by hand.
      const range = document.createRange();
      range.selectNodeContents(/** @type {Node} */ (button.closest("article")?.querySelector(".cite")));
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
    }
  }

  /** @param {any} selection */
  function showIn(selection) {
    const here = app.state.get("view");
    return h("p", { class: "show-in" }, h("span", null, `${app.t("panel.show.in")}:`), views.filter((view) => view.id !== here && view.id !== "ask").map((view) =>
      h("button", { type: "button", class: "small", "aria-label": app.t("panel.show", { view: app.t(view.title) }), on: { click: () => app.go(view.id) } }, icon(view.icon), app.t(view.title))));
  }

  /** The first of many, and a button for more. @param {(() => Promise<HTMLElement>)[]} makers */
  async function pages(makers) {
    const box = h("div", null);
    let count = 0;
    const more = h("button", { type: "button", class: "small", on: { click: next } });
    async function next() {
      const made = await Promise.all(makers.slice(count, count + FIRST).map((make) => make()));
      more.remove();
      box.append(...made);
      count += FIRST;
      if (count >= makers.length) return;
      more.textContent = `${app.t("core.more")} (${app.fmt.count(makers.length - count)})`;
      box.append(more);
    }
    await next();
    return box;
  }

  /** @param {any} selection @param {() => Promise<{passage: Passage, text: string}[]>} gather */
  function saving(selection, gather) {
    return h("p", { class: "saving" }, h("button", { type: "button", class: "small", dataset: { action: "evidence" }, on: { click: async () => {
      const made = await Promise.all((await gather()).map(async ({ passage, text }) => ({ text, cited: [{ passage: await whole(passage), page: await proof.page(sourceOf(passage.iri), app.lang) }] })));
      const name = (compact(selection.kind === "statement" ? selection.s.value : selection.iri).replace(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "") || "evidence").slice(0, 80);
      app.download(`${name}.md`, "text/markdown;charset=utf-8", markdown(titleOf(selection), made, app));
    } } }, app.t("panel.save")));
  }

  /** The passage with how it was read. @param {Passage} passage */
  async function whole(passage) {
    if (passage.rules.length || passage.reviews.length || passage.derivedBy.length) return passage;
    return (await proof.passage(passage.iri))[0] ?? passage;
  }

  return {
    element,
    update,
    focus() {
      if (!element.hidden) element.focus();
    },
  };
}
