/** What each neuron answers: over the plane of two inputs, along the line of one, or on average for each class. */

import { Cells } from "./cells.js";
import { html as element, svg as shape } from "../dom.js";
import { written } from "../number.js";
import { outputColoring } from "./boundary.js";
import { through } from "./drawing.js";
import { bySign, paint } from "./paint.js";
import { padded } from "./run.js";

/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./drawing.js").View} View */

const [MOST, SIZE] = [64, 72];

/**
 * @param {Run} run
 * @param {Palette} palette
 * @returns {View}
 */
export function answersView(run, palette) {
  const views = run.data.activations.map((_, layer) => {
    const name = run.layerName(layer);
    const make = run.nInputs === 2 ? planes : run.nInputs === 1 ? lines : means;
    const view = make(run, layer, palette, name);
    const count = run.network.width(layer);
    const more = count > MOST && run.nInputs < 3 ? `, the first ${MOST} of ${count}` : "";
    return {
      show: (/** @type {number} */ frame) => view.show(frame),
      element: element("div", { class: "layer" }, element("p", { class: "label" }, `${name}${more}`), view.element),
    };
  });
  const hint = {
    1: "along the input; the thin line is 0",
    2: `blue: above 0${run.middle ? `, for the output above ${written(run.middle, 3)}` : ""}; orange and hatched: below; a line between them`,
  }[run.nInputs];
  const box = element(
    "div",
    {},
    ...views.map((view) => view.element),
    ...(hint ? [element("p", { class: "hint" }, hint)] : []),
  );
  return { element: box, show: (frame) => views.forEach((view) => view.show(frame)) };
}

/**
 * @param {Run} run
 * @param {number} layer
 * @param {Palette} palette
 * @returns {View}
 */
function planes(run, layer, palette) {
  let now = 0;
  const reach = run.reach(layer);
  const canvases = Array.from({ length: Math.min(MOST, run.network.width(layer)) }, () =>
    element("canvas", { class: "answer", role: "img", width: SIZE, height: SIZE }),
  );
  const show = (/** @type {number} */ frame) => {
    now = frame;
    const { layers, side } = run.over(frame);
    const said = layers[layer];
    if (!said) return;
    canvases.forEach((canvas, neuron) => {
      const coloring =
        (layer === run.data.activations.length - 1 && canvases.length === 1
          ? outputColoring(run, frame, palette)
          : null) ?? bySign(palette, neuron, 0, reach, { hasLine: true, isAnswer: false });
      paint(canvas, SIZE, { values: said.a, width: said.width, side }, coloring, palette);
      let [low, high] = [Infinity, -Infinity];
      for (let at = neuron; at < said.a.length; at += said.width) {
        low = Math.min(low, said.a[at] ?? NaN);
        high = Math.max(high, said.a[at] ?? NaN);
      }
      const words = `neuron ${neuron} of layer ${layer + 1} answers from ${written(low, 3)} to ${written(high, 3)}`;
      canvas.setAttribute("aria-label", words);
      canvas.title = words;
    });
  };
  palette.listeners.add(() => show(now));
  return { element: element("div", { class: "answers" }, ...canvases), show };
}

/**
 * @param {Run} run
 * @param {number} layer
 * @returns {View}
 */
function lines(run, layer) {
  const POINTS = 60;
  const [x0, x1] = padded(Array.from(run.inputs));
  const xs = Float64Array.from({ length: POINTS }, (_, i) => x0 + ((x1 - x0) * i) / (POINTS - 1));
  const reach = run.reach(layer);
  const box = element("div", { class: "answers" });
  const pictures = Array.from({ length: Math.min(MOST, run.network.width(layer)) }, () => {
    const path = shape("path", { class: "line line-0" });
    const svg = shape("svg", { class: "answer", role: "img", width: SIZE, height: SIZE }, path);
    svg.prepend(shape("path", { class: "grid", d: `M0 ${SIZE / 2}H${SIZE}` }));
    box.append(svg);
    return { svg, path };
  });
  const show = (/** @type {number} */ frame) => {
    const said = run.network.forward(run.parameters(frame), xs)[layer];
    pictures.forEach(({ svg, path }, neuron) => {
      const points = Array.from(xs, (_, place) => {
        const y = said?.a[place * said.width + neuron] ?? NaN;
        const height = SIZE / 2 - Math.max(-1.2, Math.min(1.2, y / reach)) * (SIZE / 2 - 4);
        return Number.isNaN(y) ? null : /** @type {const} */ ([(SIZE * place) / (POINTS - 1), height]);
      });
      path.setAttribute("d", through(points));
      const [first, last] = [said?.a[neuron] ?? NaN, said?.a[(POINTS - 1) * said.width + neuron] ?? NaN];
      svg.setAttribute(
        "aria-label",
        `neuron ${neuron} of layer ${layer + 1}: ${written(first, 3)} on the left, ${written(last, 3)} on the right`,
      );
    });
  };
  return { element: box, show };
}

/**
 * @param {Run} run
 * @param {number} layer
 * @param {Palette} palette
 * @param {string} name
 * @returns {View}
 */
function means(run, layer, palette, name) {
  return new Cells({
    palette,
    name: `mean answers of ${name}`,
    pictures: 1,
    rows: Math.max(1, run.nClasses),
    columns: run.network.width(layer),
    numbers: (frame) => run.means(frame, layer),
    words: (_, row, column) => `neuron ${column}, ${run.nClasses ? run.className(row) : "all examples"}, mean`,
    reach: run.reach(layer),
  });
}

/**
 * The weights of each layer: as images of the inputs if these are as many as the pixels of a square, else as a matrix.
 * @param {Run} run
 * @param {Palette} palette
 * @returns {View}
 */
export function weightsView(run, palette) {
  const views = run.data.activations.map((_, layer) => {
    const [neurons, inputs] = [run.network.width(layer), run.network.fanIn(layer)];
    const side = Math.round(Math.sqrt(inputs));
    const isImage = layer === 0 && inputs >= 16 && side * side === inputs;
    const from = layer === 0 ? "input" : "neuron";
    const start = run.network.place(layer, 0, 0);
    const end = start + neurons * (inputs + 1);
    const cells = new Cells({
      palette,
      name: `weights of layer ${layer + 1}`,
      pictures: isImage ? neurons : 1,
      rows: isImage ? side : neurons,
      columns: isImage ? side : inputs + 1,
      numbers: (frame) => {
        const parameters = run.parameters(frame);
        if (isImage) return parameters.subarray(start, start + neurons * inputs);
        return Float64Array.from({ length: neurons * (inputs + 1) }, (_, at) => {
          return parameters[run.network.place(layer, Math.floor(at / (inputs + 1)), at % (inputs + 1))] ?? NaN;
        });
      },
      words: (picture, row, column) => {
        if (isImage) return `neuron ${picture}, weight of pixel ${row}, ${column}`;
        return `neuron ${row}, ${column === inputs ? "bias" : `weight of ${from} ${column}`}`;
      },
      reach: run.size((frame) => run.parameters(frame).subarray(start, end)),
    });
    const what = isImage
      ? `layer ${layer + 1}: an image for each neuron, ${side} by ${side} weights`
      : `layer ${layer + 1}: a row for each neuron, a column for each ${from}; the last column is the bias`;
    return {
      cells,
      element: element("div", { class: "layer" }, element("p", { class: "label" }, what), cells.element),
    };
  });
  return {
    element: element("div", {}, ...views.map((view) => view.element)),
    show: (frame) => views.forEach(({ cells }) => cells.show(frame)),
  };
}
