/** The Source view: the page itself, in its language with the translation beside it. */

import { compact, expand, keyOf } from "../terms.js";
import { makeTip } from "./drawing/tip.js";
import { headOf } from "./source/head.js";
import { moveByKeys } from "./source/keys.js";
import { readPage } from "./source/page.js";
import { fillDetail, rowOf } from "./source/row.js";
import { spansOf } from "./source/spans.js";

/** @typedef {import("./source/page.js").Row} Row */

export const view = {
  id: "source",
  title: "source.title",
  icon: "M5 3h10l4 4v14H5zM15 3v4h4M8.5 11h7M8.5 14.500h7M8.5 18h4",
  mount,
};

/** @param {HTMLElement} root @param {any} app */
function mount(root, app) {
  const { h } = app;
  const body = h("div", { class: "source-view" });
  root.append(body);
  const tip = makeTip(root, app);
  let ended = false;
  /** @type {any} */
  let page = null;
  /** @type {any[]} */
  let shown = [];
  /** What the view itself has just chosen: its place is known, so nothing scrolls. */
  let chosen = "";
  /** The spans of the selection, and which of them is in sight. */
  let spans = [];
  let place = 0;
  let head = null;

  async function draw() {
    try {
      await drawn();
    } catch (error) {
      if (!ended) body.replaceChildren(h("p", { class: "failure", role: "alert" }, error.message));
    }
  }

  async function drawn() {
    const sources = (await app.ask("sources")).rows;
    if (ended) return;
    const wanted = sourceOf(app.selection) ?? (expand(app.state.get("src")) || (await speaking(sources)));
    if (ended) return;
    const source = sources.some((one) => one.source.value === wanted) ? wanted : sources[0]?.source.value;
    if (!source) {
      body.replaceChildren(h("p", { class: "empty", lang: app.lang }, app.t("source.none")));
      return;
    }
    if (page?.iri !== source) {
      body.replaceChildren(h("p", { class: "waiting", role: "status", lang: app.lang }, app.t("source.reading")));
      page = await readPage(app, source);
      if (ended || !page) return;
      await app.labels([...new Set(page.mentions.map((mention) => mention.thing)), page.about.publisher?.value].filter(Boolean));
      if (ended) return;
    }
    show(sources);
  }

  /** Where there are several pages and none is asked for: one that speaks of what is selected. */
  async function speaking(sources) {
    if (sources.length < 2 || !app.selection) return "";
    const [first] = await app.evidence(app.selection);
    return first?.source ?? "";
  }

  function show(sources) {
    head = headOf(app, page, sources, { step, choose: (source) => app.state.set({ src: compact(source), sel: "" }), open: (source) => app.state.set({ src: compact(source) }) });
    shown = page.rows.map((row) => rowOf(app, page, row, { toggle }));
    const list = h("article", { class: "page", "aria-label": page.about.title?.value ?? compact(page.iri) });
    let section = null;
    let part = list;
    for (const one of shown) {
      if (one.row.section !== section) {
        section = one.row.section;
        part = h("section", { class: "section" });
        list.append(part);
      }
      part.append(one.element);
      if (section?.empty && one.element.classList.contains("heading")) {
        part.append(h("p", { class: "nothing-here", lang: app.lang }, app.t("source.empty")));
      }
    }
    shown[0]?.button.setAttribute("tabindex", "0");
    list.addEventListener("click", choose);
    moveByKeys(list, () => shown);
    for (const mark of list.querySelectorAll("a.mention")) tip.attach(mark, () => told(mark));
    body.replaceChildren(head.bar, head.element, list);
    filter();
    follow(true);
  }

  /** What a mark names, in words. */
  function told(mark) {
    const { thing, kind } = mark.dataset;
    return [app.labelNode(thing), h("span", { class: "tip-kind", lang: app.lang }, app.kindOf(thing).id === kind ? app.kindOf(thing).label : "")];
  }

  function choose(event) {
    const mark = event.target.closest("a.mention");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (mark.classList.contains("off")) return;
    chosen = `thing ${mark.dataset.thing}`;
    app.select({ kind: "thing", iri: mark.dataset.thing });
  }

  /** @param {Row} row */
  function toggle(row) {
    const one = shown[row.number - 1];
    if (!row.passage) {
      expose(one, !one.open);
      return;
    }
    const iri = row.passage.iri;
    const opening = !one.open;
    chosen = opening ? `passage ${iri}` : "nothing";
    if (opening) app.select({ kind: "passage", iri });
    else if (app.selection?.kind === "passage") app.select(null);
    expose(one, opening);
  }

  async function expose(one, open) {
    if (open) for (const other of shown) if (other !== one && other.open) expose(other, false);
    one.open = open;
    one.button.setAttribute("aria-expanded", String(open));
    one.element.classList.toggle("open", open);
    one.detail.hidden = !open;
    if (!open) return;
    await fillDetail(app, page, one);
    // The room changes when the evidence opens beside it, and with it where the sentence stands.
    requestAnimationFrame(() => {
      // On a phone the evidence covers the lower half: what is chosen goes to the top.
      const tall = one.element.offsetHeight > root.clientHeight - 160 || root.clientWidth < 640;
      if (one.open) one.element.scrollIntoView({ block: tall ? "start" : "nearest" });
    });
  }

  /** Light up what is selected, here or elsewhere, and bring it into sight. */
  async function follow(first = false) {
    const selection = app.selection;
    const own = chosen === `${selection?.kind ?? "nothing"} ${selection?.iri ?? ""}`.trim();
    chosen = "";
    const found = await spansOf(app, page, selection);
    if (ended || !app.same(app.selection, selection)) return;
    ({ spans } = found);
    place = 0;
    light();
    head?.found(selection, spans.length, place, found.elsewhere);
    for (const line of body.querySelectorAll(".statement.lit")) line.classList.remove("lit");
    if (!own && spans.length) reveal(first);
  }

  function light() {
    for (const piece of body.querySelectorAll(".piece")) {
      const [begin, end] = [Number(piece.dataset.begin), Number(piece.dataset.end)];
      const within = spans.findIndex((span) => span.begin <= begin && end <= span.end);
      piece.classList.toggle("lit", within >= 0);
      piece.classList.toggle("current", spans.length > 1 && !spans[place].whole && covers(spans[place], begin, end));
    }
    for (const one of shown) {
      one.element.classList.toggle("lit", spans.some((span) => span.whole && span.begin < one.row.end && one.row.begin < span.end));
    }
  }

  const covers = (span, begin, end) => Boolean(span) && span.begin <= begin && end <= span.end;

  /** Bring the span at `place` into sight; a sentence opens to what it says. */
  async function reveal(first) {
    const span = spans[place];
    const one = shown.find(({ row }) => row.begin < span.end && span.begin < row.end);
    if (!one) return;
    if (span.whole && app.selection?.kind !== "thing" && !one.open) await expose(one, true);
    for (const { button } of shown) button.tabIndex = button === one.button ? 0 : -1;
    const still = first || matchMedia("(prefers-reduced-motion: reduce)").matches;
    one.element.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    point(one);
  }

  /** Mark the selected statement's line. */
  function point(one) {
    if (app.selection?.kind !== "statement") return;
    const { s, p, o } = app.selection;
    const key = [s, p, o].map(keyOf).join(" ");
    for (const line of one.detail.querySelectorAll(".statement")) {
      line.classList.toggle("lit", line.dataset.statement === key);
    }
  }

  function step(by) {
    if (!spans.length) return;
    place = (place + by + spans.length) % spans.length;
    light();
    head.found(app.selection, spans.length, place);
    reveal(false);
  }

  /** Kinds that are filtered out have no mark. */
  function filter() {
    const off = new Set(app.state.list?.("off") ?? app.state.get("off").split(","));
    for (const mark of body.querySelectorAll("[data-kind]")) mark.classList.toggle("off", off.has(mark.dataset.kind));
    head?.filtered(off);
  }

  draw();
  return {
    /** @param {Set<string>} changed */
    update(changed) {
      if (!page) return;
      const other = sourceOf(app.selection);
      const source = expand(app.state.get("src") || "");
      if (changed.has("lang")) {
        page = null;
        draw();
      } else if ((other && other !== page.iri) || (changed.has("src") && source && source !== page.iri)) draw();
      else {
        if (changed.has("off")) filter();
        if (changed.has("sel")) follow();
      }
    },
    destroy() {
      ended = true;
      tip.destroy();
    },
    actions: [{ id: "text", label: "source.download", run: () => page && app.download(`${compact(page.iri).replace(/\W+/gu, "-")}.txt`, "text/plain", page.text) }],
  };
}

/** The source of a selected passage. */
function sourceOf(selection) {
  return selection?.kind === "passage" ? selection.iri.split("#")[0] : null;
}
