/** The frame that a notebook shows the page in: as high as what is in it, as long as that is not too high. */

const MOST = 2; // times as high as Python has made it

/**
 * Fit the frame around the page, if it is one that `page.py` or `widget.js` has made.
 * @param {HTMLElement} content
 */
export function fitFrame(content) {
  const frame = /** @type {HTMLIFrameElement | null} */ (location.protocol === "about:" ? frameElement : null);
  const given = parseFloat(frame?.style.height ?? "");
  if (!frame || !given) return;
  // What is as high as a part of the window would grow with the frame, and the frame with it.
  document.documentElement.style.setProperty("--window", `${given}px`);
  const still = /** @type {HTMLElement | null} */ (frame.previousElementSibling);
  if (still) still.style.display = "none"; // it may be higher
  let high = 0;
  let wide = innerWidth;
  const fit = () => {
    const now = Math.ceil(content.getBoundingClientRect().height);
    // What follows in the notebook stays where it is when less is shown here than before.
    high = innerWidth === wide ? Math.max(high, now) : now;
    wide = innerWidth;
    if (high) frame.style.height = `${Math.min(high, MOST * given)}px`;
  };
  new ResizeObserver(fit).observe(content);
}
