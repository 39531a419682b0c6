// The search box: a combobox over names in every language and script, and saved questions.

import { fill, h, icon } from "./dom.js";
import { foldWith } from "./fold.js";
import { expand } from "./terms.js";

const QUESTIONS = 4;
const GLASS = "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 21 21";
const QUESTION = "M9.5 9a2.7 2.7 0 1 1 3.8 2.5c-.9.4-1.3 1-1.3 2M12 16.8v.1";

/** @param {any} app */
export function buildSearch(app) {
  const fold = foldWith(app.payload.folding);
  const list = h("ul", { id: "found", role: "listbox", hidden: true });
  const input = h("input", {
    type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list",
    autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", dir: "auto",
  });
  const element = h("search", { class: "search" }, icon(GLASS), input, list);
  /** @type {{element: HTMLElement, run: () => void}[]} */
  let options = [];
  let active = -1;
  let turn = 0;

  function label() {
    input.setAttribute("aria-label", app.t("search.label"));
    input.placeholder = app.t("search.placeholder");
    list.setAttribute("aria-label", app.t("search.label"));
  }

  function close() {
    turn++;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    options = [];
    active = -1;
  }

  /** @param {number} next */
  function move(next) {
    if (!options.length) return;
    options[active]?.element.setAttribute("aria-selected", "false");
    active = (next + options.length) % options.length;
    const { element: option } = options[active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {any[]} content @param {() => void} run */
  function option(content, run) {
    const index = options.length;
    const made = h("li", { id: `found-${index}`, role: "option", "aria-selected": "false", on: {
      // Before the input loses its focus, so that a click is not a blur first.
      mousedown: (/** @type {Event} */ event) => event.preventDefault(),
      click: () => choose(index),
    } }, content);
    options.push({ element: made, run });
    return made;
  }

  /** @param {number} index */
  function choose(index) {
    const { run } = options[index];
    close();
    input.value = "";
    run();
  }

  async function find() {
    const text = input.value.trim();
    if (!text) return close();
    const mine = ++turn;
    /** @type {any[]} */
    let found;
    try {
      found = await app.search.find(text);
    } catch (error) {
      if (mine === turn) app.announce(app.failure(error));
      return;
    }
    if (mine !== turn) return;
    const things = found.map((/** @type {any} */ one) => ({ ...one, iri: expand(one.thing) }));
    options = [];
    active = -1;
    const rows = things.map(thingOption);
    const wanted = fold(text).split(" ").filter(Boolean);
    const asked = [...app.questions.values()].filter((question) => {
      const words = Object.values(question.summary).map((summary) => fold(String(summary)));
      return wanted.every((part) => part.length > 2 && words.some((summary) => ` ${summary}`.includes(` ${part}`)));
    });
    const questions = asked.slice(0, QUESTIONS).map((question) =>
      option([icon(QUESTION), h("bdi", { class: "name", lang: app.lang }, question.summary[app.lang] ?? question.summary.en)],
        () => app.go("ask", { ask: question.name })));
    fill(list, rows, questions.length ? h("li", { role: "presentation", class: "group" }, app.t("search.questions")) : null, questions,
      options.length ? null : h("li", { role: "presentation", class: "none" }, app.t("search.none", { text: text.slice(0, 60) })));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (options.length) move(0);
    app.announce(options.length ? app.t("search.count", { count: options.length }) : app.t("search.none", { text: text.slice(0, 60) }));
  }

  /** @param {any} one */
  function thingOption(one) {
    const kind = app.kindOf(one.iri, one.classes.map(expand).find((/** @type {string} */ name) => app.payload.classes[name]));
    const shown = app.labelNode(one.iri);
    shown.classList.add("name");
    const other = h("small", null);
    // The name that fits is shown beside the thing's own where they differ.
    app.labels([one.iri]).then(() => {
      if (fold(app.label(one.iri)) === fold(one.text)) return;
      if (one.source) fill(other, h("bdi", { dir: "auto" }, one.text), ` · ${one.source}`);
      else fill(other, h("bdi", { dir: "auto", lang: one.lang || null }, one.text));
    });
    return option([icon(kind.icon, `icon kind kind-${kind.id}`), h("span", { class: "names" }, shown, other), h("small", { class: "kind-name", lang: app.lang }, kind.label)],
      () => app.select({ kind: "thing", iri: one.iri }));
  }

  input.addEventListener("input", find);
  input.addEventListener("focus", () => {
    app.search.warm();
    if (input.value) find();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") (event.preventDefault(), options.length ? move(active + 1) : find());
    else if (event.key === "ArrowUp") (event.preventDefault(), move(active - 1));
    else if (event.key === "Enter" && active >= 0) (event.preventDefault(), choose(active));
    else if (event.key === "Escape") {
      event.stopPropagation();
      if (list.hidden) (input.value = ""), input.blur();
      else close();
    }
  });
  label();

  return {
    element,
    update: label,
    focus() {
      input.focus();
      input.select();
    },
  };
}
