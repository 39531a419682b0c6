/** A place for the view, until it is written. */
export const view = {
  id: "figures",
  title: "figures.title",
  icon: "",
  /** @param {HTMLElement} root @param {any} app */
  mount(root, app) {
    const text = document.createElement("p");
    text.textContent = app.t("core.empty");
    root.append(text);
    return { update() {}, destroy() { text.remove(); } };
  },
};
