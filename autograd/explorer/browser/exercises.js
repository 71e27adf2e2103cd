/** Exercise mode: the gradients are hidden, and the learner fills them in; each answer is told what it amounts to. */

import { read } from "./answer.js";
import { button, html } from "./dom.js";
import { diagnose, hint, numbers, questions } from "./exercise.js";
import { derivative, written } from "./math.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {{node: number, field: HTMLInputElement, said: HTMLElement, hints: number, row: HTMLElement}} Question */

const VERDICTS = new Map([
  ["right", "✓ right"],
  ["rounded", "✓ right, as far as it goes"],
  ["carried", "↪ right, given your earlier number"],
  ["fault", "✗ not yet"],
  ["unknown", "✗ not yet"],
  ["not a number", "?"],
]);

export class Exercises {
  /** @param {Explorer} app */
  constructor(app) {
    this.app = app;
    this.seed = 0;
    /** @type {Map<number, number>} What the learner has said. */
    this.earlier = new Map();
    /** @type {Set<number>} */
    this.right = new Set();
    /** @type {Question[]} */
    this.questions = [];
    this.asked = new Float64Array(); // the numbers that the questions are about
    this.list = html("ol", { class: "questions" });
    this.score = html("p", { class: "aside", role: "status" });
    const intro = html(
      "p",
      {},
      "Fill in the gradients, from the output backward, with at least two digits; four are better. ",
      html("span", { class: "aside" }, "A right number is written into the picture."),
    );
    const buttons = html(
      "div",
      { class: "buttons" },
      button("other numbers", () => this.change()),
      button("begin again", () => this.begin()),
      button("show all", () => this.reveal()),
    );
    this.root = html("div", { class: "exercises" }, intro, buttons, this.list, this.score);
  }

  /** What the page calls things. */
  get words() {
    const { formulas } = this.app;
    return {
      name: (/** @type {number} */ node) => formulas.name(node, "text"),
      isLabelled: (/** @type {number} */ node) => formulas.isNamed(node),
      slope: (/** @type {number} */ upper, /** @type {number} */ place) =>
        formulas.slope(upper, place, "text", this.app.keyOf),
      coefficientOf: (/** @type {number} */ upper, /** @type {number} */ place) =>
        formulas.coefficientOf(upper, place, this.app.keyOf),
    };
  }

  /** Show the questions; those that were answered stay answered, as long as the numbers are the same. */
  show() {
    const { model } = this.app;
    const isSame = model.graph.leaves.every((leaf) => Object.is(this.asked[leaf], model.values[leaf]));
    if (!this.questions.length || !isSame) this.begin();
  }

  /** Ask everything anew. */
  begin() {
    const { model, formulas } = this.app;
    this.asked = model.values.slice();
    this.earlier.clear();
    this.right.clear();
    const asked = questions(model, (node) => formulas.isNamed(node));
    this.questions = asked.map((node) => this.#question(node));
    this.list.replaceChildren(...this.questions.map(({ row }) => row));
    this.#count();
    this.app.refresh();
  }

  /** Other numbers, at which no two faults give the same. */
  change() {
    const { model } = this.app;
    const asked = this.questions.map(({ node }) => node);
    const found = numbers(model, ++this.seed, () => true, asked, this.words);
    for (const [leaf, number] of found.leaves) model.values[leaf] = number;
    model.recompute();
    this.app.version++;
    this.begin();
    this.app.settle();
  }

  /** Fill in what is missing. */
  reveal() {
    for (const question of this.questions) {
      if (this.right.has(question.node)) continue;
      question.field.value = written(this.app.model.adjoint(question.node));
      this.#check(question);
    }
  }

  /**
   * What the picture has for the gradient of a node: what was answered rightly, else a question mark.
   * @param {number} node
   */
  adjoint(node) {
    const { graph } = this.app.model;
    if (graph.isConstant[node]) return null;
    return node === graph.output || this.right.has(node) ? this.app.model.adjoint(node) : "?";
  }

  /**
   * A node was clicked: its question gets the focus.
   * @param {number} node
   */
  selected(node) {
    this.questions.find((question) => question.node === node)?.field.focus();
  }

  /** @param {number} node */
  #question(node) {
    const { model, formulas } = this.app;
    const name = `∂${formulas.name(model.graph.output, "text")}/∂${formulas.name(node, "text")}`;
    const field = html("input", { type: "text", inputmode: "text", size: 9, autocomplete: "off", "aria-label": name });
    const said = html("div", { class: "said", role: "status" });
    const row = html("li");
    /** @type {Question} */
    const question = { node, field, said, hints: 0, row };
    field.addEventListener("change", () => this.#check(question));
    field.addEventListener("focus", () => this.app.picture.light([], [node]));
    const help = button("hint", () => {
      question.hints = Math.min(3, question.hints + 1);
      said.replaceChildren(html("p", {}, hint(model, node, question.hints, this.words)));
    });
    row.append(html("label", {}, derivative(formulas, model.graph.output, node), " = ", field), help, said);
    return question;
  }

  /** @param {Question} question */
  #check(question) {
    const { node, field, said, row } = question;
    if (!field.value.trim()) return;
    const found = diagnose(this.app.model, node, field.value, this.earlier, this.words);
    const isRight = found.verdict === "right" || found.verdict === "rounded";
    if (isRight) this.right.add(node);
    else this.right.delete(node);
    const typed = read(field.value);
    if (typed) this.earlier.set(node, typed.number);
    else this.earlier.delete(node);
    row.classList.toggle("right", isRight);
    row.classList.toggle("wrong", !isRight);
    const more = found.others
      ? [html("p", { class: "aside" }, `${found.others} other faults give the same number.`)]
      : [];
    const texts = found.findings.map(({ text }) => html("p", {}, text));
    const next = isRight || !found.hint ? [] : [html("p", { class: "aside" }, found.hint)];
    said.replaceChildren(html("strong", {}, VERDICTS.get(found.verdict) ?? found.verdict), ...texts, ...more, ...next);
    this.#count();
    this.app.refresh();
  }

  #count() {
    this.score.textContent = `${this.right.size} of ${this.questions.length} right`;
  }
}
