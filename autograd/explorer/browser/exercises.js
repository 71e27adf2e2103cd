/** Exercise mode: the gradients are hidden, and the learner fills them in; each answer is told what it amounts to. */

import { button, html } from "./dom.js";
import { diagnose, hint, numbers, questions } from "./exercise.js";
import { derivative, derivativeText } from "./math.js";
import { written } from "./number.js";
import { typeset } from "./typeset.js";

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
    /** @type {Set<number>} What was shown, not answered. */
    this.shown = new Set();
    /** @type {Question[]} */
    this.questions = [];
    this.asked = new Float64Array(); // the numbers that the questions are about
    this.list = html("ol", { class: "questions" });
    this.score = html("p", { class: "aside", role: "status" });
    this.local = html("input", { type: "checkbox" });
    this.local.addEventListener("change", () => this.app.refresh());
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
      html("label", {}, this.local, " show local derivatives"),
    );
    this.root = html("div", { class: "exercises" }, intro, buttons, this.list, this.score);
  }

  /** What the page calls things. */
  get words() {
    const { formulas } = this.app;
    return {
      name: (/** @type {number} */ node) => typeset(formulas.name(node, "tree")),
      isLabelled: (/** @type {number} */ node) => formulas.isNamed(node),
      slope: (/** @type {number} */ upper, /** @type {number} */ place) =>
        typeset(formulas.slope(upper, place, "tree", this.app.keyOf)),
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
    this.shown.clear();
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
    this.begin();
    this.app.settle();
  }

  /** Fill in what is missing. */
  reveal() {
    for (const question of this.questions) {
      const { node, field } = question;
      if (this.right.has(node)) continue;
      field.value = written(this.app.model.adjoint(node));
      this.#forget(question);
      this.shown.add(node);
      this.#say(question, "shown");
    }
    this.#count();
    this.app.refresh();
  }

  /**
   * What the picture has for the gradient of a node: what was answered rightly or shown, else a question mark.
   * @param {number} node
   */
  adjoint(node) {
    const { graph } = this.app.model;
    if (graph.isConstant[node]) return null;
    const isKnown = node === graph.output || this.right.has(node) || this.shown.has(node);
    return isKnown ? this.app.model.adjoint(node) : "?";
  }

  /** Whether the picture has question marks for local derivatives. */
  get hidesSlopes() {
    return !this.local.checked;
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
    const name = derivativeText(formulas, model.graph.output, node);
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
    this.#forget(question);
    if (question.field.value.trim()) this.#judge(question);
    this.#count();
    this.app.refresh();
  }

  /**
   * Take an answer back, with all that was said of it.
   * @param {Question} question
   */
  #forget(question) {
    for (const answers of [this.right, this.shown, this.earlier]) answers.delete(question.node);
    this.#say(question, "");
  }

  /**
   * @param {Question} question
   * @param {string} verdict
   * @param {HTMLElement[]} more
   */
  #say({ said, row }, verdict, ...more) {
    const sign = verdict.charAt(0);
    row.classList.toggle("right", sign === "✓");
    row.classList.toggle("wrong", sign === "✗" || sign === "↪" || sign === "?");
    said.replaceChildren(...(verdict ? [html("strong", {}, verdict)] : []), ...more);
  }

  /** @param {Question} question */
  #judge(question) {
    const { node, field } = question;
    const found = diagnose(this.app.model, node, field.value, this.earlier, this.words);
    const isRight = found.verdict === "right" || found.verdict === "rounded";
    if (isRight) this.right.add(node);
    if (!Number.isNaN(found.number)) this.earlier.set(node, found.number);
    const more = found.others
      ? [html("p", { class: "aside" }, `${found.others} other faults give the same number.`)]
      : [];
    const texts = found.findings.map(({ text }) => html("p", {}, text));
    const next = isRight || !found.hint ? [] : [html("p", { class: "aside" }, found.hint)];
    this.#say(question, VERDICTS.get(found.verdict) ?? found.verdict, ...texts, ...more, ...next);
  }

  #count() {
    const shown = this.shown.size ? `, ${this.shown.size} shown` : "";
    this.score.textContent = `${this.right.size} of ${this.questions.length} right${shown}`;
  }
}
