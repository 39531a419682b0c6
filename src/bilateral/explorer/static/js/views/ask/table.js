/** An answer as a table: sortable, labels for IRIs, and the passages behind each row on demand. */

import { cellOf, headingOf, isNumeric, orderOf, shownColumns } from "./columns.js";
import { evidenceNode, evidenceOf } from "./evidence.js";

const PAGE = 100;

/**
 * @param {HTMLElement} root @param {any} app @param {any} outcome
 * @param {{view?: any, sort: string, onSort: (sort: string) => void}} how `sort` is a column, with - for downwards
 */
export function drawTable(root, app, outcome, { view, sort, onSort }) {
  const { h } = app;
  const columns = shownColumns(outcome, view);
  let order = sort;
  let shown = PAGE;
  const numeric = new Map(columns.map((column) => [column, isNumeric(outcome.rows, column)]));
  const heads = columns.map((column) => {
    const press = () => {
      order = order === column ? `-${column}` : order === `-${column}` ? "" : column;
      onSort(order);
      fill();
    };
    return h("th", { scope: "col", class: numeric.get(column) && "number", dataset: { column } },
      h("button", { type: "button", class: "sort", on: { click: press } }, headingOf(app, column), h("span", { class: "sort-mark", "aria-hidden": "true" })));
  });
  const body = h("tbody");
  const more = h("button", { type: "button", class: "small more", lang: app.lang, on: { click: () => { shown += PAGE; fill(); } } });
  const caption = h("caption", { class: "unseen", lang: app.lang }, app.t("ask.table"));
  const table = h("table", { class: "answer" }, caption,
    h("thead", null, h("tr", { lang: app.lang }, heads, h("th", { scope: "col" }, h("span", { class: "unseen" }, app.t("ask.evidence"))))), body);

  function fill() {
    for (const head of heads) {
      const { column } = head.dataset;
      const way = order === column ? "ascending" : order === `-${column}` ? "descending" : null;
      if (way) head.setAttribute("aria-sort", way);
      else head.removeAttribute("aria-sort");
    }
    const column = order.replace(/^-/u, "");
    const rows = [...outcome.rows];
    if (columns.includes(column)) {
      const compare = orderOf(app, rows, column);
      const down = order.startsWith("-");
      rows.sort((a, b) => (a[column] && b[column] && down ? -compare(a, b) : compare(a, b)));
    }
    body.replaceChildren(...rows.slice(0, shown).flatMap(rowOf));
    more.hidden = rows.length <= shown;
    if (!more.hidden) more.textContent = app.t("ask.more", { n: app.fmt.count(Math.min(PAGE, rows.length - shown)), rest: app.fmt.count(rows.length - shown) });
  }

  function rowOf(row) {
    const cells = columns.map((column, place) =>
      h(place ? "td" : "th", { scope: place ? null : "row", class: numeric.get(column) && "number" }, h("div", { class: "cell" }, cellOf(app, row, column))));
    const behind = h("tr", { class: "behind", hidden: true });
    const button = h("button",
      { type: "button", class: "evidence-button", "aria-expanded": "false", "aria-label": app.t("ask.evidence.of"), title: app.t("ask.evidence.of"), on: { click: toggle } },
      h("svg:svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("svg:path", { d: "M10 7H5v6h5V7c0 6-1 9-4 10.500M19 7h-5v6h5V7c0 6-1 9-4 10.500" })));
    async function toggle() {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      behind.hidden = !open;
      if (!open || behind.childElementCount) return;
      const cell = h("td", { colspan: String(columns.length + 1) }, h("p", { role: "status", lang: app.lang }, app.t("ask.running")));
      behind.append(cell);
      try {
        cell.replaceChildren(evidenceNode(app, await evidenceOf(app, row)));
      } catch (error) {
        cell.replaceChildren(h("p", { class: "failure" }, error.message));
      }
    }
    return [h("tr", null, cells, h("td", { class: "evidence-cell" }, button)), behind];
  }

  fill();
  root.replaceChildren(h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": app.t("ask.table") }, table), more);
}
