/** Where things sit: a composed opening, and free places beside what the reader opens. */

/** The rows of the opening, from the top: what was signed and built first, fields of cooperation last. */
const ROWS = ["agreement", "line", "project", "organisation", "joint-body", "event", "cooperation", "figure", "judgement"];
const STEP = { x: 196, y: 86 };

/**
 * The opening: one state on each side, and in rows between them, by kind, what they share.
 * @param {any} web @param {string[]} pair @param {{things: Set<string>, offices: Set<string>}} middle
 * @param {(iri: string) => string} name @param {boolean} tall whether the screen is narrow
 * @returns {Map<string, {x: number, y: number}>}
 */
export function openingSeats(web, pair, middle, name, tall) {
  const columns = tall ? 2 : middle.things.size > 16 ? 4 : 3;
  const rank = (/** @type {string} */ iri) => {
    const at = ROWS.indexOf(web.things.get(iri).kind.id);
    return at < 0 ? ROWS.length : at;
  };
  const things = [...middle.things].sort((a, b) => rank(a) - rank(b) || name(a).localeCompare(name(b)) || (a < b ? -1 : 1));
  /** @type {string[][]} */
  const rows = [];
  for (let at = 0; at < things.length; ) {
    const kind = rank(things[at]);
    // Kinds with few things share a row; a kind with many has rows of its own, as even as can be.
    const alike = things.slice(at).filter((iri) => rank(iri) === kind).length;
    const last = rows[rows.length - 1];
    if (last && last.length + alike <= columns && rank(last[0]) !== kind) {
      last.push(...things.slice(at, at + alike));
      at += alike;
      continue;
    }
    const lines = Math.ceil(alike / columns);
    const each = Math.ceil(alike / lines);
    for (let rest = alike; rest > 0; rest -= each) {
      rows.push(things.slice(at, at + Math.min(each, rest)));
      at += Math.min(each, rest);
    }
  }
  const seats = new Map();
  const height = (rows.length - 1) * STEP.y;
  rows.forEach((row, line) => row.forEach((iri, place) => {
    seats.set(iri, { x: (place - (row.length - 1) / 2) * STEP.x, y: line * STEP.y - height / 2 });
  }));
  const side = tall ? 0 : ((columns - 1) / 2) * STEP.x + 230;
  const end = height / 2 + 120;
  pair.forEach((state, index) => seats.set(state, tall ? { x: 0, y: index ? end : -end } : { x: index ? side : -side, y: 0 }));
  // An office stands beside its state, at the height of what it takes part in.
  for (const office of middle.offices) {
    const state = pair.findIndex((iri) => web.beside(office).has(iri));
    const part = [...web.beside(office).keys()].find((iri) => seats.has(iri) && !pair.includes(iri));
    const y = part ? seats.get(part).y : 0;
    seats.set(office, tall ? { x: state ? 130 : -130, y: state ? end : -end } : { x: (side - 70) * (state ? 1 : -1), y });
  }
  return seats;
}

/**
 * Places for things that come in beside one that was opened: on arcs that turn away from the middle,
 * where nothing sits yet.
 * @param {string[]} coming @param {{x: number, y: number}} from @param {{x: number, y: number}[]} taken
 */
export function seatsBeside(coming, from, taken) {
  const seats = new Map();
  const all = [...taken];
  const outward = Math.hypot(from.x, from.y) < 1 ? -Math.PI / 2 : Math.atan2(from.y, from.x);
  let index = 0;
  for (let ring = 1; index < coming.length && ring < 40; ring += 1) {
    const radius = 120 + (ring - 1) * 105;
    const places = Math.max(6, Math.floor((2 * Math.PI * radius) / 150));
    for (let step = 0; step < places && index < coming.length; step += 1) {
      const turn = ((step % 2 ? 1 : -1) * Math.ceil(step / 2) * 2 * Math.PI) / places;
      const seat = { x: from.x + radius * Math.cos(outward + turn), y: from.y + radius * Math.sin(outward + turn) };
      // Labels are wider than they are high.
      if (all.some((other) => Math.abs(other.x - seat.x) < 140 && Math.abs(other.y - seat.y) < 72)) continue;
      all.push(seat);
      seats.set(coming[index], seat);
      index += 1;
    }
  }
  for (; index < coming.length; index += 1) seats.set(coming[index], { x: from.x + index * 7, y: from.y + 900 });
  return seats;
}
