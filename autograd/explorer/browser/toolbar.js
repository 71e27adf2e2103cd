/** The toolbar: what is shown, changes and how to take them back, and what unfolds below. */

import { button, html } from "./dom.js";
import { exampleName } from "./examples.js";
import { HELP } from "./keys.js";
import { levelName, namesOf } from "./levels.js";
import { shareMenu } from "./share.js";
import { MODES } from "./state.js";
import { followTheme } from "./theme.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {import("./graph.js").Graph} Graph */

const MOST_NAMES = 3000; // that are offered while somebody types

export class Toolbar {
  /**
   * @param {Explorer} app
   * @param {string} source The page as it was.
   */
  constructor(app, source) {
    this.app = app;
    this.modes = MODES.map((mode) => button(titled(mode), () => this.#choose(mode), { "data-mode": mode }));
    this.level = html("select", { "aria-label": "what a box stands for" });
    this.level.addEventListener("change", () => app.setLevel(this.level.value));
    this.example = html(
      "select",
      { "aria-label": "example" },
      ...app.data.examples.map(([variant, row], i) =>
        html(
          "option",
          { value: i },
          app.data.names?.[i] ?? exampleName(/** @type {Graph} */ (app.graphs[variant]), row, i + 1),
        ),
      ),
    );
    this.example.addEventListener("change", () => app.setExample(Number(this.example.value)));
    this.undo = button("undo", () => app.travel(-1), { "aria-keyshortcuts": "Control+Z" });
    this.redo = button("redo", () => app.travel(1), { "aria-keyshortcuts": "Control+Shift+Z" });
    const find = html("input", {
      type: "search",
      placeholder: "find",
      "aria-label": "find a node by its name",
      size: 12,
      list: "names",
    });
    this.names = html("datalist", { id: "names" });
    /** What was looked for, and is not there. */
    this.missed = html("span", { class: "problem missed" });
    find.addEventListener("input", () => this.missed.replaceChildren());
    find.addEventListener("change", () => this.#find(find.value.trim()));
    const share = shareMenu(app, source);
    const help = html(
      "div",
      { class: "menu" },
      html("dl", {}, ...HELP.flatMap(([key = "", what = ""]) => [html("dt", {}, key), html("dd", {}, what)])),
    );
    share.hidden = true;
    help.hidden = true;
    /** What unfolds below it. */
    this.menus = [share, help];
    const keys = unfolding("keys", help);
    keys.classList.add("by-keys");
    const isSeveral = app.data.examples.length > 1;
    this.root = html(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": "the page" },
      group("mode", ...this.modes),
      group("picture", this.level, ...(isSeveral ? [this.example] : []), find, this.names),
      this.missed,
      group(
        "changes",
        this.undo,
        this.redo,
        button("reset", () => app.reset()),
      ),
      group(
        "size",
        button("−", () => app.enlarge(0.8), { "aria-label": "smaller" }),
        button("fit", () => app.fit()),
        button("+", () => app.enlarge(1.25), { "aria-label": "larger" }),
      ),
      group(
        "more",
        unfolding("table", app.tableHost, () => app.refresh()),
        unfolding("share", share),
        keys,
        button("◐", followTheme(), { "aria-label": "light or dark" }),
      ),
    );
  }

  /** @param {string} mode */
  #choose(mode) {
    this.app.setMode(mode);
    this.app.remember();
  }

  /** List the levels and the names of the structure that is open. */
  fill() {
    const { levels, formulas, model } = this.app;
    this.level.replaceChildren(...namesOf(levels).map((level) => html("option", { value: level }, levelName(level))));
    /** @type {Set<string>} */
    const names = new Set();
    for (let node = 0; node < model.graph.n && names.size < MOST_NAMES; node++)
      if (formulas.isNamed(node)) names.add(formulas.name(node, "text"));
    this.names.replaceChildren(...[...names].map((name) => html("option", { value: name })));
  }

  /** Say what is shown now, and what there is to take back. */
  update() {
    const { mode, example, picture, history } = this.app;
    for (const each of this.modes) each.setAttribute("aria-pressed", String(each.dataset.mode === mode));
    this.example.value = String(example);
    this.level.value = picture.data.level;
    this.undo.toggleAttribute("disabled", !history.canUndo);
    this.redo.toggleAttribute("disabled", !history.canRedo);
  }

  /** @param {string} wanted */
  #find(wanted) {
    const node = this.#found(wanted);
    const message = node < 0 && wanted ? `no node is called ${wanted.slice(0, 40)}` : "";
    this.missed.textContent = message;
    if (node >= 0) this.app.select(node);
    else this.app.say(message);
  }

  /**
   * The node with a name, which may be written as it can be typed: w1_20 or w(1)20 for w⁽¹⁾₂₀.
   * @param {string} name
   */
  #found(name) {
    const { formulas, model } = this.app;
    const found = formulas.find(name);
    if (found >= 0) return found;
    const wanted = typed(name);
    for (let node = 0; wanted && node < model.graph.n; node++)
      if (formulas.isNamed(node) && typed(formulas.name(node, "text")) === wanted) return node;
    return -1;
  }
}

/**
 * A button that shows something, or hides it again.
 * @param {string} text
 * @param {HTMLElement} what
 * @param {() => void} [then]
 */
function unfolding(text, what, then = () => {}) {
  const made = button(text, () => {
    what.hidden = !what.hidden;
    made.setAttribute("aria-expanded", String(!what.hidden));
    then();
  });
  made.setAttribute("aria-expanded", "false");
  return made;
}

/**
 * @param {string} name
 * @param {HTMLElement[]} parts
 */
function group(name, ...parts) {
  return html("div", { role: "group", "aria-label": name, class: "group" }, ...parts);
}

/** @param {string} text */
function titled(text) {
  return text.replace(/^./, (first) => first.toUpperCase());
}

/**
 * A name without what is hard to type: with plain digits, and without signs of what stands above or below.
 * @param {string} name
 */
function typed(name) {
  return name.normalize("NFKC").replace(/[()[\]{}_^,\s]/g, "");
}
