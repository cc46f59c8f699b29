/**
 * Two records field by field: what both have, what only one has, and where they differ. Units (records, frames) are paired
 * wherever they are: the frame of a plain record with the one inside a sealed record.
 */
import type { RecordView, TreeNode } from '#dissect/record-view';

export interface ComparedField {
  /** Steps from the unit that it is in; 0 for the unit itself. */
  readonly depth: number;
  readonly name: string;
  readonly first: TreeNode | undefined;
  readonly second: TreeNode | undefined;
  /** Whether both have it with the same bytes. */
  readonly same: boolean;
}

/** In the order of the first record; what only the second one has stands after that of the first around it. */
export function compared(first: RecordView, second: RecordView): ComparedField[] {
  const sides = [first, second] as const;
  return pairs(unitsOf(first.root), unitsOf(second.root)).flatMap((pair) => rowsOf(pair, 0, sides));
}

type Pair = readonly [first: TreeNode | undefined, second: TreeNode | undefined];
type Sides = readonly [first: RecordView, second: RecordView];

function rowsOf([first, second]: Pair, depth: number, sides: Sides): ComparedField[] {
  const { name } = (first ?? second) as TreeNode;
  const same =
    first !== undefined &&
    second !== undefined &&
    isSame(bytesOf(sides[0], first), bytesOf(sides[1], second));
  const inside = pairs(fieldsOf(first), fieldsOf(second));
  return [{ depth, name, first, second, same }, ...inside.flatMap((pair) => rowsOf(pair, depth + 1, sides))];
}

/** The node itself if it is a unit, and the units inside it, from the outside in. */
function unitsOf(node: TreeNode): TreeNode[] {
  return [...(node.unit ? [node] : []), ...node.children.flatMap(unitsOf)];
}

function fieldsOf(node: TreeNode | undefined): TreeNode[] {
  return node?.children.filter(({ unit }) => !unit) ?? [];
}

/** Nodes of the same name, the first with the first; what has no twin stands alone. */
function pairs(first: readonly TreeNode[], second: readonly TreeNode[]): Pair[] {
  const rest = [...second];
  const found = first.map((node): Pair => {
    const place = rest.findIndex(({ name }) => name === node.name);
    return [node, place < 0 ? undefined : rest.splice(place, 1)[0]];
  });
  return [...found, ...rest.map((node): Pair => [undefined, node])];
}

function bytesOf({ spaces }: RecordView, { space, start, end }: TreeNode): Uint8Array {
  return spaces[space]?.bytes.subarray(start, end) ?? new Uint8Array();
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, place) => byte === b[place]);
}
