/** Which bytes light up together: a range in one byte space, what carries it, and what it carries. */
import type { RecordView, Space, TreeNode } from './record-view.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

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
  for (const carried of project(space, range)) {
    add(light, space.parent, carried);
    lightOutwards(view, space.parent, carried, light);
  }
}

function lightInwards(view: RecordView, from: number, range: Range, light: Map<number, Range[]>): void {
  for (const child of view.spaces.filter(({ parent }) => parent === from)) {
    for (const part of child.map) {
      const shift = part.plainStart - part.rawStart;
      const cut = overlap(range, { start: part.rawStart, end: part.rawStart + part.length });
      if (!cut) continue;
      const inside = { start: cut.start + shift, end: cut.end + shift };
      add(light, child.id, inside);
      lightInwards(view, child.id, inside, light);
    }
  }
}

/** The deepest node that a byte belongs to: in the decrypted content, if the byte decrypts to something. */
export function nodeAt(view: RecordView, space: number, offset: number): TreeNode | undefined {
  for (const child of view.spaces.filter(({ parent }) => parent === space)) {
    const inside = inwards(child, offset);
    const found = inside === undefined ? undefined : nodeAt(view, child.id, inside);
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

function inwards(child: Space, offset: number): number | undefined {
  const part = child.map.find(({ rawStart, length }) => rawStart <= offset && offset < rawStart + length);
  return part && offset - part.rawStart + part.plainStart;
}

/** The ranges of the parent that carry this range of `space`. */
function project(space: Space, range: Range): Range[] {
  return space.map.flatMap(({ plainStart, rawStart, length }) => {
    const cut = overlap(range, { start: plainStart, end: plainStart + length });
    return cut ? [{ start: cut.start - plainStart + rawStart, end: cut.end - plainStart + rawStart }] : [];
  });
}

function overlap(a: Range, b: Range): Range | undefined {
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.end, b.end);
  return start < end ? { start, end } : undefined;
}

function add(light: Map<number, Range[]>, space: number, range: Range): void {
  light.set(space, [...(light.get(space) ?? []), range]);
}
