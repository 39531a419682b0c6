/** A box for a thing's name, with suggestions: a combobox as ARIA's practices describe it. */

import { compact, expand } from "../../terms.js";

const MOST = 8;
let count = 0;

/**
 * @param {any} app
 * @param {{id: string, value: string, required: boolean, search: (text: string) => Promise<import("../../search.js").Found[]>, onPick: (curie: string) => void}} how
 *   `value` is a CURIE
 */
export function suggestBox(app, { id, value, required, search, onPick }) {
  const { h } = app;
  const list = h("ul", { class: "suggestions", role: "listbox", id: `suggest-${(count += 1)}`, hidden: true });
  const input = h("input", {
    type: "text", id, role: "combobox", autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": list.id, required, placeholder: app.t("ask.form.name"),
  });
  const clear = h("button", { type: "button", class: "glyph clear", "aria-label": app.t("ask.form.clear"), title: app.t("ask.form.clear"), on: { click: () => pick("", true) } },
    h("svg:svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("svg:path", { d: "M6 6l12 12M18 6L6 18" })));
  let chosen = value;
  let active = -1;
  let turn = 0;
  /** @type {any[]} */
  let found = [];
  name();

  async function name() {
    clear.hidden = !chosen;
    if (!chosen) return;
    const iri = expand(chosen);
    const shown = app.label(iri);
    input.value = shown;
    await app.labels([iri]);
    if (chosen && expand(chosen) === iri && input.value === shown) input.value = app.label(iri);
  }

  function pick(curie, focus = false) {
    const changed = chosen !== curie;
    chosen = curie;
    close();
    input.value = "";
    name();
    if (focus) input.focus();
    if (changed) onPick(curie);
  }

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  async function suggest() {
    const text = input.value.trim();
    const mine = (turn += 1);
    if (!text) {
      close();
      return;
    }
    const hits = (await search(text)).slice(0, MOST);
    if (mine !== turn) return;
    found = hits;
    list.replaceChildren(...found.map(({ thing, classes, text: name, lang }, place) => {
      const kind = app.kindOf(expand(thing), expand(classes[0] ?? ""));
      return h(
        "li",
        { role: "option", id: `${list.id}-${place}`, "aria-selected": "false", on: { pointerdown: (event) => event.preventDefault(), click: () => pick(compact(expand(thing))) } },
        h("bdi", { dir: "auto", lang: lang || null }, name),
        h("small", { lang: app.lang }, kind.label),
      );
    }));
    if (!found.length) list.replaceChildren(h("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, app.t("ask.form.nobody")));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(found.length ? 0 : -1);
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `${list.id}-${place}`);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  input.addEventListener("input", suggest);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", () => {
    close();
    turn += 1;
    if (input.value.trim() === "" && chosen) pick("");
    else name();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) suggest();
      else if (found.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      pick(compact(expand(found[active].thing)));
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });
  return h("div", { class: "suggest" }, input, clear, list);
}
