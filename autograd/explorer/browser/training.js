/**
 * Shows a page's data.
 * @param {any} data What Python sends.
 * @param {any} rows The rows of the table, as functions.
 */
export function start(data, rows) {
  document.body.append(`${Object.keys(data).length}, ${rows}`);
}
