/** A recorded run: its frames, and what the network says at one of them. */

import { written } from "../number.js";
import { Network, largest } from "./network.js";
import { share } from "./share.js";

/** @typedef {import("./network.js").Activation} Activation */
/** @typedef {import("./network.js").Layer} Layer */
/** @typedef {import("./network.js").Row} Row */
/** @typedef {number | string | null} Sent A number; infinities and nan come as texts. */
/**
 * @typedef {object} RunData As `nn/recorder_page.py` sends it.
 * @property {string} name
 * @property {string} model
 * @property {number[]} sizes
 * @property {Activation[]} activations
 * @property {Sent[][]} frames For each its epoch, loss, accuracy, validation loss and accuracy.
 * @property {string[]} parameters
 * @property {Sent[][]} gradients
 * @property {Sent[][]} inputs
 * @property {(Sent | Sent[])[]} targets
 * @property {number[] | null} classes The class of each example.
 * @property {string[] | null} names The names of the classes.
 * @property {number | null} cut A single output above it means class 1.
 * @property {number} digits
 * @property {number} every
 * @property {number} recorded
 * @property {number} total Of how many examples those of the page are taken.
 * @property {number} measured With how many of these gradients were measured.
 */

/** @param {Sent | undefined} sent */
const number = (sent) => (sent === null || sent === undefined ? NaN : Number(sent));

export class Run {
  /**
   * @param {RunData} data
   * @param {(Row | null)[]} rows
   */
  constructor(data, rows) {
    this.data = data;
    this.network = new Network(data.sizes, data.activations, rows);
    this.epochs = data.frames.map((frame) => number(frame[0]));
    /** Loss, accuracy, validation loss and accuracy; nan where there is none. */
    this.measures = [1, 2, 3, 4].map((column) => data.frames.map((frame) => number(frame[column])));
    this.gradients = data.activations.map((_, layer) => data.gradients.map((sizes) => number(sizes[layer])));
    this.inputs = Float64Array.from(data.inputs.flat(), number);
    this.targets = data.targets.map((target) => (Array.isArray(target) ? target.map(number) : [number(target)]));
    this.nInputs = data.sizes[0] ?? 0;
    this.nOutputs = data.sizes[data.sizes.length - 1] ?? 0;
    this.nClasses = data.classes === null ? 0 : Math.max(2, this.nOutputs);
    /** The first target of each example; for one output, the only one. */
    this.firsts = this.targets.map(([target = NaN]) => target);
    const [low, high] = [Math.min(...this.firsts), Math.max(...this.firsts)];
    /** What divides the answers of a single output, and how far from it targets that are numbers lie. */
    this.middle = this.nClasses ? (data.cut ?? 0) : low / 2 + high / 2;
    this.spread = (high - low) / 2;
    /** @type {Map<number, Float64Array>} */
    this.decoded = new Map();
    /** @type {[frame: number, layers: Layer[]] | null} */
    this.last = null;
    /** @type {Plane | null} */
    this.plane = null;
  }

  /** @param {number} name A class. */
  className(name) {
    return this.data.names?.[name] ?? `class ${name}`;
  }

  /** @param {number} layer */
  layerName(layer) {
    const { activations } = this.data;
    const outputs = layer === activations.length - 1 ? ", the outputs" : "";
    return `layer ${layer + 1}${outputs}: ${activations[layer]?.name}`;
  }

  /**
   * The frame of an epoch: the last one that is not after it.
   * @param {number} epoch
   */
  at(epoch) {
    let frame = 0;
    while (frame + 1 < this.epochs.length && (this.epochs[frame + 1] ?? Infinity) <= epoch) frame++;
    return frame;
  }

  /** @param {number} frame */
  parameters(frame) {
    let numbers = this.decoded.get(frame);
    if (numbers === undefined) {
      numbers = Float64Array.from((this.data.parameters[frame] ?? "").split(" "), Number);
      this.decoded.set(frame, numbers);
    }
    return numbers;
  }

  /**
   * What every neuron says of the examples.
   * @param {number} frame
   */
  said(frame) {
    if (this.last?.[0] !== frame) {
      this.last = [frame, this.network.forward(this.parameters(frame), this.inputs)];
    }
    return this.last[1];
  }

  /**
   * What every neuron says over the plane of two inputs.
   * @param {number} frame
   */
  over(frame) {
    this.plane ??= new Plane(this);
    return this.plane.at(frame);
  }

  /**
   * The class that the network names, by its outputs for an example; -1 for none.
   * @param {Float64Array} outputs
   * @param {number} example
   */
  named(outputs, example) {
    if (this.nOutputs > 1) return largest(outputs, example * this.nOutputs, this.nOutputs);
    const output = outputs[example] ?? NaN;
    return Number.isNaN(output) ? -1 : output > (this.data.cut ?? 0) ? 1 : 0;
  }

  /**
   * For each true class how many examples the network takes for each class; the last column is for none.
   * @param {number} frame
   */
  confusion(frame) {
    const outputs = this.said(frame).at(-1)?.a ?? new Float64Array();
    const counts = Array.from({ length: this.nClasses }, () => new Array(this.nClasses + 1).fill(0));
    (this.data.classes ?? []).forEach((truth, example) => {
      const named = this.named(outputs, example);
      const row = counts[truth];
      if (row) row[named < 0 ? this.nClasses : named]++;
    });
    return counts;
  }

  /**
   * The mean of what each neuron of a layer says, class by class; one row for all if there are no classes.
   * @param {number} frame
   * @param {number} layer
   */
  means(frame, layer) {
    const { a, width } = this.said(frame)[layer] ?? { a: new Float64Array(), width: 0 };
    const rows = Math.max(1, this.nClasses);
    const sums = new Float64Array(rows * width);
    const counts = new Float64Array(rows);
    this.data.inputs.forEach((_, example) => {
      const row = this.data.classes?.[example] ?? 0;
      counts[row] = (counts[row] ?? 0) + 1;
      for (let neuron = 0; neuron < width; neuron++) {
        const place = row * width + neuron;
        sums[place] = (sums[place] ?? 0) + (a[example * width + neuron] ?? NaN);
      }
    });
    return sums.map((sum, place) => sum / (counts[Math.floor(place / width)] ?? NaN));
  }

  /**
   * A frame in words.
   * @param {number} frame
   */
  words(frame) {
    const now = this.measures.map((numbers) => numbers[frame]);
    const [loss = NaN, accuracy = NaN, heldOut = NaN, heldOutAccuracy = NaN] = now;
    const parts = [`loss ${written(loss)}`];
    if (this.nClasses) parts.push(`accuracy ${share(accuracy)}`);
    if (!Number.isNaN(heldOut)) parts.push(`held out: loss ${written(heldOut)}`);
    if (!Number.isNaN(heldOutAccuracy)) parts.push(`accuracy ${share(heldOutAccuracy)}`);
    return parts.join(", ");
  }

  /**
   * The largest size that a neuron's answer is shown against: its bound, or the largest at some frames.
   * @param {number} layer
   * @returns {number}
   */
  reach(layer) {
    const [low, high] = this.data.activations[layer]?.bounds ?? [null, null];
    if (low !== null && high !== null) return Math.max(Math.abs(low), Math.abs(high)) || 1;
    return this.size((frame) => this.said(frame)[layer]?.a ?? new Float64Array());
  }

  /**
   * The largest size of some numbers at the first, the middle and the last frame, by which colors can be compared over
   * the run.
   * @param {(frame: number) => Float64Array} numbers
   */
  size(numbers) {
    const last = this.epochs.length - 1;
    let size = 0;
    for (const frame of new Set([0, Math.floor(last / 2), last])) {
      for (const each of numbers(frame)) if (Number.isFinite(each)) size = Math.max(size, Math.abs(each));
    }
    return size || 1;
  }
}

/** The plane of two inputs as a grid of examples, with a margin round those of the run. */
export class Plane {
  /** @param {Run} run */
  constructor(run) {
    this.run = run;
    this.side = run.network.count > 4000 ? 30 : 48;
    const [x, y] = [0, 1].map((place) => padded(run.data.inputs.map((each) => number(each[place]))));
    this.x = x ?? [0, 1];
    this.y = y ?? [0, 1];
    this.inputs = new Float64Array(2 * this.side * this.side);
    for (let row = 0; row < this.side; row++) {
      for (let column = 0; column < this.side; column++) {
        const place = 2 * (row * this.side + column);
        this.inputs[place] = this.x[0] + ((column + 0.5) / this.side) * (this.x[1] - this.x[0]);
        this.inputs[place + 1] = this.y[1] - ((row + 0.5) / this.side) * (this.y[1] - this.y[0]); // y grows upwards
      }
    }
    /** @type {[frame: number, layers: Layer[]] | null} */
    this.last = null;
  }

  /** @param {number} frame */
  at(frame) {
    if (this.last?.[0] !== frame) {
      this.last = [frame, this.run.network.forward(this.run.parameters(frame), this.inputs)];
    }
    return { layers: this.last[1], side: this.side, x: this.x, y: this.y };
  }
}

/**
 * From the least to the largest number, and a little more.
 * @param {number[]} numbers
 * @returns {[number, number]}
 */
export function padded(numbers) {
  const finite = numbers.filter(Number.isFinite);
  if (!finite.length) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const margin = (high - low) * 0.12 || 1;
  return [low - margin, high + margin];
}
