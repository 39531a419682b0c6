/** The Ask view: saved questions with forms, a SPARQL editor, and answers in the form that suits them. */

import { queryOf } from "../questions.js";
import { FREE, read, write } from "./ask/address.js";
import { catalogueOf } from "./ask/catalogue.js";
import { openOwn } from "./ask/own.js";
import { openQuestion } from "./ask/question.js";

export const view = {
  id: "ask",
  title: "ask.title",
  icon: "M9.5 9a2.7 2.7 0 1 1 3.8 2.5c-.9.4-1.3 1-1.3 2M12 16.8v.1M12 21a9 9 0 1 0-8-4.9L3 21l4.9-1A9 9 0 0 0 12 21Z",
  mount,
};

/** What the reader wrote last, so that leaving the view loses nothing. */
let draft = "";

/** @param {HTMLElement} root @param {any} app */
function mount(root, app) {
  const { h } = app;
  const body = h("div", { class: "ask-view" });
  root.append(body);
  /** @type {any} */
  let catalogue = null;
  /** @type {any} */
  let open = null;
  let kept = "";
  let turn = 0;

  function build() {
    open?.destroy();
    open = null;
    catalogue = catalogueOf(app, { address: (name) => app.state.address({ ask: name }).replace(/^[^#]*/u, ""), choose });
    const main = h("div", { class: "ask-main" });
    body.replaceChildren(catalogue.element, main);
    return main;
  }

  let main = build();

  /** Show what the address asks for. */
  async function show() {
    const mine = (turn += 1);
    kept = app.state.get("ask");
    const asked = await read(kept);
    if (mine !== turn) return;
    const known = asked.name === FREE || app.questions.has(asked.name);
    body.classList.toggle("chosen", known);
    catalogue.current(asked.name);
    if (open?.name === asked.name && known) {
      open.take(asked);
      return;
    }
    open?.destroy();
    open = null;
    main.replaceChildren();
    if (!known) {
      main.append(h("p", { class: "ask-hint", lang: app.lang }, app.t(asked.name ? "ask.unknown" : "ask.hint", { name: asked.name })));
      return;
    }
    const on = { keep, back: () => choose(""), own: (query) => choose(FREE, query) };
    if (asked.name === FREE) {
      asked.query ||= draft || app.t("ask.own.start");
      open = openOwn(main, app, asked, { ...on, draft: (text) => { draft = text; } });
    } else open = openQuestion(main, app, asked, app.questions.get(asked.name), { ...on, query: (values) => queryOf(app.questions.get(asked.name), values, app.lang) });
    root.closest("main")?.scrollTo?.({ top: 0 });
    main.scrollTop = 0;
  }

  /** Keep what is shown in the address, without a step of the history. */
  async function keep(asked) {
    const mine = turn;
    const text = await write(asked);
    if (mine !== turn || app.state.get("view") !== "ask") return;
    kept = text;
    app.state.set({ ask: text }, { replace: true });
  }

  async function choose(name, query = "") {
    const text = await write({ name, query });
    app.state.set({ ask: text }, { replace: false });
  }

  show();
  return {
    /** @param {Set<string>} changed */
    update(changed) {
      if (changed.has("lang")) {
        main = build();
        show();
      } else if (changed.has("ask") && app.state.get("ask") !== kept) show();
    },
    destroy() {
      turn += 1;
      open?.destroy();
    },
  };
}
