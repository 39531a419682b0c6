/** A query of the reader's own: the editor, its buttons, and the answer. */

import { FREE } from "./address.js";
import { openAnswer } from "./answer.js";
import { headOf } from "./head.js";
import { limited } from "./run.js";
import { withPrefixes } from "../../sparql.js";

/** So long after the last key the address takes the text. */
const PAUSE = 900;

/**
 * @param {HTMLElement} root @param {any} app @param {import("./address.js").Asked} asked
 * @param {{keep: (asked: any) => void, back: () => void, draft: (text: string) => void}} on
 */
export function openOwn(root, app, asked, on) {
  const { h } = app;
  let { show, sort } = asked;
  let text = asked.query;
  let timer = 0;
  let gone = false;
  /** @type {any} */
  let editor = null;
  const keep = () => on.keep({ name: FREE, query: text, show, sort });
  const button = (key, run, extra = {}) => h("button", { type: "button", class: "small", ...extra, on: { click: run } }, app.t(key));
  const runButton = button("ask.run", () => run(), { class: "button primary", title: "Ctrl+Enter", "aria-keyshortcuts": "Control+Enter" });
  const undo = button("ask.editor.undo", () => { editor?.undo(); editor?.focus(); });
  const redo = button("ask.editor.redo", () => { editor?.redo(); editor?.focus(); });
  const holder = h("div", { class: "editor-holder" }, h("p", { class: "waiting", lang: app.lang }, app.t("ask.editor.opening")));
  const answer = openAnswer(app, {
    file: "query", view: null,
    keep: (changed) => { ({ show = show, sort = sort } = changed); keep(); },
    failed: (failure) => editor?.complain(failure), place: (failure) => editor?.show(failure),
  });
  root.append(
    headOf(app, { title: app.t("ask.own"), name: "", back: on.back }),
    h("p", { class: "ask-description", lang: app.lang }, app.t("ask.own.told")),
    holder,
    h("p", { class: "ask-actions", lang: app.lang }, runButton, undo, redo, h("span", { class: "hint" }, app.t("ask.editor.keys"))),
    answer.element,
  );

  function change(next) {
    text = next;
    on.draft(next);
    enable();
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  function enable() {
    const can = editor?.can() ?? {};
    [undo.disabled, redo.disabled] = [!can.undo, !can.redo];
  }

  /** What the engine says of a query's grammar; null where it has nothing to complain of. */
  async function check(written) {
    const query = withPrefixes(written, app.payload.prefixes);
    try {
      if (app.engine.check) await app.engine.check(query);
      else await app.engine.ask(limited(query, 0));
      return null;
    } catch (failure) {
      if (!failure.line) return null;
      failure.message = failure.message.replace(/^error at \d+:\d+: /u, "");
      if (query !== written) failure.line = Math.max(1, failure.line - 1);
      return failure;
    }
  }

  function run() {
    clearTimeout(timer);
    keep();
    answer.run(text, { show, sort });
  }

  import("./editor.js").then(({ openEditor }) => {
    if (gone) return;
    editor = openEditor(app, { text, run, change, check });
    holder.replaceChildren(editor.element);
    enable();
  });
  run();
  return {
    name: FREE,
    take(next) {
      ({ show, sort } = next);
      if (next.query && next.query !== text) {
        text = next.query;
        editor?.replace(text);
        answer.run(text, { show, sort });
      } else answer.turn({ show, sort });
    },
    destroy() {
      gone = true;
      clearTimeout(timer);
      editor?.destroy();
      answer.destroy();
    },
  };
}
