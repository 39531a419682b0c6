/** The keys of the drawing: arrows follow ties to what lies in that direction. */

const TURNS = /** @type {Record<string, number>} */ ({ ArrowRight: 0, ArrowDown: Math.PI / 2, ArrowLeft: Math.PI, ArrowUp: -Math.PI / 2 });

/** @param {HTMLElement} stage @param {any} app @param {any} cy @param {Record<string, any>} on */
export function keysOf(stage, app, cy, on) {
  /** @param {string} key */
  function follow(key) {
    const here = cy.getElementById(on.get());
    if (!here.length) return;
    const { x, y } = here.position();
    const nearest = (/** @type {any} */ nodes, /** @type {number} */ spread) => {
      let [best, least] = [/** @type {any} */ (null), Infinity];
      nodes.forEach((/** @type {any} */ node) => {
        if (node.same(here)) return;
        const [dx, dy] = [node.position("x") - x, node.position("y") - y];
        const off = Math.abs(Math.atan2(Math.sin(Math.atan2(dy, dx) - TURNS[key]), Math.cos(Math.atan2(dy, dx) - TURNS[key])));
        const far = Math.hypot(dx, dy) * (1 + 2 * off);
        if (off <= spread && far < least) [best, least] = [node, far];
      });
      return best;
    };
    const next = nearest(here.neighborhood("node"), Math.PI / 3) ?? nearest(here.neighborhood("node"), Math.PI / 2.05);
    if (next) {
      on.stand(next.id());
      say(next.id(), here);
    }
  }

  /** @param {string} iri @param {any} [from] */
  function say(iri, from) {
    const node = cy.getElementById(iri);
    const more = on.hidden(iri);
    const by = from?.length ? node.edgesWith(from).map((/** @type {any} */ edge) => edge.data("label")) : [];
    app.announce([node.data("label"), node.data("kind")?.label, ...new Set(by), more > 0 && app.t("network.more", { count: app.fmt.count(more) })].filter(Boolean).join(", "));
  }

  stage.addEventListener("focus", () => {
    on.stand(on.get());
    say(on.get());
  });
  stage.addEventListener("blur", () => cy.nodes(".at").removeClass("at"));
  stage.addEventListener("keydown", (event) => {
    if (event.target !== stage || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ...Object.fromEntries(Object.keys(TURNS).map((key) => [key, () => follow(key)])),
      Enter: () => on.pick(on.get()), " ": () => on.pick(on.get()), "+": () => on.open(on.get()), "=": () => on.open(on.get()), "-": () => on.fold(on.get()),
      p: () => on.pin(on.get()), f: () => on.fit(), "0": () => on.fit(), ">": () => on.zoom(1.35), "<": () => on.zoom(1 / 1.35),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
}
