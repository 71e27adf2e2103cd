/** The numbers of a graph: values, local derivatives and gradients, computed anew whenever a leaf moves. */

/** @typedef {import("./graph.js").Graph} Graph */
/** @typedef {import("./graph.js").Edge} Edge */

/**
 * Why a node has no number: "domain", "division" or "range", as `mathematics.js` fails; "recorded" for a row that only
 * Python can compute; "below" if something that it depends on has none.
 * @typedef {string} Reason
 */

/** What a node lacks: its value, or the derivative with respect to one of its parents. */
class Trouble {
  /**
   * @param {Reason} reason
   * @param {number[]} numbers The arguments.
   * @param {number} [place] Which parent the derivative is with respect to, if it is one that is missing.
   */
  constructor(reason, numbers, place) {
    this.reason = reason;
    this.numbers = numbers;
    this.place = place;
  }
}

export class Model {
  /** @param {Graph} graph */
  constructor(graph) {
    this.graph = graph;
    /** @type {number[]} For each node where the slopes of its edges begin. */
    this.first = [];
    let edges = 0;
    for (const parents of graph.parents) {
      this.first.push(edges);
      edges += parents.length;
    }
    this.values = new Float64Array(graph.n);
    this.slopes = new Float64Array(edges);
    this.adjoints = new Float64Array(graph.n);
    /** @type {Map<number, Trouble>} */
    this.troubles = new Map();
    this.reached = graph.below(graph.output);
    /** @type {Map<number, {value: number, slopes: number[], at: number[]}>} */
    this.recorded = new Map();
    graph.leaves.forEach((leaf, i) => (this.values[leaf] = Number(graph.data.numbers[i])));
    for (const [node, value, slopes] of graph.data.recorded) {
      this.recorded.set(node, { value: Number(value), slopes: slopes.map((slope) => Number(slope ?? NaN)), at: [] });
    }
    this.recompute();
    for (const [node, then] of this.recorded) then.at = this.operands(node);
    if (this.recorded.size) this.recompute();
  }

  /**
   * The derivative along an edge; NaN for a constant.
   * @param {number} upper
   * @param {number} place
   */
  slope(upper, place) {
    return this.slopes[(this.first[upper] ?? 0) + place] ?? NaN;
  }

  /** @param {number} node */
  value(node) {
    return this.values[node] ?? NaN;
  }

  /** @param {number} node */
  adjoint(node) {
    return this.adjoints[node] ?? NaN;
  }

  /** @param {number} node */
  operands(node) {
    return (this.graph.parents[node] ?? []).map((parent) => this.value(parent));
  }

  /** Compute everything from the numbers of the leaves. */
  recompute() {
    const { graph, values, slopes, troubles } = this;
    troubles.clear();
    for (let node = 0; node < graph.n; node++) {
      const parents = graph.parents[node] ?? [];
      if (!parents.length) continue;
      const [x = NaN, y = NaN] = parents.map((parent) => values[parent] ?? NaN);
      if (parents.some((parent) => troubles.has(parent) && troubles.get(parent)?.place === undefined)) {
        this.#lack(node, new Trouble("below", [x, y]));
        continue;
      }
      const row = graph.rows[graph.data.ops[node] ?? -1];
      if (!row) {
        this.#asRecorded(node, parents);
        continue;
      }
      let z = NaN;
      try {
        z = row.value(x, y);
      } catch (error) {
        this.#lack(node, new Trouble(reasonOf(error), [x, y].slice(0, parents.length)));
        continue;
      }
      values[node] = z;
      const first = this.first[node] ?? 0;
      for (let place = 0; place < parents.length; place++) {
        if (graph.isConstant[parents[place] ?? 0]) {
          slopes[first + place] = NaN;
          continue;
        }
        try {
          slopes[first + place] = row.slopes[place]?.(z, x, y) ?? NaN;
        } catch (error) {
          slopes[first + place] = NaN;
          troubles.set(node, new Trouble(reasonOf(error), [x, y].slice(0, parents.length), place));
        }
      }
    }
    this.adjoints = this.backward();
  }

  /**
   * @param {number} node
   * @param {Trouble} trouble
   */
  #lack(node, trouble) {
    this.values[node] = NaN;
    this.slopes.fill(NaN, this.first[node] ?? 0, (this.first[node] ?? 0) + (this.graph.parents[node]?.length ?? 0));
    this.troubles.set(node, trouble);
  }

  /**
   * A node whose row cannot be computed here keeps what it had, as long as its operands are what they were.
   * @param {number} node
   * @param {number[]} parents
   */
  #asRecorded(node, parents) {
    const then = this.recorded.get(node);
    const now = this.operands(node);
    if (!then || then.at.some((number, i) => !Object.is(number, now[i]))) {
      this.#lack(node, new Trouble("recorded", now.slice(0, parents.length)));
      return;
    }
    this.values[node] = then.value;
    then.slopes.forEach((slope, place) => (this.slopes[(this.first[node] ?? 0) + place] = slope));
  }

  /**
   * The adjoints: the derivative of the output with respect to every node, summed over the edges that leave it.
   * @param {object} [faulty] How a pass goes wrong, for exercises.
   * @param {(upper: number, place: number) => number} [faulty.slope] Another local derivative.
   * @param {(node: number, adjoint: number) => number} [faulty.adjoint] Another adjoint, before it is passed on.
   */
  backward(faulty = {}) {
    const { graph } = this;
    const adjoints = new Float64Array(graph.n);
    adjoints[graph.output] = 1;
    for (let node = graph.output; node >= 0; node--) {
      const parents = graph.parents[node] ?? [];
      if (faulty.adjoint) adjoints[node] = faulty.adjoint(node, adjoints[node] ?? 0);
      const adjoint = adjoints[node] ?? 0;
      if (adjoint === 0 && !this.reaches(node)) continue;
      for (let place = 0; place < parents.length; place++) {
        const parent = parents[place] ?? 0;
        if (graph.isConstant[parent]) continue;
        const slope = faulty.slope ? faulty.slope(node, place) : this.slope(node, place);
        adjoints[parent] = (adjoints[parent] ?? 0) + adjoint * slope;
      }
    }
    return adjoints;
  }

  /**
   * Whether the output depends on a node.
   * @param {number} node
   */
  reaches(node) {
    return this.reached.has(node);
  }

  /**
   * The derivative of every node with respect to one, by forward accumulation; 0 where none depends on it.
   * @param {number} variable
   */
  tangents(variable) {
    const { graph } = this;
    const tangents = new Float64Array(graph.n);
    tangents[variable] = 1;
    const reached = new Set([variable]);
    for (let node = variable + 1; node < graph.n; node++) {
      const parents = graph.parents[node] ?? [];
      parents.forEach((parent, place) => {
        if (!reached.has(parent)) return;
        reached.add(node);
        const slope = graph.isConstant[parent] ? this.#slopeByConstant(node, place) : this.slope(node, place);
        tangents[node] = (tangents[node] ?? 0) + (tangents[parent] ?? 0) * slope;
      });
    }
    return tangents;
  }

  /**
   * The derivative by a plain number, which nobody asks for but whoever moves it.
   * @param {number} upper
   * @param {number} place
   */
  #slopeByConstant(upper, place) {
    const [x = NaN, y = NaN] = this.operands(upper);
    try {
      return this.graph.rows[this.graph.data.ops[upper] ?? -1]?.slopes[place]?.(this.value(upper), x, y) ?? NaN;
    } catch {
      return NaN;
    }
  }

  /**
   * The derivatives, with respect to a node, of the next nodes above it that are wanted: along ways that pass no other.
   * @param {number} variable
   * @param {(node: number) => boolean} isWanted
   */
  tangentsUntil(variable, isWanted) {
    const { graph } = this;
    const tangents = new Map([[variable, 1]]);
    /** @type {Map<number, number>} */
    const found = new Map();
    for (let node = variable + 1; node < graph.n; node++) {
      const tangent = this.#tangent(node, tangents);
      if (tangent === undefined) continue;
      if (isWanted(node)) found.set(node, tangent);
      else tangents.set(node, tangent);
    }
    return found;
  }

  /**
   * The derivative of one node by another, along ways through some nodes only; `null` if there is none.
   * @param {number} variable
   * @param {number} upper
   * @param {(node: number) => boolean} isInside
   */
  derivativeWithin(variable, upper, isInside) {
    const tangents = new Map([[variable, 1]]);
    for (let node = variable + 1; node <= upper; node++) {
      const tangent = isInside(node) ? this.#tangent(node, tangents) : undefined;
      if (tangent !== undefined) tangents.set(node, tangent);
    }
    return this.graph.isConstant[variable] ? null : (tangents.get(upper) ?? null);
  }

  /**
   * @param {number} node
   * @param {Map<number, number>} tangents
   */
  #tangent(node, tangents) {
    let sum;
    const parents = this.graph.parents[node] ?? [];
    for (let place = 0; place < parents.length; place++) {
      const tangent = tangents.get(parents[place] ?? 0);
      if (tangent !== undefined && !this.graph.isConstant[parents[place] ?? 0])
        sum = (sum ?? 0) + tangent * this.slope(node, place);
    }
    return sum;
  }

  /**
   * Which case of its formula an edge's derivative is in: the outcomes of its comparisons, as text.
   * @param {number} upper
   * @param {number} place
   */
  keyOf(upper, place) {
    const [x = NaN, y = NaN] = this.operands(upper);
    const outcomes = this.graph.rows[this.graph.data.ops[upper] ?? -1]?.cases?.[place]?.(this.value(upper), x, y);
    return outcomes ? outcomes.map(Number).join("") : "";
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  if (error instanceof Error && "kind" in error) return String(error.kind);
  throw error;
}
