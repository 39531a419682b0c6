// The help dialog with the map of keys, and the keys themselves.

import { fill, h, icon } from "./dom.js";
import { THEMES } from "./theme.js";

const CROSS = "M6 6l12 12M18 6 6 18";
const KEPT = "bilateral.single-keys";

/** @returns {boolean} */
function kept() {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

/**
 * @param {any} app @param {import("./views.js").Entry[]} views
 * @param {() => {keys: string[], label: string}[]} own the keys of the view in force
 */
export function openHelp(app, views, own) {
  // Keys of one letter can be turned off: speech input types letters where nobody means keys (WCAG 2.1.4).
  let single = kept();
  const element = h("dialog", { class: "help", on: { click: (/** @type {any} */ event) => event.target === element && element.close() } });

  function draw() {
    /** @type {[string[], string][]} */
    const keys = [
      ...own().map((/** @type {any} */ one) => /** @type {[string[], string]} */ ([one.keys, one.label])),
      [["/"], "help.search"],
      [views.map((_, index) => String(index + 1)), "help.view"],
      [["e"], "help.evidence"],
      [["[", "]"], "help.back"],
      [["l"], "help.language"],
      [["t"], "help.theme"],
      [["?"], "help.help"],
      [["Esc"], "help.close"],
    ];
    element.setAttribute("aria-label", app.t("help.title"));
    fill(element, h("div", { class: "help-body" },
      h("button", { type: "button", class: "glyph close", "aria-label": app.t("core.close"), on: { click: () => element.close() } }, icon(CROSS)),
      h("h2", null, app.t("help.title")),
      h("p", null, app.t("help.about")),
      h("table", null,
        h("thead", null, h("tr", null, h("th", { scope: "col" }, app.t("help.key")), h("th", { scope: "col" }, app.t("help.does")))),
        h("tbody", null, keys.map(([names, key]) => h("tr", null,
          h("td", null, names.map((name) => [h("kbd", null, name), " "])), h("td", null, app.t(key)))))),
      h("label", { class: "check" },
        h("input", { type: "checkbox", checked: single, on: { change: (/** @type {any} */ event) => {
          single = event.target.checked;
          try {
            localStorage.setItem(KEPT, single ? "on" : "off");
          } catch {
            // A file opened from disk may be allowed no storage; then it holds until it is closed.
          }
        } } }), app.t("help.single")),
      h("h3", null, app.t("help.about.title")),
      h("p", { class: "note" }, app.t("panel.neutral")),
      h("p", { class: "note" }, app.t("help.licence")),
    ));
  }

  function open() {
    draw();
    element.showModal();
  }

  /** @param {EventTarget | null} target */
  const typing = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  return {
    element,
    open,
    /** @param {{close: () => void, search: any, panel: any}} parts */
    keys({ close, search, panel }) {
      addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.isComposing || element.open) return;
        if (event.key === "Escape") {
          const menu = document.querySelector("details.menu[open]");
          if (menu) /** @type {HTMLDetailsElement} */ (menu).open = false;
          else if (!typing(event.composedPath()[0])) close();
          return;
        }
        if (!single || event.ctrlKey || event.metaKey || event.altKey || typing(event.composedPath()[0])) return;
        const view = views[Number(event.key) - 1];
        const run = view ? () => app.go(view.id) : {
          "/": () => search.focus(),
          "?": open,
          e: () => panel.focus(),
          "[": () => history.back(),
          "]": () => history.forward(),
          l: () => {
            const codes = app.languages.map((/** @type {any} */ one) => one.id);
            app.state.set({ lang: codes[(codes.indexOf(app.lang) + 1) % codes.length] });
          },
          t: () => app.state.set({ theme: THEMES[(THEMES.indexOf(app.state.get("theme") || THEMES[0]) + 1) % THEMES.length] }),
        }[event.key];
        if (!run) return;
        event.preventDefault();
        run();
      });
    },
  };
}
