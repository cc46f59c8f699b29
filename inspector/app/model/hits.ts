/** Where in a record a search found its match: a record may carry a hundred frames, of which one matches. */
import type { Inner, WireRecord } from '#dissect/model';
import type { FlowOf, Search } from './filter.ts';
import type { RecordView, TreeNode } from '#dissect/record-view';

/** The node to show first; `undefined` if the record as a whole matches, or the search is empty. */
export function hitIn(
  record: WireRecord,
  { root }: RecordView,
  search: Search,
  flowOf: FlowOf,
): TreeNode | undefined {
  if (search.kind === 'fault' || search.kind === 'loading') return undefined;
  if (search.kind === 'words' && search.words === '') return undefined;
  const path = pathOfHit(record, (part) => search.fits(part, flowOf));
  const unit = path && unitAt(root, path);
  if (search.kind === 'words') return leafWith(unit ?? root, search.words) ?? unit;
  return unit && (leaf(unit, ({ name }) => name === 'text') ?? unit);
}

/**
 * Positions, from the outside in, of the units that alone make the record match: the record is tested with only one
 * of the units inside it. Undefined if it matches without any.
 */
function pathOfHit(record: WireRecord, fits: (record: WireRecord) => boolean): number[] | undefined {
  if (record.inner.length === 0 || fits(withInner(record, []))) return undefined;
  const narrow = (units: readonly Inner[], around: (unit: Inner) => WireRecord): number[] | undefined => {
    const place = units.findIndex((unit) => fits(around(unit)));
    const unit = units[place];
    if (!unit) return undefined;
    const isAround = unit.inner.length > 0 && !fits(around({ ...unit, inner: [] }));
    const inside = isAround ? narrow(unit.inner, (one) => around({ ...unit, inner: [one] })) : undefined;
    return [place, ...(inside ?? [])];
  };
  return narrow(record.inner, (unit) => withInner(record, [unit]));
}

/** Without what the record shows of its inside elsewhere: its title, and its plain bytes where units stand for them. */
function withInner(record: WireRecord, inner: readonly Inner[]): WireRecord {
  return { ...record, title: '', inner, plain: new Uint8Array() };
}

function unitAt(root: TreeNode, path: readonly number[]): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const place of path) node = node?.children.find(({ id }) => id === `${node?.id}.i${place}`);
  return node;
}

function leafWith(node: TreeNode, words: string): TreeNode | undefined {
  return leaf(node, ({ value }) => String(value).toLowerCase().includes(words));
}

/** The first field of a kind, of those that have no others inside them. */
function leaf(node: TreeNode, fits: (node: TreeNode) => boolean): TreeNode | undefined {
  if (node.children.length === 0) return !node.unit && fits(node) ? node : undefined;
  for (const child of node.children) {
    const found = leaf(child, fits);
    if (found) return found;
  }
  return undefined;
}
