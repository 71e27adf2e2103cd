/** Things in groups. */

/**
 * Add something to the group that has a key.
 * @template K, T
 * @param {Map<K, T[]>} groups
 * @param {K} key
 * @param {T} item
 */
export function pushTo(groups, key, item) {
  const found = groups.get(key);
  if (found) found.push(item);
  else groups.set(key, [item]);
}
