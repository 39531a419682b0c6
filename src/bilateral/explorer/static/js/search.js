// Search across names: the page's end of the worker that holds them (searcher.js).

/** @typedef {{thing: string, classes: string[], text: string, lang: string, source: string}} Found */

/**
 * @param {() => Worker} start starts the worker @param {Record<string, string>} letters the folding table
 * @param {Promise<string> | (() => Promise<string>)} names what is searched, as JSON, asked for when it is first needed
 * @param {() => string} lang
 */
export function openSearch(start, letters, names, lang) {
  /** @type {Promise<Worker> | null} */
  let started = null;
  let count = 0;
  /** @type {Map<number, (found: Found[]) => void>} */
  const waiting = new Map();

  async function begin() {
    const listed = await (typeof names === "function" ? names() : names);
    const worker = start();
    worker.addEventListener("message", ({ data }) => {
      waiting.get(data.id)?.(data.found);
      waiting.delete(data.id);
    });
    worker.postMessage({ do: "load", letters, listed });
    return worker;
  }

  return {
    /** Get ready, so that the first letter finds at once. */
    warm() {
      started ??= begin();
      // What failed once may succeed when it is asked for.
      started.catch(() => { started = null; });
    },
    /** The things whose names fit, the best first. @param {string} text @returns {Promise<Found[]>} */
    async find(text) {
      const worker = await (started ??= begin());
      return new Promise((resolve) => {
        const id = ++count;
        waiting.set(id, resolve);
        worker.postMessage({ do: "find", id, text, lang: lang() });
      });
    },
  };
}
