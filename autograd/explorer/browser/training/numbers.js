/** The numbers of a run as a table, for those who do not see the curves. */

import { html as element } from "../dom.js";
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
  /** @type {HTMLElement[]} */
  let rows = [];
  let now = 0;
  const details = element("details", {}, element("summary", {}, "The same numbers as a table"), box);
  const mark = () => rows.forEach((row, frame) => row.toggleAttribute("aria-current", frame === now));
  details.addEventListener("toggle", () => {
    if (!details.open || rows.length) return;
    const head = element("tr", {}, element("th", { scope: "col" }, "epoch"));
    for (const { name } of columns) head.append(element("th", { scope: "col" }, name));
    rows = run.epochs.map((epoch, frame) => {
      const row = element("tr", {}, element("th", { scope: "row" }, `${epoch}`));
      for (const { numbers, isShare } of columns) {
        const number = numbers[frame] ?? NaN;
        row.append(element("td", {}, Number.isNaN(number) ? "–" : isShare ? share(number) : written(number)));
      }
      return row;
    });
    box.append(element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
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
