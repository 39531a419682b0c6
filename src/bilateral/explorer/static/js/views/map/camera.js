/** What of the plane is seen: moved by dragging, the wheel, two fingers, and keys. */

const NEAREST = 40;
const STEP = 60;

/**
 * @param {HTMLElement} holder
 * @param {{onMove: (settled: boolean) => void}} listeners
 */
export function makeCamera(holder, { onMove }) {
  const view = { k: 1, x: 0, y: 0 };
  let [least, most] = [0.01, 10];
  /** @type {[[number, number], [number, number]]} */
  let limits = [[-Infinity, -Infinity], [Infinity, Infinity]];
  let settling = 0;

  function moved() {
    const { clientWidth: width, clientHeight: height } = holder;
    // The middle of the picture never leaves the region.
    const middle = [(width / 2 - view.x) / view.k, (height / 2 - view.y) / view.k];
    const kept = [0, 1].map((axis) => Math.min(Math.max(middle[axis], limits[0][axis]), limits[1][axis]));
    view.x += (middle[0] - kept[0]) * view.k;
    view.y += (middle[1] - kept[1]) * view.k;
    onMove(false);
    clearTimeout(settling);
    settling = window.setTimeout(() => onMove(true), 250);
  }

  function zoom(factor, at = [holder.clientWidth / 2, holder.clientHeight / 2]) {
    const k = Math.min(Math.max(view.k * factor, least), most);
    view.x = at[0] - ((at[0] - view.x) / view.k) * k;
    view.y = at[1] - ((at[1] - view.y) / view.k) * k;
    view.k = k;
    moved();
  }

  function pan(dx, dy) {
    view.x += dx;
    view.y += dy;
    moved();
  }

  /** Shows a part of the plane whole, with room around it. */
  function fit([[x0, y0], [x1, y1]], room = 56) {
    const { clientWidth: width, clientHeight: height } = holder;
    const k = Math.min((width - 2 * room) / Math.max(x1 - x0, 1), (height - 2 * room) / Math.max(y1 - y0, 1));
    view.k = Math.min(Math.max(k, least), most);
    view.x = width / 2 - ((x0 + x1) / 2) * view.k;
    view.y = height / 2 - ((y0 + y1) / 2) * view.k;
  }

  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  const local = (event) => {
    const box = holder.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  let dragged = false;
  holder.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    fingers.set(event.pointerId, local(event));
    dragged = false;
  });
  holder.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = local(event);
    if (fingers.size === 1) {
      if (!dragged && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
      if (!dragged) holder.setPointerCapture(event.pointerId);
      dragged = true;
      holder.classList.add("dragged");
      fingers.set(event.pointerId, now);
      pan(now.x - before.x, now.y - before.y);
      return;
    }
    const other = [...fingers.entries()].find(([id]) => id !== event.pointerId)?.[1] ?? before;
    const [old, wide] = [Math.hypot(before.x - other.x, before.y - other.y), Math.hypot(now.x - other.x, now.y - other.y)];
    dragged = true;
    fingers.set(event.pointerId, now);
    if (old > 0) zoom(wide / old, [(now.x + other.x) / 2, (now.y + other.y) / 2]);
  });
  const lift = (event) => {
    fingers.delete(event.pointerId);
    holder.classList.remove("dragged");
  };
  holder.addEventListener("pointerup", lift);
  holder.addEventListener("pointercancel", lift);
  // A drag that ends on a mark is no click on it.
  holder.addEventListener("click", (event) => {
    if (!dragged) return;
    event.stopPropagation();
    dragged = false;
  }, true);
  holder.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = local(event);
    zoom(Math.exp(-Math.max(-120, Math.min(event.deltaY, 120)) * (event.ctrlKey ? 0.01 : 0.0022)), [x, y]);
  }, { passive: false });
  holder.addEventListener("dblclick", (event) => {
    const { x, y } = local(event);
    zoom(event.shiftKey ? 0.5 : 2, [x, y]);
  });
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const run = {
      "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5),
      ArrowLeft: () => pan(STEP, 0), ArrowRight: () => pan(-STEP, 0), ArrowUp: () => pan(0, STEP), ArrowDown: () => pan(0, -STEP),
    }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });

  return {
    view, zoom, pan, fit,
    /** @param {[[number, number], [number, number]]} bounds the region, in the plane */
    limit(bounds) {
      limits = bounds;
      const width = bounds[1][0] - bounds[0][0];
      least = Math.min(holder.clientWidth, holder.clientHeight * 1.4) / width;
      most = least * NEAREST;
    },
    toScreen: ([x, y]) => /** @type {[number, number]} */ ([x * view.k + view.x, y * view.k + view.y]),
    toPlane: ([x, y]) => /** @type {[number, number]} */ ([(x - view.x) / view.k, (y - view.y) / view.k]),
    lookAt([x, y], k) {
      view.k = Math.min(Math.max(k, least), most);
      view.x = holder.clientWidth / 2 - x * view.k;
      view.y = holder.clientHeight / 2 - y * view.k;
    },
    destroy: () => clearTimeout(settling),
  };
}
