/**
 * One stop for the Tab key in a drawing of many marks; arrow keys go from mark to mark.
 *
 * Left and right follow the order in which the marks were given, up and down go to the nearest mark
 * in that direction, Home and End to the first and last, Enter and Space press.
 */

const KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]);

/**
 * @param {Element} holder
 * @param {(mark: Element) => void} press
 */
export function makeRoving(holder, press) {
  /** @type {Element[]} */
  let marks = [];

  function settle(mark) {
    for (const other of marks) other.setAttribute("tabindex", other === mark ? "0" : "-1");
  }

  function vertical(mark, direction) {
    const here = mark.getBoundingClientRect();
    const [x, y] = [here.left + here.width / 2, here.top + here.height / 2];
    let [best, least] = [/** @type {Element | null} */ (null), Infinity];
    for (const other of marks) {
      if (other === mark) continue;
      const there = other.getBoundingClientRect();
      const down = (there.top + there.height / 2 - y) * direction;
      if (down < 4) continue;
      const distance = down + Math.abs(there.left + there.width / 2 - x) * 0.25;
      if (distance < least) [best, least] = [other, distance];
    }
    return best;
  }

  holder.addEventListener("keydown", (event) => {
    const mark = /** @type {Element} */ (event.target);
    const place = marks.indexOf(mark);
    if (place < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      press(mark);
      return;
    }
    if (!KEYS.has(event.key)) return;
    const next = {
      ArrowLeft: marks[place - 1], ArrowRight: marks[place + 1],
      ArrowUp: vertical(mark, -1), ArrowDown: vertical(mark, 1),
      Home: marks[0], End: marks.at(-1),
    }[event.key];
    event.preventDefault();
    event.stopPropagation();
    if (next) {
      settle(next);
      /** @type {SVGElement} */ (next).focus();
      next.scrollIntoView?.({ block: "nearest", inline: "nearest" });
    }
  });
  holder.addEventListener("click", (event) => {
    const mark = marks.find((one) => one.contains(/** @type {Node} */ (event.target)));
    if (mark) {
      settle(mark);
      press(mark);
    }
  });

  /** Takes the marks of a new drawing; the one that had the focus keeps it, known by its key. */
  function take(found, current = null) {
    const focused = document.activeElement?.getAttribute?.("data-key");
    const had = marks.includes(/** @type {Element} */ (document.activeElement)) || holder.contains(document.activeElement);
    marks = found;
    settle(marks.find((mark) => mark.getAttribute("data-key") === (focused ?? current)) ?? marks[0]);
    return had && focused ? marks.find((mark) => mark.getAttribute("data-key") === focused) : null;
  }
  return { take };
}
