/** The mouse and the finger: click a box, drag a number sideways, point at an arrow. */

import { focusBox } from "./keys.js";
import { rounded } from "./line.js";

/** @typedef {import("./explorer.js").Explorer} Explorer */
/** @typedef {import("./graph.js").Edge} Edge */

const SLACK = 4; // pixels that a click may move

/** @param {Explorer} app */
export function pointing(app) {
  const { stage } = app;
  /** @type {{leaf: number, x: number, y: number, from: number, unit: number, moved: boolean, pointer: number} | null} */
  let drag = null;

  /** The box, and the leaf whose number is there, if there is one. @param {EventTarget | null} target */
  const found = (target) => {
    const element = target instanceof Element ? target : null;
    const box = Number(element?.closest("[data-box]")?.getAttribute("data-box") ?? -1);
    const written = element?.closest("[data-leaf]")?.getAttribute("data-leaf");
    const leaf = written === null || written === undefined ? app.leafOfBox(box) : Number(written);
    return { box, leaf: leaf >= 0 && app.model.graph.isMovable(leaf) ? leaf : -1 };
  };

  stage.addEventListener("pointerdown", (event) => {
    const { box, leaf } = found(event.target);
    if (event.button !== 0 || box < 0) return;
    focusBox(app, box, true);
    if (leaf < 0 || app.mode === "exercise") return;
    const from = app.model.value(leaf);
    const reach = Math.max(1, Math.abs(from));
    drag = {
      leaf,
      x: event.clientX,
      y: event.clientY,
      from,
      unit: reach / 150,
      moved: false,
      pointer: event.pointerId,
    };
  });
  stage.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    const by = event.clientX - drag.x;
    if (!drag.moved) {
      const across = Math.abs(event.clientY - drag.y);
      if (event.pointerType === "touch" && across > SLACK && across > Math.abs(by)) {
        // A finger that goes up or down scrolls the page, or moves the picture if that is the higher one.
        drag = null;
        app.zoom.hold(event);
        return;
      }
      if (Math.abs(by) < SLACK) return;
      drag.moved = true;
      stage.setPointerCapture(event.pointerId);
      if (app.selected !== drag.leaf || app.mode !== "explore") app.select(drag.leaf);
    }
    app.nudge(drag.leaf, rounded(drag.from + by * drag.unit, 200 * drag.unit));
  });
  stage.addEventListener("pointerup", (event) => {
    const { box, leaf } = found(event.target);
    const was = drag;
    drag = null;
    if (was?.moved) return app.settle();
    if (event.button !== 0 || box < 0) return;
    if (leaf >= 0) app.select(leaf);
    else app.selectBox(box);
  });
  stage.addEventListener("pointercancel", () => {
    if (drag?.moved) app.nudge(drag.leaf, drag.from);
    drag = null;
  });
  // What a finger drags, and what two of them enlarge, is no swipe, which would go on and take the next tap for its end.
  stage.addEventListener(
    "touchmove",
    (event) => {
      if ((drag?.moved || app.zoom.held.size > 1) && event.cancelable) event.preventDefault();
    },
    { passive: false },
  );

  /** The edges of an arrow. @param {EventTarget | null} target @returns {Edge[]} */
  const edgesOf = (target) => {
    const place = target instanceof Element ? target.closest("[data-arrow]")?.getAttribute("data-arrow") : null;
    const arrow = place ? app.picture.data.arrows[Number(place)] : undefined;
    if (!arrow) return [];
    if (arrow[3].length) return [arrow[3]];
    const { graph } = app.model;
    const inside = [...graph.below(app.picture.nodeOf(arrow[1]))].filter(
      (node) => app.picture.boxOf[node] === arrow[1],
    );
    return inside.flatMap((node) =>
      (graph.parents[node] ?? []).flatMap((parent, i) =>
        app.picture.boxOf[parent] === arrow[0] ? [/** @type {Edge} */ ([node, i])] : [],
      ),
    );
  };
  stage.addEventListener("pointerover", (event) => {
    const edges = edgesOf(event.target);
    app.inspector.point(edges[0] ?? null);
    app.point(edges);
  });
  stage.addEventListener("pointerout", (event) => {
    if (edgesOf(event.target).length && event.pointerType !== "touch") {
      app.inspector.point(null);
      app.point([]);
    }
  });
}
