/** Numbers as small squares, blue above 0 and orange with a bar below it; a cursor reads out one of them. */

import { html as element } from "../dom.js";
import { written } from "../number.js";
import { onWidth } from "./drawing.js";

/** @typedef {import("./palette.js").Palette} Palette */
/**
 * @typedef {object} Settings
 * @property {Palette} palette
 * @property {string} name What the pictures are called together.
 * @property {number} pictures
 * @property {number} rows Of one picture.
 * @property {number} columns
 * @property {(frame: number) => ArrayLike<number>} numbers Picture by picture, row by row.
 * @property {(picture: number, row: number, column: number) => string} words What a number is.
 * @property {number} reach The number that gets the full color.
 */

const GAP = 8;

export class Cells {
  /** @param {Settings} settings */
  constructor(settings) {
    this.settings = settings;
    /** @type {ArrayLike<number>} */
    this.numbers = [];
    this.width = 0;
    this.size = 0;
    this.across = 1;
    this.at = [0, 0, 0];
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.cursor = element("i", { class: "cursor", hidden: true });
    this.reading = element("p", { class: "reading", "aria-live": "polite" });
    this.box = element(
      "div",
      { class: "cells", tabindex: 0, role: "application", "aria-roledescription": "picture of numbers" },
      this.canvas,
      this.cursor,
    );
    this.box.setAttribute("aria-label", `${settings.name}; arrow keys read single numbers`);
    const outer = element("div", { class: "plot" }, this.box);
    this.element = element("div", {}, outer, this.reading);
    onWidth(outer, (width) => {
      this.width = width;
      this.draw();
    });
    settings.palette.listeners.add(() => this.draw());
    const point = (/** @type {PointerEvent} */ event) => this.point(event);
    this.box.addEventListener("pointermove", point);
    this.box.addEventListener("pointerdown", point);
    this.box.addEventListener("pointerleave", () => document.activeElement !== this.box && this.read(false));
    this.box.addEventListener("focus", () => this.read(true));
    this.box.addEventListener("blur", () => this.read(false));
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.read(false);
  }

  /** @param {number} frame */
  show(frame) {
    this.numbers = this.settings.numbers(frame);
    this.draw();
    if (!this.cursor.hidden) this.read(true);
  }

  draw() {
    if (!this.width) return;
    const { pictures, rows, columns, palette, reach } = this.settings;
    const room = pictures > 1 ? Math.min(8, Math.max(4, 72 / columns)) : Math.min(26, (this.width - 2) / columns);
    this.size = Math.max(2, pictures > 1 ? Math.floor(room) : room);
    const [wide, tall] = [columns * this.size + GAP, rows * this.size + GAP];
    this.across = Math.max(1, Math.min(pictures, Math.floor((this.width + GAP) / wide)));
    const down = Math.ceil(pictures / this.across);
    const [width, height] = [this.across * wide - GAP + 2, down * tall - GAP + 2];
    const density = Math.min(3, window.devicePixelRatio || 1);
    this.canvas.width = Math.ceil(width * density);
    this.canvas.height = Math.ceil(height * density);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.box.style.width = `${width}px`;
    this.box.style.height = `${height}px`;
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.scale(density, density);
    const css = (/** @type {number[]} */ color) => `rgb(${color.map(Math.round).join(" ")})`;
    for (let picture = 0; picture < pictures; picture++) {
      const [left, top] = this.corner(picture);
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const number = this.number(picture, row, column);
          const [x, y] = [left + column * this.size, top + row * this.size];
          const tint = Math.max(-1, Math.min(1, number / reach));
          context.fillStyle = Number.isNaN(number)
            ? css(palette.mixed(palette.color("ink"), 0.3))
            : css(palette.tint(tint));
          context.fillRect(x, y, this.size, this.size);
          if (tint < -0.12 && this.size >= 5) {
            context.fillStyle = css(palette.color(tint < -0.6 ? "ground" : "ink"));
            const tick = Math.max(1, Math.round(this.size / 8));
            context.fillRect(x + this.size * 0.25, y + this.size / 2 - tick / 2, this.size * 0.5, tick);
          }
        }
      }
      context.strokeStyle = css(palette.mixed(palette.color("ink"), 0.35));
      context.lineWidth = 1;
      context.strokeRect(left - 0.5, top - 0.5, columns * this.size + 1, rows * this.size + 1);
    }
  }

  /**
   * The upper left corner of a picture.
   * @param {number} picture
   * @returns {[number, number]}
   */
  corner(picture) {
    const { rows, columns } = this.settings;
    const [column, row] = [picture % this.across, Math.floor(picture / this.across)];
    return [1 + column * (columns * this.size + GAP), 1 + row * (rows * this.size + GAP)];
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { pictures, rows, columns } = this.settings;
    const corner = this.box.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left - 1, event.clientY - corner.top - 1];
    const [wide, tall] = [columns * this.size + GAP, rows * this.size + GAP];
    const picture = Math.floor(y / tall) * this.across + Math.min(this.across - 1, Math.floor(x / wide));
    const [row, column] = [Math.floor((y % tall) / this.size), Math.floor((x % wide) / this.size)];
    if (x < 0 || y < 0 || picture >= pictures || row >= rows || column >= columns) return;
    this.at = [picture, row, column];
    this.read(true);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const { pictures, rows, columns } = this.settings;
    let [picture = 0, row = 0, column = 0] = this.at;
    if (event.key === "ArrowRight" && ++column === columns) [column, picture] = [0, picture + 1];
    else if (event.key === "ArrowLeft" && --column < 0) [column, picture] = [columns - 1, picture - 1];
    else if (event.key === "ArrowDown" && ++row === rows) [row, picture] = [0, picture + this.across];
    else if (event.key === "ArrowUp" && --row < 0) [row, picture] = [rows - 1, picture - this.across];
    else if (event.key === "PageDown") picture++;
    else if (event.key === "PageUp") picture--;
    else if (event.key === "Home") [row, column] = [0, 0];
    else if (event.key === "End") [row, column] = [rows - 1, columns - 1];
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    if (picture >= 0 && picture < pictures) this.at = [picture, row, column];
    this.read(true);
  }

  /** @param {boolean} isShown */
  read(isShown) {
    const { words, reach } = this.settings;
    const [picture = 0, row = 0, column = 0] = this.at;
    this.cursor.hidden = !isShown;
    if (!isShown) {
      this.reading.textContent = `blue: above 0; orange with a bar: below; full color: ${written(reach, 3)}`;
      return;
    }
    const [left, top] = this.corner(picture);
    const style = this.cursor.style;
    style.left = `${left + column * this.size}px`;
    style.top = `${top + row * this.size}px`;
    style.width = style.height = `${this.size}px`;
    this.reading.textContent = `${words(picture, row, column)}: ${written(this.number(picture, row, column))}`;
  }

  /**
   * @param {number} picture
   * @param {number} row
   * @param {number} column
   */
  number(picture, row, column) {
    const { rows, columns } = this.settings;
    return this.numbers[(picture * rows + row) * columns + column] ?? NaN;
  }
}
