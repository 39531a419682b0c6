/** A row of the page: a sentence with its marks, its translation beside it, and what it says below. */

import { compact } from "../../terms.js";
import { citationOf, copy } from "./cite.js";
import { isHeading, piecesOf } from "./page.js";
import { statementsOf } from "./statements.js";

/**
 * @param {any} app @param {any} page @param {import("./page.js").Row} row
 * @param {{toggle: (row: any) => void}} on
 */
export function rowOf(app, page, row, on) {
  const { h } = app;
  const heading = isHeading(row, page.text);
  const state = row.says ? "says" : row.passage ? "silent" : "unread";
  const id = `row-${row.number}`;
  const detail = h("div", { class: "detail", id: `${id}-detail`, hidden: true });
  const stated = row.says ? app.t("source.statements", { n: app.fmt.count(row.says) }) : app.t(`source.${state}`);
  const button = h(
    "button",
    {
      type: "button", class: "row-button", tabindex: "-1", "aria-expanded": "false", "aria-controls": detail.id, lang: app.lang,
    },
    h("span", { class: "unseen" }, `${app.t("source.sentence", { n: app.fmt.count(row.number) })}: ${stated}`),
    h("span", { class: "row-number", "aria-hidden": "true" }, app.fmt.count(row.number)),
    h("span", { class: "row-count", "aria-hidden": "true" }, row.says ? app.fmt.count(row.says) : "–"),
  );
  const words = h(heading ? "h3" : "p", { class: "words", lang: page.lang, dir: "auto" });
  for (const piece of piecesOf(row)) words.append(pieceOf(app, page, piece));
  const translation = row.passage?.translation;
  const beside = translation
    ? h("p", { class: "translation", lang: translation.lang, dir: "auto" }, translation.value)
    : h("p", { class: "translation none", lang: app.lang }, app.t("source.untranslated"));
  const element = h(
    "div",
    {
      class: ["sentence", state, heading && "heading", row.item && "item", row.starts && "starts"].filter(Boolean).join(" "),
      id, dataset: { row: String(row.number) },
    },
    button, words, beside, detail,
  );
  element.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("a, .detail") || (!target.closest("button") && getSelection()?.toString())) return;
    on.toggle(row);
  });
  return { row, element, button, words, detail, open: false };
}

/** A piece of text within the marks of its mentions, the longest outermost. */
function pieceOf(app, page, piece) {
  const bare = app.h("span", { class: "piece", dataset: { begin: String(piece.begin), end: String(piece.end) } }, page.text.slice(piece.begin, piece.end));
  const inner = piece.mentions.at(-1);
  if (!inner) return bare;
  // Between two words of a name there is nothing to press.
  const empty = !bare.textContent.trim();
  let node = app.h(
    empty ? "span" : "a",
    empty ? { class: `around mark-${inner.kind.id}`, dataset: { thing: inner.thing, kind: inner.kind.id }, style: styleOf(inner, piece.mentions.length - 1) } : {
      class: `mention mark-${inner.kind.id}`, tabindex: "-1", href: app.state.address({ sel: compact(inner.thing) }).replace(/^[^#]*/u, ""),
      dataset: { thing: inner.thing, kind: inner.kind.id, begin: String(inner.begin) }, style: styleOf(inner, piece.mentions.length - 1),
    },
    bare,
  );
  piece.mentions.slice(0, -1).reverse().forEach((mention, place) => {
    node = app.h(
      "span",
      {
        class: `around mark-${mention.kind.id}`, dataset: { thing: mention.thing, kind: mention.kind.id },
        style: styleOf(mention, piece.mentions.length - 2 - place),
      },
      node,
    );
  });
  return node;
}

const styleOf = (mention, depth) => ({ "--kind": `var(${mention.kind.color})`, "--depth": String(depth) });

/** Fills what a row says, once. @param {any} app @param {any} page @param {any} shown */
export async function fillDetail(app, page, shown) {
  if (shown.detail.childElementCount) return;
  const { row } = shown;
  const iri = row.passage?.iri;
  const words = page.text.slice(row.begin, row.end);
  shown.detail.append(await statementsOf(app, row, page.rows));
  if (!iri) return;
  const address = () => app.state.address({ view: "source", sel: compact(iri) });
  const cite = () => citationOf(app, page, { words, translation: row.passage.translation?.value, iri });
  const action = (key, text, done) =>
    app.h("button", { type: "button", class: "small", on: { click: () => copy(app, text(), done) } }, app.t(key));
  shown.detail.append(
    app.h(
      "p",
      { class: "row-actions", lang: app.lang },
      action("source.copy.link", address, "source.copied.link"),
      action("source.copy.citation", cite, "source.copied.citation"),
      app.h("code", { class: "row-address" }, compact(iri)),
    ),
  );
}
