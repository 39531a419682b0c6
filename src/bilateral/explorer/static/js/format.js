// Dates and numbers as each language writes them, by CLDR's tables, which the page is given: browsers
// differ in which languages they know.

/** @typedef {{months: string[], shortMonths: string[], shortDay: string, shortMonth: string, day: string, month: string, year: string, interval: string,
 *   decimal: string, group: string, minus: string, scales: Record<string, string>, percent: string}} Format */

/**
 * @param {Record<string, Format>} formats by language
 * @param {() => string} lang the reader's language
 */
export function openFormats(formats, lang) {
  const of = () => formats[lang()] ?? formats.en;

  /** One EDTF date: 2008, 2008-11, 2008-11-03, 199X. @param {string} edtf */
  function one(edtf) {
    const match = edtf.match(/^(-?\d{3}[\dX])(?:-(\d\d))?(?:-(\d\d))?[~?%]?$/);
    if (!match) return edtf;
    const [, year, month, day] = match;
    const format = of();
    const pattern = day ? format.day : month ? format.month : format.year;
    return pattern.replace(/d+|M+|y+/g, (part) =>
      part[0] === "d" ? String(Number(day)) : part[0] === "M" ? format.months[Number(month) - 1] : year.replace("X", "0–9"),
    );
  }

  return {
    /**
     * A date as the page gives it: an EDTF date or interval, else its first and last day.
     * @param {string | undefined} edtf @param {string} [notBefore] @param {string} [notAfter]
     */
    date(edtf, notBefore, notAfter) {
      const text = edtf || (notBefore && notAfter && notBefore !== notAfter ? `${notBefore}/${notAfter}` : notBefore || notAfter || "");
      const [from, to] = text.split("/");
      if (to === undefined) return one(from);
      if (from === "" || from === ".." || to === "" || to === "..") {
        return of().interval.replace("{0}", from.replace("..", "") && one(from)).replace("{1}", to.replace("..", "") && one(to)).trim();
      }
      return of().interval.replace("{0}", one(from)).replace("{1}", one(to));
    },
    /**
     * A tick of a time axis: a month, or a day of one, short, with its year where that is to be said.
     * @param {{year: number | null, month: number, day: number | null}} parts
     */
    tick({ year, month, day }) {
      const format = of();
      const name = format.shortMonths[month - 1];
      if (!day && year === null) return name;
      const pattern = day ? format.shortDay : format.shortMonth;
      const text = pattern.replace(/d+|M+|y+/g, (part) => (part[0] === "d" ? String(day) : part[0] === "M" ? name : String(year)));
      return day && year !== null ? `${text} ${year}` : text;
    },
    /**
     * A number as the language writes it, its digits as the source has them.
     * @param {string} lexical @param {{mult?: string | number, unit?: string}} [about] the power of ten
     *   that it is given in, and its unit in words
     */
    number(lexical, { mult, unit } = {}) {
      const match = String(lexical).match(/^([+-]?)0*(\d+)(?:\.(\d+))?$/);
      if (!match) return [lexical, unit].filter(Boolean).join(" ");
      const format = of();
      const [, sign, whole, part] = match;
      const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, format.group) : whole;
      const digits = (sign === "-" ? format.minus : "") + grouped + (part ? format.decimal + part : "");
      const power = Number(mult ?? 0);
      const scaled = power ? (format.scales[power]?.replace("0", digits) ?? `${digits} × 10^${power}`) : digits;
      return unit ? `${scaled} ${unit}` : scaled;
    },
    /** A count. @param {number} n */
    count: (n) => {
      const text = String(Math.round(n));
      return text.length > 4 ? text.replace(/\B(?=(\d{3})+$)/g, of().group) : text;
    },
  };
}
