// The kinds of things: shape, colour, icon, and name. They are data (kinds.yaml).

/** @typedef {{id: string, label: string, shape: string, color: string, icon: string}} Kind */

/**
 * @param {{kinds: any[], classes: Record<string, string>}} given kinds with labels by language, and the
 *   kind of each class of the ontology
 * @param {() => string} lang
 * @param {(iri: string) => string[]} typesOf the classes of a thing, as far as known
 */
export function openKinds(given, lang, typesOf) {
  const order = new Map(given.kinds.map((kind, index) => [kind.id, index]));
  const last = given.kinds[given.kinds.length - 1];

  /** @param {string} id @returns {Kind} */
  function kind(id) {
    const found = given.kinds[order.get(id) ?? given.kinds.length - 1] ?? last;
    return { ...found, label: found.label[lang()] ?? found.label.en };
  }

  return {
    all: () => given.kinds.map(({ id }) => kind(id)),
    kind,
    /**
     * The kind of a thing, by its class or by what is known of it.
     * @param {string} iri @param {string} [classIri]
     */
    of(iri, classIri) {
      const classes = classIri ? [classIri] : typesOf(iri);
      const ids = classes.map((name) => given.classes[name]).filter(Boolean);
      ids.sort((a, b) => (order.get(a) ?? 99) - (order.get(b) ?? 99));
      return kind(ids[0] ?? last.id);
    },
  };
}
