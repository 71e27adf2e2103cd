/** The panel of the steps: buttons, a scrubber, and for each step a sentence and a formula with its numbers. */

import { button, html } from "./dom.js";
import { told } from "./sentences.js";
import { allSteps, partsOf, Progress, stepsFor, work } from "./steps.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {import("./steps.js").Step} Step */

export class Stepper {
  /** @param {Explorer} app */
  constructor(app) {
    this.app = app;
    /** @type {import("./picture.js").Picture | undefined} The picture whose boxes and arrows are stepped through. */
    this.picture = undefined;
    /** @type {Step[] | undefined} */
    this.found = undefined;
    this.taken = 0;
    /** @type {{taken: number, adjoints: Float64Array, progress: Progress} | undefined} */
    this.known = undefined;
    this.scrubber = html("input", { type: "range", min: 0, step: 1, "aria-label": "step" });
    this.scrubber.addEventListener("input", () => this.go(Number(this.scrubber.value)));
    this.buttons = [
      button("first", () => this.go(0)),
      button("back", () => this.go(this.taken - 1), { "aria-keyshortcuts": "," }),
      button("next", () => this.go(this.taken + 1), { "aria-keyshortcuts": "." }),
      button("backward pass", () => this.go(1 + this.steps.findIndex((step) => step.kind === "seed"))),
      button("last", () => this.go(this.steps.length)),
    ];
    this.place = html("span", { class: "aside" });
    this.sentence = html("p", { class: "sentence" });
    this.lines = html("div");
    this.root = html(
      "div",
      { class: "stepper" },
      html("div", { class: "buttons" }, ...this.buttons, this.place),
      this.scrubber,
      this.sentence,
      this.lines,
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

  /**
   * Step through another picture from now on, from about the same place.
   * @param {import("./picture.js").Picture} picture
   */
  open(picture) {
    const done = this.taken ? work(this.steps.slice(0, this.taken)) : 0;
    this.picture = picture;
    this.found = undefined;
    this.known = undefined;
    if (done) this.taken = stepsFor(this.steps, done);
  }

  /** All steps; they are found when they are needed first. */
  get steps() {
    const { model, levels } = this.app;
    const { picture } = this;
    if (this.found || !picture) return this.found ?? [];
    const { data } = picture;
    const coarser = levels
      .slice(levels.findIndex((each) => each.level === data.level))
      .filter(({ level, direction }) => level !== data.level && level !== "neurons" && direction === data.direction)
      .reverse();
    const parts = [...coarser, data].map((each) => partsOf(each, model.graph));
    this.found = allSteps(model.graph, parts, (upper, place) => picture.arrowsOf(upper, place)[0]);
    return this.found;
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
    const { length } = this.steps;
    const { text, lines, left } = told(this.app, this.steps, this.taken, this.progress);
    this.scrubber.max = String(length);
    this.scrubber.value = String(this.taken);
    this.scrubber.setAttribute("aria-valuetext", `${this.taken} of ${length}: ${text}`);
    this.place.textContent = `${this.taken} of ${length}`;
    this.sentence.textContent = text.replaceAll(" - ", " − ");
    this.lines.replaceChildren(
      ...lines.map((line) => html("div", { class: "line" }, ...line)),
      ...(left > 0 ? [html("p", { class: "aside" }, `and ${left} more`)] : []),
    );
    const [first, back, next, , last] = this.buttons;
    for (const each of [first, back]) each?.toggleAttribute("disabled", this.taken === 0);
    for (const each of [next, last]) each?.toggleAttribute("disabled", this.taken === length);
  }

  /** The step in one sentence. */
  get said() {
    return this.sentence.textContent ?? "";
  }
}
