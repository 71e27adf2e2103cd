/** A line chart over the epochs, with the current place marked; who presses or drags on it moves there. */

import { html as element, svg as shape } from "../dom.js";
import { written } from "../number.js";
import { onWidth, through } from "./drawing.js";
import { share } from "./share.js";

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {number[]} values One for each frame; nan for none.
 */
/**
 * @typedef {object} Settings
 * @property {string} title
 * @property {Series[]} series
 * @property {number[]} epochs The epoch of each frame.
 * @property {[number, number]} xs The first and the last epoch that have room.
 * @property {number[]} ys Numbers that must have room.
 * @property {boolean} [isLog]
 * @property {boolean} [isShare] Whether numbers are written as percentages.
 * @property {(epoch: number) => void} move
 */

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [52, 12, 10, 24, 168];
const DASHES = ["", "7 4", "2 3", "9 3 2 3", "12 5", "4 2 1 2"];

export class Chart {
  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    this.frame = 0;
    this.axis = settings.isLog ? logarithmic(settings.ys) : linear(settings.ys);
    this.values = settings.series.map(() => element("b"));
    const legend = element("ul", { class: "legend" });
    settings.series.forEach((series, place) => {
      const line = shape("svg", { class: "swatch", width: 30, height: 10, "aria-hidden": "true" });
      line.append(shape("path", { d: "M1 5H29", ...look(place) }));
      legend.append(element("li", {}, line, element("span", {}, series.name), this.values[place] ?? ""));
    });
    this.plot = element("div", { class: "plot" });
    this.element = element("div", { class: "chart" }, this.plot, legend);
    this.width = 0;
    /** @type {SVGGElement} */
    this.mark = shape("g");
    onWidth(this.plot, (width) => this.draw(width));
  }

  /** @param {number} width */
  draw(width) {
    this.width = width;
    const { title, series, isLog } = this.settings;
    const svg = shape("svg", { width, height: HEIGHT, role: "img", class: "scrubs" });
    const [bottom, right] = [HEIGHT - BOTTOM, width - RIGHT];
    for (const tick of this.axis.ticks) {
      const y = this.y(tick);
      svg.append(
        shape("path", { class: "grid", d: `M${LEFT} ${y}H${right}` }),
        shape("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, this.label(tick)),
      );
    }
    for (const tick of ticks(this.settings.xs, width < 300 ? 3 : 5, true)) {
      const x = this.x(tick);
      const anchor = x > right - 12 ? "end" : "middle";
      svg.append(shape("text", { x: anchor === "end" ? right : x, y: HEIGHT - 6, "text-anchor": anchor }, `${tick}`));
    }
    svg.append(shape("path", { class: "axis", d: `M${LEFT} ${TOP}V${bottom}H${right}` }));
    series.forEach((each, place) => svg.append(shape("path", { d: this.line(each.values), ...look(place) })));
    if (!series.some((each) => each.values.some((value) => this.isShown(value)))) {
      const words = isLog ? "all are 0, or no numbers" : "no numbers";
      svg.append(shape("text", { x: (LEFT + right) / 2, y: HEIGHT / 2, "text-anchor": "middle" }, words));
    }
    this.mark = shape("g", { class: "mark" });
    svg.append(this.mark);
    const follow = (/** @type {PointerEvent} */ event) => {
      const [first, last] = this.settings.xs;
      const x = event.clientX - svg.getBoundingClientRect().left;
      this.settings.move(first + (Math.max(0, x - LEFT) / Math.max(1, right - LEFT)) * (last - first));
    };
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      follow(event);
    });
    svg.addEventListener("pointermove", (event) => {
      if (svg.hasPointerCapture(event.pointerId)) follow(event);
    });
    svg.setAttribute("aria-label", title);
    this.svg = svg;
    this.plot.replaceChildren(svg);
    this.show(this.frame);
  }

  /** @param {number} frame */
  show(frame) {
    this.frame = frame;
    const x = this.x(this.settings.epochs[frame] ?? 0);
    /** @type {SVGElement[]} */
    const marks = [shape("path", { d: `M${x} ${TOP}V${HEIGHT - BOTTOM}` })];
    /** @type {string[]} */
    const words = [];
    this.settings.series.forEach((series, place) => {
      const value = series.values[frame] ?? NaN;
      const text = this.settings.isShare ? share(value) : Number.isNaN(value) ? "–" : written(value);
      const shown = this.values[place];
      if (shown) shown.textContent = text;
      words.push(`${series.name} ${text}`);
      if (!this.isShown(value)) return;
      marks.push(shape("circle", { cx: x, cy: this.y(value), r: 4, class: `line-${place % DASHES.length}` }));
    });
    this.mark.replaceChildren(...marks);
    this.svg?.setAttribute("aria-label", `${this.settings.title}: ${words.join(", ")}`);
  }

  /** @param {number} value */
  isShown(value) {
    return Number.isFinite(value) && (!this.settings.isLog || value > 0);
  }

  /** @param {number} tick */
  label(tick) {
    return this.settings.isShare ? `${written(100 * tick, 3)}%` : written(tick, 3);
  }

  /** @param {number} epoch */
  x(epoch) {
    const [first, last] = this.settings.xs;
    return LEFT + ((epoch - first) / (last - first || 1)) * Math.max(1, this.width - LEFT - RIGHT);
  }

  /** @param {number} value */
  y(value) {
    const { low, high } = this.axis;
    const at = this.settings.isLog ? Math.log10(value) : value;
    return HEIGHT - BOTTOM - ((at / 2 - low / 2) / (high / 2 - low / 2)) * (HEIGHT - TOP - BOTTOM);
  }

  /** @param {number[]} values */
  line(values) {
    const x = (/** @type {number} */ frame) => this.x(this.settings.epochs[frame] ?? 0);
    return through(values.map((value, frame) => (this.isShown(value) ? [x(frame), this.y(value)] : null)));
  }
}

/** @param {number} place */
const look = (place) => ({
  class: `line line-${place % DASHES.length}`,
  "stroke-dasharray": DASHES[place % DASHES.length] || false,
});

/** @param {number[]} numbers */
function linear(numbers) {
  const finite = numbers.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(...finite, 0)];
  const span = /** @type {[number, number]} */ (high > low ? [low, high] : [0, 1]);
  return { low: span[0], high: span[1], ticks: ticks(span, 4) };
}

/** @param {number[]} numbers */
function logarithmic(numbers) {
  const powers = numbers.filter((each) => each > 0 && Number.isFinite(each)).map(Math.log10);
  let low = powers.length ? Math.floor(Math.min(...powers)) : -1;
  let high = powers.length ? Math.ceil(Math.max(...powers)) : 0;
  if (low === high) high++;
  const step = Math.max(1, Math.ceil((high - low) / 4));
  const found = [];
  for (let power = low; power <= high; power += step) found.push(Number(`1e${power}`));
  return { low, high, ticks: found.filter((tick) => tick > 0) };
}

/**
 * Round numbers between two others.
 * @param {[number, number]} span
 * @param {number} most
 * @param {boolean} [isWhole]
 */
export function ticks([low, high], most, isWhole = false) {
  const rough = (high - low) / most;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = Number(`1e${Math.floor(Math.log10(rough))}`);
  let step = power * (rough / power > 5 ? 10 : rough / power > 2 ? 5 : rough / power > 1 ? 2 : 1);
  if (isWhole) step = Math.max(1, Math.round(step));
  const found = [];
  for (let tick = Math.ceil(low / step); tick * step <= high * (1 + 1e-12); tick++) {
    found.push(Number((tick * step).toPrecision(12)));
  }
  return found;
}
