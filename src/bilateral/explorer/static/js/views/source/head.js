/** The head of the Source view: which page, by whom and of when, what its marks mean, what is found. */

import { compact } from "../../terms.js";

/**
 * @param {any} app @param {any} page @param {any[]} sources
 * @param {{step: (by: number) => void, choose: (source: string) => void, open: (source: string) => void}} on
 */
export function headOf(app, page, sources, on) {
  const { h } = app;
  const { title, publisher, url, date, latest } = page.about;
  const known = date ?? latest;
  const when = known ? app.fmt.date(known.value) : "";
  const silent = page.rows.filter((row) => !row.says && row.passage).length;
  const statements = page.passages.reduce((sum, passage) => sum + passage.statements, 0);
  const found = h("p", { class: "found", role: "status", hidden: true });
  const legend = legendOf(app, page);
  const element = h(
    "header",
    { class: "source-head" },
    sources.length > 1 && chooser(app, page, sources, on.choose),
    h("h2", { lang: title?.lang }, h("bdi", { dir: "auto" }, title?.value ?? compact(page.iri))),
    h(
      "p",
      { class: "source-about", lang: app.lang },
      publisher && h("span", null, app.labelNode(publisher.value)),
      when && h("span", null, date ? when : app.t("source.undated", { date: when })),
      url?.value.startsWith("http") && h("a", { href: url.value, rel: "noreferrer noopener", target: "_blank" }, app.t("source.original")),
    ),
    h(
      "p",
      { class: "source-sum", lang: app.lang },
      app.t("source.sum", {
        rows: app.fmt.count(page.rows.length), statements: app.fmt.count(statements),
        mentions: app.fmt.count(page.mentions.length), silent: app.fmt.count(silent),
      }),
    ),
    legend.element,
    h("p", { class: "source-key", lang: app.lang },
      h("span", { class: "key says", "aria-hidden": "true" }), app.t("source.key.says"),
      h("span", { class: "key silent", "aria-hidden": "true" }), app.t("source.key.silent")),
  );
  return {
    element,
    bar: found,
    filtered: legend.filtered,
    /** Say how often the page speaks of the selection, with steps from one place to the next. */
    found(selection, count, place, elsewhere = null) {
      const about = selection && selection.kind !== "passage";
      found.hidden = !about;
      if (!about) return;
      const name = selection.kind === "thing" ? app.labelNode(selection.iri) : h("span", { lang: app.lang }, app.t("source.found.statement"));
      const told = count
        ? app.t("source.found", { place: app.fmt.count(place + 1), count: app.fmt.count(count) })
        : app.t("source.found.none");
      const move = (by, key, path) =>
        h("button", { type: "button", class: "glyph", "aria-label": app.t(key), title: app.t(key), on: { click: () => on.step(by) } }, arrow(app, path));
      found.replaceChildren(
        name, " ", h("span", { class: "found-count", lang: app.lang }, told),
        ...(elsewhere ? [app.h("button", { type: "button", class: "small", lang: app.lang, on: { click: () => on.open(elsewhere) } }, app.t("source.elsewhere"))] : []),
        ...(count > 1 ? [move(-1, "source.previous", "M6 15l6-6 6 6"), move(1, "source.next", "M6 9l6 6 6-6")] : []),
      );
    },
  };
}

function arrow(app, path) {
  return app.h("svg:svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, app.h("svg:path", { d: path }));
}

function chooser(app, page, sources, choose) {
  const options = sources.map(({ source, sourceLabel }) =>
    app.h("option", { value: source.value, selected: source.value === page.iri }, sourceLabel?.value ?? compact(source.value)),
  );
  return app.h(
    "label",
    { class: "chooser", lang: app.lang },
    app.h("span", null, app.t("source.choose")),
    app.h("select", { on: { change: (event) => choose(event.target.value) } }, options),
  );
}

/** The kinds of what the page names, each with its line and how often; a press hides its marks. */
function legendOf(app, page) {
  /** @type {Map<string, {kind: any, count: number}>} */
  const kinds = new Map();
  for (const { kind } of page.mentions) {
    const entry = kinds.get(kind.id) ?? { kind, count: 0 };
    entry.count += 1;
    kinds.set(kind.id, entry);
  }
  const entries = [...kinds.values()].sort((a, b) => b.count - a.count);
  const toggle = (id) => {
    const off = new Set(app.state.get("off").split(",").filter(Boolean));
    if (!off.delete(id)) off.add(id);
    app.state.set({ off: [...off].sort().join(",") }, { replace: true });
  };
  const buttons = entries.map(({ kind, count }) =>
    app.h(
      "button",
      {
        type: "button", class: "legend-kind", "aria-pressed": "true", dataset: { id: kind.id },
        style: { "--kind": `var(${kind.color})` }, on: { click: () => toggle(kind.id) },
      },
      app.h("span", { class: `legend-name mark-${kind.id}` }, kind.label),
      " ",
      app.h("span", { class: "legend-count" }, app.fmt.count(count)),
    ),
  );
  const element = app.h(
    "details",
    { class: "source-legend", open: innerWidth > 900, lang: app.lang },
    app.h("summary", null, app.t("source.legend")),
    app.h("div", { class: "legend-kinds", role: "group", "aria-label": app.t("source.legend") }, buttons),
  );
  return {
    element,
    filtered: (off) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(!off.has(button.dataset.id)))),
  };
}
