// Starts the one-file explorer: takes the parts that stand in the file after it, as they are read,
// makes the modules into blobs, and hands engine and graph to the worker. Nothing is requested.
(async () => {
  const WINDOW = 3; // parts on their way to the worker: enough to keep it busy, few to hold twice
  const LISTED = "script[data-part]";

  /** The next part; a part is whole when something follows it, or the file is read. */
  let read = document.readyState !== "loading";
  let wake = (/** @type {any} */ _) => {};
  new MutationObserver(() => wake(true)).observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => { read = true; wake(true); });
  async function next() {
    for (;;) {
      const [element, after] = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(LISTED));
      if (element && (after || read)) {
        const part = { kind: element.dataset.part, text: element.textContent };
        element.remove();
        return part;
      }
      if (read) return { kind: "end", text: "" };
      await new Promise((resolve) => { wake = resolve; });
    }
  }

  /** @param {string} text */
  function bytesOf(text) {
    const from = /** @type {any} */ (Uint8Array).fromBase64;
    return from ? from.call(Uint8Array, text) : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  }
  /** @param {string} text */
  const gunzip = (text) =>
    new Response(new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  /** @param {string} text */
  const blob = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

  const about = JSON.parse((await next()).text);
  const workers = JSON.parse((await next()).text);
  const progress = { done: 0, all: about.parts, listeners: /** @type {Set<(part: number) => void>} */ (new Set()) };
  const engine = blob(`${await gunzip(workers.library)}\n${workers.engine}`);
  const worker = new Worker(engine);
  const ready = new Promise((resolve, reject) => {
    worker.addEventListener("error", (event) => reject(new Error(event.message || "the worker does not start")));
    worker.addEventListener("message", ({ data }) => {
      if (data.do === "loaded") {
        progress.done += 1;
        wake(true);
        for (const listener of progress.listeners) listener(progress.done / progress.all);
      } else if (data.do === "ready") resolve(data);
      else if (data.do === "failed") reject(new Error(data.error));
    });
  });

  /**
   * Another worker with all that the first was given: nothing else stops a query that runs. The parts
   * are kept as blobs, which the browser keeps outside the page.
   */
  /** @type {any[]} */
  const given = [];
  function restart() {
    const another = new Worker(engine);
    const again = new Promise((resolve, reject) => {
      another.addEventListener("message", ({ data }) => {
        if (data.do === "ready") resolve(data);
        else if (data.do === "failed") reject(new Error(data.error));
      });
    });
    for (const message of given) another.postMessage(message);
    return { worker: another, ready: again };
  }

  const give = (/** @type {any} */ message) => {
    given.push(message);
    worker.postMessage(message);
  };

  let named = (/** @type {any} */ _) => {};
  const names = new Promise((resolve) => { named = resolve; });
  /** @param {string[][]} modules name, text, and packed text of each @param {(string | Promise<string>)[]} texts @param {any} payload */
  async function openPage(modules, texts, payload) {
    /** @type {Record<string, string>} */
    const urls = {};
    for (const [index, [name]] of modules.entries()) {
      const text = await texts[index];
      urls[name] = blob(text.replace(/"module:([^"]+)"/g, (/** @type {string} */ _, /** @type {string} */ other) => JSON.stringify(urls[other])));
    }
    const { start } = await import(urls["js/app.js"]);
    start({ payload, names, inside: { worker, ready, restart, progress }, searcher: () => new Worker(blob(workers.search)) });
  }

  let sent = 0;
  /** @type {string[][]} */
  let modules = [];
  /** @type {(string | Promise<string>)[]} */
  let texts = [];
  for (;;) {
    const { kind, text } = await next();
    if (kind === "engine") give({ do: "start", wasm: new Blob([text]), prefixes: about.prefixes });
    else if (kind === "modules") {
      modules = JSON.parse(text);
      texts = modules.map(([, plain, packed]) => (packed ? gunzip(packed) : plain));
    } else if (kind === "payload") openPage(modules, texts, JSON.parse(text));
    else if (kind === "graph") {
      give({ do: "load", part: new Blob([text]) });
      sent += 1;
      while (sent - progress.done > WINDOW) await new Promise((resolve) => { wake = resolve; });
      if (sent === about.parts) give({ do: "ready" });
    } else if (kind === "names") named(text);
    else break;
  }
  if (!about.parts) give({ do: "ready" });
})();
