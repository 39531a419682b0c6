// Makes src/bilateral/explorer/static/vendor and …/fonts from the packages of package-lock.json.
// Two runs give the same bytes, so that a check can run it and compare.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { geoIdentity } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import subsetFont from "subset-font";
import { feature } from "topojson-client";
import { topology } from "topojson-server";

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "..", "..", "src", "bilateral", "explorer", "static");
const vendor = path.join(root, "vendor");
const gz = path.join(vendor, "gz");
const fonts = path.join(root, "fonts");

// Under the strict policy (`style-src 'self'`) a <style> element made by a script is refused, and
// a constructed style sheet is not. Each patch must fit exactly once, or the build stops.
const PATCHES = [
  {
    file: /style-mod[\\/]src[\\/]style-mod\.js$/,
    from: "if (!root.head && root.adoptedStyleSheets && win.CSSStyleSheet) {",
    to: "if (root.adoptedStyleSheets && win.CSSStyleSheet) {",
  },
  {
    // Its one rule, `position: relative`, stands in our own style sheet.
    file: /cytoscape\.esm\.mjs$/,
    from: "var stylesheetAlreadyExists = document.getElementById(stylesheetId) != null;",
    to: "var stylesheetAlreadyExists = true;",
  },
];

const patched = {
  name: "patched",
  setup(run) {
    for (const patch of PATCHES) {
      run.onLoad({ filter: patch.file }, async ({ path: file }) => {
        const text = await readFile(file, "utf8");
        if (text.split(patch.from).length !== 2) throw new Error(`${file}: the patch does not fit`);
        return { contents: text.replace(patch.from, () => patch.to), loader: "js" };
      });
    }
  },
};

/**
 * The same file compressed, for the one-file explorer: compressing here, once, keeps a build's
 * bytes the same on machines whose zlib compresses otherwise, and the build fast.
 */
async function packed(name, bytes) {
  await writeFile(path.join(gz, `${name}.gz`), gzipSync(bytes, { level: 9 }));
}

/** One ES module out of an entry text, or a script that leaves a global of the given name. */
async function bundle(name, contents, globalName) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here, sourcefile: `${name}.js` },
    bundle: true,
    minify: true,
    format: globalName ? "iife" : "esm",
    globalName,
    // Of use only to who loads the engine by its address; nothing here does.
    logOverride: { "empty-import-meta": "silent" },
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: "// @ts-nocheck" },
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [patched],
    write: false,
  });
  await writeFile(path.join(vendor, `${name}.js`), outputFiles[0].contents);
  await packed(`${name}.js`, outputFiles[0].contents);
}

/** The countries of the region, clipped to a rectangle of degrees; their ids are ISO numeric. */
async function countries(west, south, east, north) {
  const file = require.resolve("world-atlas/countries-50m.json");
  const world = JSON.parse(await readFile(file, "utf8"));
  const clip = geoIdentity().clipExtent([[west, south], [east, north]]);
  const features = feature(world, world.objects.countries).features
    .map(({ id, geometry }) => ({ type: "Feature", id, geometry: geoProject(geometry, clip) }))
    .filter(({ geometry }) => geometry?.coordinates.length);
  const objects = { countries: { type: "FeatureCollection", features } };
  // A module and no JSON file: the one-file explorer can import, and cannot fetch.
  const made = Buffer.from(`export default ${JSON.stringify(topology(objects, 1e5))};\n`);
  await writeFile(path.join(vendor, "countries.js"), made);
  await packed("countries.js", made);
}

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
const PUNCTUATION = range(0x2010, 0x2027) + range(0x2030, 0x203e) + "\u20ac\u20be\u20bc\u2116\u2122\u2190\u2192\u2194\u2212\u2248\u2260\u2264\u2265";

// Only the letters that the interface's languages, and names beside them, are written in.
const FONTS = [
  ["noto-sans", "latin", range(0x20, 0x7e) + range(0xa0, 0xff) + PUNCTUATION],
  ["noto-sans", "latin-ext", range(0x100, 0x17f) + "ƏəǦǧȘșȚț" + range(0x1e80, 0x1e85) + "\u20be\u20bc"],
  ["noto-sans", "cyrillic", range(0x400, 0x45f) + "ҐґҒғҚқҢңҮүҰұҺһӘәӨө\u2116"],
  ["noto-sans-georgian", "georgian", range(0x10d0, 0x10ff)],
];

async function font(family, part, text) {
  const name = `${family}-${part}-wght-normal.woff2`;
  const file = require.resolve(`@fontsource-variable/${family}/files/${name}`);
  const made = await subsetFont(await readFile(file), text, {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 700, default: 400 } },
  });
  await writeFile(path.join(fonts, `${family}-${part}.woff2`), made);
}

/** The licence of every package that anything of this is made of. */
async function licences(names) {
  const parts = [];
  for (const name of names.sort()) {
    const folder = path.join(here, "node_modules", name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const files = (await readdir(folder)).filter((file) => /^(licen[sc]e|copying)/i.test(file)).sort();
    const text = files.length ? await readFile(path.join(folder, files[0]), "utf8") : LICENCE_OF[name] ?? "";
    if (!text && !about.license) throw new Error(`${name}: no licence`);
    parts.push(`${name} ${about.version}\n${about.license}\n\n${text.trim()}`.trim());
  }
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  const head = "What these folders (vendor, fonts) are made of, and its licences. Made by scripts/vendor/build.mjs.";
  const patch = "Changed by us: style-mod (style sheets are constructed, not elements), cytoscape (makes no style element), " +
    "world-atlas (clipped to a region), Noto Sans and Noto Sans Georgian (fewer letters and weights).";
  await writeFile(path.join(vendor, "LICENSES.txt"), [head + "\n" + patch, ...parts].join(rule) + "\n");
}

const LICENCE_OF = {
  oxigraph: "Copyright (c) Oxigraph developers. Licensed under the MIT licence or the Apache Licence, version 2.0, at your option.",
};

const BUNDLED = [
  "@codemirror/autocomplete", "@codemirror/commands", "@codemirror/language", "@codemirror/lint",
  "@codemirror/search", "@codemirror/state", "@codemirror/view", "@fontsource-variable/noto-sans",
  "@fontsource-variable/noto-sans-georgian", "@lezer/common", "@lezer/highlight", "@lezer/lr",
  "@marijn/find-cluster-break", "codemirror-lang-sparql", "cose-base", "crelt", "cytoscape",
  "cytoscape-fcose", "d3-array", "d3-axis", "d3-color", "d3-format", "d3-geo", "d3-interpolate",
  "d3-path", "d3-scale", "d3-selection", "d3-shape", "d3-time", "d3-time-format", "internmap",
  "layout-base", "oxigraph", "style-mod", "topojson-client", "w3c-keyname", "world-atlas",
];

await rm(vendor, { recursive: true, force: true });
await rm(fonts, { recursive: true, force: true });
await mkdir(gz, { recursive: true });
await mkdir(fonts, { recursive: true });

// A script and no module: a page opened from disk can start no worker that is a module.
await bundle("oxigraph", `export { default as start, Store } from "oxigraph/web.js";`, "oxigraph");
await packed("oxigraph.wasm", await readFile(path.join(here, "node_modules/oxigraph/web_bg.wasm")));
await bundle("cytoscape", `
  import cytoscape from "cytoscape";
  import fcose from "cytoscape-fcose";
  cytoscape.use(fcose);
  export default cytoscape;`);
await bundle("d3", `
  export * from "d3-array"; export * from "d3-axis"; export * from "d3-format"; export * from "d3-geo";
  export * from "d3-scale"; export * from "d3-selection"; export * from "d3-shape"; export * from "d3-time";
  export { feature, mesh, merge, neighbors } from "topojson-client";`);
await bundle("codemirror", `
  export * from "@codemirror/state"; export * from "@codemirror/view"; export * from "@codemirror/commands";
  export * from "@codemirror/language"; export * from "@codemirror/autocomplete"; export * from "@codemirror/lint";
  export * from "@codemirror/search";
  export { tags } from "@lezer/highlight";
  export { sparql, SparqlLanguage } from "codemirror-lang-sparql";`);
await countries(-12, 12, 85, 65);
for (const [family, part, text] of FONTS) await font(family, part, text);
await licences(BUNDLED);

for (const folder of [vendor, gz, fonts]) {
  for (const name of (await readdir(folder)).filter((n) => n !== "gz").sort()) {
    const bytes = await readFile(path.join(folder, name));
    const sum = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    console.log(`${sum} ${String(bytes.length).padStart(8)} ${name}`);
  }
}
