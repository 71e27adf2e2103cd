import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { agreement, read } from "../../autograd/explorer/browser/answer.js";
import { diagnose, faults, hint, numbers, questions, unclear } from "../../autograd/explorer/browser/exercise.js";
import { Graph } from "../../autograd/explorer/browser/graph.js";
import { Model } from "../../autograd/explorer/browser/model.js";
import { Slips, generator, nearby } from "../../autograd/explorer/browser/faults.js";
import { Built, neuron, network } from "./graphs.js";

const NONE = new Map();

/** A variable with three uses, of one of which the sign is turned, all of different slopes: C = (w·x + tanh(w)) · (y − w). */
function forked() {
  const g = new Built();
  const w = g.leaf("w", 0.7, "parameter");
  const product = g.op("mul", w, g.leaf("x", 1.3, "input"));
  const sum = g.op("add", product, g.op("tanh", w, "t"), "s");
  g.op("mul", sum, g.op("sub", g.leaf("y", -0.4, "target"), w, "d"), "C");
  return g;
}

/** A small graph of random rows, whose numbers stay moderate. */
function random(seed) {
  const next = generator(seed);
  const g = new Built();
  const some = () => Math.round((next() * 3 - 1.5) * 10) / 10 || 0.4;
  const nodes = [g.leaf("u", some(), "parameter"), g.leaf("v", some(), "input"), g.leaf("w", some())];
  const pick = () => nodes[Math.floor(next() * nodes.length)];
  for (let i = 0; i < 6 + next() * 6; i++) {
    const label = next() < 0.5 ? `n${i}` : "";
    const choice = next();
    if (choice < 0.5) nodes.push(g.op(["sigmoid", "tanh", "relu", "neg"][Math.floor(next() * 4)], pick(), label));
    else if (choice < 0.9) nodes.push(g.op(["add", "sub", "mul"][Math.floor(next() * 3)], pick(), pick(), label));
    else nodes.push(g.op("pow", pick(), g.leaf("", 2, "constant"), label));
  }
  let sum = nodes.at(-1);
  for (const node of nodes.slice(3, -1)) sum = g.op("add", sum, node);
  return g;
}

/** What a fault makes of a derivative, by the whole backward pass with that fault in it. */
function byBackward(model, words, node, { rule, edges, lower, upper }) {
  const { graph } = model;
  const [[above, place]] = edges;
  const isHere = (u, i) => u === above && i === place;
  if (rule === "last" || rule === "first") {
    return model.backward({
      slope: (u, i) => (graph.parents[u][i] === lower && !isHere(u, i) ? 0 : model.slope(u, i)),
    })[node];
  }
  const z = model.value(above);
  const operands = model.operands(above);
  const { slopes } = graph.rows[graph.data.ops[above]];
  const moved = operands.with(place, z);
  const instead = {
    factor: () => 1,
    path: () => 0,
    sign: () => -model.slope(above, place),
    coefficient: () => model.slope(above, place) / words.coefficientOf(above, place),
    value: () => z,
    other: () => slopes[1 - place](z, ...operands),
    elsewhere: () => slopes[place](z, ...moved),
    operand: () => slopes[place](operands[place], ...operands),
  }[rule];
  return model.backward({ slope: (u, i) => (isHere(u, i) ? instead() : model.slope(u, i)) })[node];
}

/** Whether two numbers are equal up to rounding in numbers of some size. */
function assertClose(one, other, size = 1, message = "") {
  assert.ok(Math.abs(one - other) <= 1e-9 * Math.max(size, Math.abs(other)), `${message} ${one} is not ${other}`);
}

describe("what is typed", () => {
  for (const [text, number, digits] of [
    ["0.5", 0.5, 1],
    ["−0.1218", -0.1218, 4],
    [" - 0,1218 ", -0.1218, 4],
    ["+3", 3, 1],
    [".25", 0.25, 2],
    ["5.", 5, 1],
    ["1e-3", 1e-3, 1],
    ["1,20E−3", 1.2e-3, 3],
    ["1.2·10^-3", 1.2e-3, 2],
    ["-1.2 × 10^3", -1200, 2],
    ["3/4", 0.75, Infinity],
    ["− 3 / 4", -0.75, Infinity],
    ["0.00", 0, Infinity],
    ["0.0120", 0.012, 3],
    ["0.5*0.25*-3", -0.375, Infinity],
    ["0.5 · 0.25 × (−3)", -0.375, Infinity],
    ["2 · 3/4", 1.5, Infinity],
    ["(−3)/4", -0.75, Infinity],
    ["2·1.5·10^-3*2", 6e-3, Infinity],
    ["(-0.5)", -0.5, 1],
  ]) {
    test(`${text} is a number`, () => assert.deepEqual(read(text), { number, digits }));
  }
  for (const text of [
    "",
    "-",
    "x",
    "1.2.3",
    "1 2",
    "1,234.5",
    "1/0",
    "1/2/3",
    "/2",
    "2/",
    "1e999",
    "nan",
    "inf",
    "0x10",
    "--1",
    "2*",
    "*2",
    "2**3",
    "((2))",
    "(2*3)*4",
    "(2",
  ]) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(read(text), null));
  }
  test("a long text is none, and is not searched for long", () => assert.equal(read(`0.${"1".repeat(1e6)}`), null));
  test("zero has no sign", () => assert.ok(Object.is(read("-0").number, 0)));

  for (const [answer, right, digits] of [
    [0.1218, 0.12178, 4],
    [0.1217, 0.12178, 3],
    [0.12, 0.12178, 2],
    [0.1, 0.12178, 0],
    [-0.1218, 0.12178, 0],
    [1, 0.99996, 4],
    [1, 0.9999, 3],
    [0, 0, 4],
    [1e-9, 0, 0],
    [0, 1e-9, 0],
    [1234.4, 1234, 4],
    [1, NaN, 0],
    [1, Infinity, 0],
  ]) {
    test(`${answer} is ${right} to ${digits} digits`, () => assert.equal(agreement(answer, right), digits));
  }
});

describe("questions", () => {
  test("leaves and nodes with a name, from the output backward, without the output", () => {
    const g = neuron();
    assert.deepEqual(questions(g.model(), g.words().isLabelled).map(g.words().name), ["y", "a", "z", "b", "x", "w"]);
  });
  test("no constants, and nothing that the output does not depend on", () => {
    const g = new Built();
    const x = g.leaf("x", 0.5);
    g.op("sigmoid", g.leaf("lost", 2), "also lost");
    g.op("mul", x, g.leaf("c", 3, "constant"), "C");
    assert.deepEqual(questions(g.model(), g.words().isLabelled), [x]);
  });
  test("of a larger graph a dozen, with the whole way from one of the first weights", () => {
    const g = network([2, 4, 3, 1], () => 0.3);
    const asked = questions(g.model(), g.words().isLabelled);
    const names = asked.map(g.words().name);
    assert.equal(names.length, 12);
    assert.deepEqual(
      asked,
      [...asked].sort((one, other) => other - one),
    );
    for (const start of ["w0", "z0", "a0", "z1", "a1", "z2", "a2"])
      assert.ok(
        names.some((name) => name.startsWith(start)),
        start,
      );
    assert.ok(!names.includes("y0"), "a target is the last that is asked for");
  });
});

test("questions of a wide network have a whole path, down to a weight of the first layer", () => {
  const g = network([3, 9, 9, 2], generator(5));
  const model = g.model();
  const asked = questions(model, g.words().isLabelled);
  const names = asked.map(g.words().name);
  assert.equal(asked.length, 12);
  for (const start of ["w0", "z0", "a0", "z1", "a1", "z2", "a2"]) {
    assert.ok(
      names.some((name) => name.startsWith(start)),
      `${start}: ${names}`,
    );
  }
});

describe("faults", () => {
  for (const [name, make] of [
    ["the neuron", neuron],
    ["a fork", forked],
    ["2-3-1", () => network([2, 3, 1], generator(7))],
    ...[1, 2, 3, 4, 5].map((seed) => [`random graph ${seed}`, () => random(seed)]),
  ]) {
    test(`have the numbers of a faulty backward pass: ${name}`, () => {
      const g = make();
      const model = g.model();
      const words = g.words();
      const rules = new Set();
      for (const node of questions(model, words.isLabelled)) {
        for (const fault of faults(model, node, words)) {
          if (fault.edges.length > 1) continue;
          rules.add(fault.rule);
          assertClose(fault.number, byBackward(model, words, node, fault), Math.abs(model.adjoint(node)), fault.rule);
        }
      }
      assert.ok(rules.size >= 3);
    });
  }
  test("what an engine keeps that has = for += is the last contribution that comes", () => {
    const g = forked();
    const [model, w] = [g.model(), g.node("w")];
    const { graph } = model;
    const kept = { last: new Map(), first: new Map() };
    for (let node = graph.output; node > w; node--) {
      graph.parents[node].forEach((parent, place) => {
        const contribution = model.adjoint(node) * model.slope(node, place);
        kept.last.set(parent, contribution);
        if (!kept.first.has(parent)) kept.first.set(parent, contribution);
      });
    }
    const found = faults(model, w, g.words());
    for (const rule of ["last", "first"]) {
      assertClose(found.find((fault) => fault.rule === rule && fault.lower === w).number, kept[rule].get(w));
    }
    assert.equal(found.filter(({ rule, lower }) => rule === "path" && lower === w).length, 3);
  });
  test("a factor between two names is one factor, whatever lies between", () => {
    const g = new Built();
    const a = g.leaf("a", 0.3);
    const scaled = g.op("mul", a, g.leaf("", 0.7, "constant"));
    g.op("tanh", g.op("sigmoid", scaled), "C");
    const model = g.model();
    const numbers = faults(model, a, g.words()).filter(({ edges }) => edges.length === 3);
    assert.deepEqual(numbers.map(({ rule }) => rule).sort(), ["factor", "sign"]);
    assertClose(numbers.find(({ rule }) => rule === "factor").number, 1);
    assertClose(numbers.find(({ rule }) => rule === "sign").number, -model.adjoint(a));
  });
  test("a derivative taken at the node's own number, the operand for it, the other operand, no number in front", () => {
    const g = neuron();
    const model = g.model();
    const { value } = model.graph.rows[8];
    const [w, z, a] = [g.node("w"), g.node("z"), g.node("a")].map((node) => model.value(node));
    const by = (label, rule) => faults(model, g.node(label), g.words()).filter((fault) => fault.rule === rule);
    const outer = model.adjoint(g.node("a"));
    assert.equal(value(z), a);
    assertClose(by("z", "value")[0].number, outer * a);
    assertClose(by("z", "operand")[0].number, outer * z * (1 - z));
    assertClose(by("w", "other")[0].number, model.adjoint(g.node("z")) * w);
    assertClose(by("a", "coefficient")[0].number, a - 1);
    assertClose(by("a", "elsewhere")[0].number, 2 * (a - 1) ** 2);
  });
  test("a forgotten factor −1 is a wrong sign; one way of two forgotten is = for +=", () => {
    const g = forked();
    const model = g.model();
    const minus = faults(model, g.node("w"), g.words()).filter(
      ({ lower, upper }) => lower === g.node("w") && upper === g.node("d"),
    );
    const like = (rule) => minus.find((fault) => fault.rule === rule)?.like;
    assert.equal(like("factor"), like("sign"));
    assert.notEqual(like("factor"), like("path"));

    const two = new Built();
    const x = two.leaf("x", 0.6);
    two.op("mul", two.op("tanh", x, "t"), two.op("exp", x, "e"), "C");
    const both = faults(two.model(), x, two.words());
    const paths = both.filter(({ rule }) => rule === "path").map((fault) => fault.like);
    const sums = both.filter(({ kind }) => kind === "not summed").map((fault) => fault.like);
    assert.deepEqual(new Set(paths), new Set(sums));
    assert.equal(new Set(paths).size, 2);
    const drop = both.find(({ rule }) => rule === "path");
    const said = diagnose(two.model(), x, drop.number.toPrecision(4), NONE, two.words());
    assert.deepEqual(said.findings[0].kinds, ["forgotten path", "not summed"]);
    assert.match(
      said.findings[0].text,
      /the way from x over t is forgotten, or, which is the same here, .* from e \(= in place of \+=\)/,
    );
  });
  test("a factor that is 1 by nature cannot be forgotten", () => {
    const g = new Built();
    const x = g.leaf("x", 0.6);
    g.op("add", x, g.leaf("b", 2), "C");
    assert.deepEqual(
      faults(g.model(), x, g.words()).map(({ rule }) => rule),
      ["sign"],
    );
  });
  test("e^z is its own derivative: that is no fault", () => {
    const g = new Built();
    const x = g.leaf("x", 0.6);
    g.op("exp", x, "C");
    assert.ok(!faults(g.model(), x, g.words()).some(({ rule }) => rule === "value"));
  });
  test("where a derivative has no number, that fault is left out", () => {
    const g = new Built();
    const x = g.leaf("x", 0.5);
    g.op("log", x, "C"); // log(x) < 0, where log has a derivative of no use, but no error
    const outer = new Built();
    const y = outer.leaf("y", 0.5);
    outer.op("pow", y, outer.leaf("p", -0.5), "C");
    for (const { number } of [...faults(g.model(), x, g.words()), ...faults(outer.model(), y, outer.words())]) {
      assert.ok(Number.isFinite(number));
    }
  });
});

describe("diagnose", () => {
  const graphs = [neuron({ w: 0.7, x: 0.3, b: -0.9 }), forked(), network([2, 2, 1], generator(3))];
  test("says right of the right number, however it is written", () => {
    const g = neuron();
    const model = g.model();
    for (const text of ["-0.1218", "−0,1218", "-1.218e-1", "-0.12180", String(model.adjoint(g.node("w")))]) {
      const { verdict, digits } = diagnose(model, g.node("w"), text, NONE, g.words());
      assert.deepEqual([verdict, digits], ["right", 4], text);
    }
  });
  test("says to how many digits", () => {
    const g = neuron();
    const of = (text) => diagnose(g.model(), g.node("w"), text, NONE, g.words());
    for (const [text, digits] of [
      ["-0.12", 2],
      ["-0.122", 3],
      ["-0.1217", 3],
    ]) {
      const said = of(text);
      assert.deepEqual([said.verdict, said.digits, said.number], ["rounded", digits, Number(text)], text);
      assert.match(said.findings[0].text, new RegExp(`right to ${digits} digits`));
    }
    assert.equal(of("-0.1").verdict, "unknown");
    assert.equal(of("0").verdict, "unknown");
    assert.match(of("0.1").hint, /One path leads from w to C/);
  });
  test("says what is no number", () => {
    const g = neuron();
    const said = diagnose(g.model(), g.node("w"), "∂C/∂w", NONE, g.words());
    assert.deepEqual([said.verdict, said.findings, said.number], ["not a number", [], NaN]);
    assert.match(said.hint, /3\/4/);
  });
  test("names every fault, alone or as one of two", () => {
    let hidden = 0;
    let all = 0;
    for (const g of graphs) {
      const model = g.model();
      for (const node of questions(model, g.words().isLabelled)) {
        for (const fault of faults(model, node, g.words())) {
          if (agreement(fault.number, model.adjoint(node)) === 4) continue;
          const said = diagnose(model, node, fault.number.toPrecision(4), NONE, g.words());
          assert.equal(said.verdict, "fault", `${fault.rule} of ${g.words().name(node)}`);
          assert.ok(said.findings.length >= 1 && said.findings.length <= 2);
          assert.ok(said.findings.every(({ text }) => /^This is what comes out if .*\.$/.test(text)));
          const isNamed = said.findings.some(({ kinds }) => kinds.includes(fault.kind));
          all++;
          if (!isNamed) hidden++;
          assert.ok(
            isNamed || said.others,
            `${fault.rule} of ${g.words().name(node)}: ${said.findings.map(({ text }) => text)}`,
          );
        }
      }
    }
    assert.ok(all > 300 && hidden <= all / 100, `${hidden} of ${all} are only among those that are not said`);
  });
  test("names the place", () => {
    const g = neuron();
    const model = g.model();
    const words = { ...g.words(), slope: (upper) => (upper === g.node("a") ? "σ'(z)" : "?") };
    const outer = model.adjoint(g.node("a"));
    const said = diagnose(model, g.node("w"), (outer * 0.5).toPrecision(4), NONE, words);
    assert.deepEqual(said.findings, [
      {
        kind: "forgotten factor",
        kinds: ["forgotten factor"],
        node: g.node("z"),
        edges: [[g.node("a"), 0]],
        text: "This is what comes out if σ'(z) is left out on the way from z to a.",
      },
    ]);
  });
  test("an answer that goes on from a wrong number of one's own is right but for that", () => {
    const g = neuron();
    const model = g.model();
    const earlier = new Map([[g.node("a"), 3]]);
    const carried = (3 * (model.adjoint(g.node("w")) / model.adjoint(g.node("a")))).toPrecision(4);
    const said = diagnose(model, g.node("w"), carried, earlier, g.words());
    assert.equal(said.verdict, "carried");
    assert.deepEqual([said.findings[0].node, said.findings.length], [g.node("a"), 1]);
    assert.match(said.findings[0].text, /your own ∂C\/∂a = 3, which is not right/);
    assert.match(said.hint, /∂C\/∂a again/);
    assert.equal(diagnose(model, g.node("w"), carried, NONE, g.words()).verdict, "unknown");
  });
  test("what is carried on comes before a fault that gives the same number", () => {
    const g = neuron();
    const model = g.model();
    const half = (label) => (model.adjoint(g.node(label)) / 2).toPrecision(4); // the 2 of 2(a − y)
    assert.equal(diagnose(model, g.node("a"), half("a"), NONE, g.words()).verdict, "fault");
    const earlier = new Map([[g.node("a"), Number(half("a"))]]);
    assert.equal(diagnose(model, g.node("z"), half("z"), earlier, g.words()).verdict, "carried");
    assert.equal(
      diagnose(model, g.node("z"), model.adjoint(g.node("z")).toPrecision(4), earlier, g.words()).verdict,
      "right",
    );
  });
  test("of one's own numbers those count that one comes to first, and not that of the node itself", () => {
    const g = neuron();
    const [model, w, z, a] = [g.model(), g.node("w"), g.node("z"), g.node("a")];
    const earlier = new Map([
      [a, 3],
      [z, 7],
      [w, 9],
    ]);
    const said = diagnose(model, w, "3.5", earlier, g.words());
    assert.equal(said.findings[0].text, "This is right, going on from your own ∂C/∂z = 7, which is not right.");
    assert.equal(diagnose(model, w, "9", earlier, g.words()).verdict, "unknown");
  });
  test("few digits that are right are no fault, whatever else they are", () => {
    const g = neuron({ w: 0.7, x: 1.02, b: -0.3 });
    const model = g.model();
    const w = g.node("w");
    const [text] = [model.adjoint(w).toPrecision(2)];
    assert.ok(
      faults(model, w, g.words()).some(({ rule, number }) => rule === "factor" && number.toPrecision(2) === text),
    );
    assert.equal(diagnose(model, w, text, NONE, g.words()).verdict, "rounded");
  });
  test("of more than two faults that give a number, the two that are said are of different kinds", () => {
    const g = new Built();
    const a = g.leaf("a", 0.3);
    const scaled = g.op("mul", g.op("mul", a, g.leaf("k", 2), "p"), g.leaf("m", 2), "q");
    g.op("pow", scaled, g.leaf("", 2, "constant"), "C");
    const model = g.model();
    const said = diagnose(model, a, String(model.adjoint(a) / 2), NONE, g.words());
    assert.deepEqual(
      said.findings.map(({ kind }) => kind),
      ["forgotten factor", "wrong derivative"],
    );
    assert.ok(said.others >= 1);
  });
  test("a new fault in what goes on from one's own number", () => {
    const g = neuron();
    const model = g.model();
    const earlier = new Map([[g.node("a"), 3]]);
    const said = diagnose(model, g.node("w"), "1.5", earlier, g.words()); // 3 · 0.5: σ' is forgotten
    assert.equal(said.verdict, "fault");
    assert.equal(said.findings[0].kind, "forgotten factor");
    assert.match(said.findings[0].text, /∂a\/∂z is left out .*, going on from your own ∂C\/∂a\.$/);
  });
  test("two wrong numbers of one's own, of which both or one are carried on", () => {
    const g = forked();
    const model = g.model();
    const [w, s, d] = ["w", "s", "d"].map((label) => g.node(label));
    const [ofS, ofD] = [model.slope(s, 0) * 1.3 + model.slope(s, 1) * model.slope(g.node("t"), 0), -1];
    const earlier = new Map([
      [s, 5],
      [d, 7],
    ]);
    const both = diagnose(model, w, (5 * ofS + 7 * ofD).toPrecision(4), earlier, g.words());
    assert.match(both.findings[0].text, /∂C\/∂s and ∂C\/∂d = 5 and 7, which are not right/);
    const one = diagnose(model, w, (model.adjoint(s) * ofS + 7 * ofD).toPrecision(4), earlier, g.words());
    assert.deepEqual([one.verdict, one.findings[0].node], ["carried", d]);
  });
  test("rounding of one's own numbers is no fault", () => {
    const g = network([2, 3, 1], generator(11));
    const model = g.model();
    const x = g.node("x0");
    for (const [digits, verdict] of [
      [4, "right"],
      [2, "rounded"],
    ]) {
      const earlier = new Map(
        [0, 1, 2].map((j) => [g.node(`z0_${j}`), Number(model.adjoint(g.node(`z0_${j}`)).toPrecision(digits))]),
      );
      const sum = [...earlier].reduce((all, [, number], j) => all + number * model.value(g.node(`w0_${j}0`)), 0);
      assert.equal(diagnose(model, x, sum.toPrecision(4), earlier, g.words()).verdict, verdict);
    }
  });
  test("a fault above what was answered rightly is the less likely one", () => {
    const g = neuron({ w: 0.5, x: 2, b: -0.7 }); // a forgotten x = 2 gives what a forgotten 2 of 2(a − y) gives
    const model = g.model();
    const half = (model.adjoint(g.node("w")) / 2).toPrecision(4);
    const alone = diagnose(model, g.node("w"), half, NONE, g.words());
    assert.equal(alone.findings.length, 2);
    const earlier = new Map([[g.node("z"), model.adjoint(g.node("z"))]]);
    const after = diagnose(model, g.node("w"), half, earlier, g.words());
    assert.ok(after.findings.every(({ text }) => !text.includes("factor 2")));
    assert.match(after.findings[0].text, /∂z\/∂w is left out/);
  });
  test("a derivative that is 0, and one that has no number", () => {
    const g = new Built();
    const x = g.leaf("x", -0.5);
    g.op("relu", x, "C");
    assert.equal(diagnose(g.model(), x, "0", NONE, g.words()).verdict, "right");
    assert.deepEqual(diagnose(g.model(), x, "1", NONE, g.words()).findings[0].kind, "forgotten factor");
    const none = new Built();
    const y = none.leaf("y", -0.5);
    none.op("log", y, "C");
    const said = diagnose(none.model(), y, "-2", NONE, none.words());
    assert.deepEqual([said.verdict, said.hint], ["unknown", "∂C/∂y has no number here."]);
  });
  test("contributions that cancel are 0", () => {
    const g = new Built();
    const x = g.leaf("x", 0.1);
    const three = g.op("mul", x, g.leaf("", 3, "constant"));
    const sum = g.op("add", g.op("add", x, x), x);
    g.op("sub", three, g.op("mul", sum, g.leaf("", 1 + 2e-16, "constant")), "C");
    assert.equal(diagnose(g.model(), x, "0", NONE, g.words()).verdict, "right");
  });
  test("hostile names are only text", () => {
    const g = neuron();
    g.labels[g.node("a")] = "__proto__";
    g.labels[g.node("z")] = "</script>\u2028";
    const said = diagnose(g.model(), g.node("w"), "-0.4875", NONE, g.words());
    assert.match(said.findings[0].text, /∂__proto__\/∂<\/script>/);
  });
});

test("a campaign: the right number is always right, and that of a fault never", () => {
  let wrong = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const g = random(seed);
    const model = g.model();
    for (const node of questions(model, g.words().isLabelled)) {
      const right = model.adjoint(node);
      for (const text of [
        right.toPrecision(4),
        String(right),
        right.toPrecision(12).replace(".", ",").replace("-", "−"),
      ]) {
        assert.equal(diagnose(model, node, text, NONE, g.words()).verdict, "right", `${text}, seed ${seed}`);
      }
      for (const { number, rule } of faults(model, node, g.words())) {
        if (agreement(number, right) === 4 || agreement(Number(number.toPrecision(4)), right) === 4) continue;
        const { verdict } = diagnose(model, node, number.toPrecision(4), NONE, g.words());
        assert.ok(verdict === "fault", `${rule}: ${number} for ${right} is ${verdict}, seed ${seed}`);
        wrong++;
      }
    }
  }
  assert.ok(wrong > 3000, `${wrong}`);
});

describe("hints", () => {
  const g = neuron();
  const model = g.model();
  const of = (label, level) => hint(model, g.node(label), level, g.words());
  test("say what to start from, then the factors, then their numbers", () => {
    assert.equal(of("z", 1), "One path leads from z to C. Only a uses z: start from ∂C/∂a.");
    assert.equal(of("z", 2), "∂C/∂z = ∂C/∂a · ∂a/∂z");
    assert.equal(of("z", 3), "∂C/∂z = (−0.975005) · 0.249844");
    assert.equal(of("a", 1), "One path leads from a to C. Only C itself uses a.");
    assert.equal(of("a", 3), "∂C/∂a = 2 · (−0.487503)");
  });
  test("write a derivative of the output as its formula, where there is one", () => {
    const words = { ...g.words(), slope: (upper) => (upper === g.node("C") ? "2·(a − y)" : "1") };
    assert.equal(hint(model, g.node("a"), 2, words), "∂C/∂a = 2·(a − y)");
  });
  test("of a derivative of the output along several ways have each of them", () => {
    const g = new Built();
    const x = g.leaf("x", 0.5);
    g.op("mul", g.op("mul", x, x), g.op("tanh", x), "C");
    const model = g.model();
    const words = { ...g.words(), slope: (upper) => (upper === 2 ? "1 - tanh(x)**2" : "x") };
    assert.equal(
      hint(model, x, 1, words),
      "3 paths lead from x to C. #1 and #2 use x: add up what comes back from each.",
    );
    assert.equal(hint(model, x, 2, words), "∂C/∂x = ∂C/∂#1 · ∂#1/∂x + ∂C/∂#1 · ∂#1/∂x + ∂C/∂#2 · ∂#2/∂x");
    const square = new Built();
    const y = square.leaf("y", 0.5);
    square.op("mul", y, y, "C");
    assert.equal(hint(square.model(), y, 2, { ...square.words(), slope: () => "a - y" }), "∂C/∂y = (a - y) + (a - y)");
    assert.equal(hint(square.model(), y, 3, square.words()), "∂C/∂y = 0.5 + 0.5");
  });
  test("say that what comes back is summed", () => {
    const g = forked();
    const [model, w] = [g.model(), g.node("w")];
    assert.equal(
      hint(model, w, 1, g.words()),
      "3 paths lead from w to C. t, s and d use w: add up what comes back from each.",
    );
    assert.equal(hint(model, w, 2, g.words()), "∂C/∂w = ∂C/∂t · ∂t/∂w + ∂C/∂s · ∂s/∂w + ∂C/∂d · ∂d/∂w");
    assert.equal(hint(model, w, 3, g.words()).split(" + ").length, 3);
  });
  test("their numbers make the derivative", () => {
    for (const make of [neuron, forked, () => network([2, 3, 2], generator(2))]) {
      const g = make();
      const model = g.model();
      for (const node of questions(model, g.words().isLabelled)) {
        const [, sum] = hint(model, node, 3, g.words()).split(" = ");
        const terms = sum
          .split(" + ")
          .map((term) => term.split(" · ").map((factor) => Number(factor.replaceAll(/[()]/g, "").replace("−", "-"))));
        const total = terms.reduce((all, factors) => all + factors.reduce((one, other) => one * other, 1), 0);
        assert.ok(agreement(total, model.adjoint(node)) >= 3, `${sum} is ${total}, not ${model.adjoint(node)}`);
      }
    }
  });
});

describe("numbers", () => {
  const every = () => true;
  const settings = (g) => {
    const model = g.model();
    return [model, questions(model, g.words().isLabelled), g.words()];
  };
  const applied = (model, leaves) => {
    for (const [leaf, number] of leaves) model.values[leaf] = number;
    model.recompute();
  };
  test("of the printed neuron hide no fault; at z = 0, or with a weight of 1, they do", () => {
    assert.deepEqual(unclear(...settings(neuron())), { faults: 48, ambiguous: 0, invisible: 0 });
    assert.ok(unclear(...settings(neuron({ w: 0.7, x: 0.5, b: -0.35 }))).ambiguous > 0);
    const ones = unclear(...settings(neuron({ w: 1, x: 1, b: -0.3 })));
    assert.ok(ones.invisible > 0);
    assert.ok(unclear(...settings(neuron({ w: 0.5, x: 2, b: -0.7 }))).ambiguous > 0);
  });
  for (let seed = 0; seed < 10; seed++) {
    test(`are chosen so that the faults of a neuron differ, seed ${seed}`, () => {
      const [model, asked, words] = settings(neuron({ w: 1, x: 1, b: 0 }));
      const before = Float64Array.from(model.values);
      const chosen = numbers(model, seed, every, asked, words);
      assert.deepEqual(model.values, before, "the model itself does not change");
      assert.deepEqual([chosen.ambiguous, chosen.invisible], [0, 0]);
      assert.deepEqual([...chosen.leaves.keys()], [0, 1, 3]);
      for (const number of chosen.leaves.values()) {
        assert.ok(
          Math.abs(number * 10 - Math.round(number * 10)) < 1e-9 && ![0, 1, 2].includes(Math.abs(number)),
          `${number}`,
        );
      }
      applied(model, chosen.leaves);
      assert.deepEqual({ ...unclear(model, asked, words), leaves: chosen.leaves }, chosen);
      for (const node of asked) assert.ok(Math.abs(model.adjoint(node)) > 1e-4);
    });
  }
  test("are the same for the same seed, and others for another", () => {
    const [model, asked, words] = settings(neuron());
    const of = (seed) => [...numbers(model, seed, every, asked, words).leaves.values()];
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1), of(2));
  });
  test("of 2-4-3-1 hide no fault of those that are asked for", () => {
    const g = network([2, 4, 3, 1], () => 1);
    const [model, asked, words] = settings(g);
    assert.ok(unclear(model, asked, words).ambiguous + unclear(model, asked, words).invisible > 0);
    const chosen = numbers(model, 1, every, asked, words);
    assert.deepEqual([chosen.ambiguous, chosen.invisible], [0, 0]);
    assert.equal(chosen.leaves.size, 2 + 12 + 15 + 4);
    assert.ok(!chosen.leaves.has(g.node("y0")), "a class stays what it is");
  });
  test("change only what may change", () => {
    const g = neuron({ y: 0.8 });
    const [model, asked, words] = settings(g);
    const chosen = numbers(model, 1, (leaf) => leaf === g.node("b"), asked, words);
    assert.deepEqual([...chosen.leaves.keys()], [g.node("b")]);
    assert.ok(numbers(model, 1, every, asked, words).leaves.has(g.node("y")), "a target that is no class may");
    const none = numbers(model, 1, () => false, asked, words);
    assert.deepEqual([none.leaves.size, none.faults], [0, unclear(model, asked, words).faults]);
  });
  test("stay in every domain", () => {
    const g = new Built();
    const x = g.leaf("x", 0.4);
    g.op("mul", g.op("log", g.op("mul", x, g.leaf("k", 0.9)), "l"), g.leaf("w", 1.2), "C");
    const [model, asked, words] = settings(g);
    for (let seed = 0; seed < 20; seed++) {
      const { leaves } = numbers(model, seed, every, asked, words);
      applied(model, leaves);
      assert.equal(model.troubles.size, 0);
    }
  });
  test("keep relus alive", () => {
    const g = new Built();
    const sum = g.op("add", g.op("mul", g.leaf("w", -0.5), g.leaf("x", 0.8)), g.leaf("b", 0.1), "z");
    g.op("mul", g.op("relu", sum, "a"), g.leaf("v", 0.3), "C");
    const [model, asked, words] = settings(g);
    for (let seed = 0; seed < 20; seed++) {
      applied(model, numbers(model, seed, every, asked, words).leaves);
      assert.notEqual(model.adjoint(g.node("w")), 0);
    }
  });
  test("let nothing saturate, and make no factor 0, ±1 or ±2", () => {
    const g = new Built();
    const product = g.op("mul", g.op("mul", g.leaf("w", 1), g.leaf("v", 1)), g.leaf("x", 1));
    const a = g.op("tanh", g.op("add", product, g.leaf("b", 0), "z"), "a");
    g.op("pow", g.op("sub", a, g.leaf("y", 1, "target")), g.leaf("", 2, "constant"), "C");
    const [model, asked, words] = settings(g);
    for (let seed = 0; seed < 30; seed++) {
      applied(model, numbers(model, seed, every, asked, words).leaves);
      for (const [upper, place] of [
        [g.node("a"), 0],
        [g.node("C"), 0],
        [product, 0],
        [product, 1],
      ]) {
        const size = Math.abs(model.slope(upper, place));
        assert.ok(size > 0.02 && Math.abs(size - 1) > 4e-4 && Math.abs(size - 2) > 8e-4, `${size}`);
      }
    }
  });
  test("stay where a row can be computed in Python only, and faults are told nevertheless", () => {
    const g = neuron();
    const [z, a, w] = ["z", "a", "w"].map((label) => g.node(label));
    const there = g.model();
    const rows = there.graph.rows.map((row) => (row === there.graph.rows[g.ops[a]] ? null : row));
    const recorded = [[a, there.value(a), [there.slope(a, 0)]]];
    const model = new Model(new Graph({ ...g.data(), recorded }, rows));
    const asked = questions(model, g.words().isLabelled);
    const { leaves, faults: found } = numbers(model, 1, every, asked, g.words());
    for (const [leaf, number] of leaves) assert.equal(number, model.value(leaf));
    assert.ok(found > 30);
    const said = diagnose(model, w, (model.adjoint(a) * 0.5).toPrecision(4), NONE, g.words());
    assert.deepEqual([said.findings[0].kind, said.findings[0].node], ["forgotten factor", z]);
  });
});

test("faults of the same number by nature are found at other numbers, not at these", () => {
  const g = neuron({ w: 0.5, x: 2, b: -0.7 });
  const model = g.model();
  const slips = new Slips(model, g.node("w"), g.words(), nearby(model));
  const like = (rule, upper) =>
    slips.all.find((slip) => slip.rule === rule && slip.upper === upper && slip.edges.length === 1)?.like;
  const { wrong } = slips.numbers(model);
  const at = (rule, upper) =>
    wrong[slips.all.findIndex((slip) => slip.rule === rule && slip.upper === upper && slip.edges.length === 1)];
  const [product, C] = [2, g.node("C")];
  assertClose(at("factor", product), at("coefficient", C));
  assert.notEqual(like("factor", product), like("coefficient", C));
});

test("a sum over paths is asked for, however long the chain is that leads to it", () => {
  const g = new Built();
  const a = g.leaf("a", 0.7);
  let x = g.op("mul", a, g.leaf("b", 0.5), "fork");
  x = g.op("add", g.op("mul", x, g.leaf("c", 0.3), "left"), g.op("tanh", x, "right"), "join");
  for (let i = 0; i < 15; i++) x = g.op("mul", x, g.leaf(`w_${i}`, 1.1, "parameter"), `x_${i}`);
  const asked = questions(g.model(), () => true);
  assert.equal(asked.length, 12);
  assert.ok(asked.some((node) => ["a", "b", "fork"].includes(g.labels[node])));
});

test("a way is told by the nodes with names that it leads over", () => {
  const g = new Built();
  const x = g.leaf("x", 0.7);
  const z = ["p", "q"].map((name) =>
    g.op("add", g.op("mul", x, g.leaf(`w${name}`, 0.3)), g.leaf(`b${name}`, 0.2), name),
  );
  g.op("add", g.op("mul", z[0], z[0]), g.op("tanh", z[1], "t"), "C");
  const model = g.model();
  const words = {
    name: (node) => g.labels[node] || "unnamed",
    isLabelled: (node) => g.labels[node] !== "",
  };
  const texts = faults(model, x, words).map(
    ({ number }) => diagnose(model, x, String(number), new Map(), words).findings[0]?.text ?? "",
  );
  assert.ok(texts.some((text) => text.startsWith("This is what comes out if the way from x over q is forgotten")));
  assert.ok(
    texts.some((text) => text.includes("from p to unnamed")),
    "several ways lead from p to C",
  );
});
