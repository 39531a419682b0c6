/** What a sentence says, as lines to read: subject, relation, object. */

import { keyOf } from "../../terms.js";
import { irisOf, nodeOf } from "./term.js";

const FIRST = ["http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://purl.org/dc/terms/date"];

/**
 * The statements of a row, a passage at a time; what several sentences say together comes last.
 * @param {any} app @param {any} row @param {any[]} rows all rows of the page
 * @returns {Promise<HTMLElement>}
 */
export async function statementsOf(app, row, rows) {
  const own = row.passages.filter((passage) => passage.statements > 0);
  own.sort((a, b) => a.end - a.begin - (b.end - b.begin));
  const answers = await Promise.all(own.map((passage) => app.ask("passage-statements", { passage: passage.iri })));
  await app.labels(irisOf(answers.flatMap(({ rows: found }) => found.flatMap((one) => [one.subject, one.property, one.value]))));
  const blocks = own.map((passage, place) => {
    const spanned = rows.filter((other) => other.passages.includes(passage));
    return app.h(
      "section",
      { class: "told" },
      spanned.length > 1 &&
        app.h("h4", { class: "told-over", lang: app.lang },
          app.t("source.together", { from: app.fmt.count(spanned[0].number), to: app.fmt.count(spanned.at(-1).number) })),
      subjectsOf(app, answers[place].rows),
    );
  });
  if (!blocks.length) blocks.push(app.h("p", { class: "told-nothing", lang: app.lang }, app.t("source.nothing.long")));
  return app.h("div", { class: "told-all" }, blocks);
}

/** The statements under their subjects, kinds and dates first. */
function subjectsOf(app, found) {
  /** @type {Map<string, any[]>} */
  const subjects = new Map();
  for (const one of found) {
    const key = keyOf(one.subject);
    if (!subjects.has(key)) subjects.set(key, []);
    subjects.get(key)?.push(one);
  }
  return [...subjects.values()].map((lines) => {
    const rank = (line) => (FIRST.indexOf(line.property.value) + FIRST.length + 1) % (FIRST.length + 1);
    lines.sort((a, b) => rank(a) - rank(b));
    return app.h(
      "div",
      { class: "told-of" },
      app.h("p", { class: "told-subject" }, thingButton(app, lines[0].subject)),
      app.h("ul", { class: "told-lines" }, lines.map((line) => app.h("li", null, statementButton(app, line)))),
    );
  });
}

function thingButton(app, term) {
  const chosen = () => term.type === "iri" && app.select({ kind: "thing", iri: term.value });
  return app.h("button", { type: "button", class: "told-thing", on: { click: chosen } }, nodeOf(app, term));
}

function statementButton(app, { subject, property, value }) {
  const selection = { kind: "statement", s: subject, p: property, o: value };
  return app.h(
    "button",
    {
      type: "button", class: "statement", dataset: { statement: [subject, property, value].map(keyOf).join(" ") },
      on: { click: () => app.select(selection) },
    },
    app.h("span", { class: "unseen" }, nodeOf(app, subject), " "),
    app.h("span", { class: "relation" }, nodeOf(app, property)),
    " ",
    app.h("span", { class: "object" }, nodeOf(app, value)),
  );
}
