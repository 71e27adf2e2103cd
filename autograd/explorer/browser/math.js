/** Mathematics on the page, as MathML that needs no library: derivatives, numbers and what `formula.js` writes. */

import { mathml } from "./dom.js";
import { written } from "./number.js";

/** @typedef {import("./formula.js").Formulas} Formulas */

/**
 * A formula of its own, with its text for those who do not see it.
 * @param {string} text
 * @param {(Node | string)[]} children
 */
export function math(text, ...children) {
  return mathml("math", { alttext: text, "aria-label": text }, ...children);
}

/**
 * ∂upper/∂lower.
 * @param {Formulas} formulas
 * @param {number} upper
 * @param {number} lower
 */
export function derivative(formulas, upper, lower) {
  const text = derivativeText(formulas, upper, lower);
  const [above, below] = [upper, lower].map((node) =>
    mathml("mrow", {}, mathml("mo", {}, "∂"), formulas.name(node, "mathml")),
  );
  return math(text, mathml("mfrac", {}, above ?? "", below ?? ""));
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
 * A number as a factor: a negative one in parentheses.
 * @param {number} x
 */
export function asFactor(x) {
  return x < 0 ? `(${written(x)})` : written(x);
}
