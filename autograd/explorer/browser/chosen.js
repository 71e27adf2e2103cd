/** Numbers for exercises, chosen so that a wrong answer tells which fault has led to it. */

import { rounded } from "./answer.js";
import { Slips, generator, nearby } from "./faults.js";
import { pushTo } from "./groups.js";
import { Model } from "./model.js";

/** @typedef {import("./faults.js").Slip} Slip */
/** @typedef {import("./faults.js").Words} Words */
/**
 * @typedef {object} Unclear
 * @property {number} faults How many wrong numbers there are.
 * @property {number} ambiguous How many of them a fault of another kind gives too, to the digits asked.
 * @property {number} invisible How many faults give the right number.
 */

const MOST_TRIES = 200;
const FEWEST_TRIES = 20;

/** How many numbers are computed in all; a limit of time would not give the same everywhere. */
const MOST_WORK = 200_000;

/** Factors that hide faults, or seem to be forgotten. */
const PLAIN = [0, 1, 2];

/** How close to one of those a factor looks like it. */
const CLOSE = 5e-4;

/** Below it a factor has vanished: something saturates. */
const VANISHED = 0.02;

/** How much worse a factor is that hides faults than a fault that is hidden. */
const WEIGHT = 10;

/** @type {Record<string, number>} The largest number of a leaf, in tenths. */
const LARGEST = { parameter: 19, input: 15, target: 9 };
const LARGEST_VARIABLE = 29;

/**
 * New numbers for the leaves of a graph.
 * @param {Model} model
 * @param {number} seed
 * @param {(node: number) => boolean} isFree Which leaves may change. Constants and targets that are 0 or 1 never do.
 * @param {number[]} asked Whose gradients are asked for.
 * @param {Words} words
 * @returns {Unclear & {leaves: Map<number, number>}} The numbers, and what faults they cannot tell apart.
 */
export function numbers(model, seed, isFree, asked, words) {
  const { graph } = model;
  const free = graph.leaves.filter((leaf) => isFree(leaf) && !graph.isConstant[leaf] && !isClass(model, leaf));
  const next = generator(seed);
  const trial = new Model(graph);
  for (const leaf of graph.leaves) trial.values[leaf] = model.value(leaf);
  let best = new Map(free.map((leaf) => [leaf, model.value(leaf)]));
  const others = nearby(model);
  const all = asked.map((node) => new Slips(model, node, words, others));
  const moving = edgesThatMove(
    model,
    all,
    nearby(model, (leaf) => free.includes(leaf)),
  );
  const work = all.reduce((sum, slips) => sum + slips.all.length + slips.edges.length, 1);
  const tries = free.length ? Math.min(MOST_TRIES, Math.max(FEWEST_TRIES, Math.floor(MOST_WORK / work))) : 0;
  let least = Infinity;
  for (let n = 0; n < tries && least > 0; n++) {
    const isCautious = 2 * n >= tries; // then numbers are smaller, and their signs stay
    for (const leaf of free) trial.values[leaf] = drawn(model, leaf, next, isCautious);
    trial.recompute();
    const badness = judged(trial, all, moving);
    if (badness >= least) continue;
    least = badness;
    best = new Map(free.map((leaf) => [leaf, trial.value(leaf)]));
  }
  for (const [leaf, number] of best) trial.values[leaf] = number;
  trial.recompute();
  return { leaves: best, ...unclear(trial, asked, words) };
}

/**
 * How many faults the numbers of a graph hide.
 * @param {Model} model
 * @param {number[]} asked Whose gradients are asked for.
 * @param {Words} words
 * @returns {Unclear}
 */
export function unclear(model, asked, words) {
  const others = nearby(model);
  const sum = { faults: 0, ambiguous: 0, invisible: 0 };
  for (const node of asked) {
    const { faults, ambiguous, invisible } = counted(model, new Slips(model, node, words, others));
    sum.faults += faults;
    sum.ambiguous += ambiguous;
    sum.invisible += invisible;
  }
  return sum;
}

/**
 * @param {Model} model
 * @param {Slips} slips
 */
function counted(model, slips) {
  const { right, wrong } = slips.numbers(model);
  /** @type {Map<number, Slip[]>} */
  const groups = new Map();
  /** @type {Map<number, Set<number>>} For each number, to the digits asked, the groups of faults that give it. */
  const same = new Map();
  slips.all.forEach((slip, i) => {
    const number = wrong[i] ?? NaN;
    if (!Number.isFinite(number)) return;
    pushTo(groups, slip.like, slip);
    const key = rounded(number);
    same.set(key, (same.get(key) ?? new Set()).add(slip.like));
  });
  const kinds = new Map([...groups].map(([like, group]) => [like, new Set(group.map((slip) => slip.kind))]));
  const wanted = rounded(right);
  const count = { faults: 0, ambiguous: 0, invisible: 0, alike: 0 };
  for (const [number, likes] of same) {
    if (number === wanted) {
      count.invisible += likes.size;
      continue;
    }
    count.faults++;
    const isAmbiguous = [...likes].some((one) =>
      [...likes].some(
        (other) => one !== other && ![...(kinds.get(one) ?? [])].some((kind) => kinds.get(other)?.has(kind)),
      ),
    );
    if (isAmbiguous) count.ambiguous++;
    else if (likes.size > 1) count.alike++;
  }
  return count;
}

/**
 * How bad numbers are: 0 if every fault shows, and is no other.
 * @param {Model} model
 * @param {Slips[]} all
 * @param {[number, number][]} moving The edges whose derivatives should not be plain.
 */
function judged(model, all, moving) {
  let badness = 0;
  for (const [upper, place] of moving) if (isPlain(model.slope(upper, place))) badness += WEIGHT;
  for (const slips of all) {
    const gradient = model.adjoint(slips.node);
    if (!Number.isFinite(gradient)) return Infinity;
    if (gradient === 0) badness += WEIGHT * WEIGHT;
    const { ambiguous, invisible, alike } = counted(model, slips);
    badness += ambiguous + invisible + alike / WEIGHT;
  }
  return badness;
}

/** @param {number} slope */
function isPlain(slope) {
  const size = Math.abs(slope);
  return !(size >= VANISHED) || PLAIN.some((plain) => Math.abs(size - plain) <= CLOSE * plain);
}

/**
 * The edges on the way of the questions whose derivatives change with the leaves that are free.
 * @param {Model} model
 * @param {Slips[]} all
 * @param {Model[]} others
 */
function edgesThatMove(model, all, others) {
  /** @type {Map<string, [number, number]>} */
  const found = new Map();
  for (const { edges } of all) {
    for (const [upper, place] of edges) {
      const slope = model.slope(upper, place);
      if (others.some((other) => other.slope(upper, place) !== slope)) found.set(`${upper} ${place}`, [upper, place]);
    }
  }
  return [...found.values()];
}

/**
 * Whether a leaf says which class an example is of: a target that is 0 or 1.
 * @param {Model} model
 * @param {number} leaf
 */
function isClass(model, leaf) {
  return model.graph.roles.get(leaf) === "target" && (model.value(leaf) === 0 || model.value(leaf) === 1);
}

/**
 * A number with one decimal, not 0, ±0.1, ±1 or ±2.
 * @param {Model} model
 * @param {number} leaf
 * @param {() => number} next
 * @param {boolean} isCautious
 */
function drawn(model, leaf, next, isCautious) {
  const largest = LARGEST[model.graph.roles.get(leaf) ?? ""] ?? LARGEST_VARIABLE;
  const top = isCautious ? Math.min(largest, 9) : largest;
  let tenths = 10;
  while (tenths % 10 === 0) tenths = 2 + Math.floor(next() * (top - 1));
  const chance = next();
  const before = model.value(leaf);
  const keeps = before !== 0 && (isCautious || chance < 0.5);
  const isNegative = keeps ? before < 0 : next() < 0.5;
  return (isNegative ? -tenths : tenths) / 10;
}
