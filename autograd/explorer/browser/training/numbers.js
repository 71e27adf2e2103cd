/** The numbers of a run as a table, for those who do not see the curves. */

import { html as element, rowOf, tableOf } from "../dom.js";
import { written } from "../number.js";
import { share } from "./share.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./drawing.js").View} View */

/**
 * @param {Run} run
 * @returns {View}
 */
export function numbersView(run) {
  const names = ["loss", "accuracy", "loss, held out", "accuracy, held out"];
  const columns = [
    ...run.measures.map((numbers, place) => ({ name: names[place] ?? "", numbers, isShare: place % 2 === 1 })),
    ...run.gradients.map((numbers, layer) => ({ name: `gradient, layer ${layer + 1}`, numbers, isShare: false })),
  ].filter(({ numbers }) => numbers.some((number) => !Number.isNaN(number)));
  const box = element("div", { class: "wide tall", tabindex: 0, role: "region" });
  box.setAttribute("aria-label", `numbers of ${run.data.name}`);
  /** @type {HTMLTableRowElement[]} */
  let rows = [];
  let now = 0;
  const details = element("details", {}, element("summary", {}, "The same numbers as a table"), box);
  const mark = () => rows.forEach((row, frame) => row.toggleAttribute("aria-current", frame === now));
  details.addEventListener("toggle", () => {
    if (!details.open || rows.length) return;
    rows = run.epochs.map((epoch, frame) => {
      const cells = columns.map(({ numbers, isShare }) => {
        const number = numbers[frame] ?? NaN;
        return isShare ? share(number) : Number.isNaN(number) ? "–" : written(number);
      });
      return rowOf(`${epoch}`, cells);
    });
    box.append(tableOf(["epoch", ...columns.map(({ name }) => name)], rows));
    mark();
  });
  return {
    element: details,
    show: (frame) => {
      now = frame;
      mark();
    },
  };
}
