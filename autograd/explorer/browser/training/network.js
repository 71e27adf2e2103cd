/** A network of layers: what its neurons say, computed from parameters and the rows of the table. */

/** @typedef {{value: (x: number, y?: number) => number}} Row */
/**
 * @typedef {object} Activation
 * @property {string} name
 * @property {number[][] | null} steps Each the number of a row and the places of its arguments, of which z is 0; a
 *   constant is -1 and its number. `null` if they cannot be told.
 * @property {[number | null, number | null]} bounds What it tends to far down and far up.
 * @property {[number | null, number | null]} edges The z beyond which it is flat.
 */
/** @typedef {{z: Float64Array, a: Float64Array, width: number}} Layer For each example, one after the other, its neurons. */

export class Network {
  /**
   * @param {number[]} sizes How many inputs there are, and how many neurons in each layer.
   * @param {Activation[]} activations One for each layer.
   * @param {(Row | null)[]} rows The rows that the steps name; `null` for one that cannot be written in JavaScript.
   */
  constructor(sizes, activations, rows) {
    this.sizes = sizes;
    this.activations = activations;
    /** @type {(((z: number) => number) | null)[]} */
    this.functions = activations.map((each) => asFunction(each.steps, rows));
    this.isComputable = this.functions.every((each) => each !== null);
    /** @type {number[]} Where the parameters of each layer begin. */
    this.starts = [];
    this.count = 0;
    for (let layer = 0; layer < activations.length; layer++) {
      this.starts.push(this.count);
      this.count += this.width(layer) * (this.fanIn(layer) + 1);
    }
  }

  /** @param {number} layer Counted from 0. */
  width(layer) {
    return this.sizes[layer + 1] ?? 0;
  }

  /** @param {number} layer */
  fanIn(layer) {
    return this.sizes[layer] ?? 0;
  }

  /**
   * The place of a weight among the parameters, or of the bias if `input` is the number of inputs.
   * @param {number} layer
   * @param {number} neuron
   * @param {number} input
   */
  place(layer, neuron, input) {
    const inputs = this.fanIn(layer);
    const start = this.starts[layer] ?? 0;
    return input === inputs ? start + this.width(layer) * inputs + neuron : start + neuron * inputs + input;
  }

  /**
   * What every neuron says of every example; nan where it can say nothing.
   * @param {Float64Array} parameters
   * @param {Float64Array} inputs The inputs of each example, one after the other.
   * @returns {Layer[]}
   */
  forward(parameters, inputs) {
    const count = inputs.length / this.fanIn(0);
    let before = inputs;
    return this.functions.map((activation, layer) => {
      const [width, fan] = [this.width(layer), this.fanIn(layer)];
      const z = new Float64Array(count * width);
      const a = new Float64Array(count * width);
      for (let example = 0; example < count; example++) {
        for (let neuron = 0; neuron < width; neuron++) {
          let sum = parameters[this.place(layer, neuron, fan)] ?? NaN;
          const weights = this.place(layer, neuron, 0);
          for (let k = 0; k < fan; k++) sum += (parameters[weights + k] ?? NaN) * (before[example * fan + k] ?? NaN);
          z[example * width + neuron] = sum;
          a[example * width + neuron] = activation === null ? NaN : activation(sum);
        }
      }
      before = a;
      return { z, a, width };
    });
  }

  /**
   * The shares of examples at which a neuron is flat: its activation hardly changes with z, far down and far up.
   * @param {Layer} said
   * @param {number} layer
   * @param {number} neuron
   * @returns {[down: number, up: number]}
   */
  saturation(said, layer, neuron) {
    const [low, high] = this.activations[layer]?.edges ?? [null, null];
    const count = said.z.length / said.width;
    let [down, up] = [0, 0];
    for (let example = 0; example < count; example++) {
      const z = said.z[example * said.width + neuron] ?? NaN;
      if (low !== null && z <= low) down++;
      if (high !== null && z >= high) up++;
    }
    return [down / count, up / count];
  }
}

/**
 * @param {number[][] | null} steps
 * @param {(Row | null)[]} rows
 * @returns {((z: number) => number) | null}
 */
function asFunction(steps, rows) {
  if (steps === null || steps.some(([row = -1]) => row >= 0 && !rows[row])) return null;
  const numbers = new Float64Array(steps.length + 1);
  return (z) => {
    numbers[0] = z;
    try {
      steps.forEach(([row = -1, x = 0, y = 0], place) => {
        numbers[place + 1] = row < 0 ? x : (rows[row]?.value(numbers[x] ?? NaN, numbers[y] ?? NaN) ?? NaN);
      });
    } catch {
      return NaN; // where Python raises an error
    }
    return numbers[steps.length] ?? NaN;
  };
}

/**
 * The place of the largest number; -1 if one is nan, which names no class.
 * @param {ArrayLike<number>} numbers
 * @param {number} start
 * @param {number} count
 */
export function largest(numbers, start, count) {
  let found = 0;
  for (let place = 0; place < count; place++) {
    const number = numbers[start + place] ?? NaN;
    if (Number.isNaN(number)) return -1;
    if (number > (numbers[start + found] ?? NaN)) found = place;
  }
  return found;
}
