/** Where a page speaks of what is selected: the spans to light up. */

import { rangeOf } from "./range.js";

/** @typedef {{begin: number, end: number, whole: boolean}} Span a whole one is a passage, else a mention */

/**
 * @param {any} app @param {any} page @param {any} selection
 * @returns {Promise<{spans: Span[], elsewhere: string | null}>} in the order of the page; where it does
 *   not speak of the selection, another page that does
 */
export async function spansOf(app, page, selection) {
  if (!selection) return { spans: [], elsewhere: null };
  if (selection.kind === "passage") return { spans: passages(page, [selection.iri]), elsewhere: null };
  if (selection.kind === "thing") {
    const named = page.mentions
      .filter((mention) => mention.thing === selection.iri || mention.others.includes(selection.iri))
      .map(({ begin, end }) => ({ begin, end, whole: false }));
    if (named.length) return { spans: named, elsewhere: null };
  }
  const found = await app.evidence(selection);
  const spans = passages(page, found.map((passage) => passage.iri));
  return { spans, elsewhere: spans.length ? null : (found[0]?.iri.split("#")[0] ?? null) };
}

function passages(page, iris) {
  const spans = iris.map((iri) => (iri.startsWith(`${page.iri}#`) ? rangeOf(iri, page.units) : null)).filter(Boolean);
  return spans.map((span) => ({ ...span, whole: true })).sort((a, b) => a.begin - b.begin || a.end - b.end);
}
