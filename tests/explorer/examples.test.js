import assert from "node:assert/strict";
import test from "node:test";

import { exampleName } from "../../autograd/explorer/browser/examples.js";

/** @param {string[]} roles @param {(number | string)[]} numbers @param {number[]} leaves @param {number[][]} rows */
const graph = (roles, numbers, leaves = [], rows = []) =>
  /** @type {import("../../autograd/explorer/browser/graph.js").Graph} */ (
    /** @type {unknown} */ ({
      leaves: roles.map((_, i) => i),
      roles: new Map(roles.map((role, i) => [i, role])),
      data: { numbers, examples: { leaves, numbers: rows } },
    })
  );

test("an example is called by its inputs and targets, if they are few", () => {
  const xor = graph(
    ["parameter", "input", "input", "target"],
    [0.7, 0, 0, 0],
    [1, 3],
    [
      [0, 0],
      [1, 1],
    ],
  );
  assert.equal(exampleName(xor, 0, 1), "1: 0, 0 → 0");
  assert.equal(exampleName(xor, 1, 4), "4: 1, 0 → 1");
  assert.equal(exampleName(graph(["input"], [-0.5]), 0, 2), "2: −0.5");
});

test("else it has a number only", () => {
  assert.equal(exampleName(graph(["parameter"], [1]), 0, 3), "example 3");
  assert.equal(exampleName(graph(Array(5).fill("input"), [1, 2, 3, 4, 5]), 0, 3), "example 3");
});
