/** The page of a recorded graph: click, drag, step, fill in. `start` builds it from what Python has sent. */

import { button, html, svg } from "./dom.js";
import { exampleName } from "./examples.js";
import { Exercises } from "./exercises.js";
import { Formulas } from "./formula.js";
import { fitFrame } from "./frame.js";
import { Graph } from "./graph.js";
import { Inspector } from "./inspector.js";
import { keys, HELP } from "./keys.js";
import { math } from "./math.js";
import * as mathematics from "./mathematics.js";
import { Model } from "./model.js";
import { written } from "./number.js";
import { overview } from "./overview.js";
import { ways } from "./paths.js";
import { Picture } from "./picture.js";
import { pointing } from "./pointing.js";
import { shareMenu } from "./share.js";
import { fromText, History, toText } from "./state.js";
import { Stepper } from "./stepper.js";
import { table } from "./table.js";
import { followTheme } from "./theme.js";
import { whyNot } from "./troubles.js";
import { EASY, READABLE, Zoom } from "./zoom.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./graph.js").Row} Row */
/** @typedef {import("./picture.js").LevelData} LevelData */
/** @typedef {{graph: import("./graph.js").GraphData, formulas: import("./formula.js").FormulasData, levels: LevelData[], rows: number[]}} VariantData */
/** @typedef {{example: number, numbers: Float64Array}} Snapshot */
/** @typedef {{variants: VariantData[], examples: [variant: number, place: number][]}} PageData */

const NARROW = 640; // pixels

const FOLDED = ["layers", "everything"]; // levels that show no numbers of neurons
const [MOST_BOXES, MOST_ARROWS] = [60, 150]; // of a level that a page opens at

const LEVELS = new Map([
  ["operations", "every operation"],
  ["sums", "weighted sums"],
  ["neurons", "neurons"],
  ["layers", "layers"],
  ["everything", "everything"],
]);
const MODES = new Map([
  ["explore", "Explore"],
  ["steps", "Steps"],
  ["exercise", "Exercise"],
]);

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

/**
 * A name without what is hard to type: with plain digits, and without signs of what stands above or below.
 * @param {string} name
 */
function typed(name) {
  return name.normalize("NFKC").replace(/[()[\]{}_^,\s]/g, "");
}

/** @param {[x: number, y: number, width: number, height: number, ...rest: unknown[]]} box */
function area([x, y, width, height]) {
  return { x, y, width, height };
}

/**
 * The names of levels, each once.
 * @param {LevelData[]} levels
 */
function namesOf(levels) {
  return [...new Set(levels.map(({ level }) => level))];
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
  /** @type {HTMLButtonElement[]} */ modeButtons;
  /** @type {HTMLSelectElement} */ levelSelect;
  /** @type {HTMLSelectElement} */ exampleSelect;
  /** @type {HTMLButtonElement} */ undoButton;
  /** @type {HTMLButtonElement} */ redoButton;
  /** @type {HTMLDataListElement} */ names;
  /** @type {HTMLElement} What was looked for, and is not there. */ missed;
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
    this.toggleTheme = followTheme();
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
    this.toolbar = html("div", { class: "toolbar", role: "toolbar", "aria-label": "the page" });
    this.#open(0);
    this.menu = shareMenu(this, source);
    this.menu.hidden = true;
    this.help = html(
      "div",
      { class: "menu" },
      html("dl", {}, ...HELP.flatMap(([key = "", what = ""]) => [html("dt", {}, key), html("dd", {}, what)])),
    );
    this.help.hidden = true;
    this.#buildToolbar();
    const title = html("h1", {}, document.title);
    this.work.append(
      html("div", { class: "picture" }, this.stage, ...overview(this.zoom), this.tableHost, this.note),
      this.panel,
    );
    const main = html("main", {}, title, this.toolbar, this.menu, this.help, this.work, this.live);
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
      `graph of ${this.formulas.name(this.model.graph.output, "text")}, ${LEVELS.get(data.level) ?? data.level}`,
    );
    const weights = data.arrows.some((arrow) => arrow[2] >= 0);
    const signs = [
      ["∂C".replace("C", data.of || "…"), "gradient"],
      ...(data.level === "operations" || data.level === "sums" ? [["∂", "local derivative"]] : []),
      ...(data.boxes.some((box) => box[5] >= 0) ? [["δ", `∂${data.of || "…"}/∂z`]] : []),
      ["…", "more is to be added", "mark partial"],
      ...(weights
        ? [
            ["—", "weight > 0", "plus"],
            ["- -", "weight < 0", "minus"],
          ]
        : []),
    ];
    this.note.replaceChildren(
      ...signs.map(([sign = "", text = "", look = "mark"]) =>
        html("span", { class: "entry" }, html("b", { class: look }, sign), ` ${text}`),
      ),
      data.note,
    );
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

  #buildToolbar() {
    const choose = (/** @type {string} */ mode) => {
      this.setMode(mode);
      this.remember();
    };
    this.modeButtons = [...MODES].map(([mode, text]) => button(text, () => choose(mode), { "data-mode": mode }));
    this.levelSelect = html("select", { "aria-label": "what a box stands for" });
    this.levelSelect.addEventListener("change", () => this.setLevel(this.levelSelect.value));
    this.exampleSelect = html(
      "select",
      { "aria-label": "example" },
      ...this.data.examples.map(([variant, row], i) =>
        html("option", { value: i }, exampleName(/** @type {Graph} */ (this.graphs[variant]), row, i + 1)),
      ),
    );
    this.exampleSelect.addEventListener("change", () => this.setExample(Number(this.exampleSelect.value)));
    this.undoButton = button("undo", () => this.travel(-1), { "aria-keyshortcuts": "Control+Z" });
    this.redoButton = button("redo", () => this.travel(1), { "aria-keyshortcuts": "Control+Shift+Z" });
    const find = html("input", {
      type: "search",
      placeholder: "find",
      "aria-label": "find a node by its name",
      size: 12,
      list: "names",
    });
    this.names = html("datalist", { id: "names" });
    this.missed = html("span", { class: "problem missed" });
    find.addEventListener("input", () => this.missed.replaceChildren());
    find.addEventListener("change", () => this.findNode(find.value));
    const toggle = (
      /** @type {string} */ text,
      /** @type {() => HTMLElement} */ what,
      /** @type {() => void} */ then = () => {},
    ) => {
      const made = button(text, () => {
        what().hidden = !what().hidden;
        made.setAttribute("aria-expanded", String(!what().hidden));
        then();
      });
      made.setAttribute("aria-expanded", "false");
      return made;
    };
    const group = (/** @type {string} */ name, /** @type {HTMLElement[]} */ ...parts) =>
      html("div", { role: "group", "aria-label": name, class: "group" }, ...parts);
    const tableButton = toggle(
      "table",
      () => this.tableHost,
      () => this.refresh(),
    );
    const keysButton = toggle("keys", () => this.help);
    keysButton.classList.add("by-keys");
    this.toolbar.replaceChildren(
      group("mode", ...this.modeButtons),
      group(
        "picture",
        this.levelSelect,
        ...(this.data.examples.length > 1 ? [this.exampleSelect] : []),
        find,
        this.names,
      ),
      this.missed,
      group(
        "changes",
        this.undoButton,
        this.redoButton,
        button("reset", () => this.reset()),
      ),
      group(
        "size",
        button("−", () => this.enlarge(0.8), { "aria-label": "smaller" }),
        button("fit", () => this.fit()),
        button("+", () => this.enlarge(1.25), { "aria-label": "larger" }),
      ),
      group(
        "more",
        tableButton,
        toggle("share", () => this.menu),
        keysButton,
        button("◐", () => this.toggleTheme(), { "aria-label": "light or dark" }),
      ),
    );
    this.#fillLists();
  }

  #fillLists() {
    this.levelSelect.replaceChildren(
      ...namesOf(this.levels).map((level) => html("option", { value: level }, LEVELS.get(level) ?? level)),
    );
    const { graph } = this.model;
    /** @type {Set<string>} */
    const names = new Set();
    for (let node = 0; node < graph.n && names.size < 3000; node++)
      if (this.formulas.isNamed(node)) names.add(this.formulas.name(node, "text"));
    this.names.replaceChildren(...[...names].map((name) => html("option", { value: name })));
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
    this.exampleSelect.value = String(this.example);
    this.#fillLists();
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

  /** The finest level that can be read with ease here, if possible with the numbers of each neuron. */
  #fitting() {
    const levels = this.levels
      .filter(({ direction }) => direction === this.direction)
      .map((data) => {
        this.#makeRoom(data);
        const isSmall = data.boxes.length <= MOST_BOXES && data.arrows.length <= MOST_ARROWS;
        const [, , width, height] = data.part;
        return { level: data.level, letters: isSmall ? this.zoom.letters({ width, height }) : 0 };
      });
    const folded = levels.filter(({ level }) => FOLDED.includes(level));
    const open = levels.filter(({ level }) => !FOLDED.includes(level));
    const last = open.at(-1);
    const found =
      open.find(({ letters }) => letters >= EASY) ??
      [last, ...folded].find((each) => each && each.letters >= READABLE) ??
      folded.at(-1) ??
      last;
    return found?.level ?? this.levels.at(-1)?.level ?? "";
  }

  // What the reader does

  /** @param {string} mode */
  setMode(mode) {
    this.mode = mode;
    for (const each of this.modeButtons) each.setAttribute("aria-pressed", String(each.dataset.mode === mode));
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
    this.say(`${this.picture.data.boxes.length} boxes: ${LEVELS.get(level) ?? level}`);
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
    this.exampleSelect.value = String(example);
    this.#fillLists();
    this.#draw(level);
    this.setMode(this.mode);
    this.say(`example ${example + 1}: ${this.described(this.model.graph.output)}`);
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
    if (node >= 0) this.say(this.described(node));
    this.remember();
  }

  /**
   * Select the node in a box; where there are several, say so.
   * @param {number} box
   */
  selectBox(box) {
    const node = this.picture.nodeOf(box);
    if (node >= 0) this.select(node);
    else this.say(`${this.describedBox(box)}: fold less to see what is in it`);
  }

  /** @param {string} label */
  findNode(label) {
    const wanted = label.trim();
    const node = this.#found(wanted);
    const message = node < 0 && wanted ? `no node is called ${wanted.slice(0, 40)}` : "";
    this.missed.textContent = message;
    if (node >= 0) this.select(node);
    else this.say(message);
  }

  /**
   * The node with a name, which may be written as it can be typed: w1_20 or w(1)20 for w⁽¹⁾₂₀.
   * @param {string} name
   */
  #found(name) {
    const found = this.formulas.find(name);
    if (found >= 0) return found;
    const wanted = typed(name);
    for (let node = 0; wanted && node < this.model.graph.n; node++)
      if (this.formulas.isNamed(node) && typed(this.formulas.name(node, "text")) === wanted) return node;
    return -1;
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
    this.say(
      `${this.selected >= 0 ? `${this.described(this.selected)}; ` : ""}${this.described(this.model.graph.output)}`,
    );
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
    this.say(this.described(this.model.graph.output));
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
      box.setAttribute("aria-label", this.describedBox(place));
      box.classList.toggle("current", place === this.current);
      box.classList.toggle("draggable", this.leafOfBox(place) >= 0);
      box.setAttribute("tabindex", place === this.current ? "0" : "-1");
      box.classList.toggle("trouble", troubled.has(place));
    });
    this.stage.toggleAttribute("hidden", !this.tableHost.hidden);
    this.undoButton.toggleAttribute("disabled", !this.history.canUndo);
    this.redoButton.toggleAttribute("disabled", !this.history.canRedo);
    this.levelSelect.value = this.picture.data.level;
  }

  /**
   * The leaf that can be dragged in a box, or -1.
   * @param {number} box
   */
  leafOfBox(box) {
    const node = this.picture.nodeOf(box);
    return node >= 0 && this.model.graph.isMovable(node) ? node : -1;
  }

  /**
   * A node in a sentence, for those who do not see it.
   * @param {number} node
   */
  described(node) {
    const { graph } = this.model;
    const numbers = this.numbers;
    const name = this.formulas.name(node, "text");
    const value = numbers.value(node);
    const adjoint = graph.isConstant[node] ? null : numbers.adjoint(node);
    const what = graph.isLeaf(node) ? (graph.roles.get(node) ?? "") : graph.row(node).name;
    const soFar = numbers.isPartial?.(node) ? " so far" : "";
    const gradient = graph.isConstant[node]
      ? ""
      : `, gradient ${adjoint === null ? "not known yet" : typeof adjoint === "string" ? adjoint : written(adjoint)}${soFar}`;
    return `${name}, ${what}, value ${value === null ? "not known yet" : written(value)}${gradient}`;
  }

  /** @param {number} box */
  describedBox(box) {
    const [, , , , node = -1, , , name] = this.picture.data.boxes[box] ?? [];
    if (node < 0) return name || "a part of the graph";
    const n = this.model.graph.parents[node]?.length ?? 0;
    return `${this.described(node)}${n ? `, ${n} ${n === 1 ? "parent" : "parents"}` : ""}`;
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
