/** Why a number is missing, and what does not follow the others, in words. */

import { written } from "./number.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./formula.js").Formulas} Formulas */

const MOST = 2;

/**
 * What does not work at these numbers, first what comes first; and what is to be known of a node.
 * @param {Model} model
 * @param {Formulas} formulas
 * @param {number} selected
 */
export function whyNot(model, formulas, selected) {
  const first = [...model.troubles].filter(([, trouble]) => trouble.reason !== "below");
  const texts = first.slice(0, MOST).map(([node, trouble]) => {
    const row = model.graph.row(node);
    const got = `${row.sign || row.name} at ${formulas.name(node, "text")} got ${trouble.numbers.map((number) => written(number, 6)).join(" and ")}`;
    if (trouble.reason === "recorded") return `${got}; only Python can compute this operation at other numbers.`;
    if (trouble.reason === "range") {
      return `${got}; the result is too large. What your code decided when the graph was recorded (an if, which of several is largest) stays decided here: record it again at these numbers.`;
    }
    const rules = trouble.place === undefined ? row.rules : row.rules.map((rule, i) => row.slopeRules[i] || rule);
    const rule = rules.filter((text) => text !== "that is a number").join(" and ");
    return `${trouble.place === undefined ? "" : "The derivative of "}${got}; it needs an input ${rule || "at which it has a value"}.`;
  });
  const like = new Map(model.graph.data.alike).get(selected);
  if (like !== undefined) {
    const name = formulas.name(like, "text");
    texts.push(
      `When the graph was recorded, this constant had the number of ${name}. If your code took it from there, it stays what it was when ${name} moves.`,
    );
  }
  return texts;
}
