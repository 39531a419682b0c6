/** Ranks: rank 1 on top, a column a period, from where to where it moved if the source says so. */

import { fontOf, s, wrapped } from "../drawing/svg.js";
import { mark } from "./bars.js";

const STEP = 19;
const TOP = 14;
const LEFT = 30;
const MOST_RANKS = 30;

/**
 * @param {any} app @param {import("./series.js").Chart} chart
 * @param {{holder: Element, width: number}} room
 */
export function drawRanks(app, chart, { holder, width }) {
  const points = chart.groups.flatMap((group) => group.points.map((point) => ({ group, point })));
  const among = Math.max(...points.map(({ point }) => Number(point.row.among?.value ?? 0)));
  const lowest = Math.max(...points.flatMap(({ point }) => [point.value, point.before ?? 0]));
  const ranks = Math.min(Math.max(among, lowest, 3), MOST_RANKS);
  const y = (rank) => TOP + (Math.min(rank, ranks) - 1) * STEP;
  const bottom = y(ranks) + STEP;
  const column = Math.min((width - LEFT) / points.length, 150);
  const font = fontOf(holder, 12.5, 400);
  const lines = s(
    "g",
    { class: "ladder", "aria-hidden": "true" },
    ...Array.from({ length: ranks }, (_, index) => index + 1).flatMap((rank) => [
      s("line", { x1: LEFT, x2: width, y1: y(rank), y2: y(rank) }),
      (ranks <= 12 || rank === 1 || rank % 5 === 0) && s("text", { x: LEFT - 9, y: y(rank) + 4, "text-anchor": "end" }, String(rank)),
    ]),
  );
  const marks = [];
  const columns = points.map(({ group, point }, index) => {
    const middle = LEFT + column * (index + 0.5);
    const moved = point.before !== null && point.before !== point.value;
    const period = [...wrapped(point.period, column - 8, font, 2), ...wrapped(`(${group.label})`, column - 8, font, 2)];
    const made = mark(
      app, chart, group, point,
      s("rect", { class: "hit", x: middle - column / 2 + 3, y: 0, width: column - 6, height: bottom + 46, rx: 5 }),
      ...(moved ? movement(app, point, middle, y) : []),
      s("circle", { class: point.derived ? "dot derived" : "dot", cx: middle, cy: y(point.value), r: 12.5 }),
      s("text", { class: "dot-text", x: middle, y: y(point.value) + 4.5, "text-anchor": "middle" }, app.fmt.number(point.row.value.value)),
      s("text", { class: "period", "text-anchor": "middle" }, ...period.map((line, at) => s("tspan", { x: middle, y: bottom + 10 + at * 15 }, line))),
    );
    if (moved) made.setAttribute("aria-label", `${made.getAttribute("aria-label")}. ${app.t("figures.before", { rank: app.fmt.count(point.before) })}`);
    marks.push(made);
    return made;
  });
  const height = bottom + 62;
  return { element: s("svg", { class: "fig-chart", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": chart.label }, lines, ...columns), marks };
}

/** Where a rank was before, and the way from there. */
function movement(app, point, middle, y) {
  const [from, to] = [y(point.before), y(point.value)];
  const [x, tip] = [middle - 40, middle - 15];
  const down = to > from ? 1 : -1;
  // Ranks next to each other leave little height: the way bends down to the side of the mark.
  return [
    s("circle", { class: "was", cx: x, cy: from, r: 9.5 }),
    s("text", { class: "was-text", x, y: from + 4, "text-anchor": "middle" }, app.fmt.count(point.before)),
    s("path", { class: "moved", d: `M${x} ${from + 10.5 * down}Q${x} ${to} ${tip - 6} ${to}` }),
    s("path", { class: "moved-head", d: `M${tip - 7} ${to - 4}l8 4-8 4z` }),
  ];
}
