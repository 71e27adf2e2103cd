// The steps of the forward and the backward pass: in which order, and what is known after each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { allSteps, partsOf, Progress, stepsFor, work } from "../../autograd/explorer/browser/steps.js";
import { fitted } from "../../autograd/explorer/browser/number.js";
import { Built, network, neuron } from "./graphs.js";

const sine = () => {
  let n = 0;
  return () => Math.sin(++n);
};

/** A network, and the parts of it: all of a layer, a sum or what it is applied to, and the cost. */
function layered() {
  const built = network([2, 3, 2], sine());
  const { graph } = built.model();
  const sums = Array(graph.n).fill(-1);
  const layers = Array(graph.n).fill(-1);
  for (let node = graph.n - 1; node >= 0; node--) {
    const label = built.labels[node];
    const layer = /^[za](\d)_\d$/.exec(label);
    if (layer || label === "C") [sums[node], layers[node]] = [node, layer ? 1 + Number(layer[1]) : 0];
    const parents = graph.parents[node];
    for (const parent of parents) {
      if (graph.isLeaf(parent) ? /^[wb]/.test(built.labels[parent]) : !built.labels[parent]) {
        [sums[parent], layers[parent]] = [sums[node], layers[node]];
      } else if (graph.isLeaf(parent)) {
        [sums[parent], layers[parent]] = [parent, 100 + parent];
      }
    }
  }
  return { built, sums, layers };
}

/** Whether all that comes to what hands on has come, and every edge is taken once. */
function isValid(model, steps) {
  const { graph } = model;
  const arrived = new Map();
  const taken = new Set();
  const computed = new Set(graph.leaves);
  for (const step of steps) {
    if (step.kind === "value") {
      for (const node of step.nodes) {
        assert.ok(graph.parents[node].every((parent) => computed.has(parent)));
        computed.add(node);
      }
    }
    if (step.kind !== "pass" && step.kind !== "own") continue;
    for (const [upper, place] of step.begins ? [...step.inner, ...step.edges] : step.edges) {
      assert.equal(arrived.get(upper) ?? 0, graph.uses[upper].length);
      assert.ok(!taken.has(`${upper} ${place}`));
      taken.add(`${upper} ${place}`);
      const parent = graph.parents[upper][place];
      arrived.set(parent, (arrived.get(parent) ?? 0) + 1);
    }
  }
  assert.equal(computed.size, graph.n);
  const edges = graph.parents.flatMap((parents) => parents.filter((parent) => !graph.isConstant[parent]));
  assert.equal(taken.size, edges.length);
  const progress = new Progress(model, steps, steps.length);
  for (let node = 0; node < graph.n; node++) {
    if (graph.isConstant[node]) continue;
    assert.ok(Math.abs(progress.adjoint(node) - model.adjoint(node)) <= 1e-12);
    assert.ok(!progress.isPartial(node));
  }
}

test("each node is a step, and each edge, in an order in which all has come before it is handed on", () => {
  for (const built of [neuron(), network([2, 3, 2], sine())]) {
    const model = built.model();
    const steps = allSteps(model.graph);
    isValid(model, steps);
    assert.ok(steps.every((step) => step.kind === "seed" || (step.nodes ?? step.edges).length === 1));
  }
});

test("first every value, then the output's 1, then every edge to what can change", () => {
  const g = neuron();
  const { graph } = g.model();
  const steps = allSteps(graph);
  const kinds = steps.map((step) => step.kind);
  assert.deepEqual(kinds, [...Array(5).fill("value"), "seed", ...Array(8).fill("pass")]);
  for (const { edges = [] } of steps)
    for (const [node, place] of edges) assert.equal(graph.isConstant[graph.parents[node][place]], false);
});

test("an adjoint is complete before it is passed on", () => {
  const g = new Built();
  const x = g.leaf("x", 0.5);
  const t = g.op("tanh", x, "t");
  g.op("mul", g.op("add", t, x), t, "f");
  const model = g.model();
  const steps = allSteps(model.graph);
  steps.forEach((step, place) => {
    for (const [node] of step.edges ?? [])
      assert.equal(new Progress(model, steps, place).adjoint(node), model.adjoint(node));
  });
  const last = new Progress(model, steps, steps.length);
  for (let node = 0; node < model.graph.n; node++) assert.equal(last.adjoint(node), model.adjoint(node));
});

test("backward goes through the forward order from its end, where ways are as long", () => {
  const g = new Built();
  const [a, b] = [g.leaf("a", 2), g.leaf("b", 3)];
  const [c, d] = [g.op("add", a, b, "c"), g.op("mul", a, b, "d")];
  g.op("add", g.op("add", c, d, "s"), g.op("mul", c, d, "p"), "y");
  const steps = allSteps(g.model().graph);
  const forward = steps.filter(({ kind }) => kind === "value").map(({ nodes: [node] }) => g.labels[node]);
  const backward = steps.filter(({ kind }) => kind === "pass").map(({ results: [node] }) => g.labels[node]);
  assert.deepEqual(forward, ["c", "d", "s", "p", "y"]);
  assert.deepEqual([...new Set(backward)], ["y", "p", "s", "d", "c"]);
});

test("what is not known yet is null", () => {
  const g = neuron();
  const model = g.model();
  const steps = allSteps(model.graph);
  const none = new Progress(model, steps, 0);
  assert.equal(none.value(g.node("z")), null);
  assert.equal(none.value(g.node("w")), 0.7);
  assert.equal(none.adjoint(g.node("C")), null);
  assert.equal(none.slope(g.node("z"), 0), null);
  const two = new Progress(model, steps, 2);
  assert.equal(two.value(g.node("z")), model.value(g.node("z")));
  assert.equal(two.slope(g.node("z"), 0), 1);
});

test("what only a part of the graph needs is computed, but gets no adjoint", () => {
  const g = new Built();
  const x = g.leaf("x", 2);
  g.op("exp", x, "unused");
  g.op("exp", g.leaf("other", 1), "unused too");
  g.op("mul", x, x, "f");
  const model = g.model();
  const steps = allSteps(model.graph);
  assert.equal(steps.filter((step) => step.kind === "pass").length, 2);
  const progress = new Progress(model, steps, steps.length);
  assert.equal(progress.adjoint(g.node("unused")), null);
  assert.equal(progress.isPartial(x), false);
});

test("layer by layer, whatever the sums in them are like", () => {
  const { built, sums, layers } = layered();
  const model = built.model();
  for (const levels of [[layers, sums, Array.from(sums.keys())], [layers, sums], [layers]]) {
    const steps = allSteps(model.graph, levels);
    isValid(model, steps);
    const layerOf = ({ nodes, results }) => layers[(nodes ?? results)[0]];
    const forward = steps.filter(({ kind }) => kind === "value").map(layerOf);
    const backward = steps.filter(({ kind }) => kind === "pass" || kind === "own").map(layerOf);
    assert.deepEqual([...new Set(forward)], [1, 2, 0]);
    assert.deepEqual([...new Set(backward)], [0, 2, 1]);
    for (const found of [forward, backward])
      assert.equal(found.filter((layer, i) => i > 0 && layer !== found[i - 1]).length, 2);
  }
});

test("a sum is one step forward, and backward one for each arrow and one for its weights", () => {
  const { built, sums } = layered();
  const model = built.model();
  const steps = allSteps(model.graph, [sums]);
  const z = built.node("z1_0");
  const passes = steps.filter((step) => step.kind !== "value" && step.results?.[0] === z);
  assert.deepEqual(
    passes.map(({ kind, to }) => [kind, to.map((node) => built.labels[node])]),
    [
      ["pass", ["a0_0"]],
      ["pass", ["a0_1"]],
      ["pass", ["a0_2"]],
      ["own", ["w1_00", "w1_01", "w1_02", "b1_0"]],
    ],
  );
  assert.equal(steps.filter((step) => step.kind === "value" && step.nodes.includes(z)).length, 1);
});

test("parts in a circle are taken apart", () => {
  const g = new Built();
  const x = g.leaf("x", 0.5);
  const a = g.op("tanh", x, "a");
  const b = g.op("exp", a, "b");
  g.op("mul", b, a, "C");
  const model = g.model();
  const steps = allSteps(model.graph, [[0, 1, 2, 1]]); // a and C in one box, b between them
  isValid(model, steps);
  isValid(
    model,
    allSteps(model.graph, [
      [0, 1, 2, 1],
      [0, 1, 2, 3],
    ]),
  );
});

test("part of a gradient is known to be a part", () => {
  const { built, sums } = layered();
  const model = built.model();
  const steps = allSteps(model.graph, [sums]);
  const a = built.node("a0_1");
  const brings = steps.flatMap((step, at) => (step.kind === "pass" && step.to.includes(a) ? [at + 1] : []));
  assert.equal(brings.length, 2);
  const at = (taken) => new Progress(model, steps, taken);
  assert.deepEqual(
    [brings[0] - 1, brings[0], brings[1] - 1, brings[1]].map((taken) => at(taken).isPartial(a)),
    [false, true, true, false],
  );
  assert.equal(at(brings[0]).before.has(a), false);
  assert.equal(at(brings[1]).before.get(a), at(brings[0]).adjoint(a));
});

test("coarser and finer steps do the same in all, and a place in one has its place in the other", () => {
  const { built, sums, layers } = layered();
  const { graph } = built.model();
  const fine = allSteps(graph, [layers, sums, Array.from(sums.keys())]);
  const coarse = allSteps(graph, [layers, sums]);
  assert.equal(work(fine), work(coarse));
  for (let taken = 0; taken <= coarse.length; taken++) {
    const there = stepsFor(fine, work(coarse.slice(0, taken)));
    assert.equal(stepsFor(coarse, work(fine.slice(0, there))), taken);
  }
});

test("the parts of a picture are its boxes, the weighted input in them, and what it leaves out", () => {
  const built = neuron();
  const { graph } = built.model();
  const [z, a] = [built.node("z"), built.node("a")];
  const box = (node, inner) => [0, 0, 1, 1, node, inner, [], "", []];
  const boxOf = [-1, 2, 0, a + 1 - 2, 1, graph.n - a - 1]; // two leaves that are left out, a neuron, and the cost
  const data = { boxOf, boxes: [box(a, z), box(graph.output, -1)] };
  const parts = partsOf(data, graph);
  assert.equal(new Set(parts).size, 5);
  assert.equal(parts[a], 0);
  assert.notEqual(parts[z], 0);
  assert.equal(parts[built.node("b")], parts[z]);
  assert.equal(parts[graph.output], 1);
});

test("a number that more comes to is short enough for the mark", () => {
  for (const number of [0.168, -0.00913, -1.23e-108, 8.888e-5, -12345]) {
    assert.ok(fitted(number, 7).length <= 7);
    assert.ok(Math.abs(Number(fitted(number, 7).replaceAll("−", "-")) / number - 1) < 0.3);
  }
});
