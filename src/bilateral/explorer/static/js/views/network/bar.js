/** Above the drawing: steps, size, groups, filters, and the search for a path. */

import { compact, expand } from "../../terms.js";
import { suggestBox } from "../ask/suggest.js";

const ICONS = {
  back: "M15 5l-7 7 7 7", forward: "M9 5l7 7-7 7", fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5", closer: "M12 5v14M5 12h14", wider: "M5 12h14",
  path: "M6 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM18 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM8 17h7a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h7", anew: "M4 12a8 8 0 1 0 3-6.2M4 4v5h5",
  clear: "M6 6l12 12M18 6L6 18", filter: "M4 5h16l-6 8v6l-4-2v-4z",
};
const SIZES = ["", "degree", "betweenness", "eigenvector"];

/** @param {any} app @param {Record<string, any>} on */
export function buildBar(app, on) {
  const { h } = app;
  const drawn = (/** @type {keyof ICONS} */ name) => h("svg:svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("svg:path", { d: ICONS[name] }));
  const tool = (/** @type {keyof ICONS} */ name, /** @type {() => void} */ run) => h("button", { type: "button", class: "net-tool", dataset: { tool: name }, "aria-label": app.t(`network.${name}`), title: app.t(`network.${name}`), on: { click: run } }, drawn(name));
  const chosen = (/** @type {string} */ label, /** @type {(value: string) => void} */ change) => {
    const select = h("select", { on: { change: () => change(select.value) } });
    return { select, element: h("label", { class: "net-choice" }, h("span", null, app.t(label)), select) };
  };
  const options = (/** @type {any} */ select, /** @type {[string, string][]} */ list, /** @type {string} */ value) => {
    if (document.activeElement !== select) select.replaceChildren(...list.map(([key, text]) => h("option", { value: key }, text)));
    select.value = value;
  };

  const back = tool("back", on.back);
  const forward = tool("forward", on.forward);
  const path = h("button", { type: "button", class: "net-tool wide", "aria-expanded": "false", dataset: { tool: "path" }, on: { click: () => showPath(pathBox.hidden) } }, drawn("path"), h("span", null, app.t("network.path")));
  const size = chosen("network.size", on.size);
  const field = chosen("network.field", (value) => app.state.set({ field: value }));
  const country = chosen("network.country", (value) => app.state.set({ country: value }));
  const groups = h("input", { type: "checkbox", on: { change: () => on.groups(groups.checked) } });
  const more = h("details", { class: "net-more" }, h("summary", { class: "net-tool wide" }, drawn("filter"), h("span", null, app.t("network.narrow"))),
    h("div", { class: "net-choices" }, field.element, country.element, size.element, h("label", { class: "net-check" }, groups, h("span", null, app.t("network.groups")))));
  more.open = matchMedia("(min-width: 901px)").matches;
  const told = h("p", { class: "net-told", role: "status" });
  const pathBox = h("div", { class: "net-path", role: "group", "aria-label": app.t("network.path"), hidden: true });
  const element = h("div", { class: "net-bar" }, h("div", { class: "net-tools", role: "group", "aria-label": app.t("network.tools") },
    back, forward, tool("anew", on.anew), tool("wider", () => on.zoom(1 / 1.35)), tool("closer", () => on.zoom(1.35)), tool("fit", on.fit), path), more, told, pathBox);
  /** @type {string[]} */
  let ends = [];

  /** @param {boolean} shown */
  function showPath(shown) {
    pathBox.hidden = !shown;
    path.setAttribute("aria-expanded", String(shown));
    if (shown) pathBox.querySelector("input")?.focus();
  }

  /** @param {string[]} now @param {{ways: string[][], stopped: boolean} | null} found @param {number} way @param {boolean} looking */
  function drawPath(now, found, way, looking) {
    const typed = pathBox.contains(document.activeElement) && document.activeElement?.tagName === "INPUT";
    if (now.length && pathBox.hidden) {
      pathBox.hidden = false;
      path.setAttribute("aria-expanded", "true");
    }
    if (!pathBox.firstChild || (!typed && ends.join() !== now.join()) || ends.join() !== now.join()) {
      const box = (/** @type {number} */ index) => {
        const id = `net-path-${index}`;
        return h("div", { class: "net-end field iri" }, h("label", { for: id }, app.t(index ? "network.path.to" : "network.path.from")),
          suggestBox(app, { id, value: now[index] ? compact(now[index]) : "", required: false, search: (text) => app.search.find(text), onPick: (curie) => on.end(index, curie ? expand(curie) : "") }));
      };
      pathBox.replaceChildren(box(0), box(1), h("div", { class: "net-found", role: "status" }));
    }
    ends = [...now];
    const place = pathBox.querySelector(".net-found");
    const both = now.filter(Boolean).length === 2;
    const text = looking ? app.t("network.path.looking") : !both || !found ? app.t("network.path.hint") : found.ways.length ? app.t("network.path.found", { steps: app.fmt.count(found.ways[way].length - 1), way: way + 1, ways: found.ways.length }) : app.t(found.stopped ? "network.path.stopped" : "network.path.none");
    place.replaceChildren(h("span", null, text),
      found && found.ways.length > 1 ? h("button", { type: "button", class: "small", on: { click: () => on.way((way + 1) % found.ways.length) } }, app.t("network.path.next")) : "",
      now.length ? h("button", { type: "button", class: "small", on: { click: () => { on.clear(); showPath(false); } } }, app.t("network.path.clear")) : "");
  }
  drawPath([], null, 0, false);

  return {
    element,
    drawPath,
    /** @param {any} now */
    draw(now) {
      back.disabled = !now.past;
      forward.disabled = !now.future;
      options(size.select, SIZES.map((key) => [key, app.t(`network.size.${key || "none"}`)]), now.size);
      options(field.select, [["", app.t("network.field.any")], ...now.fields], now.field);
      options(country.select, [["", app.t("network.country.any")], ...now.countries], now.country);
      groups.checked = now.groups;
      told.textContent = now.told;
    },
  };
}
