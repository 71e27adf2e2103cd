/** Labels as text, in LaTeX and as MathML, from what `autograd/explorer/names.py` has read in them; and MathML as elements. */

import { mathml } from "./dom.js";

/** @typedef {string | number | Tree[]} Tree MathML: an element with its parts; a text after the letter of its tag; a hole. */
/** @typedef {string | (string | number | NameData)[]} NameData */

export const BELOW = small("0123456789+-aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ");
export const ABOVE = small("0123456789+-()Lln", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᴸˡⁿ");
/** @type {Record<string, string>} */
const SIGNS = { "\\": "backslash", "^": "wedge", "~": "sim", "<": "lt", ">": "gt" };
/** @type {Record<string, [tag: string, ...attributes: [string, string][]]>} As `LEAVES` in autograd/notation/mathml.py. */
const LEAVES = {
  i: ["mi"],
  w: ["mi", ["mathvariant", "normal"]],
  n: ["mn"],
  o: ["mo"],
  t: ["mo", ["lspace", "0"], ["rspace", "0"]],
  x: ["mo", ["lspace", "0"], ["rspace", ".17em"]],
};

/**
 * A label.
 * @param {NameData} data
 * @param {"text" | "latex" | "tree"} form
 * @param {Record<string, string>} [greek] The names of Greek letters, for LaTeX.
 * @param {number} [number] Which it is of several of that label.
 * @returns {string | Tree}
 */
export function name(data, form, greek = {}, number = 0) {
  const parts = typeof data === "string" ? data : data[1];
  const numbered = number ? `[${number}]` : "";
  if (form === "text") return (typeof data === "string" ? asText(data) : String(data[0])) + numbered;
  if (typeof parts === "number") return derivative(/** @type {NameData[]} */ (data), form, greek, numbered);
  if (typeof parts === "string") {
    if (form === "latex") return asLatex(parts, greek) + numbered;
    return number ? ["mrow", asTree(parts), ["mrow", "o[", `n${number}`, "o]"]] : asTree(parts);
  }
  const text = String(data[0]) + numbered;
  if (form === "tree") return text ? `w${text}` : ["mrow"];
  return `\\text{${Array.from(text, (letter) => ("{}$&#%_".includes(letter) ? `\\${letter}` : letter in SIGNS ? `}\\${SIGNS[letter]}\\text{` : letter)).join("")}}`;
}

/**
 * MathML as elements, in which whatever a label says is text.
 * @param {string | Tree} tree
 * @returns {Element}
 */
export function element(tree) {
  if (Array.isArray(tree)) return mathml(String(tree[0]), {}, ...tree.slice(1).map(element));
  const text = String(tree);
  const [tag = "mi", ...attributes] = LEAVES[text.charAt(0)] ?? [];
  const made = mathml(tag, Object.fromEntries(attributes));
  made.textContent = text.slice(1);
  return made;
}

/** @param {string} letters @param {string} others */
function small(letters, others) {
  const to = new Map(Array.from(letters, (letter, i) => [letter, Array.from(others)[i] ?? letter]));
  return (/** @type {string} */ text) => Array.from(text, (letter) => to.get(letter) ?? letter).join("");
}

/** @param {string} parts @returns {[letter: string, layer: string, index: string, power: string]} */
function split(parts) {
  const [letter = "", layer = "", index = "", power = ""] = parts.split("/");
  return [letter, layer, index, power];
}

/** @param {string} parts */
function asText(parts) {
  const [letter, layer, index, power] = split(parts);
  return letter + (layer && ABOVE(`(${layer})`)) + BELOW(index) + ABOVE(power);
}

/** @param {string} parts @param {Record<string, string>} greek */
function asLatex(parts, greek) {
  const [letter, layer, index, power] = split(parts);
  const above = layer ? `(${layer})` : power;
  const below = index.startsWith("'") ? `\\mathrm{${index.slice(1)}}` : index.replaceAll("_", "\\_");
  const isWord = Array.from(letter).length > 1;
  const base = Object.hasOwn(greek, letter) ? `\\${greek[letter]}` : isWord ? `\\mathrm{${letter}}` : letter;
  return base + (above && `^{${above}}`) + (below && `_{${below}}`);
}

/** @param {string} parts @returns {Tree} */
function asTree(parts) {
  const [letter, layer, index, power] = split(parts);
  const base = (Array.from(letter).length > 1 ? "w" : "i") + letter;
  const below = index.startsWith("'") ? `w${index.slice(1)}` : script(index);
  const above = layer ? ["mrow", "o(", ...pieces(layer), "o)"] : script(power);
  if (index && (layer || power)) return ["msubsup", base, below, above];
  return index ? ["msub", base, below] : layer || power ? ["msup", base, above] : base;
}

/** @param {string} text @returns {Tree} */
function script(text) {
  const found = pieces(text);
  return found.length === 1 ? /** @type {Tree} */ (found[0]) : ["mrow", ...found];
}

/** @param {string} text @returns {Tree[]} */
function pieces(text) {
  return Array.from(text.matchAll(/\d+(?:[.,]\d+)*|[^]/gu), ([piece]) =>
    /\d/.test(piece)
      ? `n${piece}`
      : piece === "_"
        ? "w_"
        : /[-+,]/.test(piece)
          ? `t${piece.replace("-", "−")}`
          : `i${piece}`,
  );
}

/**
 * @param {NameData[]} data
 * @param {"latex" | "tree"} form
 * @param {Record<string, string>} greek
 * @param {string} numbered
 * @returns {string | Tree}
 */
function derivative(data, form, greek, numbered) {
  const order = Number(data[1]);
  const of = name(data[2] ?? "", form, greek);
  /** @type {[string | Tree, number][]} */
  const by = [];
  for (let i = 3; i < data.length; i += 2) by.push([name(data[i] ?? "", form, greek), Number(data[i + 1])]);
  if (form === "latex") {
    const raised = (/** @type {string} */ latex, /** @type {number} */ n) =>
      n === 1 ? latex : (/\^/.test(latex) ? `\\left(${latex}\\right)` : `{${latex}}`) + `^{${n}}`;
    const below = by.map(([variable, n]) => ` \\partial ${raised(String(variable), n)}`).join("");
    return `\\frac{${raised("\\partial", order)} ${of}}{${below.trimStart()}}${numbered}`;
  }
  const raised = (/** @type {Tree} */ tree, /** @type {number} */ n) =>
    n === 1
      ? tree
      : [
          "msup",
          Array.isArray(tree) && /^ms(ub)?sup$/.test(String(tree[0])) ? ["mrow", "o(", tree, "o)"] : tree,
          `n${n}`,
        ];
  /** @type {Tree} */
  const fraction = [
    "mfrac",
    ["mrow", raised("i∂", order), of],
    ["mrow", ...by.flatMap(([variable, n]) => ["i∂", raised(variable, n)])],
  ];
  return numbered ? ["mrow", fraction, ["mrow", "o[", `n${numbered.slice(1, -1)}`, "o]"]] : fraction;
}
