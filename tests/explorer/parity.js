/**
 * Rows of the table in JavaScript, compared with what Python computed. `tests/autograd/explorer/parity.py` makes the cases
 * and says how this file is loaded, in node and in a browser; it imports nothing.
 */

/**
 * A number as JSON can hold it, or how Python failed: "division", "domain" or "range". `null` where nothing is compared.
 * @typedef {number | string | null} Held
 * @typedef {object} Case What Python computed with one row.
 * @property {string} name
 * @property {Held[][]} points The arguments.
 * @property {Held[]} values The value at each point.
 * @property {Held[][]} slopes For each argument the derivative at each point.
 * @property {number[]} cancels At which points a slope is a difference of nearly equal numbers.
 * @typedef {object} Wrong
 * @property {string} row
 * @property {string} what
 * @property {Held[]} at
 * @property {Held} expected
 * @property {Held} received
 */

const TOLERANCE = 1e-12; // relative
const LEAST_NORMAL = 2 ** -1022; // below it numbers have fewer digits
const OF_SUBNORMAL = 1e-318;
const OF_DIFFERENCE = 1e-15;
const FAILURES = ["division", "domain", "range"];

/**
 * Compare every value, and every slope at Python's value.
 * @param {({value: Function, slopes: Function[]} | null)[]} rows
 * @param {Case[]} cases One for each row.
 * @returns {{compared: number[], worst: number, wrong: Wrong[]}} How many numbers of each row were compared, the largest
 *   relative error, and the first numbers that were wrong.
 */
export function compare(rows, cases) {
  /** @type {Wrong[]} */
  const wrong = [];
  let worst = 0;
  const compared = cases.map((each, number) => {
    const row = rows[number];
    let count = 0;
    /**
     * @param {string} what
     * @param {Function | undefined} compute
     * @param {number[]} numbers
     * @param {number} place
     * @param {Held | undefined} expected
     */
    function check(what, compute, numbers, place, expected) {
      if (expected === null || expected === undefined) return;
      count += 1;
      const received = held(compute, numbers);
      const error = distance(received, expected, what !== "value" && each.cancels.includes(place));
      if (error <= TOLERANCE) worst = Math.max(worst, error);
      else if (wrong.length < 20)
        wrong.push({ row: each.name, what, at: each.points[place] ?? [], expected, received });
    }
    each.points.forEach((point, place) => {
      const numbers = point.map(Number);
      const z = each.values[place];
      check("value", row?.value, numbers, place, z);
      each.slopes.forEach((slopes, argument) => {
        check(`slope ${argument}`, row?.slopes[argument], [Number(z), ...numbers], place, slopes[place]);
      });
    });
    return count;
  });
  return { compared, worst, wrong };
}

/**
 * Which cases of its formulas each row meets, where it has a derivative: for each slope the keys, as "01".
 * @param {({cases?: (Function | null)[], slopes: Function[]} | null)[]} rows
 * @param {Case[]} cases
 * @returns {string[][][]}
 */
export function keysMet(rows, cases) {
  return cases.map((each, number) => {
    const functions = rows[number]?.cases ?? [];
    return each.slopes.map((_, argument) => {
      const keys = new Set();
      each.points.forEach((point, place) => {
        const slope = each.slopes[argument]?.[place] ?? null;
        if (slope === null || FAILURES.includes(String(slope))) return;
        const outcomes = functions[argument]?.(Number(each.values[place]), ...point.map(Number)) ?? [];
        keys.add(outcomes.map(Number).join(""));
      });
      return [...keys].sort();
    });
  });
}

/**
 * What a function gives, or how it fails.
 * @param {Function | undefined} compute
 * @param {number[]} numbers
 * @returns {Held}
 */
function held(compute, numbers) {
  if (!compute) return "missing";
  try {
    const found = compute(...numbers);
    return Number.isFinite(found) ? found : String(found);
  } catch (error) {
    return error instanceof Error && "kind" in error ? String(error.kind) : String(error);
  }
}

/**
 * How far a number is from what it should be, relative to that; where it has fewer digits, 0 if it is near enough.
 * @param {Held} received
 * @param {Held} expected
 * @param {boolean} cancels
 */
function distance(received, expected, cancels) {
  if (Object.is(received, expected)) return 0;
  if (typeof received !== "number" || typeof expected !== "number") return Infinity;
  if (expected === 0) return Infinity; // it has a sign
  const error = Math.abs(received - expected);
  const allowed = cancels ? OF_DIFFERENCE : Math.abs(expected) < LEAST_NORMAL ? OF_SUBNORMAL : 0;
  return error <= allowed ? 0 : error / Math.abs(expected);
}
