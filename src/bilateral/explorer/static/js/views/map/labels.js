/** Words on a map: where there is room, in the order of their weight, never over each other. */

/** @typedef {{x0: number, y0: number, x1: number, y1: number}} Box */

const SIDES = [[1, 0], [1, -1], [1, 1], [-1, 0], [-1, -1], [-1, 1], [0, -1], [0, 1]];

export function makeRoom(width, height) {
  /** @type {Map<string, {box: Box, hard: boolean}[]>} */
  const cells = new Map();
  const SIZE = 64;

  function* cellsOf(box) {
    for (let x = Math.floor(box.x0 / SIZE); x <= Math.floor(box.x1 / SIZE); x++) {
      for (let y = Math.floor(box.y0 / SIZE); y <= Math.floor(box.y1 / SIZE); y++) yield `${x} ${y}`;
    }
  }

  /** Takes a box out of the room; what is not hard may be covered when there is no other way. */
  function take(box, hard = true) {
    for (const cell of cellsOf(box)) {
      const list = cells.get(cell) ?? [];
      cells.set(cell, list);
      list.push({ box, hard });
    }
  }

  function isFree(box, everything) {
    if (box.x0 < 4 || box.y0 < 4 || box.x1 > width - 4 || box.y1 > height - 4) return false;
    for (const cell of cellsOf(box)) {
      for (const { box: other, hard } of cells.get(cell) ?? []) {
        if (!hard && !everything) continue;
        if (box.x0 < other.x1 && box.x1 > other.x0 && box.y0 < other.y1 && box.y1 > other.y0) return false;
      }
    }
    return true;
  }

  /** Takes the way of a line out of the room, softly. */
  function takeLine(points, thick = 5) {
    for (let index = 1; index < points.length; index++) {
      const [a, b] = [points[index - 1], points[index]];
      const steps = Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / 8) || 1;
      for (let step = 0; step <= steps; step++) {
        const [x, y] = [a[0] + ((b[0] - a[0]) * step) / steps, a[1] + ((b[1] - a[1]) * step) / steps];
        take({ x0: x - thick, y0: y - thick, x1: x + thick, y1: y + thick }, false);
      }
    }
  }

  /**
   * A box beside an anchor, or null. The first side that is free of everything wins, then, for what
   * must be said, the first that is free of words and points.
   * @param {[number, number][]} anchors
   */
  function beside(anchors, { width: w, height: h, away, must }) {
    for (const everything of must ? [true, false] : [true]) {
      for (const [x, y] of anchors) {
        for (const [sx, sy] of SIDES) {
          const gap = sx && sy ? away * 0.75 : away;
          const x0 = sx > 0 ? x + gap : sx < 0 ? x - gap - w : x - w / 2;
          const y0 = sy > 0 ? y + gap * (sx ? 0.4 : 1) : sy < 0 ? y - gap * (sx ? 0.4 : 1) - h : y - h / 2;
          const box = { x0, y0, x1: x0 + w, y1: y0 + h };
          if (isFree(box, everything)) {
            take(box);
            return { box, anchor: /** @type {[number, number]} */ ([x, y]) };
          }
        }
      }
    }
    return null;
  }

  /** A box on a spot, or near it, or null. */
  function on([x, y], { width: w, height: h }) {
    for (const [dx, dy] of [[0, 0], [0, -1.3], [0, 1.3], [-0.4, -1], [0.4, 1], [0.4, -1], [-0.4, 1], [0, -2.4], [0, 2.4], [-0.7, 0], [0.7, 0]]) {
      const [cx, cy] = [x + dx * w, y + dy * h];
      const box = { x0: cx - w / 2, y0: cy - h / 2, x1: cx + w / 2, y1: cy + h / 2 };
      if (isFree(box, false)) {
        take(box);
        return box;
      }
    }
    return null;
  }
  return { take, takeLine, beside, on };
}
