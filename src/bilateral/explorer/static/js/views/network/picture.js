/** The drawing: cytoscape's canvas, kept in step with what is chosen to be shown. */

import cytoscape from "../../../vendor/cytoscape.js";
import { plain } from "../drawing/svg.js";
import { badgeOf, look } from "./look.js";

/** Above this many things, looks give way to speed. */
export const QUICK = 260;
const LONGEST = 90;
/** Shapes of kinds.yaml that need room of their own. */
const SHAPES = { tag: "tag" };

/** @param {string} text a label that cannot flood the drawing */
export const shortened = (text) => {
  const clean = plain(text);
  return [...clean].length > LONGEST ? `${[...clean].slice(0, LONGEST).join("")}…` : clean;
};

/** @param {HTMLElement} holder @param {any} app @param {Record<string, (...given: any[]) => void>} on */
export function openPicture(holder, app, on) {
  const cy = cytoscape({
    container: holder, elements: [], style: [], layout: { name: "preset" }, minZoom: 0.08, maxZoom: 3, boxSelectionEnabled: false,
    selectionType: "single", autounselectify: true, pixelRatio: Math.min(devicePixelRatio, 2), textureOnViewport: false, hideEdgesOnViewport: false,
  });
  const small = () => holder.clientWidth < 560;
  let quick = false;
  let spoken = false;
  const restyle = () => cy.style(look(app.kinds(), { quick, small: small() }));
  restyle();

  /** The thing whose badge lies at a place. @param {{x: number, y: number}} at */
  const badgeAt = (at) => cy.nodes("[badge]").toArray().reverse().find((/** @type {any} */ node) => {
    const { x, y } = node.position();
    const half = node.width() / 2;
    const width = node.data("badgeWidth");
    return at.x > x + half + 16 - width - 5 && at.x < x + half + 21 && at.y > y - half - 13 && at.y < y - half + 15;
  });

  cy.on("tap", (/** @type {any} */ event) => {
    const badge = quick ? null : badgeAt(event.position);
    if (badge) return on.open(badge.id());
    if (event.target === cy) return on.ground();
    if (event.target.isNode()) on.node(event.target.id());
    else on.tie(event.target.data("tie"));
  });
  cy.on("dbltap", "node", (/** @type {any} */ event) => badgeAt(event.position) || on.open(event.target.id()));
  cy.on("dragfree", "node", (/** @type {any} */ event) => on.moved(event.target.id(), event.target.position()));
  cy.on("mouseover", "node, edge", (/** @type {any} */ event) => {
    holder.classList.add("over");
    if (event.target.isNode()) event.target.connectedEdges().addClass("named");
    else event.target.addClass("named");
  });
  cy.on("mouseout", "node, edge", () => {
    holder.classList.remove("over");
    cy.edges(".named").removeClass("named");
  });
  cy.on("zoom", () => {
    const close = cy.zoom() > 1.6;
    if (close === spoken) return;
    spoken = close;
    cy.edges().toggleClass("spoken", close);
  });

  const self = {
    cy,
    restyle,
    /** Whether the reader has moved or zoomed it. */
    moved: false,
    get quick() {
      return quick;
    },
    /**
     * Draw what is chosen; what stays keeps its place.
     * @param {any} web @param {any} chosen @param {(iri: string) => {x: number, y: number}} seat
     * @param {(iri: string) => number} size @param {(iri: string) => number} hidden ties not shown
     */
    draw(web, chosen, seat, size, hidden) {
      const wasQuick = quick;
      quick = chosen.nodes.size > QUICK;
      if (quick !== wasQuick) {
        // Options that only a renderer takes: a moving picture is one texture, without its ties.
        const renderer = cy.renderer();
        renderer.textureOnViewport = quick;
        renderer.hideEdgesOnViewport = quick;
        restyle();
      }
      cy.batch(() => {
        cy.nodes().filter((/** @type {any} */ node) => !chosen.nodes.has(node.id())).remove();
        const wanted = new Set(chosen.ties.map((/** @type {any} */ tie) => tie.key));
        cy.edges().filter((/** @type {any} */ edge) => !wanted.has(edge.id())).remove();
        for (const [iri, standing] of chosen.nodes) {
          const { kind } = web.things.get(iri);
          let node = cy.getElementById(iri);
          if (!node.length) node = cy.add({ group: "nodes", data: { id: iri, kind, shape: SHAPES[/** @type {"tag"} */ (kind.shape)] ?? kind.shape, size: 30, label: "" }, classes: kind.id, position: seat(iri) });
          const more = quick ? 0 : hidden(iri);
          const count = more > 999 ? "999+" : `+${more}`;
          node.data({ size: size(iri), label: shortened(app.label(iri)) });
          if (more > 0) node.data({ badge: badgeOf(count), badgeWidth: 12 + count.length * 7, more });
          else node.removeData("badge badgeWidth more");
          for (const name of ["possible", "undated"]) node.toggleClass(name, standing === name);
        }
        for (const tie of chosen.ties) {
          let edge = cy.getElementById(tie.key);
          if (!edge.length) edge = cy.add({ group: "edges", data: { id: tie.key, source: tie.s, target: tie.o, tie, label: "" }, classes: tie.derived ? "derived" : "" });
          edge.data("label", shortened(app.label(tie.p)));
          edge.toggleClass("possible", chosen.nodes.get(tie.s) === "possible" || chosen.nodes.get(tie.o) === "possible");
        }
      });
    },
    /** @param {any} [what] */
    fit(what = cy.elements()) {
      if (!what.length || !holder.clientWidth) return;
      const box = what.boundingBox();
      if (small() && box.h > box.w) {
        // On a narrow screen a long picture is read from its top; shrunk to fit, nobody could.
        const zoom = Math.min(1.1, (holder.clientWidth - 16) / box.w, Math.max((holder.clientHeight - 24) / box.h, 0.8));
        cy.viewport({ zoom, pan: { x: (holder.clientWidth - (box.x1 + box.x2) * zoom) / 2, y: 12 - box.y1 * zoom } });
        return;
      }
      cy.fit(what, small() ? 16 : 36);
      if (cy.zoom() > 1.25) {
        cy.zoom(1.25);
        cy.center(what);
      }
    },
    /** @param {any} what brought into the frame where it lies outside */
    inSight(what) {
      if (!what.length) return;
      const box = what.renderedBoundingBox();
      if (box.x1 < 0 || box.y1 < 0 || box.x2 > holder.clientWidth || box.y2 > holder.clientHeight) cy.center(what);
    },
  };
  cy.on("dragpan scrollzoom pinchzoom", () => { self.moved = true; });
  return self;
}
