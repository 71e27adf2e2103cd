import assert from "node:assert/strict";
import { test } from "node:test";
import { allSteps, Progress } from "../../autograd/explorer/browser/steps.js";
import { Built, neuron } from "./graphs.js";

test("first every value, then the output's 1, then every edge to what can change", () => {
  const g = neuron();
  const { graph } = g.model();
  const steps = allSteps(graph);
  const kinds = steps.map((step) => step.kind);
  assert.deepEqual(kinds, [...Array(5).fill("value"), "seed", ...Array(8).fill("edge")]);
  for (const step of steps) {
    if (step.kind === "edge") assert.equal(graph.isConstant[graph.parents[step.node][step.place]], false);
  }
});

test("an adjoint is complete before it is passed on", () => {
  const g = new Built();
  const x = g.leaf("x", 0.5);
  const t = g.op("tanh", x, "t");
  g.op("mul", g.op("add", t, x), t, "f");
  const model = g.model();
  const steps = allSteps(model.graph);
  steps.forEach((step, place) => {
    if (step.kind === "edge")
      assert.equal(new Progress(model, steps, place).adjoint(step.node), model.adjoint(step.node));
  });
  const last = new Progress(model, steps, steps.length);
  for (let node = 0; node < model.graph.n; node++) assert.equal(last.adjoint(node), model.adjoint(node));
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
  g.op("exp", g.leaf("other", 1), "unused");
  g.op("mul", x, x, "f");
  const model = g.model();
  const steps = allSteps(model.graph);
  assert.equal(steps.filter((step) => step.kind === "edge").length, 2);
  assert.equal(new Progress(model, steps, steps.length).adjoint(g.node("unused")), null);
});
