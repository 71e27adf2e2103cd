/** How often each neuron is saturated: a small picture for each, and for the chosen one how its answers are spread. */

import { html as element, svg as shape } from "../dom.js";
import { written } from "../number.js";
import { onWidth } from "./drawing.js";
import { share } from "./share.js";

/** @typedef {import("./run.js").Run} Run */
/** @typedef {import("./drawing.js").View} View */

const MOST = 100; // neurons of a layer

/**
 * @param {Run} run
 * @returns {View}
 */
export function saturationView(run) {
  /** @type {{button: HTMLElement, up: HTMLElement, down: HTMLElement, layer: number, neuron: number}[]} */
  const all = [];
  let [now, width] = [0, 0];
  let chosen = 0;
  const box = element("div", { class: "plot" });
  const caption = element("p", { class: "hint" });
  const view = element("div", {});
  run.data.activations.forEach((activation, layer) => {
    const name = run.layerName(layer);
    const isFlat = activation.edges.some((edge) => edge !== null);
    const group = element("div", { class: "neurons", role: "radiogroup", "aria-label": name });
    const count = run.network.width(layer);
    for (let neuron = 0; neuron < Math.min(count, MOST); neuron++) {
      const [up, down] = [element("i", { class: "up" }), element("i", { class: "down" })];
      const button = element("button", { type: "button", role: "radio", class: isFlat ? "" : "never" }, up, down);
      const at = all.length;
      button.addEventListener("click", () => choose(at));
      button.addEventListener("keydown", (event) => {
        const siblings = [...group.children];
        const place = siblings.indexOf(button);
        const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
        const step = steps[/** @type {keyof typeof steps} */ (event.key)];
        const to = event.key === "Home" ? 0 : event.key === "End" ? siblings.length - 1 : step ? place + step : NaN;
        if (Number.isNaN(to)) return;
        event.preventDefault();
        const target = siblings[(to + siblings.length) % siblings.length];
        if (target instanceof HTMLElement) {
          target.focus();
          target.click();
        }
      });
      all.push({ button, up, down, layer, neuron });
      group.append(button);
    }
    const more = count > MOST ? `, the first ${MOST} of ${count}` : "";
    const never = isFlat ? "" : ", which has no bounds";
    view.append(element("p", { class: "label" }, `${name}${never}${more}`), group);
  });
  view.append(
    element(
      "p",
      { class: "hint" },
      "filled from above: share of examples at which it is near its upper limit; hatched from below: near its lower one",
    ),
    caption,
    box,
  );

  const histogram = () => {
    const each = all[chosen];
    const said = each && run.said(now)[each.layer];
    if (!each || !said) return;
    const numbers = [];
    for (let at = each.neuron; at < said.a.length; at += said.width) numbers.push(said.a[at] ?? NaN);
    const finite = numbers.filter(Number.isFinite);
    const [low, high] = ends(run, each.layer, finite);
    const bins = new Array(20).fill(0);
    for (const number of finite) bins[Math.min(19, Math.max(0, Math.floor(((number - low) / (high - low)) * 20)))]++;
    const most = Math.max(1, ...bins);
    const mean = finite.reduce((sum, number) => sum + number / finite.length, 0);
    const words = finite.length ? `mean ${written(mean, 3)}` : "no numbers";
    caption.textContent = `neuron ${each.neuron} of layer ${each.layer + 1}: ${each.button.title}; what it says of ${numbers.length} examples, ${words}`;
    if (!width) return;
    const [left, bottom, height, right] = [30, 92, 112, width - 12];
    const wide = (right - left) / 20;
    const svg = shape("svg", { width, height, role: "img" });
    svg.setAttribute("aria-label", `histogram from ${written(low, 3)} to ${written(high, 3)}: ${bins.join(", ")}`);
    bins.forEach((count, place) => {
      const tall = (count / most) * (bottom - 12);
      svg.append(
        shape("rect", {
          class: "bar",
          x: left + place * wide + 0.5,
          y: bottom - tall,
          width: Math.max(1, wide - 1),
          height: tall,
        }),
      );
    });
    svg.append(
      shape("path", { class: "axis", d: `M${left} 8V${bottom}H${right}` }),
      shape("text", { x: left - 4, y: 18, "text-anchor": "end" }, `${most}`),
      shape("text", { x: left, y: height - 4 }, written(low, 3)),
      shape("text", { x: right, y: height - 4, "text-anchor": "end" }, written(high, 3)),
    );
    box.replaceChildren(svg);
  };
  const choose = (/** @type {number} */ at) => {
    chosen = at;
    const layer = all[at]?.layer;
    for (const [place, { button, layer: its, neuron }] of all.entries()) {
      button.setAttribute("aria-checked", String(place === at));
      button.tabIndex = place === at || (its !== layer && neuron === 0) ? 0 : -1; // one tab stop a layer
    }
    histogram();
  };
  const show = (/** @type {number} */ frame) => {
    now = frame;
    const layersSaid = run.said(frame);
    for (const { button, up, down, layer, neuron } of all) {
      const said = layersSaid[layer];
      if (!said) continue;
      const [below, above] = run.network.saturation(said, layer, neuron);
      up.style.height = `${100 * above}%`;
      down.style.height = `${100 * below}%`;
      button.title = `near its upper limit ${share(above)}, near its lower one ${share(below)}`;
      button.setAttribute("aria-label", `neuron ${neuron} of layer ${layer + 1}, ${button.title}`);
    }
    histogram();
  };
  choose(0);
  onWidth(box, (found) => {
    width = found;
    histogram();
  });
  return { element: view, show };
}

/**
 * From where to where a histogram goes: the bounds, or what is needed at some frames.
 * @param {Run} run
 * @param {number} layer
 * @param {number[]} numbers
 * @returns {[number, number]}
 */
function ends(run, layer, numbers) {
  const [down, up] = run.data.activations[layer]?.bounds ?? [null, null];
  const low = down ?? Math.min(0, ...numbers);
  const high = up ?? Math.max(0, ...numbers);
  return high > low ? [low, high] : [low, low + 1];
}
