// Starts the served explorer.

import { start } from "./app.js";

const own = (/** @type {string} */ path) => new URL(path, import.meta.url).href;
const get = async (/** @type {string} */ path) => (await fetch(path)).json();

start({
  payload: await get("/explorer/payload.json"),
  names: async () => {
    const response = await fetch("/explorer/names.json");
    if (!response.ok) throw Object.assign(new Error(response.statusText), { key: "core.unreachable" });
    return response.text();
  },
  sparql: "/sparql",
  searcher: () => new Worker(own("./searcher.js"), { type: "module" }),
});
