/** The colors of what is painted pixel by pixel, read from the page's style, light or dark. */

/** @typedef {[red: number, green: number, blue: number]} Color */

/** Names of colors in `training.css`, as three numbers each. */
const NAMES = ["ground", "plus", "minus", "ink", "class-2", "class-3", "class-4", "class-5"];

export class Palette {
  constructor() {
    /** @type {Set<() => void>} Called when the colors have changed. */
    this.listeners = new Set();
    /** @type {Map<string, Color>} */
    this.colors = new Map();
    this.read();
    const root = document.documentElement;
    new MutationObserver(() => this.read()).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  }

  read() {
    const style = getComputedStyle(document.documentElement);
    for (const name of NAMES) {
      const [red = 0, green = 0, blue = 0] = style.getPropertyValue(`--${name}`).trim().split(/\s+/).map(Number);
      this.colors.set(name, [red, green, blue]);
    }
    for (const listener of this.listeners) listener();
  }

  /**
   * @param {string} name
   * @returns {Color}
   */
  color(name) {
    return this.colors.get(name) ?? [128, 128, 128];
  }

  /**
   * From the ground's color for 0 to blue for 1 and orange for -1.
   * @param {number} tint
   */
  tint(tint) {
    return this.mixed(this.color(tint < 0 ? "minus" : "plus"), Math.min(1, Math.abs(tint)));
  }

  /**
   * @param {Color} color
   * @param {number} part How much of it; the rest is ground.
   * @returns {Color}
   */
  mixed([red, green, blue], part) {
    const [r, g, b] = this.color("ground");
    return [r + (red - r) * part, g + (green - g) * part, b + (blue - b) * part];
  }
}
