"use strict";
// The picture: pyvis's nodes and edges at their computed places, in a reader's language and theme.
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const content = read("content"), passages = read("passages");
  const { texts, things, lines, kinds } = content;
  const byId = (id) => document.getElementById(id);
  const kindOf = Object.fromEntries(kinds.map((kind) => [kind.id, kind]));
  const LONGEST = 44, CLOSE = 1.15, ROOM = 24;
  const off = new Set();
  let language = document.documentElement.lang, selected = null, close = false;

  // Everything a source says becomes text here, never markup.
  const h = (tag, props = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
      if (name === "on") for (const [event, run] of Object.entries(value)) element.addEventListener(event, run);
      else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  const t = (key, values = {}) => texts[key][language].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const name = (names) => h("bdi", { lang: language }, names[language]);
  const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1).trimEnd()}…` : text);
  const token = (property) => getComputedStyle(document.documentElement).getPropertyValue(property).trim();

  const image = (kind) => {
    const fill = token(kind.color), paper = token("--paper");
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 48 48">`
      + `<path d="${kind.outline}" fill="${fill}" stroke="${paper}" stroke-width="1.5"/>`
      + `<g transform="translate(13.2 ${13.2 + kind.down}) scale(.9)"><path d="${kind.icon}" fill="none" stroke="${paper}" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/></g></svg>`;
    return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  };

  const nodes = new vis.DataSet(read("nodes").map((node) => ({ ...node, image: image(kindOf[node.group]) }))), edges = new vis.DataSet(read("edges").map((edge, id) => ({ ...edge, id })));
  const touching = things.map(() => []);
  lines.forEach((group, id) => { for (const end of new Set([group[0].from, group[0].to])) touching[end].push(id); });
  const otherEnd = (id, end) => (lines[id][0].from === end ? lines[id][0].to : lines[id][0].from);
  const shown = (n) => !off.has(things[n].kind);

  const options = read("options");
  options.nodes = { ...options.nodes, shapeProperties: { interpolation: false }, widthConstraint: { maximum: 150 } };
  options.interaction = { ...options.interaction, keyboard: { enabled: true, bindToWindow: false }, zoomSpeed: 0.8 };
  const network = new vis.Network(byId("network"), { nodes, edges }, options);

  const near = () => {
    if (selected === null) return null;
    const ends = selected.line !== undefined ? [lines[selected.line][0].from, lines[selected.line][0].to]
      : [selected.thing, ...touching[selected.thing].map((id) => otherEnd(id, selected.thing))];
    return new Set(ends);
  };

  function paint() {
    const ink = token("--ink"), edge = token("--edge"), accent = token("--accent"), halo = token("--halo");
    const images = Object.fromEntries(kinds.map((kind) => [kind.id, image(kind)]));
    const kept = near();
    nodes.update(things.map((thing, id) => {
      const bright = kept === null || kept.has(id);
      const labelled = (kept !== null && bright && kept.size <= ROOM) || close || thing.degree >= content.named;
      const chosen = selected !== null && selected.thing === id;
      return {
        id, image: images[thing.kind], opacity: bright ? 1 : 0.16, hidden: !shown(id),
        label: labelled && bright ? short(thing.names[language]) : " ",
        font: { face: token("--font"), color: chosen ? accent : ink, strokeColor: halo, strokeWidth: 4, vadjust: -2,
          size: Math.min(22, 12 + Math.sqrt(thing.degree) * 1.4) },
      };
    }));
    edges.update(lines.map((group, id) => {
      const bright = kept === null || (selected.line !== undefined ? selected.line === id
        : group[0].from === selected.thing || group[0].to === selected.thing);
      const one = group.every((line) => line.from === group[0].from);
      return {
        id, from: group[0].from, to: group[0].to, hidden: !shown(group[0].from) || !shown(group[0].to),
        color: { color: kept !== null && bright ? accent : edge, highlight: accent, hover: accent, opacity: bright ? (kept ? 0.95 : 0.5) : 0.07 },
        width: Math.min(5, 0.8 + group.length * 0.5), dashes: group.every((line) => line.computed) ? [5, 4] : false,
        arrows: { to: { enabled: one, scaleFactor: 0.42 } },
      };
    }));
  }

  const quote = (number) => {
    const { text, translation } = passages[number];
    return h("blockquote", {}, h("p", { lang: "ka", class: "clamp", dir: "auto" }, text),
      translation ? h("p", { lang: "en", class: "clamp", dir: "auto" }, translation) : null);
  };
  const meaning = (line, heading) => [
    h(heading, {}, name(things[line.from].names), " — ", name(line.names), " → ", name(things[line.to].names)),
    line.date || line.computed ? h("p", { class: "where" }, [line.date, line.computed ? t("computed") : ""].filter(Boolean).join(" · ")) : null,
  ];

  function tip(thing, line, at) {
    const box = byId("tip");
    const parts = [];
    if (thing !== undefined) {
      parts.push(h("strong", { dir: "auto" }, name(things[thing].names)), h("p", { class: "kind" }, kindOf[things[thing].kind].names[language], ` · ${t("ties")}: `, String(things[thing].degree)));
      const first = touching[thing].map((id) => lines[id].find((one) => one.said.length)).find(Boolean);
      if (first) parts.push(quote(first.said[0]));
    } else {
      for (const one of lines[line].slice(0, 3)) parts.push(...meaning(one, "strong"));
      const first = lines[line].find((one) => one.said.length);
      if (first) parts.push(quote(first.said[0]));
    }
    box.replaceChildren(...parts.filter(Boolean));
    box.hidden = false;
    const room = byId("network").getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(at.x + 16, room.width - box.offsetWidth - 8))}px`;
    box.style.top = `${at.y + 16 + box.offsetHeight > room.height ? Math.max(8, at.y - box.offsetHeight - 12) : at.y + 16}px`;
  }

  function open(choice) {
    selected = choice;
    byId("tip").hidden = true;
    const panel = byId("panel");
    panel.hidden = choice === null;
    if (choice !== null) {
      const shut = h("button", { class: "close", type: "button", "aria-label": t("close"), on: { click: () => open(null) } }, "×");
      const parts = [shut];
      const ids = choice.thing === undefined ? [choice.line] : touching[choice.thing];
      if (choice.thing !== undefined) {
        const { names, kind } = things[choice.thing];
        parts.push(h("h2", { dir: "auto" }, name(names)), h("p", { class: "kind" }, kindOf[kind].names[language]));
      }
      for (const id of ids) {
        for (const line of lines[id]) {
          const other = choice.thing === undefined ? null : otherEnd(id, choice.thing);
          parts.push(...(other === null ? meaning(line, "h3") : [
            h("h3", {}, line.from === choice.thing ? "" : "← ", name(line.names), line.from === choice.thing ? " → " : " — ",
              h("button", { type: "button", class: "tie", on: { click: () => go(other) } }, name(things[other].names))),
            line.date || line.computed ? h("p", { class: "where" }, [line.date, line.computed ? t("computed") : ""].filter(Boolean).join(" · ")) : null,
          ]));
          for (const number of line.said) parts.push(quote(number));
          if (!line.said.length) parts.push(h("p", { class: "where" }, t("no_passage")));
          if (line.more) parts.push(h("p", { class: "where" }, t("more", { n: line.more })));
        }
      }
      panel.replaceChildren(...parts.filter(Boolean));
      panel.scrollTop = 0;
    }
    paint();
  }

  function go(n) {
    off.delete(things[n].kind);
    open({ thing: n });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    network.focus(n, { scale: Math.max(network.getScale(), 0.9), animation: still ? false : { duration: 150 } });
    legend();
  }

  function legend() {
    const counts = {};
    for (const thing of things) counts[thing.kind] = (counts[thing.kind] || 0) + 1;
    byId("legend").replaceChildren(h("legend", {}, t("kinds")), ...kinds.map((kind) => {
      const box = h("input", { type: "checkbox", on: { change: () => { off[box.checked ? "delete" : "add"](kind.id); paint(); } } });
      box.checked = !off.has(kind.id);
      return h("label", {}, box, h("img", { src: image(kind), alt: "" }), h("span", { lang: language }, kind.names[language]), h("span", { class: "n" }, String(counts[kind.id])));
    }));
  }

  function list() {
    const host = byId("list").querySelector("div");
    host.replaceChildren(byId("list").open ? h("ul", {}, ...lines.flat().map((line) => h("li", {},
      name(things[line.from].names), " — ", name(line.names), " → ", name(things[line.to].names), line.date ? `, ${line.date}` : ""))) : "");
  }

  function words() {
    document.documentElement.lang = language;
    document.title = content.title[language] || "Bilateral";
    byId("title").replaceChildren(content.title[language] || "Bilateral");
    const ties = lines.reduce((sum, group) => sum + group.length, 0);
    byId("count").textContent = [`${t("things")}: ${things.length}`, `${t("ties")}: ${ties}`, content.leftOut ? t("left_out", { n: content.leftOut }) : ""].filter(Boolean).join(" · ");
    byId("find").placeholder = t("find");
    byId("find").setAttribute("aria-label", t("find"));
    byId("names").replaceChildren(...things.map((thing) => h("option", { value: short(thing.names[language]) })));
    byId("fit").textContent = t("fit");
    byId("theme").textContent = t("theme");
    byId("hint").textContent = t("hint");
    byId("network").setAttribute("aria-label", t("picture"));
    byId("list").querySelector("summary").textContent = t("list");
    byId("languages").setAttribute("aria-label", t("language"));
    byId("languages").replaceChildren(...content.languages.map((code) => h("button", {
      type: "button", lang: code, "aria-pressed": String(code === language), on: { click: () => { language = code; words(); } },
    }, texts.languages[code])));
    legend(); list(); open(selected);
  }

  network.on("hoverNode", ({ node, pointer }) => tip(node, undefined, pointer.DOM));
  network.on("hoverEdge", ({ edge, pointer }) => tip(undefined, edge, pointer.DOM));
  for (const event of ["blurNode", "blurEdge", "dragStart", "zoom"]) network.on(event, () => { byId("tip").hidden = true; });
  network.on("click", ({ nodes: [node], edges: [edge] }) => open(node !== undefined ? { thing: node } : edge !== undefined ? { line: edge } : null));
  const scaled = () => { const now = network.getScale() >= CLOSE; if (now !== close) { close = now; paint(); } };
  network.on("zoom", scaled);
  network.on("animationFinished", scaled);
  const whole = () => { network.fit({ animation: false }); scaled(); };
  byId("fit").addEventListener("click", whole);
  byId("find").addEventListener("change", ({ target }) => {
    const wanted = target.value.trim().replace(/…$/, "").toLocaleLowerCase();
    const names = (thing) => content.languages.map((code) => thing.names[code].toLocaleLowerCase());
    // The very name first; then, of those that begin so, the best connected.
    const rank = (thing) => (names(thing).includes(wanted) ? 1e9 : 0) + thing.degree - names(thing)[0].length / 1e6;
    const n = things.reduce((best, thing, id) => (names(thing).some((name) => name.startsWith(wanted)) && (best < 0 || rank(thing) > rank(things[best])) ? id : best), -1);
    if (!wanted) return;
    if (n >= 0) go(n);
  });
  byId("theme").addEventListener("click", () => theme(document.documentElement.dataset.theme !== "dark"));
  byId("list").addEventListener("toggle", list);
  addEventListener("keydown", ({ key }) => { if (key === "Escape" && selected !== null) open(null); });
  const theme = (dark) => { document.documentElement.dataset.theme = dark ? "dark" : "light"; legend(); paint(); };

  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  words();
  // The canvas draws with a font only once it is loaded.
  Promise.all(["16px \"Noto Sans\"", "16px \"Noto Sans Georgian\""].map((font) => document.fonts.load(font, "aაə"))).finally(() => { paint(); whole(); document.documentElement.dataset.ready = "true"; });
})();
