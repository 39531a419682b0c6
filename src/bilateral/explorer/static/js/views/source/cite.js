/** How a sentence of a page is cited: its words, their translation, who says so, and where. */

import { citation } from "../../cite.js";
import { spanOf } from "../../evidence.js";

/**
 * @param {any} app @param {any} page
 * @param {{words: string, translation?: string, iri: string}} sentence
 * @returns {string}
 */
export function citationOf(app, page, { words, translation, iri }) {
  const { publisher, title, url } = page.about;
  const [begin, end] = spanOf(iri);
  const told = { publisher: publisher && app.label(publisher.value), title: title?.value, url: url?.value };
  const line = citation({ passage: /** @type {any} */ ({ iri, begin, end }), page: told }, app);
  return [`„${words.trim()}“`, translation ? `[${translation.trim()}]` : "", `— ${line}`].filter(Boolean).join("\n");
}

/** Copies a text and says that it did. @param {any} app @param {string} text @param {string} done text key */
export async function copy(app, text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // A page opened from disk may lack the clipboard's permission; the old way still works there.
    const box = app.h("textarea", { class: "copied", "aria-hidden": "true" });
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  app.announce(app.t(done));
}
