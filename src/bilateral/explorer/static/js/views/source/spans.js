/** Where a page speaks of what is selected: the spans to light up. */

import { rangeOf } from "./range.js";

/** @typedef {{begin: number, end: number, whole: boolean}} Span a whole one is a passage, else a mention */

/**
 * @param {any} app @param {any} page @param {any} selection
 * @returns {Promise<Span[]>} in the order of the page
 */
export async function spansOf(app, page, selection) {
  if (!selection) return [];
  if (selection.kind === "passage") return passages(page, [selection.iri]);
  if (selection.kind === "thing") {
    const named = page.mentions
      .filter((mention) => mention.thing === selection.iri || mention.others.includes(selection.iri))
      .map(({ begin, end }) => ({ begin, end, whole: false }));
    if (named.length) return named;
  }
  const found = await app.evidence(selection);
  return passages(page, found.map((passage) => passage.iri));
}

function passages(page, iris) {
  const spans = iris.map((iri) => (iri.startsWith(`${page.iri}#`) ? rangeOf(iri, page.units) : null)).filter(Boolean);
  return spans.map((span) => ({ ...span, whole: true })).sort((a, b) => a.begin - b.begin || a.end - b.end);
}
