/** Bars: amounts and rates on one scale a chart, shares as a part of the whole. */

import { scaleLinear } from "../../../vendor/d3.js";
import { fontOf, s, widthOf, wrapped } from "../drawing/svg.js";

const THICK = 20;
const HEAD = 26;
const GAP = 12;
const UP = "https://w3id.org/bilateral/concept/increased";
const DOWN = "https://w3id.org/bilateral/concept/decreased";

/** What a point says, for those who hear it. */
export function spoken(app, chart, group, point) {
  const parts = [chart.label, `${point.period} (${group.label})`, point.text];
  if (point.derived) parts.push(app.t("figures.derived"));
  if (point.row.change) parts.push(app.label(point.row.change.value));
  if (point.row.compared) parts.push(app.label(point.row.compared.value));
  return parts.join(". ");
}

/** A mark that can be reached and pressed. */
export function mark(app, chart, group, point, ...children) {
  return s(
    "g",
    {
      class: `mark${point.derived ? " derived" : ""}`, role: "button", tabindex: -1, "data-key": point.iri,
      "aria-label": spoken(app, chart, group, point), "aria-pressed": "false", lang: app.lang,
    },
    ...children,
  );
}

/** A small arrow before the value of a change: drawn, since not every font has one. */
function arrow(point, x, y) {
  const change = point.row.change?.value;
  if (change === UP) return s("path", { class: "arrow", d: `M${x} ${y + 4}l5 -9 5 9z` });
  return change === DOWN ? s("path", { class: "arrow", d: `M${x} ${y - 5}l5 9 5 -9z` }) : null;
}

const ARROW = 14;
const hasArrow = (point) => [UP, DOWN].includes(point.row.change?.value);

/**
 * @param {any} app @param {import("./series.js").Chart} chart
 * @param {{holder: Element, width: number, rowHeight: number}} room
 */
export function drawBars(app, chart, { holder, width, rowHeight }) {
  const fonts = { label: fontOf(holder, 12.5, 400), value: fontOf(holder, 13, 700), head: fontOf(holder, 12, 600) };
  const points = chart.groups.flatMap((group) => group.points);
  const share = chart.form === "share";
  const left = Math.min(Math.max(...points.map((point) => widthOf(point.period, fonts.label)), 40) + 10, width * 0.42);
  const right = Math.max(...points.map((point) => widthOf(point.bare, fonts.value) + (hasArrow(point) ? ARROW : 0))) + 12;
  const least = Math.min(0, ...points.map((point) => point.value));
  const most = share ? 100 : Math.max(0, ...points.map((point) => point.value));
  const x = scaleLinear().domain([least, most || 1]).range([left, Math.max(width - right, left + 30)]);

  let y = 0;
  const marks = [];
  const groups = chart.groups.map((group) => {
    const top = y;
    y += HEAD;
    const drawn = group.points.map((point) => {
      const middle = y + rowHeight / 2;
      y += rowHeight;
      const [a, b] = [x(Math.min(point.value, 0)), x(Math.max(point.value, 0))];
      const length = Math.max(b - a, 1.5);
      const lines = wrapped(point.period, left - 8, fonts.label, 2);
      const bar = { x: a, y: middle - THICK / 2, width: length, height: THICK };
      const made = mark(
        app, chart, group, point,
        s("rect", { class: "hit", x: 0, y: middle - rowHeight / 2, width, height: rowHeight, rx: 4 }),
        s("text", { class: "period", x: left - 8, "text-anchor": "end" },
          ...lines.map((line, index) => s("tspan", { x: left - 8, y: middle + 4.5 + (index - (lines.length - 1) / 2) * 14 }, line))),
        share && s("rect", { class: "whole", x: x(0), y: middle - THICK / 2, width: x(100) - x(0), height: THICK }),
        s("rect", { class: "bar", ...bar, ...(point.derived ? { fill: "url(#fig-hatch)" } : {}) }),
        arrow(point, b + 7, middle),
        s("text", { class: "value", x: (share ? x(100) : b) + 7 + (hasArrow(point) ? ARROW : 0), y: middle + 4.5 }, point.bare),
      );
      marks.push(made);
      return made;
    });
    const zero = s("line", { class: "zero", x1: x(0), x2: x(0), y1: top + HEAD, y2: y });
    y += GAP;
    return s("g", { class: "series", role: "group", "aria-label": group.label },
      s("text", { class: "length", x: 0, y: top + 16 }, group.label), ...drawn, zero);
  });
  return { element: s("svg", { class: "fig-chart", width, height: Math.max(y - GAP + 4, 10), viewBox: `0 0 ${width} ${Math.max(y - GAP + 4, 10)}`, role: "group", "aria-label": chart.label }, ...groups), marks };
}
