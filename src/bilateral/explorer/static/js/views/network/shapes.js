/** Outlines of the kinds' shapes, as the canvas draws them, for the legend and for pictures in SVG. */

/** @type {Record<string, number[]>} corners in a square from -1 to 1 */
const CORNERS = {
  octagon: [-0.41, -1, 0.41, -1, 1, -0.41, 1, 0.41, 0.41, 1, -0.41, 1, -1, 0.41, -1, -0.41],
  hexagon: [-0.5, -1, 0.5, -1, 1, 0, 0.5, 1, -0.5, 1, -1, 0],
  pentagon: [0, -1, 1, -0.24, 0.62, 1, -0.62, 1, -1, -0.24],
  diamond: [0, -1, 1, 0, 0, 1, -1, 0],
  "round-diamond": [0, -1, 1, 0, 0, 1, -1, 0],
  triangle: [0, -1, 1, 1, -1, 1],
  rhomboid: [-1, -1, 0.333, -1, 1, 1, -0.333, 1],
  rectangle: [-1, -1, 1, -1, 1, 1, -1, 1],
  "cut-rectangle": [-0.6, -1, 0.6, -1, 1, -0.6, 1, 0.6, 0.6, 1, -0.6, 1, -1, 0.6, -1, -0.6],
  tag: [-1, -1, 0.25, -1, 1, 0, 0.25, 1, -1, 1],
  "round-tag": [-1, -1, 0.25, -1, 1, 0, 0.25, 1, -1, 1],
  vee: [-1, -1, 0, -0.333, 1, -1, 0, 1],
  star: [0, -1, 0.25, -0.3, 1, -0.3, 0.4, 0.15, 0.62, 1, 0, 0.5, -0.62, 1, -0.4, 0.15, -1, -0.3, -0.25, -0.3],
};

/** @param {string} shape @param {number} x @param {number} y @param {number} size @returns {[string, Record<string, any>]} an SVG tag and its attributes */
export function outline(shape, x, y, size) {
  const half = size / 2;
  const corners = CORNERS[shape];
  if (corners) {
    const points = [];
    for (let at = 0; at < corners.length; at += 2) points.push(`${(x + corners[at] * half).toFixed(1)},${(y + corners[at + 1] * half).toFixed(1)}`);
    return ["polygon", { points: points.join(" "), "stroke-linejoin": shape.startsWith("round") ? "round" : null }];
  }
  if (shape === "round-rectangle" || shape === "barrel") {
    return ["rect", { x: x - half, y: y - half, width: size, height: size, rx: shape === "barrel" ? half * 0.7 : half * 0.4, ry: shape === "barrel" ? half * 0.25 : half * 0.4 }];
  }
  return ["circle", { cx: x, cy: y, r: half }];
}
