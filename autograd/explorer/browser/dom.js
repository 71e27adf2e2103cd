/** Making elements. Whatever comes from data is set as text or as an attribute, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @typedef {string | Node} Child */
/** @typedef {Record<string, string | number | boolean | EventListener>} Attributes */

/**
 * An HTML element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes] Attributes; one that is `true` is there, one that is `false` is not; listeners by "onclick" and the like.
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function html(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * A MathML element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export function mathml(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(MATHML, tag), attributes, children);
}

/**
 * A button.
 * @param {Child} content
 * @param {() => void} act
 * @param {Attributes} [attributes]
 */
export function button(content, act, attributes = {}) {
  return html("button", { type: "button", onclick: act, ...attributes }, content);
}

/**
 * A table with a heading for each column.
 * @param {string[]} head
 * @param {HTMLTableRowElement[]} rows
 */
export function tableOf(head, rows) {
  const titles = head.map((title) => html("th", { scope: "col" }, title));
  return html("table", {}, html("thead", {}, html("tr", {}, ...titles)), html("tbody", {}, ...rows));
}

/**
 * A row of a table.
 * @param {Child} head
 * @param {Child[]} cells
 */
export function rowOf(head, cells) {
  return html("tr", {}, html("th", { scope: "row" }, head), ...cells.map((cell) => html("td", {}, cell)));
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}
