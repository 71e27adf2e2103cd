/**
 * A recorded graph, as `autograd/explorer/recording.py` sends it. Its nodes are numbered, parents before children, and the
 * last one is the output. An edge leads from a node's parent number `place` up to that node.
 */

/** @typedef {[upper: number, place: number]} Edge */
/** @typedef {{name: string, sign: string, rules: string[], slopeRules: string[]}} RowData */
/**
 * @typedef {object} GraphData
 * @property {number[]} ops For each node the number of its row; -1 for a variable, -2 for a constant.
 * @property {number[]} distances For each parent of each node how far before the node it is.
 * @property {(number | string)[]} numbers The number of each leaf.
 * @property {number[]} roles For each leaf what it is: a place in `ROLES`.
 * @property {RowData[]} rows
 * @property {{leaves: number[], numbers: (number | string)[][]}} examples What differs between the
 *   examples of one network: which leaves, and their numbers for each example.
 * @property {[node: number, value: number | string, slopes: (number | string | null)[]][]} recorded What nodes were
 *   whose row cannot be computed here.
 * @property {[constant: number, like: number][]} alike Constants that had the number of another node when the graph was recorded.
 */

/**
 * A row of the table, in JavaScript: see `autograd/explorer/javascript.py`.
 * @typedef {object} Row
 * @property {(x: number, y: number) => number} value
 * @property {((z: number, x: number, y: number) => number)[]} slopes
 * @property {(((z: number, x: number, y: number) => boolean[]) | null)[]} [cases]
 */

export const ROLES = ["parameter", "input", "target", "variable", "constant"];

export class Graph {
  /**
   * @param {GraphData} data
   * @param {(Row | null)[]} rows
   */
  constructor(data, rows) {
    this.data = data;
    this.rows = rows;
    this.n = data.ops.length;
    this.output = this.n - 1;
    /** @type {number[][]} */
    this.parents = [];
    /** @type {Edge[][]} The edges that lead up from each node. */
    this.uses = Array.from({ length: this.n }, () => []);
    /** @type {number[]} */
    this.leaves = [];
    /** Whether a node is a plain number, which has no derivative. */
    this.isConstant = data.ops.map((op) => op === -2);
    /** @type {Map<number, string>} */
    this.roles = new Map();
    let at = 0;
    data.ops.forEach((op, node) => {
      /** @type {number[]} */
      const parents = [];
      if (op < 0) {
        this.roles.set(node, ROLES[data.roles[this.leaves.length] ?? 3] ?? "variable");
        this.leaves.push(node);
      } else {
        for (const _ of this.row(node).rules) {
          const parent = node - (data.distances[at++] ?? 0);
          this.uses[parent]?.push([node, parents.length]);
          parents.push(parent);
        }
      }
      this.parents.push(parents);
    });
  }

  /**
   * What the table says of the row that computed a node.
   * @param {number} node
   */
  row(node) {
    const row = this.data.rows[this.data.ops[node] ?? -1];
    if (!row) throw new RangeError(`node ${node} is a leaf`);
    return row;
  }

  /**
   * Whether a node is a leaf that may be given another number: all but the plain numbers of a formula, such as exponents.
   * @param {number} node
   */
  isMovable(node) {
    return this.isLeaf(node) && this.roles.get(node) !== "constant";
  }

  /**
   * The node that an edge leads up from.
   * @param {Edge} edge
   */
  lower([upper, place]) {
    return this.parents[upper]?.[place] ?? 0;
  }

  /** @param {number} node */
  isLeaf(node) {
    return (this.data.ops[node] ?? -1) < 0;
  }

  /**
   * The nodes that depend on one, itself first.
   * @param {number} node
   */
  above(node) {
    const reached = new Set([node]);
    for (let other = node + 1; other < this.n; other++) {
      if (this.parents[other]?.some((parent) => reached.has(parent))) reached.add(other);
    }
    return reached;
  }

  /**
   * The nodes that one depends on, and itself.
   * @param {number} node
   */
  below(node) {
    const reached = new Set([node]);
    for (let other = node; other >= 0; other--) {
      if (reached.has(other)) for (const parent of this.parents[other] ?? []) reached.add(parent);
    }
    return reached;
  }
}
