/** Lines through places, side by side where they go the same way. */

const APART = 6.5;

/**
 * A place beside the middle for each route: routes that share a stretch never lie on each other.
 * @param {{key: string, stops: string[]}[]} routes
 * @returns {Map<string, number>} pixels from the middle, by key
 */
export function offsetsOf(routes) {
  /** @type {Map<string, string[]>} */
  const stretches = new Map();
  for (const { key, stops } of routes) {
    for (let index = 1; index < stops.length; index++) {
      const stretch = [stops[index - 1], stops[index]].sort().join(" ");
      stretches.set(stretch, [...(stretches.get(stretch) ?? []), key]);
    }
  }
  /** @type {Map<string, number>} */
  const lanes = new Map();
  for (const { key } of routes) {
    const near = new Set([...stretches.values()].filter((keys) => keys.includes(key)).flat());
    const taken = new Set([...near].filter((other) => lanes.has(other)).map((other) => lanes.get(other)));
    let lane = 0;
    while (taken.has(lane)) lane++;
    lanes.set(key, lane);
  }
  const offsets = new Map();
  for (const { key } of routes) {
    const near = [...stretches.values()].filter((keys) => keys.includes(key)).flat();
    const most = Math.max(0, ...near.map((other) => lanes.get(other) ?? 0));
    offsets.set(key, ((lanes.get(key) ?? 0) - most / 2) * APART);
  }
  return offsets;
}

/**
 * The points of a line moved sideways, its corners mitred.
 * @param {[number, number][]} points @param {number} by
 * @returns {[number, number][]}
 */
export function beside(points, by) {
  if (!by || points.length < 2) return points;
  const normals = points.slice(1).map(([x, y], index) => {
    const [dx, dy] = [x - points[index][0], y - points[index][1]];
    const length = Math.hypot(dx, dy) || 1;
    // Always to the same side of a stretch, whichever way a route takes it.
    const sign = dx < 0 || (dx === 0 && dy < 0) ? -1 : 1;
    return [(-dy / length) * sign, (dx / length) * sign];
  });
  return points.map(([x, y], index) => {
    const [before, after] = [normals[index - 1] ?? normals[index], normals[index] ?? normals[index - 1]];
    const [mx, my] = [(before[0] + after[0]) / 2, (before[1] + after[1]) / 2];
    // Sharp corners would reach far out; they are cut instead.
    const size = Math.max(mx * mx + my * my, 0.4);
    return [x + (mx / size) * by, y + (my / size) * by];
  });
}

/** A path with its corners rounded. */
export function rounded(points, radius = 14) {
  if (points.length < 3) return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
  let d = `M${points[0][0].toFixed(1)} ${points[0][1].toFixed(1)}`;
  for (let index = 1; index < points.length - 1; index++) {
    const [a, b, c] = [points[index - 1], points[index], points[index + 1]];
    const near = (from, to) => {
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
      const reach = Math.min(radius, length / 2);
      return [from[0] + ((to[0] - from[0]) / length) * reach, from[1] + ((to[1] - from[1]) / length) * reach];
    };
    const [enter, leave] = [near(b, a), near(b, c)];
    d += `L${enter[0].toFixed(1)} ${enter[1].toFixed(1)}Q${b[0].toFixed(1)} ${b[1].toFixed(1)} ${leave[0].toFixed(1)} ${leave[1].toFixed(1)}`;
  }
  const last = points[points.length - 1];
  return `${d}L${last[0].toFixed(1)} ${last[1].toFixed(1)}`;
}

/** Points along a line where its name may stand: the later stretches first, there it is alone. */
export function spotsAlong(points) {
  const spots = [];
  for (let index = points.length - 1; index > 0; index--) {
    const [a, b] = [points[index - 1], points[index]];
    for (const share of [0.55, 0.7, 0.4, 0.85, 0.25]) spots.push([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
  }
  return /** @type {[number, number][]} */ (spots);
}
