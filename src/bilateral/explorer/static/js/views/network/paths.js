/** The shortest ways between two things, found from both ends over the whole graph. */

/** So many things are opened in search of a way before the search says that it stopped. */
const MOST_OPENED = 400;
const MOST_WAYS = 12;
/** Kinds that a way leads through only where nothing else is as short. */
const LAST_RESORT = new Set(["figure", "judgement"]);

/**
 * @param {ReturnType<typeof import("./web.js").openWeb>} web @param {string} from @param {string} to
 * @returns {Promise<{ways: string[][], stopped: boolean}>}
 */
export async function waysBetween(web, from, to) {
  if (from === to) return { ways: [[from]], stopped: false };
  const sides = [new Map([[from, 0]]), new Map([[to, 0]])];
  const fronts = [[from], [to]];
  let opened = 0;
  while (fronts[0].length && fronts[1].length) {
    const side = fronts[0].length <= fronts[1].length ? 0 : 1;
    const front = fronts[side];
    opened += front.length;
    if (opened > MOST_OPENED) return { ways: [], stopped: true };
    await web.loadAll(front);
    const [near, far] = [sides[side], sides[1 - side]];
    const next = [];
    for (const here of front) {
      for (const other of web.beside(here).keys()) {
        if (near.has(other)) continue;
        near.set(other, near.get(here) + 1);
        next.push(other);
      }
    }
    fronts[side] = next;
    const meeting = next.filter((iri) => far.has(iri));
    if (meeting.length) return { ways: joined(web, sides, meeting), stopped: false };
  }
  return { ways: [], stopped: false };
}

/** @param {any} web @param {Map<string, number>[]} sides @param {string[]} meeting */
function joined(web, sides, meeting) {
  const least = Math.min(...meeting.map((iri) => sides[0].get(iri) + sides[1].get(iri)));
  const ways = [];
  for (const iri of meeting.filter((one) => sides[0].get(one) + sides[1].get(one) === least).sort()) {
    for (const start of back(web, sides[0], iri)) {
      for (const end of back(web, sides[1], iri)) ways.push([...start.reverse(), ...end.slice(1)]);
    }
  }
  const cost = (/** @type {string[]} */ way) => way.filter((iri) => LAST_RESORT.has(web.things.get(iri)?.kind.id)).length;
  return ways.sort((a, b) => cost(a) - cost(b) || (a.join() < b.join() ? -1 : 1)).slice(0, MOST_WAYS);
}

/** All shortest ways from a thing back to where its side began. @param {any} web @param {Map<string, number>} side @param {string} iri @returns {string[][]} */
function back(web, side, iri) {
  const distance = side.get(iri);
  if (!distance) return [[iri]];
  const found = [];
  for (const prior of [...web.beside(iri).keys()].sort()) {
    if (side.get(prior) !== distance - 1) continue;
    for (const way of back(web, side, prior)) found.push([iri, ...way]);
    if (found.length >= MOST_WAYS) break;
  }
  return found;
}
