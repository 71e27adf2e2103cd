/** The levels of a picture: what they are called, which one can be read, and what the signs on it mean. */

import { html } from "./dom.js";
import { EASY, READABLE } from "./zoom.js";

/** @typedef {import("./picture.js").LevelData} LevelData */

const FOLDED = ["layers", "everything"]; // levels that show no numbers of neurons
const ASKED_FOR = "errors"; // a level that no page opens at by itself
const [MOST_BOXES, MOST_ARROWS] = [60, 150]; // of a level that a page opens at

const TITLES = new Map([
  ["operations", "every operation"],
  ["sums", "weighted sums"],
  ["errors", "neurons with errors δ"],
]);

/**
 * What a level is called.
 * @param {string} level
 */
export function levelName(level) {
  return TITLES.get(level) ?? level;
}

/**
 * The levels that there are pictures of, each once.
 * @param {LevelData[]} levels
 */
export function namesOf(levels) {
  return [...new Set(levels.map(({ level }) => level))];
}

/**
 * The finest level that can be read with ease, if possible with the numbers of each neuron.
 * @param {LevelData[]} levels From the finest on.
 * @param {(level: LevelData) => number} letters How many pixels the smallest letters of a picture have.
 */
export function fitting(levels, letters) {
  const sized = levels.map((data) => {
    const isSmall = data.boxes.length <= MOST_BOXES && data.arrows.length <= MOST_ARROWS;
    return { level: data.level, letters: isSmall ? letters(data) : 0 };
  });
  const folded = sized.filter(({ level }) => FOLDED.includes(level));
  const open = sized.filter(({ level }) => !FOLDED.includes(level) && level !== ASKED_FOR);
  const last = open.at(-1);
  const found =
    open.find((each) => each.letters >= EASY) ??
    [last, ...folded].find((each) => each && each.letters >= READABLE) ??
    folded.at(-1) ??
    last;
  return found?.level;
}

/**
 * What the signs on a picture mean.
 * @param {LevelData} data
 */
export function legend({ level, of, boxes, arrows }) {
  const signs = [
    [of ? `∂${of}` : "grad", "gradient"],
    ...(level === "operations" || level === "sums" ? [["∂", "local derivative"]] : []),
    ...(boxes.some((box) => box[5] >= 0) ? [["δ", `∂${of || "…"}/∂z`]] : []),
    ["…", "more is to be added", "mark partial"],
    ...(arrows.some((arrow) => arrow[2] >= 0)
      ? [
          ["—", "weight > 0", "plus"],
          ["- -", "weight < 0", "minus"],
        ]
      : []),
  ];
  return signs.map(([sign = "", text = "", look = "mark"]) =>
    html("span", { class: "entry" }, html("b", { class: look }, sign), ` ${text}`),
  );
}
