// What is written of C = (a - y)² with a = max(x, 0), from data as `autograd/explorer/formulas.py` makes them.
// What Python's notation writes of many graphs is compared in tests/autograd/explorer/test_formulas.py.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Formulas } from "../../autograd/explorer/browser/formula.js";
import { name } from "../../autograd/explorer/browser/name.js";

const hole = (number, mask = 0) => String.fromCharCode(0xe000 + 32 * mask + number);
const code = (number, mask = 0) => 32 * mask + number;

const DATA = {
  kinds: "]^]_]`", // x, a, y, a - y, 2, C
  values: [-1, 3, 4, 2],
  slopes: [[], [{ "": [1], 0: [0] }], [[1], [-1]], [[2, 5, "0"], null]],
  templates: [
    [
      `${hole(0, 56)}*${hole(1, 61)}`,
      `${hole(0, 24)} \\, ${hole(1, 61)}`,
      ["mrow", code(0, 24), "x⁢", code(1, 61)],
      4,
      6,
    ],
    [`-${hole(0, 57)}`, `-${hole(0, 57)}`, ["mrow", "o−", code(0, 57)], 4, 6],
    [`${hole(0, 63)}**${hole(1, 31)}`, `{${hole(0, 63)}}^{${hole(1)}}`, ["msup", code(0, 63), code(1)], 2, 2],
    [`max(${hole(0)}, 0)`, `\\max(${hole(0)}, 0)`, ["mrow", "wmax", ["mrow", "o(", code(0), "o,", "n0", "o)"]]],
    [
      `${hole(0, 16)} - ${hole(1, 25)}`,
      `${hole(0, 16)} - ${hole(1, 25)}`,
      ["mrow", code(0, 16), "o−", code(1, 25)],
      8,
      10,
    ],
    [hole(0), hole(0), code(0)],
  ],
  product: 0,
  negative: 1,
  power: 2,
  labels: ["θ//1", "a/L", ["<b>y</b>"], 2, "C"],
  greek: { θ: "theta" },
  depth: 4,
};
const GRAPH = { parents: [[], [0], [], [1, 2], [], [3, 4]] };
const NUMBERS = [-0.5, 0, 1, -1, 2, 1];
const formulas = new Formulas(DATA, GRAPH, (node) => NUMBERS[node]);

test("a value is written by names, and by numbers", () => {
  assert.equal(formulas.value(5, "text"), "(a⁽ᴸ⁾ - (<b>y</b>))**2");
  assert.equal(formulas.value(1, "latex"), "\\max(\\theta_{1}, 0)");
  assert.equal(
    formulas.value(5, "text", (node) => String(NUMBERS[node])),
    "(0 - 1)**2",
  );
  assert.equal(
    formulas.value(1, "text", () => "−0.5"),
    "max(−0.5, 0)",
  );
  assert.equal(formulas.value(0, "text"), "θ₁");
});

test("a slope follows the case that applies", () => {
  const keyOf = (outcome) => () => [outcome];
  assert.equal(formulas.slope(1, 0, "text", keyOf(true)), "1");
  assert.equal(formulas.slope(1, 0, "text", keyOf(false)), "0");
  assert.equal(formulas.slope(1, 0, "text"), "1");
  assert.equal(formulas.slope(5, 1, "text"), "…");
  assert.equal(formulas.coefficientOf(5, 0), 2);
  assert.equal(formulas.coefficientOf(1, 0, keyOf(false)), 0);
});

test("numbers are multiplied in front", () => {
  const [up, down, square] = [[3, 0], [3, 1], [5, 0]]; // prettier-ignore
  assert.equal(formulas.factor([up, square], "text"), "2*(a⁽ᴸ⁾ - (<b>y</b>))");
  assert.equal(formulas.factor([down, square], "text"), "-2*(a⁽ᴸ⁾ - (<b>y</b>))");
  assert.equal(formulas.factor([square, square], "text"), "4*(a⁽ᴸ⁾ - (<b>y</b>))**2");
  assert.equal(formulas.factor([down, down], "text"), "1");
  assert.equal(
    formulas.factor([[1, 0], square], "text", () => "0"),
    "0",
  );
  assert.equal(formulas.factor(Array(13).fill(square), "text"), "…");
  assert.ok(!formulas.handsOn(3, 1) && formulas.handsOn(3, 0) && !formulas.handsOn(1, 0));
});

test("a node without a label is called by its formula", () => {
  assert.equal(formulas.name(3, "text"), "(a⁽ᴸ⁾ - (<b>y</b>))");
  assert.equal(
    formulas.name(3, "latex"),
    "\\left(a^{(L)} - \\left(\\text{}\\lt\\text{b}\\gt\\text{y}\\lt\\text{/b}\\gt\\text{}\\right)\\right)",
  );
  assert.deepEqual(formulas.name(4, "tree"), "n2");
  assert.ok(formulas.isNamed(1) && !formulas.isNamed(3));
});

test("MathML has data in texts only", () => {
  assert.deepEqual(formulas.value(3, "tree"), [
    "mrow", ["msup", "ia", ["mrow", "o(", "iL", "o)"]], "o−", ["mrow", "o(", "w<b>y</b>", "o)"],
  ]); // prettier-ignore
});

test("equal labels are numbered, and found", () => {
  const twice = new Formulas({ ...DATA, labels: ["x", "x", 3, ["constructor"]] }, GRAPH);
  assert.deepEqual(
    [0, 1, 5].map((node) => twice.name(node, "text")),
    ["x[1]", "x[2]", "constructor"],
  );
  assert.deepEqual(
    ["x[1]", "x[2]", "x", "x[3]", "constructor", "constructor[1]", "toString"].map((each) => twice.find(each)),
    [0, 1, -1, -1, 5, -1, -1],
  );
});

test("numbers in LaTeX and MathML", () => {
  const written = (text, form) => formulas.value(0, form, () => text);
  const one = new Formulas(DATA, GRAPH, () => -1.5e-9);
  assert.equal(one.name(4, "text"), "-1.5e-09");
  assert.equal(one.name(4, "latex"), "-1.5 \\cdot 10^{-9}");
  assert.deepEqual(one.name(4, "tree"), ["mrow", "o−", "n1.5", "o·", ["msup", "n10", ["mrow", "t−", "n9"]]]);
  assert.equal(written("?", "text"), "?"); // hidden, in an exercise
  assert.equal(written("?", "tree"), "w?");
  assert.equal(written("inf", "latex"), "\\infty");
});

test("names in three forms", () => {
  const all = (data) => ["text", "latex", "tree"].map((form) => name(data, form));
  assert.deepEqual(all("w/1/02"), ["w⁽¹⁾₀₂", "w^{(1)}_{02}", ["msubsup", "iw", "n02", ["mrow", "o(", "n1", "o)"]]]);
  assert.deepEqual(all(["a_prev", "a//'prev"]), ["a_prev", "a_{\\mathrm{prev}}", ["msub", "ia", "wprev"]]);
  assert.deepEqual(all("x///2"), ["x²", "x^{2}", ["msup", "ix", "n2"]]);
  assert.deepEqual(all(["50% of it"]), ["50% of it", "\\text{50\\% of it}", "w50% of it"]);
});

test("elements are made by calls, and data are texts in them", () => {
  class Made {
    parts = [];
    attributes = [];
    constructor(space, tag) {
      assert.equal(space, "http://www.w3.org/1998/Math/MathML");
      this.tag = tag;
    }
    append(...parts) {
      this.parts.push(...parts);
    }
    setAttribute(...attribute) {
      this.attributes.push(attribute.join("="));
    }
    show() {
      const inside = this.parts.length ? this.parts.map((part) => part.show()).join(" ") : this.textContent;
      return `${[this.tag, ...this.attributes].join(" ")}[${inside}]`;
    }
  }
  globalThis.document = { createElementNS: (space, tag) => new Made(space, tag) };
  try {
    assert.equal(
      formulas.factor([[5, 0]], "mathml").show(),
      "mrow[mn[2] mo lspace=0 rspace=.17em[⁢] mrow[mo[(] mrow[msup[mi[a] mrow[mo[(] mi[L] mo[)]]] mo[−] " +
        "mrow[mo[(] mi mathvariant=normal[<b>y</b>] mo[)]]] mo[)]]]",
    );
  } finally {
    delete globalThis.document;
  }
});
