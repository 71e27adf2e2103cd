/** Numbers as the page writes them. */

import { show } from "../number.js";

/**
 * A number as the page shows it, with a minus sign as long as a plus sign.
 * @param {number} x
 * @param {number} [digits]
 */
export const written = (x, digits = 3) => show(x, digits).replaceAll("-", "−");

/** A share as a percentage. */
export const share = (/** @type {number} */ x) => (Number.isNaN(x) ? "–" : `${(100 * x).toFixed(1)}%`);
