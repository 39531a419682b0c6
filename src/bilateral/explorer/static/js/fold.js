// Spellings made comparable, with the same table as src/bilateral/folding.py.

/** @param {Record<string, string>} letters the Latin spelling of letters of other scripts */
export function foldWith(letters) {
  /** @param {string} text */
  return (text) => {
    const latin = [...text.toLowerCase().normalize("NFC")].map((c) => letters[c] ?? c).join("");
    return latin.normalize("NFKD").replace(/\p{M}+/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  };
}

/**
 * How many single edits (one letter added, lost, changed, or two neighbours swapped) lie between two
 * words, or more than `most`.
 * @param {string} left @param {string} right @param {number} most
 */
export function edits(left, right, most) {
  if (Math.abs(left.length - right.length) > most) return most + 1;
  let before = /** @type {number[]} */ ([]);
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    before = last;
    last = row;
  }
  return last[right.length];
}
