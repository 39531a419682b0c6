/** How a sentence of a page is cited: its words, their translation, who says so, and where. */

/**
 * @param {any} app
 * @param {any} page
 * @param {{words: string, translation?: string, iri: string}} sentence
 * @returns {string}
 */
export function citationOf(app, page, { words, translation, iri }) {
  const { publisher, title, url, date, latest } = page.about;
  const known = date ?? latest;
  const when = known ? app.fmt.date(known.value, known.value, known.value) : "";
  const told = date ? when : app.t(latest ? "source.cite.undated" : "source.cite.nodate", { date: when });
  const from = [publisher ? app.label(publisher.value) : "", title?.value ?? "", told, url?.value ?? ""];
  return [
    `„${words.trim()}“`,
    translation ? `[${translation.trim()}]` : "",
    `— ${from.filter(Boolean).join(". ")}`,
    iri,
  ].filter(Boolean).join("\n");
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
