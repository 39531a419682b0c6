/**
 * An answer as bars. Rows of different kinds or units get a chart each: lengths in dollars and in
 * percent cannot be compared, and a quarter of a year stands under its own name.
 */

import { expand } from "../../../terms.js";
import { makeRoving } from "../../drawing/rove.js";
import { fontOf, widthOf } from "../../drawing/svg.js";
import { formOf, valueText } from "../../drawing/values.js";
import { cellText, headingOf, thingOf } from "../columns.js";

const MOST_BARS = 60;
/** Units that are written as a sign or a word of order; a question may give their name alone. */
const SIGNED = ["concept:percent", "concept:rank"];

/** @param {HTMLElement} root @param {any} app @param {any} outcome @param {any} roles */
export async function drawChart(root, app, outcome, roles) {
  if (roles.unit) await app.labels(SIGNED.map(expand));
  const { h } = app;
  /** @type {Map<string, any>} */
  const panels = new Map();
  const wanted = outcome.rows.filter((row) => row[roles.y]);
  for (const row of wanted.slice(0, MOST_BARS)) {
    const [series, unit] = [roles.series && cellText(app, row, roles.series), roles.unit && cellText(app, row, roles.unit)];
    const mult = row.powerOfTen?.value ?? "";
    const key = JSON.stringify([series, unit, mult]);
    const panel = panels.get(key) ?? { series, unit, mult, rows: [] };
    panel.rows.push(row);
    panels.set(key, panel);
  }
  const font = fontOf(root, 14);
  const figures = [...panels.values()].map((panel) => panelOf(app, panel, roles, outcome, font));
  const chart = h("div", { class: "bars", role: "group", "aria-label": app.t("ask.show.chart") }, figures);
  const rove = makeRoving(chart, (mark) => {
    const iri = mark.getAttribute("data-iri");
    if (iri) app.select({ kind: "thing", iri });
  });
  rove.take([...chart.querySelectorAll(".bar")]);
  root.replaceChildren(chart, wanted.length > MOST_BARS ? h("p", { class: "left-out", lang: app.lang }, app.t("ask.left", { n: app.fmt.count(MOST_BARS), all: app.fmt.count(wanted.length) })) : "");
}

function panelOf(app, { series, unit, mult, rows }, roles, outcome, font) {
  const { h } = app;
  const most = Math.max(...rows.map((row) => Math.abs(Number(row[roles.y].value))), 0);
  const titled = [series || headingOf(app, roles.y)].filter(Boolean).join(" · ");
  const list = rows.map((row) => {
    const value = valueOf(app, row, roles, mult, unit);
    const named = roles.x.startsWith("not") && outcome.columns.includes("date") && row.date ? "date" : roles.x;
    const label = cellText(app, row, named);
    const thing = thingOf(row, roles.x) ?? firstThing(outcome.columns, row);
    const share = most ? Math.abs(Number(row[roles.y].value)) / most : 0;
    return h(
      "div",
      { class: "bar", role: thing ? "button" : null, dataset: thing ? { iri: thing, key: `${thing} ${label}` } : {} },
      h("span", { class: "bar-label" }, h("bdi", { dir: "auto", lang: app.lang }, label), h("span", { class: "unseen" }, ": ")),
      h("span", { class: "bar-track" },
        h("span", { class: "bar-fill", "aria-hidden": "true", style: { "--share": share.toFixed(4) } }),
        h("span", { class: "bar-value", lang: app.lang }, value)),
    );
  });
  const room = Math.ceil(Math.max(...rows.map((row) => widthOf(valueOf(app, row, roles, mult, unit), font)))) + 14;
  return h("figure", { class: "bar-panel", style: { "--room": `${room}px` } }, h("figcaption", { lang: app.lang }, titled), list);
}

/** A value as figures are written elsewhere too: with a sign for percent, with the code of a currency. */
function valueOf(app, row, roles, mult, unit) {
  const known = row[roles.unit?.replace(/Label$/u, "")]?.value ?? SIGNED.find((one) => Object.values(app.names(expand(one))).includes(unit)) ?? "";
  if (roles.y === "value" && formOf(expand(known)) !== "amount") return valueText(app, { ...row, unit: { type: "iri", value: expand(known) } });
  return app.fmt.number(row[roles.y].value, { mult, unit: row.unitCode?.value ?? unit });
}

/** What the bar stands for, where its own column names nothing. */
function firstThing(columns, row) {
  const column = columns.find((name) => row[name]?.type === "iri");
  return column ? row[column].value : null;
}
