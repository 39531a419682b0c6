/** An answer on a line of time: each row a bar over the days that its date can mean. */

import { scaleUtc } from "../../../../vendor/d3.js";
import { daysOf, firstMoment } from "../../drawing/days.js";
import { makeRoving } from "../../drawing/rove.js";
import { clamped, colorOf, fontOf, s, widthOf } from "../../drawing/svg.js";
import { cellText, thingOf } from "../columns.js";

const MOST_ROWS = 200;
const LINE = 30;
const TOP = 34;
const SMALLEST = 9;

/** @param {HTMLElement} root @param {any} app @param {any} outcome @param {any} roles */
export function drawTimeline(root, app, outcome, roles) {
  const dated = outcome.rows.filter((row) => Number.isFinite(firstMoment(row[roles.start]?.value)));
  const rows = dated.slice(0, MOST_ROWS).map((row) => {
    const end = row[roles.end] ?? row[roles.start];
    const thing = thingOf(row, roles.label) ?? Object.values(row).find((term) => term?.type === "iri")?.value;
    const kind = thing ? app.kindOf(thing) : null;
    // A figure covers its period: nothing of it is unsure.
    return { row, thing, kind, days: daysOf(row.date?.value, row[roles.start].value, end.value, kind?.id === "figure") };
  });
  rows.sort((a, b) => a.days.first - b.days.first || a.days.last - b.days.last);
  const holder = app.h("div", { class: "line-holder" });
  const note = dated.length < outcome.rows.length || rows.length < dated.length;
  root.replaceChildren(holder, note ? app.h("p", { class: "left-out", lang: app.lang }, app.t("ask.left", { n: app.fmt.count(rows.length), all: app.fmt.count(outcome.rows.length) })) : "");
  if (!rows.length) return () => {};
  const rove = makeRoving(holder, (mark) => {
    const iri = mark.getAttribute("data-iri");
    if (iri) app.select({ kind: "thing", iri });
  });
  const paint = () => rove.take(painted(holder, app, rows, roles));
  const watch = new ResizeObserver(() => paint());
  watch.observe(holder);
  return () => watch.disconnect();
}

function painted(holder, app, rows, roles) {
  const width = Math.max(holder.clientWidth, 280);
  const [from, to] = [Math.min(...rows.map(({ days }) => days.first)), Math.max(...rows.map(({ days }) => days.last))];
  const margin = (to - from) * 0.03 + 86_400_000 * 20;
  const scale = scaleUtc().domain([from - margin, to + margin]).range([12, width - 12]);
  const height = TOP + rows.length * LINE + 8;
  const font = fontOf(holder, 13);
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": app.t("ask.show.timeline") });
  const ticks = scale.ticks(Math.max(2, Math.floor(width / 110)));
  for (const tick of ticks) {
    const x = scale(tick);
    const text = app.fmt.date(tick.toISOString().slice(0, tick.getUTCMonth() ? 7 : 4));
    svg.append(s("line", { x1: x, x2: x, y1: TOP - 8, y2: height, class: "line-tick" }), s("text", { x, y: TOP - 14, class: "line-year", "text-anchor": "middle" }, text));
  }
  const marks = rows.map(({ row, days, thing, kind }, place) => {
    const y = TOP + place * LINE + LINE / 2;
    let [x0, x1] = [scale(days.first), scale(days.last)];
    if (x1 - x0 < SMALLEST) [x0, x1] = [(x0 + x1 - SMALLEST) / 2, (x0 + x1 + SMALLEST) / 2];
    const sure = days.surelyFirst !== null;
    const date = row.date ? app.fmt.date(row.date.value) : app.fmt.date("", row[roles.start].value, (row[roles.end] ?? row[roles.start]).value);
    const label = cellText(app, row, roles.label);
    const words = label.includes(date) ? label : `${label} · ${date}`;
    const [needed, right, left] = [widthOf(words, font), width - x1 - 14, x0 - 14];
    const inside = x1 - x0 - 14;
    const side = right >= needed ? "right" : left >= needed ? "left" : inside > Math.max(left, right) ? "inside" : right > left ? "right" : "left";
    const told = clamped(words, { right, left, inside }[side], font);
    const textX = { right: x1 + 8, left: x0 - 8, inside: x0 + 7 }[side];
    return s(
      "g",
      { class: "line-row", role: "button", "data-iri": thing ?? "", "data-key": `${thing} ${place}`, vars: { "--kind": colorOf(kind) } },
      s("title", {}, words),
      s("rect", { x: 0, y: y - LINE / 2, width, height: LINE, class: "line-ground" }),
      s("rect", { x: x0, y: y - (side === "inside" ? 10 : 6), width: x1 - x0, height: side === "inside" ? 20 : 12, rx: 3, class: sure ? "line-bar sure" : "line-bar" }),
      s("text", { x: textX, y: y + 4.5, "text-anchor": side === "left" ? "end" : "start", class: side === "inside" && sure ? "line-label inside" : "line-label" }, told),
    );
  });
  svg.append(...marks);
  holder.replaceChildren(svg);
  return marks;
}
