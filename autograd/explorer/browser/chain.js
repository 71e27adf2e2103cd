/** The chain rule for one node, written out: every path with its factors in symbols, as formulas and as numbers. */

import { html } from "./dom.js";
import { asFactor, derivative, derivativeText, math } from "./math.js";
import { written } from "./number.js";
import { isSum } from "./parentheses.js";
import { count, factors, largest, product, way } from "./paths.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {{edges: Edge[], symbols: string, number: Text, formula: HTMLElement, key: string, spans: HTMLElement[], isFirst: boolean, isAlone: boolean}} Factor */

const MOST_PATHS = 8;
const MOST_FACTORS = 24;
const MOST_WAYS = 3; // that are named before a path
const ORDINALS = ["first", "second", "third"];

export class Chain {
  /** @param {Explorer} app */
  constructor(app) {
    this.app = app;
    this.root = html("section", { class: "chain", "aria-label": "the chain rule" });
    /** @type {Factor[]} */
    this.factors = [];
    /** @type {{edges: Edge[], text: Text}[]} */
    this.products = [];
    this.total = document.createTextNode("");
    this.rest = document.createTextNode("");
    this.variable = -1;
    this.root.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Write the paths from a node.
   * @param {number} variable
   */
  show(variable) {
    const { model, formulas } = this.app;
    const { graph } = model;
    this.variable = variable;
    this.factors = [];
    this.products = [];
    if (graph.isConstant[variable]) {
      const moves = graph.isMovable(variable) ? " It can be moved all the same." : " It keeps that number.";
      this.root.replaceChildren(
        html("p", {}, `Recorded as a plain number, by which nothing is differentiated.${moves}`),
      );
      return;
    }
    const whole = () => derivative(formulas, graph.output, variable);
    const n = count(model, variable);
    if (n === 0n || variable === graph.output) {
      const is = variable === graph.output ? " = 1: this is the output itself." : " = 0: no path leads to the output.";
      this.root.replaceChildren(html("p", { class: "whole" }, whole(), is));
      return;
    }
    const paths = largest(model, variable, MOST_PATHS);
    const items = paths.map((path) => html("li", {}, ...this.#path(path.edges)));
    const how = n === 1n ? "along one path:" : `the sum over ${n.toLocaleString("en")} paths:`;
    const head = html("p", { class: "whole" }, whole(), " = ", html("strong", {}, this.total), `, ${how}`);
    const more = n - BigInt(paths.length);
    /** @type {Node[]} */
    const rest = [];
    if (more > 0n) rest.push(html("p", {}, `and ${more.toLocaleString("en")} more, none larger, together `, this.rest));
    this.root.replaceChildren(head, html("ol", { class: n === 1n ? "single" : "" }, ...items), ...rest);
    this.update();
  }

  /**
   * The edges of a path in groups, which are one factor each.
   * @param {Edge[]} edges
   */
  #groups(edges) {
    const { model, formulas } = this.app;
    return factors(
      model,
      edges,
      (node) => formulas.isNamed(node),
      (u, i) => formulas.handsOn(u, i),
    );
  }

  /**
   * Which way a factor goes, where there are several.
   * @param {Edge[]} group
   */
  #way(group) {
    const { model, formulas } = this.app;
    return way(model, group, (node) => formulas.isNamed(node));
  }

  /** @param {Edge[]} edges */
  #path(edges) {
    const { model, formulas } = this.app;
    const groups = this.#groups(edges);
    const shown = groups.length > MOST_FACTORS ? [...groups.slice(0, 12), null, ...groups.slice(-12)] : groups;
    const symbols = html("div", { class: "line" });
    const formulaLine = html("div", { class: "line" });
    const numbers = html("div", { class: "line" });
    shown.forEach((group, place) => {
      const dot = place ? " · " : "";
      if (!group) {
        for (const line of [symbols, formulaLine, numbers]) line.append(" · …");
        return;
      }
      const [first = /** @type {Edge} */ ([0, 0])] = group;
      const lower = model.graph.lower(first);
      const [upper] = group.at(-1) ?? first;
      const number = document.createTextNode("");
      const found = this.#way(group);
      const named = found && !found.isDirect ? [" ", this.app.named(found.through)] : [];
      const ways = found ? [html("span", { class: "way" }, ` ${through(found)}`, ...named)] : [];
      const spans = [
        html("span", { class: "factor" }, derivative(formulas, upper, lower), ...ways),
        html("span", { class: "factor" }),
        html("span", { class: "factor" }, number),
      ];
      /** @type {Factor} */
      const factor = {
        edges: group,
        symbols:
          derivativeText(formulas, upper, lower) +
          (found ? ` ${through(found)}${found.isDirect ? "" : ` ${formulas.name(found.through, "text")}`}` : ""),
        number,
        formula: /** @type {HTMLElement} */ (spans[1]),
        key: "?",
        spans,
        isFirst: place === 0,
        isAlone: groups.length === 1,
      };
      this.#reach(factor);
      this.factors.push(factor);
      for (const span of spans) {
        span.addEventListener("pointerenter", () => this.#mark(factor, true));
        span.addEventListener("pointerleave", () => this.#mark(factor, false));
      }
      [symbols, formulaLine, numbers].forEach((line, i) => line.append(dot, spans[i] ?? ""));
    });
    const text = document.createTextNode("");
    this.products.push({ edges, text });
    formulaLine.prepend("= ");
    numbers.prepend("= ");
    if (groups.length > 1) numbers.append(" = ", html("strong", {}, text));
    return [symbols, formulaLine, numbers];
  }

  /**
   * Let a factor be pointed at by a finger and by the keyboard, too: there is one stop, and arrow keys lead on.
   * @param {Factor} factor
   */
  #reach(factor) {
    const [name, ...others] = factor.spans;
    name?.setAttribute("role", "group");
    name?.setAttribute("aria-label", "a factor");
    name?.setAttribute("tabindex", this.factors.length ? "-1" : "0");
    name?.addEventListener("focus", () => {
      for (const each of this.factors) each.spans[0]?.setAttribute("tabindex", each === factor ? "0" : "-1");
      this.#mark(factor, true);
      const formula = this.app.formulas.factor(factor.edges, "text", this.app.keyOf);
      this.app.say(`${factor.symbols} = ${formula} = ${factor.number.data}`);
    });
    name?.addEventListener("blur", () => this.#mark(factor, false));
    for (const other of others) other.addEventListener("click", () => name?.focus());
  }

  /**
   * Mark a factor wherever it is written, and its arrows; or no longer.
   * @param {Factor} factor
   * @param {boolean} isMarked
   */
  #mark({ edges, spans }, isMarked) {
    for (const span of spans) span.classList.toggle("pointed", isMarked);
    this.app.point(isMarked ? edges : []);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const here = this.factors.findIndex(({ spans }) => spans[0] === event.target);
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (here < 0 || !by) return;
    this.factors[here + by]?.spans[0]?.focus();
    event.preventDefault();
  }

  /** Write the numbers anew, and those formulas that are now in another case. */
  update() {
    const { model, formulas } = this.app;
    for (const factor of this.factors) {
      set(factor.number, (factor.isAlone ? written : asFactor)(product(model, factor.edges)));
      const key = factor.edges.map(([upper, place]) => model.keyOf(upper, place)).join(" ");
      if (key === factor.key) continue;
      factor.key = key;
      const text = formulas.factor(factor.edges, "text", this.app.keyOf);
      const formula = math(text, formulas.factor(factor.edges, "mathml", this.app.keyOf));
      const isEnclosed = isLoose(text, factor.isAlone, factor.isFirst);
      factor.formula.replaceChildren(...(isEnclosed ? ["(", formula, ")"] : [formula]));
    }
    let listed = 0;
    for (const { edges, text } of this.products) {
      const value = product(model, edges);
      listed += value;
      set(text, written(value));
    }
    const total = model.tangents(this.variable)[model.graph.output] ?? NaN;
    set(this.total, written(total));
    set(this.rest, written(total - listed));
  }

  /**
   * Mark the factors that an edge belongs to.
   * @param {Edge | null} edge
   */
  point(edge) {
    for (const factor of this.factors) {
      const isIn = edge !== null && factor.edges.some(([upper, place]) => upper === edge[0] && place === edge[1]);
      for (const span of factor.spans) span.classList.toggle("pointed", isIn);
    }
  }

  /**
   * What is written, in LaTeX.
   * @returns {{whole: string, total: string, paths: {way: string, formula: string}[]}}
   */
  latex() {
    const { model, formulas, keyOf } = this.app;
    const times = " \\cdot ";
    const [above, below] = [model.graph.output, this.variable].map((node) => formulas.name(node, "latex"));
    const paths = largest(model, this.variable, MOST_PATHS).map(({ edges, product: value }) => {
      const groups = this.#groups(edges);
      const ways = groups.flatMap((group) => {
        const found = this.#way(group);
        if (!found) return [];
        const name = found.isDirect ? "" : formulas.name(found.through, "latex");
        return [`\\text{${through(found)}${name && " "}}${name}`];
      });
      const parts = groups.map((group, place) => {
        const formula = formulas.factor(group, "latex", keyOf);
        const text = formulas.factor(group, "text", keyOf);
        return isLoose(text, groups.length === 1, place === 0) ? `\\left(${formula}\\right)` : formula;
      });
      const numbers = groups.map((group) => asFactor(product(model, group)).replaceAll("−", "-"));
      return {
        way: ways.slice(0, MOST_WAYS).join("\\text{, }"),
        formula: [parts.join(times), ...(groups.length > 1 ? [numbers.join(times)] : []), ascii(value)].join(" = "),
      };
    });
    return {
      whole: `\\frac{\\partial ${above}}{\\partial ${below}}`,
      paths,
      total: ascii(model.tangents(this.variable)[model.graph.output] ?? NaN),
    };
  }
}

/** @param {{which?: number, isDirect?: boolean}} way */
function through({ which, isDirect }) {
  if (isDirect) return "directly";
  return which === undefined ? "through" : `through the ${ORDINALS[which] ?? `${which + 1}th`}`;
}

/** @param {number} x */
function ascii(x) {
  return written(x).replaceAll("−", "-");
}

/**
 * Whether a factor needs parentheses: a sum beside others, or what begins with a minus sign after one.
 * @param {string} text
 * @param {boolean} isAlone
 * @param {boolean} isFirst
 */
function isLoose(text, isAlone, isFirst) {
  return (isSum(text) && !isAlone) || (text.startsWith("-") && !isFirst);
}

/**
 * @param {Text} node
 * @param {string} text
 */
function set(node, text) {
  if (node.data !== text) node.data = text;
}
