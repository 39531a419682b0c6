/**
 * Who is central and who belongs together among the things shown. Two things are neighbours where at
 * least one tie joins them, as in src/bilateral/network/measures.py.
 */

/** @typedef {Map<string, Map<string, number>>} Neighbours by thing: its neighbours, with the number of ties */

/** @param {Neighbours} graph */
export const degree = (graph) => new Map([...graph].map(([iri, beside]) => [iri, beside.size]));

/** The share of shortest paths between others that lead through a thing (Brandes). @param {Neighbours} graph */
export function betweenness(graph) {
  const found = new Map([...graph.keys()].map((iri) => [iri, 0]));
  for (const start of graph.keys()) {
    const order = [];
    const before = new Map();
    const ways = new Map([[start, 1]]);
    const distance = new Map([[start, 0]]);
    const queue = [start];
    for (let at = 0; at < queue.length; at += 1) {
      const here = queue[at];
      order.push(here);
      for (const next of graph.get(here).keys()) {
        if (!distance.has(next)) {
          distance.set(next, distance.get(here) + 1);
          queue.push(next);
        }
        if (distance.get(next) === distance.get(here) + 1) {
          ways.set(next, (ways.get(next) ?? 0) + ways.get(here));
          if (before.has(next)) before.get(next).push(here);
          else before.set(next, [here]);
        }
      }
    }
    const share = new Map();
    for (const here of order.reverse()) {
      for (const prior of before.get(here) ?? []) {
        share.set(prior, (share.get(prior) ?? 0) + (ways.get(prior) / ways.get(here)) * (1 + (share.get(here) ?? 0)));
      }
      if (here !== start) found.set(here, found.get(here) + (share.get(here) ?? 0));
    }
  }
  const pairs = (graph.size - 1) * (graph.size - 2) || 1;
  for (const [iri, value] of found) found.set(iri, value / pairs);
  return found;
}

/** High where the neighbours are high. @param {Neighbours} graph */
export function eigenvector(graph) {
  let now = new Map([...graph.keys()].map((iri) => [iri, 1]));
  for (let round = 0; round < 200; round += 1) {
    // One's own value stays in, or two sides of a bipartite network swing for ever.
    const next = new Map([...graph].map(([iri, beside]) => [iri, now.get(iri) + [...beside.keys()].reduce((sum, other) => sum + now.get(other), 0)]));
    const length = Math.hypot(...next.values()) || 1;
    let moved = 0;
    for (const [iri, value] of next) {
      next.set(iri, value / length);
      moved += Math.abs(value / length - now.get(iri));
    }
    now = next;
    if (moved < 1e-7) break;
  }
  return now;
}

/** Groups with more ties inside than chance would have, numbered from 1, the largest first (Louvain). @param {Neighbours} graph */
export function communities(graph) {
  let level = new Map([...graph].map(([iri, beside]) => [iri, new Map(beside)]));
  let members = new Map([...graph.keys()].map((iri) => [iri, [iri]]));
  for (;;) {
    const home = moved(level);
    const homes = new Set(home.values());
    if (homes.size === level.size) break;
    const grown = new Map([...homes].map((name) => [name, []]));
    for (const [node, name] of home) grown.get(name).push(...members.get(node));
    const next = new Map([...homes].map((name) => [name, new Map()]));
    for (const [node, beside] of level) {
      for (const [other, weight] of beside) {
        const row = next.get(home.get(node));
        row.set(home.get(other), (row.get(home.get(other)) ?? 0) + weight);
      }
    }
    [level, members] = [next, grown];
  }
  const groups = [...members.values()].sort((a, b) => b.length - a.length || (a[0] < b[0] ? -1 : 1));
  return new Map(groups.flatMap((group, index) => group.map((iri) => [iri, index + 1])));
}

/** @param {Neighbours} level the home of each node, once no move gains */
function moved(level) {
  const home = new Map([...level.keys()].map((node) => [node, node]));
  const strength = new Map([...level].map(([node, beside]) => [node, [...beside.values()].reduce((a, b) => a + b, 0)]));
  const total = new Map(strength);
  const all = [...strength.values()].reduce((a, b) => a + b, 0) || 1;
  for (let again = true, round = 0; again && round < 50; round += 1) {
    again = false;
    for (const [node, beside] of level) {
      const from = home.get(node);
      const own = strength.get(node);
      const inside = new Map([[from, 0]]);
      for (const [other, weight] of beside) if (other !== node) inside.set(home.get(other), (inside.get(home.get(other)) ?? 0) + weight);
      total.set(from, total.get(from) - own);
      const gain = (/** @type {string} */ name) => inside.get(name) - (total.get(name) * own) / all;
      let best = from;
      for (const name of inside.keys()) if (gain(name) > gain(best) + 1e-9) best = name;
      total.set(best, total.get(best) + own);
      if (best !== from) {
        home.set(node, best);
        again = true;
      }
    }
  }
  return home;
}
