/** A training run, watched: its frames to scrub through, or those of two runs side by side. */

import { button, html as element } from "./dom.js";
import { followTheme } from "./theme.js";
import { answersView, weightsView } from "./training/answers.js";
import { confusionView, lineView, planeView, scatterView } from "./training/boundary.js";
import { Chart } from "./training/chart.js";
import { numbersView } from "./training/numbers.js";
import { Palette } from "./training/palette.js";
import { Run } from "./training/run.js";
import { saturationView } from "./training/saturation.js";
import { Scrubber } from "./training/scrubber.js";
import * as m from "./mathematics.js";

/** @typedef {import("./training/run.js").RunData} RunData */
/** @typedef {import("./training/network.js").Row} Row */
/** @typedef {import("./training/drawing.js").View} View */

const SPOKEN = 700; // milliseconds of rest after which a place is announced

/**
 * Shows the runs.
 * @param {{runs: RunData[]}} data What `nn/recorder_page.py` sends.
 * @param {(mathematics: typeof m) => (Row | null)[]} rows The rows of the table that the activations take.
 */
export function start(data, rows) {
  const turn = followTheme();
  const palette = new Palette();
  const table = rows(m);
  const runs = data.runs.map((run) => new Run(run, table));
  const epochs = [...new Set(runs.flatMap((run) => run.epochs))].sort((a, b) => a - b);
  /** @type {[Run, View][]} */
  const views = [];
  const status = element("p", { class: "hidden", role: "status" });
  /** @type {ReturnType<typeof setTimeout>} */
  let speaking;
  let isDrawing = false;
  const show = (/** @type {number} */ epoch, /** @type {boolean} */ isPlaying) => {
    clearTimeout(speaking);
    if (!isPlaying) speaking = setTimeout(() => (status.textContent = `epoch ${epoch}: ${words(epoch)}`), SPOKEN);
    if (isDrawing) return;
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      const now = epochs[scrubber.place] ?? 0;
      for (const [run, view] of views) view.show(run.at(now));
    });
  };
  const words = (/** @type {number} */ epoch) => {
    const each = runs.map((run) => {
      const frame = run.at(epoch);
      const its = run.epochs[frame] === epoch ? "" : `epoch ${run.epochs[frame]}, `; // it was thinned, or has ended
      return `${its}${run.words(frame)}`;
    });
    return runs.length > 1
      ? each.map((text, place) => `${runs[place]?.data.name}: ${text}`).join("; ")
      : (each[0] ?? "");
  };
  const scrubber = new Scrubber(epochs, show, words);

  const main = element("main", { class: runs.length > 1 ? "two" : "one" });
  const head = element("header", {}, element("h1", {}, "Training, watched"), button("light or dark", turn));
  document.body.replaceChildren(main);
  main.append(head, ...runs.map(about), scrubber.element, status);
  let panels = element("div", { class: "panels" });
  main.append(panels);

  const panel = (/** @type {string} */ title, /** @type {(run: Run) => View | null} */ make) => {
    const made = runs.map((run) => /** @type {const} */ ([run, make(run)]));
    if (made.every(([, view]) => view === null)) return;
    const sides = made.map(([run, view]) => {
      const side = element("div", { class: "side" });
      if (runs.length > 1) side.append(element("h3", {}, run.data.name));
      if (view) views.push([run, view]);
      side.append(view ? view.element : element("p", { class: "hint" }, "not in this run"));
      return side;
    });
    panels.append(element("section", {}, element("h2", {}, title), element("div", { class: "sides" }, ...sides)));
  };
  const computed = (/** @type {(run: Run) => View | null} */ make) => (/** @type {Run} */ run) => {
    return run.network.isComputable ? make(run) : cannot(run);
  };
  const move = (/** @type {number} */ epoch) => scrubber.goTo(epoch);
  const xs = /** @type {[number, number]} */ ([epochs[0] ?? 0, epochs.at(-1) ?? 1]);
  const all = (/** @type {number[]} */ columns) =>
    runs.flatMap((run) => columns.flatMap((column) => run.measures[column] ?? []));
  const measured = (/** @type {Run} */ run, /** @type {number[]} */ columns) =>
    columns.flatMap((column, place) => {
      const values = run.measures[column] ?? [];
      return values.every(Number.isNaN) ? [] : [{ name: place ? "held out" : "training", values }];
    });
  const losses = all([0, 2]).filter(Number.isFinite);
  const isLog = Math.min(...losses) > 0 && Math.max(...losses) / Math.min(...losses) > 50;
  panel(isLog ? "Loss, on a logarithmic scale" : "Loss", (run) => {
    const series = measured(run, [0, 2]);
    return new Chart({ title: "loss", series, epochs: run.epochs, xs, ys: losses, isLog, move });
  });
  panel("Accuracy", (run) => {
    const series = measured(run, [1, 3]);
    if (!series.length) return null;
    return new Chart({ title: "accuracy", series, epochs: run.epochs, xs, ys: [0, 1], isShare: true, move });
  });
  panel(
    runs.every((run) => run.nInputs === 2 && run.nClasses) ? "Decision boundary" : "What the network says",
    computed((run) => {
      if (run.nInputs === 2) return planeView(run, palette);
      if (run.nInputs === 1) return lineView(run);
      return run.nClasses ? confusionView(run) : scatterView(run);
    }),
  );
  const sizes = runs.flatMap((run) => run.gradients.flat());
  panel("Sizes of gradients, layer by layer", (run) => {
    const series = run.gradients.map((values, layer) => ({ name: `layer ${layer + 1}`, values }));
    return new Chart({ title: "sizes of gradients", series, epochs: run.epochs, xs, ys: sizes, isLog: true, move });
  });
  panel("Saturated neurons", computed(saturationView));
  panel("Weights", (run) => weightsView(run, palette));
  panel(
    "What each neuron answers",
    computed((run) => answersView(run, palette)),
  );
  panels = main.appendChild(element("div", { class: "numbers" }));
  panel("Numbers", numbersView);
  main.append(element("footer", {}, ...notes(runs)));
  scrubber.move(epochs.length - 1);
}

/**
 * @param {Run} run
 * @returns {View}
 */
function cannot(run) {
  const names = run.data.activations
    .filter((_, layer) => run.network.functions[layer] === null)
    .map(({ name }) => name);
  const text = `The page cannot compute the activation ${[...new Set(names)].join(", ")}: it is not made of rows of the table alone.`;
  return { element: element("p", { class: "hint" }, text), show: () => {} };
}

/** @param {Run} run */
function about(run) {
  const { name, model } = run.data;
  return element("p", { class: "about" }, ...(name === model ? [] : [element("b", {}, name), " · "]), model);
}

/**
 * What a reader should know about the numbers.
 * @param {Run[]} runs
 */
function notes(runs) {
  return runs.map((run) => {
    const { name, digits, every, recorded, total, inputs, measured, frames } = run.data;
    const thinned =
      frames.length < recorded
        ? `${frames.length} of ${recorded} recorded frames are on this page.`
        : every > 1
          ? `One of ${every} epochs was kept, and the last.`
          : "Every epoch was kept.";
    const sample = inputs.length < total ? `${inputs.length} of ${total} examples` : `all ${total} examples`;
    const text =
      `${thinned} Parameters have ${digits} digits; from them this page computes what neurons say of ${sample}. ` +
      "The loss of an epoch is the mean over it, while the network changes; that of epoch 0 is measured before the first update. " +
      `The size of a gradient is the root of the mean square of ∂C/∂θ over a layer's parameters, C the mean loss of ${measured} of them. ` +
      "A neuron is saturated where the slope of its activation is below a twentieth of the largest.";
    return element("p", {}, ...(runs.length > 1 ? [element("b", {}, name), ": "] : []), text);
  });
}
