/** What can be done with the selected thing, beside the drawing: for the pointer and for touch. */

/** @param {any} app @param {Record<string, any>} on */
export function buildCard(app, on) {
  const { h } = app;
  const element = h("div", { class: "net-card", role: "group", "aria-label": app.t("network.card"), hidden: true });
  return {
    element,
    /** @param {any} selection @param {any} web @param {any} now */
    draw(selection, web, now) {
      const iri = selection?.kind === "thing" && now.shown.has(selection.iri) ? selection.iri : "";
      element.hidden = !iri;
      if (!iri) return;
      const focused = element.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.do : "";
      const more = now.hidden(iri);
      const button = (/** @type {string} */ name, /** @type {string} */ text, /** @type {() => void} */ run) => h("button", { type: "button", class: "small", dataset: { do: name }, on: { click: run } }, text);
      element.replaceChildren(
        h("strong", null, app.labelNode(iri)),
        ...[
          more > 0 && button("open", app.t("network.open", { count: app.fmt.count(more) }), () => on.open(iri)),
          now.opened.includes(iri) ? button("fold", app.t("network.fold"), () => on.fold(iri)) : !now.pair.includes(iri) && button("fold", app.t("network.hide"), () => on.fold(iri)),
          button("pin", app.t(now.pins.has(iri) ? "network.unpin" : "network.pin"), () => on.pin(iri)),
          button("from", app.t("network.path.here"), () => on.end(0, iri)),
          button("to", app.t("network.path.there"), () => on.end(1, iri)),
        ].filter(Boolean),
      );
      if (focused) /** @type {any} */ (element.querySelector(`[data-do="${focused}"]`))?.focus();
    },
  };
}
