// The words of the interface, of texts.yaml.

/**
 * @param {Record<string, Record<string, string>>} texts by key and language
 * @param {() => string} lang
 */
export function openTexts(texts, lang) {
  /**
   * The text of a key in the reader's language, with {names} filled in.
   * @param {string} key @param {Record<string, any>} [values]
   */
  return (key, values = {}) => {
    const text = texts[key]?.[lang()] ?? texts[key]?.en ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  };
}
