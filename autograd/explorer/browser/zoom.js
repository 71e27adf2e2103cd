/** Zooming and panning a picture, by the part of it that its view box shows. */

/** @typedef {{x: number, y: number, width: number, height: number}} Part */

const MOST = 12; // times larger than fitted
const CLOSEST = 2; // pixels a point, which a large picture can be brought to at least
const SMALLEST = 9; // points: the size of the smallest letters
const READABLE = 3; // pixels: of letters that are smaller, nobody misses any, and they would take most of the work

export class Zoom {
  /**
   * @param {SVGSVGElement} host
   */
  constructor(host) {
    this.host = host;
    this.whole = { x: 0, y: 0, width: 1, height: 1 };
    /** @type {Part} */
    this.part = { ...this.whole };
    /** @type {Map<number, {x: number, y: number}>} Fingers that hold the ground. */
    this.held = new Map();
    this.size = { width: 0, height: 0 };
    this.isDistant = true;
    new ResizeObserver(([entry]) => {
      if (entry) this.size = entry.contentRect;
      this.#leaveOut();
    }).observe(host);
    host.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    host.addEventListener("pointerdown", (event) => this.#down(event));
    host.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      host.addEventListener(end, (event) => this.held.delete(event.pointerId));
    }
  }

  /**
   * Show a whole picture.
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  fit(x, y, width, height) {
    this.whole = { x, y, width, height };
    this.#show({ ...this.whole });
  }

  /** How much larger than fitted it is shown. */
  get scale() {
    return this.whole.width / this.part.width;
  }

  /**
   * Show it larger or smaller, about a point of the picture.
   * @param {number} by
   * @param {{x: number, y: number}} [about] By default the middle.
   */
  by(by, about) {
    const { x, y, width, height } = this.part;
    const most = Math.max(MOST, CLOSEST / this.#pixels(this.whole));
    const scale = Math.min(most, Math.max(1, this.scale * by));
    const size = { width: this.whole.width / scale, height: this.whole.height / scale };
    const center = about ?? { x: x + width / 2, y: y + height / 2 };
    const share = { x: (center.x - x) / width, y: (center.y - y) / height };
    this.#show({ x: center.x - share.x * size.width, y: center.y - share.y * size.height, ...size });
  }

  /**
   * Bring a box into view, if it is out of it.
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  reveal(x, y, width, height) {
    const part = { ...this.part };
    part.x = Math.min(Math.max(part.x, x + width - part.width), x);
    part.y = Math.min(Math.max(part.y, y + height - part.height), y);
    this.#show(part);
  }

  /** @param {Part} part */
  #show(part) {
    const { x, y, width, height } = this.whole;
    part.x = Math.min(Math.max(x, part.x), x + width - part.width);
    part.y = Math.min(Math.max(y, part.y), y + height - part.height);
    this.part = part;
    this.host.setAttribute("viewBox", `${part.x} ${part.y} ${part.width} ${part.height}`);
    this.host.classList.toggle("zoomed", this.scale > 1);
    this.#leaveOut();
  }

  /** How many pixels a point has where a part fills the host. @param {Part} part */
  #pixels({ width, height }) {
    return Math.min(this.size.width / width, this.size.height / height);
  }

  /** Draw no letters that are too small to be read. */
  #leaveOut() {
    this.isDistant = SMALLEST * this.#pixels(this.part) < READABLE;
    this.host.classList.toggle("distant", this.isDistant);
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
    const pixels = this.#pixels(part);
    // The part is in the middle of what is in view, which may be wider or higher.
    const [farX, farY] = [this.size.width / pixels / 2, this.size.height / pixels / 2];
    const [middleX, middleY] = [part.x + part.width / 2, part.y + part.height / 2];
    const isIn = x < middleX + farX && x + width > middleX - farX && y < middleY + farY && y + height > middleY - farY;
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
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    this.by(Math.exp(-event.deltaY / 300), this.at(event));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest(".node") && this.held.size === 0) return;
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
      const { x, y, width, height } = this.part;
      this.#show({ x: x + before.x - now.x, y: y + before.y - now.y, width, height });
    }
    this.held.set(event.pointerId, this.at(event));
  }
}
