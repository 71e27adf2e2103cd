/** Light or dark: as the reader has chosen, else as the notebook around the page is, else as the system is. */

/** @typedef {"light" | "dark"} Theme */

/** @returns {Theme | null} */
function ofNotebook() {
  try {
    const { body } = parent.document;
    if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "true" ? "light" : "dark";
    if (body.classList.contains("vscode-dark")) return "dark";
    if (body.classList.contains("vscode-light")) return "light";
  } catch {
    // a page of another origin does not tell
  }
  return null;
}

/** Follow whatever decides; the function that is returned turns the other way, and then that is chosen. */
export function followTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  /** @type {Theme | null} */
  let chosen = null;
  const root = document.documentElement;
  const set = () => (root.dataset.theme = chosen ?? ofNotebook() ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", set);
  try {
    if (parent !== window) new MutationObserver(set).observe(parent.document.body, { attributes: true });
  } catch {
    // as above
  }
  set();
  return () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    set();
  };
}
