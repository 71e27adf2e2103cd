/** Nodes and boxes in a sentence, for those who do not see them. */

import { written } from "./number.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */

/**
 * @param {Explorer} app
 * @param {number} node
 */
export function spoken(app, node) {
  const { formulas, model, numbers } = app;
  const { graph } = model;
  const what = graph.isLeaf(node) ? (graph.roles.get(node) ?? "") : graph.row(node).name;
  const soFar = numbers.isPartial?.(node) ? " so far" : "";
  const gradient = graph.isConstant[node] ? "" : `, gradient ${known(numbers.adjoint(node))}${soFar}`;
  return `${formulas.name(node, "text")}, ${what}, value ${known(numbers.value(node))}${gradient}`;
}

/**
 * @param {Explorer} app
 * @param {number} box
 */
export function spokenBox(app, box) {
  const node = app.picture.nodeOf(box);
  if (node < 0) return app.picture.data.boxes[box]?.[7] || "a part of the graph";
  const n = app.model.graph.parents[node]?.length ?? 0;
  return `${spoken(app, node)}${n ? `, ${n} ${n === 1 ? "parent" : "parents"}` : ""}`;
}

/** @param {number | string | null} number */
function known(number) {
  return number === null ? "not known yet" : typeof number === "string" ? number : written(number);
}
