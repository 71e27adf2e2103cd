/** Exercise mode: a learner types derivatives, and is told what is right, what is wrong, and why. */

import { ASKED, FEWEST, agreement, read } from "./answer.js";
import { RULES, Slips, nearby } from "./faults.js";
import { pushTo } from "./groups.js";
import { largest, ways } from "./paths.js";
import { described, hint, quotient, shown } from "./wording.js";

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./faults.js").Fault} Fault */
/** @typedef {import("./faults.js").Kind} Kind */
/** @typedef {import("./faults.js").Words} Words */
/** @typedef {"right" | "rounded" | "carried" | "fault" | "unknown" | "not a number"} Verdict */
/**
 * @typedef {object} Finding
 * @property {Kind | "rounded" | "carried"} kind
 * @property {(Kind | "rounded" | "carried")[]} kinds All that are the same by nature: a forgotten −1 is a wrong sign.
 * @property {number} node The lower end of where it happened, or the node whose number was carried on.
 * @property {Edge[]} edges Where it happened.
 * @property {string} text
 */
/**
 * @typedef {object} Diagnosis
 * @property {Verdict} verdict
 * @property {number} number What was typed; nan for what is no number.
 * @property {Finding[]} findings At most two.
 * @property {number} others How many more faults give the same number.
 * @property {number} digits To how many digits the answer is right; 0 if it is wrong.
 * @property {string} hint What to do next.
 */

export { faults } from "./faults.js";
export { numbers, unclear } from "./chosen.js";
export { hint };

const MOST_QUESTIONS = 12;
const MOST_FINDINGS = 2;

/**
 * The nodes whose gradients are asked for, from the output backward: leaves, and nodes with a name. In a larger graph
 * those on the largest path from one of its deepest leaves, then on all its paths, then what is nearest to the output;
 * and a sum over paths, if there is one.
 * @param {Model} model
 * @param {(node: number) => boolean} isLabelled
 */
export function questions(model, isLabelled) {
  const { graph } = model;
  const isQuestion = (/** @type {number} */ node) =>
    node !== graph.output &&
    !graph.isConstant[node] &&
    (graph.isLeaf(node) || isLabelled(node)) &&
    Number.isFinite(model.adjoint(node));
  const all = [...model.reached].filter(isQuestion).sort((one, other) => other - one);
  if (all.length <= MOST_QUESTIONS) return all;
  const leaf = deepest(model, all);
  const way = graph.above(leaf);
  const path = new Set([leaf, ...(largest(model, leaf, 1)[0]?.edges ?? []).map(([upper]) => upper)]);
  const rank = (/** @type {number} */ node) =>
    [path.has(node), way.has(node), graph.roles.get(node) !== "target", true].indexOf(true);
  const ranked = [...all].sort((one, other) => rank(one) - rank(other));
  const chosen = ranked.slice(0, MOST_QUESTIONS);
  const sums = forked(model);
  const sum = ranked.find((node) => sums.has(node));
  if (sum !== undefined && !chosen.includes(sum)) chosen.splice(-1, 1, sum);
  return chosen.sort((one, other) => other - one);
}

/**
 * The nodes from which several paths lead to the output.
 * @param {Model} model
 */
function forked(model) {
  const { graph } = model;
  /** @type {Set<number>} */
  const found = new Set();
  for (let node = graph.output - 1; node >= 0; node--) {
    const uses = (graph.uses[node] ?? []).filter(([upper]) => model.reaches(upper));
    if (uses.length > 1 || uses.some(([upper]) => found.has(upper))) found.add(node);
  }
  return found;
}

/**
 * The leaf among some nodes that is farthest from the output, parameters before others.
 * @param {Model} model
 * @param {number[]} nodes
 */
function deepest(model, nodes) {
  const { graph } = model;
  const depths = new Map([[graph.output, 0]]);
  for (let node = graph.output; node >= 0; node--) {
    const depth = depths.get(node);
    if (depth === undefined) continue;
    for (const parent of graph.parents[node] ?? []) depths.set(parent, Math.max(depths.get(parent) ?? 0, depth + 1));
  }
  const rank = (/** @type {number} */ node) =>
    (graph.isLeaf(node) ? 2 * graph.n : 0) +
    (graph.roles.get(node) === "parameter" ? graph.n : 0) +
    (depths.get(node) ?? 0);
  return nodes.reduce((best, node) => (rank(node) >= rank(best) ? node : best));
}

/**
 * What an answer is worth.
 * @param {Model} model
 * @param {number} node Whose gradient was asked for.
 * @param {string} answer What was typed.
 * @param {Map<number, number>} earlier What the learner has said of other nodes, right or wrong.
 * @param {Words} words
 * @returns {Diagnosis}
 */
export function diagnose(model, node, answer, earlier, words) {
  const typed = read(answer);
  if (typed) return { ...judged(model, node, typed, earlier, words), number: typed.number };
  const next = "Write a number, such as −0.1218, 1.2e-3 or 3/4.";
  return { ...result("not a number", [], { hint: next }), number: NaN };
}

/**
 * @param {Model} model
 * @param {number} node
 * @param {{number: number, digits: number}} typed
 * @param {Map<number, number>} earlier
 * @param {Words} words
 */
function judged(model, node, typed, earlier, words) {
  const slips = new Slips(model, node, words, nearby(model));
  const { right, wrong } = slips.numbers(model);
  const wanted = quotient(words, model.graph.output, node);
  if (!Number.isFinite(right)) return result("unknown", [], { hint: `${wanted} has no number here.` });

  const digits = Math.min(ASKED, Math.max(FEWEST, typed.digits));
  const matches = (/** @type {number} */ number) => agreement(typed.number, number) >= digits;
  const agreed = agreement(typed.number, right);
  if (agreed === ASKED) return result("right", [], { digits: ASKED });
  if (agreed >= digits) return rounded(node, agreed);

  const known = new Map([...earlier].filter(([other, number]) => other !== node && Number.isFinite(number)));
  const carried = carriedOn(model, slips, known, matches);
  if (carried) return fromEarlier(model, node, carried, digits, words);

  const next = hint(model, node, 1, words);
  const more = digits < ASKED ? ` With ${ASKED} digits the fault could be told more surely.` : "";
  for (const base of known.size ? [known, new Map()] : [known]) {
    const numbers = base.size ? slips.numbers(model, base) : { right, wrong };
    const found = slips.all
      .map((slip, i) => ({ ...slip, number: numbers.wrong[i] ?? NaN }))
      .filter(({ number }) => matches(number) && agreement(number, numbers.right) < ASKED);
    if (!found.length) continue;
    const own = used(model, node, base).filter(
      (other) => agreement(base.get(other) ?? NaN, model.adjoint(other)) < FEWEST,
    );
    const from = own.length ? `, going on from your own ${gradients(model, own, words)}` : "";
    const groups = grouped(found, words);
    const findings = groups.slice(0, MOST_FINDINGS).map((group) => finding(model, group, from, words));
    return result("fault", findings, { others: groups.length - findings.length, hint: next + more });
  }
  return agreed ? rounded(node, agreed) : result("unknown", [], { hint: next });
}

/**
 * @param {Verdict} verdict
 * @param {Finding[]} findings
 * @param {{others?: number, digits?: number, hint?: string}} [rest]
 */
function result(verdict, findings, { others = 0, digits = 0, hint = "" } = {}) {
  return { verdict, findings, others, digits, hint };
}

/**
 * @param {number} node
 * @param {number} digits
 */
function rounded(node, digits) {
  if (digits >= ASKED) return result("right", [], { digits: ASKED });
  const text = `This is right to ${digits} digits.`;
  return result("rounded", [{ kind: "rounded", kinds: ["rounded"], node, edges: [], text }], {
    digits,
    hint: `${ASKED} digits are asked for.`,
  });
}

/**
 * The learner's own numbers that make an answer right: all that the way up comes to first, or a single one.
 * @param {Model} model
 * @param {Slips} slips
 * @param {Map<number, number>} known
 * @param {(number: number) => boolean} matches
 * @returns {Map<number, number> | null}
 */
function carriedOn(model, slips, known, matches) {
  const together = used(model, slips.node, known);
  for (const some of [together, ...[...known.keys()].map((other) => [other])]) {
    const base = new Map(some.map((other) => [other, known.get(other) ?? NaN]));
    if (base.size && matches(slips.numbers(model, base).right)) return base;
  }
  return null;
}

/**
 * The verdict of an answer that is right but for what it goes on from, which may itself be right up to rounding.
 * @param {Model} model
 * @param {number} node
 * @param {Map<number, number>} base
 * @param {number} digits To how many it follows from these numbers.
 * @param {Words} words
 */
function fromEarlier(model, node, base, digits, words) {
  const exact = new Map([...base].map(([other, number]) => [other, agreement(number, model.adjoint(other))]));
  const bad = [...base.keys()].filter((other) => (exact.get(other) ?? 0) < FEWEST);
  const [first] = bad;
  if (first === undefined) return rounded(node, Math.min(digits, ...exact.values()));
  const own = gradients(model, bad, words);
  const numbers = bad.slice(0, MOST_FINDINGS).map((other) => shown(base.get(other) ?? NaN));
  const verb = bad.length > 1 ? "which are" : "which is";
  const text = `This is right, going on from your own ${own} = ${numbers.join(" and ")}, ${verb} not right.`;
  return result("carried", [{ kind: "carried", kinds: ["carried"], node: first, edges: [], text }], {
    hint: `Look at ${own} again.`,
  });
}

/**
 * The nodes with a known gradient that one comes to first on the ways up from a node.
 * @param {Model} model
 * @param {number} node
 * @param {Map<number, number>} known
 */
function used(model, node, known) {
  const open = new Set([node]);
  /** @type {Set<number>} */
  const met = new Set();
  for (const edge of ways(model, node)) {
    const [upper] = edge;
    if (open.has(model.graph.lower(edge))) (known.has(upper) ? met : open).add(upper);
  }
  return [...met];
}

/**
 * @param {Model} model
 * @param {number[]} nodes
 * @param {Words} words
 */
function gradients(model, nodes, words) {
  const names = nodes.slice(0, MOST_FINDINGS).map((node) => quotient(words, model.graph.output, node));
  return names.join(" and ");
}

/**
 * Faults in groups that are the same by nature, the likeliest first, and if there is one of another kind, that second.
 * @param {Fault[]} found
 * @param {Words} words
 */
function grouped(found, { isLabelled = () => true }) {
  const likely = (/** @type {Fault} */ { rule, lower, upper }) =>
    RULES.indexOf(rule) - (isLabelled(lower) && isLabelled(upper) ? 0.5 : 0); // between nodes with names it reads best
  /** @type {Map<number, Fault[]>} */
  const groups = new Map();
  for (const fault of [...found].sort((one, other) => likely(one) - likely(other) || one.upper - other.upper)) {
    pushTo(groups, fault.like, fault);
  }
  const [first, ...rest] = groups.values();
  if (!first) return [];
  const second = rest.find((group) => group[0]?.kind !== first[0]?.kind);
  return second ? [first, second, ...rest.filter((group) => group !== second)] : [first, ...rest];
}

/**
 * One sentence for faults that give the same number by nature.
 * @param {Model} model
 * @param {Fault[]} group
 * @param {string} from What it goes on from, if that is the learner's own number.
 * @param {Words} words
 * @returns {Finding}
 */
function finding(model, group, from, words) {
  const first = /** @type {Fault} */ (group[0]);
  const kinds = [...new Set(group.map((fault) => fault.kind))];
  const parts = kinds.map((kind) => {
    const some = group.filter((fault) => fault.kind === kind);
    const fault = /** @type {Fault} */ (some[0]);
    if (kind !== "wrong sign" || some.length === 1) return described(model, fault, words);
    const lower = Math.min(...some.map((each) => each.lower));
    const upper = Math.max(...some.map((each) => each.upper));
    return `one sign is wrong on the way from ${words.name(lower)} to ${words.name(upper)}`;
  });
  const text = `This is what comes out if ${parts.join(", or, which is the same here, if ")}${from}.`;
  return { kind: first.kind, kinds, node: first.lower, edges: first.edges, text };
}
