/** The same figures as a table. */

/** @param {any} app @param {import("./series.js").Chart} chart @param {(iri: string) => void} select */
export function tableOf(app, chart, select) {
  const { h } = app;
  const heads = ["period", "length", "value", "how"].map((name) => h("th", { scope: "col" }, app.t(`figures.column.${name}`)));
  const rows = chart.groups.flatMap((group) =>
    group.points.map((point) =>
      h(
        "tr",
        { dataset: { key: point.iri } },
        h("th", { scope: "row" }, h("button", { type: "button", class: "plain-link", on: { click: () => select(point.iri) } }, point.period)),
        h("td", {}, group.label),
        h("td", { class: "number" }, point.text),
        h("td", {}, app.t(point.derived ? "figures.derived" : "figures.stated"),
          point.row.change ? [", ", app.labelNode(point.row.change.value)] : null,
          point.row.compared ? [", ", app.labelNode(point.row.compared.value)] : null,
          point.before !== null ? [", ", app.t("figures.before", { rank: app.fmt.count(point.before) })] : null),
      ),
    ),
  );
  return h("div", { class: "fig-table", tabindex: "0", role: "region", "aria-label": chart.label },
    h("table", {}, h("caption", { class: "unseen" }, chart.label), h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)));
}

/** All figures as CSV, for a spreadsheet. @param {any[]} rows */
export function csvOf(app, rows) {
  const columns = ["observation", "observationLabel", "indicatorLabel", "date", "notBefore", "notAfter", "value", "powerOfTen", "unitLabel", "derived"];
  // A cell that begins like a formula would run in a spreadsheet.
  const cell = (text) => `"${(/^[=+@\t\r]|^-(?![\d.])/u.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return [columns, ...rows.map((row) => columns.map((name) => row[name]?.value ?? ""))].map((line) => line.map(cell).join(",")).join("\r\n");
}
