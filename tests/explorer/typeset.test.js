import assert from "node:assert/strict";
import { test } from "node:test";
import { typeset } from "../../autograd/explorer/browser/typeset.js";

const TIMES = "x\u2062";
const sigma = ["mrow", "iσ", ["mrow", "o(", "iz", "o)"]];
const weight = ["msubsup", "iw", "n02", ["mrow", "o(", "n1", "o)"]];

for (const [tree, text] of [
  [["mrow", sigma, TIMES, ["mrow", "o(", "n1", "o−", sigma, "o)"]], "σ(z)(1 − σ(z))"],
  [["mrow", weight, TIMES, ["msub", "ia", "n0"]], "w⁽¹⁾₀₂·a₀"],
  [["mrow", "n2", TIMES, ["mrow", "o(", "ia", "o−", "iy", "o)"]], "2(a − y)"],
  [["mrow", "n2", TIMES, "ie"], "2·e"],
  [["mrow", "o−", "iz", TIMES, ["mrow", "o(", "n1", "o−", "iz", "o)"]], "−z·(1 − z)"],
  [["msup", ["mrow", "o(", ["mrow", "ia", TIMES, "ib"], "o)"], "n2"], "(a·b)²"],
  [["msup", weight, "n2"], "w⁽¹⁾₀₂²"],
  [["msup", ["mrow", "ia", "o+", "ib"], ["mrow", "t−", "n1"]], "(a + b)⁻¹"],
  [["msup", "ix", ["mrow", "n0.5"]], "x^0.5"],
  [["msup", "ie", ["mrow", "o−", "ix", TIMES, "iy"]], "e^(−x·y)"],
  [["mfrac", ["mrow", "ia", "o+", "ib"], "ic"], "(a + b)/c"],
  [["msqrt", "ix"], "√x"],
  [["msqrt", "ix", "o+", "n1"], "√(x + 1)"],
  [["mrow", "wmax", "o\u2061", ["mrow", "o(", "ix", "o,", "n0", "o)"]], "max(x, 0)"],
  [["mrow", "wlog", "ix"], "log x"],
  [["msub", "ia", "wprev"], "a_prev"],
  [["msub", "iz", "iq"], "z_q"],
  ["w50% of it", "50% of it"],
]) {
  test(`${text} stands in a sentence`, () => assert.equal(typeset(tree), text));
}
