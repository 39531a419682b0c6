// The views in the order of the navigation. Each is loaded when it is first opened.

/** @typedef {{id: string, title: string, icon: string, load: () => Promise<{view: any}>}} Entry */

/** @type {Entry[]} */
export const VIEWS = [
  { id: "network", title: "network.title", load: () => import("./views/network.js"),
    icon: "M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM18 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM10 20.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8.5 6.5l7 1.2M7 8.5l2 7M16.5 10l-5 6" },
  { id: "timeline", title: "timeline.title", load: () => import("./views/timeline.js"),
    icon: "M3 12h18M7 12V7M12 12v6M17 12V8M7 5.5a.8.8 0 1 0 0 .1M17 6.5a.8.8 0 1 0 0 .1M12 19.5a.8.8 0 1 0 0 .1" },
  { id: "map", title: "map.title", load: () => import("./views/map.js"),
    icon: "M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14" },
  { id: "figures", title: "figures.title", load: () => import("./views/figures.js"),
    icon: "M4 20h16M7 17v-5M12 17V5M17 17V9" },
  { id: "source", title: "source.title", load: () => import("./views/source.js"),
    icon: "M6 3h9l4 4v14H6zM15 3v4h4M9 11h7M9 14.5h7M9 18h4" },
  { id: "ask", title: "ask.title", load: () => import("./views/ask.js"),
    icon: "M9.5 9a2.7 2.7 0 1 1 3.8 2.5c-.9.4-1.3 1-1.3 2M12 16.8v.1M12 21a9 9 0 1 0-8-4.9L3 21l4.9-1A9 9 0 0 0 12 21Z" },
];
