/** The span of a text that an address of RFC 5147 names, in the string's own units. */

/**
 * @param {string} iri ends in #char=begin,end, counted in code points
 * @param {number[]} units the place of each code point
 * @returns {{begin: number, end: number} | null}
 */
export function rangeOf(iri, units) {
  const match = /#char=(\d+),(\d+)$/u.exec(iri);
  if (!match) return null;
  const [begin, end] = [units[Number(match[1])], units[Number(match[2])]];
  return begin === undefined || end === undefined || begin >= end ? null : { begin, end };
}
