/** The timeline: dated agreements, events, and figures in lanes, their uncertainty drawn. */

import { picturesOf } from "./drawing/svg.js";
import { firstMoment, momentAfter, written } from "./drawing/days.js";
import { builtAnew } from "./drawing/again.js";
import { makeRoving } from "./drawing/rove.js";
import { makeTip } from "./drawing/tip.js";
import { legend, undatedList } from "./timeline/beside.js";
import { drawChart } from "./timeline/chart.js";
import { itemsOf, lanesOf, partsByThing } from "./timeline/items.js";
import { makeOverview } from "./timeline/overview.js";

/** Up to so many things are asked for at once; more are asked for window by window. */
const ALL_AT_ONCE = 1000;
const SETTLED_MS = 250;
const REPLACE = { replace: true };

export const view = {
  id: "timeline",
  title: "timeline.title",
  icon: "M3 12h18M7 12V7M12 12v6M17 12V8M7 5.5a.8.8 0 1 0 0 .1M17 6.5a.8.8 0 1 0 0 .1M12 19.5a.8.8 0 1 0 0 .1",
  mount: builtAnew((root, app) => {
    const { h } = app;
    const holder = h("div", { class: "tl-scroll", tabindex: "-1" });
    const strip = h("div", { class: "tl-strip" });
    const said = h("p", { class: "tl-said", "aria-live": "polite" });
    const beside = h("aside", { class: "tl-beside", "aria-label": app.t("timeline.beside") });
    const button = (key, mark, run) =>
      h("button", { type: "button", class: "draw-tool", title: app.t(key), "aria-label": app.t(key), on: { click: run } }, mark);
    const tools = h(
      "div",
      { class: "tl-tools", role: "group", "aria-label": app.t("timeline.zoom") },
      button("timeline.earlier", "←", () => overview?.pan(-0.25)),
      button("timeline.later", "→", () => overview?.pan(0.25)),
      button("timeline.closer", "+", () => zoom(0.5)),
      button("timeline.wider", "−", () => zoom(2)),
      h("button", { type: "button", class: "draw-tool wide", on: { click: () => overview?.all() } }, app.t("timeline.all")),
    );
    const element = h(
      "section",
      { class: "timeline", "aria-label": app.t("timeline.title") },
      h("header", { class: "tl-top" }, said, tools),
      strip,
      h("div", { class: "tl-body" }, holder, beside),
    );
    root.append(element);
    const tip = makeTip(holder, app);
    const roving = makeRoving(holder, (mark) => app.select({ kind: "thing", iri: mark.getAttribute("data-key") }));

    /** @type {ReturnType<typeof makeOverview> | null} */
    let overview = null;
    /** @type {import("./timeline/items.js").Item[]} */
    let items = [];
    let [undated, total, asked] = [/** @type {any[]} */ ([]), 0, 0];
    /** @type {ReturnType<typeof drawChart> | null} */
    let drawing = null;
    const folded = new Set(app.state.get("tl").split(",").filter(Boolean));
    let [settling, frame] = [0, 0];
    let own = false;

    const off = () => new Set(app.state.list("off"));
    const filters = () => ({ country: app.state.get("country"), field: app.state.get("field") });

    /** The window that the address gives, within what there is. */
    function windowOf(extent) {
      const from = firstMoment(app.state.get("from"));
      const to = momentAfter(app.state.get("to"));
      return { from: Number.isNaN(from) ? extent.from : from, to: Number.isNaN(to) ? extent.to : to };
    }

    async function load() {
      const turn = ++asked;
      const [years, without] = await Promise.all([app.ask("dated-things-by-year", filters()), app.ask("undated-things", filters())]);
      if (turn !== asked) return;
      const counts = years.rows.map((row) => ({
        firstYear: Number(row.firstYear.value), lastYear: Number(row.lastYear.value), things: Number(row.things.value),
        kind: app.kindOf(row.kind.value, row.kind.value).id,
      }));
      undated = without.rows;
      drawBeside();
      total = counts.reduce((sum, { things }) => sum + things, 0);
      strip.replaceChildren();
      overview = null;
      if (!total) {
        items = [];
        draw();
        return;
      }
      const extent = {
        from: Date.UTC(Math.min(...counts.map((count) => count.firstYear)), 0, 1),
        to: Date.UTC(Math.max(...counts.map((count) => count.lastYear)) + 1, 0, 1),
      };
      overview = makeOverview(app, counts, extent, { onMove });
      strip.append(overview.element);
      overview.show(windowOf(extent));
      await loadItems(turn);
    }

    async function loadItems(turn) {
      const values = /** @type {Record<string, string>} */ ({});
      if (total > ALL_AT_ONCE && overview) {
        const day = (moment) => new Date(moment).toISOString().slice(0, 10);
        [values.since, values.until] = [day(overview.window.from), day(overview.window.to - 1)];
      }
      const [things, parts] = await Promise.all([
        app.ask("dated-things", { ...filters(), ...values }), app.ask("dated-things-parts", values),
      ]);
      if (turn !== asked) return;
      items = itemsOf(app, things.rows, partsByThing(parts.rows));
      draw();
    }

    function onMove(window, done) {
      schedule();
      clearTimeout(settling);
      settling = window && setTimeout(keep, done ? 0 : SETTLED_MS);
    }

    /** The window goes into the address once it rests: browsers refuse hundreds of changes a minute. */
    function keep() {
      if (!overview) return;
      const { from, to } = overview.window;
      const whole = overview.isAll();
      own = true;
      app.state.set({ from: whole ? null : written(from), to: whole ? null : written(to, true) }, REPLACE);
      own = false;
      if (total > ALL_AT_ONCE) loadItems(++asked);
    }

    function schedule() {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(draw);
    }

    function draw() {
      tip.hide();
      const width = holder.clientWidth;
      if (!width) return;
      const without = off();
      const shownItems = items.filter((item) => !without.has(item.kind.id));
      if (!overview || !shownItems.length) {
        holder.replaceChildren(h("p", { class: "empty" }, app.t("timeline.empty")));
        said.textContent = "";
        return;
      }
      overview.draw(strip.clientWidth);
      const rowHeight = matchMedia("(pointer: coarse)").matches ? 44 : 28;
      drawing = drawChart(app, lanesOf(shownItems), overview.window, { holder, width, rowHeight, folded });
      const byIri = new Map(items.map((item) => [item.iri, item]));
      for (const mark of drawing.marks) {
        const item = byIri.get(mark.getAttribute("data-key"));
        if (item) tip.attach(mark, () => note(item));
      }
      for (const head of drawing.chart.querySelectorAll("[data-lane]")) {
        head.addEventListener("click", () => fold(head.getAttribute("data-lane")));
        head.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          fold(head.getAttribute("data-lane"));
        });
      }
      const kept = holder.querySelector(".tip");
      const focused = document.activeElement?.getAttribute?.("data-lane");
      const again = roving.take(drawing.marks, app.selection?.iri ?? null);
      holder.replaceChildren(drawing.axis, drawing.chart, kept);
      /** @type {any} */ (again)?.focus();
      if (focused) /** @type {any} */ (drawing.chart.querySelector(`[data-lane="${CSS.escape(focused)}"]`))?.focus();
      const { from, to } = overview.window;
      const [first, last] = [written(from), written(to, true)];
      const span = app.fmt.date(first === last ? first : `${first}/${last}`);
      said.textContent = app.t(items.length < ALL_AT_ONCE ? "timeline.said" : "timeline.said.first", { shown: app.fmt.count(drawing.shown), total: app.fmt.count(total), span });
      mark();
    }

    function drawBeside() {
      const opened = new Set([...beside.querySelectorAll("details[open]")].map((one) => one.dataset.kind));
      const first = !beside.firstChild;
      beside.replaceChildren(legend(app), undatedList(app, undated, off(), (iri) => app.select({ kind: "thing", iri })));
      if (first) return;
      for (const details of beside.querySelectorAll("details")) details.open = opened.has(details.dataset.kind);
    }

    function note(item) {
      return [
        h("strong", {}, h("bdi", { lang: item.lang }, item.label)),
        item.value && h("span", { class: "tip-value" }, item.value),
        h("span", { class: "tip-line" }, item.certainty),
        item.detail && h("span", { class: "tip-line" }, item.detail),
        item.others.length && item.detail !== item.others.join(", ") && h("span", { class: "tip-line" }, item.others.join(", ")),
        item.places.length && h("span", { class: "tip-line" }, item.places.join(", ")),
        item.derived && h("span", { class: "tip-line derived" }, app.t("timeline.derived")),
      ].filter(Boolean);
    }

    function fold(lane) {
      if (!folded.delete(lane)) folded.add(lane);
      app.state.set({ tl: [...folded].sort() }, REPLACE);
      draw();
    }

    /** Nearer or farther: around what has the focus or is selected, if that is in sight. */
    function zoom(factor, around = NaN) {
      const focused = document.activeElement?.getAttribute?.("data-key") ?? app.selection?.iri;
      const item = items.find((one) => one.iri === focused);
      overview?.zoom(factor, Number.isNaN(around) && item ? (item.days.first + item.days.last) / 2 : around);
    }

    function momentAt(clientX) {
      if (!overview || !drawing) return NaN;
      const share = (clientX - holder.getBoundingClientRect().left - drawing.pad) / drawing.inner;
      return overview.window.from + share * (overview.window.to - overview.window.from);
    }

    /** Marks what is selected, wherever it is shown. */
    function mark() {
      const iri = app.selection?.kind === "thing" ? app.selection.iri : app.selection?.s?.value;
      for (const one of element.querySelectorAll("[data-key]")) {
        const chosen = one.getAttribute("data-key") === iri;
        one.classList.toggle("chosen", chosen);
        one.setAttribute("aria-pressed", String(chosen));
      }
    }

    element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !overview) return;
      const run = { "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), 0: overview.all }[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    });
    holder.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
      if (!overview) return;
      event.preventDefault();
      if (event.ctrlKey) zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, momentAt(event.clientX));
      else overview.pan((event.deltaX || event.deltaY) / holder.clientWidth);
    }, { passive: false });

    const watch = new ResizeObserver(() => schedule());
    watch.observe(holder);
    const fonts = document.fonts?.ready.then(schedule);
    load();

    return {
      /** @param {Set<string>} changed */
      update(changed) {
        if (changed.has("country") || changed.has("field")) load();
        else if (changed.has("off")) {
          drawBeside();
          draw();
        }
        if (!own && overview && (changed.has("from") || changed.has("to"))) {
          overview.show(windowOf(overview.extent));
          if (total > ALL_AT_ONCE) loadItems(++asked);
          else schedule();
        }
        if (changed.has("sel")) mark();
      },
      destroy() {
        asked++;
        watch.disconnect();
        cancelAnimationFrame(frame);
        clearTimeout(settling);
        void fonts;
        element.remove();
      },
      actions: [
        { id: "svg", label: "timeline.svg", run: () => drawing && app.download("timeline.svg", "image/svg+xml", picturesOf([drawing.axis, drawing.chart], app.t("timeline.title"))) },
      ],
    };
  }),
};
