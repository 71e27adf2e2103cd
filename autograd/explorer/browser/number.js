/** Numbers as text, as Python's `show_number` writes them, so that the page and the still picture say the same. */

/** The longest number that a box has room for: as long as −0.000888. */
const LONGEST = 9;

/**
 * A number with some significant digits, as Python's `f"{x:.3g}"`; -0 is written 0.
 * @param {number} x
 * @param {number} [digits]
 */
export function show(x, digits = 3) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return "0";
  const [mantissa = "", power = ""] = rounded(x, digits).split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) {
    return trimmed(Number(`${mantissa}e${power}`).toFixed(digits - 1 - exponent));
  }
  return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/**
 * A number in a line of text or mathematics, with a minus sign as long as a plus sign.
 * @param {number} x
 * @param {number} [digits]
 */
export function written(x, digits = 4) {
  return show(x, digits).replaceAll("-", "−");
}

/**
 * A number as a box shows it: with a minus sign as long as a plus sign, and fewer digits where it would not fit.
 * @param {number} x
 * @param {number} [longest] How many letters there is room for.
 */
export function fitted(x, longest = LONGEST) {
  let text = written(x, 3);
  for (let digits = 2; text.length > longest && digits > 0; digits--) text = written(x, digits);
  return text;
}

/**
 * `toExponential`, but half rounds to even, as in Python: 0.3125 to three digits is 3.12e-1.
 * @param {number} x
 * @param {number} digits
 */
function rounded(x, digits) {
  const [exact = "", power = ""] = x.toExponential(30).split("e");
  const kept = exact.slice(0, exact.indexOf(".") + digits);
  const isTie = /^50*$/.test(exact.slice(kept.length));
  const digitsKept = kept.replace(/\.$/, "");
  return isTie && Number(digitsKept.at(-1)) % 2 === 0 ? `${digitsKept}e${power}` : x.toExponential(digits - 1);
}

/** @param {string} decimal */
function trimmed(decimal) {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
