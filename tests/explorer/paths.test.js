import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { count, factors, largest, product, ways } from "../../autograd/explorer/browser/paths.js";
import { Built, network, neuron, some } from "./graphs.js";

/** Every path, by walking all of them. */
function all(model, variable, node = model.graph.output) {
  if (node === variable) return [[]];
  return (model.graph.parents[node] ?? []).flatMap((parent, place) =>
    model.graph.isConstant[parent] ? [] : all(model, variable, parent).map((path) => [...path, [node, place]]),
  );
}

function squarings(times, number = 1) {
  const g = new Built();
  let x = g.leaf("x", number);
  for (let i = 0; i < times; i++) x = g.op("mul", x, x, i === times - 1 ? "y" : "");
  return g.model();
}

describe("paths", () => {
  const models = [neuron().model(), network([2, 3, 2], some(1)).model(), network([3, 2, 2, 1], some(2)).model()];

  test("are all there, the largest first", () => {
    for (const model of models) {
      for (const leaf of model.graph.leaves.filter((each) => !model.graph.isConstant[each])) {
        const every = all(model, leaf);
        assert.equal(count(model, leaf), BigInt(every.length));
        const listed = largest(model, leaf, 1000);
        const sizes = listed.map((path) => Math.abs(path.product));
        assert.deepEqual(
          sizes,
          [...sizes].sort((a, b) => b - a),
        );
        assert.deepEqual(new Set(listed.map(({ edges }) => edges.join())), new Set(every.map((edges) => edges.join())));
        const sum = listed.reduce((total, path) => total + path.product, 0);
        assert.ok(Math.abs(sum - model.adjoint(leaf)) < 1e-12);
        for (const path of listed) assert.equal(path.product, product(model, path.edges));
      }
    }
  });

  test("lie on the ways, and the ways have nothing else", () => {
    for (const model of models) {
      for (const leaf of model.graph.leaves.filter((each) => !model.graph.isConstant[each])) {
        const used = new Set(all(model, leaf).flatMap((path) => path.map((edge) => edge.join())));
        assert.deepEqual(new Set(ways(model, leaf).map((edge) => edge.join())), used);
      }
    }
  });

  test("are counted where nobody could list them", () => {
    const model = squarings(200);
    assert.equal(count(model, 0), 2n ** 200n);
    assert.equal(largest(model, 0, 8).length, 8);
  });

  test("with a slope that is no number come first, and do not stop the search", () => {
    const g = new Built();
    const [x, y] = [g.leaf("x", -1), g.leaf("y", 2)];
    g.op("add", y, g.op("pow", x, y), "f"); // by the exponent it would be z·log(x)
    const found = largest(g.model(), y, 8);
    assert.deepEqual(
      found.map((path) => path.product),
      [NaN, 1],
    );
  });

  test("of what leads nowhere are none", () => {
    const g = new Built();
    const [x] = [g.leaf("x", 1), g.leaf("lonely", 2)];
    g.op("mul", x, x, "f");
    const model = g.model();
    assert.equal(count(model, 1), 0n);
    assert.deepEqual(largest(model, 1, 8), []);
    assert.deepEqual(ways(model, 1), []);
  });
});

describe("factors", () => {
  const never = () => false;

  test("lead from one name to the next", () => {
    const g = neuron();
    const model = g.model();
    const [path] = largest(model, g.node("w"), 1);
    const groups = factors(model, path.edges, (node) => g.labels[node] !== "", never);
    assert.deepEqual(
      groups.map((group) => g.labels[group.at(-1)[0]]),
      ["z", "a", "C"],
    );
    assert.deepEqual(groups.flat(), path.edges);
  });

  test("are single edges where several ways lead to the next name", () => {
    const g = new Built();
    const x = g.leaf("x", 0.5);
    g.op("add", g.op("tanh", x), g.op("exp", x), "f");
    const model = g.model();
    for (const path of largest(model, x, 2)) {
      assert.equal(factors(model, path.edges, (node) => g.labels[node] !== "", never).length, 2);
      const handsOn = (upper) => upper === model.graph.output;
      assert.equal(factors(model, path.edges, (node) => g.labels[node] !== "", handsOn).length, 1);
    }
  });
});
