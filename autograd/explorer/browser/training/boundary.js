/** What the network says: over the plane of two inputs, along the line of one, or as a table of classes for more. */

import { html as element, svg as shape } from "../dom.js";
import { written } from "../number.js";
import { onWidth, plotted, through } from "./drawing.js";
import { share } from "./share.js";
import { bySign, byClass, classColor, paint } from "./paint.js";
import { padded } from "./run.js";

/** @typedef {import("./palette.js").Palette} Palette */
/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./drawing.js").View} View */

const SYMBOLS = [
  (/** @type {number} */ r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  (/** @type {number} */ r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
  (/** @type {number} */ r) => `M0 ${-1.3 * r}L${1.2 * r} ${r}H${-1.2 * r}Z`,
  (/** @type {number} */ r) => `M0 ${-1.4 * r}L${1.4 * r} 0L0 ${1.4 * r}L${-1.4 * r} 0Z`,
  (/** @type {number} */ r) =>
    `M${-r / 2} ${-1.3 * r}H${r / 2}V${-r / 2}H${1.3 * r}V${r / 2}H${r / 2}V${1.3 * r}H${-r / 2}V${r / 2}H${-1.3 * r}V${-r / 2}H${-r / 2}Z`,
  (/** @type {number} */ r) => `M${-1.2 * r} ${-r}H${1.2 * r}L0 ${1.3 * r}Z`,
];

/**
 * @param {number} each A class.
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function symbol(each, x, y, r) {
  const path = SYMBOLS[each % SYMBOLS.length]?.(r) ?? "";
  return shape("path", {
    d: path,
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
    class: `example ${classColor(each)}`,
  });
}

/**
 * The names of the classes with their symbols.
 * @param {Run} run
 */
function legendOf(run) {
  const list = element("ul", { class: "legend" });
  for (let each = 0; each < run.nClasses; each++) {
    const svg = shape(
      "svg",
      { width: 16, height: 16, viewBox: "-8 -8 16 16", "aria-hidden": "true" },
      symbol(each, 0, 0, 4.5),
    );
    list.append(element("li", {}, svg, element("span", {}, run.className(each))));
  }
  const ring = shape("svg", { width: 16, height: 16, viewBox: "-8 -8 16 16", "aria-hidden": "true" });
  ring.append(shape("circle", { r: 6, class: "wrong" }));
  list.append(element("li", {}, ring, element("span", {}, "wrong")));
  return list;
}

/**
 * How the answers of a single output are colored over the plane; `null` where classes are compared.
 * @param {Run} run
 * @param {number} frame
 * @param {Palette} palette
 */
export function outputColoring(run, frame, palette) {
  if (run.nClasses && run.nOutputs > 1) return null;
  let reach = run.nClasses ? 0 : run.spread;
  if (run.nClasses) {
    const [down, up] = run.data.activations.at(-1)?.bounds ?? [null, null];
    const ends = down !== null && up !== null ? [down, up] : (run.said(frame).at(-1)?.a ?? []);
    for (const end of ends) if (Number.isFinite(end)) reach = Math.max(reach, Math.abs(end - run.middle));
  }
  return bySign(palette, 0, run.middle, reach || 1, { hasLine: run.nClasses > 0, isAnswer: true });
}

/**
 * The decision boundary, or the output over the plane where targets are numbers.
 * @param {Run} run
 * @param {Palette} palette
 * @returns {View}
 */
export function planeView(run, palette) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const overlay = shape("svg", { class: "over", role: "img" });
  const wrong = shape("g");
  const plane = element("div", { class: "plane" }, canvas, overlay);
  const [across, down] = [0, 1].map((input) => {
    const ends = [element("span"), element("span")];
    return { ends, middle: element("span", {}, `input ${input}`) };
  });
  const axis = (/** @type {string} */ look, /** @type {(HTMLElement | undefined)[]} */ ...parts) =>
    element("div", { class: look, "aria-hidden": "true" }, ...parts.map((part) => part ?? ""));
  const axes = element(
    "div",
    { class: "axes" },
    axis("axis-y", down?.ends[1], down?.middle, down?.ends[0]),
    plane,
    axis("axis-x", across?.ends[0], across?.middle, across?.ends[1]),
  );
  const legend = run.nClasses ? legendOf(run) : element("p", { class: "hint" });
  const view = element("div", {}, axes, legend);
  let [now, width] = [0, 0];

  /** @param {number} example */
  const place = (example) => {
    const { x, y } = run.over(now);
    const [a = 0, b = 0] = [run.inputs[2 * example], run.inputs[2 * example + 1]];
    return [((a - x[0]) / (x[1] - x[0])) * width, ((y[1] - b) / (y[1] - y[0])) * width];
  };

  const coloring = () => outputColoring(run, now, palette) ?? byClass(palette, run.nOutputs);

  const build = () => {
    const r = width < 220 ? 3 : 4;
    const examples = run.firsts.map((target, example) => {
      const [x = 0, y = 0] = place(example);
      if (run.nClasses) return symbol(run.data.classes?.[example] ?? 0, x, y, r);
      const color = palette.tint((0.95 * (target - run.middle)) / (run.spread || 1)).map(Math.round);
      return shape("circle", { cx: x, cy: y, r: r + 1, class: "example", style: `fill:rgb(${color.join(" ")})` });
    });
    overlay.setAttribute("viewBox", `0 0 ${width} ${width}`);
    overlay.replaceChildren(...examples, wrong);
  };

  const show = (/** @type {number} */ frame) => {
    now = frame;
    if (!width) return;
    const { layers, side, x, y } = run.over(frame);
    const outputs = layers.at(-1);
    if (!outputs) return;
    paint(canvas, Math.min(width, 360), { values: outputs.a, width: outputs.width, side }, coloring(), palette);
    for (const [axis, range] of /** @type {const} */ ([
      [across, x],
      [down, y],
    ]))
      axis?.ends.forEach((end, i) => (end.textContent = written(range[i] ?? NaN, 3)));
    const said = run.said(frame).at(-1)?.a ?? new Float64Array();
    const missed = (run.data.classes ?? []).flatMap((truth, at) => (run.named(said, at) === truth ? [] : [at]));
    wrong.replaceChildren(
      ...missed.map((example) => {
        const [cx = 0, cy = 0] = place(example);
        return shape("circle", { cx, cy, r: 7, class: "wrong" });
      }),
    );
    const extent = `input 0 from ${written(x[0], 3)} to ${written(x[1], 3)}, input 1 from ${written(y[0], 3)} to ${written(y[1], 3)}`;
    const count = run.data.inputs.length;
    overlay.setAttribute(
      "aria-label",
      run.nClasses
        ? `decision boundary over ${extent}: ${count - missed.length} of ${count} examples on the right side`
        : `output over ${extent}`,
    );
    if (!run.nClasses) {
      legend.textContent = `blue: above ${written(run.middle, 3)}; orange and hatched: below; circles: examples, in the color of their target`;
    }
  };
  onWidth(plane, (found) => {
    width = found;
    build();
    show(now);
  });
  palette.listeners.add(() => width && (build(), show(now)));
  return { element: view, show };
}

/**
 * The output along one input, with the examples.
 * @param {Run} run
 * @returns {View}
 */
export function lineView(run) {
  const POINTS = 160;
  const [LEFT, TOP, BOTTOM, HEIGHT] = [52, 8, 22, 240];
  const [x0, x1] = padded(Array.from(run.inputs));
  const [y0, y1] = padded(run.targets.flat());
  const xs = Float64Array.from({ length: POINTS }, (_, i) => x0 + ((x1 - x0) * i) / (POINTS - 1));
  const clip = `clip${Math.random().toString(36).slice(2)}`;
  return plotted("line: what the network says; dots: the examples", (frame, width) => {
    const at = (/** @type {number} */ x, /** @type {number} */ y) =>
      /** @type {const} */ ([
        LEFT + ((x - x0) / (x1 - x0)) * (width - LEFT - 10),
        HEIGHT - BOTTOM - Math.max(-2, Math.min(3, (y - y0) / (y1 - y0))) * (HEIGHT - TOP - BOTTOM),
      ]);
    const [right, bottom] = [width - 10, HEIGHT - BOTTOM];
    const svg = shape("svg", { width, height: HEIGHT, role: "img" });
    svg.append(
      shape("clipPath", { id: clip }, shape("rect", { x: LEFT, y: TOP, width: right - LEFT, height: bottom - TOP })),
      shape("path", { class: "axis", d: `M${LEFT} ${TOP}V${bottom}H${right}` }),
      shape("text", { x: LEFT - 6, y: TOP + 10, "text-anchor": "end" }, written(y1, 3)),
      shape("text", { x: LEFT - 6, y: bottom, "text-anchor": "end" }, written(y0, 3)),
      shape("text", { x: LEFT, y: HEIGHT - 6 }, written(x0, 3)),
      shape("text", { x: right, y: HEIGHT - 6, "text-anchor": "end" }, written(x1, 3)),
      shape("text", { x: (LEFT + right) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, "input"),
    );
    const said = run.network.forward(run.parameters(frame), xs).at(-1) ?? { a: new Float64Array(), width: 1 };
    const lines = shape("g", { "clip-path": `url(#${clip})` });
    for (let output = 0; output < said.width; output++) {
      const points = Array.from(xs, (x, place) => {
        const y = said.a[place * said.width + output] ?? NaN;
        return Number.isNaN(y) ? null : at(x, y);
      });
      const look = { class: `line line-${output % 6}`, "stroke-dasharray": output ? "7 4" : false };
      lines.append(shape("path", { d: through(points), ...look }));
    }
    run.targets.forEach((targets, example) =>
      targets.forEach((target) => {
        const [cx = 0, cy = 0] = at(run.inputs[example] ?? 0, target);
        lines.append(shape("circle", { cx, cy, r: 3.5, class: "example quiet" }));
      }),
    );
    svg.setAttribute("aria-label", `output for inputs from ${written(x0, 3)} to ${written(x1, 3)}, with the examples`);
    svg.append(lines);
    return svg;
  });
}

/**
 * For each true class how many examples are taken for each class.
 * @param {Run} run
 * @returns {View}
 */
export function confusionView(run) {
  const box = element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "true classes and answers" });
  const show = (/** @type {number} */ frame) => {
    const counts = run.confusion(frame);
    const names = counts.map((_, each) => run.className(each));
    const noneAt = counts.some((row) => row[run.nClasses]);
    const head = element("tr", {}, element("th", { scope: "col" }, "is ↓", element("br"), "says →"));
    for (const name of names) head.append(element("th", { scope: "col" }, name));
    if (noneAt) head.append(element("th", { scope: "col" }, "nothing"));
    const body = counts.map((row, truth) => {
      const line = element("tr", {}, element("th", { scope: "row" }, names[truth] ?? ""));
      const total = row.reduce((sum, count) => sum + count, 0);
      row.slice(0, noneAt ? undefined : -1).forEach((count, named) => {
        const part = total ? Math.round((65 * count) / total) : 0;
        line.append(
          element(
            "td",
            { class: named === truth ? "right" : "off", style: `--part:${part}%` },
            count ? `${count}` : "·",
          ),
        );
      });
      return line;
    });
    const right = counts.reduce((sum, row, truth) => sum + (row[truth] ?? 0), 0);
    const count = run.data.inputs.length;
    box.replaceChildren(
      element(
        "table",
        { class: "counts" },
        element("caption", {}, `${right} of ${count} right, ${share(right / count)}`),
        head,
        ...body,
      ),
    );
  };
  return { element: box, show };
}

/**
 * The first output against its target, where there are no classes and many inputs.
 * @param {Run} run
 * @returns {View}
 */
export function scatterView(run) {
  const [low, high] = padded(run.firsts);
  return plotted("upwards: what the network says; right on the diagonal", (frame, width) => {
    const [left, side] = [52, Math.min(width - 62, 260)];
    const bottom = side + 8;
    const at = (/** @type {number} */ x) => Math.max(0, Math.min(1, (x - low) / (high - low))) * side;
    const said = run.said(frame).at(-1) ?? { a: new Float64Array(), width: 1 };
    const svg = shape("svg", { width, height: bottom + 24, role: "img", "aria-label": "outputs against targets" });
    svg.append(
      shape("path", { class: "axis", d: `M${left} 8V${bottom}H${left + side}` }),
      shape("path", { class: "grid", d: `M${left} ${bottom}L${left + side} 8` }),
      shape("text", { x: left - 6, y: 18, "text-anchor": "end" }, written(high, 3)),
      shape("text", { x: left - 6, y: bottom, "text-anchor": "end" }, written(low, 3)),
      shape("text", { x: left, y: bottom + 18 }, written(low, 3)),
      shape("text", { x: left + side, y: bottom + 18, "text-anchor": "end" }, written(high, 3)),
      shape("text", { x: left + side / 2, y: bottom + 18, "text-anchor": "middle" }, "target"),
      ...run.firsts.flatMap((target, example) => {
        const y = said.a[example * said.width] ?? NaN;
        if (Number.isNaN(y)) return [];
        return [shape("circle", { cx: left + at(target), cy: bottom - at(y), r: 3.5, class: "example quiet" })];
      }),
    );
    return svg;
  });
}
