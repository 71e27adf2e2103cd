/**
 * The mathematics `m` that rows of the table compute with in the page, as `autograd/explorer/javascript.py` writes them:
 * what Python's `math` and its operators give for floats, and a `Failure` where they raise an error. What is infinite or
 * no number already goes through, as in Python.
 */

/** @typedef {"division" | "domain" | "range"} Kind */

/** What Python raises as a ZeroDivisionError, a ValueError ("domain") or an OverflowError ("range"). */
export class Failure extends Error {
  /** @param {Kind} kind */
  constructor(kind) {
    super(kind);
    this.name = "Failure";
    this.kind = kind;
  }
}

export const { abs, floor, ceil, hypot, atan, atan2, tanh, asinh } = Math;

/**
 * A function of one number that fails as Python's does: where the result is no number, and where it is infinite.
 * @param {(x: number) => number} function_
 * @param {Kind} infinite What an infinite result is: a pole, or a number that is too large.
 * @returns {(x: number) => number}
 */
function checked(function_, infinite = "domain") {
  return (x) => {
    const z = function_(x);
    if (Number.isFinite(z)) return z;
    if (Number.isNaN(z) && !Number.isNaN(x)) throw new Failure("domain");
    if (Number.isFinite(x)) throw new Failure(infinite);
    return z;
  };
}

export const exp = checked(Math.exp, "range");
export const expm1 = checked(Math.expm1, "range");
export const exp2 = checked((x) => Math.pow(2, x), "range");
export const sinh = checked(Math.sinh, "range");
export const cosh = checked(Math.cosh, "range");
export const log = checked(Math.log);
export const log1p = checked(Math.log1p);
export const log2 = checked(Math.log2);
export const log10 = checked(Math.log10);
export const sqrt = checked(Math.sqrt);
export const sin = checked(Math.sin);
export const cos = checked(Math.cos);
export const tan = checked(Math.tan);
export const asin = checked(Math.asin);
export const acos = checked(Math.acos);
export const acosh = checked(Math.acosh);
export const atanh = checked(Math.atanh);

/**
 * The quotient `x / y`.
 * @param {number} x
 * @param {number} y
 */
export function div(x, y) {
  if (y === 0) throw new Failure("division");
  return x / y;
}

/**
 * `math.pow(x, y)`. Where C has 1, JavaScript has no number: 1 to any power, and -1 to an infinite one.
 * @param {number} x
 * @param {number} y
 */
export function pow(x, y) {
  if (x === 1 || (x === -1 && abs(y) === Infinity)) return 1;
  const z = Math.pow(x, y);
  if (!Number.isFinite(z) && Number.isFinite(x) && Number.isFinite(y)) {
    throw new Failure(Number.isNaN(z) || x === 0 ? "domain" : "range");
  }
  return z;
}

/**
 * The operator `x ** y`, which calls a negative power of 0 a division. What Python makes complex fails.
 * @param {number} x
 * @param {number} y
 */
export function power(x, y) {
  if (x === 0 && y < 0 && y > -Infinity) throw new Failure("division");
  return pow(x, y);
}

/**
 * To the nearest whole number; half rounds to even.
 * @param {number} x
 */
export function round(x) {
  const z = Math.round(x); // half rounds up
  return z - x === 0.5 && z % 2 !== 0 ? z - 1 : z;
}

/**
 * The remainder `x % y`, with the sign of y.
 * @param {number} x
 * @param {number} y
 */
export function mod(x, y) {
  if (y === 0) throw new Failure("division");
  const rest = x % y; // with the sign of x
  if (rest === 0) return y < 0 ? -0 : 0;
  return rest < 0 !== y < 0 ? rest + y : rest;
}

/**
 * The quotient `x // y`, rounded down as Python's `float_floor_div` does it: from the remainder.
 * @param {number} x
 * @param {number} y
 */
export function floordiv(x, y) {
  if (y === 0) throw new Failure("division");
  const rest = x % y;
  const quotient = (x - rest) / y - (rest !== 0 && rest < 0 !== y < 0 ? 1 : 0);
  if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
  const z = floor(quotient);
  return quotient - z > 0.5 ? z + 1 : z;
}

/*! The coefficients of erf and erfc are those of fdlibm's s_erf.c, which comes with this notice:
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 * Developed at SunPro, a Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 * freely granted, provided that this notice is preserved. */
// Numerators and denominators of the rational functions, the highest power first. The last two are for the tail of erfc.
/** @typedef {[numerator: number[], denominator: number[]]} Rational */
/** @type {Rational} */
const NEAR_0 = [
  [
    -2.37630166566501626084e-5, -5.77027029648944159157e-3, -2.84817495755985104766e-2, -3.2504210724700149937e-1,
    1.28379167095512558561e-1,
  ],
  [
    -3.9602282787753681232e-6, 1.32494738004321644526e-4, 5.08130628187576562776e-3, 6.50222499887672944485e-2,
    3.97917223959155352819e-1, 1,
  ],
];
/** @type {Rational} */
const NEAR_1 = [
  [
    -2.166375594868790843e-3, 3.54783043256182359371e-2, -1.10894694282396677476e-1, 3.18346619901161753674e-1,
    -3.72207876035701323847e-1, 4.14856118683748331666e-1, -2.36211856075265944077e-3,
  ],
  [
    1.1984499846799107417e-2, 1.36370839120290507362e-2, 1.26171219808761642112e-1, 7.18286544141962662868e-2,
    5.40397917702171048937e-1, 1.06420880400844228286e-1, 1,
  ],
];
/** @type {Rational} */
const TAIL = [
  [
    -9.81432934416914548592, -8.12874355063065934246e1, -1.84605092906711035994e2, -1.62396669462573470355e2,
    -6.23753324503260060396e1, -1.05586262253232909814e1, -6.93858572707181764372e-1, -9.86494403484714822705e-3,
  ],
  [
    -6.04244152148580987438e-2, 6.57024977031928170135, 1.08635005541779435134e2, 4.29008140027567833386e2,
    6.45387271733267880336e2, 4.34565877475229228821e2, 1.376577541435190426e2, 1.96512716674392571292e1, 1,
  ],
];
/** @type {Rational} */
const FAR_TAIL = [
  [
    -4.83519191608651397019e2, -1.02509513161107724954e3, -6.37566443368389627722e2, -1.60636384855821916062e2,
    -1.77579549177547519889e1, -7.99283237680523006574e-1, -9.86494292470009928597e-3,
  ],
  [
    -2.24409524465858183362e1, 4.74528541206955367215e2, 2.55305040643316442583e3, 3.19985821950859553908e3,
    1.53672958608443695994e3, 3.25792512996573918826e2, 3.03380607434824582924e1, 1,
  ],
];
const ERF_OF_1 = 8.45062911510467529297e-1; // in single precision

/**
 * @param {Rational} rational
 * @param {number} x
 */
function ratio([numerator, denominator], x) {
  /** @param {number[]} coefficients */
  const polynomial = (coefficients) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  return polynomial(numerator) / polynomial(denominator);
}

/**
 * erfc(x) for x >= 1.25: exp(-x²) times a rational function of 1/x², divided by x.
 * @param {number} x
 */
function tail(x) {
  if (x > 28) return 0;
  const near = Math.fround(x); // whose square is exact, so that x² = near² + (x - near)(x + near) is
  const rest = ratio(x < 1 / 0.35 ? TAIL : FAR_TAIL, 1 / (x * x));
  return (Math.exp(-near * near - 0.5625) * Math.exp((near - x) * (near + x) + rest)) / x;
}

/**
 * The error function.
 * @param {number} x
 * @returns {number}
 */
export function erf(x) {
  if (x < 0) return -erf(-x);
  if (x < 0.84375) return x + x * ratio(NEAR_0, x * x);
  if (x < 1.25) return ERF_OF_1 + ratio(NEAR_1, x - 1);
  return 1 - tail(x);
}

/**
 * 1 - erf(x), with all its digits.
 * @param {number} x
 * @returns {number}
 */
export function erfc(x) {
  if (x <= -1.25) return 2 - tail(-x);
  if (x < -0.84375) return 1 + (ERF_OF_1 + ratio(NEAR_1, -x - 1));
  if (x < 0.25) return 1 - (x + x * ratio(NEAR_0, x * x));
  if (x < 0.84375) return 0.5 - (x * ratio(NEAR_0, x * x) + (x - 0.5));
  if (x < 1.25) return 1 - ERF_OF_1 - ratio(NEAR_1, x - 1);
  return tail(x);
}
