/** A saved question: what it asks, its form, its answer. */

import { formOf } from "./form.js";
import { headOf } from "./head.js";
import { openAnswer } from "./answer.js";

/**
 * @param {HTMLElement} root @param {any} app @param {import("./address.js").Asked} asked @param {any} question
 * @param {{keep: (asked: any) => void, back: () => void, own: (query: string) => void, query: (values: any) => string}} on
 */
export function openQuestion(root, app, asked, question, on) {
  const { h } = app;
  let { values, show, sort } = asked;
  const words = (map) => map[app.lang] ?? map.en;
  const told = question.description[app.lang] ? app.lang : "en";
  const keep = () => on.keep({ name: question.name, values, show, sort });
  const edit = h("button", { type: "button", class: "small edit", lang: app.lang, on: { click: () => on.own(`# ${words(question.summary)}\n${plain()}`) } }, app.t("ask.edit"));
  const needed = h("p", { class: "needed", role: "status", lang: app.lang, hidden: true });
  const answer = openAnswer(app, {
    file: question.name, view: question.view,
    keep: (changed) => { ({ show = show, sort = sort } = changed); keep(); },
  });
  /** @type {Promise<any[]> | null} */
  let classes = null;

  function form() {
    return formOf(app, question, values, {
      change(next) {
        values = next;
        sort = "";
        keep();
        run();
      },
      classes: () => (classes ??= app.ask("terms").then(({ rows }) =>
        rows.filter(({ kind, uses, term }) => kind.value === "class" && Number(uses.value) > 0 && term.value.startsWith(app.payload.prefixes.bil))
          .map(({ term, termLabel }) => ({ iri: term.value, label: termLabel.value }))
          .sort((a, b) => a.label.localeCompare(b.label, app.lang)))),
    });
  }

  /** The query with its values, as a reader would write it. */
  function plain() {
    try {
      return on.query(values);
    } catch {
      return question.query;
    }
  }

  function run() {
    let query;
    try {
      query = on.query(values);
    } catch (failure) {
      const missing = failure.key === "core.parameter.missing";
      needed.hidden = false;
      needed.textContent = missing ? app.t("ask.needed") : app.t(failure.key ?? "ask.failed", failure.values);
      edit.disabled = true;
      answer.clear();
      return;
    }
    needed.hidden = true;
    edit.disabled = false;
    answer.run(query, { show, sort });
  }

  const fields = h("div", { class: "ask-fields" }, form());
  root.append(
    headOf(app, { title: words(question.summary), name: question.name, back: on.back }),
    h("p", { class: "ask-description", lang: told }, question.description[told]),
    h("div", { class: "ask-bar" }, fields, edit), needed, answer.element,
  );
  app.labels(Object.values(values).filter((value) => value.includes(":")));
  run();
  return {
    name: question.name,
    /** The address changed by itself: a step back, or a link. */
    take(next) {
      const other = JSON.stringify(values) !== JSON.stringify(next.values);
      ({ values, show, sort } = next);
      if (other) {
        fields.replaceChildren(...[form()].filter(Boolean));
        run();
      } else answer.turn({ show, sort });
    },
    destroy: () => answer.destroy(),
  };
}
