/** Whether a formula, as text, needs parentheses as a factor of a product. */

/**
 * What of a text stands outside of all parentheses.
 * @param {string} text
 */
export function outside(text) {
  let left = text;
  for (let before = ""; before !== left;) [before, left] = [left, left.replace(/\([^()]*\)/g, "")];
  return left;
}

/**
 * Whether a formula is a sum or a difference.
 * @param {string} text
 */
export function isSum(text) {
  return / [-−+] /.test(outside(text));
}

/**
 * A formula as a factor of a product: a sum, or what begins with a minus sign, in parentheses.
 * @param {string} text
 */
export function atom(text) {
  return isSum(text) || /^[-−]/.test(text) ? `(${text})` : text;
}
