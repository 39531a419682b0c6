/** The figures: small multiples by indicator, periods kept apart, every mark with its sentence. */

import { hatch, pictureOf, s } from "./drawing/svg.js";
import { builtAnew } from "./drawing/again.js";
import { makeRoving } from "./drawing/rove.js";
import { makeTip } from "./drawing/tip.js";
import { unitText, power } from "./drawing/values.js";
import { drawBars } from "./figures/bars.js";
import { drawRanks } from "./figures/ranks.js";
import { pairsOf, sectionsOf } from "./figures/series.js";
import { csvOf, tableOf } from "./figures/table.js";

const REPLACE = { replace: true };

export const view = {
  id: "figures",
  title: "figures.title",
  icon: "M4 20h16M7 17v-5M12 17V5M17 17V9",
  mount: builtAnew((root, app) => {
    const { h } = app;
    const said = h("p", { class: "fig-said" });
    const picker = h("div", { class: "fig-pairs" });
    const toggle = (name) =>
      h("button", { type: "button", class: "draw-tool wide", dataset: { mode: name }, on: { click: () => app.state.set({ fig: name === "charts" ? null : name }, REPLACE) } }, app.t(`figures.${name}`));
    const modes = h("div", { class: "fig-modes", role: "group", "aria-label": app.t("figures.mode") }, toggle("charts"), toggle("tables"));
    const body = h("div", { class: "fig-body" });
    const element = h(
      "section",
      { class: "figures", "aria-label": app.t("figures.title") },
      h("header", { class: "tl-top" }, said, picker, modes),
      h("p", { class: "fig-key" }, s("svg", { width: 28, height: 14, "aria-hidden": "true" }, s("rect", { class: "bar", x: 0.5, y: 0.5, width: 27, height: 13 })), app.t("figures.stated"),
        s("svg", { width: 28, height: 14, "aria-hidden": "true" }, s("defs", {}, hatch("fig-hatch")), s("rect", { class: "bar derived", x: 0.5, y: 0.5, width: 27, height: 13, fill: "url(#fig-hatch)" })), app.t("figures.derived.note")),
      body,
    );
    root.append(element);
    const tip = makeTip(element, app);
    const select = (iri) => app.select({ kind: "thing", iri });
    const roving = makeRoving(body, (mark) => select(mark.getAttribute("data-key")));
    element.style.setProperty("--kind", "var(--accent)");

    /** @type {any[]} */
    let rows = [];
    let [asked, frame, loaded] = [0, 0, false];

    async function load() {
      const turn = ++asked;
      const answer = await app.ask("all-figures", { partner: app.state.get("country") });
      const named = answer.rows.flatMap((row) => [row.reporter, row.partner, row.base, row.compared, row.change, row.scope]);
      await app.labels(named.filter(Boolean).map((term) => term.value));
      if (turn !== asked) return;
      rows = answer.rows;
      loaded = true;
      draw();
    }

    function draw() {
      if (!loaded) return;
      tip.hide();
      const tables = app.state.get("fig") === "tables";
      for (const button of modes.children) button.setAttribute("aria-pressed", String((button.dataset.mode === "tables") === tables));
      body.classList.toggle("tables", tables);
      const pairs = pairsOf(rows);
      const wanted = picker.querySelector("select")?.value ?? "";
      const pair = pairs.find((one) => `${one.reporter} ${one.partner}` === wanted) ?? pairs[0];
      drawPicker(pairs, pair);
      said.hidden = pairs.length > 1;
      said.replaceChildren(...(pair ? [app.labelNode(pair.reporter), " · ", app.labelNode(pair.partner)] : []));
      const sections = sectionsOf(app, rows, pair);
      if (!sections.length) {
        body.replaceChildren(h("p", { class: "empty" }, app.t("figures.empty")));
        return;
      }
      const cards = [];
      body.replaceChildren(
        ...sections.map((section) =>
          h(
            "section",
            { class: "fig-section" },
            h("h2", { lang: section.lang }, section.label),
            h("div", { class: "fig-grid" }, ...section.charts.map((chart) => {
              const room = h("div", { class: "fig-room" });
              const card = h("article", { class: `fig-card ${chart.form}` }, cardHead(chart, room), room);
              cards.push({ chart, room });
              return card;
            })),
          ),
        ),
      );
      // Read all widths before anything is drawn: a drawing changes the next one's room.
      const widths = cards.map(({ room }) => Math.max(Math.floor(room.clientWidth), 200));
      const rowHeight = matchMedia("(pointer: coarse)").matches ? 44 : 30;
      const marks = cards.flatMap(({ chart, room }, index) => {
        if (tables) {
          room.append(tableOf(app, chart, select));
          return [];
        }
        const width = widths[index];
        const drawn = chart.form === "rank" ? drawRanks(app, chart, { holder: room, width }) : drawBars(app, chart, { holder: room, width, rowHeight });
        room.append(drawn.element);
        const points = new Map(chart.groups.flatMap((group) => group.points.map((point) => [point.iri, { group, point }])));
        for (const mark of drawn.marks) tip.attach(mark, () => note(chart, points.get(mark.getAttribute("data-key"))));
        return drawn.marks;
      });
      const again = roving.take(marks, app.selection?.iri ?? null);
      /** @type {any} */ (again)?.focus();
      markChosen();
    }

    function drawPicker(pairs, pair) {
      if (pairs.length < 2) {
        picker.replaceChildren();
        return;
      }
      const option = (one) => h("option", { value: `${one.reporter} ${one.partner}`, selected: one === pair }, `${app.label(one.reporter)} · ${app.label(one.partner)}`);
      picker.replaceChildren(h("label", {}, h("span", { class: "unseen" }, app.t("figures.pair")), h("select", { on: { change: draw } }, ...pairs.slice(0, 200).map(option))));
    }

    function cardHead(chart, room) {
      const keep = () => {
        const svg = room.querySelector("svg");
        if (svg) app.download(`${chart.indicator.split("/").pop()}.svg`, "image/svg+xml", pictureOf(svg, chart.label));
      };
      return h(
        "header",
        { class: "fig-head" },
        h("h3", { lang: chart.lang }, h("bdi", {}, chart.label)),
        h("button", { type: "button", class: "fig-keep", title: app.t("figures.svg"), "aria-label": `${app.t("figures.svg")}: ${chart.label}`, on: { click: keep } }, s("svg", { viewBox: "0 0 24 24", width: 17, height: 17, "aria-hidden": "true" }, s("path", { d: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14" }))),
        h("p", { class: "fig-unit" }, ...unitLine(chart)),
      );
    }

    /** What a chart's values are, as the source gives them. */
    function unitLine(chart) {
      const { row, form, groups } = chart;
      const line = [];
      if (form === "amount") line.push(app.fmt.unit ? app.fmt.unit(power(row), unitText(row)) : scaleText(row));
      if (form === "share") line.push(row.base ? [app.t("figures.share.of"), " ", app.labelNode(row.base.value)] : app.t("figures.share"));
      if (form === "growth") line.push(app.t("figures.growth"));
      if (form === "rank") {
        const among = groups.flatMap((group) => group.points).map((point) => point.row.among?.value).find(Boolean);
        line.push(among ? app.t("figures.among", { n: app.fmt.number(among) }) : app.t("figures.first"));
      }
      if (groups.every((group) => group.points.every((point) => point.derived))) line.push(", ", app.t("figures.derived"));
      return line.flat();
    }

    function scaleText(row) {
      const text = app.fmt.number("0", { mult: power(row), unit: unitText(row) });
      return text.replace(/^0\s*/u, "");
    }

    function note(chart, { group, point }) {
      return [
        h("strong", {}, h("bdi", { lang: chart.lang }, chart.label)),
        h("span", { class: "tip-value" }, point.text),
        h("span", { class: "tip-line" }, `${point.period} (${group.label})`),
        point.row.compared && h("span", { class: "tip-line" }, app.labelNode(point.row.compared.value)),
        point.before !== null && h("span", { class: "tip-line" }, app.t("figures.before", { rank: app.fmt.count(point.before) })),
        h("span", { class: point.derived ? "tip-line derived" : "tip-line" }, app.t(point.derived ? "figures.derived.note" : "figures.stated")),
      ].filter(Boolean);
    }

    function markChosen() {
      const iri = app.selection?.kind === "thing" ? app.selection.iri : app.selection?.s?.value;
      for (const one of body.querySelectorAll("[data-key]")) {
        const chosen = one.getAttribute("data-key") === iri;
        one.classList.toggle("chosen", chosen);
        if (one.hasAttribute("aria-pressed")) one.setAttribute("aria-pressed", String(chosen));
      }
    }

    let width = 0;
    const watch = new ResizeObserver(() => {
      if (Math.abs(body.clientWidth - width) < 2) return;
      width = body.clientWidth;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(draw);
    });
    watch.observe(body);
    load();

    return {
      /** @param {Set<string>} changed */
      update(changed) {
        if (changed.has("country")) load();
        else if (changed.has("fig")) draw();
        if (changed.has("sel")) markChosen();
      },
      destroy() {
        asked++;
        watch.disconnect();
        cancelAnimationFrame(frame);
        element.remove();
      },
      actions: [{ id: "csv", label: "figures.csv", run: () => app.download("figures.csv", "text/csv;charset=utf-8", csvOf(app, rows)) }],
    };
  }),
};
