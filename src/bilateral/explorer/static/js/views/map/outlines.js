/** Outlines of states in a plane: drawn once, then moved and scaled by the camera. */

import { feature, geoConicConformal, geoPath, geoTransform, mesh } from "../../../vendor/d3.js";
import topology from "../../../vendor/countries.js";

/** Units of the plane across a radian: large enough for paths with one decimal to stay exact. */
const UNITS = 4000;
/** Where the outlines are cut off; beyond, nothing is known, and the map says so. */
export const EDGE = { west: -12, south: 12, east: 85, north: 65 };

/**
 * A plane for a region around a longitude.
 * @param {number} longitude
 */
export function planeAround(longitude) {
  const projection = geoConicConformal().rotate([-longitude, 0]).parallels([36, 48]).scale(UNITS).translate([0, 0]);
  const project = (position) => /** @type {[number, number]} */ (projection(position));
  // The outlines are cut at the edge already; clipping them on the sphere again would need their
  // rings wound in one direction.
  const path = geoPath(geoTransform({
    point(x, y) {
      const [a, b] = project([x, y]);
      this.stream.point(a, b);
    },
  })).digits(1);
  const states = feature(topology, topology.objects.countries).features.map((one) => ({
    number: one.id ? String(one.id).padStart(3, "0") : "",
    d: path(one) ?? "",
    bounds: path.bounds(one),
    shape: one,
  }));
  return {
    project, states,
    invert: (point) => /** @type {[number, number]} */ (projection.invert(point)),
    borders: path(mesh(topology, topology.objects.countries, (one, other) => one !== other)) ?? "",
    coasts: path(mesh(topology, topology.objects.countries, (one, other) => one === other)) ?? "",
    /** The middle of a state's largest part: where its name stands. No place in it is meant. */
    middleOf(number) {
      // Outlines without a number are nobody's: what has no number must not get theirs.
      const state = number && states.find((one) => one.number === number);
      if (!state) return null;
      const { geometry } = state.shape;
      const parts = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
      const polygons = parts.map((coordinates) => ({ type: "Polygon", coordinates }));
      polygons.sort((one, other) => path.area(other) - path.area(one));
      return /** @type {[number, number]} */ (path.centroid(polygons[0]));
    },
    boundsOf: (number) => (number ? (states.find((one) => one.number === number)?.bounds ?? null) : null),
  };
}

/** A position within the region that has outlines. */
export function isInside([longitude, latitude]) {
  return longitude > EDGE.west && longitude < EDGE.east && latitude > EDGE.south && latitude < EDGE.north;
}

/** The position of a point as GeoSPARQL writes it: POINT(longitude latitude). */
export function positionOf(wkt) {
  const match = /^POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)$/iu.exec(wkt ?? "");
  return match ? /** @type {[number, number]} */ ([Number(match[1]), Number(match[2])]) : null;
}
