/** What a change of one leaf does on the way to the output: predicted by the derivatives, and as it came out. */

import { html, rowOf, tableOf } from "./dom.js";
import { asFactor, derivative } from "./math.js";
import { written } from "./number.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */

const MOST_ROWS = 12;

export class Nudge {
  /** @param {Explorer} app */
  constructor(app) {
    this.app = app;
    this.root = html("section", { class: "nudge", "aria-label": "the nudge" });
    this.root.hidden = true;
    /** @type {{node: number, cells: Text[]}[]} */
    this.rows = [];
    this.prediction = document.createTextNode("");
    this.leaf = -1;
    this.before = new Float64Array();
    this.tangents = new Float64Array();
  }

  /**
   * Begin with the numbers as they are, before a leaf is moved.
   * @param {number} leaf
   */
  begin(leaf) {
    const { model, formulas } = this.app;
    this.leaf = leaf;
    this.before = model.values.slice();
    this.tangents = model.tangents(leaf);
    const above = [...model.graph.above(leaf)].filter(
      (node) => node === leaf || node === model.graph.output || formulas.isNamed(node),
    );
    const half = MOST_ROWS / 2;
    const shown = above.length > MOST_ROWS ? [...above.slice(0, half), ...above.slice(-half)] : above;
    this.rows = shown.map((node) => ({ node, cells: Array.from({ length: 5 }, () => document.createTextNode("")) }));
    const head = ["variable", "before", "now", "change", "predicted", "change ÷ nudge"];
    const rows = this.rows.map(({ node, cells }) => rowOf(this.app.named(node), cells));
    const name = formulas.name(leaf, "text");
    this.root.replaceChildren(
      html("h3", {}, `What the nudge of ${name} does`),
      tableOf(head, rows),
      html("p", { class: "aside" }, "predicted: ", derivative(formulas, model.graph.output, leaf), this.prediction),
      ...(this.#mayHaveDecided
        ? [
            html(
              "p",
              { class: "aside" },
              "What your code decided when it ran stays decided: an if, which of several is largest.",
            ),
          ]
        : []),
    );
    this.root.hidden = true;
  }

  /** Whether other numbers could have led the code another way: something was chosen, or a number was taken from a node. */
  get #mayHaveDecided() {
    const { model, formulas } = this.app;
    return formulas.hasCases || model.graph.data.alike.length > 0;
  }

  /** Write what has become of the numbers. */
  update() {
    if (this.leaf < 0) return;
    const { model } = this.app;
    const by = model.value(this.leaf) - (this.before[this.leaf] ?? 0);
    this.root.hidden = by === 0;
    const slope = this.tangents[model.graph.output] ?? 0;
    this.prediction.data = ` was ${written(slope)} before; ${written(slope)} · ${asFactor(by)} = ${written(slope * by)}.`;
    for (const { node, cells } of this.rows) {
      const before = this.before[node] ?? NaN;
      const now = model.value(node);
      const [change, predicted] = [now - before, (this.tangents[node] ?? 0) * by];
      const texts = [
        ...[before, now].map((number) => written(number)),
        ...[change, predicted].map(signed),
        written(change / by),
      ];
      cells.forEach((cell, i) => {
        if (cell.data !== texts[i]) cell.data = texts[i] ?? "";
      });
    }
  }

  /** Forget the nudge. */
  end() {
    this.leaf = -1;
    this.root.hidden = true;
  }
}

/** @param {number} change */
function signed(change) {
  return change > 0 ? `+${written(change)}` : written(change);
}
