/** The head of what is asked: the way back to all questions, and the question in words. */

/** @param {any} app @param {{title: string, name: string, back: () => void}} what */
export function headOf(app, { title, name, back }) {
  const { h } = app;
  return h(
    "header",
    { class: "ask-head", lang: app.lang },
    h("button", { type: "button", class: "small back", on: { click: back } },
      h("svg:svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, h("svg:path", { d: "M15 5l-7 7 7 7" })), app.t("ask.back")),
    h("h2", null, title),
    name && h("code", { class: "ask-name" }, name),
  );
}
