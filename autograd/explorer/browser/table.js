/** The same graph as a table, for those who would rather read than look. */

import { html, rowOf, tableOf } from "./dom.js";
import { written } from "./number.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */

const MOST = 500; // rows

/**
 * A table of the nodes whose numbers the picture shows, and of those with names, as far as there is room.
 * @param {Explorer} app
 */
export function table(app) {
  const { model, formulas, picture } = app;
  const { graph } = model;
  const shown = picture.data.boxes.flatMap((box) => [box[4], box[5], ...box[6]]);
  const all = new Set([...shown, ...picture.data.arrows.map((arrow) => arrow[2])].filter((node) => node >= 0));
  for (let node = 0; node < graph.n && all.size < MOST; node++) if (formulas.isNamed(node)) all.add(node);
  const nodes = [...all].sort((a, b) => a - b);
  const numbers = app.numbers;
  const text = (/** @type {number | string | null} */ number) =>
    number === null ? "–" : typeof number === "string" ? number : written(number);
  const rows = nodes.slice(0, MOST).map((node) => {
    const cells = [
      graph.isLeaf(node) ? (graph.roles.get(node) ?? "") : formulas.value(node, "text"),
      text(numbers.value(node)),
      graph.isConstant[node] ? "" : `${text(numbers.adjoint(node))}${numbers.isPartial?.(node) ? " …" : ""}`,
    ];
    const row = rowOf(app.toNode(node), cells);
    row.classList.toggle("selected", node === app.selected);
    return row;
  });
  const output = formulas.name(graph.output, "text");
  const left =
    nodes.length > MOST ? [html("p", {}, `and ${nodes.length - MOST} more; fold the picture to see fewer.`)] : [];
  return [tableOf(["node", "is", "value", `∂${output}/∂…`], rows), ...left];
}

const LARGEST_GRADIENTS = 12;

/**
 * The gradient: the variables with their derivatives, the largest first.
 * @param {Explorer} app
 */
export function gradient(app) {
  const { model, formulas } = app;
  const { graph } = model;
  const size = (/** @type {number} */ leaf) => Math.abs(model.adjoint(leaf)) || 0;
  const leaves = graph.leaves.filter((leaf) => !graph.isConstant[leaf]).sort((a, b) => size(b) - size(a));
  const rows = leaves.slice(0, LARGEST_GRADIENTS).map((leaf) =>
    rowOf(
      app.toNode(leaf),
      [model.value(leaf), model.adjoint(leaf)].map((number) => written(number)),
    ),
  );
  const output = formulas.name(graph.output, "text");
  const left = leaves.length - rows.length;
  return [
    tableOf(["variable", "value", `∂${output}/∂…`], rows),
    ...(left > 0 ? [html("p", { class: "aside" }, `and ${left} more, none with a larger derivative`)] : []),
  ];
}
