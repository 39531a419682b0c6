/**
 * An answer as a network. Every node takes the room of its label before the layout is computed, so
 * that no label lies on another; the drawing is SVG, whose nodes a keyboard reaches.
 */

import cytoscape from "../../../../vendor/cytoscape.js";
import { makeRoving } from "../../drawing/rove.js";
import { clamped, colorOf, fontOf, s, widthOf, wrapped } from "../../drawing/svg.js";
import { cellText, thingOf } from "../columns.js";

const MOST_NODES = 120;
const WIDEST = 150;
const LINE = 16;
const DOT = 12;
const APART = 44;
/** The longest name of an edge, in pixels. */
const NAME = 190;

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
    node.height = 2 * DOT + node.lines.length * LINE + 8;
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

/** Positions: what hangs together by force, the same each time; what does not, side by side. */
function place(nodes, edges, aspect) {
  const parts = componentsOf(nodes, edges).map((part) => {
    const inside = new Set(part);
    const own = edges.filter(({ from }) => inside.has(from));
    if (part.length > 1) force(part, own);
    else [part[0].x, part[0].y] = [0, 0];
    const left = Math.min(...part.map((node) => node.x - node.width / 2));
    const top = Math.min(...part.map((node) => node.y - node.height / 2));
    const width = Math.max(...part.map((node) => node.x + node.width / 2)) - left;
    const height = Math.max(...part.map((node) => node.y + node.height / 2)) - top;
    return { part, left, top, width, height };
  });
  // Shelves, the tallest part first, as wide as makes the whole fit the room's shape.
  parts.sort((a, b) => b.height - a.height);
  const area = parts.reduce((sum, one) => sum + (one.width + APART) * (one.height + APART), 0);
  const room = Math.max(Math.sqrt(area * aspect) * 1.08, ...parts.map(({ width }) => width));
  let [x, y, shelf] = [0, 0, 0];
  for (const one of parts) {
    if (x > 0 && x + one.width > room) [x, y, shelf] = [0, y + shelf + APART, 0];
    for (const node of one.part) [node.x, node.y] = [node.x - one.left + x, node.y - one.top + y];
    x += one.width + APART;
    shelf = Math.max(shelf, one.height);
  }
  // The dot stands at the top of its node's room, the label below it.
  for (const node of nodes) node.y += DOT - node.height / 2;
}

function componentsOf(nodes, edges) {
  const parent = new Map(nodes.map((node) => [node, node]));
  const top = (node) => {
    while (parent.get(node) !== node) node = parent.get(node);
    return node;
  };
  for (const { from, to } of edges) parent.set(top(from), top(to));
  /** @type {Map<any, any[]>} */
  const parts = new Map();
  for (const node of nodes) parts.set(top(node), [...(parts.get(top(node)) ?? []), node]);
  return [...parts.values()];
}

function force(nodes, edges) {
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
  const radius = 60 * Math.sqrt(nodes.length);
  graph.nodes().positions((_, index) => {
    const angle = (index / nodes.length) * 2 * Math.PI;
    return { x: 1.6 * radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
  graph.layout({
    name: "fcose", randomize: false, animate: false, quality: "proof", idealEdgeLength: 90, nodeRepulsion: 6000,
    nodeSeparation: 60, gravity: 0.35, fit: false, tile: false,
  }).run();
  for (const node of nodes) {
    const { x, y } = graph.getElementById(node.id).position();
    [node.x, node.y] = [x, y];
  }
  graph.destroy();
  // Turned where it stands taller than it is wide: rooms are wide.
  const span = (axis) => Math.max(...nodes.map((node) => node[axis])) - Math.min(...nodes.map((node) => node[axis]));
  if (span("y") > span("x") * 1.3) for (const node of nodes) [node.x, node.y] = [node.y * 1.3, node.x];
}

/** Where a line from a node towards another leaves the node: its dot, or the label below it. */
function edgeOf(node, other) {
  const [dx, dy] = [other.x - node.x, other.y - node.y];
  const far = Math.hypot(dx, dy) || 1;
  let out = 14 / far;
  const [top, bottom, side] = [DOT, node.height - DOT, node.width / 2];
  if (dy > 0) {
    const below = bottom / dy;
    const beside = dx ? side / Math.abs(dx) : Infinity;
    // It crosses the label where it comes to the label's height before it is past its side.
    if (top / dy < beside) out = Math.max(out, Math.min(below, beside));
  }
  out = Math.min(out, 0.45);
  return [node.x + dx * out, node.y + dy * out];
}

function painted(holder, app, nodes, edges) {
  const pad = 30;
  const [x0, y0] = [Math.min(...nodes.map((n) => n.x - n.width / 2)) - pad, Math.min(...nodes.map((n) => n.y - DOT)) - pad];
  const [x1, y1] = [Math.max(...nodes.map((n) => n.x + n.width / 2)) + pad, Math.max(...nodes.map((n) => n.y + n.height - DOT)) + pad];
  const [width, height] = [Math.max(x1 - x0, 320), Math.max(y1 - y0, 200)];
  const svg = s("svg", { viewBox: `${x0} ${y0} ${width} ${height}`, class: "graph", role: "group", "aria-label": app.t("ask.show.graph") });
  // Never blown up beyond the size of reading, never wider than its room.
  svg.style.setProperty("--natural-width", `${Math.round(width)}px`);
  const arrow = s("marker", { id: "ask-arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, s("path", { d: "M0 0.500L8 4L0 7.500z", class: "graph-arrow" }));
  svg.append(s("defs", {}, arrow));
  const both = new Set(edges.map(({ from, to }) => `${from.id} ${to.id}`));
  const font = fontOf(holder, 11);
  // Names of edges keep off the nodes, their labels, and each other; one without room shows when pointed at.
  const taken = nodes.flatMap((n) => [
    [n.x - 15, n.y - 14, n.x + 15, n.y + 14],
    [n.x - n.width / 2 + 4, n.y + DOT, n.x + n.width / 2 - 4, n.y + n.height - DOT],
  ]);
  for (const { from, to, names } of edges) {
    const bend = both.has(`${to.id} ${from.id}`) ? 22 : 0;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const far = Math.hypot(dx, dy) || 1;
    const [ax, ay] = edgeOf(from, to);
    const [bx, by] = edgeOf(to, from);
    const [mx, my] = [(ax + bx) / 2 - (dy / far) * bend, (ay + by) / 2 + (dx / far) * bend];
    const d = `M${ax},${ay}Q${mx},${my} ${bx},${by}`;
    const label = clamped(names.join(", "), NAME, font);
    const [tx, ty] = [(ax + bx) / 4 + mx / 2, (ay + by) / 4 + my / 2 - 4];
    const wide = widthOf(label, font) / 2 + 3;
    const box = [tx - wide, ty - 10, tx + wide, ty + 4];
    const free = label && taken.every(([x2, y2, x3, y3]) => box[2] < x2 || box[0] > x3 || box[3] < y2 || box[1] > y3);
    if (free) taken.push(box);
    svg.append(
      s("g", { class: "graph-edge" },
        label && s("title", {}, `${from.label} – ${names.join(", ")} – ${to.label}`),
        s("path", { d, class: "graph-hold" }),
        s("path", { d, "marker-end": "url(#ask-arrow)" }),
        label && s("text", { x: tx, y: ty, "text-anchor": "middle", class: free ? "graph-name" : "graph-name on-point" }, label)),
    );
  }
  const marks = nodes.map((node) =>
    s("g", { class: `graph-node ${node.iri ? "" : "literal"}`, role: node.iri ? "button" : "img", "data-iri": node.iri ?? "", "data-key": node.id, transform: `translate(${node.x},${node.y})`, vars: { "--kind": node.kind ? colorOf(node.kind) : "var(--faint)" } },
      s("title", {}, node.kind ? `${node.label}, ${node.kind.label}` : node.label),
      s("circle", { r: 16, class: "graph-hit" }),
      s("circle", { r: 8, class: "graph-dot" }),
      node.kind?.icon && s("path", { d: node.kind.icon, class: "graph-icon", transform: "translate(-5.2,-5.2) scale(0.435)" }),
      ...node.lines.map((line, index) => s("text", { y: 25 + index * LINE, "text-anchor": "middle", class: "graph-label" }, line))),
  );
  svg.append(...marks);
  holder.replaceChildren(svg);
  return marks;
}
