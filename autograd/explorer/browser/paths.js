/** The paths of the chain rule from a node up to the output: counted without being listed, listed the largest first. */

/** @typedef {import("./graph.js").Edge} Edge */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {{edges: Edge[], product: number}} Path Its edges, from the variable up, and the product of their slopes. */

/**
 * How many paths lead from a node to another one above it, exactly.
 * @param {Model} model
 * @param {number} variable
 * @param {number} [upper] By default the output.
 * @param {(node: number) => boolean} [isOpen] Which nodes a path may pass.
 * @returns {bigint}
 */
export function count(model, variable, upper = model.graph.output, isOpen = () => true) {
  const counts = new Map([[upper, 1n]]);
  for (let node = upper; node > variable; node--) {
    const here = counts.get(node);
    if (here === undefined) continue;
    counts.delete(node);
    for (const parent of model.graph.parents[node] ?? []) {
      if (parent === variable || (!model.graph.isConstant[parent] && isOpen(parent)))
        counts.set(parent, (counts.get(parent) ?? 0n) + here);
    }
  }
  return counts.get(variable) ?? 0n;
}

/**
 * The edges that lie on a path from a node to the output.
 * @param {Model} model
 * @param {number} variable
 * @returns {Edge[]}
 */
export function ways(model, variable) {
  const { graph } = model;
  const above = graph.above(variable);
  /** @type {Edge[]} */
  const edges = [];
  for (const node of above) {
    if (node === variable || !model.reaches(node)) continue;
    graph.parents[node]?.forEach((parent, place) => {
      if (above.has(parent) && !graph.isConstant[parent]) edges.push([node, place]);
    });
  }
  return edges;
}

/**
 * The paths from a node to the output, the largest contributions first: best-first search with an exact bound (Hart,
 * Nilsson & Raphael 1968), as `autograd.paths` does it.
 * @param {Model} model
 * @param {number} variable
 * @param {number} most
 * @returns {Path[]}
 */
export function largest(model, variable, most) {
  const { graph } = model;
  /** @type {Map<number, number>} The largest product of any path from the variable up to a node. */
  const bound = new Map([[variable, 1]]);
  for (const edge of ways(model, variable)) {
    const [upper] = edge;
    const product = size(model.slope(...edge) * (bound.get(graph.lower(edge)) ?? 0));
    bound.set(upper, Math.max(bound.get(upper) ?? 0, product));
  }
  /** @typedef {{node: number, product: number, edge: Edge | null, above: Descent | null, promise: number, age: number}} Descent */
  /** @type {Path[]} */
  const found = [];
  if (!bound.has(graph.output)) return found;
  /** @type {Descent[]} */
  const heap = [];
  let age = 0;
  push(heap, { node: graph.output, product: 1, edge: null, above: null, promise: bound.get(graph.output) ?? 0, age });
  while (heap.length && found.length < most) {
    const here = /** @type {Descent} */ (pop(heap));
    if (here.node === variable) {
      /** @type {Edge[]} */
      const edges = [];
      for (let step = /** @type {Descent | null} */ (here); step?.edge; step = step.above) edges.push(step.edge);
      found.push({ edges, product: product(model, edges) });
      continue;
    }
    const parents = graph.parents[here.node] ?? [];
    const isTwice = new Set(parents).size < parents.length; // of equal ones, what comes last is found first
    for (let i = 0; i < parents.length; i++) {
      const place = isTwice ? parents.length - 1 - i : i;
      const parent = parents[place] ?? 0;
      const best = bound.get(parent);
      if (best === undefined || graph.isConstant[parent]) continue;
      const extended = here.product * model.slope(here.node, place);
      age--;
      push(heap, {
        node: parent,
        product: extended,
        edge: [here.node, place],
        above: here,
        promise: size(extended * best),
        age,
      });
    }
  }
  return found;
}

/**
 * The product of the slopes along some edges.
 * @param {Model} model
 * @param {Edge[]} edges
 */
export function product(model, edges) {
  return edges.reduce((all, [upper, place]) => all * model.slope(upper, place), 1) + 0;
}

/**
 * A path's edges in groups that are one factor each, from one labelled node to the next. Where several ways lead from one
 * to the next, each edge is a factor of its own, but for those that only hand on what they get.
 * @param {Model} model
 * @param {Edge[]} edges From the variable up.
 * @param {(node: number) => boolean} isLabelled
 * @param {(upper: number, place: number) => boolean} handsOn Whether a derivative is 1 everywhere.
 * @returns {Edge[][]}
 */
export function factors(model, edges, isLabelled, handsOn) {
  const MOST = 12;
  /** @type {Edge[][]} */
  const groups = [];
  /** @type {Edge[]} */
  let group = [];
  for (const edge of edges) {
    group.push(edge);
    const upper = edge[0];
    if (!isLabelled(upper) && upper !== model.graph.output) continue;
    const [first] = group;
    const lower = first ? model.graph.lower(first) : 0;
    if (group.length > 1 && group.length <= MOST && count(model, lower, upper) > 1n) {
      const single = group.filter(([node, place]) => !handsOn(node, place)).map((each) => [each]);
      groups.push(...(single.length ? single : [group]));
    } else {
      groups.push(group);
    }
    group = [];
  }
  return groups;
}

/**
 * Which way a factor goes, where more than one leads from its lower node to its upper one past no node with a name: the
 * operand that it is, of several that are the same node; or the first node on the way, which is the upper one itself if
 * the way is a direct one.
 * @param {Model} model
 * @param {Edge[]} edges From the lower node up.
 * @param {(node: number) => boolean} isLabelled
 * @returns {{through: number, which?: number, isDirect?: boolean} | null} `which` counts the operands, from 0.
 */
export function way(model, edges, isLabelled) {
  const { graph } = model;
  for (const edge of edges) {
    const [upper, place] = edge;
    const operand = graph.lower(edge);
    const same = (graph.parents[upper] ?? []).flatMap((parent, i) => (parent === operand ? [i] : []));
    if (same.length > 1) return { through: operand, which: same.indexOf(place) };
  }
  const [start = /** @type {Edge} */ ([0, 0])] = edges;
  const [first] = start;
  const [last] = edges.at(-1) ?? [0];
  if (count(model, graph.lower(start), last, (node) => !isLabelled(node)) < 2n) return null;
  return { through: first, isDirect: first === last };
}

/** @param {number} number */
function size(number) {
  return Number.isNaN(number) ? Infinity : Math.abs(number);
}

/**
 * @template {{promise: number, age: number}} T
 * @param {T} first
 * @param {T} second
 */
function isBefore(first, second) {
  return first.promise > second.promise || (first.promise === second.promise && first.age < second.age);
}

/**
 * @template {{promise: number, age: number}} T
 * @param {T[]} heap
 * @param {T} item
 */
function push(heap, item) {
  let here = heap.push(item) - 1;
  while (here > 0) {
    const above = (here - 1) >> 1;
    const other = /** @type {T} */ (heap[above]);
    if (!isBefore(item, other)) break;
    heap[here] = other;
    heap[(here = above)] = item;
  }
}

/**
 * @template {{promise: number, age: number}} T
 * @param {T[]} heap
 */
function pop(heap) {
  const top = heap[0];
  const item = heap.pop();
  if (!heap.length || item === undefined) return top;
  let here = 0;
  for (;;) {
    let below = 2 * here + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isBefore(/** @type {T} */ (heap[below + 1]), /** @type {T} */ (heap[below])))
      below++;
    const other = /** @type {T} */ (heap[below]);
    if (!isBefore(other, item)) break;
    heap[here] = other;
    here = below;
  }
  heap[here] = item;
  return top;
}
