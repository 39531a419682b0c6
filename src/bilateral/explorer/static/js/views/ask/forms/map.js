/** An answer on a map: the places that its rows name, and a schematic line where a row names several. */

import { makeRoving } from "../../drawing/rove.js";
import { s, widthOf, fontOf, clamped } from "../../drawing/svg.js";
import { planeAround, positionOf } from "../../map/outlines.js";
import { cellText, thingOf } from "../columns.js";

/** Units of the plane a pixel at the nearest: neighbours would fill the map, so some country stays around them. */
const NEAREST = 1.6;

/** @param {HTMLElement} root @param {any} app @param {any} outcome @param {any} roles */
export async function drawMap(root, app, outcome, roles) {
  const columns = [roles.place].flat().filter((name) => outcome.columns.includes(name));
  const points = await pointsOf(app);
  /** @type {Map<string, any>} */
  const places = new Map();
  const lines = [];
  const missing = new Set();
  for (const row of outcome.rows) {
    const stops = columns.filter((column) => row[column]).map((column) => ({ iri: thingOf(row, column), name: cellText(app, row, column) }));
    // Where a row gives the name alone, the place is known by it, in whichever language.
    const located = stops.map(({ iri, name }) => ({ name, ...(points.get(iri ?? "") ?? points.get(name)) }));
    for (const { iri, name, at } of located) {
      if (!at) missing.add(name);
      else places.set(iri, { iri, name, at, rows: [...(places.get(iri)?.rows ?? []), row] });
    }
    const known = located.filter(({ at }) => at);
    if (known.length > 1) lines.push({ row, stops: known });
  }
  const holder = app.h("div", { class: "map-holder" });
  const list = app.h("ul", { class: "map-list" });
  root.replaceChildren(
    holder,
    app.h("p", { class: "map-note", lang: app.lang }, lines.length > 0 && `${app.t("ask.map.lines")} `, app.t("ask.map.outlines"),
      missing.size > 0 && ` ${app.t("ask.map.missing", { names: [...missing].join(", ") })}`),
    list,
  );
  if (!places.size) return () => {};
  const rove = makeRoving(holder, (mark) => app.select({ kind: "thing", iri: mark.getAttribute("data-iri") }));
  const watch = new ResizeObserver(() => rove.take(painted(holder, app, [...places.values()], lines, roles)));
  watch.observe(holder);
  return () => watch.disconnect();
}

/** Where the graph says that places lie, by address and by name. */
async function pointsOf(app) {
  const { rows } = await app.ask("points");
  /** @type {Map<string, {iri: string, at: [number, number]}>} */
  const found = new Map();
  await app.labels([...new Set(rows.map(({ thing }) => thing.value))]);
  for (const { thing, point } of rows) {
    const at = positionOf(point?.value);
    if (!at) continue;
    const known = { iri: thing.value, at };
    for (const key of [thing.value, ...Object.values(app.names(thing.value))]) if (!found.has(key)) found.set(key, known);
  }
  return found;
}

function painted(holder, app, places, lines, roles) {
  const width = Math.max(holder.clientWidth, 280);
  const height = Math.round(Math.min(Math.max(width * 0.52, 260), 520));
  const font = fontOf(holder, 13, 600);
  const plane = planeAround(places.reduce((sum, { at }) => sum + at[0], 0) / places.length);
  const spots = places.map(({ at }) => plane.project(at));
  const [xs, ys] = [0, 1].map((axis) => spots.map((spot) => spot[axis]));
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((width - 220) / Math.max(right - left, 1), (height - 110) / Math.max(bottom - top, 1), NEAREST);
  const [dx, dy] = [width / 2 - (scale * (left + right)) / 2, height / 2 - (scale * (top + bottom)) / 2];
  const screen = (at) => {
    const [x, y] = plane.project(at);
    return [x * scale + dx, y * scale + dy];
  };
  const svg = s("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": app.t("ask.show.map") });
  svg.append(s("g", { transform: `translate(${dx},${dy}) scale(${scale})`, class: "map-ground" },
    ...plane.states.map(({ d }) => s("path", { d, class: "map-land" }))));
  const marks = [];
  for (const { row, stops } of lines) {
    const d = stops.map(({ at }, place) => `${place ? "L" : "M"}${screen(at).map((n) => n.toFixed(1)).join(",")}`).join("");
    const thing = thingOf(row, roles.label);
    const label = `${cellText(app, row, roles.label)}: ${stops.map(({ name }) => name).join(" – ")}`;
    const mark = s("g", { class: "map-line", role: "button", "data-iri": thing ?? stops[0].iri, "data-key": `${thing} ${d}`, "aria-label": label },
      s("title", {}, label), s("path", { d, class: "map-line-hit" }), s("path", { d, class: "map-line-ink" }));
    marks.push(mark);
  }
  const taken = [];
  const dots = places.map(({ iri, name, at, rows }) => {
    const [x, y] = screen(at);
    const text = clamped(rows.length > 1 ? `${name} (${app.fmt.count(rows.length)})` : name, 170, font);
    const wide = widthOf(text, font);
    const sides = [[x + 9, y + 4.5, "start"], [x - 9, y + 4.5, "end"], [x, y - 11, "middle"], [x, y + 21, "middle"]];
    const box = ([tx, ty, anchor]) => {
      const left = anchor === "start" ? tx : anchor === "end" ? tx - wide : tx - wide / 2;
      return [left, ty - 12, left + wide, ty + 4];
    };
    const free = (side) => {
      const [a, b, c, d] = box(side);
      return a > 2 && c < width - 2 && b > 2 && d < height - 2 && taken.every(([e, f, g, i]) => c < e || a > g || d < f || b > i);
    };
    const [tx, ty, anchor] = sides.find(free) ?? sides[0];
    taken.push(box([tx, ty, anchor]), [x - 6, y - 6, x + 6, y + 6]);
    return s("g", { class: "map-place", role: "button", "data-iri": iri, "data-key": iri },
      s("title", {}, `${name}: ${rows.map((row) => cellText(app, row, roles.label)).join(", ")}`),
      s("circle", { cx: x, cy: y, r: 12, class: "map-hit" }), s("circle", { cx: x, cy: y, r: 5.5, class: "map-dot" }),
      s("text", { x: tx, y: ty, "text-anchor": anchor, class: "map-label" }, text));
  });
  svg.append(...marks, ...dots);
  holder.replaceChildren(svg);
  return [...marks, ...dots];
}
