import assert from "node:assert/strict";
import { test } from "node:test";
import { ticks } from "../../autograd/explorer/browser/training/chart.js";
import { Network, largest } from "../../autograd/explorer/browser/training/network.js";
import { Run, padded } from "../../autograd/explorer/browser/training/run.js";

const ROWS = [{ value: Math.tanh }, { value: (z) => 1 / (1 + Math.exp(-z)) }, { value: (x, y) => x * y }];
const TANH = { name: "tanh", steps: [[0, 0]], bounds: [-1, 1], edges: [-2.2, 2.2] };
const SIGMOID = { name: "sigmoid", steps: [[1, 0]], bounds: [0, 1], edges: [-4.4, 4.4] };
const LINEAR = { name: "linear", steps: [], bounds: [null, null], edges: [null, null] };

// Of each layer the weights, neuron by neuron, then the biases; and what nn.MLP says of two examples, z and a.
const PARAMETERS = [-1.25, 0.5, -0.5, 1.25, 0.25, -0.75, 1, 0, -1, 0.75, -0.25, -1.25, 0.5, -0.5, 1.25, 0.25, -0.75];
const INPUTS = [0.5, -1, 2, 0.25];
const SAID = {
  z1: [-0.125, -1.5, -0.125, -1.375, -0.6875, -0.6875],
  a1: [
    -0.1243530017715962, -0.9051482536448664, -0.1243530017715962, -0.8798266996519848, -0.5963735554792423,
    -0.5963735554792423,
  ],
  z2: [0.5384635642970147, -0.5150436262778602, 0.48469030847987493, -1.637193516435424],
  a2: [0.6314549313048778, 0.37401192808745015, 0.618854809456066, 0.16284730310557083],
};

function close(found, expected) {
  assert.equal(found.length, expected.length);
  expected.forEach((number, place) => assert.ok(Math.abs(found[place] - number) < 1e-14, `${found} ${expected}`));
}

function data(changes = {}) {
  return {
    name: "a run",
    model: "MLP(2 -> 3 tanh -> 2 sigmoid)",
    sizes: [2, 3, 2],
    activations: [TANH, SIGMOID],
    frames: [
      [0, 0.5, 0.25, null, null],
      [2, 0.25, 0.5, null, null],
      [4, "Infinity", 1, null, null],
    ],
    parameters: [PARAMETERS.join(" "), PARAMETERS.map((x) => -x).join(" "), PARAMETERS.map(() => "NaN").join(" ")],
    gradients: [
      [1, 2],
      [3, 4],
      ["NaN", 5],
    ],
    inputs: [
      [0.5, -1],
      [2, 0.25],
    ],
    targets: [0, 1],
    classes: [0, 1],
    names: ["zero", "__proto__"],
    cut: null,
    digits: 6,
    every: 2,
    recorded: 3,
    total: 2,
    measured: 2,
    ...changes,
  };
}

test("a network says what Python's says", () => {
  const network = new Network([2, 3, 2], [TANH, SIGMOID], ROWS);
  assert.equal(network.count, 17);
  const [first, second] = network.forward(Float64Array.from(PARAMETERS), Float64Array.from(INPUTS));
  close(first.z, SAID.z1);
  close(first.a, SAID.a1);
  close(second.z, SAID.z2);
  close(second.a, SAID.a2);
});

test("a parameter has its place", () => {
  const network = new Network([2, 3, 2], [TANH, SIGMOID], ROWS);
  assert.deepEqual(
    [network.place(0, 2, 1), network.place(0, 2, 2), network.place(1, 1, 0), network.place(1, 1, 3)],
    [5, 8, 12, 16],
  );
});

test("an activation may take several steps, or none", () => {
  const scaled = {
    ...TANH,
    steps: [
      [-1, 0.5],
      [2, 1, 0],
      [0, 2],
      [-1, 3],
      [2, 3, 4],
    ],
  };
  const network = new Network([1, 1, 1], [scaled, LINEAR], ROWS);
  const [first, second] = network.forward(Float64Array.from([1, 0, 2, 1]), Float64Array.from([0.7]));
  close(first.a, [3 * Math.tanh(0.35)]);
  close(second.a, [6 * Math.tanh(0.35) + 1]);
});

test("what cannot be computed is not made up", () => {
  assert.equal(new Network([1, 1], [{ ...TANH, steps: null }], ROWS).isComputable, false);
  assert.equal(new Network([1, 1], [TANH], [null]).isComputable, false);
  const failing = [{ value: () => { throw new RangeError("as Python") } }]; // prettier-ignore
  const network = new Network([1, 1], [TANH], failing);
  assert.equal(network.isComputable, true);
  assert.deepEqual([...network.forward(Float64Array.of(1, 0), Float64Array.of(1))[0].a], [NaN]);
});

test("a neuron is saturated beyond the edges of its activation", () => {
  const network = new Network([1, 1], [TANH], ROWS);
  const said = { z: Float64Array.of(-5, -2.2, -2.1, 0, 2.3, NaN, 1, 1), a: new Float64Array(8), width: 1 };
  assert.deepEqual(network.saturation(said, 0, 0), [2 / 8, 1 / 8]);
  assert.deepEqual(new Network([1, 1], [LINEAR], ROWS).saturation(said, 0, 0), [0, 0]);
});

test("a frame is the last one that is not after an epoch", () => {
  const run = new Run(data(), ROWS);
  assert.deepEqual(
    [-1, 0, 1, 2, 3, 4, 99].map((epoch) => run.at(epoch)),
    [0, 0, 0, 1, 1, 2, 2],
  );
});

test("answers are counted, and nan names no class", () => {
  const run = new Run(data(), ROWS);
  assert.deepEqual(run.confusion(0), [
    [1, 0, 0],
    [1, 0, 0],
  ]);
  assert.deepEqual(run.confusion(2), [
    [0, 0, 1],
    [0, 0, 1],
  ]);
  assert.equal(largest([0, 1, NaN], 0, 2), 1);
  assert.equal(largest([0, 1, NaN], 1, 2), -1);
  const single = new Run(data({ sizes: [2, 1], activations: [SIGMOID], cut: 0.5 }), ROWS);
  assert.deepEqual(
    [0.4, 0.5, 0.6, NaN].map((output, at) => single.named(Float64Array.of(0.4, 0.5, 0.6, NaN), at)),
    [0, 0, 1, -1],
  );
});

test("means are taken class by class", () => {
  const run = new Run(data(), ROWS);
  close([...run.means(0, 1)], SAID.a2);
  const one = new Run(data({ classes: null, targets: [0.5, 0.25] }), ROWS);
  close([...one.means(0, 1)], [(SAID.a2[0] + SAID.a2[2]) / 2, (SAID.a2[1] + SAID.a2[3]) / 2]);
});

test("a frame is said in words", () => {
  const run = new Run(data(), ROWS);
  assert.deepEqual(
    [0, 1, 2].map((frame) => run.words(frame)),
    ["loss 0.5, accuracy 25.0%", "loss 0.25, accuracy 50.0%", "loss inf, accuracy 100.0%"],
  );
  const validated = data({ frames: [[1, -0.5, null, 0.25, 0.125]], classes: null, names: null });
  assert.equal(new Run(validated, ROWS).words(0), "loss −0.5, held out: loss 0.25, accuracy 12.5%");
  assert.deepEqual([run.className(1), new Run(validated, ROWS).className(1)], ["__proto__", "class 1"]);
});

test("infinities and nan come back from their texts", () => {
  const run = new Run(data(), ROWS);
  assert.deepEqual(run.measures[0], [0.5, 0.25, Infinity]);
  assert.deepEqual(run.gradients, [
    [1, 3, NaN],
    [2, 4, 5],
  ]);
  assert.ok(run.parameters(2).every(Number.isNaN));
});

test("answers have the same scale over the run", () => {
  assert.equal(new Run(data(), ROWS).reach(0), 1);
  const run = new Run(data({ activations: [{ ...LINEAR }, SIGMOID] }), ROWS);
  assert.equal(run.reach(0), 1.5); // the largest |z| of layer 1; frames of nan do not count
});

test("ticks are round numbers inside of their span", () => {
  assert.deepEqual(ticks([0, 1], 4), [0, 0.5, 1]);
  assert.deepEqual(ticks([0, 200], 5, true), [0, 50, 100, 150, 200]);
  assert.deepEqual(ticks([0, 3], 5, true), [0, 1, 2, 3]);
  assert.deepEqual(ticks([-0.3, 0.3], 4), [-0.2, 0, 0.2]);
  assert.deepEqual(ticks([5, 5], 4), [5]);
  assert.ok(ticks([0, 1e308], 4).length < 8);
});

test("a span has a margin, and some width", () => {
  assert.deepEqual(padded([0, 1, NaN, Infinity]), [-0.12, 1.12]);
  assert.deepEqual(padded([3, 3]), [2, 4]);
  assert.deepEqual(padded([]), [0, 1]);
});
