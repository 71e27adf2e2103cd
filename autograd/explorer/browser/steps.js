/** The forward and the backward pass as steps that can be taken forwards and back: one number, then one edge at a time. */

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {import("./model.js").Model} Model */
/**
 * A step: a value is computed; or the output's gradient is set to 1; or an adjoint is passed along an edge.
 * @typedef {{kind: "value", node: number} | {kind: "seed", node: number} | {kind: "edge", node: number, place: number}} Step
 */

/**
 * All steps, in their order.
 * @param {Graph} graph
 * @returns {Step[]}
 */
export function allSteps(graph) {
  const below = graph.below(graph.output);
  /** @type {Step[]} */
  const steps = [];
  for (let node = 0; node < graph.n; node++) if (!graph.isLeaf(node)) steps.push({ kind: "value", node });
  steps.push({ kind: "seed", node: graph.output });
  for (let node = graph.output; node >= 0; node--) {
    if (!below.has(node)) continue;
    graph.parents[node]?.forEach((parent, place) => {
      if (!graph.isConstant[parent]) steps.push({ kind: "edge", node, place });
    });
  }
  return steps;
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
    /** What the last edge led to, before it was added. */
    this.before = 0;
    for (const step of steps.slice(0, taken)) {
      if (step.kind === "value") this.computed.add(step.node);
      else if (step.kind === "seed") this.adjoints.set(step.node, 1);
      else {
        const parent = model.graph.parents[step.node]?.[step.place] ?? 0;
        this.before = this.adjoints.get(parent) ?? 0;
        this.adjoints.set(
          parent,
          this.before + (this.adjoints.get(step.node) ?? 0) * model.slope(step.node, step.place),
        );
      }
    }
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
   * The local derivative along an edge; `null` where the values are not there yet.
   * @param {number} upper
   * @param {number} place
   */
  slope(upper, place) {
    return this.computed.has(upper) ? this.model.slope(upper, place) : null;
  }
}
