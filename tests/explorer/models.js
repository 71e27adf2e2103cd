// What the page computes for graphs that Python sends as JSON: `node tests/explorer/models.js < task.json`.
import { readFileSync } from "node:fs";
import { Graph } from "../../autograd/explorer/browser/graph.js";
import * as mathematics from "../../autograd/explorer/browser/mathematics.js";
import { Model } from "../../autograd/explorer/browser/model.js";
import { fitted, show } from "../../autograd/explorer/browser/number.js";
import { count, largest } from "../../autograd/explorer/browser/paths.js";
import { allSteps, Progress } from "../../autograd/explorer/browser/steps.js";

/** All numbers of a graph, at first and at other numbers of its leaves; its paths and its steps. */
function computed({ graph: data, script, moved }) {
  const graph = new Graph(data, (0, eval)(script)(mathematics));
  const model = new Model(graph);
  const nodes = graph.parents.map((_, node) => node);
  const numbers = () => ({
    values: [...model.values],
    adjoints: [...model.adjoints],
    slopes: nodes.map((node) => (graph.parents[node] ?? []).map((_, place) => model.slope(node, place))),
    tangents: nodes.map((node) => (graph.isConstant[node] ? null : (model.tangents(node)[graph.output] ?? null))),
  });
  const steps = allSteps(graph);
  const found = {
    first: numbers(),
    counts: nodes.map((node) => String(count(model, node))),
    paths: nodes.map((node) => largest(model, node, 8).map(({ edges, product }) => [edges, product])),
    steps: steps.flatMap((step, place) => {
      if (step.kind !== "pass") return [];
      const [[node, at]] = step.edges;
      const parent = graph.parents[node][at];
      const progress = new Progress(model, steps, place + 1);
      return [[node, at, progress.before.get(parent) ?? 0, progress.adjoint(parent)]];
    }),
  };
  for (const [leaf, number] of moved) model.values[leaf] = number;
  model.recompute();
  return { ...found, moved: numbers(), troubles: [...model.troubles.keys()] };
}

const { graphs, numbers } = JSON.parse(readFileSync(0, "utf8"));
const written = numbers.map((x) => [1, 2, 3, 4, 6].map((digits) => show(Number(x), digits)));
const answer = { graphs: graphs.map(computed), written, fitted: numbers.map((x) => fitted(Number(x))) };
process.stdout.write(JSON.stringify(answer));
