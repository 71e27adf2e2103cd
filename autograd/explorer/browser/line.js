/** The number line of a leaf: a slider to drag, and the number to type. */

import { read } from "./answer.js";
import { html } from "./dom.js";
import { show, written } from "./number.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */

const STEPS = 400; // of the slider

export class NumberLine {
  /** @param {Explorer} app */
  constructor(app) {
    this.app = app;
    this.leaf = -1;
    this.low = -1;
    this.high = 1;
    this.slider = html("input", { type: "range", min: 0, max: STEPS, step: 1 });
    this.field = html("input", { type: "text", inputmode: "decimal", size: 24, autocomplete: "off" });
    this.lowEnd = html("span", { class: "end" });
    this.highEnd = html("span", { class: "end" });
    this.problem = html("p", { class: "problem", role: "alert" });
    this.label = html("span", { class: "line-name" });
    this.root = html(
      "div",
      { class: "number-line" },
      html("label", {}, this.label, " = ", this.field),
      html("div", { class: "slider" }, this.lowEnd, this.slider, this.highEnd),
      this.problem,
    );
    this.slider.addEventListener("input", () => {
      const share = Number(this.slider.value) / STEPS;
      // as fine as its steps, else a key would not move it
      this.app.nudge(
        this.leaf,
        rounded(this.low + share * (this.high - this.low), (100 * (this.high - this.low)) / STEPS),
      );
    });
    this.slider.addEventListener("change", () => this.app.settle());
    this.field.addEventListener("change", () => this.#typed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#typed();
    });
  }

  /**
   * Show the line of a leaf; none for a node that is no leaf, or is a constant.
   * @param {number} leaf
   */
  show(leaf) {
    this.leaf = leaf;
    this.root.hidden = leaf < 0 || !this.app.model.graph.isMovable(leaf);
    if (this.root.hidden) return;
    const name = this.app.formulas.name(leaf, "text");
    this.label.replaceChildren(this.app.named(leaf));
    this.slider.setAttribute("aria-label", name);
    this.field.setAttribute("aria-label", name);
    this.#range();
    this.update();
  }

  /** The ends of the line, about the number as it is. */
  #range() {
    const value = this.app.model.value(this.leaf);
    const reach = Math.max(1, 2 ** Math.ceil(Math.log2(Math.abs(value) || 1)));
    [this.low, this.high] = Number.isFinite(value) ? [value - reach, value + reach] : [-1, 1];
    this.lowEnd.textContent = written(this.low, 3);
    this.highEnd.textContent = written(this.high, 3);
  }

  /** Write the number as it is now. */
  update() {
    if (this.root.hidden) return;
    const value = this.app.model.value(this.leaf);
    if (value < this.low || value > this.high) this.#range();
    const place = ((value - this.low) / (this.high - this.low)) * STEPS;
    this.slider.value = String(Number.isFinite(place) ? Math.round(place) : 0);
    this.slider.setAttribute("aria-valuetext", show(value, 6));
    if (document.activeElement !== this.field) this.field.value = String(value);
    this.problem.textContent = "";
  }

  #typed() {
    if (!this.field.value.trim()) {
      this.problem.textContent = "";
      this.field.value = String(this.app.model.value(this.leaf));
      return;
    }
    const number = read(this.field.value)?.number;
    if (number === undefined) {
      this.problem.textContent = `a number is wanted, such as −0.3, 1e-3 or 1/3, but this is “${this.field.value.slice(0, 30)}”.`;
      return;
    }
    this.problem.textContent = "";
    if (Object.is(number, this.app.model.value(this.leaf))) return;
    this.app.nudge(this.leaf, number);
    this.app.settle();
  }
}

/**
 * A number from a slider, without digits that nobody chose.
 * @param {number} x
 * @param {number} reach
 */
export function rounded(x, reach) {
  const unit = 10 ** Math.floor(Math.log10(reach / 100));
  return Number((Math.round(x / unit) * unit).toPrecision(12));
}
