/** Numbers as text, as Python's `show_number` writes them, so that the page and the still picture say the same. */

/**
 * A number with some significant digits; as Python's `f"{x:.3g}"`, with an exponent without zeros and no -0.
 * @param {number} x
 * @param {number} digits
 */
export function show(x, digits = 3) {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (x === 0) return "0";
  const [mantissa = "", power = "0"] = x.toExponential(digits - 1).split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= digits) return `${trimmed(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  return trimmed(x.toFixed(Math.max(0, digits - 1 - exponent)));
}
