/** Beside the map: its lines and places as lists, what is not on it, and what it rests on. */

import { s } from "../drawing/svg.js";
import { strokes } from "./paint.js";

/**
 * @param {any} app
 * @param {object} given
 * @param {import("./gather.js").Route[]} given.routes @param {import("./gather.js").Place[]} given.places
 * @param {import("./gather.js").Place[]} given.missing
 * @param {any[]} given.things
 * @param {(iri: string) => void} given.select
 */
export function sideLists(app, { routes, places, missing, things, select }) {
  const { h } = app;
  const name = (one) => h("bdi", { lang: one.lang || app.lang }, one.label);
  const button = (one, ...more) => h("button", { type: "button", class: "plain-link", dataset: { key: one.iri }, on: { click: () => select(one.iri) } }, ...more);
  const list = (title, note, items) =>
    items.length ? h("section", { class: "mv-list" }, h("h2", {}, title), note && h("p", { class: "note" }, note), h("ul", {}, ...items)) : null;
  const way = (route) => route.stops.flatMap((stop, index) => [index ? (route.ordered ? " → " : " · ") : "", name(stop)]);

  const lineItem = (route) =>
    h("li", {}, button(route,
      h("span", { class: "mv-line" }, route.drawn ? sample(route) : h("span", { class: "no-sample" }), h("span", {},
        h("span", { class: "mv-name" }, name(route)),
        h("span", { class: "mv-way" }, ...way(route)),
        h("span", { class: "mv-how" }, [
          route.kindLabel,
          ...route.statuses,
          route.drawn ? app.t(route.fromName ? "map.from.name" : "map.from.text") : app.t("map.no.route"),
        ].join(" · "))))));
  const placeItem = (place) =>
    h("li", {}, button(place, h("span", { class: "mv-row" }, h("span", { class: "mv-name" }, name(place)), h("span", { class: "count" }, app.fmt.count(place.weight || place.ties)))));

  const points = [...places].filter((place) => place.position).sort((one, other) => other.weight - one.weight);
  return [
    list(app.t("map.lines"), app.t("map.lines.note"), routes.filter((route) => route.drawn).map(lineItem)),
    list(app.t("map.places"), app.t("map.places.note"), [...points.map(placeItem), ...things.map((thing) => h("li", {}, button(thing, h("span", { class: "mv-name" }, name(thing)))))]),
    list(app.t("map.states"), "", [...places].filter((place) => !place.position && !missing.includes(place)).sort((one, other) => other.ties - one.ties).map(placeItem)),
    list(app.t("map.named"), "", routes.filter((route) => !route.drawn).map(lineItem)),
    list(app.t("map.missing"), app.t("map.missing.note"), missing.map(placeItem)),
  ].filter(Boolean);
}

/** What the drawing is and is not, in words. */
export function groundNote(app, sources) {
  const { h } = app;
  return [
    h("p", {}, app.t("map.boundaries"), " "),
    sources.length ? h("p", {}, app.t("map.points.from", { sources: sources.join(", ") })) : null,
  ].filter(Boolean);
}

function sample(route) {
  const mark = s("g", { class: route.stands ? "mark route" : "mark route plan", "data-route": route.kind }, ...strokes(route, "M2 9H42"));
  return s("svg", { class: "route-sample", width: 44, height: 18, viewBox: "0 0 44 18", "aria-hidden": "true" }, mark);
}
