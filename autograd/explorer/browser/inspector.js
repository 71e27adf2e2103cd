/** What is known of the node that is selected: how it was computed, its gradient, and the ways in and out. */

import { Chain } from "./chain.js";
import { html, rowOf, tableOf } from "./dom.js";
import { NumberLine } from "./line.js";
import { math } from "./math.js";
import { Nudge } from "./nudge.js";
import { written } from "./number.js";
import { gradient } from "./table.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */

const MOST = 12; // rows of a table, buttons in a list

export class Inspector {
  /** @param {Explorer} app */
  constructor(app) {
    this.app = app;
    this.chain = new Chain(app);
    this.line = new NumberLine(app);
    this.nudge = new Nudge(app);
    this.head = html("div", { class: "head" });
    this.notes = html("div", { class: "notes" });
    this.step = html("section", { class: "one-step", "aria-label": "one step of the chain rule" });
    this.around = html("nav", { class: "around", "aria-label": "neighbors" });
    this.root = html(
      "div",
      { class: "inspector" },
      html("div", {}, this.head, this.line.root, this.notes, this.chain.root),
      html("div", {}, this.nudge.root, this.step, this.around),
    );
    /** @type {(() => void)[]} */
    this.updates = [];
  }

  /**
   * Show a node, or how to begin.
   * @param {number} node
   */
  show(node) {
    this.updates = [];
    if (node < 0) {
      this.line.show(-1);
      this.nudge.end();
      for (const part of [this.chain.root, this.step, this.around]) part.replaceChildren();
      this.#notes();
      this.head.replaceChildren(
        html(
          "p",
          {},
          "Click a box, and every path from it to the output lights up, with its factors and their product. Drag a number sideways, and all that depends on it follows.",
        ),
        ...gradient(this.app),
      );
      return;
    }
    this.#head(node);
    this.line.show(node);
    this.#notes();
    this.chain.show(node);
    if (this.nudge.leaf !== node) this.nudge.end();
    this.#oneStep(node);
    this.#around(node);
  }

  /** Write all numbers anew. */
  update() {
    if (this.app.selected < 0) return;
    this.line.update();
    this.chain.update();
    this.nudge.update();
    this.#notes();
    for (const update of this.updates) update();
  }

  /** @param {number} node */
  #head(node) {
    const { model, formulas } = this.app;
    const { graph } = model;
    const value = document.createTextNode("");
    const title = html("h2", {}, this.app.named(node));
    if (graph.isLeaf(node)) {
      const role = graph.roles.get(node) ?? "variable";
      title.append(html("span", { class: "role" }, ` ${role}`));
      if (graph.isConstant[node]) title.append(" = ", value);
    } else {
      const numbers = html("span");
      const numbersNow = () => {
        const text = formulas.value(node, "text", (/** @type {number} */ other) => written(model.value(other)));
        if (numbers.dataset.text === text) return;
        numbers.dataset.text = text;
        numbers.replaceChildren(
          math(
            text,
            formulas.value(node, "mathml", (/** @type {number} */ other) => written(model.value(other))),
          ),
        );
      };
      this.updates.push(numbersNow);
      numbersNow();
      title.append(
        " = ",
        math(formulas.value(node, "text"), formulas.value(node, "mathml")),
        " = ",
        numbers,
        " = ",
        value,
      );
    }
    const now = () => (value.data = written(model.value(node)));
    this.updates.push(now);
    now();
    this.head.replaceChildren(title);
  }

  /** What does not work at these numbers, and what does not follow them. */
  #notes() {
    const texts = this.app.notes();
    if (texts.join("\n") === this.notes.dataset.text) return;
    this.notes.dataset.text = texts.join("\n");
    this.notes.replaceChildren(...texts.map((text) => html("p", { class: "note" }, text)));
  }

  /**
   * The gradient as a sum over the edges that leave the node: for a neuron, those to the next layer.
   * @param {number} node
   */
  #oneStep(node) {
    const { model, formulas } = this.app;
    const { graph } = model;
    const uses = (graph.uses[node] ?? []).filter(([upper]) => model.reaches(upper));
    const named = graph.isConstant[node] || uses.length < 2 ? [] : this.#throughNamed(node);
    if (named.length < 2) {
      this.step.replaceChildren();
      return;
    }
    const shown = named.slice(0, MOST);
    const rows = shown.map(({ upper, slope }) => {
      const cells = [0, 1, 2].map(() => document.createTextNode(""));
      const update = () => {
        const local = slope();
        const numbers = [local, model.adjoint(upper), local * model.adjoint(upper)];
        cells.forEach((cell, i) => (cell.data = written(numbers[i] ?? NaN)));
      };
      this.updates.push(update);
      update();
      return rowOf(this.app.toNode(upper), cells);
    });
    const total = document.createTextNode("");
    const sum = () => (total.data = written(model.adjoint(node)));
    this.updates.push(sum);
    sum();
    const name = formulas.name(node, "text");
    const output = formulas.name(graph.output, "text");
    const head = ["through", `∂…/∂${name}`, `∂${output}/∂…`, "product"];
    const left = named.length - shown.length;
    const last = rowOf(left ? `and ${left} more; together` : "together", ["", "", total]);
    last.classList.add("total");
    this.step.replaceChildren(html("h3", {}, `Where ∂${output}/∂${name} comes from`), tableOf(head, [...rows, last]));
  }

  /**
   * Where a node's gradient comes from: the next nodes with names, and the derivative of each.
   * @param {number} node
   */
  #throughNamed(node) {
    const { model, formulas } = this.app;
    const isNamed = (/** @type {number} */ other) => formulas.isNamed(other) || other === model.graph.output;
    let slopes = model.tangentsUntil(node, isNamed);
    let { adjoints } = model; // others, whenever the model is computed anew
    const now = () => {
      if (adjoints !== model.adjoints) slopes = model.tangentsUntil(node, isNamed);
      ({ adjoints } = model);
      return slopes;
    };
    return [...slopes.keys()].map((upper) => ({ upper, slope: () => now().get(upper) ?? 0 }));
  }

  /** @param {number} node */
  #around(node) {
    const { graph } = this.app.model;
    const before = [...new Set(graph.parents[node] ?? [])];
    const after = [...new Set((graph.uses[node] ?? []).map(([upper]) => upper))];
    this.around.replaceChildren(...this.#list("computed from", before), ...this.#list("used by", after));
  }

  /**
   * @param {string} title
   * @param {number[]} nodes
   */
  #list(title, nodes) {
    if (!nodes.length) return [];
    const buttons = nodes.slice(0, MOST).map((node) => this.app.toNode(node));
    const more = nodes.length > MOST ? [` and ${nodes.length - MOST} more`] : [];
    return [html("p", {}, html("span", { class: "aside" }, `${title} `), ...buttons, ...more)];
  }

  /**
   * Mark what is written of an edge, or of none.
   * @param {import("./graph.js").Edge | null} edge
   */
  point(edge) {
    this.chain.point(edge);
  }
}
