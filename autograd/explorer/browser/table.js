/** The same graph as a table, for those who would rather read than look. */

import { button, html } from "./dom.js";
import { written } from "./math.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */

const MOST = 500; // rows

/**
 * A table of the nodes whose numbers the picture shows.
 * @param {Explorer} app
 */
export function table(app) {
  const { model, formulas, picture } = app;
  const { graph } = model;
  const shown = picture.data.boxes.flatMap((box) => [box[4], box[5], ...box[6]]);
  const weights = picture.data.arrows.map((arrow) => arrow[2]);
  const nodes = [...new Set([...shown, ...weights])].filter((node) => node >= 0).sort((a, b) => a - b);
  const numbers = app.numbers;
  const text = (/** @type {number | string | null} */ number) =>
    number === null ? "–" : typeof number === "string" ? number : written(number);
  const rows = nodes.slice(0, MOST).map((node) => {
    const name = button("", () => app.select(node));
    name.append(app.named(node));
    const cells = [
      graph.isLeaf(node) ? (graph.roles.get(node) ?? "") : formulas.value(node, "text"),
      text(numbers.value(node)),
      graph.isConstant[node] ? "" : text(numbers.adjoint(node)),
    ];
    const row = html("tr", {}, html("th", { scope: "row" }, name), ...cells.map((cell) => html("td", {}, cell)));
    row.classList.toggle("selected", node === app.selected);
    return row;
  });
  const output = formulas.name(graph.output, "text");
  const head = ["node", "is", "value", `∂${output}/∂…`].map((title) => html("th", { scope: "col" }, title));
  const left = nodes.length > MOST ? [html("p", {}, `and ${nodes.length - MOST} more; fold the picture to see fewer.`)] : [];
  return [html("table", {}, html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...rows)), ...left];
}
