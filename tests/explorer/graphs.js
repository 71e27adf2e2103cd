// Small graphs for tests, written by hand, with rows of their own: nothing of Python is needed.
import { Graph, ROLES } from "../../autograd/explorer/browser/graph.js";
import { log } from "../../autograd/explorer/browser/mathematics.js";
import { Model } from "../../autograd/explorer/browser/model.js";

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Rows by name: how many arguments, and as the page has them. */
const ROWS = {
  add: [2, { value: (x, y) => x + y, slopes: [() => 1, () => 1] }],
  sub: [2, { value: (x, y) => x - y, slopes: [() => 1, () => -1] }],
  mul: [2, { value: (x, y) => x * y, slopes: [(z, x, y) => y, (z, x) => x] }],
  div: [2, { value: (x, y) => x / y, slopes: [(z, x, y) => 1 / y, (z, x, y) => -z / y] }],
  pow: [2, { value: (x, y) => x ** y, slopes: [(z, x, y) => y * x ** (y - 1), (z, x) => z * log(x)] }],
  neg: [1, { value: (x) => -x, slopes: [() => -1] }],
  exp: [1, { value: Math.exp, slopes: [(z) => z] }],
  log: [1, { value: (x) => log(x), slopes: [(z, x) => 1 / x] }],
  sigmoid: [1, { value: sigmoid, slopes: [(z) => z * (1 - z)] }],
  tanh: [1, { value: Math.tanh, slopes: [(z) => 1 - z * z] }],
  relu: [1, { value: (x) => Math.max(x, 0), slopes: [(z, x) => (x > 0 ? 1 : 0)] }],
};
const NAMES = Object.keys(ROWS);

/** A graph that is written line by line: `g.leaf("w", 0.7)`, `g.op("mul", w, x)`, `g.op("sigmoid", z, "a")`. */
export class Built {
  ops = [];
  distances = [];
  numbers = [];
  roles = [];
  labels = [];

  leaf(label, number, role = "variable") {
    this.numbers.push(number);
    this.roles.push(ROLES.indexOf(role));
    return this.#push(role === "constant" ? -2 : -1, label);
  }

  op(name, ...rest) {
    const label = typeof rest.at(-1) === "string" ? rest.pop() : "";
    for (const parent of rest) this.distances.push(this.ops.length - parent);
    return this.#push(NAMES.indexOf(name), label);
  }

  #push(op, label) {
    this.ops.push(op);
    this.labels.push(label);
    return this.ops.length - 1;
  }

  data() {
    const rows = NAMES.map((name) => ({
      name,
      sign: name,
      rules: Array(ROWS[name][0]).fill(""),
      slopeRules: Array(ROWS[name][0]).fill(""),
    }));
    const { ops, distances, numbers, roles } = this;
    return {
      ops,
      distances,
      numbers,
      roles,
      rows,
      examples: { leaves: [], numbers: [] },
      recorded: [],
      alike: [],
    };
  }

  model() {
    const rows = NAMES.map((name) => ROWS[name][1]);
    return new Model(new Graph(this.data(), rows));
  }

  node(label) {
    return this.labels.indexOf(label);
  }

  /** What the page's formulas tell the exercise. */
  words() {
    return {
      name: (node) => this.labels[node] || `#${node}`,
      isLabelled: (node) => this.labels[node] !== "",
      coefficientOf: (upper, place) => {
        const [, exponent] = this.#parents(upper);
        if (NAMES[this.ops[upper]] === "pow" && place === 0 && this.ops[exponent] === -2) return this.#number(exponent);
        return 1;
      },
    };
  }

  #parents(node) {
    let at = 0;
    for (let i = 0; i < node; i++) at += this.ops[i] < 0 ? 0 : ROWS[NAMES[this.ops[i]]][0];
    return this.distances.slice(at, at + ROWS[NAMES[this.ops[node]]][0]).map((distance) => node - distance);
  }

  #number(node) {
    return this.numbers[this.ops.slice(0, node).filter((op) => op < 0).length];
  }
}

/** Any numbers, the same each time. */
export function some(seed) {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647 - 0.5;
}

/** The neuron that README.md begins with: C = (σ(w·x + b) − y)². */
export function neuron({ w = 0.7, x = 0.5, b = -0.3, y = 1 } = {}) {
  const g = new Built();
  const product = g.op("mul", g.leaf("w", w, "parameter"), g.leaf("x", x, "input"));
  const z = g.op("add", product, g.leaf("b", b, "parameter"), "z");
  const a = g.op("sigmoid", z, "a");
  const rest = g.op("sub", a, g.leaf("y", y, "target"));
  g.op("pow", rest, g.leaf("", 2, "constant"), "C");
  return g;
}

/** A network of some sizes with sigmoids and squared error. */
export function network(sizes, numbers) {
  const g = new Built();
  let layer = Array.from({ length: sizes[0] }, (_, i) => g.leaf(`x${i}`, numbers(), "input"));
  sizes.slice(1).forEach((size, l) => {
    layer = Array.from({ length: size }, (_, j) => {
      let sum = -1;
      layer.forEach((from, i) => {
        const product = g.op("mul", g.leaf(`w${l}_${j}${i}`, numbers(), "parameter"), from);
        sum = i ? g.op("add", sum, product) : product;
      });
      const z = g.op("add", sum, g.leaf(`b${l}_${j}`, numbers(), "parameter"), `z${l}_${j}`);
      return g.op("sigmoid", z, `a${l}_${j}`);
    });
  });
  let cost = -1;
  layer.forEach((a, j) => {
    const isLast = j === layer.length - 1;
    const rest = g.op("sub", a, g.leaf(`y${j}`, j % 2 ? 0 : 1, "target"));
    const square = g.op("pow", rest, g.leaf("", 2, "constant"), isLast && cost < 0 ? "C" : "");
    cost = cost < 0 ? square : g.op("add", cost, square, isLast ? "C" : "");
  });
  return g;
}
