/** Moving through the page by keyboard: up and down between sentences, left and right among its marks. */

/**
 * One stop of the Tab key for all rows.
 * @param {HTMLElement} list @param {() => any[]} rows the rows as shown
 */
export function moveByKeys(list, rows) {
  const settle = (next) => {
    for (const { button } of rows()) button.tabIndex = button === next ? 0 : -1;
  };
  list.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.altKey || event.ctrlKey || event.metaKey || target.closest(".detail")) return;
    const all = rows();
    const place = all.findIndex(({ element }) => element.contains(target));
    if (place < 0) return;
    const marks = [.../** @type {NodeListOf<HTMLElement>} */ (all[place].words.querySelectorAll("a.mention:not(.off)"))];
    const mark = marks.indexOf(target);
    const go = {
      ArrowDown: () => all[Math.min(place + 1, all.length - 1)].button,
      ArrowUp: () => all[Math.max(place - 1, 0)].button,
      Home: () => all[0].button,
      End: () => all.at(-1).button,
      ArrowRight: () => marks[mark + 1] ?? null,
      ArrowLeft: () => (mark > 0 ? marks[mark - 1] : all[place].button),
    }[event.key];
    if (!go) return;
    event.preventDefault();
    const next = go();
    if (!next) return;
    if (next.matches(".row-button")) settle(next);
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("focusin", (event) => {
    const button = /** @type {Element} */ (event.target).closest(".sentence")?.querySelector(".row-button");
    if (button) settle(button);
  });
}
