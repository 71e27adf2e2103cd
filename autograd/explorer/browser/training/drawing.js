/** What pictures have in common: the width that there is, lines, and being drawn anew for each frame. */

import { html as element } from "../dom.js";

/** @typedef {{element: HTMLElement, show: (frame: number) => void}} View A part of the page that shows a frame. */

/**
 * Calls a function with the width of an element, at first and whenever it changes.
 * @param {HTMLElement} of
 * @param {(width: number) => void} draw
 */
export function onWidth(of, draw) {
  let last = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0 && width !== last) draw((last = width));
  }).observe(of);
}

/**
 * The path of a line through points, open where there is none.
 * @param {Iterable<readonly [x: number, y: number] | null>} points
 */
export function through(points) {
  let [path, isOpen] = ["", false];
  for (const point of points) {
    if (point) path += `${isOpen ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    isOpen = point !== null;
  }
  return path || "M0 0";
}

/**
 * A picture that is drawn anew for each frame and each width.
 * @param {string} hint What stands below it.
 * @param {(frame: number, width: number) => SVGSVGElement} draw
 * @returns {View}
 */
export function plotted(hint, draw) {
  const box = element("div", { class: "plot" });
  let [now, width] = [0, 0];
  const show = (/** @type {number} */ frame) => {
    now = frame;
    if (width) box.replaceChildren(draw(frame, width));
  };
  onWidth(box, (found) => {
    width = found;
    show(now);
  });
  return { element: element("div", {}, box, element("p", { class: "hint" }, hint)), show };
}
