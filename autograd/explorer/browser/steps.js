/**
 * The forward and the backward pass as steps that can be taken forwards and back.
 *
 * A graph is stepped through in parts: a part is a node, or all nodes in a box of the picture. Forward, a part is a step;
 * backward, what a part hands on along one arrow is a step, and what it hands on to the variables in it. The order goes
 * by the longest way to the end of the graph, first in the coarsest parts, then in finer ones: layer by layer, where there
 * are layers, and in them sum by sum.
 */

import { pushTo } from "./groups.js";
import { boxOf } from "./picture.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {ArrayLike<number>} Parts The part of each node. */
/** @typedef {{kind: "value", nodes: number[], results: number[]}} Computed The nodes of a part; those that others use. */
/** @typedef {{kind: "seed", node: number}} Seed The output's gradient is 1. */
/**
 * Adjoints are handed on from the results of a part: through it, when it begins, and then along the edges that lead out
 * of it, or to the leaves in it.
 * @typedef {{kind: "pass" | "own", results: number[], begins: boolean, inner: Edge[], edges: Edge[], to: number[]}} Pass
 */
/** @typedef {Computed | Seed | Pass} Step */

/**
 * All steps, in their order.
 * @param {Graph} graph
 * @param {Parts[]} [levels] The parts of the graph, from the coarsest on; the last are those that are stepped through. By
 *   default each node is one.
 * @param {(upper: number, place: number) => number | undefined} [arrowOf] The arrow that an edge is drawn as. All that
 *   goes along one is one step.
 * @returns {Step[]}
 */
export function allSteps(graph, levels = [numbered(graph.n)], arrowOf = () => undefined) {
  const own = ranks(graph, levels.at(-1) ?? []);
  const { parts } = own;
  const coarser = levels.slice(0, -1).map((level) => ranks(graph, level));
  const ranked = [...coarser.filter((each) => contains(each.parts, parts)), own];
  /** @type {Map<number, number[]>} */
  const members = new Map();
  for (let node = 0; node < graph.n; node++) {
    if (graph.isLeaf(node)) continue;
    pushTo(members, parts[node] ?? 0, node);
  }
  const reached = graph.below(graph.output);
  const isResult = (/** @type {number} */ node) =>
    node === graph.output || (graph.uses[node] ?? []).some(([upper]) => parts[upper] !== parts[node]);
  const all = [...members.values()].map((nodes) => ({ nodes, results: nodes.filter(isResult) }));
  const ordered = (/** @type {"below" | "above"} */ way) => {
    const sign = way === "below" ? 1 : -1; // where the way is as long, backward goes through it from the end
    const keys = new Map(
      all.map((part) => {
        const node = part.nodes[0] ?? 0;
        return [part, ranked.flatMap((each) => [each[way].get(each.parts[node] ?? 0) ?? 0, sign * each.last(node)])];
      }),
    );
    return [...all].sort((one, other) => compared(keys.get(one) ?? [], keys.get(other) ?? []));
  };
  return [
    ...ordered("below").map((part) => /** @type {Step} */ ({ kind: "value", ...part })),
    { kind: "seed", node: graph.output },
    ...ordered("above").flatMap(({ nodes, results }) =>
      passes(graph, parts, { nodes: nodes.filter((node) => reached.has(node)), results }, arrowOf),
    ),
  ];
}

/**
 * The parts of a graph that a picture shows: its boxes, and within a neuron its weighted input. What the picture leaves
 * out goes node by node.
 * @param {import("./picture.js").LevelData} data
 * @param {Graph} graph
 */
export function partsOf(data, graph) {
  const parts = boxOf(data, graph.n).map((box, node) => (box < 0 ? data.boxes.length + node : box));
  data.boxes.forEach(([, , , , , inner], box) => {
    if (inner < 0) return;
    for (const node of graph.below(inner)) if (parts[node] === box) parts[node] = data.boxes.length + inner;
  });
  return parts;
}

/**
 * What a part hands on: along each arrow, and then to the leaves in it.
 * @param {Graph} graph
 * @param {Parts} parts
 * @param {{nodes: number[], results: number[]}} part
 * @param {(upper: number, place: number) => number | undefined} arrowOf
 * @returns {Pass[]}
 */
function passes(graph, parts, { nodes, results }, arrowOf) {
  /** @type {Edge[]} */
  const inner = [];
  /** @type {Edge[]} */
  const own = [];
  /** @type {Map<string, Edge[]>} */
  const out = new Map();
  for (const node of [...nodes].reverse()) {
    graph.parents[node]?.forEach((parent, place) => {
      if (graph.isConstant[parent]) return;
      if (parts[parent] === parts[node]) {
        (graph.isLeaf(parent) ? own : inner).push([node, place]);
        return;
      }
      const arrow = arrowOf(node, place);
      const key = arrow === undefined ? `to ${parts[parent]}${nodes.length > 1 ? "" : ` ${place}`}` : `along ${arrow}`;
      pushTo(out, key, [node, place]);
    });
  }
  const pass = (/** @type {Pass["kind"]} */ kind, /** @type {Edge[]} */ edges) => {
    const to = [...new Set(edges.map((edge) => graph.lower(edge)))].sort((a, b) => a - b);
    return /** @type {Pass} */ ({ kind, results, begins: false, inner, edges, to });
  };
  const steps = [...out.values()].map((edges) => pass("pass", edges));
  if (nodes.length > 1) steps.sort((one, other) => (one.to[0] ?? 0) - (other.to[0] ?? 0));
  if (own.length) steps.push(pass("own", own));
  if (steps[0]) steps[0].begins = true;
  return steps;
}

/** @param {number} n */
function numbered(n) {
  return Array.from({ length: n }, (_, node) => node);
}

/**
 * Whether each of the finer parts lies in one of the coarser ones.
 * @param {Parts} coarser
 * @param {Parts} finer
 */
function contains(coarser, finer) {
  /** @type {Map<number | undefined, number | undefined>} */
  const found = new Map();
  for (let node = 0; node < finer.length; node++) {
    if (!found.has(finer[node])) found.set(finer[node], coarser[node]);
    else if (found.get(finer[node]) !== coarser[node]) return false;
  }
  return true;
}

/** @param {number[]} one @param {number[]} other */
function compared(one, other) {
  const place = one.findIndex((number, i) => number !== other[i]);
  return (one[place] ?? 0) - (other[place] ?? 0);
}

/**
 * Parts in an order.
 * @typedef {object} Ranks
 * @property {Parts} parts
 * @property {Map<number, number>} above The longest way from the output to each part, counted in parts.
 * @property {Map<number, number>} below The longest way from the leaves.
 * @property {(node: number) => number} last The last node in the part of a node.
 */

/**
 * How far parts are from the ends of the graph. Those that lie in a circle are taken apart, so that there is an order.
 * @param {Graph} graph
 * @param {Parts} given
 * @returns {Ranks}
 */
function ranks(graph, given) {
  const parts = Array.from(given);
  const end = 1 + parts.reduce((most, part) => Math.max(most, part), 0);
  const inOrder = longest(graph, parts, true);
  parts.forEach((part, node) => {
    if (!inOrder.has(part)) parts[node] = end + node;
  });
  /** @type {Map<number, number>} */
  const lasts = new Map();
  parts.forEach((part, node) => lasts.set(part, node));
  return {
    parts,
    above: longest(graph, parts, true),
    below: longest(graph, parts, false),
    last: (node) => lasts.get(parts[node] ?? 0) ?? node,
  };
}

/**
 * The longest way to each part that can be put in order.
 * @param {Graph} graph
 * @param {number[]} parts
 * @param {boolean} isDown From the output, or from the leaves.
 */
function longest(graph, parts, isDown) {
  /** @type {Map<number, number[]>} */
  const next = new Map(parts.map((part) => [part, []]));
  /** @type {Map<number, number>} */
  const waiting = new Map();
  graph.parents.forEach((parents, node) => {
    for (const parent of parents) {
      const [lower = 0, upper = 0] = [parts[parent], parts[node]];
      if (lower === upper) continue;
      const [from, to] = isDown ? [upper, lower] : [lower, upper];
      next.get(from)?.push(to);
      waiting.set(to, (waiting.get(to) ?? 0) + 1);
    }
  });
  const ready = [...next.keys()].filter((part) => !waiting.has(part));
  const ranks = new Map(ready.map((part) => [part, 0]));
  /** @type {Map<number, number>} */
  const found = new Map();
  for (const part of ready) {
    const rank = ranks.get(part) ?? 0;
    found.set(part, rank);
    for (const to of next.get(part) ?? []) {
      ranks.set(to, Math.max(ranks.get(to) ?? 0, rank + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (!left) ready.push(to);
    }
  }
  return found;
}

/**
 * How much some steps do, however fine they are: values that are computed, and edges that are passed.
 * @param {Step[]} steps
 */
export function work(steps) {
  return steps.reduce((sum, step) => sum + done(step), 0);
}

/**
 * How many steps do so much.
 * @param {Step[]} steps
 * @param {number} wanted
 */
export function stepsFor(steps, wanted) {
  let taken = 0;
  for (let sum = 0; sum < wanted && taken < steps.length; taken++) sum += done(/** @type {Step} */ (steps[taken]));
  return taken;
}

/** @param {Step} step */
function done(step) {
  return step.kind === "value" ? step.nodes.length : step.kind === "seed" ? 1 : passed(step).length;
}

/** @param {Pass} step */
function passed({ begins, inner, edges }) {
  return begins ? [...inner, ...edges] : edges;
}

/** What is known after some steps: values, and adjoints that are still being summed. */
export class Progress {
  /**
   * @param {Model} model
   * @param {Step[]} steps
   * @param {number} taken How many of the steps have been taken.
   */
  constructor(model, steps, taken) {
    this.model = model;
    /** @type {Set<number>} */
    this.computed = new Set(model.graph.leaves);
    /** @type {Map<number, number>} */
    this.adjoints = new Map();
    /** @type {Map<number, number>} How many edges have brought something to each node. */
    this.arrived = new Map();
    /** @type {Map<number, number>} What nodes had before the last step brought them more. */
    this.before = new Map();
    steps.slice(0, taken).forEach((step, number) => {
      if (step.kind === "value") for (const node of step.nodes) this.computed.add(node);
      else if (step.kind === "seed") this.adjoints.set(step.node, 1);
      else {
        if (number === taken - 1) {
          for (const node of step.to) {
            const adjoint = this.adjoints.get(node);
            if (adjoint !== undefined) this.before.set(node, adjoint);
          }
        }
        for (const edge of passed(step)) this.#pass(edge);
      }
    });
  }

  /** @param {Edge} edge */
  #pass(edge) {
    const parent = this.model.graph.lower(edge);
    this.adjoints.set(parent, (this.adjoints.get(parent) ?? 0) + this.brought([edge]));
    this.arrived.set(parent, (this.arrived.get(parent) ?? 0) + 1);
  }

  /**
   * What some edges bring to the node that they come from.
   * @param {Edge[]} edges
   */
  brought(edges) {
    return edges.reduce(
      (sum, [upper, place]) => sum + (this.adjoints.get(upper) ?? 0) * this.model.slope(upper, place),
      0,
    );
  }

  /**
   * The value of a node; `null` if it has not been computed yet.
   * @param {number} node
   */
  value(node) {
    return this.computed.has(node) ? this.model.value(node) : null;
  }

  /**
   * Its gradient so far; `null` if nothing has arrived yet.
   * @param {number} node
   */
  adjoint(node) {
    return this.adjoints.get(node) ?? null;
  }

  /**
   * Whether a part of its gradient has arrived, and more is to come.
   * @param {number} node
   */
  isPartial(node) {
    const arrived = this.arrived.get(node) ?? 0;
    if (!arrived) return false;
    const uses = this.model.graph.uses[node] ?? [];
    return arrived < uses.filter(([upper]) => this.model.reaches(upper)).length;
  }

  /**
   * The local derivative along an edge; `null` where the values are not there yet.
   * @param {number} upper
   * @param {number} place
   */
  slope(upper, place) {
    return this.computed.has(upper) ? this.model.slope(upper, place) : null;
  }
}
