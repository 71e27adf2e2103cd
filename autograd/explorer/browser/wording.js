/** Faults, contributions and hints in plain English. */

import { along, byLower, direct } from "./faults.js";
import { written } from "./number.js";
import { atom } from "./parentheses.js";
import { count, ways } from "./paths.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./faults.js").Fault} Fault */
/** @typedef {import("./faults.js").Words} Words */

/** So many digits that a product of such numbers is right to the four that are asked. */
const DIGITS = 6;

/** How many terms of a sum a hint writes. */
const MOST_TERMS = 4;

/** How many factors of a product. */
const MOST_FACTORS = 6;

/**
 * A number as a sentence has it.
 * @param {number} x
 * @param {number} [digits]
 */
export function shown(x, digits = DIGITS) {
  return written(x, digits);
}

/**
 * A derivative as it is written: ∂C/∂w.
 * @param {Words} words
 * @param {number} upper
 * @param {number} lower
 */
export function quotient(words, upper, lower) {
  return `∂${words.name(upper)}/∂${words.name(lower)}`;
}

/**
 * What a fault is, as the end of "This is what comes out if ...".
 * @param {Model} model
 * @param {Fault} fault
 * @param {Words} words
 */
export function described(model, fault, words) {
  const { rule, edges, lower, upper } = fault;
  const isExact = ["value", "elsewhere", "operand", "other"].includes(rule);
  const [x, u] = [words.name(lower), words.name(isExact ? upper : next(model, lower, upper, words))];
  const place = edges[0]?.[1] ?? 0;
  const [factor, ...others] = edges.filter((edge) => model.slope(...edge) !== 1);
  const slope = (factor && !others.length ? words.slope?.(...factor) : undefined) ?? quotient(words, upper, lower);
  const way = `on the way from ${x} to ${u}`;
  if (rule === "factor") return `${slope} is left out ${way}`;
  if (rule === "sign") return factor ? `${slope} gets the wrong sign ${way}` : `one sign is wrong ${way}`;
  if (rule === "path") return `the way from ${x} over ${u} is forgotten`;
  if (rule === "last" || rule === "first") {
    return `what comes back to ${x} is not summed: only the ${rule} part is kept, from ${u} (= in place of +=)`;
  }
  if (rule === "coefficient")
    return `the factor ${shown(words.coefficientOf?.(upper, place) ?? 1)} of ${slope} is left out ${way}`;
  if (rule === "value")
    return `${u} itself, ${shown(model.value(upper), 4)}, is taken for its derivative ${slope} ${way}`;
  if (rule === "elsewhere") return `the derivative ${slope} is taken at ${u} in place of ${x}`;
  if (rule === "operand") return `${x} stands in the derivative ${slope} where ${u} belongs`;
  const other = model.graph.parents[upper]?.[1 - place] ?? 0;
  return `the derivative of ${u} with respect to ${words.name(other)} is taken for that with respect to ${x}`;
}

/**
 * The next node with a name on the way from a node over another, unless several ways from there lead to that.
 * @param {Model} model
 * @param {number} lower
 * @param {number} upper
 * @param {Words} words
 */
function next(model, lower, upper, { isLabelled = () => true }) {
  const { uses, output } = model.graph;
  const climbed = (/** @type {number} */ start) => {
    let node = start;
    while (!isLabelled(node) && node !== output && uses[node]?.length === 1) node = uses[node]?.[0]?.[0] ?? output;
    return node;
  };
  const found = climbed(upper);
  const isOnly = (uses[lower] ?? []).filter(([each]) => climbed(each) === found).length === 1;
  return isOnly && (isLabelled(found) || found === output) ? found : upper;
}

/**
 * How to go on: `level` 1 says what to start from, 2 which factors there are, 3 their numbers.
 * @param {Model} model
 * @param {number} node
 * @param {number} level
 * @param {Words} words
 */
export function hint(model, node, level, words) {
  const { output } = model.graph;
  const terms = termsOf(model, node, words);
  if (level <= 1) return start(model, node, [...new Set(terms.map(([upper]) => upper))], words);
  const products = terms.slice(0, MOST_TERMS).map(([upper, edges]) => {
    const factors = factorsOf(model, node, upper, edges, words).map(([symbol, number]) =>
      level === 2 ? symbol : number,
    );
    return factors.length > MOST_FACTORS ? `${factors.slice(0, MOST_FACTORS).join(" · ")} · …` : factors.join(" · ");
  });
  return `${quotient(words, output, node)} = ${products.join(" + ")}${terms.length > MOST_TERMS ? " + …" : ""}`;
}

/**
 * The nodes with names that use one directly, and the edges to each. If several ways lead straight to the output, then
 * whatever uses it, with or without a name.
 * @param {Model} model
 * @param {number} node
 * @param {Words} words
 * @returns {[upper: number, edges: Edge[]][]}
 */
function termsOf(model, node, { isLabelled = () => true }) {
  const leaving = byLower(model, ways(model, node));
  const terms = direct(model, node, leaving, isLabelled);
  const toOutput = terms.get(model.graph.output) ?? [];
  if (isChain(model, node, toOutput)) return [...terms];
  return (leaving.get(node) ?? []).map((edge) => [edge[0], [edge]]);
}

/**
 * @param {Model} model
 * @param {number} node
 * @param {number[]} uppers
 * @param {Words} words
 */
function start(model, node, uppers, words) {
  const { output } = model.graph;
  const paths = count(model, node);
  const [from, to] = [words.name(node), words.name(output)];
  const lead = paths === 1n ? `One path leads from ${from} to ${to}.` : `${paths} paths lead from ${from} to ${to}.`;
  const [only] = uppers;
  if (uppers.length === 1 && only !== undefined) {
    if (only === output) return `${lead} Only ${to} itself uses ${from}.`;
    return `${lead} Only ${words.name(only)} uses ${from}: start from ${quotient(words, output, only)}.`;
  }
  const names = uppers.slice(0, MOST_TERMS).map((upper) => words.name(upper));
  const more = uppers.length - names.length;
  const last = more ? `${more} more` : (names.pop() ?? "");
  return `${lead} ${names.join(", ")} and ${last} use ${from}: add up what comes back from each.`;
}

/**
 * The factors of what comes back from one node that uses another, as formulas and as numbers.
 * @param {Model} model
 * @param {number} node
 * @param {number} upper
 * @param {Edge[]} edges
 * @param {Words} words
 * @returns {[symbol: string, number: string][]}
 */
function factorsOf(model, node, upper, edges, words) {
  const { output } = model.graph;
  if (upper !== output) {
    return [
      [quotient(words, output, upper), factor(model.adjoint(upper))],
      [quotient(words, upper, node), factor(along(model, edges, node, upper))],
    ];
  }
  const factors = [...edges].reverse().filter((edge) => model.slope(...edge) !== 1);
  if (!factors.length) return [[quotient(words, upper, node), "1"]];
  return factors.map((edge) => {
    const [above, place] = edge;
    const slope = model.slope(above, place);
    const coefficient = words.coefficientOf?.(above, place) || 1;
    const symbol = atom(words.slope?.(above, place) ?? quotient(words, above, model.graph.lower(edge)));
    const isPlain = Math.abs(coefficient) === 1 || slope === coefficient;
    return [symbol, isPlain ? factor(slope) : `${factor(coefficient)} · ${factor(slope / coefficient)}`];
  });
}

/**
 * Whether edges follow one another, each from where the one before has led.
 * @param {Model} model
 * @param {number} node
 * @param {Edge[]} edges
 */
function isChain(model, node, edges) {
  return edges.every(([upper, place], i) => model.graph.parents[upper]?.[place] === (edges[i - 1]?.[0] ?? node));
}

/** @param {number} x */
function factor(x) {
  return atom(shown(x));
}
