/** Records of several connections in one list, in the order of time. */
import type { WireRecord } from '#dissect/model';

const inOrder = (a: WireRecord, b: WireRecord): number =>
  a.time - b.time || a.flow - b.flow || a.index - b.index;

/** The sorted `list` with `fresh` inserted. This costs little if they belong near its end. */
export function merged(list: readonly WireRecord[], fresh: WireRecord[]): readonly WireRecord[] {
  if (fresh.length === 0) return list;
  fresh.sort(inOrder);
  const first = fresh[0] as WireRecord;
  let place = list.length;
  while (place > 0 && inOrder(list[place - 1] as WireRecord, first) > 0) place--;
  if (place === list.length) return list.concat(fresh);
  return list.slice(0, place).concat(list.slice(place).concat(fresh).sort(inOrder));
}

/** How many records both lists begin with. */
export function sharedLength(a: readonly WireRecord[], b: readonly WireRecord[]): number {
  const end = Math.min(a.length, b.length);
  let same = 0;
  while (same < end && a[same] === b[same]) same++;
  return same;
}

/**
 * The records of several sorted lists in one. `before` are the lists of which `all` was made: where they have only grown since,
 * it is not made anew.
 */
export function mergedLists(
  lists: readonly (readonly WireRecord[])[],
  before: readonly (readonly WireRecord[])[],
  all: readonly WireRecord[],
): readonly WireRecord[] {
  if (lists.length === 1) return lists[0] as readonly WireRecord[];
  const lengths = before.map(({ length }) => length);
  const grown =
    lists.length === before.length &&
    lists.every((list, place) => sharedLength(list, before[place] ?? []) === lengths[place]);
  if (!grown) return lists.flat().sort(inOrder);
  return merged(
    all,
    lists.flatMap((list, place) => list.slice(lengths[place])),
  );
}
