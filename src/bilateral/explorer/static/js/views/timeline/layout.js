/** Where on a timeline each item and its words go: rows in which nothing overlaps. */

import { clamped, widthOf } from "../drawing/svg.js";

export const SMALLEST_BAR = 11;
const GAP = 7;
const APART = 14;

/**
 * @typedef {object} Placed
 * @property {import("./items.js").Item} item
 * @property {number} x0 @property {number} x1 the possible days, cut to the window
 * @property {number | null} s0 @property {number | null} s1 the certain days, cut to the window
 * @property {boolean} cutLeft @property {boolean} cutRight
 * @property {number} row
 * @property {"right" | "left" | "inside"} side
 * @property {string} label @property {string} detail @property {string} value clamped to their room
 * @property {number} textX @property {number} textWidth
 */

/** The words of an item, as much of them as fits: its label first, its value always, its detail last. */
function words(item, room, fonts) {
  const valueWidth = item.value ? widthOf(item.value, fonts.strong) + GAP : 0;
  if (fonts.narrow) {
    // A narrow page has high rows: two lines, the label's own and that of what it leaves open.
    const [label, second] = [clamped(item.label, room, fonts.label), item.value || item.detail];
    const below = clamped(second, room, item.value ? fonts.strong : fonts.detail);
    const width = Math.max(widthOf(label, fonts.label), widthOf(below, item.value ? fonts.strong : fonts.detail));
    return { label, detail: item.value ? "" : below, value: item.value ? below : "", width };
  }
  const label = clamped(item.label, room - valueWidth, fonts.label);
  let width = widthOf(label, fonts.label) + valueWidth;
  let detail = "";
  if (item.detail && label.at(-1) !== "…") {
    const left = room - width - GAP;
    const cut = clamped(item.detail, left, fonts.detail);
    if (cut.length > 3) {
      detail = cut;
      width += widthOf(cut, fonts.detail) + GAP;
    }
  }
  return { label, detail, value: item.value, width };
}

/**
 * @param {import("./items.js").Item[]} items
 * @param {(moment: number) => number} x
 * @param {number} width
 * @param {{label: string, detail: string, strong: string, narrow: boolean}} fonts
 * @returns {{placed: Placed[], rows: number}}
 */
export function placeItems(items, x, width, fonts) {
  const widest = fonts.narrow ? width * 0.72 : Math.min(Math.max(width * 0.55, 190), 560);
  /** @type {[number, number][][]} */
  const rows = [];
  const placed = [];
  for (const item of items) {
    const { first, last, surelyFirst, surelyLast } = item.days;
    let [x0, x1] = [x(first), x(last)];
    // A year that ends where the window begins is not in it.
    if (x1 <= 0.01 || x0 >= width - 0.01) continue;
    if (x1 - x0 < SMALLEST_BAR) {
      const middle = (x0 + x1) / 2;
      [x0, x1] = [middle - SMALLEST_BAR / 2, middle + SMALLEST_BAR / 2];
    }
    const [cutLeft, cutRight] = [x0 < 0, x1 > width];
    [x0, x1] = [Math.max(x0, 0), Math.min(x1, width)];
    const s0 = surelyFirst === null ? null : Math.max(x(surelyFirst), 0);
    const s1 = surelyLast === null ? null : Math.min(x(surelyLast), width);

    const wanted = words(item, widest, fonts);
    const [roomRight, roomLeft, roomInside] = [width - x1 - GAP, x0 - GAP, x1 - x0 - 2 * GAP];
    let side = /** @type {Placed["side"]} */ ("right");
    if (roomInside >= wanted.width && x1 - x0 > 90) side = "inside";
    else if (roomRight >= wanted.width) side = "right";
    else if (roomLeft >= wanted.width) side = "left";
    else side = roomInside > Math.max(roomRight, roomLeft) ? "inside" : roomRight >= roomLeft ? "right" : "left";
    const room = { right: roomRight, left: roomLeft, inside: roomInside }[side];
    const text = room >= wanted.width ? wanted : words(item, Math.max(room, 0), fonts);
    const textX = { right: x1 + GAP, left: x0 - GAP - text.width, inside: x0 + GAP }[side];
    const [from, to] = [Math.min(x0, textX), Math.max(x1, textX + text.width)];

    let row = rows.findIndex((taken) => taken.every(([a, b]) => to + APART <= a || from >= b + APART));
    if (row < 0) row = rows.push([]) - 1;
    rows[row].push([from, to]);
    placed.push({
      item, x0, x1, s0, s1, cutLeft, cutRight, row, side, textX, textWidth: text.width,
      label: text.label, detail: text.detail, value: text.value,
    });
  }
  return { placed, rows: rows.length };
}
