/** Numbers as the page writes them, and drawing at the width that there is. */

import { show } from "../number.js";

/**
 * A number as the page shows it, with a minus sign as long as a plus sign.
 * @param {number} x
 * @param {number} [digits]
 */
export const written = (x, digits = 3) => show(x, digits).replaceAll("-", "−");

/** A share as a percentage. */
export const share = (/** @type {number} */ x) => (Number.isNaN(x) ? "–" : `${(100 * x).toFixed(1)}%`);

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
