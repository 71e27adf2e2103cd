/** A thin bar beside a picture that is larger than what is in view: where that is, and how much there is. */

import { html } from "./dom.js";

/** @typedef {import("./zoom.js").Zoom} Zoom */

/**
 * The bars below a picture and on its right; dragging one moves the picture.
 * @param {Zoom} zoom
 */
export function overview(zoom) {
  const axes = /** @type {const} */ ([
    ["x", "width"],
    ["y", "height"],
  ]);
  const bars = axes.map(([start, size]) => {
    const bar = html("div", { class: `overview along-${start}`, "aria-hidden": "true" }, html("div"));
    const follow = (/** @type {PointerEvent} */ event) => {
      if (!bar.hasPointerCapture(event.pointerId)) return;
      const area = bar.getBoundingClientRect();
      const share = start === "x" ? (event.clientX - area.x) / area.width : (event.clientY - area.y) / area.height;
      const { part, whole } = zoom;
      zoom.moveTo(...moved(part, start, whole[start] + share * whole[size] - part[size] / 2));
    };
    bar.addEventListener("pointerdown", (event) => {
      bar.setPointerCapture(event.pointerId);
      follow(event);
    });
    bar.addEventListener("pointermove", follow);
    return bar;
  });
  zoom.tell = () => {
    const { part, whole } = zoom;
    axes.forEach(([start, size], i) => {
      const bar = /** @type {HTMLElement} */ (bars[i]);
      bar.hidden = !zoom.hides(size);
      if (start === "y") bar.style.height = `${part.height * zoom.pixels}px`;
      bar.style.setProperty("--from", `${(100 * (part[start] - whole[start])) / whole[size]}%`);
      bar.style.setProperty("--share", `${(100 * part[size]) / whole[size]}%`);
    });
  };
  return bars;
}

/**
 * @param {{x: number, y: number}} corner
 * @param {"x" | "y"} start
 * @param {number} to
 * @returns {[number, number]}
 */
function moved({ x, y }, start, to) {
  return start === "x" ? [to, y] : [x, to];
}
