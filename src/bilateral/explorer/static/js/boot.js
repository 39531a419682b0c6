// Starts the served explorer.

import { start } from "./app.js";

const own = (/** @type {string} */ path) => new URL(path, import.meta.url).href;
const get = async (/** @type {string} */ path) => (await fetch(path)).json();

start({
  payload: await get("/explorer/payload.json"),
  names: async () => (await fetch("/explorer/names.json")).text(),
  sparql: "/sparql",
  searcher: () => new Worker(own("./searcher.js"), { type: "module" }),
});
