/**
 * The single faults that can happen in the chain rule, and the wrong number that a derivative becomes by each.
 *
 * A fault at one edge changes the contribution of all paths through it, from their product ∂C/∂u · ∂u/∂p · ∂p/∂x to one
 * with another ∂u/∂p. So all faults of a derivative follow from one pass backward from C and one forward from x.
 */

import { pushTo } from "./groups.js";
import { Model } from "./model.js";
import { ways } from "./paths.js";

/** @typedef {import("./graph.js").Edge} Edge */
/**
 * What an exercise needs to know of formulas.
 * @typedef {object} Words
 * @property {(node: number) => string} name What a node is called.
 * @property {(upper: number, place: number) => string} [slope] An edge's derivative as a formula: σ'(z).
 * @property {(upper: number, place: number) => number} [coefficientOf] The number in front of it: 2 of 2·(a − y).
 * @property {(node: number) => boolean} [isLabelled] Whether a learner sees a node by name. By default all are.
 */
/** @typedef {"forgotten factor" | "forgotten path" | "wrong sign" | "not summed" | "wrong derivative"} Kind */
/**
 * How one comes to a wrong number. `factor`, `path` and `sign`: a slope is taken as 1, as 0, or negated. `coefficient`:
 * without the number in front. `value`: the node's own number. `other`: the derivative with respect to the other
 * operand. `elsewhere`: the derivative at the node's own number. `operand`: the operand where the formula has that
 * number. `last` and `first`: the only contribution that a node keeps.
 * @typedef {"factor" | "path" | "sign" | "coefficient" | "value" | "other" | "elsewhere" | "operand"} AtAnEdge
 * @typedef {AtAnEdge | "last" | "first"} Rule
 */
/**
 * @typedef {object} Slip A fault, without its number.
 * @property {Kind} kind
 * @property {Rule} rule
 * @property {Edge[]} edges Where it happens: one edge, or all between two nodes that have names.
 * @property {number} lower
 * @property {number} upper
 * @property {number} like What slips have in common that give the same number, whatever the numbers of the graph.
 */
/** @typedef {Slip & {number: number}} Fault */

/** @type {Record<Rule, Kind>} The likeliest first. */
const KINDS = {
  factor: "forgotten factor",
  coefficient: "wrong derivative",
  value: "wrong derivative",
  sign: "wrong sign",
  path: "forgotten path",
  last: "not summed",
  first: "not summed",
  other: "wrong derivative",
  elsewhere: "wrong derivative",
  operand: "wrong derivative",
};

/** @type {Rule[]} The likeliest first. */
export const RULES = /** @type {Rule[]} */ (Object.keys(KINDS));

/** @type {Rule[]} */
const AT_AN_EDGE = ["factor", "sign", "coefficient", "value", "other", "elsewhere", "operand"];

/** What can go wrong only with a derivative that is no plain number. @type {Set<Rule>} */
const OF_A_FORMULA = new Set(["coefficient", "value", "other", "elsewhere", "operand"]);

/** How many edges are looked at; of a larger graph those that are nearest to the variable. */
const MOST_EDGES = 3000;

/** By how much numbers differ, relative to the right one, that rounding has not made different. */
const ROUNDING = 1e-9;

/** What is left of a difference of numbers that are equal up to rounding. */
const NOTHING = 1e-12;

/**
 * Every single fault in a derivative of the output, with its wrong number. What cannot be seen is left out, as is the
 * forgotten factor 1 of a sum.
 * @param {Model} model
 * @param {number} node
 * @param {Words} words
 * @returns {Fault[]}
 */
export function faults(model, node, words) {
  const slips = new Slips(model, node, words, nearby(model));
  const { wrong } = slips.numbers(model);
  return slips.all.map((slip, i) => ({ ...slip, number: wrong[i] ?? NaN }));
}

/** The faults that one derivative of a graph can have, and their numbers for any numbers of its leaves. */
export class Slips {
  /** @type {Slip[]} */
  all = [];

  /**
   * @param {Model} model
   * @param {number} node
   * @param {Words} words
   * @param {Model[]} others The same graph with other numbers, which tell what is the same by nature.
   */
  constructor(model, node, words, others) {
    this.node = node;
    this.words = words;
    const { graph } = model;
    /** @type {Edge[]} The edges on the way, from the node up. */
    this.edges = ways(model, node);
    /** @type {Map<number, Edge[]>} The edges that leave each node, as the backward pass comes to them. */
    this.leaving = byLower(model, this.edges);
    for (const edges of this.leaving.values()) edges.sort((one, other) => other[0] - one[0] || one[1] - other[1]);
    const near = this.edges.slice(0, MOST_EDGES);
    const lowers = new Set(near.map((edge) => graph.lower(edge)));
    for (const edge of near) this.#atEdge(model, edge, others);
    for (const lower of lowers) this.#atNode(lower, this.leaving.get(lower) ?? []);
    for (const lower of lowers) this.#between(model, lower);
    this.#sameByNature([model, ...others]);
  }

  /**
   * @param {Model} model
   * @param {Edge} edge
   * @param {Model[]} others
   */
  #atEdge(model, edge, others) {
    const [upper, place] = edge;
    const lower = model.graph.lower(edge);
    const slope = model.slope(upper, place);
    const isConstant = others.length > 0 && others.every((other) => other.slope(upper, place) === slope);
    const forks = (this.leaving.get(lower)?.length ?? 0) > 1;
    for (const rule of AT_AN_EDGE) {
      if (isConstant && OF_A_FORMULA.has(rule)) continue;
      if (rule === "coefficient" && this.words.coefficientOf?.(upper, place) === -1) continue; // a wrong sign
      this.#add(rule, [edge], lower, upper);
    }
    if (forks) this.#add("path", [edge], lower, upper);
  }

  /**
   * @param {number} lower
   * @param {Edge[]} edges
   */
  #atNode(lower, edges) {
    const [first] = edges;
    const last = edges.at(-1);
    if (!first || !last || first === last) return;
    this.#add("last", [last], lower, last[0]);
    this.#add("first", [first], lower, first[0]);
  }

  /**
   * Faults in a factor as a learner sees it, from one node with a name to the next, if it has several slopes.
   * @param {Model} model
   * @param {number} lower
   */
  #between(model, lower) {
    const { isLabelled } = this.words;
    if (!isLabelled || (lower !== this.node && !isLabelled(lower))) return;
    for (const [upper, edges] of direct(model, lower, this.leaving, isLabelled)) {
      if (edges.length < 2) continue;
      this.#add("factor", edges, lower, upper);
      this.#add("sign", edges, lower, upper);
    }
  }

  /**
   * @param {Rule} rule
   * @param {Edge[]} edges
   * @param {number} lower
   * @param {number} upper
   */
  #add(rule, edges, lower, upper) {
    this.all.push({ kind: KINDS[rule], rule, edges, lower, upper, like: this.all.length });
  }

  /**
   * Drop what gives the right number by nature, which is at other numbers too, and find what gives the same wrong one.
   * @param {Model[]} models
   */
  #sameByNature(models) {
    const all = models.map((model) => this.numbers(model));
    const usable = all.filter(({ right }) => Number.isFinite(right));
    /** @type {Map<string, number>} */
    const known = new Map();
    this.all = this.all.filter((slip, i) => {
      const keys = usable.map(({ right, wrong }) => {
        const number = wrong[i] ?? NaN;
        const isRight = Math.abs(number - right) <= ROUNDING * Math.abs(right);
        return isRight ? "right" : String(Math.round(number / ((Math.abs(right) || 1) * ROUNDING)) + 0);
      });
      if (keys.includes("NaN") || keys.every((key) => key === "right")) return false;
      const key = keys.join();
      const like = usable.length > 1 ? (known.get(key) ?? i) : i;
      known.set(key, like);
      slip.like = like;
      return true;
    });
  }

  /**
   * The derivative, and what each fault makes of it.
   * @param {Model} model
   * @param {Map<number, number>} [known] Gradients of other nodes that the learner goes on from, right or wrong.
   */
  numbers(model, known = new Map()) {
    const { node } = this;
    const { graph } = model;
    const adjoints = known.size
      ? model.backward({ adjoint: (other, adjoint) => known.get(other) ?? adjoint })
      : model.adjoints;
    /** @type {Map<number, number>} How much of a change at a node reaches the derivative that is asked for. */
    const flow = new Map([[node, 1]]);
    /** @param {number} lower */
    const from = (lower) => (known.has(lower) ? 0 : (flow.get(lower) ?? 0));
    for (const edge of this.edges) {
      const [upper] = edge;
      flow.set(upper, (flow.get(upper) ?? 0) + from(graph.lower(edge)) * model.slope(...edge));
    }
    /** @param {Edge} edge */
    const passed = ([upper, place]) => (adjoints[upper] ?? 0) * model.slope(upper, place);
    let size = 0;
    for (const edge of this.leaving.get(node) ?? []) size += Math.abs(passed(edge));
    /** @param {number} number @param {number} change */
    const clean = (number, change) => (Math.abs(number) <= NOTHING * (size + Math.abs(change)) ? 0 : number);
    const right = clean(adjoints[node] ?? NaN, 0);
    const wrong = Float64Array.from(this.all, (slip) => {
      const { rule, edges, lower, upper } = slip;
      let change = 0;
      const edge = edges[0] ?? /** @type {Edge} */ ([upper, 0]);
      if (rule === "last" || rule === "first") {
        for (const each of this.leaving.get(lower) ?? []) {
          if (each[0] !== edge[0] || each[1] !== edge[1]) change -= passed(each);
        }
        change *= from(lower);
      } else {
        const slope = edges.length > 1 ? along(model, edges, lower, upper) : model.slope(...edge);
        const other = this.#replaced(model, rule, edge, slope);
        change = (adjoints[upper] ?? 0) * (other - slope) * from(lower);
      }
      return Number.isFinite(change) ? clean(right + change, change) : NaN;
    });
    return { right, wrong };
  }

  /**
   * The number that stands in place of a slope; nan if there is none.
   * @param {Model} model
   * @param {Rule} rule
   * @param {Edge} edge
   * @param {number} slope
   */
  #replaced(model, rule, [upper, place], slope) {
    if (rule === "factor") return 1;
    if (rule === "path") return 0;
    if (rule === "sign") return -slope;
    if (rule === "coefficient") return slope / (this.words.coefficientOf?.(upper, place) || 1);
    const z = model.value(upper);
    if (rule === "value") return z;
    const { graph } = model;
    const operands = model.operands(upper);
    const slopes = graph.rows[graph.data.ops[upper] ?? -1]?.slopes;
    const x = operands[place] ?? NaN;
    const other = 1 - place;
    if (!slopes || (rule === "other" && (operands.length < 2 || graph.isConstant[graph.lower([upper, other])]))) {
      return NaN;
    }
    const at = [...operands];
    if (rule === "elsewhere") at[place] = z;
    try {
      return slopes[rule === "other" ? other : place]?.(rule === "operand" ? x : z, at[0] ?? NaN, at[1] ?? NaN) ?? NaN;
    } catch (error) {
      if (error instanceof Error && "kind" in error) return NaN; // there is no derivative at that place
      throw error;
    }
  }
}

/**
 * Edges by the node that they lead up from.
 * @param {Model} model
 * @param {Edge[]} edges
 */
export function byLower(model, edges) {
  /** @type {Map<number, Edge[]>} */
  const leaving = new Map();
  for (const edge of edges) pushTo(leaving, model.graph.lower(edge), edge);
  return leaving;
}

/**
 * The next nodes with a name above one, and the edges that lead there past no other such node.
 * @param {Model} model
 * @param {number} node
 * @param {Map<number, Edge[]>} leaving The edges that leave each node on the way.
 * @param {(node: number) => boolean} isLabelled
 * @returns {Map<number, Edge[]>}
 */
export function direct(model, node, leaving, isLabelled) {
  const { graph } = model;
  /** @type {Set<number>} */
  const reached = new Set();
  /** @type {Edge[]} */
  const edges = [];
  const todo = [node];
  for (let lower = todo.pop(); lower !== undefined; lower = todo.pop()) {
    for (const edge of leaving.get(lower) ?? []) {
      edges.push(edge);
      if (reached.has(edge[0])) continue;
      reached.add(edge[0]);
      if (!isLabelled(edge[0]) && edge[0] !== graph.output) todo.push(edge[0]);
    }
  }
  edges.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const ends = [...reached].filter((upper) => isLabelled(upper) || upper === graph.output).sort((a, b) => a - b);
  return new Map(
    ends.map((end) => {
      const needed = new Set([end]);
      const isOn = [...edges].reverse().filter((edge) => {
        if (!needed.has(edge[0])) return false;
        needed.add(graph.lower(edge));
        return true;
      });
      return [end, isOn.reverse()];
    }),
  );
}

/**
 * The derivative of one node with respect to another along some edges, given from the lower one up.
 * @param {Model} model
 * @param {Edge[]} edges
 * @param {number} lower
 * @param {number} upper
 */
export function along(model, edges, lower, upper) {
  const tangents = new Map([[lower, 1]]);
  for (const edge of edges) {
    const [node] = edge;
    const parent = model.graph.lower(edge);
    tangents.set(node, (tangents.get(node) ?? 0) + (tangents.get(parent) ?? 0) * model.slope(...edge));
  }
  return tangents.get(upper) ?? 0;
}

/**
 * The same graph twice, with numbers of its leaves that are a little different.
 * @param {Model} model
 * @param {(node: number) => boolean} [isFree] Which leaves may change; by default all that are no constants.
 * @returns {Model[]} Fewer if its numbers can hardly change.
 */
export function nearby(model, isFree = () => true) {
  const { graph } = model;
  /** @type {Model[]} */
  const found = [];
  const next = generator(1);
  for (const step of [0.01, 0.01, 0.01, 1e-4, 1e-4, 1e-4]) {
    if (found.length === 2) break;
    const other = new Model(graph);
    for (const leaf of graph.leaves) {
      const number = model.value(leaf);
      const change = (0.5 + next()) * (next() < 0.5 ? -step : step) * (1 + Math.abs(number));
      other.values[leaf] = graph.isConstant[leaf] || !isFree(leaf) ? number : number + change;
    }
    other.recompute();
    if (Number.isFinite(other.value(graph.output))) found.push(other);
  }
  return found;
}

/**
 * Numbers between 0 and 1, the same for the same seed: mulberry32, by Tommy Ettinger, in the public domain.
 * @param {number} seed
 */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
