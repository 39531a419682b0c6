/** The saved questions by folder, with a search through their words, and the way to a query of one's own. */

import { FREE } from "./address.js";

/** What an answer is drawn as first, as an icon. */
const ICONS = {
  table: "M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9",
  graph: "M6 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM18 13a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM9 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 6.500l8 4M6.500 8l2 8M10.500 17l6-5",
  timeline: "M3 12h18M7 9v6M13 9v6M18 9v6",
  map: "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
  chart: "M4 20h16M7 17v-5M12 17V6M17 17V9",
  sparql: "M8 6l-5 6 5 6M16 6l5 6-5 6M13.500 4l-3 16",
};

/** @param {any} app @param {string} name */
export const iconOf = (app, name) =>
  app.h("svg:svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, app.h("svg:path", { d: ICONS[name] ?? ICONS.table }));

/**
 * @param {any} app @param {{address: (name: string) => string, choose: (name: string) => void}} on
 */
export function catalogueOf(app, on) {
  const { h } = app;
  /** @type {Map<string, any[]>} */
  const folders = new Map();
  for (const question of app.questions.values()) {
    if (!folders.has(question.folder)) folders.set(question.folder, []);
    folders.get(question.folder)?.push(question);
  }
  const words = (map) => map[app.lang] ?? map.en;
  /** @type {{element: HTMLElement, text: string, name: string}[]} */
  const links = [];
  const linkOf = (name, label, icon, text) => {
    const link = h(
      "a",
      {
        href: on.address(name), dataset: { name },
        on: { click: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          on.choose(name);
        } },
      },
      iconOf(app, icon), h("span", null, label),
    );
    links.push({ element: link, text: text.toLocaleLowerCase(app.lang), name });
    return link;
  };
  const sections = [...folders].map(([folder, questions]) =>
    h(
      "section",
      { class: "folder" },
      h("h2", null, words(app.payload.tags[folder] ?? { en: folder })),
      h("ul", null, questions.map((question) =>
        h("li", null, linkOf(question.name, words(question.summary), question.view?.type ?? "table",
          [question.name, ...Object.values(question.summary), question.description.en].join(" "))))),
    ),
  );
  const none = h("p", { class: "none", hidden: true, role: "status" }, app.t("ask.search.none"));
  const search = h("input", { type: "search", class: "question-search", placeholder: app.t("ask.search"), "aria-label": app.t("ask.search"), autocomplete: "off" });
  const free = linkOf(FREE, app.t("ask.own"), "sparql", "sparql");
  free.classList.add("own");
  const element = h(
    "nav",
    { class: "catalogue", "aria-label": app.t("ask.questions"), lang: app.lang },
    h("div", { class: "catalogue-head" }, search, free),
    h("div", { class: "folders" }, sections),
    none,
  );

  search.addEventListener("input", () => {
    const wanted = search.value.toLocaleLowerCase(app.lang).split(/\s+/u).filter(Boolean);
    for (const { element: link, text, name } of links) {
      if (name !== FREE) link.parentElement.hidden = !wanted.every((word) => text.includes(word));
    }
    for (const section of sections) section.hidden = !section.querySelector("li:not([hidden])");
    none.hidden = sections.some((section) => !section.hidden);
  });
  element.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const visible = [search, ...links.map((link) => link.element).filter((link) => link.offsetParent)];
    // The order of reading: search, the reader's own query, the folders.
    visible.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    const next = visible[visible.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  return {
    element,
    /** Mark the question that is open. @param {string} name */
    current(name) {
      for (const link of links) {
        if (link.name === name) link.element.setAttribute("aria-current", "page");
        else link.element.removeAttribute("aria-current");
      }
      element.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    },
  };
}
