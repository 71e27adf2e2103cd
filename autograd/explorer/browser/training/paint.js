/** Painting what neurons say over the plane of two inputs: color, hatching, and a line where the sign or the class changes. */

import { largest } from "./network.js";

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
    const found = largest(said, 0, count);
    return found < 0 ? -1 : 256 * found;
  };
  return { neurons: Array.from({ length: count }, (_, each) => each), code, colors, hasLine: true };
}

/** @param {number} each A class. */
export const classColor = (each) => ["minus", "plus", "class-2", "class-3", "class-4", "class-5"][each % 6] ?? "ink";

/**
 * Which pixels of a region are hatched, so that it can be told from others without color. A pattern repeats after 72 pixels.
 * @type {((x: number, y: number) => boolean)[]}
 */
const HATCHES = [
  (x, y) => (x + y) % 9 === 0,
  () => false,
  (x, y) => (x - y + 72) % 9 === 0,
  (_, y) => y % 8 === 0,
  (x) => x % 8 === 0,
  (x, y) => x % 6 === 0 && y % 6 === 0,
];
const REPEAT = 72;
const NOTHING = [(/** @type {number} */ x, /** @type {number} */ y) => (x + y) % 6 === 0 || (x - y + REPEAT) % 6 === 0];
/** For each hatching the pixels of one pattern. */
const PATTERNS = [...HATCHES, ...NOTHING].map((isHatched) =>
  Uint8Array.from({ length: REPEAT * REPEAT }, (_, at) => Number(isHatched(at % REPEAT, Math.floor(at / REPEAT)))),
);

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
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const codes = sampled(size, field, coloring);
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  const ground = palette.color("ground");
  const plain = [...packed(coloring.colors), colorOf(ground)];
  const ink = palette.color("ink");
  const hatched = [...packed(toward(coloring.colors, ink, 0.28)), colorOf(toward(ground, ink, 0.35))];
  const [line, thick, nothing] = [colorOf(ink), size > 120 ? 2 : 1, plain.length - 1];
  for (let y = 0, place = 0; y < size; y++) {
    const below = y + thick < size ? thick * size : 0;
    const inPattern = (y % REPEAT) * REPEAT;
    for (let x = 0; x < size; x++, place++) {
      const code = codes[place] ?? -1;
      const region = code >> 8;
      if (coloring.hasLine && code >= 0) {
        const one = codes[place + (x + thick < size ? thick : 0)] ?? -1;
        const other = codes[place + below] ?? -1;
        if ((one >= 0 && one >> 8 !== region) || (other >= 0 && other >> 8 !== region)) {
          pixels[place] = line;
          continue;
        }
      }
      const pattern = PATTERNS[code < 0 ? HATCHES.length : region % HATCHES.length];
      const colors = pattern?.[inPattern + (x % REPEAT)] ? hatched : plain;
      pixels[place] = colors[code < 0 ? nothing : code] ?? 0;
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * Colors with some of another one in them.
 * @param {ArrayLike<number>} colors
 * @param {ArrayLike<number>} other
 * @param {number} part
 */
function toward(colors, other, part) {
  return Uint8ClampedArray.from(colors, (channel, at) => channel + ((other[at % 3] ?? 0) - channel) * part);
}

/** Whether the red of a pixel is the lowest byte of its number, as nearly everywhere. */
const IS_LITTLE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** @param {ArrayLike<number>} channels Red, green and blue. */
function colorOf(channels, at = 0) {
  const [red, green, blue] = [channels[at] ?? 0, channels[at + 1] ?? 0, channels[at + 2] ?? 0];
  return IS_LITTLE ? (255 << 24) | (blue << 16) | (green << 8) | red : (red << 24) | (green << 16) | (blue << 8) | 255;
}

/** @param {Uint8ClampedArray} colors */
function packed(colors) {
  return Array.from({ length: colors.length / 3 }, (_, at) => colorOf(colors, 3 * at));
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
  const last = size * size;
  // Down each column first, then along the rows: of every row of pixels, what is said at the columns of the grid.
  const columns = new Float64Array(side * neurons.length);
  const across = Float64Array.from({ length: size }, (_, x) => clamped(((x + 0.5) / size) * side - 0.5, side - 1));
  for (let y = 0, place = 0; place < last; y++) {
    const down = clamped(((y + 0.5) / size) * side - 0.5, side - 1);
    const row = Math.floor(down);
    const share = down - row;
    const [top, bottom] = [row * side * width, (share > 0 ? row + 1 : row) * side * width];
    for (let n = 0; n < neurons.length; n++) {
      const neuron = neurons[n] ?? 0;
      for (let column = 0; column < side; column++) {
        const at = column * width + neuron;
        columns[n * side + column] = (values[top + at] ?? NaN) * (1 - share) + (values[bottom + at] ?? NaN) * share;
      }
    }
    for (let x = 0; x < size; x++, place++) {
      const at = across[x] ?? 0;
      const column = Math.floor(at);
      const right = at - column;
      for (let n = 0; n < neurons.length; n++) {
        const from = n * side + column;
        const here = columns[from] ?? NaN;
        said[n] = right > 0 ? here * (1 - right) + (columns[from + 1] ?? NaN) * right : here;
      }
      codes[place] = code(said);
    }
  }
  return codes;
}

/**
 * @param {number} x
 * @param {number} most
 */
const clamped = (x, most) => Math.max(0, Math.min(most, x));
