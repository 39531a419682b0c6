/** The map's picture: states below, lines and points above them, and words where there is room. */

import { colorOf, fontOf, s, widthOf, wrapped } from "../drawing/svg.js";
import { makeRoom } from "./labels.js";
import { beside, offsetsOf, rounded, spotsAlong } from "./lines.js";

const HIDDEN_BELOW = 9;
const LINE_HEIGHT = 14;
/** How far from its line a line's name may stand; farther off, a leader ties them. */
const FAR = [9, 26, 46, 70, 100, 135];

/** The states: drawn once, moved with one transform. */
export function drawGround(plane, tied) {
  return s(
    "g",
    { class: "ground" },
    ...plane.states.map((state) => s("path", { d: state.d, class: tied.has(state.number) ? "state tied" : "state" })),
    s("path", { class: "borders", d: plane.borders }),
    s("path", { class: "coasts", d: plane.coasts }),
  );
}

/** How a kind of line is drawn: two strokes, the upper one making the pattern of the lower. */
export function strokes(route, d) {
  return [
    s("path", { class: "line-hit", d }),
    s("path", { class: "line-halo", d }),
    s("path", { class: "line-lower", d }),
    s("path", { class: "line-upper", d }),
  ];
}

/**
 * @param {any} app
 * @param {object} given
 * @param {any} given.camera @param {ReturnType<typeof import("./outlines.js").planeAround>} given.plane
 * @param {import("./gather.js").Place[]} given.places those that are drawn
 * @param {import("./gather.js").Route[]} given.routes those that are drawn
 * @param {any[]} given.things with a point of their own
 * @param {(stop: {iri: string, position: any}) => [number, number] | null} given.spotOf in the plane
 * @param {HTMLElement} given.holder @param {Element[]} given.covered what lies over the map
 */
export function paint(app, { camera, plane, places, routes, things, spotOf, holder, covered }) {
  const { clientWidth: width, clientHeight: height } = holder;
  const fonts = {
    city: fontOf(holder, 13, 650), state: fontOf(holder, 13, 500), route: fontOf(holder, 12, 500), thing: fontOf(holder, 12, 400),
  };
  const room = makeRoom(width, height);
  const corner = holder.getBoundingClientRect();
  for (const over of covered) {
    const box = over.getBoundingClientRect();
    room.take({ x0: box.left - corner.left - 4, y0: box.top - corner.top - 4, x1: box.right - corner.left + 4, y1: box.bottom - corner.top + 4 });
  }
  // On a narrow map far names and their leaders would hide what they name; the list has them all.
  const far = width < 600 ? FAR.slice(0, 3) : FAR;
  const [lineLayer, pointLayer, wordLayer] = [s("g", { class: "lines" }), s("g", { class: "points" }), s("g", { class: "words" })];
  const marks = [];
  const markOf = (kind, iri, label, ...children) => {
    const mark = s("g", { class: `mark ${kind}`, role: "button", tabindex: -1, "data-key": iri, "aria-label": label, "aria-pressed": "false" }, ...children);
    marks.push(mark);
    return mark;
  };

  // Points first: words and lines' names keep off them.
  const cities = places.filter((place) => place.kind === "City" && place.position);
  const spots = new Map(cities.map((place) => [place.iri, camera.toScreen(plane.project(place.position))]));
  for (const place of cities) {
    const [x, y] = /** @type {[number, number]} */ (spots.get(place.iri));
    const radius = 3.5 + Math.min(Math.sqrt(place.weight) * 1.3, 6);
    room.take({ x0: x - radius - 2, y0: y - radius - 2, x1: x + radius + 2, y1: y + radius + 2 });
    pointLayer.append(markOf("city", place.iri, `${place.label}, ${place.kindLabel}, ${app.t("map.tied", { n: app.fmt.count(place.weight) })}`,
      s("circle", { class: "hit", cx: x, cy: y, r: 15 }), s("circle", { class: "point", cx: x, cy: y, r: radius })));
  }
  const shownThings = things.filter((thing) => {
    const [x, y] = camera.toScreen(plane.project(thing.position));
    thing.spot = [x, y];
    return [...spots.values()].every(([cx, cy]) => Math.hypot(cx - x, cy - y) > HIDDEN_BELOW);
  });
  for (const thing of shownThings) {
    const [x, y] = thing.spot;
    room.take({ x0: x - 6, y0: y - 6, x1: x + 6, y1: y + 6 });
    pointLayer.append(
      markOf("thing", thing.iri, `${thing.label}, ${thing.kindLabel}`, s("circle", { class: "hit", cx: x, cy: y, r: 14 }),
        s("rect", { class: "point", x: x - 4.5, y: y - 4.5, width: 9, height: 9, vars: { "--kind": colorOf(thing.kind) } })),
    );
  }

  const ways = routes.map((route) => ({ route, stops: route.stops.filter((stop) => spotOf(stop)) })).filter(({ stops }) => stops.length > 1);
  for (const way of ways) way.middles = way.stops.map((stop) => camera.toScreen(spotOf(stop)));
  const offsets = offsetsOf(ways.map(({ route, stops, middles }) => ({ key: route.iri, stops: stops.map((stop) => stop.iri), points: middles })));
  const drawnWays = ways.map(({ route, stops, middles }) => {
    const points = beside(middles, offsets.get(route.iri) ?? []);
    room.takeLine(points);
    const words = [route.label, route.kindLabel, app.t("map.schematic"), stops.map((stop) => stop.label).join(route.ordered ? " → " : " – "), ...route.statuses];
    const mark = markOf("route", route.iri, words.join(". "), ...strokes(route, rounded(points)));
    mark.setAttribute("data-route", route.kind);
    if (!route.stands) mark.classList.add("plan");
    lineLayer.append(mark);
    for (const [index, stop] of stops.entries()) {
      if (stop.position) continue;
      const [x, y] = points[index];
      room.take({ x0: x - 7, y0: y - 7, x1: x + 7, y1: y + 7 });
      lineLayer.append(s("rect", { class: "anywhere", x: x - 4, y: y - 4, width: 8, height: 8, transform: `rotate(45 ${x} ${y})` }));
    }
    return { route, points };
  });

  for (const place of [...cities].sort((one, other) => other.weight - one.weight)) {
    const [x, y] = /** @type {[number, number]} */ (spots.get(place.iri));
    const lines = wrapped(place.label, 150, fonts.city, 2);
    const found = room.beside([[x, y]], { width: Math.max(...lines.map((line) => widthOf(line, fonts.city))) + 4, height: lines.length * LINE_HEIGHT + 2, away: [12], must: true });
    if (found) wordLayer.append(wordsOf("city-name", lines, found.box, [x, y], place.lang || app.lang, place.iri));
  }
  for (const place of places.filter((one) => one.kind === "Country").sort((one, other) => other.ties - one.ties)) {
    const middle = plane.middleOf(place.number);
    const bounds = plane.boundsOf(place.number);
    if (!middle || !bounds) continue;
    const lines = wrapped(place.label, 130, fonts.state, 2);
    const wide = Math.max(...lines.map((line) => widthOf(line, fonts.state) + line.length * 0.9)) + 4;
    // A state too small for its name here is named when one comes nearer.
    if ((bounds[1][0] - bounds[0][0]) * camera.view.k < wide * 0.45) continue;
    const box = room.on(camera.toScreen(middle), { width: wide, height: lines.length * LINE_HEIGHT + 2 });
    if (!box) continue;
    const mark = markOf("country", place.iri, `${place.label}, ${place.kindLabel}, ${app.t("map.tied", { n: app.fmt.count(place.ties) })}`,
      s("rect", { class: "hit", x: box.x0 - 3, y: Math.min(box.y0, (box.y0 + box.y1) / 2 - 12), width: box.x1 - box.x0 + 6, height: Math.max(box.y1 - box.y0, 24), rx: 4 }),
      wordsOf("state-name", lines, box, null, place.lang || app.lang));
    pointLayer.append(mark);
  }
  for (const { route, points } of drawnWays) {
    const lines = wrapped(route.label, 185, fonts.route, 3);
    const found = room.beside(spotsAlong(points), { width: Math.max(...lines.map((line) => widthOf(line, fonts.route))) + 4, height: lines.length * LINE_HEIGHT + 1, away: far, must: false });
    if (!found) continue;
    if (found.far > FAR[0]) {
      const [x, y] = found.anchor;
      const [nx, ny] = [Math.min(Math.max(x, found.box.x0), found.box.x1), Math.min(Math.max(y, found.box.y0), found.box.y1)];
      wordLayer.append(s("line", { class: "leader", x1: x, y1: y, x2: nx, y2: ny }));
      room.takeLine([found.anchor, [nx, ny]], 2);
    }
    wordLayer.append(wordsOf("route-name", lines, found.box, found.anchor, route.lang || app.lang, route.iri));
  }
  for (const thing of shownThings) {
    const lines = wrapped(thing.label, 150, fonts.thing, 2);
    const found = room.beside([thing.spot], { width: Math.max(...lines.map((line) => widthOf(line, fonts.thing))) + 4, height: lines.length * LINE_HEIGHT + 1, away: [9], must: false });
    if (found) wordLayer.append(wordsOf("thing-name", lines, found.box, thing.spot, thing.lang || app.lang, thing.iri));
  }
  return { layers: [lineLayer, pointLayer, wordLayer], marks };
}

/** Lines of words in a box, set towards what they name. */
function wordsOf(name, lines, box, anchor, lang, key = null) {
  const middle = (box.x0 + box.x1) / 2;
  const side = !anchor || (anchor[0] > box.x0 && anchor[0] < box.x1) ? "middle" : box.x0 >= anchor[0] ? "start" : "end";
  const x = side === "start" ? box.x0 + 2 : side === "end" ? box.x1 - 2 : middle;
  return s("text", { class: name, lang, "text-anchor": side, "data-names": key },
    ...lines.map((line, index) => s("tspan", { x, y: box.y0 + 11.5 + index * LINE_HEIGHT }, line)));
}
