/** What stands beside the timeline: what has no date, and how to read the marks. */

import { colorOf, hatch, s } from "../drawing/svg.js";

/** So many undated things are asked for (queries/events/undated-things.rq). */
const MOST = 300;
const PRECISIONS = ["day", "days", "month", "year", "span", "period", "derived"];

/** The undated things, by kind. @param {(iri: string) => void} select */
export function undatedList(app, rows, off, select) {
  /** @type {Map<string, {label: string, kind: any, things: Map<string, any>}>} */
  const kinds = new Map();
  for (const row of rows) {
    const kind = app.kindOf(row.thing.value, row.kind.value);
    if (off.has(kind.id)) continue;
    const list = kinds.get(kind.id) ?? { label: kind.label, kind, things: new Map() };
    kinds.set(kind.id, list);
    list.things.set(row.thing.value, row.thingLabel);
  }
  const total = [...kinds.values()].reduce((sum, { things }) => sum + things.size, 0);
  const { h } = app;
  return h(
    "section",
    { class: "tl-undated", "aria-labelledby": "tl-undated-title" },
    h("h2", { id: "tl-undated-title" }, app.t("timeline.undated"), " ", h("span", { class: "count" }, app.fmt.count(total) + (rows.length < MOST ? "" : "+"))),
    h("p", { class: "note" }, app.t("timeline.undated.note")),
    ...[...kinds.values()].map(({ label, kind, things }) => {
      const element = h(
        "details",
        { class: "kind-list", dataset: { kind: kind.id } },
        h("summary", {}, kindIcon(kind), h("span", { lang: app.lang }, label), h("span", { class: "count" }, app.fmt.count(things.size))),
        h(
          "ul",
          {},
          ...[...things].map(([iri, term]) =>
            h("li", {}, h("button", { type: "button", class: "plain-link", dataset: { key: iri }, on: { click: () => select(iri) } },
              h("bdi", { lang: term.lang || app.lang }, term.value)))),
        ),
      );
      return element;
    }),
  );
}

function kindIcon(kind) {
  const path = /d="([^"]+)"/u.exec(kind.icon ?? "")?.[1] ?? kind.icon ?? "";
  return s("svg", { class: "kind-icon", viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true", vars: { "--kind": colorOf(kind) } }, s("path", { d: path }));
}

/** How to read the marks. */
export function legend(app) {
  const { h } = app;
  return h(
    "details",
    { class: "tl-legend", dataset: { kind: "legend" }, open: matchMedia("(min-width: 700px)").matches },
    h("summary", {}, app.t("timeline.legend")),
    h(
      "ul",
      {},
      ...PRECISIONS.map((name) => h("li", {}, sample(name), h("span", {}, app.t(`timeline.${name}`)))),
    ),
  );
}

function sample(name) {
  const shapes = {
    day: [s("path", { class: "sure", d: "M22 3.500l6.500 6.500-6.500 6.500-6.500-6.500z" })],
    days: [s("rect", { class: "sure", x: 8, y: 5, width: 28, height: 10, rx: 2.5 })],
    month: [s("rect", { class: "possible", x: 12, y: 4, width: 20, height: 12, rx: 6 })],
    year: [s("rect", { class: "possible", x: 2, y: 4, width: 40, height: 12, rx: 6 })],
    span: [s("rect", { class: "possible", x: 2, y: 4, width: 40, height: 12, rx: 6 }), s("rect", { class: "sure", x: 14, y: 6.5, width: 16, height: 7 })],
    period: [s("line", { class: "reach", x1: 2, x2: 42, y1: 10, y2: 10 }), s("line", { class: "stop", x1: 2, x2: 2, y1: 5, y2: 15 }), s("line", { class: "stop", x1: 42, x2: 42, y1: 5, y2: 15 })],
    derived: [s("line", { class: "reach", x1: 2, x2: 42, y1: 10, y2: 10 }), s("line", { class: "stop", x1: 2, x2: 2, y1: 5, y2: 15 }), s("line", { class: "stop", x1: 42, x2: 42, y1: 5, y2: 15 })],
  }[name];
  return s("svg", { class: "sample", width: 44, height: 20, viewBox: "0 0 44 20", "aria-hidden": "true" },
    s("g", { class: `mark ${name === "derived" ? "period derived" : name}`, vars: { "--kind": "var(--ink-soft, currentColor)" } }, ...shapes));
}
