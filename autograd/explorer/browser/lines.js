/** The lines of a program beside the graph that they were found in: a line lights its nodes, and a node its lines. */

import { button, html } from "./dom.js";
import { math } from "./math.js";
import { element } from "./name.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {import("./name.js").Tree} Tree */
/**
 * A line, as `autograd/explorer/lines.py` describes it.
 * @typedef {object} LineData
 * @property {number} number
 * @property {string} code
 * @property {string[]} notes
 * @property {[sign: string, text: string, tree: Tree][][]} formulas
 * @property {number[]} nodes
 */

/**
 * Put lines beside a page that has started.
 * @param {LineData[]} data
 * @param {Explorer} app
 */
export function start(data, app) {
  const lines = new Lines(data, app);
  const beside = html("div", { class: "beside" });
  app.work.replaceWith(beside);
  beside.append(lines.root, app.work);
  const refresh = app.refresh.bind(app);
  app.refresh = () => {
    refresh();
    lines.show();
  };
  lines.show();
}

class Lines {
  /** @type {number} The line that is pointed at, or -1. */ pointed = -1;
  /** @type {number} The line that is open, or -1. */ open = -1;

  /**
   * @param {LineData[]} data
   * @param {Explorer} app
   */
  constructor(data, app) {
    this.data = data;
    this.app = app;
    this.nodes = data.map(({ nodes }) => new Set(spelled(nodes)));
    this.buttons = data.map(({ number, code }, line) => {
      const content = html("span", {}, html("span", { class: "number" }, String(number)), html("code", {}, code));
      return button(content, () => this.#toggle(line), { "data-line": line });
    });
    this.details = data.map(({ number, notes, formulas }) =>
      html(
        "div",
        { class: "details", tabindex: 0, role: "region", "aria-label": `line ${number}` },
        ...formulas.map((pieces) =>
          html("div", {}, ...pieces.flatMap(([sign, text, tree]) => [` ${sign} `, math(text, element(tree))])),
        ),
        ...notes.map((note) => html("div", { class: "aside" }, note)),
      ),
    );
    const items = this.buttons.map((each, line) => html("li", {}, each, /** @type {Node} */ (this.details[line])));
    const help = "Point at a line, or go through them with ↑ ↓: what it is about lights up. A click opens it.";
    this.root = html(
      "section",
      { class: "lines", "aria-label": "the program" },
      html("p", { class: "aside" }, help),
      html("ol", {}, ...items),
    );
    this.root.addEventListener("pointerover", (event) => this.#point(lineOf(event.target)));
    this.root.addEventListener("pointerleave", () => this.#point(lineOf(document.activeElement)));
    this.root.addEventListener("focusin", (event) => this.#point(lineOf(event.target)));
    this.root.addEventListener("focusout", () => this.#point(-1));
    this.root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {number} line */
  #point(line) {
    this.pointed = line;
    this.show();
  }

  /** @param {number} line */
  #toggle(line) {
    this.open = this.open === line ? -1 : line;
    this.show();
    const { notes = [], formulas = [] } = this.data[this.open] ?? {};
    const formula = (formulas[0] ?? []).map(([sign, text]) => `${sign} ${text}`).join(" ");
    if (this.open >= 0) this.app.say([formula.trim(), ...notes].join("; "));
    const box = this.app.picture.boxes.findIndex((each) => each.classList.contains("of-line"));
    const [x, y, width, height] = this.app.picture.data.boxes[box] ?? [];
    if (x !== undefined && y !== undefined && width && height) this.app.zoom.reveal({ x, y, width, height });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const here = lineOf(event.target);
    const ways = new Map([
      ["ArrowUp", here - 1],
      ["ArrowDown", here + 1],
      ["Home", 0],
      ["End", this.data.length - 1],
    ]);
    const to = this.buttons[ways.get(event.key) ?? -1];
    if (here >= 0 && to) to.focus();
    if (event.key === "Escape") this.#toggle(this.open);
    if (ways.has(event.key) || event.key === "Escape") event.preventDefault();
  }

  /** Show which nodes the line is about that is pointed at, else the open one, and which lines the selected node has. */
  show() {
    const { app, nodes } = this;
    const here = this.pointed >= 0 ? this.pointed : this.open;
    const now = nodes[here] ?? new Set();
    const { picture, selected } = app;
    const boxes = new Set([...now].map((node) => picture.boxOf[node]));
    picture.boxes.forEach((box, place) => box.classList.toggle("of-line", boxes.has(place)));
    picture.arrows.forEach(({ group }, place) =>
      group.classList.toggle("of-line", now.has(picture.data.arrows[place]?.[2] ?? -1)),
    );
    this.buttons.forEach((each, line) => {
      const isOfNode = nodes[line]?.has(selected) ?? false;
      each.setAttribute("aria-expanded", String(line === this.open));
      each.setAttribute("tabindex", line === Math.max(0, here) ? "0" : "-1");
      if (isOfNode) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
      this.details[line]?.toggleAttribute("hidden", line !== this.open);
    });
  }
}

/** @param {EventTarget | null} target */
function lineOf(target) {
  const item = target instanceof Element ? target.closest("li")?.querySelector("[data-line]") : null;
  return Number(item?.getAttribute("data-line") ?? -1);
}

/**
 * Numbers that are given as runs: the first of each, and how many follow one another.
 * @param {number[]} runs
 */
function spelled(runs) {
  const numbers = [];
  for (let at = 0; at < runs.length; at += 2)
    for (let i = 0; i < (runs[at + 1] ?? 0); i++) numbers.push((runs[at] ?? 0) + i);
  return numbers;
}
