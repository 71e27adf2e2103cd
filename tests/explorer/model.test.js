import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Graph } from "../../autograd/explorer/browser/graph.js";
import { Model } from "../../autograd/explorer/browser/model.js";
import { Built, neuron, network, some } from "./graphs.js";

/** The derivative of the output by a leaf, from two values on either side. */
function byDifference(model, leaf, h = 1e-6) {
  const at = model.value(leaf);
  const [low, high] = [at - h, at + h].map((number) => {
    model.values[leaf] = number;
    model.recompute();
    return model.value(model.graph.output);
  });
  model.values[leaf] = at;
  model.recompute();
  return (high - low) / (2 * h);
}

describe("a model", () => {
  test("has the gradient that differences have", () => {
    for (const g of [neuron(), network([2, 3, 2], some(1))]) {
      const model = g.model();
      for (const leaf of model.graph.leaves.filter((each) => model.graph.isMovable(each))) {
        assert.ok(Math.abs(byDifference(model, leaf) - model.adjoint(leaf)) < 1e-8);
        assert.ok(Math.abs((model.tangents(leaf)[model.graph.output] ?? NaN) - model.adjoint(leaf)) < 1e-14);
      }
    }
  });

  test("says which node has no number, and recovers", () => {
    const g = new Built();
    const x = g.leaf("x", 0.5);
    const f = g.op("exp", g.op("log", x, "l"), "f");
    const model = g.model();
    model.values[x] = -1;
    model.recompute();
    assert.deepEqual(
      [...model.troubles].map(([node, { reason, numbers }]) => [node, reason, numbers]),
      [
        [g.node("l"), "domain", [-1]],
        [f, "below", [NaN, NaN]],
      ],
    );
    assert.ok(Number.isNaN(model.value(f)));
    model.values[x] = 2;
    model.recompute();
    assert.equal(model.troubles.size, 0);
    assert.ok(Math.abs(model.value(f) - 2) < 1e-15);
    assert.ok(Math.abs(model.adjoint(x) - 1) < 1e-15);
  });

  test("evaluates no derivative by a plain number", () => {
    const g = new Built();
    const x = g.leaf("x", -2);
    g.op("pow", x, g.leaf("", 2, "constant"), "f"); // by the exponent it would be z·log(x)
    const model = g.model();
    assert.equal(model.troubles.size, 0);
    assert.equal(model.adjoint(x), -4);
    assert.ok(Number.isNaN(model.slope(g.node("f"), 1)));
  });

  test("keeps what only Python can compute until its operands move", () => {
    const g = new Built();
    const [x, y] = [g.leaf("x", 0.5), g.leaf("y", 3)];
    const h = g.op("exp", x, "h");
    g.op("mul", h, y, "f");
    const data = { ...g.data(), recorded: [[h, 42, [7]]] };
    const { rows } = g.model().graph;
    const model = new Model(
      new Graph(
        data,
        rows.map((row, number) => (number === data.ops[h] ? null : row)),
      ),
    );
    assert.deepEqual([model.value(h), model.value(model.graph.output), model.adjoint(x)], [42, 126, 21]);
    model.values[y] = 2;
    model.recompute();
    assert.deepEqual([model.value(h), model.value(model.graph.output), model.troubles.size], [42, 84, 0]);
    model.values[x] = 0.6;
    model.recompute();
    assert.equal(model.troubles.get(h)?.reason, "recorded");
    assert.ok(Number.isNaN(model.value(model.graph.output)));
    model.values[x] = 0.5;
    model.recompute();
    assert.equal(model.value(model.graph.output), 84);
  });

  test("goes wrong as it is told to", () => {
    const g = neuron();
    const model = g.model();
    const right = model.backward();
    assert.deepEqual(right, model.adjoints);
    const doubled = model.backward({ adjoint: (node, adjoint) => (node === g.node("z") ? 2 * adjoint : adjoint) });
    assert.equal(doubled[g.node("w")], 2 * (right[g.node("w")] ?? NaN));
    const without = model.backward({ slope: (upper, i) => (upper === g.node("a") ? 1 : model.slope(upper, i)) });
    assert.equal(without[g.node("z")], right[g.node("a")]);
  });

  test("finds the derivative up to the next names", () => {
    const g = neuron();
    const model = g.model();
    const found = model.tangentsUntil(g.node("w"), (node) => g.labels[node] !== "");
    assert.deepEqual([...found], [[g.node("z"), 0.5]]);
    const inside = (node) => node === g.node("z") || node === g.node("z") - 2 || !g.labels[node];
    assert.equal(model.derivativeWithin(g.node("w"), g.node("z"), inside), 0.5);
    assert.equal(
      model.derivativeWithin(g.node("w"), g.node("z"), () => false),
      null,
    );
  });
});
