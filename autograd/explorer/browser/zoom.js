/** Zooming and panning a picture, by the part of it that its view box shows. */

/** @typedef {{x: number, y: number, width: number, height: number}} Part */

const SMALLEST = 9; // points: the size of the smallest letters; names and values have 13
const LARGEST = 1.5; // pixels a point where a picture is fitted
const LOWEST = 200; // pixels: how high the stage is, unless all of a picture is lower
const MOST = 12; // times larger than fitted
const AROUND = 6; // points that are left around a box
const CLOSEST = 2; // pixels a point, which a large picture can be brought to at least
const NEAR = 10; // pixels: of the smallest letters, where not all of a picture can be read at once
const SEEN = 3; // pixels: of letters that are smaller, nobody misses any, and they would take most of the work

/** Pixels of the smallest letters with which values, which have 9 then, can be read, and all is read with ease. */
export const READABLE = 6.25;
export const EASY = 8.5;

export class Zoom {
  /**
   * @param {SVGSVGElement} host
   */
  constructor(host) {
    this.host = host;
    /** @type {Part} */
    this.whole = { x: 0, y: 0, width: 1, height: 1 };
    /** @type {Part} What is in view. */
    this.part = { ...this.whole };
    this.pixels = 1; // a point
    this.fitted = 1; // pixels a point where all is in view
    /** What is done again when there is more room, or less, until the reader zooms or moves the picture. */
    this.again = () => {};
    /** Called whenever another part is in view. */
    this.tell = () => {};
    /** @type {Map<number, {x: number, y: number}>} Fingers that hold the ground. */
    this.held = new Map();
    this.isDistant = true;
    const resized = () => {
      if (!host.clientWidth) return; // it is not shown
      this.fitted = this.fitting(this.whole);
      this.again();
    };
    new ResizeObserver(resized).observe(host);
    addEventListener("resize", resized);
    host.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    host.addEventListener("pointerdown", (event) => {
      if (!(/** @type {Element} */ (event.target).closest(".node")) || this.held.size) this.hold(event);
    });
    host.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      host.addEventListener(end, (event) => this.held.delete(event.pointerId));
    }
  }

  /**
   * How many pixels a point has where a picture fits into the page.
   * @param {{width: number, height: number}} picture
   */
  fitting({ width, height }) {
    const isZoomed = this.host.classList.replace("zoomed", "fitted");
    const room = this.#room;
    if (isZoomed) this.host.classList.replace("fitted", "zoomed");
    return Math.min(room.width / width, room.height / height, LARGEST * enlarged());
  }

  /**
   * How many pixels the smallest letters of a picture have where it fits; on a large screen, which is seen from afar, as
   * many as look so large.
   * @param {{width: number, height: number}} picture
   */
  letters(picture) {
    return (SMALLEST * this.fitting(picture)) / enlarged();
  }

  /** What the style leaves for the picture: its height depends on whether it is larger than fitted. */
  get #room() {
    const width = this.host.parentElement?.clientWidth ?? 0;
    return { width, height: parseFloat(getComputedStyle(this.host).maxHeight) || width };
  }

  /**
   * Show another picture: all of it if it can be read then, else as much as can be read with ease.
   * @param {Part} whole
   * @param {Part} about What is in view then.
   */
  open(whole, about) {
    this.whole = whole;
    this.fitted = this.fitting(whole);
    const isReadable = this.letters(whole) >= READABLE;
    const middle = { x: about.x + about.width / 2, y: about.y + about.height / 2 };
    this.#show(isReadable ? this.fitted : (NEAR * enlarged()) / SMALLEST, ({ width, height }) => ({
      x: middle.x - width / 2,
      y: middle.y - height / 2,
    }));
    this.again = () => this.open(whole, about);
  }

  /** Show the whole picture. */
  fit() {
    this.#show(this.fitted, () => this.whole);
    this.again = () => this.fit();
  }

  /** How much larger than fitted it is shown. */
  get scale() {
    return this.pixels / this.fitted;
  }

  /**
   * Show it larger or smaller, about a point of the picture.
   * @param {number} by
   * @param {{x: number, y: number}} [about] By default the middle.
   */
  by(by, about) {
    const { x, y, width, height } = this.part;
    const center = about ?? { x: x + width / 2, y: y + height / 2 };
    const most = Math.max(MOST * this.fitted, CLOSEST);
    const pixels = Math.min(most, Math.max(this.fitted, this.pixels * by));
    const share = this.pixels / pixels;
    this.#show(pixels, () => ({ x: center.x - share * (center.x - x), y: center.y - share * (center.y - y) }));
  }

  /**
   * Bring a box into view: what is outside comes into the middle.
   * @param {Part} box
   */
  reveal(box) {
    const { part } = this;
    const isOut =
      box.x > part.x + part.width ||
      box.y > part.y + part.height ||
      box.x + box.width < part.x ||
      box.y + box.height < part.y;
    const along = (
      /** @type {number} */ at,
      /** @type {number} */ shown,
      /** @type {number} */ start,
      /** @type {number} */ length,
    ) => {
      if (isOut) return start + (length - shown) / 2;
      const ends = [start - AROUND, start + length + AROUND - shown]; // of a box that is too large, what there is room for
      return Math.min(Math.max(at, Math.min(...ends)), Math.max(...ends));
    };
    this.moveTo(along(part.x, part.width, box.x, box.width), along(part.y, part.height, box.y, box.height));
  }

  /**
   * Show another part, as large as it is.
   * @param {number} x
   * @param {number} y
   */
  moveTo(x, y) {
    if (x !== this.part.x || y !== this.part.y) this.#show(this.pixels, () => ({ x, y }));
  }

  /**
   * @param {number} pixels
   * @param {(size: {width: number, height: number}) => {x: number, y: number}} corner
   */
  #show(pixels, corner) {
    const { whole, host } = this;
    this.pixels = pixels;
    host.classList.toggle("zoomed", this.scale > 1);
    const room = this.#room;
    const high = Math.max(Math.min(LOWEST, LARGEST * whole.height) * enlarged(), pixels * whole.height);
    host.style.height = `${high}px`;
    const size = { width: room.width / pixels, height: Math.min(room.height, high) / pixels };
    const { x, y } = corner(size);
    this.part = {
      x: within(x, size.width, whole.x, whole.width),
      y: within(y, size.height, whole.y, whole.height),
      ...size,
    };
    if (pixels > 0) host.setAttribute("viewBox", Object.values(this.part).join(" "));
    host.classList.toggle("high", this.hides("height"));
    host.classList.toggle("wide", this.hides("width"));
    // Letters that are too small to be read are left out.
    this.isDistant = SMALLEST * pixels < SEEN;
    host.classList.toggle("distant", this.isDistant);
    this.again = () => (pixels > this.fitted ? this.#show(pixels, () => ({ x, y })) : this.fit());
    this.tell();
  }

  /**
   * Whether there is more than is in view.
   * @param {"width" | "height"} size
   */
  hides(size) {
    return this.part[size] < 0.999 * this.whole[size];
  }

  /**
   * Whether what stands in a box is in view, and can be read.
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  shows(x, y, width, height) {
    const { part } = this;
    const isIn = x < part.x + part.width && x + width > part.x && y < part.y + part.height && y + height > part.y;
    return isIn && !this.isDistant;
  }

  /**
   * Where a pointer is, in the picture.
   * @param {{clientX: number, clientY: number}} event
   */
  at(event) {
    const matrix = this.host.getScreenCTM()?.inverse();
    const point = new DOMPoint(event.clientX, event.clientY);
    return matrix ? point.matrixTransform(matrix) : point;
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.by(Math.exp(-event.deltaY / 300), this.at(event));
    } else if (this.hides("width") && Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.moveTo(this.part.x + event.deltaX / this.pixels, this.part.y);
    } // else the page scrolls
  }

  /**
   * Let a pointer move the picture.
   * @param {PointerEvent} event
   */
  hold(event) {
    this.held.set(event.pointerId, this.at(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.held.get(event.pointerId);
    if (!before || (this.scale === 1 && this.held.size < 2)) return;
    const now = this.at(event);
    const [other] = [...this.held].filter(([id]) => id !== event.pointerId);
    if (other) {
      const anchor = other[1];
      const far = Math.hypot(now.x - anchor.x, now.y - anchor.y);
      const was = Math.hypot(before.x - anchor.x, before.y - anchor.y);
      if (was > 0 && far > 0) this.by(far / was, anchor);
    } else {
      this.moveTo(this.part.x + before.x - now.x, this.part.y + before.y - now.y);
    }
    this.held.set(event.pointerId, this.at(event));
  }
}

/** How much larger letters are on a large screen. */
function enlarged() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

/**
 * Where what is in view begins: not outside of the picture, which is in the middle if it is smaller.
 * @param {number} at
 * @param {number} shown
 * @param {number} start
 * @param {number} length
 */
function within(at, shown, start, length) {
  if (shown >= length) return start - (shown - length) / 2;
  return Math.min(Math.max(at, start), start + length - shown);
}
