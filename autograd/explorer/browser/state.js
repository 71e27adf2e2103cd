/** What a page shows, as a short text for its address; and the numbers before each change, to go back to. */

/** @typedef {import("./graph.js").Graph} Graph */
/**
 * @typedef {object} State
 * @property {string} mode "explore", "steps" or "exercise".
 * @property {number} example
 * @property {string} level The one that somebody has chosen; nothing if it is the one that fits.
 * @property {number} selected A node, or -1.
 * @property {number} step
 * @property {Map<number, number>} numbers The leaves that have another number than at first.
 */

export const MODES = ["explore", "steps", "exercise"];

/**
 * The state as text: "level=sums&lit=4&v=0:0.5,7:-1".
 * @param {State} state
 */
export function toText(state) {
  const parts = [];
  if (state.mode !== "explore") parts.push(`mode=${state.mode}`);
  if (state.example) parts.push(`example=${state.example}`);
  if (state.level) parts.push(`level=${state.level}`);
  if (state.selected >= 0) parts.push(`lit=${state.selected}`);
  if (state.mode === "steps") parts.push(`step=${state.step}`);
  if (state.numbers.size) parts.push(`v=${[...state.numbers].map(([leaf, number]) => `${leaf}:${number}`).join(",")}`);
  return parts.join("&") || `mode=${state.mode}`; // else what the page was opened with would be meant
}

/**
 * A state from text that anybody may have written: what is no state of this page is left out.
 * @param {string} text
 * @param {{examples: number, levels: string[], graphOf: (example: number) => Graph}} page
 * @returns {Partial<State> & {numbers: Map<number, number>}}
 */
export function fromText(text, { examples, levels, graphOf }) {
  /** @type {Partial<State> & {numbers: Map<number, number>}} */
  const state = { numbers: new Map() };
  /** @type {Map<string, string>} */
  const given = new Map();
  for (const part of text.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0) given.set(part.slice(0, at), part.slice(at + 1));
  }
  const mode = given.get("mode");
  if (mode !== undefined && MODES.includes(mode)) state.mode = mode;
  const example = whole(given.get("example"), examples);
  if (example !== undefined) state.example = example;
  const graph = graphOf(example ?? 0);
  const level = given.get("level");
  if (level !== undefined && levels.includes(level)) state.level = level;
  const selected = whole(given.get("lit"), graph.n);
  if (selected !== undefined) state.selected = selected;
  const step = whole(given.get("step"), 3 * graph.n + 2);
  if (step !== undefined) state.step = step;
  for (const pair of (given.get("v") ?? "").split(",")) {
    const [leaf, number] = pair.split(":");
    const node = whole(leaf, graph.n);
    const value = Number(number);
    if (node === undefined || !number?.trim() || !Number.isFinite(value)) continue;
    if (graph.isMovable(node)) state.numbers.set(node, value);
  }
  return state;
}

/**
 * A whole number from 0 to below `end`, if the text is one.
 * @param {string | undefined} text
 * @param {number} end
 */
function whole(text, end) {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) < end ? Number(text) : undefined;
}

/**
 * Snapshots to go back to and forth.
 * @template T
 */
export class History {
  /** @param {T} first */
  constructor(first) {
    /** @type {T[]} */
    this.kept = [first];
    this.at = 0;
  }

  /**
   * @param {T} snapshot
   */
  push(snapshot) {
    this.kept.length = this.at + 1;
    this.at = this.kept.push(snapshot) - 1;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.kept.length - 1;
  }

  /** @param {number} by */
  go(by) {
    this.at = Math.min(this.kept.length - 1, Math.max(0, this.at + by));
    return /** @type {T} */ (this.kept[this.at]);
  }
}
