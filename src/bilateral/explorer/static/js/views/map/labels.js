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
   * A box beside an anchor, or null. The first side that is free of everything wins, near before
   * far; then, for what must be said, the first near one that is free of words and points.
   * @param {[number, number][]} anchors
   * @param {{width: number, height: number, away: number[], must: boolean}} wanted
   */
  function beside(anchors, { width: w, height: h, away, must }) {
    const tries = [...away.map((far) => ({ far, everything: true })), ...(must ? [{ far: away[0], everything: false }] : [])];
    for (const { far, everything } of tries) {
      for (const [x, y] of anchors) {
        for (const [sx, sy] of SIDES) {
          const gap = sx && sy ? far * 0.75 : far;
          const x0 = sx > 0 ? x + gap : sx < 0 ? x - gap - w : x - w / 2;
          const y0 = sy > 0 ? y + gap * (sx ? 0.4 : 1) : sy < 0 ? y - gap * (sx ? 0.4 : 1) - h : y - h / 2;
          const box = { x0, y0, x1: x0 + w, y1: y0 + h };
          if (isFree(box, everything)) {
            take(box);
            return { box, far, anchor: /** @type {[number, number]} */ ([x, y]) };
          }
        }
      }
    }
    return null;
  }

  /** A box on a spot, or near it, or null: off the lines if it can be. */
  function on([x, y], { width: w, height: h }) {
    const near = [[0, 0], [0, -1.3], [0, 1.3], [0.3, -1], [-0.3, 1], [0, -2.4], [0, 2.4], [-0.5, 0], [0.5, 0], [-0.5, -1.6], [0.5, 1.6], [0, 3.6], [0, -3.6]];
    for (const everything of [true, false]) {
      for (const [dx, dy] of near) {
        const [cx, cy] = [x + dx * w, y + dy * h];
        const box = { x0: cx - w / 2, y0: cy - h / 2, x1: cx + w / 2, y1: cy + h / 2 };
        if (isFree(box, everything)) {
          take(box);
          return box;
        }
      }
    }
    return null;
  }
  return { take, takeLine, beside, on };
}
