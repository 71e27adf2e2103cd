/** The keyboard: one stop in the picture, arrow keys along its arrows, and a key for what is done often. */

/** @typedef {import("./explorer.js").Explorer} Explorer */

/** What the keys do, as it is shown on the page. */
export const HELP = [
  ["Tab", "to the picture, and on to the next part of the page"],
  ["← →", "in the picture: to what a box is computed from, to what is computed from it"],
  ["↑ ↓", "to the boxes beside it; where arrows point down, it is the other way round"],
  ["← →", "in the chain rule: from factor to factor; the arrow of each is marked"],
  ["Enter", "light all paths from the box to the output"],
  ["Esc", "light none"],
  ["Alt + ← →", "move the number of a leaf down or up; with Shift in smaller steps"],
  [", and .", "one step back, one step on"],
  ["Ctrl + Z", "undo; with Shift: redo"],
  ["+ − 0", "larger, smaller, fit; or Ctrl and the wheel"],
];

/** @param {Explorer} app */
export function keys(app) {
  app.stage.addEventListener("keydown", (event) => {
    if (inPicture(app, event)) event.preventDefault();
  });
  // Chromium would let a click on an arrow focus the stage, if that itself were listening.
  app.work.addEventListener("focusin", (event) => {
    const box = Number(/** @type {Element} */ (event.target).closest?.("[data-box]")?.getAttribute("data-box") ?? -1);
    if (box >= 0) focusBox(app, box, false);
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type !== "range";
    if (isTyping || event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLSelectElement) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      app.travel(event.shiftKey ? 1 : -1);
      event.preventDefault();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && (event.key === "." || event.key === ",")) {
      if (app.mode !== "steps") app.setMode("steps");
      app.stepper.go(app.stepper.taken + (event.key === "." ? 1 : -1));
      event.preventDefault();
    }
  });
}

/**
 * @param {Explorer} app
 * @param {KeyboardEvent} event
 * @returns {boolean} Whether the key meant something.
 */
function inPicture(app, event) {
  const { key } = event;
  if (event.ctrlKey || event.metaKey) return false;
  if (event.altKey) {
    const leaf = app.leafOfBox(app.current);
    const way = key === "ArrowRight" || key === "ArrowUp" ? 1 : key === "ArrowLeft" || key === "ArrowDown" ? -1 : 0;
    if (leaf < 0 || !way) return false;
    if (app.selected !== leaf) app.select(leaf);
    const step = event.shiftKey ? 0.01 : 0.1;
    app.nudge(leaf, Number((app.model.value(leaf) + way * step).toPrecision(12)));
    app.settle();
    return true;
  }
  if (key === "Enter" || key === " ") {
    app.selectBox(app.current);
    return true;
  }
  if (key === "Escape") {
    app.select(-1);
    return true;
  }
  if (key === "+" || key === "-" || key === "0") {
    if (key === "0") app.fit();
    else app.enlarge(key === "+" ? 1.25 : 0.8);
    return true;
  }
  const to = next(app, key);
  if (to === undefined) return ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(key);
  focusBox(app, to, true);
  return true;
}

/**
 * The box that an arrow key leads to.
 * @param {Explorer} app
 * @param {string} key
 * @returns {number | undefined}
 */
function next(app, key) {
  const { boxes, arrows, direction } = app.picture.data;
  const here = boxes[app.current];
  if (!here) return undefined;
  const forward = direction === "right" ? "ArrowRight" : "ArrowDown";
  const back = direction === "right" ? "ArrowLeft" : "ArrowUp";
  const center = (/** @type {import("./picture.js").BoxData} */ [x, y, width, height]) =>
    direction === "right" ? { along: x + width, across: y + height / 2 } : { along: y + height, across: x + width / 2 };
  const at = center(here);
  const far = (/** @type {number} */ box) => {
    const there = center(/** @type {import("./picture.js").BoxData} */ (boxes[box]));
    return Math.abs(there.across - at.across);
  };
  if (key === forward || key === back) {
    const found = arrows.flatMap(([from, to]) =>
      key === forward ? (from === app.current ? [to] : []) : to === app.current ? [from] : [],
    );
    return found.sort((a, b) => far(a) - far(b))[0];
  }
  const isDown = key === (direction === "right" ? "ArrowDown" : "ArrowRight");
  if (!isDown && key !== (direction === "right" ? "ArrowUp" : "ArrowLeft")) return undefined;
  let best;
  let least = Infinity;
  boxes.forEach((box, place) => {
    const there = center(box);
    const across = (there.across - at.across) * (isDown ? 1 : -1);
    const distance = across + 3 * Math.abs(there.along - at.along);
    if (place !== app.current && across > 1 && distance < least) [best, least] = [place, distance];
  });
  return best;
}

/**
 * @param {Explorer} app
 * @param {number} box
 * @param {boolean} moves Whether the focus is moved there, or is there already.
 */
export function focusBox(app, box, moves) {
  const before = app.picture.boxes[app.current];
  const here = app.picture.boxes[box];
  if (!here) return;
  before?.setAttribute("tabindex", "-1");
  before?.classList.remove("current");
  here.setAttribute("tabindex", "0");
  here.classList.add("current");
  app.current = box;
  if (moves) here.focus({ preventScroll: true });
  app.reveal();
}
