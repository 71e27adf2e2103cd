/** What a step does, in a sentence and in formulas with its numbers. */

import { html } from "./dom.js";
import { asFactor, derivative, derivativeText, math } from "./math.js";
import { written } from "./number.js";
import { atom } from "./parentheses.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./steps.js").Computed} Computed */
/** @typedef {import("./steps.js").Pass} Pass */
/** @typedef {import("./steps.js").Progress} Progress */
/** @typedef {import("./steps.js").Step} Step */
/** @typedef {(Node | string)[]} Line */
/** @typedef {{text: string, lines: Line[], left: number}} Told A sentence, formulas, and how many more there are. */

const MOST_NAMES = 4; // in a sentence
const MOST_LINES = 8;

/**
 * What the last of some steps does.
 * @param {Explorer} app
 * @param {Step[]} steps
 * @param {number} taken
 * @param {Progress} progress
 * @returns {Told}
 */
export function told(app, steps, taken, progress) {
  const step = steps[taken - 1];
  if (!step)
    return { text: "Nothing is computed yet: only the numbers that were given are known.", lines: [], left: 0 };
  if (step.kind === "value") return computed(app, step);
  if (step.kind === "seed") {
    const { node } = step;
    const text = `Backward: it begins at the output, ${derivativeText(app.formulas, node, node)} = 1.`;
    return { text, lines: [[derivative(app.formulas, node, node), " = 1"]], left: 0 };
  }
  return new Passed(app, steps, taken, step, progress).told();
}

/**
 * A part of the graph is computed.
 * @param {Explorer} app
 * @param {Computed} step
 * @returns {Told}
 */
function computed(app, { results }) {
  const { model, formulas } = app;
  const value = (/** @type {number} */ node) => written(model.value(node));
  const name = (/** @type {number} */ node) => formulas.name(node, "text");
  const left = Math.max(0, results.length - MOST_LINES);
  const lines = results.slice(0, MOST_LINES).map((node) => {
    const [text, filled] = [formulas.value(node, "text"), formulas.value(node, "text", value)];
    return equal(
      [name(node), app.named(node)],
      [text, math(text, formulas.value(node, "mathml"))],
      [filled, math(filled, formulas.value(node, "mathml", value))],
      [value(node), value(node)],
    );
  });
  const [only = 0] = results;
  if (results.length > 1) {
    const all = results.map((node) => `${name(node)} is ${value(node)}`);
    return { text: `Forward: ${titled(app, results)} is computed: ${listed(all)}.`, lines, left };
  }
  const text = formulas.value(only, "text");
  const how = isSame(name(only), text) ? text : `${name(only)} = ${text}`;
  return { text: `Forward: ${how} is ${value(only)}.`, lines, left };
}

/** A part of the graph hands on. */
class Passed {
  /**
   * @param {Explorer} app
   * @param {Step[]} steps
   * @param {number} taken
   * @param {Pass} step
   * @param {Progress} progress
   */
  constructor(app, steps, taken, step, progress) {
    this.app = app;
    this.steps = steps;
    this.taken = taken;
    this.step = step;
    this.progress = progress;
    /** What hands on, if it is one node. */
    this.from = step.results.length === 1 ? step.results[0] : undefined;
  }

  /** @returns {Told} */
  told() {
    const { kind } = this.step;
    const to = this.#targets();
    const [only = 0] = to;
    const lines = to.slice(0, MOST_LINES).map((node) => this.#line(node));
    const text =
      kind === "own"
        ? this.#toOwn()
        : this.from !== undefined && to.length === 1
          ? this.#toOne(only)
          : this.#toSeveral();
    return { text: `Backward: ${text}`, lines, left: to.length - lines.length };
  }

  /** What is handed on to: of the leaves in a part, first the weights, then what is only added to them. */
  #targets() {
    const { to, kind } = this.step;
    return kind === "own" ? [...to].sort((a, b) => Number(this.#isAdded(a)) - Number(this.#isAdded(b))) : to;
  }

  /**
   * Whether a leaf is added to something and does nothing else here, as a bias.
   * @param {number} node
   */
  #isAdded(node) {
    const { formulas } = this.app;
    return this.#edges(node).every(([upper, place]) => formulas.handsOn(upper, place));
  }

  /**
   * The edges that bring something to a node.
   * @param {number} node
   */
  #edges(node) {
    const { parents } = this.app.model.graph;
    return this.step.edges.filter(([upper, place]) => parents[upper]?.[place] === node);
  }

  /** @param {number} node */
  #name(node) {
    return this.app.formulas.name(node, "text");
  }

  get #who() {
    return this.from === undefined ? titled(this.app, this.step.results) : this.#name(this.from);
  }

  /** @param {number} node */
  #toOne(node) {
    const { adjoint, slope, formula, brought } = this.#product(node);
    const numbers = `${adjoint} · ${slope} = ${brought}`;
    const isName = this.app.formulas.find(formula) >= 0;
    const product = isName ? `${adjoint} · ${formula} = ${numbers}` : numbers;
    return `${this.#who} passes ${product} on to ${this.#name(node)}, ${this.#has(node)}${this.#waits(node)}`;
  }

  #toSeveral() {
    const to = this.#targets();
    return `${this.#who} passes on to ${titled(this.app, to)}: ${this.#sums(to, (node) => `${this.#name(node)} now has`)}.`;
  }

  #toOwn() {
    const { app, from, progress } = this;
    const passes = from === undefined ? "passes on" : `passes ${written(progress.adjoint(from) ?? NaN)} on`;
    const { output } = app.model.graph;
    const lead = (/** @type {number} */ node) =>
      progress.isPartial(node) ? `${this.#name(node)} now has` : `${derivativeText(app.formulas, output, node)} =`;
    return `${this.#who} ${passes} to ${this.#own()}: ${this.#sums(this.#targets(), lead)}.`;
  }

  /** What the leaves of a part are. */
  #own() {
    const { graph } = this.app.model;
    const { to } = this.step;
    if (to.some((node) => graph.roles.get(node) !== "parameter")) return "what is in its box";
    const biases = to.filter((node) => this.#isAdded(node)).length;
    const weights = to.length - biases;
    const words = [weights > 1 ? "weights" : weights ? "weight" : "", biases > 1 ? "biases" : biases ? "bias" : ""];
    return `its own ${words.filter(Boolean).join(" and ")}`;
  }

  /**
   * What nodes have now.
   * @param {number[]} nodes
   * @param {(node: number) => string} lead
   */
  #sums(nodes, lead) {
    const { progress } = this;
    const isAll = nodes.every((node) => progress.isPartial(node));
    const texts = nodes.map((node) => {
      const more = progress.isPartial(node) && !isAll ? " (more is to come)" : "";
      return `${lead(node)} ${written(progress.adjoint(node) ?? NaN)}${more}`;
    });
    return `${listed(texts)}${isAll ? "; more is to come to each" : ""}`;
  }

  /** @param {number} node */
  #has(node) {
    const before = this.progress.before.get(node);
    const now = `now has ${written(this.progress.adjoint(node) ?? NaN)}`;
    return before === undefined ? `which ${now}` : `which had ${written(before)} and ${now}`;
  }

  /**
   * Whether a node has all by now, and if not, what it waits for.
   * @param {number} node
   */
  #waits(node) {
    const { steps, taken, app } = this;
    const brings = (/** @type {Step} */ step) =>
      (step.kind === "pass" || step.kind === "own") && step.to.includes(node);
    const name = this.#name(node);
    const later = /** @type {Pass[]} */ (steps.slice(taken).filter(brings));
    if (later.length) {
      const here = titled(app, this.step.results, true);
      const through = later.map(({ results }) => {
        const above = titled(app, results, true);
        return above === here ? titled(app, results) : above;
      });
      const names = [...new Set(through)];
      const isSame = names.length === 1 && names[0] === this.#who;
      return `; ${name} waits for ${isSame ? "more from" : "what comes through"} ${listed(names)}.`;
    }
    const came = steps.slice(0, taken).filter(brings).length;
    if (came < 2) return ".";
    const { graph } = app.model;
    const all = came === 2 ? "Both" : `All ${came}`;
    const then = graph.isLeaf(node)
      ? `this is ${derivativeText(app.formulas, graph.output, node)}`
      : `${name} may hand on`;
    return `. ${all} have come: ${then}.`;
  }

  /**
   * What comes to a node: an adjoint, times a derivative as a formula and as a number.
   * @param {number} node
   */
  #product(node) {
    const { from = 0, progress, step, app } = this;
    const { model, formulas, keyOf } = app;
    const edges = this.#edges(node);
    const way = onlyWay(step, edges, from, model.graph.parents);
    return {
      adjoint: asFactor(progress.adjoint(from) ?? NaN),
      slope: asFactor(slope(step, edges, from, model)),
      formula: way ? formulas.factor(way, "text", keyOf) : "…",
      mathml: () => formulas.factor(way ?? [], "mathml", keyOf),
      brought: written(progress.brought(edges)),
    };
  }

  /**
   * @param {number} node
   * @returns {Line}
   */
  #line(node) {
    const { formulas, model } = this.app;
    const { output } = model.graph;
    const { from, step, progress } = this;
    const whole = derivative(formulas, output, node);
    if (from === undefined) return [whole, ` = ${written(progress.adjoint(node) ?? NaN)}`];
    const { adjoint, slope, formula, mathml, brought } = this.#product(node);
    const isWhole = step.kind === "own" && !progress.before.has(node) && !progress.isPartial(node);
    const product = () => [derivative(formulas, output, from), " · ", derivative(formulas, from, node)];
    const symbols = isWhole ? [whole] : product();
    const isLoose = atom(formula) !== formula;
    const letters = () => {
      const found = math(formula, mathml());
      return [`${adjoint} · `, isLoose ? html("span", {}, "(", found, ")") : found];
    };
    return equal(
      ["", ...symbols],
      ...(formula === "…"
        ? []
        : [
            /** @type {Form} */ ([
              `${adjoint} · ${isLoose ? `(${formula})` : formula}`.replaceAll("-", "−"),
              ...letters(),
            ]),
          ]),
      [`${adjoint} · ${slope}`, `${adjoint} · ${slope}`],
      [brought, brought],
    );
  }
}

/** @typedef {[text: string, ...nodes: (Node | string)[]]} Form */

/**
 * Forms of the same thing, with = between them, but for those that say what the next one says.
 * @param {Form[]} forms
 * @returns {Line}
 */
function equal(...forms) {
  const kept = forms.filter(([text], i) => !isSame(text, forms[i + 1]?.[0]));
  return kept.flatMap(([, ...nodes], i) => (i ? [" = ", ...nodes] : nodes));
}

/**
 * Whether two formulas are the same, but for parentheses round one of them.
 * @param {string} one
 * @param {string} [other]
 */
function isSame(one, other) {
  return one === other || one === `(${other})` || other === `(${one})`;
}

/** @param {string[]} texts */
function listed(texts) {
  const left = texts.length - MOST_NAMES;
  if (left > 1) return `${texts.slice(0, MOST_NAMES).join(", ")} and ${left} more`;
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}

/**
 * What several nodes are called together: as their box is, if they have one.
 * @param {Explorer} app
 * @param {number[]} nodes
 * @param {boolean} [isNamed] Whether a single node without a name is called after the next one above that has one.
 */
function titled(app, nodes, isNamed = false) {
  const { formulas, picture, model } = app;
  const [first = 0] = nodes;
  const title = picture.data.boxes[picture.boxOf[first] ?? -1]?.[7] ?? "";
  if (nodes.length > 1) return title.split(":")[0] || listed(nodes.map((node) => formulas.name(node, "text")));
  let node = first;
  while (isNamed && !formulas.isNamed(node) && model.graph.uses[node]?.length === 1)
    node = model.graph.uses[node]?.[0]?.[0] ?? node;
  return formulas.name(isNamed && !formulas.isNamed(node) ? first : node, "text");
}

/**
 * The derivative of a part's result along some of the edges that leave it.
 * @param {Pass} step
 * @param {Edge[]} edges
 * @param {number} from
 * @param {import("./model.js").Model} model
 */
function slope(step, edges, from, model) {
  const local = new Map([[from, 1]]);
  const along = (/** @type {Edge} */ [upper, place]) => (local.get(upper) ?? 0) * model.slope(upper, place);
  for (const edge of step.inner) {
    const parent = model.graph.lower(edge);
    local.set(parent, (local.get(parent) ?? 0) + along(edge));
  }
  return edges.reduce((sum, edge) => sum + along(edge), 0);
}

/**
 * The edges from a leaving edge up to the result of a part, if there is but one way.
 * @param {Pass} step
 * @param {Edge[]} edges
 * @param {number} from
 * @param {number[][]} parents
 */
function onlyWay(step, edges, from, parents) {
  const way = [...edges];
  while (way.length && way.at(-1)?.[0] !== from) {
    const upper = way.at(-1)?.[0] ?? 0;
    const next = step.inner.filter(([node, place]) => parents[node]?.[place] === upper);
    if (next.length !== 1) return null;
    way.push(/** @type {Edge} */ (next[0]));
  }
  return edges.length === 1 ? way : null;
}
