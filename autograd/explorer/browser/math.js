/** Mathematics on the page, as MathML that needs no library: derivatives, numbers and what `formula.js` writes. */

import { show } from "./number.js";

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @typedef {import("./formula.js").Formulas} Formulas */

/**
 * A MathML element.
 * @param {string} tag
 * @param {(Node | string)[]} children
 */
export function mathml(tag, ...children) {
  const element = document.createElementNS(MATHML, tag);
  element.append(...children);
  return element;
}

/**
 * A formula of its own, with its text for those who do not see it.
 * @param {string} text
 * @param {(Node | string)[]} children
 */
export function math(text, ...children) {
  const element = mathml("math", ...children);
  element.setAttribute("alttext", text);
  element.setAttribute("aria-label", text);
  return element;
}

/**
 * ∂upper/∂lower.
 * @param {Formulas} formulas
 * @param {number} upper
 * @param {number} lower
 */
export function derivative(formulas, upper, lower) {
  const text = derivativeText(formulas, upper, lower);
  const above = mathml("mrow", mathml("mo", "∂"), formulas.name(upper, "mathml"));
  const below = mathml("mrow", mathml("mo", "∂"), formulas.name(lower, "mathml"));
  return math(text, mathml("mfrac", above, below));
}

/**
 * @param {Formulas} formulas
 * @param {number} upper
 * @param {number} lower
 */
export function derivativeText(formulas, upper, lower) {
  return `∂${formulas.name(upper, "text")}/∂${formulas.name(lower, "text")}`;
}

/**
 * A number in a line of mathematics, with a minus sign as long as a plus sign.
 * @param {number} x
 */
export function written(x) {
  return show(x, 4).replaceAll("-", "−");
}

/**
 * A number as a factor: a negative one in parentheses.
 * @param {number} x
 */
export function asFactor(x) {
  return x < 0 ? `(${written(x)})` : written(x);
}
