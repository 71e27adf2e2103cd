import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromText, History, toText } from "../../autograd/explorer/browser/state.js";
import { neuron } from "./graphs.js";

const { graph } = neuron().model();
const page = { examples: 3, levels: ["operations", "neurons"], graphOf: () => graph };
const NOTHING = { numbers: new Map() };

describe("the state as text", () => {
  test("is read as it was written", () => {
    const states = [
      { mode: "explore", example: 2, level: "neurons", selected: 4, step: 0, numbers: new Map([[0, -1e-7]]) },
      { mode: "steps", example: 0, level: "operations", selected: -1, step: 7, numbers: new Map() },
      { mode: "exercise", example: 1, level: "operations", selected: 0, step: 0, numbers: new Map([[1, 5e-324]]) },
    ];
    for (const state of states) {
      const read = fromText(`#${toText(state)}`, page);
      assert.equal(read.mode ?? "explore", state.mode);
      assert.equal(read.example ?? 0, state.example);
      assert.equal(read.level, state.level);
      assert.equal(read.selected ?? -1, state.selected);
      assert.equal(read.step ?? 0, state.step);
      assert.deepEqual(read.numbers, state.numbers);
    }
  });

  test("keeps every digit", () => {
    for (const number of [0.1 + 0.2, 1 / 3, -1.7976931348623157e308, 5e-324, -0]) {
      const state = { mode: "explore", example: 0, level: "neurons", selected: -1, step: 0 };
      const read = fromText(toText({ ...state, numbers: new Map([[0, number]]) }), page);
      assert.equal(read.numbers.get(0), number === 0 ? 0 : number);
    }
  });

  test("that is no state of the page is left out", () => {
    for (const text of [
      "lit=-5",
      "lit=99",
      "lit=1.5",
      "lit=1e1",
      "lit=0x1",
      "lit= 1",
      "lit=",
      "mode=__proto__",
      "level=layers",
      "example=3",
      "example=-1",
      "step=-1",
      "step=1e9",
      "v=0",
      "v=0:",
      "v=0:NaN",
      "v=0:Infinity",
      "v=0:1e999",
      "v=99:1",
      "v=-1:1",
      `v=${graph.output}:1`,
      `v=${graph.isConstant.indexOf(true)}:1`,
      "__proto__=1",
      "=&=&&",
      "",
      "\ud800",
    ])
      assert.deepEqual(fromText(text, page), NOTHING, text);
    assert.equal({}.polluted, undefined);
  });

  test("takes what is right beside what is wrong", () => {
    assert.deepEqual(fromText("lit=2&v=0:0.5,1:x,99:1&mode=no", page), { selected: 2, numbers: new Map([[0, 0.5]]) });
  });
});

describe("the history", () => {
  test("goes back and forth, and forgets what was undone", () => {
    const history = new History("a");
    assert.deepEqual([history.canUndo, history.canRedo], [false, false]);
    history.push("b");
    history.push("c");
    assert.deepEqual([history.go(-1), history.go(-1), history.go(-1)], ["b", "a", "a"]);
    assert.deepEqual([history.canUndo, history.canRedo], [false, true]);
    assert.equal(history.go(1), "b");
    history.push("d");
    assert.deepEqual([history.go(1), history.canRedo, history.go(-1)], ["d", false, "b"]);
  });
});
