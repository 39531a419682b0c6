// Oxigraph in a worker: it is given the engine and the graph in parts, then queries.

// Not a module: a page opened from disk can start no worker that is one. The loader puts
// vendor/oxigraph.js before it, which leaves the global `oxigraph`.

// @ts-ignore - the library before this script declares it
const engine = /** @type {any} */ (oxigraph);
// The default graph is the union of all graphs, as a set: a statement that two passages make counts
// once. Oxigraph's own union is a bag; it is used only where a copy would not fit into the memory.
const UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }";
const MOST_COPIED = 400_000;
let asSet = false;
const TRIG = "application/trig";
/** @type {any} */
let store;
let head = "";
/** The parts come while the engine still starts; they wait for it in their order. */
let queue = Promise.resolve();

/** @param {string} text */
function bytesOf(text) {
  const from = /** @type {any} */ (Uint8Array).fromBase64;
  return from ? from.call(Uint8Array, text) : Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

const jobs = {
  /** @param {{wasm: Blob, prefixes: string}} job the engine, gzipped, as base64; the graph's prefixes */
  async start({ wasm, prefixes }) {
    head = prefixes;
    const bytes = bytesOf(await wasm.text());
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const module = await WebAssembly.compile(await new Response(stream).arrayBuffer());
    await engine.start({ module_or_path: module });
    store = new engine.Store();
  },
  /** @param {{part: Blob}} job a part of the graph, as TriG without its prefixes */
  async load({ part }) {
    store.load(head + (await part.text()), { format: TRIG, lenient: true, no_transaction: true });
    postMessage({ do: "loaded" });
  },
  async ready() {
    const quads = store.size;
    asSet = quads <= MOST_COPIED;
    if (asSet) store.update(UNION);
    postMessage({ do: "ready", quads });
  },
  /** @param {{id: number, query: string, graph: boolean}} job whether the answer is a graph */
  async ask({ id, query, graph }) {
    try {
      postMessage({ id, text: answered(query, graph) });
    } catch (error) {
      postMessage({ id, error: String(/** @type {any} */ (error)?.message ?? error) });
    }
  },
  /** @param {{id: number, query: string}} job only the query's grammar is checked: the store is empty */
  async check({ id, query }) {
    try {
      new engine.Store().query(query);
      postMessage({ id, text: "" });
    } catch (error) {
      postMessage({ id, error: String(/** @type {any} */ (error)?.message ?? error) });
    }
  },
};

/** The answer as text, which is cheap to hand over. @param {string} query @param {boolean} graph */
function answered(query, graph) {
  const results_format = graph ? "application/n-triples" : "application/sparql-results+json";
  return store.query(query, { use_default_graph_as_union: !asSet, results_format });
}

addEventListener("message", ({ data }) => {
  queue = queue.then(async () => {
    try {
      await jobs[/** @type {keyof jobs} */ (data.do)](data);
    } catch (error) {
      postMessage({ do: "failed", error: String(/** @type {any} */ (error)?.message ?? error) });
    }
  });
});
