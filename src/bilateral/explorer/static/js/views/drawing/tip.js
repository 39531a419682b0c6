/** A note beside what the pointer or the focus is on. It repeats; nothing stands in it alone. */

/**
 * @param {HTMLElement} root what it must stay inside
 * @param {any} app
 */
export function makeTip(root, app) {
  const box = app.h("div", { class: "tip", role: "presentation", "aria-hidden": "true" });
  box.hidden = true;
  root.append(box);

  /** @param {Element} anchor @param {(Node | string)[]} content */
  function show(anchor, content) {
    box.replaceChildren(...content);
    box.hidden = false;
    const [outer, inner] = [root.getBoundingClientRect(), anchor.getBoundingClientRect()];
    const { offsetWidth: width, offsetHeight: height } = box;
    const middle = (Math.max(inner.left, outer.left) + Math.min(inner.right, outer.right)) / 2;
    const left = Math.min(Math.max(middle - outer.left - width / 2, 8), outer.width - width - 8);
    const above = inner.top - outer.top - height - 8;
    const top = above > 4 ? above : inner.bottom - outer.top + 8;
    box.style.left = `${Math.max(left, 4) + root.scrollLeft}px`;
    box.style.top = `${top + root.scrollTop}px`;
  }

  function hide() {
    box.hidden = true;
  }

  /** Shows `content()` while the pointer or the focus is on an element. */
  function attach(element, content) {
    element.addEventListener("pointerenter", (event) => {
      if (event.pointerType !== "touch") show(element, content());
    });
    element.addEventListener("pointerleave", hide);
    element.addEventListener("focus", () => {
      if (element.matches(":focus-visible")) show(element, content());
    });
    element.addEventListener("blur", hide);
  }
  return { attach, hide, destroy: () => box.remove() };
}
