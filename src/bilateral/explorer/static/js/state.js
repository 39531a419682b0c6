// The explorer's whole state, kept in the address after `#`, so that a link is a view.

/** What may stand in the address as it is; the rest is escaped. Readable first: CURIEs stay CURIEs. */
const PLAIN = /[^\p{L}\p{N}\-._~:/@!$'()*,;?|^]/gu;
/** A change of these is a step that the browser's back button undoes; others replace the step. */
const STEPS = new Set(["view", "sel"]);

/** @typedef {Record<string, string>} Values */

/** @param {string} text */
const escaped = (text) => text.replace(PLAIN, (c) => (c === " " ? "+" : encodeURIComponent(c)));

/** @param {string} text */
function unescaped(text) {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/** The state that an address holds. @param {string} hash @returns {Values} */
export function read(hash) {
  /** @type {Values} */
  const values = {};
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0) values[unescaped(part.slice(0, at))] = unescaped(part.slice(at + 1));
  }
  return values;
}

/** The address of a state; empty values are left out. @param {Values} values */
export function write(values) {
  const parts = Object.entries(values).filter(([, value]) => value !== "");
  return parts.length ? `#${parts.map(([key, value]) => `${key}=${escaped(value)}`).join("&")}` : "";
}

/**
 * The state of the page. Values are strings; a key that is not set is "".
 * @param {Values} defaults what an address need not say
 */
export function openState(defaults = {}) {
  let values = read(location.hash);
  /** @type {Set<(changed: Set<string>) => void>} */
  const listeners = new Set();

  /** @param {Values} next */
  const differing = (next) =>
    new Set([...Object.keys(values), ...Object.keys(next)].filter((key) => (values[key] ?? "") !== (next[key] ?? "")));
  /** @param {Set<string>} changed */
  const tell = (changed) => {
    if (changed.size) for (const listener of [...listeners]) listener(changed);
  };

  addEventListener("hashchange", () => {
    const next = read(location.hash);
    const changed = differing(next);
    values = next;
    tell(changed);
  });

  return {
    /** @param {string} key */
    get: (key) => values[key] ?? defaults[key] ?? "",
    /** The parts of a value that is a list, such as `off`. @param {string} key */
    list: (key) => (values[key] ?? defaults[key] ?? "").split(",").filter(Boolean),
    /** The address that this state has, with a patch. @param {Record<string, any>} [patch] */
    address: (patch = {}) => location.href.replace(/#.*$/, "") + write(patched(values, patch)),
    /**
     * Change some values; null or "" unsets. A change of the view or the selection is a new step of
     * the browser's history, unless `replace` says otherwise.
     * @param {Record<string, any>} patch @param {{replace?: boolean}} [how]
     */
    set(patch, { replace } = {}) {
      const next = patched(values, patch);
      const changed = differing(next);
      if (!changed.size) return;
      values = next;
      const inPlace = replace ?? ![...changed].some((key) => STEPS.has(key));
      const url = write(values) || location.pathname + location.search;
      history[inPlace ? "replaceState" : "pushState"](null, "", url);
      tell(changed);
    },
    /** @param {(changed: Set<string>) => void} listener @returns {() => void} what ends it */
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** @param {Values} values @param {Record<string, any>} patch @returns {Values} */
function patched(values, patch) {
  const next = { ...values };
  for (const [key, value] of Object.entries(patch)) {
    const text = Array.isArray(value) ? value.join(",") : value === null || value === undefined ? "" : String(value);
    if (text === "") delete next[key];
    else next[key] = text;
  }
  return next;
}
