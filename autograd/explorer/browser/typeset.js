/** Formulas in a sentence, typeset as far as a line of text allows: σ(z)(1 − σ(z)), w⁽²⁾₀₀·a⁽¹⁾₀. */

import { ABOVE, BELOW } from "./name.js";
import { outside } from "./parentheses.js";

/** @typedef {import("./name.js").Tree} Tree */

const TIMES = "\u2062"; // invisible
const APPLIED = "\u2061"; // a function; invisible, too
const SPACED = "+−=<>≤≥≠≈";

/**
 * A formula, which is given as MathML, as text.
 * @param {string | Tree} tree
 * @returns {string}
 */
export function typeset(tree) {
  if (!Array.isArray(tree)) return String(tree).slice(1).replace(APPLIED, "");
  const [tag, ...parts] = tree;
  const [base = "", second = "", third = ""] = parts.map(typeset);
  if (tag === "msup") return atom(base) + above(second);
  if (tag === "msub") return atom(base) + below(second, parts[1]);
  if (tag === "msubsup") {
    const [low, high] = [below(second, parts[1]), above(third)];
    return atom(base) + (third.startsWith("(") ? high + low : low + high);
  }
  if (tag === "mfrac") return `${atom(base)}/${atom(second)}`;
  if (tag === "msqrt") return `√${atom(row(parts))}`;
  return row(parts);
}

/**
 * Parts that follow each other.
 * @param {Tree[]} parts
 */
function row(parts) {
  const texts = parts.map(typeset);
  let text = "";
  texts.forEach((next, i) => {
    const isSign = !Array.isArray(parts[i]) && String(parts[i]).startsWith("o");
    const isFirst = !text || /[(,=+−·] ?$/.test(text);
    if (next === TIMES) text += texts[i + 1]?.startsWith("(") && /[)\d]$/.test(text) ? "" : "·";
    else if (isSign && next && SPACED.includes(next)) text += isFirst ? next : ` ${next} `;
    else if (isSign && next === ",") text += ", ";
    else text += /\p{L}{2}$/u.test(text) && /^[\p{L}\d]/u.test(next) ? ` ${next}` : next;
  });
  return text;
}

/**
 * What carries an index or stands beside a stroke: in parentheses, if it has signs in it.
 * @param {string} text
 */
function atom(text) {
  return /[ ·/−]/.test(outside(text)) ? `(${text})` : text;
}

/** @param {string} text */
function above(text) {
  return small(text, ABOVE) ?? `^${/^[\p{L}\d.]+$/u.test(text) ? text : `(${text})`}`;
}

/**
 * @param {string} text
 * @param {Tree | undefined} tree
 */
function below(text, tree) {
  const isWord = !Array.isArray(tree) && String(tree).startsWith("w");
  return (isWord ? null : small(text, BELOW)) ?? `_${text}`;
}

/**
 * A text in small letters, if there are such for all of it.
 * @param {string} text
 * @param {(text: string) => string} lettering
 */
function small(text, lettering) {
  const letters = Array.from(text.replaceAll("−", "-"));
  return letters.every((letter) => lettering(letter) !== letter) ? lettering(letters.join("")) : null;
}
