/**
 * An answer as a network. Every node takes the room of its label before the layout is computed, so
 * that no label lies on another; the drawing is SVG, whose nodes a keyboard reaches.
 */

import cytoscape from "../../../../vendor/cytoscape.js";
import { makeRoving } from "../../drawing/rove.js";
import { colorOf, fontOf, s, widthOf, wrapped } from "../../drawing/svg.js";
import { cellText, thingOf } from "../columns.js";

const MOST_NODES = 120;
const WIDEST = 150;
const LINE = 16;
/** More edges than this are named when they are pointed at, not always. */
const NAMED_EDGES = 36;

/** @param {HTMLElement} root @param {any} app @param {any} outcome @param {any} roles */
export async function drawGraph(root, app, outcome, roles) {
  const rows = outcome.triples ?? outcome.rows;
  const { nodes, edges, all } = await networkOf(app, rows, roles);
  const holder = app.h("div", { class: "graph-holder" });
  const left = all > nodes.length ? app.h("p", { class: "left-out", lang: app.lang }, app.t("ask.left", { n: app.fmt.count(nodes.length), all: app.fmt.count(all) })) : "";
  root.replaceChildren(holder, left);
  if (!nodes.length) return () => {};
  const font = fontOf(holder, 13);
  for (const node of nodes) {
    node.lines = wrapped(node.label, WIDEST, font, 2);
    node.width = Math.max(...node.lines.map((line) => widthOf(line, font)), 20) + 14;
    node.height = 24 + node.lines.length * LINE;
  }
  place(nodes, edges, (holder.clientWidth || 900) / 560);
  const rove = makeRoving(holder, (mark) => {
    const iri = mark.getAttribute("data-iri");
    if (iri) app.select({ kind: "thing", iri });
  });
  rove.take(painted(holder, app, nodes, edges));
  return () => {};
}

async function networkOf(app, rows, roles) {
  /** @type {Map<string, any>} */
  const nodes = new Map();
  const edges = new Map();
  const ids = rows.flatMap((row) => [row[roles.source], row[roles.target], roles.edge && row[roles.edge]]).filter((term) => term?.type === "iri").map((term) => term.value);
  await app.labels([...new Set(ids)].slice(0, 2 * MOST_NODES));
  const nodeOf = (row, column, label) => {
    const term = row[column];
    if (!term) return null;
    const thing = thingOf(row, column);
    const key = thing ?? `"${term.value}`;
    if (!nodes.has(key)) {
      const named = label && row[label] ? cellText(app, row, label) : row[`${column}Label`] ? cellText(app, row, `${column}Label`) : cellText(app, row, column);
      nodes.set(key, { id: key, iri: thing, label: named, kind: thing ? app.kindOf(thing) : null, degree: 0 });
    }
    return nodes.get(key);
  };
  for (const row of rows) {
    const from = nodeOf(row, roles.source, roles.label);
    const to = nodeOf(row, roles.target, null);
    if (!from || !to || from === to) continue;
    const name = roles.edge && row[roles.edge] ? cellText(app, row, roles.edge) : "";
    const key = JSON.stringify([from.id, to.id]);
    const edge = edges.get(key) ?? { from, to, names: [] };
    if (name && !edge.names.includes(name)) edge.names.push(name);
    if (!edges.has(key)) [from.degree, to.degree] = [from.degree + 1, to.degree + 1];
    edges.set(key, edge);
  }
  const kept = [...nodes.values()].sort((a, b) => b.degree - a.degree).slice(0, MOST_NODES);
  const inside = new Set(kept);
  return { nodes: kept, all: nodes.size, edges: [...edges.values()].filter(({ from, to }) => inside.has(from) && inside.has(to)) };
}

/** Positions by force, the same each time, in the shape of the room. */
function place(nodes, edges, aspect) {
  const graph = cytoscape({
    headless: true,
    styleEnabled: true,
    style: [{ selector: "node", style: { width: "data(width)", height: "data(height)", shape: "rectangle" } }],
    elements: [
      ...nodes.map(({ id, width, height }) => ({ data: { id, width, height } })),
      ...edges.map(({ from, to }) => ({ data: { source: from.id, target: to.id } })),
    ],
  });
  // A circle to begin with instead of chance: the layout is then the same each time.
  graph.nodes().positions((_, index) => ({ x: aspect * 300 * Math.cos((index / nodes.length) * 2 * Math.PI), y: 300 * Math.sin((index / nodes.length) * 2 * Math.PI) }));
  graph.layout({
    name: "fcose", randomize: false, animate: false, quality: "proof", idealEdgeLength: 110, nodeRepulsion: 9000,
    nodeSeparation: 90, tilingPaddingHorizontal: 24, tilingPaddingVertical: 20, fit: false, packComponents: true,
  }).run();
  for (const node of nodes) {
    const { x, y } = graph.getElementById(node.id).position();
    [node.x, node.y] = [x, y];
  }
  graph.destroy();
  // Turned where it stands taller than the room is.
  const span = (axis) => Math.max(...nodes.map((node) => node[axis])) - Math.min(...nodes.map((node) => node[axis]));
  if (span("y") > span("x") * 1.4 && aspect > 1) for (const node of nodes) [node.x, node.y] = [node.y * 1.25, node.x];
}

function painted(holder, app, nodes, edges) {
  const pad = 30;
  const [x0, y0] = [Math.min(...nodes.map((n) => n.x - n.width / 2)) - pad, Math.min(...nodes.map((n) => n.y - 20)) - pad];
  const [x1, y1] = [Math.max(...nodes.map((n) => n.x + n.width / 2)) + pad, Math.max(...nodes.map((n) => n.y + n.height)) + pad];
  const [width, height] = [Math.max(x1 - x0, 320), Math.max(y1 - y0, 200)];
  const svg = s("svg", { viewBox: `${x0} ${y0} ${width} ${height}`, class: "graph", role: "group", "aria-label": app.t("ask.show.graph") });
  // Never blown up beyond the size of reading, never wider than its room.
  svg.style.setProperty("--natural-width", `${Math.round(width)}px`);
  const arrow = s("marker", { id: "ask-arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, s("path", { d: "M0 0.500L8 4L0 7.500z", class: "graph-arrow" }));
  svg.append(s("defs", {}, arrow));
  const both = new Set(edges.map(({ from, to }) => `${from.id} ${to.id}`));
  const named = edges.length <= NAMED_EDGES;
  for (const { from, to, names } of edges) {
    const bend = both.has(`${to.id} ${from.id}`) ? 22 : 0;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const far = Math.hypot(dx, dy) || 1;
    const [ax, ay] = [from.x + (dx / far) * 13, from.y + (dy / far) * 13];
    const [bx, by] = [to.x - (dx / far) * 14, to.y - (dy / far) * 14];
    const [mx, my] = [(ax + bx) / 2 - (dy / far) * bend, (ay + by) / 2 + (dx / far) * bend];
    const label = names.join(", ");
    svg.append(
      s("g", { class: "graph-edge" },
        label && s("title", {}, `${from.label} – ${label} – ${to.label}`),
        s("path", { d: `M${ax},${ay}Q${mx},${my} ${bx},${by}`, "marker-end": "url(#ask-arrow)" }),
        label && s("text", { x: (ax + bx) / 4 + mx / 2, y: (ay + by) / 4 + my / 2 - 4, "text-anchor": "middle", class: named ? "graph-name" : "graph-name on-point" }, label.length > 34 ? `${label.slice(0, 33)}…` : label)),
    );
  }
  const marks = nodes.map((node) =>
    s("g", { class: `graph-node ${node.iri ? "" : "literal"}`, role: node.iri ? "button" : "img", "data-iri": node.iri ?? "", "data-key": node.id, "aria-label": node.kind ? `${node.label}, ${node.kind.label}` : node.label, transform: `translate(${node.x},${node.y})`, vars: { "--kind": node.kind ? colorOf(node.kind) : "var(--faint)" } },
      s("title", {}, node.label),
      s("circle", { r: 16, class: "graph-hit" }),
      s("circle", { r: 8, class: "graph-dot" }),
      node.kind?.icon && s("path", { d: node.kind.icon, class: "graph-icon", transform: "translate(-5.2,-5.2) scale(0.435)" }),
      ...node.lines.map((line, index) => s("text", { y: 25 + index * LINE, "text-anchor": "middle", class: "graph-label" }, line))),
  );
  svg.append(...marks);
  holder.replaceChildren(svg);
  return marks;
}
