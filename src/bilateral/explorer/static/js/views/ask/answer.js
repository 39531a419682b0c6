/** An answer: how long it took, how many rows, in which form it is shown, and as which file it is kept. */

import { rowsOfTriples } from "./columns.js";
import { drawChart } from "./forms/chart.js";
import { drawMap } from "./forms/map.js";
import { rolesOf } from "./forms/roles.js";
import { drawTimeline } from "./forms/timeline.js";
import { MOST_ROWS, run as start } from "./run.js";
import { csvOf, jsonOf, turtleOf } from "./save.js";
import { drawTable } from "./table.js";
import { iconOf } from "./catalogue.js";
import { irisOf } from "../source/term.js";

/** So long a query may take before it is said that it runs, and that it can be stopped. */
const PATIENCE = 250;

/**
 * @param {any} app
 * @param {{file: string, view: any, keep: (changed: {show?: string, sort?: string}) => void, failed?: (failure: any) => void, place?: (failure: any) => void}} how
 */
export function openAnswer(app, { file, view, keep, failed, place }) {
  const { h } = app;
  const status = h("p", { class: "answer-status", role: "status", lang: app.lang });
  const bar = h("div", { class: "answer-bar", lang: app.lang });
  const drawn = h("div", { class: "answer-drawn" });
  const element = h("section", { class: "ask-answer", "aria-label": app.t("ask.answer") }, h("div", { class: "answer-head" }, status, bar), drawn);
  /** @type {any} */
  let running = null;
  /** @type {any} */
  let outcome = null;
  /** @type {Map<string, any>} */
  let forms = new Map();
  let [show, sort] = ["", ""];
  let end = () => {};
  let gone = false;

  async function run(query, wanted) {
    running?.forget();
    ({ show, sort } = wanted);
    const { outcome: coming, stop } = start(app, query, app.payload.prefixes);
    let mine = true;
    const began = performance.now();
    const clock = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      if (seconds * 1000 > PATIENCE) waiting(seconds, stop);
    }, 200);
    running = { forget: () => { mine = false; clearInterval(clock); } };
    try {
      const found = await coming;
      clearInterval(clock);
      if (!mine || gone) return;
      failed?.(null);
      await take(found);
    } catch (failure) {
      if (mine && !gone) complain(failure);
    } finally {
      clearInterval(clock);
    }
  }

  function waiting(seconds, stop) {
    if (status.querySelector("button")) {
      status.querySelector(".seconds").textContent = app.t("ask.seconds", { n: app.fmt.number(seconds.toFixed(1)) });
      return;
    }
    status.replaceChildren(
      h("span", { class: "spinner", "aria-hidden": "true" }), app.t("ask.running"), " ",
      h("span", { class: "seconds", "aria-hidden": "true" }), " ",
      h("button", { type: "button", class: "small", on: { click: stop } }, app.t("ask.stop")),
    );
  }

  async function take(found) {
    const rows = found.triples ? rowsOfTriples(found.triples) : found.rows;
    outcome = { ...found, rows, columns: found.triples ? ["subject", "predicate", "object"] : found.columns };
    forms = rolesOf(outcome, view);
    const n = app.fmt.count(rows.length);
    const time = app.t("ask.ms", { n: app.fmt.count(Math.max(1, Math.round(found.ms))) });
    const told = found.truth !== undefined ? "" : found.cut ? app.t("ask.cut", { n: app.fmt.count(MOST_ROWS) }) : app.t(found.triples ? "ask.triples" : "ask.rows", { n });
    status.replaceChildren([told, time].filter(Boolean).join(" · "));
    await app.labels(irisOf(rows.slice(0, 400).flatMap((row) => Object.values(row))));
    if (gone) return;
    tools();
    await draw();
  }

  function complain(failure) {
    outcome = null;
    bar.replaceChildren();
    end();
    if (failure.name === "Stopped") {
      status.replaceChildren(app.t("ask.stopped"));
      drawn.replaceChildren();
      return;
    }
    status.replaceChildren();
    failed?.(failure);
    const where = failure.line ? app.t("ask.place", { line: app.fmt.count(failure.line), column: app.fmt.count(failure.column ?? 1) }) : "";
    drawn.replaceChildren(
      h("div", { class: "failure", role: "alert" },
        h("p", { lang: app.lang }, h("strong", null, app.t("ask.failed")), where && " ",
          where && (place ? h("button", { type: "button", class: "small", on: { click: () => place(failure) } }, where) : where)),
        h("p", { lang: "en", class: "failure-words" }, failure.message),
        failure.remedy && h("p", { lang: "en" }, failure.remedy)),
    );
  }

  /** The forms to choose from and the files to keep. */
  function tools() {
    const current = shownForm();
    const choose = (form) => {
      show = form === [...forms.keys()][0] ? "" : form;
      keep({ show });
      tools();
      draw();
    };
    const buttons = [...forms.keys()].map((form) =>
      h("button", { type: "button", class: "form-button", "aria-pressed": String(form === current), on: { click: () => choose(form) } },
        iconOf(app, form), h("span", null, app.t(`ask.show.${form}`))));
    const had = bar.contains(document.activeElement) ? [...bar.querySelectorAll("button")].indexOf(document.activeElement) : -1;
    bar.replaceChildren(
      ...(buttons.length > 1 ? [h("div", { class: "form-buttons", role: "group", "aria-label": app.t("ask.show") }, buttons)] : []),
      saving(),
    );
    if (had >= 0) bar.querySelectorAll("button")[had]?.focus();
  }

  function saving() {
    const turtle = outcome.triples ? "ask.save.turtle" : "ask.save.resultset";
    /** @type {[string, string, string, () => string][]} */
    const kinds = /** @type {any[]} */ ([
      !outcome.triples && outcome.truth === undefined && ["ask.save.csv", "csv", "text/csv", () => csvOf(outcome)],
      !outcome.triples && ["ask.save.json", "srj.json", "application/sparql-results+json", () => jsonOf(outcome)],
      [turtle, "ttl", "text/turtle", () => turtleOf(outcome, app.payload.prefixes)],
    ]).filter(Boolean);
    return h("div", { class: "saves", role: "group", "aria-label": app.t("ask.save") },
      h("span", { class: "saves-label", "aria-hidden": "true" }, app.t("ask.save")),
      kinds.map(([key, ending, mime, made]) =>
        h("button", { type: "button", class: "small", on: { click: () => app.download(`${file}.${ending}`, mime, made()) } }, app.t(key))));
  }

  const shownForm = () => (forms.has(show) ? show : [...forms.keys()][0]);

  async function draw() {
    end();
    end = () => {};
    if (!outcome) return;
    if (outcome.truth !== undefined) {
      drawn.replaceChildren(h("p", { class: "truth", lang: app.lang }, app.t(outcome.truth ? "source.yes" : "source.no")));
      return;
    }
    if (!outcome.rows.length) {
      drawn.replaceChildren(h("p", { class: "empty", lang: app.lang }, app.t("ask.empty")));
      return;
    }
    const form = shownForm();
    const roles = forms.get(form);
    drawn.dataset.form = form;
    if (form === "table") {
      drawTable(drawn, app, outcome, { view: roles, sort, onSort: (next) => { sort = next; keep({ sort }); } });
    } else {
      const finish = await drawings[form](roles);
      if (form === shownForm() && !gone) end = finish ?? end;
      else finish?.();
    }
  }

  const drawings = {
    chart: (roles) => drawChart(drawn, app, outcome, roles),
    timeline: (roles) => drawTimeline(drawn, app, outcome, roles),
    map: (roles) => drawMap(drawn, app, outcome, roles),
    graph: async (roles) => (await import("./forms/graph.js")).drawGraph(drawn, app, outcome, roles),
  };

  return {
    element,
    run,
    /** Show the answer that is there in another form or order. */
    turn(wanted) {
      const other = wanted.show !== show || wanted.sort !== sort;
      ({ show, sort } = wanted);
      if (!other || !outcome) return;
      tools();
      draw();
    },
    clear() {
      running?.forget();
      outcome = null;
      end();
      status.replaceChildren();
      bar.replaceChildren();
      drawn.replaceChildren();
    },
    destroy() {
      gone = true;
      running?.forget();
      end();
    },
  };
}
