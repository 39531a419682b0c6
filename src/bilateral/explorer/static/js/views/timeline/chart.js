/** The drawing of the timeline: an axis that stays in sight, and lanes of marks with their words. */

import { colorOf, fontOf, hatch, s } from "../drawing/svg.js";
import { ticksOf } from "./axis.js";
import { placeItems } from "./layout.js";

const PAD = 18;
const LANE_HEAD = 34;
const LANE_GAP = 10;
const AXIS_HEIGHT = 30;

/**
 * @param {any} app
 * @param {{kind: any, items: import("./items.js").Item[]}[]} lanes
 * @param {{from: number, to: number}} window
 * @param {{holder: HTMLElement, width: number, rowHeight: number, folded: Set<string>}} room
 */
export function drawChart(app, lanes, window, room) {
  const inner = Math.max(room.width - 2 * PAD, 120);
  const x = (moment) => ((moment - window.from) / (window.to - window.from)) * inner;
  const fonts = {
    label: fontOf(room.holder, 13, 500), detail: fontOf(room.holder, 13, 400), strong: fontOf(room.holder, 13, 700),
    narrow: inner < 520 && room.rowHeight >= 40,
  };
  const ticks = ticksOf(app, [window.from, window.to], inner);

  let y = 6;
  let shown = 0;
  const marks = [];
  const groups = lanes.map((lane) => {
    const { placed, rows } = placeItems(lane.items, x, inner, fonts);
    const folded = room.folded.has(lane.kind.id);
    shown += placed.length;
    const head = drawHead(app, lane, placed.length, folded, y);
    y += LANE_HEAD;
    const top = y;
    const drawn = folded ? placed.map((one) => drawSpeck(one, top)) : placed.map((one) => drawMark(app, one, top, room.rowHeight, inner, fonts.narrow));
    if (!folded) marks.push(...drawn);
    y += (folded ? 14 : Math.max(rows, placed.length ? 1 : 0) * room.rowHeight) + LANE_GAP;
    return s(
      "g",
      { class: "lane", role: "group", "aria-label": `${lane.kind.label}, ${app.fmt.count(placed.length)}`, vars: { "--kind": colorOf(lane.kind) } },
      s("line", { class: "lane-rule", x1: -PAD, x2: inner + PAD, y1: top - LANE_HEAD + 2, y2: top - LANE_HEAD + 2 }),
      head, ...drawn,
    );
  });
  const height = Math.max(y, 60);
  const chart = s(
    "svg",
    { class: "tl-chart", width: room.width, height, viewBox: `${-PAD} 0 ${room.width} ${height}`, role: "group", "aria-label": app.t("timeline.chart") },
    s("defs", {}, hatch("tl-hatch")),
    s("g", { class: "grid" }, ...ticks.map((tick) => s("line", { class: tick.major ? "major" : "", x1: tick.x, x2: tick.x, y1: 0, y2: height }))),
    ...groups,
  );
  const axis = s(
    "svg",
    { class: "tl-axis", width: room.width, height: AXIS_HEIGHT, viewBox: `${-PAD} 0 ${room.width} ${AXIS_HEIGHT}`, "aria-hidden": "true" },
    ...ticks.map((tick) =>
      s(
        "g",
        { class: tick.major ? "tick major" : "tick", transform: `translate(${tick.x} 0)` },
        s("line", { y1: AXIS_HEIGHT - 7, y2: AXIS_HEIGHT }),
        s("text", { y: 16, "text-anchor": tick.x < 16 ? "start" : tick.x > inner - 16 ? "end" : "middle" }, tick.label),
      ),
    ),
  );
  return { chart, axis, marks, shown, x, inner, pad: PAD };
}

function drawHead(app, lane, count, folded, y) {
  return s(
    "g",
    {
      class: "lane-head", transform: `translate(0 ${y})`, role: "button", tabindex: 0, "data-lane": lane.kind.id,
      "aria-expanded": String(!folded), "aria-label": app.t(folded ? "timeline.unfold" : "timeline.fold", { kind: lane.kind.label }),
    },
    s("rect", { class: "hit", x: -6, y: 3, width: 240, height: 28, rx: 4 }),
    s("path", { class: "fold", d: folded ? "M1 12l5 5-5 5" : "M-1 14l5 5 5-5" }),
    s("svg", { x: 16, y: 8, width: 18, height: 18, viewBox: "0 0 24 24", class: "lane-icon" }, s("path", { d: iconPath(lane.kind.icon) })),
    s("text", { x: 42, y: 22, class: "lane-name", lang: app.lang }, lane.kind.label, s("tspan", { class: "lane-count", dx: 8 }, app.fmt.count(count))),
  );
}

function iconPath(icon) {
  return /d="([^"]+)"/u.exec(icon ?? "")?.[1] ?? icon ?? "";
}

function drawSpeck({ x0, x1 }, top) {
  return s("rect", { class: "speck", x: x0, y: top + 2, width: Math.max(x1 - x0, 3), height: 6, rx: 2 });
}

function drawMark(app, placed, top, rowHeight, inner, narrow) {
  const { item, row } = placed;
  const middle = top + row * rowHeight + rowHeight / 2;
  const words = [item.label, item.value, item.certainty, item.detail, ...item.places].filter(Boolean);
  if (item.derived) words.splice(1, 0, app.t("timeline.derived"));
  // Words left of their mark end at it, also where another font makes them longer.
  const towards = placed.side === "left" ? placed.textX + placed.textWidth : placed.textX;
  const after = narrow ? { x: towards, dy: 16 } : { dx: 7 };
  const from = Math.min(placed.x0, placed.textX) - 6;
  const to = Math.max(placed.x1, placed.textX + placed.textWidth) + 6;
  return s(
    "g",
    {
      class: `mark ${item.days.precision}${item.derived ? " derived" : ""}`, role: "button", tabindex: -1,
      "data-key": item.iri, "aria-label": words.join(". "), lang: item.lang, "aria-pressed": "false",
    },
    s("rect", { class: "hit", x: Math.max(from, -PAD), y: middle - rowHeight / 2, width: Math.min(to, inner + PAD) - Math.max(from, -PAD), height: rowHeight, rx: 5 }),
    ...glyph(placed, middle),
    s(
      "text",
      {
        class: `words ${placed.side}`, x: towards, y: middle + (narrow && (placed.value || placed.detail) ? -3.5 : 4.5),
        "text-anchor": placed.side === "left" ? "end" : "start",
      },
      s("tspan", { class: "label" }, placed.label),
      placed.value && s("tspan", { class: "value", ...after }, placed.value),
      placed.detail && s("tspan", { class: "detail", ...after }, placed.detail),
    ),
  );
}

/** What stands for the days: solid where they are certain, open where they are only possible. */
function glyph({ item, x0, x1, s0, s1, cutLeft, cutRight, side, textX, textWidth }, y) {
  const width = x1 - x0;
  switch (item.days.precision) {
    case "day": {
      const centre = x0 + width / 2;
      return [s("path", { class: "sure", d: `M${centre} ${y - 6.5}l6.5 6.5-6.5 6.5-6.5-6.5z` })];
    }
    case "days":
      return [s("rect", { class: "sure", x: x0, y: y - 5, width, height: 10, rx: 2.5 })];
    case "period":
      return [
        // Words inside a period stand in a gap of its line.
        s("line", { class: "reach", x1: side === "inside" ? textX + textWidth + 5 : x0, x2: x1, y1: y, y2: y }),
        side === "inside" && textX - 5 > x0 && s("line", { class: "reach", x1: x0, x2: textX - 4, y1: y, y2: y }),
        !cutLeft && s("line", { class: "stop", x1: x0, x2: x0, y1: y - 5, y2: y + 5 }),
        !cutRight && s("line", { class: "stop", x1, x2: x1, y1: y - 5, y2: y + 5 }),
      ].filter(Boolean);
    default: {
      const high = side === "inside" ? 22 : 12;
      return [
        s("rect", { class: "possible", x: x0 + 0.75, y: y - high / 2, width: Math.max(width - 1.5, 4), height: high, rx: Math.min(high / 2, width / 2) }),
        s0 !== null && s1 !== null && s1 > s0 && s("rect", { class: "sure", x: s0, y: y - 3.5, width: Math.max(s1 - s0, 2), height: 7 }),
      ].filter(Boolean);
    }
  }
}
