/**
 * A page as rows to read: its sentences in order, each with what the graph knows of it.
 *
 * Passages and mentions are told by code points, a string of this language is counted in UTF-16:
 * every offset is converted here, once. Passages overlap (what two sentences say together is a
 * passage of both), so a row is a smallest piece of the page that stands alone, and a passage names
 * the rows that it spans.
 */

/** @typedef {{iri: string, begin: number, end: number, translation?: Term, statements: number, nothing: boolean}} Passage */
/** @typedef {{begin: number, end: number, thing: string, kind: any, others: string[]}} Mention */
/** @typedef {{iri: string, begin: number, heading?: Term, english?: Term, empty: boolean}} Section */
/** @typedef {{number: number, begin: number, end: number, passage: Passage | null, passages: Passage[], mentions: Mention[], section: Section | null, item: boolean, starts: boolean, says: number}} Row */
/** @typedef {import("../../terms.js").Term} Term */

const SENTENCES = 5000;

/** The place in a string of each of its code points, and one more for its end. @param {string} text */
export function unitsOf(text) {
  const units = [];
  for (let place = 0; place < text.length; place += text.codePointAt(place) > 0xffff ? 2 : 1) units.push(place);
  units.push(text.length);
  return units;
}

/** The same offsets in a string's own units; what lies outside the text is left out. */
function converted(spans, units) {
  const last = units.length - 1;
  return spans
    .filter((span) => span.begin >= 0 && span.end <= last && span.begin < span.end)
    .map((span) => ({ ...span, begin: units[span.begin], end: units[span.end] }));
}

/**
 * The passages that stand alone (`alone`), in order: those that neither lie in another nor are made
 * up of others.
 * @param {Passage[]} passages sorted by begin, then end
 * @param {string} text
 */
export function sentencesOf(passages, text) {
  const alone = passages.filter((passage, place) => !madeUp(passage, place, passages, text));
  return alone.filter(
    (passage) =>
      !alone.some(
        (other) =>
          other !== passage && other.begin <= passage.begin && passage.end <= other.end &&
          other.end - other.begin > passage.end - passage.begin,
      ),
  );
}

/** Whether shorter passages inside it cover all its words. */
function madeUp(passage, place, passages, text) {
  let first = place;
  while (first > 0 && passages[first - 1].begin === passage.begin) first -= 1;
  let covered = passage.begin;
  for (let next = first; next < passages.length && passages[next].begin < passage.end; next += 1) {
    const other = passages[next];
    if (other === passage || other.end > passage.end || other.end - other.begin >= passage.end - passage.begin) continue;
    if (/[\p{L}\p{N}]/u.test(text.slice(covered, other.begin))) return false;
    covered = Math.max(covered, other.end);
  }
  return covered > passage.begin && !/[\p{L}\p{N}]/u.test(text.slice(covered, passage.end));
}

/**
 * The rows of a page.
 * @param {string} text
 * @param {Passage[]} passages @param {Mention[]} mentions @param {Section[]} sections
 * @returns {Row[]}
 */
export function rowsOf(text, passages, mentions, sections) {
  /** @type {Row[]} */
  const rows = [];
  let here = 0;
  let [item, starts] = [false, true];
  const add = (begin, end, passage) => {
    rows.push({
      number: rows.length + 1, begin, end, passage, passages: [], mentions: [], section: null, item, starts, says: 0,
    });
    [item, starts] = [false, false];
  };
  const between = (end) => {
    for (const line of text.slice(here, end).split(/(\n+)/u)) {
      if (line.startsWith("\n")) [item, starts] = [false, true];
      else if (/[\p{L}\p{N}]/u.test(line)) add(here + line.search(/\S/u), here + line.trimEnd().length, null);
      else if (/[^\s.,;:!?]/u.test(line)) item = true;
      here += line.length;
    }
  };
  for (const passage of sentencesOf(passages, text).slice(0, SENTENCES)) {
    if (passage.begin > here) between(passage.begin);
    const begin = Math.max(passage.begin, here);
    if (begin >= passage.end) continue;
    add(begin, passage.end, passage);
    here = passage.end;
  }
  between(text.length);
  for (const row of rows) {
    row.passages = passages.filter((passage) => passage.begin < row.end && row.begin < passage.end);
    row.mentions = mentions.filter((mention) => mention.begin < row.end && row.begin < mention.end);
    row.says = row.passages.reduce((sum, passage) => sum + passage.statements, 0);
    row.section = sections.findLast((section) => section.begin <= row.begin) ?? null;
  }
  return rows;
}

/** Whether a row is the heading of its section. @param {Row} row @param {string} text */
export function isHeading(row, text) {
  const heading = row.section?.heading?.value.trim();
  if (!heading || row.begin !== row.section.begin) return false;
  const words = text.slice(row.begin, row.end).trim();
  return heading.startsWith(words) || words.startsWith(heading);
}

/**
 * A row's words in pieces, each with the mentions that cover it, the longest first.
 * @param {Row} row
 * @returns {{begin: number, end: number, mentions: Mention[]}[]}
 */
export function piecesOf(row) {
  const within = (place) => Math.min(Math.max(place, row.begin), row.end);
  const spans = [...row.mentions, ...row.passages];
  const cuts = [...new Set([row.begin, row.end, ...spans.flatMap((span) => [within(span.begin), within(span.end)])])];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, place) => {
    const begin = cuts[place];
    const mentions = row.mentions.filter((mention) => mention.begin <= begin && end <= mention.end);
    return { begin, end, mentions: mentions.sort((a, b) => b.end - b.begin - (a.end - a.begin)) };
  });
}

/**
 * Everything that the view shows of a source.
 * @param {any} app @param {string} source its IRI
 */
export async function readPage(app, source) {
  const [about, found, named, headed] = await Promise.all([
    app.ask("page-text", { source }),
    app.ask("page-passages", { source }),
    app.ask("page-mentions", { source }),
    app.ask("page-sections", { source }),
  ]);
  const first = about.rows[0];
  if (!first) return null;
  const text = first.text.value;
  const units = unitsOf(text);
  const passages = converted(found.rows.map(passageOf), units).sort((a, b) => a.begin - b.begin || a.end - b.end);
  const mentions = converted(mentionsOf(app, named.rows), units);
  const sections = headed.rows.map((row) => ({
    iri: row.section.value, begin: units[Number(row.begin.value)] ?? 0, heading: row.heading, english: row.english,
    empty: row.empty?.value === "true",
  }));
  const rows = rowsOf(text, passages, mentions, sections);
  return { iri: source, about: first, text, lang: first.text.lang ?? "", units, passages, mentions, sections, rows };
}

function passageOf(row) {
  return {
    iri: row.passage.value, begin: Number(row.begin.value), end: Number(row.end.value), translation: row.translation,
    statements: Number(row.statements.value), nothing: row.nothing?.value === "true",
  };
}

/** One mention a span, of the most telling thing that it names; the others are kept beside it. */
function mentionsOf(app, rows) {
  /** @type {Map<string, any>} */
  const spans = new Map();
  for (const row of rows) {
    const key = `${row.begin.value},${row.end.value}`;
    const span = spans.get(key) ?? { begin: Number(row.begin.value), end: Number(row.end.value), classes: new Map() };
    const classes = span.classes.get(row.thing.value) ?? [];
    if (row.class) classes.push(row.class.value);
    span.classes.set(row.thing.value, classes);
    spans.set(key, span);
  }
  return [...spans.values()].map(({ begin, end, classes }) => {
    const things = [...classes].map(([thing, found]) => ({ thing, kind: kindOf(app, thing, found) }));
    things.sort((a, b) => Number(a.kind.id === "concept") - Number(b.kind.id === "concept"));
    return { begin, end, thing: things[0].thing, kind: things[0].kind, others: things.slice(1).map((one) => one.thing) };
  });
}

function kindOf(app, thing, classes) {
  const kinds = (classes.length ? classes : [undefined]).map((name) => app.kindOf(thing, name));
  return kinds.find((kind) => kind.id !== "thing") ?? kinds[0];
}
