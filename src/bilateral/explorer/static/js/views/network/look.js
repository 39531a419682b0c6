/** How things and ties look, out of the page's tokens; drawn alike in light and dark. */

export const FONT = '"Noto Sans", "Noto Sans Georgian", sans-serif';
const GROUP_COLORS = ["--kind-organisation", "--kind-agreement", "--kind-project", "--kind-joint-body", "--kind-company", "--kind-cooperation", "--kind-event", "--kind-line"];

/** @param {string} name a token of style.css */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** @param {number} group */
export const groupToken = (group) => GROUP_COLORS[(group - 1) % GROUP_COLORS.length];

/** An icon of a kind, drawn in the color of the paper, as an image. @param {any} kind */
function iconOf(kind) {
  const color = token("--paper");
  return image(`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="${color}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="${kind.icon}"/></svg>`);
}

/** The number of ties that are not shown yet. @param {string} count */
export function badgeOf(count) {
  const width = 12 + count.length * 7;
  return image(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="18" viewBox="0 0 ${width} 18"><rect x=".75" y=".75" width="${width - 1.5}" height="16.5" rx="8.25" fill="${token("--raised")}" stroke="${token("--edge")}" stroke-width="1.2"/><text x="${width / 2}" y="13" text-anchor="middle" font-family="Noto Sans, sans-serif" font-size="11" font-weight="600" fill="${token("--ink")}">${count}</text></svg>`);
}

/** @param {string} svg */
const image = (svg) => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;

/** @param {any[]} kinds @param {{quick: boolean, small: boolean}} how */
export function look(kinds, { quick, small }) {
  const ink = token("--ink");
  const halo = token("--halo");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150;
  return [
    { selector: "node", style: {
      shape: "data(shape)", width: "data(size)", height: "data(size)", "background-color": token("--kind-thing"),
      label: "data(label)", color: ink, "font-family": FONT, "font-size": 13, "text-valign": "bottom", "text-margin-y": 4,
      "text-wrap": "wrap", "text-max-width": "148px", "line-height": 1.15, "min-zoomed-font-size": 7,
      ...(quick ? {} : { "text-outline-color": halo, "text-outline-width": 3, "text-outline-opacity": 1,
        "transition-property": "opacity", "transition-duration": `${still}ms` }),
    } },
    ...kinds.map((kind) => ({ selector: `node.${kind.id}`, style: {
      "background-color": token(kind.color),
      ...(quick ? {} : { "background-image": iconOf(kind), "background-width": "56%", "background-height": "56%" }),
    } })),
    { selector: "node.state", style: { "font-size": small ? 15 : 17, "font-weight": 700, "text-margin-y": 6 } },
    ...(quick ? [] : [{ selector: "node[badge]", style: {
      "background-image": (/** @type {any} */ node) => [iconOf(node.data("kind")), node.data("badge")],
      "background-width": (/** @type {any} */ node) => ["56%", `${node.data("badgeWidth")}px`], "background-height": ["56%", "18px"],
      "background-position-x": ["50%", "100%"], "background-position-y": ["50%", "0%"],
      "background-offset-x": ["0px", "16px"], "background-offset-y": ["0px", "-8px"],
      "background-clip": ["node", "none"], "background-image-containment": ["inside", "over"], "bounds-expansion": 20,
    } }]),
    { selector: "edge", style: {
      width: 1.3, "line-color": token("--edge"), "line-opacity": 0.55, "curve-style": quick ? "haystack" : "bezier", "control-point-step-size": 26,
      "haystack-radius": 0, color: token("--soft"), "font-family": FONT, "font-size": 11, "min-zoomed-font-size": 6,
      ...(quick ? {} : { "text-rotation": "autorotate", "text-outline-color": halo, "text-outline-width": 3,
        "target-arrow-shape": "triangle", "target-arrow-color": token("--edge"), "arrow-scale": 0.7, "target-distance-from-node": 2 }),
    } },
    { selector: "edge.derived", style: { "line-style": "dashed", "line-dash-pattern": [5, 4] } },
    { selector: "edge.named, edge.spoken", style: { label: "data(label)" } },
    { selector: "node.pinned", style: { "border-width": 3, "border-color": ink, "border-style": "double" } },
    { selector: "node.undated", style: { "border-width": 2, "border-color": ink, "border-style": "dotted" } },
    { selector: ".possible", style: { opacity: 0.38 } },
    { selector: ".away", style: { opacity: 0.22 } },
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((group) => ({ selector: `node.group-${group}`, style: {
      "underlay-color": token(groupToken(group)), "underlay-opacity": 0.26, "underlay-padding": 11, "underlay-shape": "ellipse" } })),
    { selector: "node.near, node.at", style: { "z-index": 5 } },
    { selector: "edge.near, edge.way", style: { "line-opacity": 1, width: 1.8, label: "data(label)", "z-index": 4 } },
    { selector: "edge.way", style: { "line-color": token("--accent"), "target-arrow-color": token("--accent"), width: 3.5 } },
    { selector: "node.way", style: { "border-width": 3, "border-color": token("--accent") } },
    { selector: "node.chosen", style: { "border-width": 4, "border-color": token("--accent"), "font-weight": 700, "z-index": 10 } },
    { selector: "edge.chosen", style: { width: 4, "line-opacity": 1, "line-color": token("--accent"), "target-arrow-color": token("--accent"), label: "data(label)", color: ink, "z-index": 10 } },
    { selector: "node.at", style: { "overlay-color": token("--accent"), "overlay-opacity": 0.22, "overlay-padding": 7 } },
    { selector: "node:active, edge:active", style: { "overlay-opacity": 0.12, "overlay-color": token("--accent") } },
    { selector: "core", style: { "active-bg-opacity": 0, "selection-box-opacity": 0 } },
  ];
}
