/** The things and ties that are known so far, asked for thing by thing. */

import { daysOf } from "../drawing/days.js";

/** The question gives no more ties of one thing; the reader is told. */
const AT_ONCE = 1500;
/** Requests under way: a server answers two at a time, and queues only so many. */
const TOGETHER = 4;

/** @typedef {{iri: string, kind: any, classes: Set<string>, fields: Set<string>, date: string, notBefore: string, notAfter: string, days: any}} Thing */
/** @typedef {{key: string, s: string, p: string, o: string, derived: boolean}} Tie */

/** @param {any} app */
export function openWeb(app) {
  /** @type {Map<string, Thing>} */
  const things = new Map();
  /** @type {Map<string, Tie>} */
  const ties = new Map();
  /** @type {Map<string, Map<string, Tie[]>>} */
  const around = new Map();
  /** @type {Map<string, Promise<void>>} */
  const loading = new Map();
  const done = new Set();
  const cut = new Set();
  let running = 0;
  /** @type {(() => void)[]} */
  const queue = [];

  const turn = () => new Promise((resolve) => {
    if (running < TOGETHER) resolve(void (running += 1));
    else queue.push(() => resolve(void (running += 1)));
  });
  const leave = () => {
    running -= 1;
    queue.shift()?.();
  };

  /** @param {string} iri @param {string} classIri @returns {Thing} */
  function thing(iri, classIri) {
    let found = things.get(iri);
    if (!found) {
      found = { iri, kind: app.kindOf(iri, classIri), classes: new Set(), fields: new Set(), date: "", notBefore: "", notAfter: "", days: null };
      things.set(iri, found);
      around.set(iri, new Map());
    }
    found.classes.add(classIri);
    return found;
  }

  /** @param {Tie} tie @param {string} from @param {string} to */
  function join(tie, from, to) {
    const beside = around.get(from);
    const list = beside?.get(to);
    if (list) list.push(tie);
    else beside?.set(to, [tie]);
  }

  /** @param {any} row */
  function take(row) {
    const [s, p, o] = [row.thing.value, row.relation.value, row.end.value];
    const subject = thing(s, row.thingKind.value);
    thing(o, row.endKind.value);
    if (row.field) subject.fields.add(row.field.value);
    if (row.notBefore && !subject.days) {
      Object.assign(subject, { date: row.date?.value ?? "", notBefore: row.notBefore.value, notAfter: row.notAfter.value });
      subject.days = daysOf(subject.date, subject.notBefore, subject.notAfter, subject.kind.id === "figure");
    }
    const key = `${s} ${p} ${o}`;
    if (ties.has(key)) return;
    const tie = { key, s, p, o, derived: row.derived?.value === "true" };
    ties.set(key, tie);
    join(tie, s, o);
    join(tie, o, s);
  }

  /** @param {string} iri */
  async function read(iri) {
    await turn();
    try {
      const { rows } = await app.ask("ties-of", { of: { type: "iri", value: iri } });
      rows.forEach(take);
      if (rows.length === AT_ONCE) cut.add(iri);
      done.add(iri);
    } finally {
      leave();
    }
  }

  return {
    things,
    ties,
    cut,
    done,
    /** All that a thing is tied to, by IRI. @param {string} iri @returns {Map<string, Tie[]>} */
    beside: (iri) => around.get(iri) ?? new Map(),
    /** Read the ties of a thing, once. @param {string} iri @returns {Promise<void>} */
    load(iri) {
      let found = loading.get(iri);
      if (!found) {
        found = read(iri).catch((error) => {
          loading.delete(iri);
          throw error;
        });
        loading.set(iri, found);
      }
      return found;
    },
    /** @param {Iterable<string>} iris */
    async loadAll(iris) {
      await Promise.all([...iris].map((iri) => this.load(iri)));
    },
  };
}
