/** Beside the drawing: the legend, which filters, and the same network as a list for any reader. */

import { outline } from "./shapes.js";
import { HELD_BACK } from "./choice.js";

/** @param {any} app @param {any} kind @returns {SVGElement} */
export function swatch(app, kind, size = 18) {
  const [tag, attributes] = outline(kind.shape, 10, 10, 15);
  return app.h("svg:svg", { class: `swatch kind-${kind.id}`, viewBox: "0 0 20 20", width: size, height: size, "aria-hidden": "true" }, app.h(`svg:${tag}`, attributes));
}

/**
 * @param {any} app
 * @param {{toggle: (kind: string, held: boolean) => void}} on
 */
export function buildLegend(app, on) {
  const { h } = app;
  const list = h("ul", { class: "net-kinds" });
  const marks = h("ul", { class: "net-marks" });
  const element = h("section", { class: "net-legend", "aria-label": app.t("network.legend") },
    h("h2", null, app.t("network.legend")), h("p", { class: "note" }, app.t("network.legend.note")), list, marks);

  const sign = (/** @type {string} */ name, /** @type {string} */ text) => h("li", null, h("span", { class: `net-sign ${name}`, "aria-hidden": "true" }), h("span", null, text));

  return {
    element,
    /** @param {Map<string, number>} counts @param {Map<string, number>} held @param {Set<string>} off @param {string[]} also @param {boolean} timed @param {any[]} groups */
    draw(counts, held, off, also, timed, groups) {
      const focused = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement.dataset.kind : "";
      list.replaceChildren(...app.kinds().filter((/** @type {any} */ kind) => counts.has(kind.id) || held.has(kind.id) || off.has(kind.id) || also.includes(kind.id)).map((/** @type {any} */ kind) => {
        const back = HELD_BACK.includes(kind.id);
        const shown = !off.has(kind.id) && (!back || also.includes(kind.id));
        const number = shown ? counts.get(kind.id) ?? 0 : held.get(kind.id) ?? 0;
        return h("li", null, h("button", { type: "button", dataset: { kind: kind.id }, "aria-pressed": String(shown), on: { click: () => on.toggle(kind.id, back) } },
          swatch(app, kind), h("span", { class: "net-kind", lang: app.lang }, kind.label), h("span", { class: "net-count" }, app.fmt.count(number))));
      }));
      if (focused) /** @type {any} */ (list.querySelector(`[data-kind="${focused}"]`))?.focus();
      marks.replaceChildren(
        sign("derived", app.t("network.derived")),
        ...(timed ? [sign("sure", app.t("network.sure")), sign("possible", app.t("network.possible")), sign("undated", app.t("network.undated"))] : []),
        ...groups.map(({ number, size }) => sign(`group-${((number - 1) % 8) + 1}`, app.t("network.group", { number, size: app.fmt.count(size) }))),
      );
    },
  };
}

/**
 * The things and their ties as a tree. Up and down go along, right opens a thing's ties or follows a
 * tie, left closes, Enter selects; + opens a thing in the network, - folds it, p pins it.
 * @param {any} app
 * @param {{node: (iri: string) => void, tie: (tie: any) => void, open: (iri: string) => void, fold: (iri: string) => void, pin: (iri: string) => void, at: (iri: string) => void}} on
 */
export function buildTree(app, on) {
  const { h } = app;
  const tree = h("ul", { role: "tree", class: "net-tree", "aria-label": app.t("network.list") });
  /** @type {any} */
  let now = null;
  const opened = new Set();

  const items = () => /** @type {HTMLElement[]} */ ([...tree.querySelectorAll('[role="treeitem"]')]);
  /** @param {HTMLElement | undefined} item */
  function go(item) {
    if (!item) return;
    for (const other of items()) other.tabIndex = other === item ? 0 : -1;
    item.focus();
    item.querySelector(".net-line")?.scrollIntoView({ block: "nearest" });
    if (item.dataset.iri) on.at(item.dataset.iri);
  }

  /** @param {string} iri */
  function itemOf(iri) {
    const thing = now.web.things.get(iri);
    const standing = now.chosen.nodes.get(iri);
    const more = now.hidden(iri);
    const about = [thing.kind.label, thing.date && app.fmt.date(thing.date, thing.notBefore, thing.notAfter), standing === "possible" && app.t("network.possible"),
      standing === "undated" && app.t("network.undated.short"), more > 0 && app.t("network.more", { count: app.fmt.count(more) }),
      now.groups.has(iri) && app.t("network.group.short", { number: now.groups.get(iri) }), now.pins.has(iri) && app.t("network.pinned")].filter(Boolean);
    const item = h("li", { role: "treeitem", "aria-level": "1", "aria-expanded": String(opened.has(iri)), "aria-selected": String(now.selected === iri), tabindex: "-1", dataset: { iri } },
      h("div", { class: "net-line", on: { click: () => { go(item); on.node(iri); } } }, swatch(app, thing.kind, 16), h("span", null, app.labelNode(iri), h("small", { lang: app.lang }, about.join(" · ")))));
    if (opened.has(iri)) item.append(tiesOf(iri));
    return item;
  }

  /** @param {string} iri */
  function tiesOf(iri) {
    const ties = now.chosen.ties.filter((/** @type {any} */ tie) => tie.s === iri || tie.o === iri);
    return h("ul", { role: "group" }, ties.map((/** @type {any} */ tie) => {
      const end = tie.s === iri ? tie.o : tie.s;
      const item = h("li", { role: "treeitem", "aria-level": "2", "aria-selected": String(now.selected === tie.key), tabindex: "-1", dataset: { tie: tie.key, end } },
        h("div", { class: "net-line", on: { click: (/** @type {Event} */ event) => { event.stopPropagation(); go(item); on.tie(tie); } } },
          h("span", null, h("span", { class: "net-relation" }, app.labelNode(tie.p), tie.s === iri ? " → " : " ← "), app.labelNode(end))));
      return item;
    }));
  }

  /** @param {HTMLElement} item @param {boolean} open */
  function expand(item, open) {
    const { iri } = item.dataset;
    if (!iri) return;
    if (open) opened.add(iri);
    else opened.delete(iri);
    item.setAttribute("aria-expanded", String(open));
    item.querySelector('[role="group"]')?.remove();
    if (open) item.append(tiesOf(iri));
  }

  tree.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const item = /** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest('[role="treeitem"]'));
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = items();
    const at = all.indexOf(item);
    const { iri, end } = item.dataset;
    const tie = item.dataset.tie && now.chosen.ties.find((/** @type {any} */ one) => one.key === item.dataset.tie);
    const thing = iri ?? /** @type {string} */ (end);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => go(all[at + 1]), ArrowUp: () => go(all[at - 1]), Home: () => go(all[0]), End: () => go(all[all.length - 1]),
      ArrowRight: () => {
        if (end) return go(all.find((one) => one.dataset.iri === end));
        if (item.getAttribute("aria-expanded") === "true") go(items()[at + 1]);
        else expand(item, true);
      },
      ArrowLeft: () => (end ? go(/** @type {HTMLElement} */ (item.parentElement?.closest('[role="treeitem"]'))) : expand(item, false)),
      Enter: () => (tie ? on.tie(tie) : on.node(thing)), " ": () => (tie ? on.tie(tie) : on.node(thing)),
      "+": () => on.open(thing), "=": () => on.open(thing), "-": () => on.fold(thing), p: () => on.pin(thing),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });

  return {
    element: tree,
    /** @param {any} state */
    draw(state) {
      now = state;
      const active = /** @type {any} */ (document.activeElement);
      const had = tree.contains(active) ? { ...active.dataset } : null;
      const order = new Map(app.kinds().map((/** @type {any} */ kind, /** @type {number} */ index) => [kind.id, index]));
      const name = (/** @type {string} */ iri) => app.label(iri);
      const iris = [...state.chosen.nodes.keys()].sort((a, b) => order.get(state.web.things.get(a).kind.id) - order.get(state.web.things.get(b).kind.id) || name(a).localeCompare(name(b)));
      tree.replaceChildren(...iris.map(itemOf));
      const again = had && items().find((one) => (had.iri ? one.dataset.iri === had.iri : one.dataset.tie === had.tie));
      const first = again ?? items()[0];
      if (first) first.tabIndex = 0;
      if (again) again.focus();
    },
    focus: () => go(items().find((one) => one.tabIndex === 0)),
  };
}
