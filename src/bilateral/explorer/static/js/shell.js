// The frame around the views: top bar, navigation, the view in force, the evidence beside it.

import { fill, h, icon } from "./dom.js";
import { openHelp } from "./help.js";
import { buildPanel } from "./panel.js";
import { buildSearch } from "./searchbox.js";
import { encode } from "./selection.js";
import { THEMES } from "./theme.js";

const ICONS = {
  theme: "M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Z",
  help: "M9.5 9a2.7 2.7 0 1 1 3.8 2.5c-.9.4-1.3 1-1.3 2M12 16.8v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
  save: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14",
  mark: "M6.5 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM17.5 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 12h4",
};

/**
 * @param {any} app
 * @param {{views: import("./views.js").Entry[], proof: any, progress?: {done: number, all: number, listeners: Set<(part: number) => void>}}} parts
 */
export function buildShell(app, { views, proof, progress }) {
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  const live = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const top = h("header", { class: "top" });
  const nav = h("nav", { class: "views" });
  const main = h("main", { id: "main", tabindex: "-1" });
  const panel = buildPanel(app, proof, views);
  const help = openHelp(app, views, () => open?.mounted.keys ?? []);
  const skip = h("a", { class: "skip", href: "#main", on: { click: (/** @type {Event} */ event) => { event.preventDefault(); main.focus(); } } });
  root.append(skip, top, nav, main, panel.element, help.element, live);

  /** @type {{id: string, entry: any, mounted: any, head: HTMLElement, root: HTMLElement} | null} */
  let open = null;
  let opening = 0;

  function drawTop() {
    document.documentElement.lang = app.lang;
    skip.textContent = app.t("core.skip");
    const language = h("select", { "aria-label": app.t("core.language"), on: {
      change: (/** @type {any} */ event) => app.state.set({ lang: event.target.value }),
    } }, app.languages.map((/** @type {any} */ one) => h("option", { value: one.id, lang: one.id, selected: one.id === app.lang }, one.name)));
    const theme = app.state.get("theme") || THEMES[0];
    fill(
      top,
      h("a", { class: "brand", href: "#", title: app.t("core.motto"), on: { click: (/** @type {Event} */ event) => {
        event.preventDefault();
        app.state.set({ view: views[0].id, sel: "" });
      } } }, icon(ICONS.mark), h("span", null, app.t("core.title"))),
      search.element,
      h("div", { class: "tools" },
        h("label", { class: "language" }, language),
        button("theme", `core.theme.${theme}`, () => app.state.set({ theme: THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] })),
        button("help", "core.help", () => help.open()),
      ),
    );
  }

  /** @param {keyof ICONS} name @param {string} key @param {() => void} run */
  const button = (name, key, run) =>
    h("button", { type: "button", class: "glyph", "aria-label": app.t(key), title: app.t(key), on: { click: run } }, icon(ICONS[name]));

  function drawNav() {
    nav.setAttribute("aria-label", app.t("core.views"));
    const here = entryOf(app.state.get("view")).id;
    fill(nav, views.map((view) =>
      h("a", { href: app.state.address({ view: view.id }), "aria-current": view.id === here ? "page" : null, dataset: { view: view.id }, on: {
        click: (/** @type {MouseEvent} */ event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          app.go(view.id);
        },
      } }, icon(view.icon), h("span", null, app.t(view.title)))));
  }

  /** @param {string} id */
  const entryOf = (id) => views.find((view) => view.id === id) ?? views[0];

  async function show() {
    const entry = entryOf(app.state.get("view"));
    const turn = ++opening;
    close();
    main.dataset.view = entry.id;
    const head = h("div", { class: "view-head" }, h("h1", null, app.t(entry.title)), h("div", { class: "view-actions" }));
    const body = h("div", { class: `view view-${entry.id}` });
    fill(main, head, body);
    document.title = `${app.t(entry.title)} – ${app.t("core.title")}`;
    try {
      const { view } = await entry.load();
      if (turn !== opening) return;
      const mounted = view.mount(body, app) ?? {};
      open = { id: entry.id, entry, mounted, head, root: body };
      drawActions();
    } catch (error) {
      console.error(error);
      fill(body, h("p", { class: "failure", role: "alert" }, app.t("core.view.failed")));
    }
  }

  function drawActions() {
    if (!open) return;
    const { mounted, head, entry } = open;
    /** @type {HTMLElement} */ (head.querySelector("h1")).textContent = app.t(entry.title);
    const actions = mounted.actions ?? [];
    fill(
      /** @type {HTMLElement} */ (head.querySelector(".view-actions")),
      button("link", "core.link", copyLink),
      actions.length
        ? h("details", { class: "menu" },
            h("summary", { class: "glyph", "aria-label": app.t("core.actions"), title: app.t("core.actions") }, icon(ICONS.save)),
            h("ul", null, actions.map((/** @type {any} */ action) => h("li", null,
              h("button", { type: "button", dataset: { action: action.id }, on: { click: (/** @type {any} */ event) => {
                event.target.closest("details").open = false;
                action.run();
              } } }, app.t(action.label))))))
        : null,
    );
  }

  async function copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      announce(app.t("core.copied"));
    } catch {
      // Without permission the address bar still has it.
      announce(location.href);
    }
  }

  function close() {
    try {
      open?.mounted.destroy?.();
    } catch (error) {
      console.error(error);
    }
    open = null;
  }

  /** @param {string} text */
  function announce(text) {
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = text; });
  }

  function drawProgress() {
    if (!progress) return;
    const bar = h("progress", { max: "1", value: 0 });
    const text = h("p", null, app.t("core.starting"));
    const box = h("div", { class: "loading", role: "status" }, text, bar);
    /** @param {number} part */
    const step = (part) => {
      bar.value = part;
      text.textContent = app.t("core.loading", { percent: Math.round(part * 100) });
    };
    // A small graph is there before anyone could read of it.
    const shown = setTimeout(() => main.parentElement?.append(box), 400);
    progress.listeners.add(step);
    app.engine.ready.then(() => box.remove(), (/** @type {Error} */ error) => {
      console.error(error);
      fill(box, h("p", { class: "failure", role: "alert" }, app.t("core.failed")));
      root.append(box);
    }).then(() => {
      clearTimeout(shown);
      progress.listeners.delete(step);
    });
  }

  const search = buildSearch(app);

  addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(/** @type {Node} */ (event.target))) /** @type {HTMLDetailsElement} */ (menu).open = false;
    }
  });

  app.state.subscribe((/** @type {Set<string>} */ changed) => {
    if (changed.has("lang") || changed.has("theme")) drawTop();
    drawNav();
    if (changed.has("lang")) search.update();
    if (changed.has("sel") || changed.has("lang")) panel.update();
    document.documentElement.classList.toggle("has-selection", Boolean(app.selection));
    if (changed.has("view")) return void show();
    if (!open) return;
    if (changed.has("lang")) document.title = `${app.t(open.entry.title)} – ${app.t("core.title")}`;
    open.mounted.update?.(changed);
    if (changed.has("lang")) drawActions();
  });

  return {
    announce,
    open() {
      help.keys({ close: () => (app.selection ? app.select(null) : null), search, panel });
      drawTop();
      drawNav();
      document.documentElement.classList.toggle("has-selection", Boolean(app.selection));
      drawProgress();
      show();
      panel.update();
      app.engine.ready.then(() => setTimeout(() => app.search.warm(), 300), () => {});
    },
    get selected() {
      return encode(app.selection);
    },
  };
}
