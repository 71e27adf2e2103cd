/** What a learner types for a number, and whether it is the number that was asked for. */

/** How many significant digits an answer is compared to. */
export const ASKED = 4;

/** Fewer digits say too little to tell one fault from another. */
export const FEWEST = 2;

const LONGEST = 120;
const BLANKS = "[\\s\u00a0\u2009\u202f]*";
const SIGNED = `([+-]?)${BLANKS}`;
const DECIMAL = new RegExp(`^${SIGNED}(\\d+[.,]?\\d*|[.,]\\d+)(?:${BLANKS}e${BLANKS}([+-]?${BLANKS}\\d{1,4}))?$`, "i");
const POWER = new RegExp(`${BLANKS}[*·×]${BLANKS}10${BLANKS}(?:\\^|\\*\\*)${BLANKS}\\(?(${SIGNED}\\d+)\\)?`, "g");

/**
 * A number that somebody typed: with − or a comma, as 1.2e-3 or 1.2·10^-3, as a fraction, as a product; `null` for what
 * is none.
 * @param {string} text
 * @returns {{number: number, digits: number} | null} And how many significant digits it has; what is computed has all, as
 *   has 0.
 */
export function read(text) {
  const plain = text.replaceAll("−", "-").trim();
  if (plain.length > LONGEST) return null;
  const factors = plain.replace(POWER, "e$1").split(/[*·×]/).map(readFraction);
  const [first] = factors;
  const answer = { number: 1, digits: factors.length > 1 ? Infinity : (first?.digits ?? 0) };
  for (const factor of factors) {
    if (!factor) return null;
    answer.number *= factor.number;
  }
  answer.number += 0; // zero has no sign
  return Number.isFinite(answer.number) ? answer : null;
}

/** @param {string} text */
function readFraction(text) {
  const parts = text.split(/[/÷⁄∕]/).map(readDecimal);
  const [above, below] = parts;
  if (!above || parts.length > 2 || (parts.length === 2 && !below)) return null;
  return below ? { number: above.number / below.number, digits: Infinity } : above;
}

/** @param {string} text With or without parentheses. */
function readDecimal(text) {
  const [, inner] = /^\s*\(([^()]*)\)\s*$/.exec(text) ?? [];
  const [, sign = "", decimal, power = "0"] = DECIMAL.exec((inner ?? text).trim()) ?? [];
  if (decimal === undefined) return null;
  const number = Number(`${sign}${decimal.replace(",", ".")}e${power.replace(/[^\d+-]/g, "")}`);
  const digits = decimal.replace(/[.,]/, "").replace(/^0+/, "").length;
  return { number: number + 0, digits: digits || Infinity };
}

/**
 * To how many significant digits an answer is right: 4, 3, 2, or 0 if it is not.
 * @param {number} answer
 * @param {number} right
 */
export function agreement(answer, right) {
  if (!Number.isFinite(answer) || !Number.isFinite(right)) return 0;
  if (right === 0) return answer === 0 ? ASKED : 0;
  const exponent = Number(right.toExponential().split("e")[1]);
  for (let digits = ASKED; digits >= FEWEST; digits--) {
    const half = 0.5 * 10 ** (exponent - digits + 1);
    if (Math.abs(answer - right) <= half * (1 + 1e-9)) return digits;
  }
  return 0;
}

/**
 * A whole number that two numbers share if they are the same to the digits asked.
 * @param {number} x
 */
export function rounded(x) {
  if (x === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(x)));
  const whole = Math.round(x / 10 ** (exponent - ASKED + 1));
  const isNextPower = Math.abs(whole) === 10 ** ASKED; // 9999.6 is written 1.000e4
  return (isNextPower ? whole / 10 : whole) * 1024 + exponent + (isNextPower ? 1 : 0);
}
