/** The panel of the steps: buttons, a scrubber, and for each step a sentence and a formula with its numbers. */

import { button, html } from "./dom.js";
import { asFactor, derivative, math, written } from "./math.js";
import { allSteps, Progress } from "./steps.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {import("./steps.js").Step} Step */

export class Stepper {
  /** @param {Explorer} app */
  constructor(app) {
    this.app = app;
    /** @type {Step[]} */
    this.steps = allSteps(app.model.graph);
    this.taken = 0;
    /** @type {{taken: number, adjoints: Float64Array, progress: Progress} | undefined} */
    this.known = undefined;
    this.scrubber = html("input", { type: "range", min: 0, max: this.steps.length, step: 1, "aria-label": "step" });
    this.scrubber.addEventListener("input", () => this.go(Number(this.scrubber.value)));
    this.buttons = [
      button("first", () => this.go(0)),
      button("back", () => this.go(this.taken - 1), { "aria-keyshortcuts": "," }),
      button("next", () => this.go(this.taken + 1), { "aria-keyshortcuts": "." }),
      button("backward pass", () => this.go(this.steps.findIndex((step) => step.kind === "seed"))),
      button("last", () => this.go(this.steps.length)),
    ];
    this.place = html("span", { class: "aside" });
    this.sentence = html("p", { class: "sentence" });
    this.formula = html("div", { class: "line" });
    this.root = html(
      "div",
      { class: "stepper" },
      html("div", { class: "buttons" }, ...this.buttons, this.place),
      this.scrubber,
      this.sentence,
      this.formula,
    );
  }

  /**
   * Go to a step.
   * @param {number} taken How many steps have then been taken.
   */
  go(taken) {
    this.taken = Math.min(this.steps.length, Math.max(0, taken));
    this.show();
    this.app.stepped();
  }

  /** The numbers that are known by now. */
  get progress() {
    const { model } = this.app;
    const { adjoints } = model; // others, whenever the model is computed anew
    if (this.known?.taken !== this.taken || this.known.adjoints !== adjoints) {
      this.known = { taken: this.taken, adjoints, progress: new Progress(model, this.steps, this.taken) };
    }
    return this.known.progress;
  }

  /** Show the step that was taken last. */
  show() {
    const step = this.steps[this.taken - 1];
    this.scrubber.value = String(this.taken);
    const [text, formula] = step
      ? this.#said(step)
      : ["Nothing is computed yet: only the numbers that were given are known.", []];
    this.scrubber.setAttribute("aria-valuetext", `${this.taken} of ${this.steps.length}: ${text}`);
    this.place.textContent = `${this.taken} of ${this.steps.length}`;
    this.sentence.textContent = text.replaceAll(" - ", " − ");
    this.formula.replaceChildren(...formula);
    const [first, back, next, , last] = this.buttons;
    for (const each of [first, back]) each?.toggleAttribute("disabled", this.taken === 0);
    for (const each of [next, last]) each?.toggleAttribute("disabled", this.taken === this.steps.length);
  }

  /** The step in one sentence. */
  get said() {
    return this.sentence.textContent ?? "";
  }

  /**
   * A step in words, and as a formula.
   * @param {Step} step
   * @returns {[string, (Node | string)[]]}
   */
  #said(step) {
    const { model, formulas } = this.app;
    const { graph } = model;
    const node = step.node;
    const name = formulas.name(node, "text");
    const numbers = (/** @type {number} */ other) => written(model.value(other));
    if (step.kind === "value") {
      const text = formulas.value(node, "text");
      const sentence = `Forward: ${name === text ? name : `${name} = ${text}`} is ${written(model.value(node))}.`;
      const filled = formulas.value(node, "text", numbers);
      return [
        sentence,
        [
          this.app.named(node),
          " = ",
          math(text, formulas.value(node, "mathml")),
          " = ",
          math(filled, formulas.value(node, "mathml", numbers)),
          ` = ${written(model.value(node))}`,
        ],
      ];
    }
    if (step.kind === "seed") {
      return [`Backward: it begins at the output, ∂${name}/∂${name} = 1.`, [derivative(formulas, node, node), " = 1"]];
    }
    const { progress } = this;
    const parent = graph.parents[node]?.[step.place] ?? 0;
    const below = formulas.name(parent, "text");
    const slope = model.slope(node, step.place);
    const adjoint = progress.adjoint(node) ?? 0;
    const product = adjoint * slope;
    const after = progress.adjoint(parent) ?? 0;
    const change =
      progress.before === 0 && after === product
        ? `which now has ${written(after)}`
        : `which had ${written(progress.before)} and now has ${written(after)}`;
    const sentence = `Backward: ${name} passes ${asFactor(adjoint)} · ${asFactor(slope)} = ${written(product)} on to ${below}, ${change}.`;
    const { keyOf } = this.app;
    const text = formulas.slope(node, step.place, "text", keyOf);
    return [
      sentence,
      [
        derivative(formulas, graph.output, node),
        " · ",
        derivative(formulas, node, parent),
        ` = ${asFactor(adjoint)} · `,
        math(text, formulas.slope(node, step.place, "mathml", keyOf)),
        ` = ${asFactor(adjoint)} · ${asFactor(slope)} = ${written(product)}`,
      ],
    ];
  }
}
