/** The map: places as points, lines through the places that names and descriptions give. */

import { pictureOf, s } from "./drawing/svg.js";
import { builtAnew } from "./drawing/again.js";
import { makeRoving } from "./drawing/rove.js";
import { makeTip } from "./drawing/tip.js";
import { makeCamera } from "./map/camera.js";
import { placesOf, routesOf, unplaced } from "./map/gather.js";
import { EDGE, isInside, planeAround, positionOf } from "./map/outlines.js";
import { drawGround, paint } from "./map/paint.js";
import { groundNote, sideLists } from "./map/side.js";

const REPLACE = { replace: true };
const SOME = 5;

export const view = {
  id: "map",
  title: "map.title",
  icon: "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14",
  mount: builtAnew((root, app) => {
    const { h } = app;
    const ground = s("g");
    const over = s("g");
    const picture = s("svg", { class: "mv-picture", role: "group", "aria-label": app.t("map.picture") }, ground, over);
    const holder = h("div", { class: "mv-holder", tabindex: "0", role: "group", "aria-label": app.t("map.keys") }, picture);
    const button = (key, mark, run) => h("button", { type: "button", class: "draw-tool", title: app.t(key), "aria-label": app.t(key), on: { click: run } }, mark);
    const frame = h("div", { class: "mv-frame" }, holder,
      h("div", { class: "mv-tools", role: "group", "aria-label": app.t("map.zoom") },
        button("map.closer", "+", () => camera.zoom(1.5)), button("map.farther", "−", () => camera.zoom(1 / 1.5)),
        h("button", { type: "button", class: "draw-tool wide", on: { click: () => home() } }, app.t("map.home"))),
      h("p", { class: "mv-schematic" }, app.t("map.schematic.note")));
    const side = h("aside", { class: "mv-side", "aria-label": app.t("map.lists") });
    const foot = h("div", { class: "mv-foot" });
    const element = h("section", { class: "mapview", "aria-label": app.t("map.title") }, h("div", { class: "mv-grid" }, frame, foot, side));
    root.append(element);
    const tip = makeTip(frame, app);
    const select = (iri) => app.select({ kind: "thing", iri });
    const roving = makeRoving(/** @type {any} */ (picture), (mark) => select(mark.getAttribute("data-key")));
    const camera = makeCamera(holder, { onMove });

    /** @type {ReturnType<typeof planeAround> | null} */
    let plane = null;
    /** @type {Map<string, import("./map/gather.js").Place>} */
    let places = new Map();
    /** @type {import("./map/gather.js").Route[]} */
    let routes = [];
    /** @type {any[]} */
    let things = [];
    /** @type {Map<string, Promise<any[]>>} */
    const happenings = new Map();
    let [asked, waiting, own] = [0, 0, false];

    async function load() {
      const turn = ++asked;
      const [tied, lines, points] = await Promise.all([app.ask("places-on-map"), app.ask("routes-on-map"), app.ask("things-with-points")]);
      if (turn !== asked) return;
      places = placesOf(tied.rows);
      routes = routesOf(lines.rows);
      things = points.rows.map((row) => ({
        iri: row.thing.value, label: row.thingLabel.value, lang: row.thingLabel.lang, kindLabel: row.kindLabel.value,
        kind: app.kindOf(row.thing.value, row.kind.value), position: positionOf(row.point.value), source: row.pointSource.value,
      })).filter((thing) => thing.position && isInside(thing.position));
      const drawn = [...places.values()].map((place) => place.position).filter((position) => position && isInside(position));
      const longitudes = drawn.map((position) => position[0]);
      plane = planeAround(longitudes.length ? (Math.min(...longitudes) + Math.max(...longitudes)) / 2 : (EDGE.west + EDGE.east) / 2);
      ground.replaceChildren(drawGround(plane, new Set([...places.values()].map((place) => place.number).filter(Boolean))));
      const corners = [[EDGE.west, EDGE.south], [EDGE.east, EDGE.south], [EDGE.west, EDGE.north], [EDGE.east, EDGE.north], [(EDGE.west + EDGE.east) / 2, EDGE.south]].map((corner) => plane.project(corner));
      camera.limit([[Math.min(...corners.map(([x]) => x)), Math.min(...corners.map(([, y]) => y))], [Math.max(...corners.map(([x]) => x)), Math.max(...corners.map(([, y]) => y))]]);
      drawSide();
      look();
    }

    /** Where a stop lies in the plane: its point, or the middle of the state that it is. */
    function spotOf(stop) {
      if (!plane) return null;
      if (stop.position) return isInside(stop.position) ? plane.project(stop.position) : null;
      const number = places.get(stop.iri)?.number;
      return number ? plane.middleOf(number) : null;
    }

    /** The part that the address gives, else all that is drawn. */
    function look() {
      if (!plane) return;
      const [longitude, latitude, k] = app.state.get("map").split(",").map(Number);
      if ([longitude, latitude, k].every(Number.isFinite) && k > 0) {
        camera.lookAt(plane.project([longitude, latitude]), k);
        draw();
      } else home(false);
    }

    function home(keep = true) {
      if (!plane) return;
      const cities = [...places.values()].filter((place) => place.position && place.kind === "City").map(spotOf);
      const ways = routes.filter((route) => route.drawn).flatMap((route) => route.stops.map(spotOf));
      const spots = [...cities, ...ways].filter(Boolean);
      if (!spots.length) spots.push(...[...places.values()].map(spotOf).filter(Boolean));
      if (!spots.length) spots.push(plane.project([EDGE.west, EDGE.south]), plane.project([EDGE.east, EDGE.north]));
      const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)];
      camera.fit([[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]], holder.clientWidth < 600 ? 44 : 90);
      if (keep) {
        own = true;
        app.state.set({ map: null }, REPLACE);
        own = false;
      }
      draw();
    }

    function onMove(settled) {
      schedule();
      if (!settled || !plane) return;
      const [longitude, latitude] = plane.invert(camera.toPlane([holder.clientWidth / 2, holder.clientHeight / 2]));
      own = true;
      app.state.set({ map: [longitude.toFixed(2), latitude.toFixed(2), camera.view.k.toPrecision(3)] }, REPLACE);
      own = false;
    }

    function schedule() {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(draw);
    }

    function draw() {
      const { clientWidth: width, clientHeight: height } = holder;
      if (!plane || !width || !height) return;
      tip.hide();
      picture.setAttribute("width", String(width));
      picture.setAttribute("height", String(height));
      const { k, x, y } = camera.view;
      ground.setAttribute("transform", `translate(${x} ${y}) scale(${k})`);
      const off = new Set(app.state.list("off"));
      const kindOff = (route) => off.has(app.kindOf(route.iri, route.kindIri).id);
      const { layers, marks } = paint(app, {
        camera, plane, holder, spotOf, covered: [...frame.querySelectorAll(".mv-tools, .mv-schematic")],
        places: [...places.values()].filter((place) => !place.position || isInside(place.position)),
        routes: routes.filter((route) => route.drawn && !kindOff(route)),
        things: things.filter((thing) => !off.has(thing.kind.id)),
      });
      const again = roving.take(marks, app.selection?.iri ?? null);
      over.replaceChildren(...layers);
      /** @type {any} */ (again)?.focus();
      for (const mark of marks) tip.attach(mark, () => note(mark.getAttribute("data-key")));
      markChosen();
    }

    /** Some of what happened in a place, asked for when somebody wants to know. */
    function happened(iri) {
      const known = happenings.get(iri) ?? app.ask("events-at", { place: iri }).then(({ rows }) =>
        [...new Map(rows.map((row) => [row.thing.value, row.thingLabel])).values()].slice(0, SOME), () => []);
      happenings.set(iri, known);
      return known;
    }

    function note(iri) {
      const route = routes.find((one) => one.iri === iri && one.drawn);
      if (route) {
        const way = route.stops.flatMap((stop, index) => [index ? (route.ordered ? " → " : " – ") : "", h("bdi", { lang: stop.lang }, stop.label)]);
        return [
          h("strong", {}, h("bdi", { lang: route.lang }, route.label)), h("span", { class: "tip-line" }, ...way),
          h("span", { class: "tip-line" }, [route.kindLabel, ...route.statuses].join(" · ")),
          h("span", { class: "tip-line" }, app.t(route.fromName ? "map.from.name" : "map.from.text")),
          h("span", { class: "tip-line" }, app.t("map.schematic")),
        ];
      }
      const place = places.get(iri);
      if (place) {
        const list = h("span", { class: "tip-more" });
        if (place.kind === "City") happened(iri).then((terms) => list.replaceChildren(...terms.map((term) => h("span", { class: "tip-line" }, h("bdi", { lang: term.lang || app.lang }, term.value)))));
        return [
          h("strong", {}, h("bdi", { lang: place.lang }, place.label)),
          h("span", { class: "tip-line" }, `${place.kindLabel} · ${app.t("map.tied", { n: app.fmt.count(place.ties) })}`),
          list,
          place.source && h("span", { class: "tip-line derived" }, app.t("map.point.from", { source: place.source })),
        ].filter(Boolean);
      }
      const thing = things.find((one) => one.iri === iri);
      return thing ? [h("strong", {}, h("bdi", { lang: thing.lang }, thing.label)), h("span", { class: "tip-line" }, thing.kindLabel), h("span", { class: "tip-line derived" }, app.t("map.point.from", { source: thing.source }))] : [];
    }

    function drawSide() {
      const drawnPlaces = [...places.values()];
      const missing = unplaced(places, (number) => Boolean(plane?.boundsOf(number)));
      side.replaceChildren(...sideLists(app, { routes, places: drawnPlaces.filter((place) => !missing.includes(place)), missing, things, select }));
      const sources = new Set([...drawnPlaces, ...things].filter((one) => one.position).map((one) => one.source.replace(/\s*(?:https?:\/\/|\d|\().*$/u, "").replace(/,.*$/u, "").trim()).filter(Boolean));
      foot.replaceChildren(...groundNote(app, [...sources].sort()));
    }

    function markChosen() {
      const iri = app.selection?.kind === "thing" ? app.selection.iri : app.selection?.s?.value;
      for (const one of element.querySelectorAll("[data-key], [data-names]")) {
        const chosen = Boolean(iri) && (one.getAttribute("data-key") ?? one.getAttribute("data-names")) === iri;
        one.classList.toggle("chosen", chosen);
        if (one.hasAttribute("aria-pressed")) one.setAttribute("aria-pressed", String(chosen));
      }
    }

    holder.addEventListener("keydown", (event) => {
      if (event.key !== "0" || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      home();
    });
    let size = "";
    const watch = new ResizeObserver(() => {
      const now = `${holder.clientWidth} ${holder.clientHeight}`;
      if (now === size) return;
      const first = !size;
      size = now;
      // A panel that opens takes room; what was in the middle stays there unless all was shown.
      if (first || !app.state.get("map")) look();
      else schedule();
    });
    watch.observe(holder);
    document.fonts?.ready.then(schedule);
    load();

    return {
      /** @param {Set<string>} changed */
      update(changed) {
        if (changed.has("off")) schedule();
        if (changed.has("map") && !own) look();
        if (changed.has("sel")) markChosen();
      },
      destroy() {
        asked++;
        watch.disconnect();
        cancelAnimationFrame(waiting);
        camera.destroy();
        element.remove();
      },
      actions: [{ id: "svg", label: "map.svg", run: () => app.download("map.svg", "image/svg+xml", pictureOf(picture, app.t("map.title"), `${app.t("map.schematic.note")} ${foot.textContent}`)) }],
    };
  }),
};
