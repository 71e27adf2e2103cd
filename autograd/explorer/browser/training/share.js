/**
 * A share as a percentage.
 * @param {number} x
 */
export const share = (x) => (Number.isNaN(x) ? "–" : `${(100 * x).toFixed(1)}%`);
