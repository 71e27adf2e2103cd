/**
 * Formulas of nodes and of slopes, as text, in LaTeX and as MathML, from the templates of `autograd/explorer/formulas.py`,
 * which says what the fields are.
 *
 * A formula is first put together as a tree of templates, whose holes are filled with formulas, and then written. What needs
 * parentheses in a hole, the template says: each thing has its kind, a few bits, and a hole has those that need them.
 */

import { pushTo } from "./groups.js";
import { name, element } from "./name.js";
import { show } from "./number.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./name.js").Tree} Tree */
/** @typedef {import("./name.js").NameData} NameData */
/** @typedef {"text" | "latex" | "tree" | "mathml"} Form */
/** @typedef {(number | string)[]} Factors A coefficient, and then templates, each with the paths to what is in its holes. */
/** @typedef {Factors | null | Record<string, Factors | null>} Slope */
/**
 * @typedef {object} FormulasData
 * @property {string} kinds
 * @property {number[]} values
 * @property {Slope[][]} slopes
 * @property {[text: string, latex: string, mathml: Tree, textKind?: number, latexKind?: number][]} templates
 * @property {number} product
 * @property {number} negative
 * @property {number} power
 * @property {(NameData | number)[]} labels
 * @property {Record<string, string>} greek
 * @property {number} depth
 */
/**
 * A formula: a template with formulas in its holes; a node with a label, by its name; a node that is a number; a number; or
 * what is left out.
 * @typedef {{template: number, holes: Formula[]} | {label: number} | {leaf: number} | {number: number} | "…"} Formula
 */
/** @typedef {{leaves?: number[], data?: {numbers: (number | string)[]}}} Leaves */
/** @typedef {(upper: number, place: number) => Iterable<boolean> | string} KeyOf The outcomes of a slope's comparisons. */
/** @typedef {(node: number) => string} Numbers What to write for a node in place of its name. */
/** @typedef {{out: string | Tree, kind: number}} Written */
/**
 * What a form is written as: MathML as an element, or as a tree, where there is no document.
 * @template {Form} F
 * @typedef {F extends "mathml" ? Element : F extends "tree" ? Tree : string} Out
 */

/** Letters of a formula, and of a name; a longer one is left out. */
const LONGEST = 150;
const LONGEST_NAME = 40;
const MOST_FACTORS = 12;

const [MINUS, POWER, PRODUCT, TEXT, REST] = [1, 2, 4, 16, 32];

export class Formulas {
  /**
   * @param {FormulasData} data
   * @param {{parents: number[][]} & Leaves} graph
   * @param {(node: number) => number} number The number that a leaf without a label has now.
   */
  constructor(data, graph, number = recorded(graph)) {
    this.data = data;
    this.graph = graph;
    this.number = number;
    /** @type {number[]} */
    this.kinds = Array.from(data.kinds, (letter) => {
      const code = letter.codePointAt(0) ?? 0;
      return code < 0x7f ? code - 0x5d : code - 0x7f;
    });
    /** @type {Map<number, NameData>} */
    this.labels = new Map();
    /** @type {Map<number, number>} For a node that shares its label, which of them it is, from 1. */
    this.numbered = new Map();
    /** @type {Map<string, number[]>} */
    this.alike = new Map();
    let node = 0;
    for (const label of data.labels) {
      if (typeof label === "number") {
        node += label;
        continue;
      }
      this.labels.set(node, label);
      pushTo(this.alike, String(name(label, "text", data.greek)), node);
      node += 1;
    }
    for (const nodes of this.alike.values()) {
      if (nodes.length > 1) nodes.forEach((each, i) => this.numbered.set(each, i + 1));
    }
  }

  /**
   * Whether a node has a label.
   * @param {number} node
   */
  isNamed(node) {
    return this.labels.has(node);
  }

  /**
   * The node of that name, as `name(node, "text")` writes it; -1 if there is none.
   * @param {string} text
   */
  find(text) {
    const nodes = this.alike.get(text);
    if (nodes) return nodes.length === 1 ? (nodes[0] ?? -1) : -1;
    const [, label = "", number = ""] = /^(.*)\[(\d+)\]$/s.exec(text) ?? [];
    const several = this.alike.get(label) ?? [];
    return several.length > 1 ? (several[Number(number) - 1] ?? -1) : -1;
  }

  /** Whether a slope is written otherwise at other numbers, as that of max is. */
  get hasCases() {
    return this.data.slopes.some((slopes) => slopes.some((slope) => slope !== null && !Array.isArray(slope)));
  }

  /**
   * Whether an edge hands on what it gets, as those of a sum do: its slope is 1 whatever the numbers.
   * @param {number} upper
   * @param {number} place
   */
  handsOn(upper, place) {
    const slope = this.#slopes(upper)[place];
    return Array.isArray(slope) && slope.length === 1 && slope[0] === 1;
  }

  /**
   * The number in front of an edge's formula: 2 of 2·(a − y).
   * @param {number} upper
   * @param {number} place
   * @param {KeyOf} [keyOf]
   */
  coefficientOf(upper, place, keyOf) {
    const found = this.#factors(upper, place, keyOf);
    return found ? found.coefficient : NaN;
  }

  /**
   * What a node is called in ∂C/∂w: its label, or how it was computed, in parentheses unless it is an atom.
   * @template {Form} F
   * @param {number} node
   * @param {F} form
   * @returns {Out<F>}
   */
  name(node, form) {
    /** @type {Formula} */
    let formula = this.isNamed(node) ? { label: node } : this.#computed(node, this.data.depth);
    if (!this.isNamed(node) && this.#text(formula).length > LONGEST_NAME) formula = this.#sign(node);
    const written = this.#write(formula, form);
    return this.#made(this.#isAtom(node) ? written.out : enclosed(written.out, form), form);
  }

  /**
   * How a node was computed.
   * @template {Form} F
   * @param {number} node
   * @param {F} form
   * @param {Numbers} [numbers] What to write in place of names.
   * @returns {Out<F>}
   */
  value(node, form, numbers) {
    return this.#finished(this.#computed(node, this.data.depth), form, numbers);
  }

  /**
   * The derivative along one edge.
   * @template {Form} F
   * @param {number} upper
   * @param {number} place
   * @param {F} form
   * @param {KeyOf} [keyOf]
   * @param {Numbers} [numbers] What to write in place of names.
   * @returns {Out<F>}
   */
  slope(upper, place, form, keyOf, numbers) {
    return this.#finished(this.#product([[upper, place]], keyOf), form, numbers);
  }

  /**
   * The product of the derivatives along several edges, with one number in front.
   * @template {Form} F
   * @param {Edge[]} edges
   * @param {F} form
   * @param {KeyOf} [keyOf]
   * @param {Numbers} [numbers] What to write in place of names.
   * @returns {Out<F>}
   */
  factor(edges, form, keyOf, numbers) {
    return this.#finished(this.#product(edges, keyOf), form, numbers);
  }

  /** @param {number} node @returns {Slope[]} */
  #slopes(node) {
    return this.data.slopes[this.kinds[node] ?? -1] ?? [];
  }

  /** @param {number} node */
  #parents(node) {
    return this.graph.parents[node] ?? [];
  }

  /**
   * A node without regard to its own label.
   * @param {number} node
   * @param {number} depth How many operations deep.
   * @returns {Formula}
   */
  #computed(node, depth) {
    const parents = this.#parents(node);
    if (!parents.length) return this.isNamed(node) ? { label: node } : { leaf: node };
    if (depth <= 0) return "…";
    const holes = parents.map((parent) => this.#filling(parent, depth - 1));
    return { template: this.data.values[this.kinds[node] ?? 0] ?? -1, holes };
  }

  /** @param {number} node @param {number} depth @returns {Formula} */
  #filling(node, depth) {
    return this.isNamed(node) ? { label: node } : this.#computed(node, depth);
  }

  /**
   * The sign of the operation that computed a node, with … for what it is applied to.
   * @param {number} node
   * @returns {Formula}
   */
  #sign(node) {
    return { template: this.data.values[this.kinds[node] ?? 0] ?? -1, holes: this.#parents(node).map(() => "…") };
  }

  /**
   * A node needs no parentheses after a ∂: one with a label that is no derivative or power, or a leaf.
   * @param {number} node
   */
  #isAtom(node) {
    const label = this.labels.get(node);
    if (label === undefined) return !this.#parents(node).length;
    if (typeof label !== "string" && typeof label[1] === "number") return false;
    const parts = typeof label === "string" ? label : label[1];
    return typeof parts !== "string" || !parts.split("/")[3];
  }

  /**
   * The number in front of an edge's formula, and the factors after it; null if it cannot be written.
   * @param {number} upper
   * @param {number} place
   * @param {KeyOf} [keyOf]
   */
  #factors(upper, place, keyOf) {
    let slope = this.#slopes(upper)[place] ?? null;
    if (slope && !Array.isArray(slope)) {
      const key = keyOf
        ? Array.from(/** @type {Iterable<boolean | string>} */ (keyOf(upper, place)), Number).join("")
        : "";
      slope = (key in slope ? slope[key] : slope[""]) ?? null;
    }
    if (!Array.isArray(slope)) return null;
    let coefficient = Number(slope[0]);
    /** @type {{template: number, holes: Formula[]}[]} */
    const factors = [];
    for (const part of slope.slice(1)) {
      if (typeof part === "number") {
        factors.push({ template: part, holes: [] });
      } else if (part.startsWith("*")) {
        coefficient *= this.number(this.#at(upper, part.slice(1)));
      } else if (part.startsWith("/")) {
        coefficient /= this.number(this.#at(upper, part.slice(1)));
      } else {
        factors.at(-1)?.holes.push(this.#filling(this.#at(upper, part), this.data.depth + 1 - part.length));
      }
    }
    return { coefficient, factors };
  }

  /**
   * The node that a path leads to, down from another one.
   * @param {number} node
   * @param {string} path
   */
  #at(node, path) {
    for (const place of path) node = this.#parents(node)[Number(place)] ?? 0;
    return node;
  }

  /**
   * @param {Edge[]} edges
   * @param {KeyOf} [keyOf]
   * @returns {Formula}
   */
  #product(edges, keyOf) {
    let coefficient = 1;
    /** @type {Map<string, {factor: Formula, times: number}>} */
    const factors = new Map();
    let varying = 0;
    for (const [upper, place] of edges) {
      const found = this.#factors(upper, place, keyOf);
      if (!found) return "…";
      coefficient *= found.coefficient;
      varying += Math.min(1, found.factors.length);
      for (const factor of found.factors) {
        const text = this.#text(factor);
        const known = factors.get(text);
        if (known) known.times += 1;
        else factors.set(text, { factor, times: 1 });
      }
    }
    if (coefficient === 0 || !factors.size) return { number: coefficient };
    if (varying > MOST_FACTORS) return "…";
    const { power, product, negative } = this.data;
    /** @type {Formula[]} */
    const powers = Array.from(factors.values(), ({ factor, times }) =>
      times === 1 ? factor : { template: power, holes: [factor, { number: times }] },
    );
    if (Math.abs(coefficient) !== 1) powers.unshift({ number: coefficient });
    const whole = powers.reduce((before, factor) => ({ template: product, holes: [before, factor] }));
    return coefficient === -1 ? { template: negative, holes: [whole] } : whole;
  }

  /**
   * @template {Form} F
   * @param {Formula} formula
   * @param {F} form
   * @param {Numbers} [numbers]
   * @returns {Out<F>}
   */
  #finished(formula, form, numbers) {
    const isLong = this.#text(formula).length > LONGEST;
    return this.#made(this.#write(isLong ? "…" : formula, form, numbers).out, form);
  }

  /**
   * @template {Form} F
   * @param {string | Tree} out
   * @param {F} form
   * @returns {Out<F>}
   */
  #made(out, form) {
    return /** @type {Out<F>} */ (form === "mathml" ? element(out) : out);
  }

  /** @param {Formula} formula */
  #text(formula) {
    return String(this.#write(formula, "text").out);
  }

  /**
   * Write a formula.
   * @param {Formula} formula
   * @param {Form} form
   * @param {Numbers} [numbers]
   * @returns {Written}
   */
  #write(formula, form, numbers) {
    if (formula === "…") return { out: { text: "…", latex: "\\ldots", tree: "w…", mathml: "w…" }[form], kind: 0 };
    if ("template" in formula) return this.#filled(formula.template, formula.holes, form, numbers);
    if ("number" in formula) return numeral(show(formula.number, 6), form);
    if ("leaf" in formula) return numeral(numbers?.(formula.leaf) ?? show(this.number(formula.leaf), 6), form);
    return numbers ? numeral(numbers(formula.label), form) : this.#label(formula.label, form);
  }

  /** @param {number} node @param {Form} form @returns {Written} */
  #label(node, form) {
    const label = this.labels.get(node) ?? [""];
    const number = this.numbered.get(node);
    const out = name(label, form === "mathml" ? "tree" : form, this.data.greek, number);
    const parts = typeof label === "string" ? label : label[1];
    if (typeof parts === "number") return { out, kind: form === "text" ? PRODUCT : PRODUCT | POWER };
    if (typeof parts === "string") {
      const [, layer, , power] = parts.split("/");
      const isRaised = form === "text" ? Boolean(power) || String(out).includes("^") : Boolean(layer || power);
      return { out, kind: isRaised ? POWER : 0 };
    }
    const text = String(label[0]);
    return { out, kind: /[-+*/%^=<>|−·×÷]/.test(text) && !NUMBER.test(text) ? TEXT : 0 };
  }

  /**
   * A template with its holes filled.
   * @param {number} place
   * @param {Formula[]} holes
   * @param {Form} form
   * @param {Numbers} [numbers]
   * @returns {Written}
   */
  #filled(place, holes, form, numbers) {
    const template = this.data.templates[place];
    if (!template) return this.#write("…", form);
    const [text, latex, tree, textKind = 0, latexKind = 0] = template;
    const written = holes.map((hole) => this.#write(hole, form, numbers));
    /** @param {number} code The number of a hole, and what needs parentheses in it. */
    const fill = (code) => {
      const { out, kind } = written[code % 32] ?? { out: "", kind: 0 };
      return { out: kind & (code >> 5) ? enclosed(out, form) : out, kind: kind & (code >> 5) ? 0 : kind };
    };
    if (text.length === 1 && HOLE.test(text)) return fill(0); // a formula that is nothing but a hole
    if (form === "tree" || form === "mathml") {
      const out = filledTree(tree, (code) => fill(code).out);
      return { out, kind: latexKind | (first(out).startsWith("o−") ? MINUS : 0) };
    }
    const pattern = form === "text" ? text : latex;
    const out = pattern.replace(HOLES, (hole) => String(fill(code(hole)).out));
    const rest = HOLE.test(pattern[0] ?? "") ? fill(code(pattern)).kind & REST : 0;
    const kind = (form === "text" ? textKind : latexKind) | rest | (/^[-−]/.test(out) ? MINUS : 0);
    // A thin space between two numbers could be missed.
    return { out: form === "text" ? out : out.replace(/\\, (?=\{*\d)/g, "\\cdot "), kind };
  }
}

const TIMES = "x\u2062"; // invisible
const HOLE = /[\ue000-\uefff]/;
const HOLES = /[\ue000-\uefff]/g;
const NUMBER = /^-?(?:[0-9.]+(?:e[+-]?[0-9]+)?|inf|nan)$/;

/** @param {string} hole */
function code(hole) {
  return (hole.codePointAt(0) ?? 0) - 0xe000;
}

/**
 * A number that is given as text.
 * @param {string} text
 * @param {Form} form
 * @returns {Written}
 */
function numeral(text, form) {
  const minus = /^[-−]/.test(text) ? MINUS : 0;
  if (form === "text") return { out: text, kind: minus };
  const [, sign, mantissa = "", exponent] = /^([-−]?)([\d.]+|inf|nan)(?:e([-+−]?\d+))?$/.exec(text) ?? [];
  if (sign === undefined) return { out: form === "latex" ? name([text], "latex") : `w${text}`, kind: 0 };
  const power = exponent && Number(exponent.replace("−", "-"));
  const kind = minus | (exponent ? POWER : 0);
  if (form === "latex") {
    const latex = { inf: "\\infty", nan: "\\text{nan}" }[mantissa] ?? mantissa;
    return { out: (sign && "-") + latex + (exponent ? ` \\cdot 10^{${power}}` : ""), kind };
  }
  /** @type {Tree[]} */
  const parts = [{ inf: "w∞", nan: "wnan" }[mantissa] ?? `n${mantissa}`];
  if (sign) parts.unshift("o−");
  if (exponent) {
    const index = Number(power) < 0 ? ["mrow", "t−", `n${-Number(power)}`] : `n${power}`;
    parts.push("o·", ["msup", "n10", index]);
  }
  return { out: parts.length === 1 ? /** @type {Tree} */ (parts[0]) : ["mrow", ...parts], kind };
}

/** @param {string | Tree} out @param {Form} form @returns {string | Tree} */
function enclosed(out, form) {
  if (form === "text") return `(${out})`;
  if (form === "latex") return `\\left(${out}\\right)`;
  return ["mrow", "o(", out, "o)"];
}

/**
 * A tree with its holes filled. Signs in an exponent are tight; where the second of two factors begins with a digit, a dot
 * takes the place of the invisible sign.
 * @param {Tree} tree
 * @param {(code: number) => string | Tree} fill
 * @param {boolean} [isIndex]
 * @returns {Tree}
 */
function filledTree(tree, fill, isIndex = false) {
  if (typeof tree === "number") return isIndex ? tight(fill(tree)) : fill(tree);
  if (!Array.isArray(tree)) return tree;
  const isScripted = /^ms(ub|up|ubsup)$/.test(String(tree[0]));
  const parts = tree.map((part, i) => (i ? filledTree(part, fill, isIndex || (isScripted && i > 1)) : part));
  return parts.map((part, i) => (part === TIMES && first(parts[i + 1] ?? "").startsWith("n") ? "o·" : part));
}

/** @param {Tree} tree @returns {Tree} */
function tight(tree) {
  return Array.isArray(tree)
    ? tree.map((part, i) => (i ? tight(part) : part))
    : String(tree).replace(/^o(?=[-+−,*/]$)/, "t");
}

/**
 * What stands first on the line.
 * @param {Tree} tree
 * @returns {string}
 */
function first(tree) {
  if (!Array.isArray(tree)) return String(tree);
  return tree[0] === "mfrac" || tree[0] === "msqrt" || tree[0] === "mroot" ? "" : first(tree[1] ?? "");
}

/**
 * The numbers that leaves had when a graph was recorded.
 * @param {Leaves} graph
 */
function recorded(graph) {
  return (/** @type {number} */ node) => Number(graph.data?.numbers?.[graph.leaves?.indexOf(node) ?? -1]);
}
