/** Taking things along: a link to the page as it is, the page itself, the picture, and the chain rule as it is written. */

import { button, html, svg } from "./dom.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */

/**
 * Save a file, as a download.
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
function save(name, type, text) {
  const link = html("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/**
 * The menu of what there is to take along.
 * @param {Explorer} app
 * @param {string} source The page as it was.
 */
export function shareMenu(app, source) {
  const text = html("textarea", { readonly: true, rows: 3, "aria-label": "to copy", spellcheck: "false" });
  text.hidden = true;
  const said = html("p", { role: "status", class: "aside" });
  /** @param {string} what @param {string} value @param {string} [more] What else there is to say of it. */
  const copy = async (what, value, more = "") => {
    text.hidden = !value;
    if (!value) {
      said.textContent = "Choose a box first: this is the chain rule of what is lit.";
      return;
    }
    text.value = value;
    try {
      await navigator.clipboard.writeText(value);
      said.textContent = `${what} is copied. ${more}`.replace(/^./, (first) => first.toUpperCase());
    } catch {
      text.select();
      said.textContent = `Copy ${what} from here. ${more}`;
    }
  };
  const hasAddress = location.protocol !== "about:";
  const where =
    location.protocol === "file:" ? "This link works on this computer only; to hand the page on, save it." : "";
  const buttons = [
    ...(hasAddress
      ? [button("copy a link", () => copy("the link", `${location.href.replace(/#.*/, "")}#${app.state}`, where))]
      : []),
    button("copy the state for explore(…, state=…)", () => copy("the state", app.state)),
    button("save this page as it is", () => save(`${fileName(app)}.html`, "text/html", withState(source, app.state))),
    button("save the picture (SVG)", () => save(`${fileName(app)}.svg`, "image/svg+xml", pictureOf(app))),
    button("copy the chain rule (LaTeX)", () => copy("the chain rule", latex(app))),
    button("copy the chain rule (Markdown)", () => copy("the chain rule", markdown(app))),
  ];
  return html("div", { class: "menu" }, ...buttons, text, said);
}

/**
 * What a file is called: as the output is, as far as every system can write that.
 * @param {Explorer} app
 */
function fileName({ formulas, model }) {
  const name = formulas.name(model.graph.output, "text").normalize("NFKC");
  return (
    name
      .replace(/[^\p{L}\p{N}]+/gu, "_")
      .replace(/^_+|_+$/g, "")
      .slice(0, 40) || "graph"
  );
}

/**
 * @param {string} source
 * @param {string} state
 */
function withState(source, state) {
  const quoted = state.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return source.replace(/ data-state="[^"]*"/, () => ` data-state="${quoted}"`);
}

/** @param {Explorer} app */
function pictureOf(app) {
  const [, , width, height] = app.picture.data.part;
  const copy = /** @type {SVGSVGElement} */ (app.stage.cloneNode(true));
  for (const name of ["class", "style", "tabindex", "role", "aria-label", "aria-roledescription"])
    copy.removeAttribute(name);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("viewBox", app.picture.data.part.join(" "));
  copy.setAttribute("width", `${width}pt`);
  copy.setAttribute("height", `${height}pt`);
  for (const each of copy.querySelectorAll(".reach")) each.remove();
  for (const each of copy.querySelectorAll(".node"))
    for (const { name } of [...each.attributes]) if (name !== "class") each.removeAttribute(name);
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
  const dark = document.documentElement.dataset.theme === "dark";
  const own = rules.filter(
    (rule) => /^(:root\[data-theme="?dark"?\] )?\.graph /.test(rule) && (dark || !rule.startsWith(":root")),
  );
  copy.prepend(svg("style", {}, own.map((rule) => rule.replace(/^:root\[data-theme="?dark"?\] /, "")).join("\n")));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** @param {Explorer} app */
function latex(app) {
  if (app.selected < 0) return "";
  const { whole, paths, total } = app.inspector.chain.latex();
  const lines =
    paths.length === 1
      ? [`${whole} &= ${paths[0]?.formula}`]
      : [
          ...paths.map(
            ({ way, formula }, i) => `\\text{path ${i + 1}${way.replace("\\text{", ", ") || "}"} &= ${formula}`,
          ),
          `${whole} &= ${total}`,
        ];
  return `\\begin{aligned}\n${lines.join(" \\\\\n")}\n\\end{aligned}`;
}

/** @param {Explorer} app */
function markdown(app) {
  if (app.selected < 0) return "";
  const { whole, paths, total } = app.inspector.chain.latex();
  if (paths.length === 1) return `$$${whole} = ${paths[0]?.formula}$$`;
  return [
    `$${whole} = ${total}$, the sum over these paths:`,
    "",
    ...paths.map(({ way, formula }, i) => `${i + 1}. ${way && `$${way}$: `}$${formula}$`),
  ].join("\n");
}
