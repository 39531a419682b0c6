/** A view that is built anew when the language changes: every word of it is another one then. */

/**
 * @param {(root: HTMLElement, app: any) => {update: (changed: Set<string>) => void, destroy: () => void, actions: {id: string, label: string, run: () => void}[]}} build
 */
export function builtAnew(build) {
  return (/** @type {HTMLElement} */ root, /** @type {any} */ app) => {
    let inner = build(root, app);
    return {
      /** @param {Set<string>} changed */
      update(changed) {
        if (!changed.has("lang")) return inner.update(changed);
        inner.destroy();
        inner = build(root, app);
      },
      destroy: () => inner.destroy(),
      actions: inner.actions.map(({ id, label }, index) => ({ id, label, run: () => inner.actions[index].run() })),
    };
  };
}
