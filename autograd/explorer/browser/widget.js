/**
 * The page as a widget of a notebook: in a frame of its own, which keeps styles and keys apart. What the page shows, as
 * the text that is also in the address of a page, is what Python and the page tell each other; either side leaves out what
 * it cannot use.
 */

/** @typedef {import("./explorer.js").Explorer} Explorer */
/**
 * What anywidget hands over: the fields that Python knows, too.
 * @typedef {object} Shared
 * @property {(field: string) => string} get
 * @property {(field: string, text: string) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, then: () => void) => void} on
 * @property {(event: string, then: () => void) => void} off
 */

/** @param {{model: Shared, el: HTMLElement}} place */
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.style.cssText = `display:block;width:100%;height:${model.get("_height")}px;border:0`;
  frame.title = model.get("_title");
  frame.srcdoc = model.get("_page");
  /** @type {Explorer | undefined} */
  let app;
  const hear = () => {
    if (app && app.state !== model.get("_state")) app.follow(model.get("_state"));
  };
  // The program in the frame says that it runs: once, or again whenever the notebook has taken the frame out and put it back.
  frame.addEventListener("explorer", (event) => {
    const started = /** @type {CustomEvent<Explorer>} */ (event).detail;
    if (model.get("_state")) started.restore(model.get("_state"));
    started.tell = () => {
      model.set("_state", started.state);
      model.save_changes();
    };
    app = started;
  });
  model.on("change:_state", hear);
  el.append(frame);
  return () => model.off("change:_state", hear);
}

export default { render };
