// What exercise mode says of graphs that Python sends as JSON: `node tests/explorer/exercises.js < tasks.json`.
import { readFileSync } from "node:fs";
import { diagnose, hint, numbers, questions, unclear } from "../../autograd/explorer/browser/exercise.js";
import { Formulas } from "../../autograd/explorer/browser/formula.js";
import { Graph } from "../../autograd/explorer/browser/graph.js";
import * as mathematics from "../../autograd/explorer/browser/mathematics.js";
import { Model } from "../../autograd/explorer/browser/model.js";

/** The diagnosis of each answer, and the hints and the new numbers for what is asked. */
export function said({ graph: data, formulas: written, script, answers }) {
  const graph = new Graph(data, (0, eval)(script)(mathematics));
  const model = new Model(graph);
  const formulas = new Formulas(written, graph, (node) => model.value(node));
  const keyOf = (upper, place) => model.keyOf(upper, place);
  const words = {
    name: (node) => formulas.name(node, "text"),
    slope: (upper, place) => formulas.slope(upper, place, "text", keyOf),
    coefficientOf: (upper, place) => formulas.coefficientOf(upper, place, keyOf),
    isLabelled: (node) => formulas.isNamed(node),
  };
  const asked = questions(model, words.isLabelled);
  const { leaves, ...left } = numbers(model, 1, () => true, asked, words);
  return {
    asked: asked.map(words.name),
    diagnoses: answers.map(([node, text]) => diagnose(model, node, text, new Map(), words)),
    hints: asked.map((node) => [1, 2, 3].map((level) => hint(model, node, level, words))),
    before: unclear(model, asked, words),
    left,
    leaves: [...leaves],
  };
}

if (process.argv[1]?.endsWith("exercises.js")) {
  process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(said)));
}
