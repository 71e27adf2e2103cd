import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../autograd/explorer/browser/answer.js";
import { rounded } from "../../autograd/explorer/browser/line.js";
import { fitted, show } from "../../autograd/explorer/browser/number.js";

test("a number is written as Python's .3g writes it", () => {
  const cases = [
    [0.5, "0.5"],
    [-0, "0"],
    [1234.5, "1.23e+03"],
    [999.5, "1e+03"],
    [99.95, "100"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [1e21, "1e+21"],
    [-1e-300, "-1e-300"],
    [NaN, "nan"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
  ];
  for (const [number, text] of cases) assert.equal(show(number), text);
});

test("what lies halfway is rounded to the even digit", () => {
  assert.deepEqual(
    [0.5, 1.5, 2.5, 3.5, -2.5].map((x) => show(x, 1)),
    ["0.5", "2", "2", "4", "-2"],
  );
  assert.deepEqual(
    [0.3125, 0.4375, 1.125, 1.375, 2.665].map((x) => show(x, 3)),
    ["0.312", "0.438", "1.12", "1.38", "2.67"],
  );
});

test("a number in a box has a long minus, and is never longer than its room", () => {
  assert.equal(fitted(-0.25), "−0.25");
  assert.equal(fitted(-8.88e-108), "−8.9e−108");
  assert.equal(fitted(-0.000888), "−0.000888");
  for (let exponent = -323; exponent < 309; exponent++)
    for (const digits of [1.234, -9.876]) assert.ok(fitted(Number(`${digits}e${exponent}`)).length <= 9);
});

test("a number that is typed is read, and nothing else is", () => {
  for (const [text, number] of [
    ["−1.5", -1.5],
    ["+2", 2],
    ["3,5", 3.5],
    [" 1e-3 ", 0.001],
    [".5", 0.5],
    ["5.", 5],
  ])
    assert.equal(read(text)?.number, number);
  for (const text of ["", "a", "1a", "0x10", "1e999", "Infinity", "NaN", "1_000", "1,2,3", "--1", "1e", "e5", "1 2"])
    assert.equal(read(text), null, text);
});

test("a number from a slider has no digits that nobody chose", () => {
  assert.equal(rounded(0.1 + 0.2, 1), 0.3);
  assert.equal(rounded(123.456, 1000), 120);
  assert.equal(String(rounded(-0.30000000004, 2)), "-0.3");
});
