/** The picture of a graph at one level: drawn once from shapes that Python has placed, then only its numbers change. */

import { svg } from "./dom.js";
import { pushTo } from "./groups.js";
import { fitted } from "./number.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {[letters: string, dx?: number, dy?: number, size?: number, number?: string]} SpanData */
/** @typedef {(string | number | (string | SpanData)[])[]} ShapeData */
/** @typedef {[x: number, y: number, width: number, height: number, node: number, inner: number, biases: number[], name: string, shapes: ShapeData[]]} BoxData */
/** @typedef {[from: number, to: number, weight: number, edge: [] | Edge, width: number, way: string, head: string]} ArrowData */
/**
 * A level, as `autograd/explorer/levels.py` describes it.
 * @typedef {object} LevelData
 * @property {string} level
 * @property {[x: number, y: number, width: number, height: number]} part
 * @property {string} direction
 * @property {string} note
 * @property {string} of
 * @property {number[]} boxOf
 * @property {BoxData[]} boxes
 * @property {ArrowData[]} arrows
 * @property {ShapeData[][]} more
 */
/**
 * Where the picture has its numbers from; `null` for one that is not known yet.
 * @typedef {object} Numbers
 * @property {boolean} [hides] Whether local derivatives are not told.
 * @property {(node: number) => number | null} value
 * @property {(node: number) => number | null | string} adjoint
 * @property {(upper: number, place: number) => number | null} slope
 * @property {(node: number) => boolean} [isPartial] Whether more is to be added to a gradient.
 */
/** @typedef {(x: number, y: number, width: number, height: number) => boolean} IsShown */
/** @typedef {{bar: SVGRectElement, what: "data" | "grad" | "delta", node: number, x: number, width: number}} Bar */
/** @typedef {{box: number, text: Text, tag: Element, read: (numbers: Numbers) => number | null | string, last: unknown, signed: boolean}} Binding */

const MANY = 400; // arrows that are drawn as one line

export class Picture {
  /**
   * @param {LevelData} data
   * @param {import("./graph.js").Graph} graph
   * @param {(place: number, numbers: Numbers) => number | null} localDerivative That of an arrow which stands for several edges.
   */
  constructor(data, graph, localDerivative) {
    this.data = data;
    this.graph = graph;
    this.localDerivative = localDerivative;
    /** @type {Binding[]} */
    this.bindings = [];
    /** Whether arrows are as thick as the gradients of their weights are large, and halves of neurons as full. */
    this.showsErrors = data.level === "errors";
    /** @type {Bar[]} */
    this.bars = [];
    this.boxOf = boxOf(data, graph.n);
    /** @type {Map<string, number[]>} Arrows by the boxes that they join. */
    this.between = new Map();
    /** @type {Map<number, number[]>} Arrows by their weight. */
    this.ofWeight = new Map();
    data.arrows.forEach(([from, to, weight], arrow) => {
      pushTo(this.between, `${from} ${to}`, arrow);
      if (weight >= 0) pushTo(this.ofWeight, weight, arrow);
    });
    /** @type {{line: SVGPathElement, head: SVGPathElement, group: SVGGElement, look: string}[]} */
    this.arrows = [];
    this.under = svg("g", { class: "bands" });
    this.over = svg("g", { class: "lit-arrows" });
    this.isDense = data.arrows.length > MANY;
    const arrows = this.isDense ? this.#bundled() : data.arrows.map((arrow, place) => this.#arrow(arrow, place));
    /** @type {SVGGElement[]} */
    this.boxes = data.boxes.map((box, place) => this.#box(box, place));
    const more = data.more.map((shapes) => svg("g", {}, ...shapes.flatMap((shape) => this.#shape(shape, -1))));
    this.root = svg(
      "g",
      { class: "graph" },
      this.under,
      svg("g", { class: "arrows" }, ...arrows),
      this.over,
      ...more,
      ...this.boxes,
    );
  }

  /**
   * @param {ArrowData} data
   * @param {number} place
   */
  #arrow([, , weight, , width, way, head], place) {
    const line = svg("path", { class: "line-path line-line", d: way, "stroke-width": width });
    const tip = svg("path", { class: "line", d: head });
    const wide = svg("path", { class: "reach", d: way });
    const group = svg("g", { class: "edge", "data-arrow": place }, line, tip, wide);
    this.arrows.push({ line, head: tip, group, look: weight < 0 ? "line" : "" });
    return group;
  }

  /** Very many arrows as one line for each color; those that are lit are drawn on their own. */
  #bundled() {
    const way = this.data.arrows.map((arrow) => arrow[5]).join("");
    return [svg("path", { class: "line-path line-line dense", d: way, "stroke-width": 0.8 })];
  }

  /**
   * @param {BoxData} box
   * @param {number} place
   */
  #box(box, place) {
    const shapes = box[8].flatMap((shape) => this.#shape(shape, place));
    const group = svg("g", { class: "node", role: "graphics-symbol", tabindex: -1, "data-box": place }, ...shapes);
    return group;
  }

  /**
   * @param {ShapeData} shape
   * @param {number} box
   * @returns {SVGElement[]}
   */
  #shape(shape, box) {
    const [kind, look, ...rest] = shape;
    const [left = 0, top = 0, , , node = -1, inner = -1] = this.data.boxes[box] ?? [];
    if (kind === "l") {
      const [width = 0, x, y, way] = rest;
      const d = `M${left + Number(x)},${top + Number(y)}${way}`;
      return [svg("path", { class: `line-path ${look}-line`, "stroke-width": Number(width), d })];
    }
    if (kind === "b") {
      const [across = 0, y = 0, width = 0, height = 0] = rest.map(Number);
      const what = /** @type {Bar["what"]} */ (look);
      const x = left + across;
      const bar = svg("rect", { class: "plus", x, y: top + y, width, height, rx: 2, "stroke-width": 0 });
      const of = what === "delta" && inner >= 0 ? inner : node;
      this.bars.push({ bar, what, node: of, x, width });
      return [bar];
    }
    if (kind === "r") {
      const [across = 0, down = 0, width = 0, height = 0, rx = 0, line = 0, isDouble = 0] = rest.map(Number);
      const [x, y] = [left + across, top + down];
      const outer = svg("rect", { class: `${look}`, x, y, width, height, rx, "stroke-width": line });
      if (!isDouble) return [outer];
      const inner = {
        x: x + 2,
        y: y + 2,
        width: width - 4,
        height: height - 4,
        rx: Math.max(0, rx - 2),
        "stroke-width": 0.7,
      };
      return [outer, svg("rect", { class: `${look} hollow`, ...inner })];
    }
    const [x, y, size, flags, spans] = rest;
    const anchor = String(flags).includes("e") ? "end" : String(flags).includes("m") ? "middle" : "start";
    const text = svg("text", {
      class: String(look),
      x: left + Number(x),
      y: top + Number(y),
      "font-size": Number(size),
      "text-anchor": anchor,
    });
    if (String(flags).includes("b")) text.setAttribute("font-weight", "bold");
    for (const span of /** @type {(string | SpanData)[]} */ (spans)) text.append(this.#span(span, box, text));
    return [text];
  }

  /**
   * @param {string | SpanData} span
   * @param {number} box
   * @param {SVGTextElement} line
   */
  #span(span, box, line) {
    if (typeof span === "string") return document.createTextNode(span);
    const [letters, dx, dy, size, number] = span;
    const tag = svg("tspan", {}, letters);
    if (dx) tag.setAttribute("dx", String(dx));
    if (dy) tag.setAttribute("dy", String(dy));
    if (size) tag.setAttribute("font-size", String(size));
    if (number) this.#bind(number, box, tag, line);
    return tag;
  }

  /**
   * @param {string} number
   * @param {number} box
   * @param {SVGTSpanElement} tag
   * @param {SVGTextElement} line
   */
  #bind(number, box, tag, line) {
    const [, , , , node, inner, biases] = /** @type {BoxData} */ (this.data.boxes[box]);
    const [what, place] = number.replace(/^grad of /, "").split(" ");
    const arrow = this.data.arrows[Number(place)];
    const isGradient = number.startsWith("grad");
    const of =
      what === "weight"
        ? (arrow?.[2] ?? -1)
        : what === "bias"
          ? (biases[Number(place)] ?? -1)
          : what === "inner"
            ? inner
            : node;
    /** @type {Binding["read"]} */
    let read = (numbers) => numbers.value(of);
    if (isGradient) read = (numbers) => gradient(numbers, of);
    else if (what === "slope") {
      const [upper, at] = arrow?.[3] ?? [];
      if (upper !== undefined && at !== undefined && this.shown(upper) === upper)
        read = (numbers) => numbers.slope(upper, at);
      else read = (numbers) => this.localDerivative(Number(place), numbers);
      const told = read;
      read = (numbers) => (numbers.hides ? "?" : told(numbers));
    }
    const isLeaf = what === "weight" || what === "bias";
    if (isLeaf && !isGradient) {
      line.setAttribute("data-leaf", String(of));
      line.classList.add("leaf-text");
    }
    const text = /** @type {Text} */ (tag.firstChild);
    this.bindings.push({ box, text, tag: line, read, last: undefined, signed: isLeaf && !isGradient });
  }

  /**
   * The node whose number stands in the box of a node, or -1.
   * @param {number} node
   */
  shown(node) {
    return this.nodeOf(this.boxOf[node] ?? -1);
  }

  /**
   * The node whose number stands in a box, or -1.
   * @param {number} box
   */
  nodeOf(box) {
    return this.data.boxes[box]?.[4] ?? -1;
  }

  /**
   * Write the numbers that have changed.
   * @param {Numbers} numbers
   * @param {IsShown} isShown Which boxes to write.
   */
  write(numbers, isShown = () => true) {
    const shown = this.data.boxes.map(([x, y, width, height]) => isShown(x, y, width, height));
    for (const binding of this.bindings) {
      if (!shown[binding.box]) continue;
      const now = binding.read(numbers);
      if (Object.is(now, binding.last)) continue;
      binding.last = now;
      const text = now === null ? "–" : typeof now === "string" ? now : fitted(now);
      if (binding.text.data !== text) binding.text.data = text;
      if (binding.signed && typeof now === "number") {
        binding.tag.setAttribute("class", `${now < 0 ? "negative" : now > 0 ? "positive" : "quiet"} leaf-text`);
      }
    }
    this.#fill(numbers);
    if (this.isDense) return;
    const gradients = this.showsErrors ? this.#gradients(numbers) : [];
    this.scale = Math.max(this.scale, ...gradients);
    this.data.arrows.forEach(([, , weight], place) => {
      const arrow = this.arrows[place];
      const value = weight < 0 ? null : numbers.value(weight);
      if (!arrow || value === null) return;
      const look = value < 0 ? "less" : value > 0 ? "more" : "line";
      const share = Math.min(1, (gradients[place] ?? Math.abs(value)) / this.scale);
      const [least, more] = this.showsErrors ? [0.7, 3.8] : [0.9, 1.8];
      arrow.line.setAttribute("stroke-width", (least + more * (Number.isNaN(share) ? 0 : share)).toFixed(2));
      if (look === arrow.look) return;
      arrow.look = look;
      arrow.line.setAttribute("class", `line-path ${look}-line`);
      arrow.head.setAttribute("class", look);
      if (look === "less") arrow.line.setAttribute("stroke-dasharray", "6 2.5");
      else arrow.line.removeAttribute("stroke-dasharray");
    });
  }

  /**
   * The sizes of the gradients of the weights on the arrows; 0 for what is not known.
   * @param {Numbers} numbers
   */
  #gradients(numbers) {
    return this.data.arrows.map(([, , weight]) => (weight < 0 ? 0 : size(numbers.adjoint(weight))));
  }

  /**
   * Make the halves of neurons as full as their numbers are large beside the largest that there have been.
   * @param {Numbers} numbers
   */
  #fill(numbers) {
    const now = this.bars.map(({ what, node }) => (what === "data" ? numbers.value(node) : numbers.adjoint(node)));
    this.bars.forEach(({ what }, i) => (this.full[what] = Math.max(this.full[what], size(now[i] ?? null))));
    this.bars.forEach(({ bar, what, x, width }, i) => {
      const number = now[i] ?? null;
      const long = width * (size(number) / (this.full[what] || 1));
      bar.setAttribute("width", long.toFixed(1));
      bar.setAttribute("x", (what === "data" ? x : x + width - long).toFixed(1));
      bar.setAttribute("class", typeof number === "number" && number < 0 ? "minus" : "plus");
    });
  }

  /** The largest numbers that there have been; a neuron that is 1 is full. */
  full = { data: 1, grad: 0, delta: 0 };

  /** The largest weight at first, or the largest gradient of one so far, which the widths of arrows are compared with. */
  scale = 1e-300;

  /**
   * Remember how large the weights are.
   * @param {(node: number) => number} value
   */
  weigh(value) {
    if (this.showsErrors) return; // gradients are weighed when they are written
    const sizes = this.data.arrows
      .map(([, , weight]) => (weight < 0 ? 0 : Math.abs(value(weight))))
      .filter(Number.isFinite);
    this.scale = Math.max(1e-12, ...sizes);
  }

  /**
   * Light some edges and nodes, and no others.
   * @param {Edge[]} edges
   * @param {number[]} nodes
   * @param {number} [variable] A weight on arrows, which are lit, too.
   */
  light(edges, nodes, variable = -1) {
    const boxes = new Set(nodes.map((node) => this.boxOf[node] ?? -1));
    const arrows = new Set(this.ofWeight.get(variable) ?? []);
    for (const edge of edges) {
      boxes.add(this.boxOf[edge[0]] ?? -1);
      boxes.add(this.boxOf[this.graph.lower(edge)] ?? -1);
      for (const arrow of this.arrowsOf(...edge)) arrows.add(arrow);
    }
    this.boxes.forEach((box, place) => box.classList.toggle("lit", boxes.has(place)));
    this.arrows.forEach(({ group }, place) => group.classList.toggle("lit", arrows.has(place)));
    const lit = [...arrows].map((place) => /** @type {ArrowData} */ (this.data.arrows[place]));
    this.under.replaceChildren(
      ...lit.map((arrow) => svg("path", { class: "line-path lit-line band", d: arrow[5], "stroke-width": 7 })),
    );
    this.over.replaceChildren(
      ...(this.isDense
        ? lit.flatMap((arrow) => [
            svg("path", { class: "line-path ink-line", d: arrow[5], "stroke-width": arrow[4] }),
            svg("path", { class: "ink", d: arrow[6] }),
          ])
        : []),
    );
  }

  /**
   * Mark the arrows of one edge, or none, as what is pointed at.
   * @param {Edge[]} edges
   */
  point(edges) {
    const arrows = new Set(edges.flatMap(([upper, place]) => this.arrowsOf(upper, place)));
    this.arrows.forEach(({ group }, place) => group.classList.toggle("pointed", arrows.has(place)));
    const boxes = new Set(
      edges.filter(([upper, place]) => !this.arrowsOf(upper, place).length).map(([upper]) => this.boxOf[upper] ?? -1),
    );
    this.boxes.forEach((box, place) => box.classList.toggle("pointed", boxes.has(place)));
  }

  /**
   * The arrows that an edge is drawn as: one, or none if it is inside a box.
   * @param {number} upper
   * @param {number} place
   */
  arrowsOf(upper, place) {
    const lower = this.graph.lower([upper, place]);
    const found = this.between.get(`${this.boxOf[lower]} ${this.boxOf[upper]}`) ?? [];
    const own = found.filter((arrow) => {
      const [node, at] = this.data.arrows[arrow]?.[3] ?? [];
      return node === upper && at === place;
    });
    return own.length ? own : found.filter((arrow) => !this.data.arrows[arrow]?.[3].length);
  }
}

/**
 * How large a number is; 0 for what is not known, or none.
 * @param {number | string | null} number
 */
function size(number) {
  return typeof number === "number" && Number.isFinite(number) ? Math.abs(number) : 0;
}

/**
 * A gradient; one that more is to be added to is marked.
 * @param {Numbers} numbers
 * @param {number} node
 */
function gradient(numbers, node) {
  const adjoint = numbers.adjoint(node);
  return typeof adjoint === "number" && numbers.isPartial?.(node) ? `${fitted(adjoint, 7)} …` : adjoint;
}

/**
 * The box of each node; -1 if it is left out.
 * @param {LevelData} data
 * @param {number} n How many nodes there are.
 */
export function boxOf(data, n) {
  const boxes = new Int32Array(n);
  for (let at = 0, node = 0; at < data.boxOf.length; at += 2) {
    const until = node + (data.boxOf[at + 1] ?? 0);
    boxes.fill(data.boxOf[at] ?? -1, node, until);
    node = until;
  }
  return boxes;
}
