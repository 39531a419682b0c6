// Light, dark, or as the system has it.

export const THEMES = ["auto", "light", "dark"];
const query = matchMedia("(prefers-color-scheme: dark)");

/** @param {ReturnType<typeof import("./state.js").openState>} state */
export function keepTheme(state) {
  const apply = () => {
    const chosen = state.get("theme");
    const dark = chosen === "dark" || (chosen !== "light" && query.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  apply();
  query.addEventListener("change", apply);
  state.subscribe((changed) => changed.has("theme") && apply());
}
