/** The same graph as a table, for those who would rather read than look. */

import { button, html } from "./dom.js";
import { written } from "./math.js";

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
    const name = button("", () => app.select(node));
    name.append(app.named(node));
    const cells = [
      graph.isLeaf(node) ? (graph.roles.get(node) ?? "") : formulas.value(node, "text"),
      text(numbers.value(node)),
      graph.isConstant[node] ? "" : `${text(numbers.adjoint(node))}${numbers.isPartial?.(node) ? " …" : ""}`,
    ];
    const row = html("tr", {}, html("th", { scope: "row" }, name), ...cells.map((cell) => html("td", {}, cell)));
    row.classList.toggle("selected", node === app.selected);
    return row;
  });
  const output = formulas.name(graph.output, "text");
  const head = ["node", "is", "value", `∂${output}/∂…`].map((title) => html("th", { scope: "col" }, title));
  const left =
    nodes.length > MOST ? [html("p", {}, `and ${nodes.length - MOST} more; fold the picture to see fewer.`)] : [];
  return [html("table", {}, html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...rows)), ...left];
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
  const rows = leaves.slice(0, LARGEST_GRADIENTS).map((leaf) => {
    const name = button("", () => app.select(leaf));
    name.append(app.named(leaf));
    const cells = [written(model.value(leaf)), written(model.adjoint(leaf))].map((text) => html("td", {}, text));
    return html("tr", {}, html("th", { scope: "row" }, name), ...cells);
  });
  const output = formulas.name(graph.output, "text");
  const head = ["variable", "value", `∂${output}/∂…`].map((title) => html("th", { scope: "col" }, title));
  const left = leaves.length - rows.length;
  return [
    html("table", {}, html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...rows)),
    ...(left > 0 ? [html("p", { class: "aside" }, `and ${left} more, none with a larger derivative`)] : []),
  ];
}
