/** Lines through places, side by side where they go the same way. */

const APART = 8;
/** Lines that leave a place within this angle lie on each other for a while. */
const NARROW = Math.PI / 16;
/** More than any way leaves the others by turning. */
const OUTERMOST = 10;

/**
 * How far beside the middle each route runs at each of its stops: routes that share a stretch, or
 * leave a place in nearly one direction, never lie on each other; where a route is alone it meets
 * its place.
 * @param {{key: string, stops: string[], points: [number, number][]}[]} routes
 * @returns {Map<string, number[]>} pixels from the middle at each stop, by key
 */
export function offsetsOf(routes) {
  const legs = routes.flatMap(({ key, stops, points }) =>
    stops.slice(1).map((stop, index) => ({ key, ends: [stops[index], stop], points: [points[index], points[index + 1]], index })));
  /** @type {Map<string, Set<string>>} routes beside each route */
  const near = new Map(routes.map(({ key }) => [key, new Set([key])]));
  /** @type {Map<string, Set<number>>} stops at which a route is not alone */
  const together = new Map(routes.map(({ key }) => [key, new Set()]));
  /** @type {Map<string, number>} to which side a route leaves the others: it runs on that side */
  const leaves = new Map(routes.map(({ key }) => [key, 0]));
  const lean = (key, from, to, leg) => {
    const [nx, ny] = normalOf(leg.points[0], leg.points[1]);
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    leaves.set(key, (leaves.get(key) ?? 0) + ((to[0] - from[0]) * nx + (to[1] - from[1]) * ny) / length);
  };
  // A longer way that starts along a shorter one keeps to the side on which it passes its end.
  const passes = (key, [px, py], leg) => {
    const [nx, ny] = normalOf(leg.points[0], leg.points[1]);
    const beyond = (leg.points[0][0] - px) * nx + (leg.points[0][1] - py) * ny;
    leaves.set(key, (leaves.get(key) ?? 0) + (beyond < 0 ? -OUTERMOST : OUTERMOST));
  };
  const byKey = new Map(routes.map((route) => [route.key, route]));
  const leanOf = (leg) => {
    const { points } = /** @type {any} */ (byKey.get(leg.key));
    if (points[leg.index - 1]) lean(leg.key, points[leg.index], points[leg.index - 1], leg);
    if (points[leg.index + 2]) lean(leg.key, points[leg.index + 1], points[leg.index + 2], leg);
  };
  for (const [at, one] of legs.entries()) {
    for (const other of legs.slice(at + 1)) {
      if (one.key === other.key) continue;
      const shared = one.ends.filter((end) => other.ends.includes(end));
      if (!shared.length || (shared.length === 1 && !isNarrow(one, other, shared[0]))) continue;
      near.get(one.key)?.add(other.key);
      near.get(other.key)?.add(one.key);
      if (shared.length === 2) [one, other].forEach(leanOf);
      else {
        const far = (leg) => leg.points[leg.ends[0] === shared[0] ? 1 : 0];
        const size = (leg) => Math.hypot(leg.points[1][0] - leg.points[0][0], leg.points[1][1] - leg.points[0][1]);
        const [longer, shorter] = size(one) > size(other) ? [one, other] : [other, one];
        passes(longer.key, far(shorter), longer);
        leanOf(shorter);
      }
      for (const end of shared) {
        together.get(one.key)?.add(one.index + one.ends.indexOf(end));
        together.get(other.key)?.add(other.index + other.ends.indexOf(end));
      }
    }
  }
  /** @type {Map<string, number>} */
  const lanes = new Map();
  const inOrder = [...routes].sort((one, other) => (leaves.get(one.key) ?? 0) - (leaves.get(other.key) ?? 0));
  for (const { key } of inOrder) {
    const taken = new Set([...(near.get(key) ?? [])].map((other) => lanes.get(other)));
    let lane = 0;
    while (taken.has(lane)) lane++;
    lanes.set(key, lane);
  }
  return new Map(routes.map(({ key, stops }) => {
    const most = Math.max(...[...(near.get(key) ?? [])].map((other) => lanes.get(other) ?? 0));
    const by = ((lanes.get(key) ?? 0) - most / 2) * APART;
    // Where they begin or end, routes run together towards the point.
    const share = (index) => (index === 0 || index === stops.length - 1 ? 0.4 : 1);
    return [key, stops.map((_, index) => (together.get(key)?.has(index) ? by * share(index) : 0))];
  }));
}

/** The direction beside a stretch: the same one, whichever way a route takes it. */
function normalOf([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = Math.hypot(dx, dy) || 1;
  const sign = dx < 0 || (dx === 0 && dy < 0) ? -1 : 1;
  return [(-dy / length) * sign, (dx / length) * sign];
}

function isNarrow(one, other, end) {
  const away = ({ ends, points }) => {
    const [from, to] = ends[0] === end ? points : [points[1], points[0]];
    return Math.atan2(to[1] - from[1], to[0] - from[0]);
  };
  const angle = Math.abs(away(one) - away(other)) % (2 * Math.PI);
  return Math.min(angle, 2 * Math.PI - angle) < NARROW;
}

/**
 * The points of a line moved sideways, each by its own measure, its corners mitred.
 * @param {[number, number][]} points @param {number[]} by
 * @returns {[number, number][]}
 */
export function beside(points, by) {
  if (points.length < 2 || by.every((one) => !one)) return points;
  const normals = points.slice(1).map((point, index) => normalOf(points[index], point));
  return points.map(([x, y], index) => {
    const [before, after] = [normals[index - 1] ?? normals[index], normals[index] ?? normals[index - 1]];
    const [mx, my] = [(before[0] + after[0]) / 2, (before[1] + after[1]) / 2];
    // Sharp corners would reach far out; they are cut instead.
    const size = Math.max(mx * mx + my * my, 0.4);
    return [x + (mx / size) * by[index], y + (my / size) * by[index]];
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
