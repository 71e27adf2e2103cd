/** The control of time: buttons, a slider and keys, one for all runs of a page. */

import { button, html as element, svg as shape } from "../dom.js";

const ICONS = {
  first: "M5 5V19M19 5L8 12L19 19Z",
  back: "M16 5L6 12L16 19Z",
  play: "M7 4L19 12L7 20Z",
  pause: "M7 5V19M16 5V19",
  next: "M8 5L18 12L8 19Z",
  last: "M19 5V19M5 5L16 12L5 19Z",
};

/** @param {keyof typeof ICONS} name */
const icon = (name) =>
  shape(
    "svg",
    { viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true" },
    shape("path", { d: ICONS[name] }),
  );

export class Scrubber {
  /**
   * @param {number[]} epochs Where it can stand.
   * @param {(epoch: number, isPlaying: boolean) => void} show Shows an epoch.
   * @param {(epoch: number) => string} words Says what was measured there.
   */
  constructor(epochs, show, words) {
    this.epochs = epochs;
    this.show = show;
    this.words = words;
    this.place = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    this.slider = element("input", { type: "range", min: 0, max: Math.max(1, epochs.length - 1), step: 1, value: 0 });
    this.slider.setAttribute("aria-label", "epoch");
    this.slider.addEventListener("input", () => this.go(this.slider.valueAsNumber));
    this.playing = button("", () => this.toggle());
    this.reading = element("p", { class: "now" });
    const moving = (
      /** @type {keyof typeof ICONS} */ name,
      /** @type {string} */ label,
      /** @type {() => void} */ act,
    ) => button(icon(name), act, { "aria-label": label, title: label });
    const buttons = element(
      "div",
      { class: "buttons" },
      moving("first", "first epoch", () => this.go(0)),
      moving("back", "back", () => this.go(this.place - 1)),
      this.playing,
      moving("next", "forward", () => this.go(this.place + 1)),
      moving("last", "last epoch", () => this.go(Infinity)),
    );
    this.element = element(
      "div",
      { class: "scrubber", role: "group", "aria-label": "epochs" },
      buttons,
      this.slider,
      this.reading,
    );
    document.addEventListener("keydown", (event) => this.press(event));
    this.label();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target instanceof Element ? event.target : null;
    if (on?.closest("input,[role=radiogroup],[role=application],[role=region]")) return;
    if (event.key === " " && on?.closest("button,summary")) return;
    const places = { ArrowLeft: this.place - 1, ArrowRight: this.place + 1, Home: 0, End: Infinity };
    if (event.key === " ") this.toggle();
    else if (Object.hasOwn(places, event.key)) this.go(places[/** @type {keyof typeof places} */ (event.key)]);
    else return;
    event.preventDefault();
  }

  /** @param {number} place */
  go(place) {
    this.stop();
    this.move(place);
  }

  /** @param {number} epoch The nearest place is taken. */
  goTo(epoch) {
    let nearest = 0;
    this.epochs.forEach((each, place) => {
      if (Math.abs(each - epoch) < Math.abs((this.epochs[nearest] ?? 0) - epoch)) nearest = place;
    });
    this.go(nearest);
  }

  /** @param {number} place */
  move(place) {
    this.place = Math.max(0, Math.min(this.epochs.length - 1, place));
    const epoch = this.epochs[this.place] ?? 0;
    const words = this.words(epoch);
    this.slider.value = String(this.place);
    this.slider.setAttribute("aria-valuetext", `epoch ${epoch}: ${words}`);
    this.reading.replaceChildren(element("b", {}, `epoch ${epoch}`), ` of ${this.epochs.at(-1)} · ${words}`);
    this.show(epoch, this.timer !== undefined);
  }

  toggle() {
    if (this.timer !== undefined) return this.stop();
    if (this.place >= this.epochs.length - 1) this.move(0);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pause = isCalm ? 1000 : Math.max(60, Math.min(400, 12000 / this.epochs.length));
    this.timer = setInterval(() => {
      this.move(this.place + 1);
      if (this.place >= this.epochs.length - 1) this.stop();
    }, pause);
    this.label();
  }

  stop() {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.label();
    this.show(this.epochs[this.place] ?? 0, false);
  }

  label() {
    const isPlaying = this.timer !== undefined;
    this.playing.replaceChildren(icon(isPlaying ? "pause" : "play"));
    this.playing.title = isPlaying ? "pause" : "play";
    this.playing.setAttribute("aria-label", this.playing.title);
  }
}
