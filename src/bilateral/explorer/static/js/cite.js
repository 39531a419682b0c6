// How to cite a passage, and a selection's evidence as Markdown.

import { compact } from "./terms.js";

/**
 * @typedef {{passage: import("./evidence.js").Passage, page: any}} Cited
 */

/** One line that says who says it, where, and at which characters. @param {Cited} cited @param {any} app */
export function citation({ passage, page }, app) {
  const place = app.t("panel.characters", { begin: passage.begin, end: passage.end });
  return [page.publisher, page.title && `“${page.title}”`, page.url, place, passage.iri].filter(Boolean).join(", ");
}

/** @param {string} text */
const quoted = (text) => text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");

/**
 * @param {string} title @param {{text: string, cited: Cited[]}[]} parts statements (or nothing) with their passages
 * @param {any} app
 */
export function markdown(title, parts, app) {
  const lines = [`# ${title.replace(/\s+/g, " ")}`, ""];
  for (const { text, cited } of parts) {
    if (text) lines.push(`## ${text.replace(/\s+/g, " ")}`, "");
    for (const one of cited) {
      const { passage } = one;
      lines.push(quoted(passage.text), "");
      if (passage.translation) lines.push(quoted(passage.translation), "");
      const how = [
        ...passage.rules.map((rule) => `${app.t("panel.rule")}: ${compact(rule)}`),
        ...passage.reviews.map((rule) => `${app.t("panel.review")}: ${compact(rule)}`),
        ...passage.derivedBy.map((rule) => `${app.t("panel.derivation")}: ${compact(rule)}`),
      ];
      if (how.length) lines.push(how.join(" · "), "");
      lines.push(citation(one, app), "");
    }
  }
  return lines.join("\n");
}
