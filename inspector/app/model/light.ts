/** Which bytes light up together: a range in one byte space, what carries it, and what it carries. */
import { type Range, carriedBy, carrying } from '#dissect/fields/locate';
import type { RecordView, TreeNode } from './record-view.ts';

/** Lit ranges by the id of their space. */
export type Light = ReadonlyMap<number, readonly Range[]>;

export const DARK: Light = new Map();

/** The bytes of a node, in its own space and, if they are carried byte for byte, in all others. */
export function lightOf(view: RecordView, node: TreeNode): Light {
  const light = new Map<number, Range[]>();
  const range = { start: node.start, end: node.end };
  if (range.end <= range.start) return light;
  light.set(node.space, [range]);
  lightOutwards(view, node.space, range, light);
  lightInwards(view, node.space, range, light);
  return light;
}

function lightOutwards(view: RecordView, from: number, range: Range, light: Map<number, Range[]>): void {
  const space = view.spaces[from];
  if (!space || space.parent === undefined) return;
  for (const outside of carrying(space.map, range)) {
    add(light, space.parent, outside);
    lightOutwards(view, space.parent, outside, light);
  }
}

function lightInwards(view: RecordView, from: number, range: Range, light: Map<number, Range[]>): void {
  for (const child of view.spaces.filter(({ parent }) => parent === from)) {
    for (const inside of carriedBy(child.map, range)) {
      add(light, child.id, inside);
      lightInwards(view, child.id, inside, light);
    }
  }
}

/** The deepest node that a byte belongs to: in the decrypted content, if the byte decrypts to something. */
export function nodeAt(view: RecordView, space: number, offset: number): TreeNode | undefined {
  for (const child of view.spaces.filter(({ parent }) => parent === space)) {
    const [inside] = carriedBy(child.map, { start: offset, end: offset + 1 });
    const found = inside && nodeAt(view, child.id, inside.start);
    if (found) return found;
  }
  return deepest(view.root, space, offset);
}

function deepest(node: TreeNode, space: number, offset: number): TreeNode | undefined {
  // The last one wins: a unit comes after the field whose bytes it is made of, and says more.
  for (let index = node.children.length - 1; index >= 0; index--) {
    const found = deepest(node.children[index] as TreeNode, space, offset);
    if (found) return found;
  }
  const isHere = node.space === space && node.start <= offset && offset < node.end;
  return isHere ? node : undefined;
}

function add(light: Map<number, Range[]>, space: number, range: Range): void {
  light.set(space, [...(light.get(space) ?? []), range]);
}
