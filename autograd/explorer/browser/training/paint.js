/** Painting what neurons say over the plane of two inputs: color, hatching, and a line where the sign or the class changes. */

/** @typedef {import("./palette.js").Palette} Palette */
/**
 * @typedef {object} Field
 * @property {Float64Array} values For each point of the grid what each neuron says.
 * @property {number} width How many neurons there are.
 * @property {number} side How many points a row has.
 */
/**
 * @typedef {object} Coloring
 * @property {number[]} neurons Which neurons it depends on.
 * @property {(said: Float64Array) => number} code What they say as the region times 256 plus the level; -1 for nothing.
 * @property {Uint8ClampedArray} colors Red, green and blue of each code.
 * @property {boolean} [hasLine] Whether a line separates the regions.
 */

/**
 * Blue above a number and orange, hatched, below it.
 * @param {Palette} palette
 * @param {number} neuron
 * @param {number} middle
 * @param {number} reach How far from the middle the colors are full.
 * @param {{hasLine: boolean, isAnswer: boolean}} kind Whether a line stands at the middle; whether the middle itself counts as
 *   below, as for an answer, or is a region of its own.
 * @returns {Coloring}
 */
export function bySign(palette, neuron, middle, reach, { hasLine, isAnswer }) {
  const zero = isAnswer ? 0 : HATCHES.length + 1; // not hatched
  const colors = new Uint8ClampedArray((zero + 2) * 256 * 3);
  colors.set(palette.tint(0), 3 * 256 * zero);
  for (let level = 0; level < 256; level++) {
    colors.set(palette.tint((-0.62 * level) / 255), 3 * level);
    colors.set(palette.tint((0.62 * level) / 255), 3 * (256 + level));
  }
  const code = (/** @type {Float64Array} */ said) => {
    const x = ((said[0] ?? NaN) - middle) / reach;
    if (Number.isNaN(x)) return -1;
    return 256 * (x > 0 ? 1 : x === 0 ? zero : 0) + Math.round(255 * Math.min(1, Math.abs(x)));
  };
  return { neurons: [neuron], code, colors, hasLine };
}

/**
 * A color and a hatching for each class: that of the largest output.
 * @param {Palette} palette
 * @param {number} count
 * @returns {Coloring}
 */
export function byClass(palette, count) {
  const colors = new Uint8ClampedArray(256 * 3 * count);
  for (let each = 0; each < count; each++) {
    colors.set(palette.mixed(palette.color(classColor(each)), 0.45), 3 * 256 * each);
  }
  const code = (/** @type {Float64Array} */ said) => {
    let found = 0;
    for (let each = 0; each < count; each++) {
      if (Number.isNaN(said[each])) return -1;
      if ((said[each] ?? 0) > (said[found] ?? 0)) found = each;
    }
    return 256 * found;
  };
  return { neurons: Array.from({ length: count }, (_, each) => each), code, colors, hasLine: true };
}

/** @param {number} each A class. */
export const classColor = (each) => ["minus", "plus", "class-2", "class-3", "class-4", "class-5"][each % 6] ?? "ink";

/** Which pixels of a region are hatched, so that it can be told from others without color. */
const HATCHES = [
  (/** @type {number} */ x, /** @type {number} */ y) => (x + y) % 9 === 0,
  () => false,
  (/** @type {number} */ x, /** @type {number} */ y) => (x - y + 9000) % 9 === 0,
  (/** @type {number} */ _, /** @type {number} */ y) => y % 8 === 0,
  (/** @type {number} */ x) => x % 8 === 0,
  (/** @type {number} */ x, /** @type {number} */ y) => x % 6 === 0 && y % 6 === 0,
];

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} size How many pixels wide and high.
 * @param {Field} field
 * @param {Coloring} coloring
 * @param {Palette} palette
 */
export function paint(canvas, size, field, coloring, palette) {
  const context = canvas.getContext("2d");
  if (!context) return;
  canvas.width = canvas.height = size;
  const codes = sampled(size, field, coloring);
  const image = context.createImageData(size, size);
  const [ink, ground] = [palette.color("ink"), palette.color("ground")];
  const thick = size > 120 ? 2 : 1;
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const place = y * size + x;
      const code = codes[place] ?? -1;
      const region = code >> 8;
      let color = code < 0 ? ground : coloring.colors.subarray(3 * code, 3 * code + 3);
      let part = code < 0 ? ((x + y) % 6 === 0 || (x - y + 6000) % 6 === 0 ? 0.35 : 0) : 0;
      if (code >= 0 && HATCHES[region % HATCHES.length]?.(x, y)) part = 0.28;
      if (coloring.hasLine && code >= 0) {
        const right = codes[place + (x + thick < size ? thick : 0)] ?? -1;
        const below = codes[place + (y + thick < size ? thick * size : 0)] ?? -1;
        if ((right >= 0 && right >> 8 !== region) || (below >= 0 && below >> 8 !== region)) part = 1;
      }
      for (let i = 0; i < 3; i++) {
        image.data[4 * place + i] = (color[i] ?? 0) + ((ink[i] ?? 0) - (color[i] ?? 0)) * part;
      }
      image.data[4 * place + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * The code of each pixel, from the numbers at the four points of the grid around it.
 * @param {number} size
 * @param {Field} field
 * @param {Coloring} coloring
 */
function sampled(size, { values, width, side }, { neurons, code }) {
  const codes = new Int32Array(size * size);
  const said = new Float64Array(neurons.length);
  for (let y = 0; y < size; y++) {
    const down = Math.min(side - 1, Math.max(0, ((y + 0.5) / size) * side - 0.5));
    const [row, below] = [Math.floor(down), down - Math.floor(down)];
    for (let x = 0; x < size; x++) {
      const across = Math.min(side - 1, Math.max(0, ((x + 0.5) / size) * side - 0.5));
      const [column, right] = [Math.floor(across), across - Math.floor(across)];
      const at = (row * side + column) * width;
      const [toRight, toBelow] = [right > 0 ? width : 0, below > 0 ? side * width : 0];
      neurons.forEach((neuron, place) => {
        const one = values[at + neuron] ?? NaN;
        const two = values[at + toRight + neuron] ?? NaN;
        const three = values[at + toBelow + neuron] ?? NaN;
        const four = values[at + toRight + toBelow + neuron] ?? NaN;
        said[place] = (one * (1 - right) + two * right) * (1 - below) + (three * (1 - right) + four * right) * below;
      });
      codes[y * size + x] = code(said);
    }
  }
  return codes;
}
