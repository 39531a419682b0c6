// Oxigraph in a worker: it is given the engine and the graph in parts, then queries.

import start, { Store } from "../vendor/oxigraph.js";
import { formOf } from "./sparql.js";

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
  /** @param {{wasm: string, prefixes: string}} job the engine, gzipped, as base64; the graph's prefixes */
  async start({ wasm, prefixes }) {
    head = prefixes;
    const bytes = bytesOf(wasm);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const module = await WebAssembly.compile(await new Response(stream).arrayBuffer());
    await start({ module_or_path: module });
    store = new Store();
  },
  /** @param {{text: string, done: number}} job a part of the graph, as TriG without its prefixes */
  async load({ text, done }) {
    store.load(head + text, { format: TRIG, unchecked: true, no_transaction: true });
    postMessage({ do: "loaded", done });
  },
  async ready() {
    postMessage({ do: "ready", quads: store.size });
  },
  /** @param {{id: number, query: string}} job */
  async ask({ id, query }) {
    try {
      postMessage({ id, answer: answered(query) });
    } catch (error) {
      postMessage({ id, error: String(/** @type {any} */ (error)?.message ?? error) });
    }
  },
};

/** The answer as text, which is cheap to hand over: JSON, or N-Triples. @param {string} query */
function answered(query) {
  const form = formOf(query);
  const graph = form === "CONSTRUCT" || form === "DESCRIBE";
  const results_format = graph ? "application/n-triples" : "application/sparql-results+json";
  return { form, text: store.query(query, { use_default_graph_as_union: true, results_format }) };
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
