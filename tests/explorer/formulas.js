// What the page writes for graphs that Python sends as JSON: `node tests/explorer/formulas.js < tasks.json`.
import { readFileSync } from "node:fs";
import * as mathematics from "../../autograd/explorer/browser/mathematics.js";
import { Formulas } from "../../autograd/explorer/browser/formula.js";

const FORMS = ["text", "latex", "tree"];

/** All names, values and slopes of a graph, and the products that are asked for, in each form. */
export function answers({ data, parents, values, shown, ops, script, products }) {
  const rows = (0, eval)(script)(mathematics);
  const number = (node) => Number(values[node]);
  const formulas = new Formulas(data, { parents }, number);
  const keyOf = (upper, place) => {
    const cases = rows[ops[upper]]?.cases?.[place];
    return cases ? cases(number(upper), ...parents[upper].map(number)) : "";
  };
  const nodes = parents.map((_, node) => node);
  const edges = nodes.flatMap((node) => parents[node].map((_, place) => [node, place]));
  const each = (write) => FORMS.map(write);
  return {
    names: nodes.map((node) => each((form) => formulas.name(node, form))),
    values: nodes.map((node) => each((form) => formulas.value(node, form))),
    numbers: nodes.map((node) => each((form) => formulas.value(node, form, (other) => shown[other]))),
    slopes: edges.map(([u, i]) => each((form) => formulas.slope(u, i, form, keyOf))),
    keys: edges.map(([u, i]) => Array.from(keyOf(u, i), Number).join("")),
    coefficients: edges.map(([u, i]) => String(formulas.coefficientOf(u, i, keyOf))),
    products: products.map((path) => each((form) => formulas.factor(path, form, keyOf))),
    found: nodes.map((node) => formulas.find(formulas.name(node, "text"))),
  };
}

if (process.argv[1]?.endsWith("formulas.js")) {
  process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(answers)));
}
