/** The network that is shown, as pictures and as files for other programs. */

import { compact } from "../../terms.js";
import { wrapped } from "../drawing/svg.js";
import { FONT, token } from "./look.js";
import { outline } from "./shapes.js";

const BAD = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/gu;
const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };
/** @param {any} text */
const x = (text) => String(text ?? "").replace(BAD, "").replace(/[&<>"']/g, (c) => MARKS[/** @type {keyof MARKS} */ (c)]);

/** @param {any} app @param {any} web @param {any} chosen @param {Record<string, Map<string, number>>} measures */
function rowsOf(app, web, chosen, measures) {
  const nodes = [...chosen.nodes.keys()].map((iri) => {
    const { kind, classes, date, notBefore, notAfter, fields } = web.things.get(iri);
    return { iri, label: app.label(iri), kind: kind.label, class: [...classes].map(compact).sort().join(" "), date, notBefore, notAfter, field: [...fields].map(compact).sort().join(" "),
      degree: measures.degree.get(iri), betweenness: measures.betweenness.get(iri)?.toFixed(6), eigenvector: measures.eigenvector.get(iri)?.toFixed(6), community: measures.communities.get(iri) };
  });
  const edges = chosen.ties.map((/** @type {any} */ tie) => ({ source: tie.s, target: tie.o, relation: tie.p, label: app.label(tie.p), derived: String(tie.derived) }));
  return { nodes, edges };
}
const NUMBERS = new Set(["degree", "betweenness", "eigenvector", "community"]);

/** @param {any[]} given */
export function graphml(...given) {
  const { nodes, edges } = rowsOf(...given);
  const nodeKeys = Object.keys(nodes[0] ?? {}).filter((key) => key !== "iri");
  const edgeKeys = ["relation", "label", "derived"];
  const keys = [...nodeKeys.map((key) => `<key id="n_${key}" for="node" attr.name="${key}" attr.type="${NUMBERS.has(key) ? "double" : "string"}"/>`),
    ...edgeKeys.map((key) => `<key id="e_${key}" for="edge" attr.name="${key}" attr.type="string"/>`)];
  const data = (row, names, mark) => names.filter((key) => row[key] !== undefined && row[key] !== "").map((key) => `<data key="${mark}_${key}">${x(row[key])}</data>`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n${keys.join("\n")}\n<graph id="network" edgedefault="directed">\n${nodes.map((row) => `<node id="${x(row.iri)}">${data(row, nodeKeys, "n")}</node>`).join("\n")}\n${edges.map((row, index) => `<edge id="e${index}" source="${x(row.source)}" target="${x(row.target)}">${data(row, edgeKeys, "e")}</edge>`).join("\n")}\n</graph>\n</graphml>\n`;
}

/** @param {any[]} given */
export function gexf(...given) {
  const { nodes, edges } = rowsOf(...given);
  const names = Object.keys(nodes[0] ?? {}).filter((key) => key !== "iri" && key !== "label");
  const declared = (kind, list) => `<attributes class="${kind}">${list.map((key) => `<attribute id="${kind}_${key}" title="${key}" type="${NUMBERS.has(key) ? "double" : "string"}"/>`).join("")}</attributes>`;
  const values = (row, kind, list) => `<attvalues>${list.filter((key) => row[key] !== undefined && row[key] !== "").map((key) => `<attvalue for="${kind}_${key}" value="${x(row[key])}"/>`).join("")}</attvalues>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n<graph defaultedgetype="directed">\n${declared("node", names)}\n${declared("edge", ["relation", "derived"])}\n<nodes>\n${nodes.map((row) => `<node id="${x(row.iri)}" label="${x(row.label)}">${values(row, "node", names)}</node>`).join("\n")}\n</nodes>\n<edges>\n${edges.map((row, index) => `<edge id="${index}" source="${x(row.source)}" target="${x(row.target)}" label="${x(row.label)}">${values(row, "edge", ["relation", "derived"])}</edge>`).join("\n")}\n</edges>\n</graph>\n</gexf>\n`;
}

/** Ties, one a row, with the names of both ends. A cell that a spreadsheet would run is kept a text. @param {any[]} given */
export function csv(...given) {
  const { nodes, edges } = rowsOf(...given);
  const by = new Map(nodes.map((row) => [row.iri, row]));
  const cell = (value) => {
    const text = String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&");
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const head = ["source", "sourceLabel", "sourceKind", "relation", "relationLabel", "target", "targetLabel", "targetKind", "date", "notBefore", "notAfter", "derived"];
  const lines = edges.map((row) => {
    const [one, two] = [by.get(row.source), by.get(row.target)];
    return [row.source, one.label, one.kind, row.relation, row.label, row.target, two.label, two.kind, one.date, one.notBefore, one.notAfter, row.derived];
  });
  return `${[head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** The drawing as SVG: the same places, shapes, and labels. @param {any} cy @param {string} title @param {string} lang */
export function svg(cy, title, lang) {
  const box = cy.elements().boundingBox();
  const [left, top, width, height] = [box.x1 - 24, box.y1 - 24, box.w + 48, box.h + 48];
  const halo = token("--halo");
  const parts = [];
  cy.edges().forEach((/** @type {any} */ edge) => {
    const [a, b] = [edge.sourceEndpoint(), edge.targetEndpoint()];
    const bends = edge.controlPoints?.() ?? [];
    if (!a || !b || Number.isNaN(a.x)) return;
    const curve = bends.length ? `Q${bends[0].x.toFixed(1)},${bends[0].y.toFixed(1)} ` : "L";
    parts.push(`<path d="M${a.x.toFixed(1)},${a.y.toFixed(1)} ${curve}${b.x.toFixed(1)},${b.y.toFixed(1)}" fill="none" stroke="${edge.style("line-color")}" stroke-width="${edge.numericStyle("width")}" stroke-opacity="${edge.numericStyle("line-opacity") * edge.numericStyle("opacity")}"${edge.hasClass("derived") ? ' stroke-dasharray="5 4"' : ""}><title>${x(edge.data("label"))}</title></path>`);
  });
  cy.nodes().forEach((/** @type {any} */ node) => {
    const { x: cx, y: cy_ } = node.position();
    const [tag, attributes] = outline(node.data("shape"), cx, cy_, node.width());
    const drawn = Object.entries(attributes).filter(([, value]) => value !== null).map(([name, value]) => `${name}="${value}"`).join(" ");
    const size = node.numericStyle("font-size");
    const weight = node.style("font-weight");
    const lines = wrapped(node.data("label"), 148, `${weight} ${size}px ${FONT}`, 4);
    const border = node.numericStyle("border-width");
    parts.push(`<g opacity="${node.numericStyle("opacity")}"><${tag} ${drawn} fill="${node.style("background-color")}"${border ? ` stroke="${node.style("border-color")}" stroke-width="${border}"` : ""}/>${lines.map((line, index) => `<text x="${cx.toFixed(1)}" y="${(cy_ + node.height() / 2 + 4 + size * (0.95 + index * 1.15)).toFixed(1)}" text-anchor="middle" font-size="${size}" font-weight="${weight}" fill="${token("--ink")}" stroke="${halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke">${x(line)}</text>`).join("")}</g>`);
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left.toFixed(1)} ${top.toFixed(1)} ${width.toFixed(1)} ${height.toFixed(1)}" width="${width.toFixed(0)}" height="${height.toFixed(0)}" font-family="${x(FONT)}" xml:lang="${lang}"><title>${x(title)}</title><rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${token("--paper")}"/>\n${parts.join("\n")}\n</svg>\n`;
}
