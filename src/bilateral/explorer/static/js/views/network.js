/**
 * The network of who has a part in what. It opens on the source's two states and what ties them; the
 * reader opens more. What is a tie is decided by the saved question `ties` alone
 * (`ties-of` gives its rows for one thing).
 */

import { compact, expand, iri as iriTerm } from "../terms.js";
import { builtAnew } from "./drawing/again.js";
import { decode, encode } from "./network/address.js";
import { buildBar } from "./network/bar.js";
import { buildCard } from "./network/card.js";
import { between, choose, passes, windowOf } from "./network/choice.js";
import { csv, gexf, graphml, svg } from "./network/exports.js";
import { keysOf } from "./network/keys.js";
import { FONT, token } from "./network/look.js";
import { betweenness, communities, degree, eigenvector } from "./network/measures.js";
import { waysBetween } from "./network/paths.js";
import { openPicture } from "./network/picture.js";
import { openingSeats, seatsBeside } from "./network/seats.js";
import { buildLegend, buildTree } from "./network/side.js";
import { buildTime } from "./network/time.js";
import { openWeb } from "./network/web.js";

/** The ties of all that is shown are read too, up to so many things, so that each can say what it hides. */
const READ_ALL = 160;
/** Finding what is between takes the square of the things; above this it is not looked for unasked. */
const MEASURED = 1000;
/** What was read stays for the next time that the view is opened, in any language. */
const webs = new WeakMap();

export const view = {
  id: "network",
  title: "network.title",
  icon: "",
  mount: builtAnew((root, app) => {
    const { h } = app;
    if (!webs.has(app)) webs.set(app, openWeb(app));
    const web = webs.get(app);
    /** @type {string[]} */
    let pair = [];
    let way = decode(app.state.get("net"));
    /** @type {any} */
    let chosen = { nodes: new Map(), ties: [], more: 0, held: new Map() };
    /** @type {any} */
    let found = null;
    /** @type {Map<string, {x: number, y: number}>} */
    const seats = new Map();
    /** @type {string[]} */
    let past = [];
    /** @type {string[]} */
    let future = [];
    let turn = 0;
    let at = "";
    let gone = false;
    let fitted = false;
    let followed = "";

    const canvas = h("div", { class: "net-canvas" });
    const stage = h("div", { class: "net-stage", role: "application", tabindex: "0", "aria-label": app.t("network.canvas"), "aria-describedby": "net-keys" }, canvas);
    const keysTold = h("p", { class: "unseen", id: "net-keys" }, app.t("network.keys"));
    const picture = openPicture(canvas, app, { node: pick, tie: pickTie, open, ground: () => app.select(null), moved });
    const bar = buildBar(app, {
      back: () => step(past, future), forward: () => step(future, past), anew, fit: whole, zoom,
      size: (/** @type {string} */ size) => change({ size }), groups: (/** @type {boolean} */ groups) => change({ groups }),
      end: setEnd, way: (/** @type {number} */ number) => change({ way: number }), clear: () => change({ path: [], way: 0 }),
    });
    const legend = buildLegend(app, { toggle });
    const tree = buildTree(app, { node: pick, tie: pickTie, open, fold, pin, at: stand });
    const time = buildTime(app, (from, to) => app.state.set({ from, to }));
    const card = buildCard(app, { open, fold, pin, end: setEnd });
    const listed = h("details", { class: "net-listed", on: { toggle: () => listed.open && drawTree() } }, h("summary", null, app.t("network.list")), h("p", { class: "note" }, app.t("network.list.note")), tree.element);
    listed.open = matchMedia("(min-width: 901px)").matches;
    const element = h("div", { class: "net" }, bar.element,
      h("div", { class: "net-body" }, h("div", { class: "net-main" }, h("div", { class: "net-upper" }, stage, card.element), keysTold, time.element), h("div", { class: "net-side" }, legend.element, listed)));
    root.append(element);

    // --- What the reader does ---

    /** @param {Partial<import("./network/address.js").Way>} patch */
    function change(patch) {
      const next = encode({ ...way, ...patch });
      const now = app.state.get("net");
      if (next === now) return;
      past = [...past, now].slice(-100);
      future = [];
      app.state.set({ net: next });
    }
    /** @param {string[]} from @param {string[]} to */
    function step(from, to) {
      const next = from.pop();
      if (next === undefined) return;
      to.push(app.state.get("net"));
      app.state.set({ net: next });
    }
    function anew() {
      seats.clear();
      picture.cy.elements().remove();
      picture.moved = false;
      fitted = false;
      if (!app.state.get("net")) return refresh();
      change({ opened: [], away: [], pins: new Map(), also: [], path: [], way: 0 });
    }
    /** @param {string} iri */
    function pick(iri) {
      stand(iri, false);
      app.select({ kind: "thing", iri });
    }
    /** @param {any} tie */
    function pickTie(tie) {
      app.select({ kind: "statement", s: iriTerm(tie.s), p: iriTerm(tie.p), o: iriTerm(tie.o) });
    }
    /** @param {string} iri */
    async function open(iri) {
      await web.load(iri);
      if (web.cut.has(iri)) app.announce(app.t("network.cut", { name: app.label(iri) }));
      change({ opened: [...way.opened.filter((one) => one !== iri), iri], away: way.away.filter((one) => one !== iri) });
      at = iri;
    }
    /** @param {string} iri */
    function fold(iri) {
      if (way.opened.includes(iri)) return change({ opened: way.opened.filter((one) => one !== iri) });
      if (pair.includes(iri)) return;
      if (app.selection?.iri === iri) app.select(null);
      change({ away: [...way.away, iri], path: way.path.includes(iri) ? [] : way.path });
    }
    /** @param {string} iri */
    function pin(iri) {
      const pins = new Map(way.pins);
      if (!pins.delete(iri)) {
        const { x, y } = picture.cy.getElementById(iri).position();
        pins.set(iri, { x: Math.round(x), y: Math.round(y) });
      }
      change({ pins });
      app.announce(app.t(pins.has(iri) ? "network.pinned" : "network.unpinned"));
    }
    /** A thing that was dragged is meant to stay there. @param {string} iri @param {{x: number, y: number}} to */
    function moved(iri, to) {
      seats.set(iri, { ...to });
      change({ pins: new Map(way.pins).set(iri, { x: Math.round(to.x), y: Math.round(to.y) }) });
    }
    /** @param {number} index @param {string} iri */
    function setEnd(index, iri) {
      const path = [way.path[0] ?? "", way.path[1] ?? ""];
      path[index] = iri;
      change({ path: path[1] || path[0] ? path : [], way: 0 });
    }
    /** @param {string} kind @param {boolean} back */
    function toggle(kind, back) {
      const off = new Set(app.state.list("off"));
      const shown = !off.has(kind) && (!back || way.also.includes(kind));
      if (shown && !back) off.add(kind);
      else off.delete(kind);
      const also = back ? (shown ? way.also.filter((one) => one !== kind) : [...way.also, kind]) : way.also;
      app.state.set({ off: [...off].join(","), net: encode({ ...way, also }) });
    }
    /** @param {number} by */
    function zoom(by) {
      picture.moved = true;
      picture.cy.zoom({ level: picture.cy.zoom() * by, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
    }
    /** Where the keyboard stands. @param {string} iri @param {boolean} [show] */
    function stand(iri, show = true) {
      at = iri;
      const node = picture.cy.getElementById(iri);
      picture.cy.nodes(".at").removeClass("at");
      if (!node.length) return;
      node.addClass("at");
      if (!show) return;
      const { x, y } = node.renderedPosition();
      if (x < 30 || y < 30 || x > canvas.clientWidth - 30 || y > canvas.clientHeight - 30) picture.cy.center(node);
    }
    keysOf(stage, app, picture.cy, { get: () => at || pair[0], stand, pick, open, fold, pin, fit: whole, zoom, hidden });

    function whole() {
      picture.moved = false;
      picture.fit();
    }

    // --- What is shown ---

    /** How many more things opening would bring. @param {string} iri */
    function hidden(iri) {
      if (!web.done.has(iri)) return 0;
      let count = 0;
      const filters = filtersNow();
      for (const end of web.beside(iri).keys()) {
        if (!chosen.nodes.has(end) && passes(web.things.get(end), { ...filters, also: way.also })) count += 1;
      }
      return count;
    }

    const filtersNow = () => ({
      off: new Set(app.state.list("off")), field: expand(app.state.get("field")), country: expand(app.state.get("country")),
      time: windowOf(app.state.get("from"), app.state.get("to")),
    });

    /** The things that a selection is of. @param {any} selection */
    const thingsOf = (selection) => (!selection ? [] : selection.kind === "thing" ? [selection.iri] : selection.kind === "statement" ? [selection.s.value, selection.o.value] : []);

    async function refresh() {
      const mine = ++turn;
      way = decode(app.state.get("net"));
      if (!pair.length) {
        const { rows } = await app.ask("pairs");
        pair = rows.length ? [rows[0].reporter.value, rows[0].partner.value] : [];
      }
      const ends = way.path.filter(Boolean);
      const selected = thingsOf(app.selection);
      await web.loadAll([...pair, ...way.opened, ...ends, ...selected]);
      const offices = pair.flatMap((state) => [...web.beside(state).keys()].filter((iri) => web.things.get(iri).kind.id === "office"));
      await web.loadAll(offices.slice(0, 24));
      if (mine !== turn || gone) return;
      if (ends.length === 2 && (!found || found.ends !== ends.join())) {
        bar.drawPath(way.path, null, 0, true);
        await app.labels(ends);
        const ways = await waysBetween(web, ends[0], ends[1]);
        if (mine !== turn || gone) return;
        found = { ...ways, ends: ends.join() };
        app.announce(ways.ways.length ? app.t("network.path.found", { steps: ways.ways[0].length - 1, way: 1, ways: ways.ways.length }) : app.t("network.path.none"));
      } else if (ends.length !== 2) found = null;
      await show(mine, selected);
      if (mine !== turn || gone || chosen.nodes.size > READ_ALL) return;
      const unread = [...chosen.nodes.keys()].filter((iri) => !web.done.has(iri));
      if (!unread.length) return;
      await web.loadAll(unread);
      if (mine === turn && !gone) await show(mine, selected);
    }

    /** @param {number} mine @param {string[]} selected */
    async function show(mine, selected) {
      const number = found?.ways.length ? Math.min(way.way, found.ways.length - 1) : 0;
      const path = found?.ways[number] ?? way.path.filter(Boolean);
      const filters = filtersNow();
      chosen = choose(web, { pair, way, selected: selected.filter((iri) => web.beside(iri).size), path, ...filters });
      const fields = new Set([...web.things.values()].flatMap((thing) => [...thing.fields]));
      const states = [...web.things.values()].filter((thing) => thing.kind.id === "state").map((thing) => thing.iri);
      await app.labels([...chosen.nodes.keys(), ...chosen.ties.map((/** @type {any} */ tie) => tie.p), ...fields, ...states]);
      if (mine !== turn || gone) return;
      sit(path);
      const graph = neighbours();
      const measures = { degree: degree(graph), betweenness: new Map(), eigenvector: new Map() };
      if (way.size === "betweenness" && graph.size <= MEASURED) measures.betweenness = betweenness(graph);
      if (way.size === "eigenvector") measures.eigenvector = eigenvector(graph);
      const most = Math.max(...(measures[/** @type {"degree"} */ (way.size)]?.values() ?? []), 1e-9);
      const sizeOf = (/** @type {string} */ iri) => {
        const { kind } = web.things.get(iri);
        if (!way.size) return kind.id === "state" ? (pair.includes(iri) ? 62 : 44) : 32;
        return 18 + 52 * Math.sqrt((measures[/** @type {"degree"} */ (way.size)]?.get(iri) ?? 0) / most);
      };
      picture.draw(web, chosen, (iri) => seats.get(iri) ?? { x: 0, y: 0 }, sizeOf, hidden);
      const groups = way.groups ? communities(graph) : new Map();
      mark(path, groups);
      const seen = path.length > 1 ? path.join(" ") : "";
      if (canvas.clientWidth && (!fitted || seen !== followed)) {
        fitted = true;
        if (seen) picture.fit(picture.cy.nodes(".way"));
        else picture.fit(picture.cy.$(".near").length ? picture.cy.$(".near") : undefined);
        followed = seen;
      }
      beside(filters, groups, fields, states);
      bar.drawPath(way.path, found, number, false);
    }

    /** The things that have no place yet get one; those that have keep it. @param {string[]} path */
    function sit(path) {
      if (!seats.size) {
        const middle = between(web, pair);
        for (const iri of [...middle.things]) if (!chosen.nodes.has(iri)) middle.things.delete(iri);
        for (const [iri, seat] of openingSeats(web, pair, middle, app.label, canvas.clientWidth < 560)) seats.set(iri, seat);
      }
      for (const [iri, seat] of way.pins) {
        seats.set(iri, { ...seat });
        picture.cy.getElementById(iri).position({ ...seat });
      }
      const place = (/** @type {string[]} */ coming, /** @type {string} */ from) => {
        const taken = [...chosen.nodes.keys()].filter((iri) => seats.has(iri)).map((iri) => seats.get(iri));
        for (const [iri, seat] of seatsBeside(coming, seats.get(from) ?? { x: 0, y: 0 }, /** @type {any} */ (taken))) seats.set(iri, seat);
      };
      const homeless = () => [...chosen.nodes.keys()].filter((iri) => !seats.has(iri));
      // From where a path has a place already outwards to its ends.
      const known = path.findIndex((iri) => seats.has(iri));
      for (let index = known - 1; index >= 0; index -= 1) if (!seats.has(path[index])) place([path[index]], path[index + 1]);
      path.forEach((iri, index) => {
        if (!seats.has(iri)) place([iri], path[index - 1] ?? pair[0]);
      });
      for (const root of way.opened) {
        if (!seats.has(root)) place([root], [...web.beside(root).keys()].find((iri) => seats.has(iri)) ?? pair[0]);
        place(homeless().filter((iri) => web.beside(root).has(iri)), root);
      }
      for (const iri of homeless()) place([iri], [...web.beside(iri).keys()].find((one) => seats.has(one)) ?? pair[0]);
    }

    function neighbours() {
      const graph = new Map([...chosen.nodes.keys()].map((iri) => [iri, new Map()]));
      for (const { s, o } of chosen.ties) {
        graph.get(s).set(o, (graph.get(s).get(o) ?? 0) + 1);
        graph.get(o).set(s, (graph.get(o).get(s) ?? 0) + 1);
      }
      return graph;
    }

    /** @param {string[]} path @param {Map<string, number>} groups */
    function mark(path, groups) {
      const { cy } = picture;
      const selection = app.selection;
      const key = selection?.kind === "statement" ? `${selection.s.value} ${selection.p.value} ${selection.o.value}` : "";
      cy.batch(() => {
        cy.elements().removeClass("chosen near away way pinned group-1 group-2 group-3 group-4 group-5 group-6 group-7 group-8");
        for (const iri of way.pins.keys()) cy.getElementById(iri).addClass("pinned");
        for (const [iri, group] of groups) cy.getElementById(iri).addClass(`group-${((group - 1) % 8) + 1}`);
        const one = key ? cy.getElementById(key) : selection?.kind === "thing" ? cy.getElementById(selection.iri) : cy.collection();
        if (path.length > 1) {
          const steps = new Set(path);
          cy.elements().addClass("away");
          for (const iri of steps) cy.getElementById(iri).removeClass("away").addClass("way");
          path.slice(1).forEach((iri, index) => cy.getElementById(iri).edgesWith(cy.getElementById(path[index])).removeClass("away").addClass("way"));
        } else if (one.length && one.isNode()) {
          const near = one.closedNeighborhood();
          cy.elements().difference(near).addClass("away");
          near.addClass("near");
        }
        one.removeClass("away").addClass("chosen");
      });
      card.draw(selection, web, { opened: way.opened, pins: way.pins, pair, hidden, shown: chosen.nodes });
    }

    let treeState = null;
    function drawTree() {
      if (treeState) tree.draw(treeState);
    }

    /** @param {any} filters @param {Map<string, number>} groups @param {Set<string>} fields @param {string[]} states */
    function beside(filters, groups, fields, states) {
      const counts = new Map();
      for (const iri of chosen.nodes.keys()) {
        const { kind } = web.things.get(iri);
        counts.set(kind.id, (counts.get(kind.id) ?? 0) + 1);
      }
      const sizes = new Map();
      for (const group of groups.values()) sizes.set(group, (sizes.get(group) ?? 0) + 1);
      legend.draw(counts, chosen.held, filters.off, way.also, Boolean(filters.time), [...sizes].sort((a, b) => a[0] - b[0]).slice(0, 8).map(([number, size]) => ({ number, size })));
      const named = (/** @type {Iterable<string>} */ iris) => /** @type {[string, string][]} */ ([...iris].map((iri) => [compact(iri), app.label(iri)]).sort((a, b) => a[1].localeCompare(b[1], app.lang)));
      const sum = app.t("network.shown", { things: app.fmt.count(chosen.nodes.size), ties: app.fmt.count(chosen.ties.length) });
      bar.draw({ past: past.length, future: future.length, size: way.size, groups: way.groups, fields: named(fields), field: app.state.get("field"), countries: named(states), country: app.state.get("country"),
        told: chosen.more ? `${sum} ${app.t("network.toomany", { more: app.fmt.count(chosen.more) })}` : sum });
      time.draw(web.things.values(), filters.time);
      const key = app.selection?.kind === "statement" ? `${app.selection.s.value} ${app.selection.p.value} ${app.selection.o.value}` : app.selection?.iri;
      treeState = { web, chosen, hidden, groups, pins: way.pins, selected: key };
      if (listed.open) drawTree();
    }

    const themed = new MutationObserver(() => {
      picture.restyle();
      show(++turn, thingsOf(app.selection));
    });
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const sized = new ResizeObserver(() => {
      picture.cy.resize();
      if (!chosen.nodes.size || !canvas.clientWidth) return;
      // Until the reader moves it, the picture keeps to its frame; afterwards what is chosen stays in sight.
      if (!picture.moved) picture.fit(followed ? picture.cy.nodes(".way") : undefined);
      else picture.inSight(picture.cy.$(".chosen"));
    });
    sized.observe(canvas);
    // Canvas draws a text once; without its font it would stay in another.
    Promise.all([document.fonts?.load(`13px ${FONT}`, "aბəİ"), document.fonts?.load(`700 17px ${FONT}`, "aბə")]).then(() => !gone && picture.restyle(), () => {});
    const run = () => refresh().catch((error) => {
      console.error(error);
      if (!gone) app.announce(error.message);
    });
    run();

    const given = () => {
      const graph = neighbours();
      return [app, web, chosen, { degree: degree(graph), betweenness: graph.size <= MEASURED ? betweenness(graph) : new Map(), eigenvector: eigenvector(graph), communities: communities(graph) }];
    };
    const save = (/** @type {string} */ name, /** @type {string} */ mime, /** @type {any} */ data) => app.download(name, mime, data);
    return {
      /** @param {Set<string>} changed */
      update(changed) {
        if (["net", "sel", "off", "field", "country", "from", "to"].some((key) => changed.has(key))) run();
      },
      destroy() {
        gone = true;
        themed.disconnect();
        sized.disconnect();
        picture.cy.destroy();
        element.remove();
      },
      actions: [
        { id: "png", label: "network.png", run: async () => save("network.png", "image/png", await picture.cy.png({ full: true, scale: 2, maxWidth: 6000, maxHeight: 6000, bg: token("--paper"), output: "blob-promise" })) },
        { id: "svg", label: "network.svg", run: () => save("network.svg", "image/svg+xml", svg(picture.cy, app.t("network.title"), app.lang)) },
        { id: "graphml", label: "network.graphml", run: () => save("network.graphml", "application/graphml+xml", graphml(...given())) },
        { id: "gexf", label: "network.gexf", run: () => save("network.gexf", "application/gexf+xml", gexf(...given())) },
        { id: "csv", label: "network.csv", run: () => save("network.csv", "text/csv", `\uFEFF${csv(...given())}`) },
      ],
    };
  }),
};
