/** What the examples of a network are called. */

import { written } from "./number.js";

/** @typedef {import("./graph.js").Graph} Graph */

const [MOST_INPUTS, MOST_TARGETS] = [4, 3];

/**
 * An example by its number, with its inputs and targets if they are few: "2: 0, 1 → 1".
 * @param {Graph} graph
 * @param {number} row Which of the examples of this graph it is.
 * @param {number} number Which of all examples it is, from 1.
 */
export function exampleName(graph, row, number) {
  const { leaves, numbers } = graph.data.examples;
  const own = new Map(leaves.map((leaf, i) => [leaf, numbers[row]?.[i]]));
  const [inputs = [], targets = []] = ["input", "target"].map((role) =>
    graph.leaves.flatMap((node, leaf) =>
      graph.roles.get(node) === role ? [written(Number(own.get(leaf) ?? graph.data.numbers[leaf]), 3)] : [],
    ),
  );
  if (!inputs.length || inputs.length > MOST_INPUTS || targets.length > MOST_TARGETS) return `example ${number}`;
  const to = targets.length ? ` → ${targets.join(", ")}` : "";
  return `${number}: ${inputs.join(", ")}${to}`;
}
