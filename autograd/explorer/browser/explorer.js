/** The page of a recorded graph: click, drag, step, fill in. `start` builds it from what Python has sent. */

import { button, html, svg } from "./dom.js";
import { Exercises } from "./exercises.js";
import { Formulas } from "./formula.js";
import { fitFrame } from "./frame.js";
import { Graph } from "./graph.js";
import { Inspector } from "./inspector.js";
import { keys } from "./keys.js";
import { fitting, legend, levelName, namesOf } from "./levels.js";
import { math } from "./math.js";
import * as mathematics from "./mathematics.js";
import { Model } from "./model.js";
import { overview } from "./overview.js";
import { ways } from "./paths.js";
import { Picture } from "./picture.js";
import { pointing } from "./pointing.js";
import { spoken, spokenBox } from "./spoken.js";
import { fromText, History, toText } from "./state.js";
import { Stepper } from "./stepper.js";
import { table } from "./table.js";
import { Toolbar } from "./toolbar.js";
import { whyNot } from "./troubles.js";
import { Zoom } from "./zoom.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./graph.js").Row} Row */
/** @typedef {import("./picture.js").LevelData} LevelData */
/** @typedef {{graph: import("./graph.js").GraphData, formulas: import("./formula.js").FormulasData, levels: LevelData[], rows: number[]}} VariantData */
/** @typedef {{example: number, numbers: Float64Array}} Snapshot */
/** @typedef {{variants: VariantData[], examples: [variant: number, place: number][], names?: string[]}} PageData */

const NARROW = 640; // pixels

/**
 * @param {PageData} data
 * @param {(m: typeof mathematics) => (Row | null)[]} rows
 * @param {string} source The page as it was, for whoever saves it.
 */
export function start(data, rows, source) {
  const app = new Explorer(data, rows(mathematics), source);
  const given =
    location.hash.length > 1 && location.protocol !== "about:"
      ? location.hash
      : (document.documentElement.dataset.state ?? "");
  app.restore(decoded(given));
  addEventListener("hashchange", () => app.restore(decoded(location.hash)));
  Object.assign(window, { explorerApp: app });
  frameElement?.dispatchEvent(new CustomEvent("explorer", { detail: app })); // for the widget around it, if there is one
}

/** @param {[x: number, y: number, width: number, height: number, ...rest: unknown[]]} box */
function area([x, y, width, height]) {
  return { x, y, width, height };
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

export class Explorer {
  // What belongs to the example that is open, and to its structure.
  /** @type {Model} */ model;
  /** @type {Formulas} */ formulas;
  /** @type {LevelData[]} */ levels;
  /** @type {Float64Array} The numbers as the example has them. */ first;
  /** @type {History<Snapshot>} What there was, in whatever example. */ history;
  /** @type {Stepper} */ stepper;
  /** @type {Exercises} */ exercises;
  /** @type {Inspector} */ inspector;
  /** @type {Picture} */ picture;
  /** @type {number} The box with the focus. */ current = 0;
  /** @type {number} Which structure is open. */ variant = -1;
  /** @type {string} The level that somebody has chosen. */ level = "";

  /** Called whenever a number or what is lit has changed. */
  tell = () => {};

  /**
   * @param {PageData} data
   * @param {(Row | null)[]} rows
   * @param {string} source The page as it was.
   */
  constructor(data, rows, source) {
    this.data = data;
    this.graphs = data.variants.map(
      (variant) =>
        new Graph(
          variant.graph,
          variant.rows.map((row) => rows[row] ?? null),
        ),
    );
    this.selected = -1;
    this.mode = "explore";
    this.example = 0;
    this.stage = svg("svg", { class: "graph-stage", role: "application", "aria-roledescription": "graph" });
    this.zoom = new Zoom(this.stage);
    this.live = html("p", { class: "live", "aria-live": "polite" });
    this.panel = html("div", { class: "panel", tabindex: -1 });
    this.tableHost = html("div", {
      class: "table-host",
      tabindex: 0,
      role: "region",
      "aria-label": "the graph as a table",
    });
    this.tableHost.hidden = true;
    this.work = html("div", { class: "work" });
    this.note = html("p", { class: "aside" });
    this.toolbar = new Toolbar(this, source);
    const title = html("h1", {}, document.title);
    this.work.append(
      html("div", { class: "picture" }, this.stage, ...overview(this.zoom), this.tableHost, this.note),
      this.panel,
    );
    const main = html("main", {}, title, this.toolbar.root, ...this.toolbar.menus, this.work, this.live);
    document.body.replaceChildren(main);
    fitFrame(main);
    keys(this);
    pointing(this);
    addEventListener("resize", () => {
      const { level, direction } = this.picture.data;
      if (
        direction !== this.direction &&
        this.levels.some((each) => each.level === level && each.direction === this.direction)
      )
        this.#draw(level);
    });
  }

  /**
   * Open an example: its graph, with its numbers.
   * @param {number} example
   */
  #open(example) {
    const [place = 0, row = 0] = this.data.examples[example] ?? [];
    const variant = /** @type {VariantData} */ (this.data.variants[place]);
    const graph = /** @type {Graph} */ (this.graphs[place]);
    const isOther = this.variant !== place;
    this.example = example;
    if (isOther) {
      this.model = new Model(graph);
      this.variant = place;
      this.formulas = new Formulas(variant.formulas, graph, (node) => this.model.value(node));
      this.levels = variant.levels;
      this.selected = -1;
    }
    graph.leaves.forEach((leaf, i) => (this.model.values[leaf] = Number(graph.data.numbers[i])));
    const { leaves, numbers } = graph.data.examples;
    leaves.forEach((leaf, i) => (this.model.values[graph.leaves[leaf] ?? 0] = Number(numbers[row]?.[i])));
    this.model.recompute();
    this.first = this.model.values.slice();
    if (isOther) {
      this.stepper = new Stepper(this);
      this.exercises = new Exercises(this);
      this.inspector = new Inspector(this);
      this.toolbar.fill();
    }
  }

  /** @param {string} level */
  #draw(level) {
    const found = this.levels.filter((each) => each.level === level);
    const data = found.find((each) => each.direction === this.direction) ?? found[0] ?? this.levels[0];
    if (!data) return;
    this.picture = new Picture(data, this.model.graph, (arrow, numbers) => this.#localDerivative(arrow, numbers));
    this.picture.weigh((node) => this.model.value(node));
    this.stepper.open(this.picture);
    if (this.mode === "steps") this.stepper.show();
    this.stage.replaceChildren(this.picture.root);
    this.stage.setAttribute(
      "aria-label",
      `graph of ${this.formulas.name(this.model.graph.output, "text")}, ${levelName(data.level)}`,
    );
    this.note.replaceChildren(...legend(data), data.note);
    this.current = this.boxOfSelected() ?? this.picture.boxOf[this.model.graph.output] ?? 0;
    this.#makeRoom(data);
    const whole = area(data.part);
    this.zoom.open(whole, this.#areaOf(this.current) ?? whole);
    this.refresh();
  }

  /**
   * Put the panel below a picture, or beside it if it is a high one.
   * @param {LevelData} data
   */
  #makeRoom({ part: [, , width, height] }) {
    this.work.classList.toggle("tall", width < 1.6 * height);
  }

  /** @param {number} box */
  #areaOf(box) {
    const data = this.picture.data.boxes[box];
    return data && area(data);
  }

  /** The box of the selected node. */
  boxOfSelected() {
    const box = this.picture.boxOf[this.selected] ?? -1;
    return box < 0 ? undefined : box;
  }

  /** The state of the page, as text. */
  get state() {
    return toText({
      mode: this.mode,
      example: this.example,
      level: this.level,
      selected: this.selected,
      step: this.stepper.taken,
      numbers: new Map(this.#changed),
    });
  }

  /** The leaves that have another number than at first, with what they have. */
  get #changed() {
    const { graph, values } = this.model;
    return graph.leaves
      .filter((leaf) => !Object.is(this.first[leaf], values[leaf]))
      .map((leaf) => /** @type {const} */ ([leaf, this.model.value(leaf)]));
  }

  /**
   * Open as a text says.
   * @param {string} text
   */
  restore(text) {
    const state = this.#read(text);
    this.#open(state.example ?? 0);
    this.history = new History(this.#now);
    this.selected = state.selected ?? -1;
    this.#move(state.numbers);
    this.stepper.taken = 0;
    this.level = state.level ?? "";
    this.#draw(this.level || this.#fitting());
    if (state.step) this.stepper.taken = Math.min(state.step, this.stepper.steps.length);
    this.setMode(state.mode ?? "explore");
    this.#revealStep();
  }

  /**
   * Give leaves the numbers of a state, that of the selected leaf last, so that its nudge is there, too.
   * @param {Map<number, number>} numbers
   */
  #move(numbers) {
    this.inspector.nudge.end();
    if (!numbers.size) return;
    const { model, selected } = this;
    for (const [leaf, number] of numbers) if (leaf !== selected) model.values[leaf] = number;
    model.recompute();
    const last = numbers.get(selected);
    if (last !== undefined) {
      this.inspector.nudge.begin(selected);
      model.values[selected] = last;
      model.recompute();
      this.inspector.nudge.update();
    }
    this.history.push(this.#now);
  }

  /** @param {string} text */
  #read(text) {
    const levels = namesOf(this.data.variants.flatMap((variant) => variant.levels));
    const graphOf = (/** @type {number} */ example) =>
      /** @type {Graph} */ (this.graphs[this.data.examples[example]?.[0] ?? 0]);
    return fromText(text, { examples: this.data.examples.length, levels, graphOf });
  }

  /**
   * Take over the numbers of a state, and what is lit in it, without another picture.
   * @param {string} text
   */
  follow(text) {
    const { example = 0, selected = -1, numbers } = this.#read(text);
    const { tell } = this;
    this.tell = () => {}; // whoever wants it so knows it
    if (example !== this.example) this.setExample(example);
    const wanted = this.first.slice();
    for (const [leaf, number] of numbers) wanted[leaf] = number;
    if (this.model.graph.leaves.some((leaf) => !Object.is(wanted[leaf], this.model.values[leaf]))) {
      this.#restoreNumbers(wanted);
      this.settle();
    }
    if (selected !== this.selected) this.select(selected);
    this.tell = tell;
  }

  /** Where arrows point: downwards on a narrow screen. */
  get direction() {
    return innerWidth < NARROW ? "down" : "right";
  }

  /** The level that can be read best here. */
  #fitting() {
    const levels = this.levels.filter(({ direction }) => direction === this.direction);
    const level = fitting(levels, (data) => {
      this.#makeRoom(data);
      return this.zoom.letters(area(data.part));
    });
    return level ?? this.levels.at(-1)?.level ?? "";
  }

  // What the reader does

  /** @param {string} mode */
  setMode(mode) {
    this.mode = mode;
    this.work.dataset.mode = mode;
    const part = mode === "steps" ? this.stepper.root : mode === "exercise" ? this.exercises.root : this.inspector.root;
    this.panel.replaceChildren(part);
    if (mode === "steps") this.stepper.show();
    if (mode === "exercise") this.exercises.show();
    if (mode === "explore") this.inspector.show(this.selected);
    this.refresh();
  }

  /** @param {string} level */
  setLevel(level) {
    this.level = level;
    this.#draw(level);
    this.#revealStep();
    this.say(`${this.picture.data.boxes.length} boxes: ${levelName(level)}`);
    this.remember();
  }

  /** @param {number} example */
  setExample(example) {
    const changed = this.#changed
      .filter(([leaf]) => this.formulas.isNamed(leaf))
      .map(([leaf, number]) => ({ name: this.formulas.name(leaf, "text"), number }));
    this.#change(example, () => {
      for (const { name, number } of changed) {
        const node = this.formulas.find(name);
        if (node >= 0 && this.model.graph.roles.get(node) === "parameter") this.model.values[node] = number;
      }
      this.model.recompute();
      this.history.push(this.#now);
    });
  }

  /**
   * Show another example as this one is shown.
   * @param {number} example
   * @param {() => void} fill Gives it the numbers that it is to have.
   */
  #change(example, fill) {
    const name =
      this.selected >= 0 && this.formulas.isNamed(this.selected) ? this.formulas.name(this.selected, "text") : "";
    const { level } = this.picture.data;
    this.#open(example);
    fill();
    this.inspector.nudge.end();
    if (name) this.selected = this.formulas.find(name);
    this.#draw(level);
    this.setMode(this.mode);
    const called = this.data.names?.[example] ?? `example ${example + 1}`;
    this.say(`${called}: ${spoken(this, this.model.graph.output)}`);
    this.remember();
  }

  /**
   * Select a node, or none.
   * @param {number} node
   */
  select(node) {
    const wasInPanel = this.panel.contains(document.activeElement);
    this.selected = node;
    if (node >= 0) {
      this.current = this.boxOfSelected() ?? this.current;
      this.reveal();
    }
    if (this.mode === "steps") this.setMode("explore");
    else if (this.mode === "explore") this.inspector.show(node);
    else this.exercises.selected(node);
    if (wasInPanel && !this.panel.contains(document.activeElement)) this.panel.focus({ preventScroll: true });
    this.refresh();
    if (node >= 0) this.say(spoken(this, node));
    this.remember();
  }

  /**
   * Select the node in a box; where there are several, say so.
   * @param {number} box
   */
  selectBox(box) {
    const node = this.picture.nodeOf(box);
    if (node >= 0) this.select(node);
    else this.say(`${spokenBox(this, box)}: fold less to see what is in it`);
  }

  /** Bring the current box into view. */
  reveal() {
    const box = this.#areaOf(this.current);
    if (box) this.zoom.reveal(box);
  }

  fit() {
    this.zoom.fit();
  }

  /**
   * Show the picture larger or smaller, with the current box in view.
   * @param {number} by
   */
  enlarge(by) {
    const box = this.#areaOf(this.current);
    this.zoom.by(by, box && { x: box.x + box.width / 2, y: box.y + box.height / 2 });
    this.reveal();
  }

  /**
   * Give a leaf another number, for now: `settle` keeps it.
   * @param {number} leaf
   * @param {number} number
   */
  nudge(leaf, number) {
    if (this.inspector.nudge.leaf !== leaf) this.inspector.nudge.begin(leaf);
    this.model.values[leaf] = number;
    this.model.recompute();
    this.#write((x, y, width, height) => this.zoom.shows(x, y, width, height));
    this.inspector.update();
    if (this.mode === "steps") this.stepper.show();
    this.tell();
  }

  /** Keep the numbers as they are now. */
  settle() {
    const now = this.#now;
    const before = this.history.kept[this.history.at];
    if (before?.example === now.example && before.numbers.every((number, i) => Object.is(number, now.numbers[i])))
      return;
    this.history.push(now);
    if (this.mode === "explore" && this.selected >= 0) this.inspector.chain.show(this.selected);
    this.refresh();
    this.say(`${this.selected >= 0 ? `${spoken(this, this.selected)}; ` : ""}${spoken(this, this.model.graph.output)}`);
    this.remember();
  }

  /** @param {number} by */
  travel(by) {
    const { example, numbers } = this.history.go(by);
    if (example === this.example) this.#restoreNumbers(numbers);
    else this.#change(example, () => this.#take(numbers));
  }

  /** @returns {Snapshot} */
  get #now() {
    return { example: this.example, numbers: this.model.values.slice() };
  }

  reset() {
    this.#restoreNumbers(this.first);
    this.settle();
  }

  /** @param {Float64Array} numbers */
  #restoreNumbers(numbers) {
    this.#take(numbers);
    this.inspector.nudge.end();
    this.setMode(this.mode);
    this.say(spoken(this, this.model.graph.output));
    this.remember();
  }

  /** @param {Float64Array} numbers */
  #take(numbers) {
    for (const leaf of this.model.graph.leaves) this.model.values[leaf] = numbers[leaf] ?? NaN;
    this.model.recompute();
  }

  /** A step has been taken. */
  stepped() {
    this.refresh();
    this.#revealStep();
    this.say(this.stepper.said);
    this.remember();
  }

  /** The step that is shown, if steps are. */
  get #step() {
    return this.mode === "steps" ? this.stepper.steps[this.stepper.taken - 1] : undefined;
  }

  /** Bring the boxes of the step into view: where something comes from, and where it goes. */
  #revealStep() {
    const step = this.#step;
    if (!step) return;
    const [from = -1] = step.kind === "seed" ? [step.node] : step.results;
    const [to = from] = step.kind === "pass" ? step.to : [];
    for (const node of new Set([from, to])) {
      const box = this.#areaOf(this.picture.boxOf[node] ?? -1);
      if (box) this.zoom.reveal(box);
    }
  }

  // What is shown

  /**
   * Where the picture has its numbers from: in the steps from what is known by now, in exercises without what is asked.
   * @returns {import("./picture.js").Numbers}
   */
  get numbers() {
    if (this.mode === "steps") return this.stepper.progress;
    const { model, exercises } = this;
    const isAsked = this.mode === "exercise";
    return {
      value: (/** @type {number} */ node) => model.value(node),
      adjoint: (/** @type {number} */ node) => (isAsked ? exercises.adjoint(node) : model.adjoint(node)),
      slope: (/** @type {number} */ upper, /** @type {number} */ place) => model.slope(upper, place),
      hides: isAsked && exercises.hidesSlopes,
    };
  }

  /** @param {import("./picture.js").IsShown} [isShown] Which boxes can be read; those that cannot wait for `refresh`. */
  #write(isShown) {
    this.picture.write(this.numbers, isShown);
    if (this.tableHost.hidden) return;
    const buttons = () => [...this.tableHost.querySelectorAll("button")];
    const focused = buttons().findIndex((each) => each === document.activeElement);
    this.tableHost.replaceChildren(...table(this));
    buttons()[focused]?.focus({ preventScroll: true });
  }

  /** Show everything as it is now. */
  refresh() {
    this.#write();
    const step = this.#step;
    if (step?.kind === "seed") this.picture.light([], [step.node]);
    else if (step) this.picture.light(step.kind === "value" ? [] : step.edges, step.results);
    else if (this.mode !== "steps" && this.selected >= 0)
      this.picture.light(ways(this.model, this.selected), [this.selected], this.selected);
    else this.picture.light([], []);
    const causes = [...this.model.troubles].filter(([, { reason }]) => reason !== "below");
    const troubled = new Set(causes.map(([node]) => this.picture.boxOf[node]));
    this.picture.boxes.forEach((box, place) => {
      box.setAttribute("aria-label", spokenBox(this, place));
      box.classList.toggle("current", place === this.current);
      box.classList.toggle("draggable", this.leafOfBox(place) >= 0);
      box.setAttribute("tabindex", place === this.current ? "0" : "-1");
      box.classList.toggle("trouble", troubled.has(place));
    });
    this.stage.toggleAttribute("hidden", !this.tableHost.hidden);
    this.toolbar.update();
  }

  /**
   * The leaf that can be dragged in a box, or -1.
   * @param {number} box
   */
  leafOfBox(box) {
    const node = this.picture.nodeOf(box);
    return node >= 0 && this.model.graph.isMovable(node) ? node : -1;
  }

  /** @type {(upper: number, place: number) => string} Which case of its formula an edge's derivative is in. */
  keyOf = (upper, place) => this.model.keyOf(upper, place);

  /**
   * A node's name as mathematics.
   * @param {number} node
   */
  named(node) {
    return math(this.formulas.name(node, "text"), this.formulas.name(node, "mathml"));
  }

  /**
   * A button with a node's name, which selects it.
   * @param {number} node
   */
  toNode(node) {
    return button(this.named(node), () => this.select(node));
  }

  /** What does not work at these numbers, and what does not follow them. */
  notes() {
    return whyNot(this.model, this.formulas, this.selected);
  }

  /**
   * The derivative along an arrow that stands for several edges: of what its box shows, by what it comes from.
   * @param {number} arrow
   * @param {import("./picture.js").Numbers} numbers
   */
  #localDerivative(arrow, numbers) {
    const [from = 0, to = 0, , edge] = this.picture.data.arrows[arrow] ?? [];
    const start = edge?.length ? this.model.graph.lower(edge) : this.picture.nodeOf(from);
    const end = this.picture.nodeOf(to);
    if (start < 0 || end < 0 || numbers.value(end) === null) return null;
    return this.model.derivativeWithin(start, end, (node) => this.picture.boxOf[node] === to);
  }

  /**
   * Mark some edges as what is pointed at.
   * @param {Edge[]} edges
   */
  point(edges) {
    this.picture.point(edges);
  }

  /** @param {string} text */
  say(text) {
    this.live.textContent = text;
  }

  /** Keep the state in the address, if there is one, and tell whoever wants to know. */
  remember() {
    this.tell();
    if (location.protocol === "about:") return;
    try {
      history.replaceState(null, "", `#${this.state}`);
    } catch {
      // not every place has an address
    }
  }
}
