/** Drawing with SVG: a builder, measured and clamped text, hatches, and a picture to keep. */

const SVG = "http://www.w3.org/2000/svg";
// Nothing of these reaches an SVG label: there is no <bdi> in SVG to keep them inside.
const BIDI_MARKS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const LONGEST_LABEL = 700;
/** What a picture that leaves its page takes along of its style sheet. */
const KEPT_STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity",
  "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight",
  "font-style", "text-anchor", "dominant-baseline", "paint-order", "letter-spacing", "display",
  "vector-effect",
];

/**
 * An SVG element. `on` holds listeners, `vars` custom properties (the policy allows them through
 * CSSOM, not as a style attribute); everything else is an attribute, unless null or false.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {SVGElement}
 */
export function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "vars") {
      for (const [key, val] of Object.entries(value)) element.style.setProperty(key, String(val));
    } else {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of children) if (child || child === 0) element.append(child);
  return element;
}

/** The variable of a kind's color, as a value: kinds.yaml may give a name or a whole value. */
export function colorOf(kind) {
  const color = kind?.color ?? "--accent";
  return color.startsWith("--") ? `var(${color})` : color;
}

/** @returns {string} a label that does no harm in SVG: no direction marks, no endless text. */
export function plain(text) {
  const clean = String(text ?? "").replace(BIDI_MARKS, "").replace(/\s+/gu, " ").trim();
  return clean.length > LONGEST_LABEL ? `${clean.slice(0, LONGEST_LABEL)}…` : clean;
}

const context = document.createElement("canvas").getContext("2d");
/** @type {Map<string, number>} */
const widths = new Map();

/** @returns {number} how wide a text is, in pixels, in a font as CSS writes it. */
export function widthOf(text, font) {
  if (!text) return 0;
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 5000) widths.clear();
    context.font = font;
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** The text, or as much of it as fits with an ellipsis. */
export function clamped(text, width, font) {
  const clean = plain(text);
  if (widthOf(clean, font) <= width) return clean;
  const letters = [...clean];
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(`${letters.slice(0, middle).join("").trimEnd()}…`, font) <= width) low = middle;
    else high = middle - 1;
  }
  return low ? `${letters.slice(0, low).join("").trimEnd()}…` : "";
}

/** The text in at most `lines` lines of a width, the last clamped. */
export function wrapped(text, width, font, lines = 2) {
  const words = plain(text).split(" ");
  /** @type {string[]} */
  const found = [];
  let line = "";
  while (words.length) {
    const longer = line ? `${line} ${words[0]}` : words[0];
    if (line && widthOf(longer, font) > width) {
      if (found.length === lines - 1) break;
      found.push(line);
      line = "";
    } else {
      line = longer;
      words.shift();
    }
  }
  found.push(clamped([line, ...words].join(" "), width, font));
  return found;
}

/** The font of an element's text at a size, as canvas and CSS write it. */
export function fontOf(element, size = 13, weight = 400) {
  return `${weight} ${size}px ${getComputedStyle(element).fontFamily}`;
}

/** A hatch for what is computed and not stated; its color follows the text it stands beside. */
export function hatch(id) {
  return s(
    "pattern",
    { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    s("rect", { width: 6, height: 6, class: "hatch-ground" }),
    s("rect", { width: 2.4, height: 6, class: "hatch-line" }),
  );
}

/** The color behind an element. */
function groundOf(element) {
  for (let one = element; one; one = one.parentElement) {
    const color = getComputedStyle(one).backgroundColor;
    if (color && !/^(?:transparent|rgba\(.*, 0\))$/u.test(color)) return color;
  }
  return "white";
}

const CAPTION_LINE = 17;

/**
 * The picture as a file's text: its computed styles written into it, since a file has no sheet. The
 * caption goes with it: what stands beside a drawing in the page does not leave the page with it.
 */
export function pictureOf(svg, title, caption = "") {
  const copy = /** @type {SVGElement} */ (svg.cloneNode(true));
  const originals = [svg, ...svg.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((original, index) => {
    const style = getComputedStyle(original);
    const twin = copies[index];
    if (style.display === "none") {
      twin.setAttribute("display", "none");
      return;
    }
    for (const name of KEPT_STYLES) {
      const value = style.getPropertyValue(name);
      if (value) twin.setAttribute(name, value);
    }
    for (const name of ["class", "style", "tabindex", "role", "aria-pressed"]) twin.removeAttribute(name);
  });
  // Patterns may stand elsewhere in the page.
  for (const id of new Set([...new XMLSerializer().serializeToString(copy).matchAll(/url\((?:&quot;|")?#([\w-]+)/gu)].map((match) => match[1]))) {
    const pattern = document.getElementById(id);
    if (!pattern || copy.querySelector(`#${id}`)) continue;
    const twin = /** @type {Element} */ (pattern.cloneNode(true));
    [...pattern.children].forEach((child, index) => {
      twin.children[index].setAttribute("fill", getComputedStyle(child).fill);
      twin.children[index].removeAttribute("class");
    });
    copy.prepend(s("defs", {}, twin));
  }
  const box = svg.getBoundingClientRect();
  const font = fontOf(/** @type {any} */ (svg), 12);
  const lines = caption ? wrapped(caption, box.width - 24, font, 6) : [];
  const [width, height] = [Math.round(box.width), Math.round(box.height) + (lines.length ? lines.length * CAPTION_LINE + 16 : 0)];
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("width", String(width));
  const outer = s("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` },
    s("title", {}, title),
    s("rect", { width: "100%", height: "100%", fill: groundOf(svg.parentElement) }));
  copy.setAttribute("height", String(Math.round(box.height)));
  outer.append(copy);
  if (lines.length) {
    const style = getComputedStyle(document.body);
    outer.append(
      s("rect", { y: Math.round(box.height), width: "100%", height: height - Math.round(box.height), fill: style.backgroundColor }),
      s("text", { "font-family": style.fontFamily, "font-size": 12, fill: style.color },
        ...lines.map((line, index) => s("tspan", { x: 12, y: Math.round(box.height) + 20 + index * CAPTION_LINE }, line))));
  }
  return new XMLSerializer().serializeToString(outer);
}

/** Pictures one below the other, in one file. @param {SVGElement[]} svgs */
export function picturesOf(svgs, title) {
  const boxes = svgs.map((svg) => svg.getBoundingClientRect());
  let y = 0;
  const parts = svgs.map((svg, index) => {
    const part = pictureOf(svg, title).replace("<svg ", `<svg y="${Math.round(y)}" `);
    y += boxes[index].height;
    return part;
  });
  const width = Math.round(Math.max(...boxes.map((box) => box.width)));
  return `<svg xmlns="${SVG}" width="${width}" height="${Math.round(y)}">${parts.join("")}</svg>`;
}
