// Building the document. Everything shown goes through here as text: nothing is parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `svg:path` and the like make SVG.
 * @param {string} tag
 * @param {Record<string, any> | null} [props] class, dataset, on ({click: fn}), aria-* and other
 *   attributes; a property that is null, undefined, or false is left out, true is an empty attribute.
 * @param {...any} children nodes, texts, numbers, arrays of them; null and false are left out
 * @returns {any}
 */
export function h(tag, props, ...children) {
  const svg = tag.startsWith("svg:");
  const element = svg ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, run] of Object.entries(value)) if (run) element.addEventListener(event, run);
    } else if (name === "dataset") {
      Object.assign(/** @type {any} */ (element).dataset, value);
    } else if (name === "style") {
      // A style attribute is refused by the policy; properties set one by one are not.
      for (const [key, part] of Object.entries(value)) /** @type {any} */ (element).style.setProperty(key, part);
    } else if (name === "value" || name === "checked" || name === "disabled" || name === "selected") {
      /** @type {any} */ (element)[name] = value;
    } else {
      element.setAttribute(name === "className" ? "class" : name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

/** @param {Element} element @param {any[]} children */
function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

/** The element with other children. @param {Element} element @param {...any} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/**
 * An icon from a path (or its `d`), hidden from assistive technology.
 * @param {string} path @param {string} [className]
 */
export function icon(path, className = "icon") {
  const inner = path.match(/d="([^"]+)"/g)?.map((part) => part.slice(3, -1)) ?? [path];
  return h(
    "svg:svg",
    { class: className, viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    inner.map((d) => h("svg:path", { d })),
  );
}
