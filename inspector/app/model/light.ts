/** Which bytes light up together: a range in one byte space, what carries it, and what it carries. */
import { type Range, carriedBy, carrying } from '#dissect/fields/locate';
import { type RecordView, type TreeNode, WIRE_SPACE } from '#dissect/record-view';

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

/** The byte of another space that carries this one or is carried by it; else the next one that does. */
export function correspondent(view: RecordView, from: number, offset: number, to: number): number {
  const [down, up] = [chain(view, to), chain(view, from)];
  const shared = up.find((space) => down.includes(space)) ?? WIRE_SPACE;
  const outside = up.slice(0, up.indexOf(shared)).reduce((at, space) => outwards(view, space, at), offset);
  return down
    .slice(0, down.indexOf(shared))
    .reverse()
    .reduce((at, space) => inwards(view, space, at), outside);
}

/** A space and those around it, up to the wire. */
function chain(view: RecordView, space: number): number[] {
  const parent = view.spaces[space]?.parent;
  return parent === undefined ? [space] : [space, ...chain(view, parent)];
}

function outwards(view: RecordView, space: number, offset: number): number {
  const maps = view.spaces[space]?.map ?? [];
  const map = maps.find(({ plainStart, length }) => offset < plainStart + length) ?? maps.at(-1);
  if (!map) return 0;
  return map.rawStart + clamp(offset - map.plainStart, map.length);
}

function inwards(view: RecordView, space: number, offset: number): number {
  const maps = view.spaces[space]?.map ?? [];
  const map = maps.find(({ rawStart, length }) => offset < rawStart + length) ?? maps.at(-1);
  if (!map) return 0;
  return map.plainStart + clamp(offset - map.rawStart, map.length);
}

function clamp(at: number, length: number): number {
  return Math.min(Math.max(0, length - 1), Math.max(0, at));
}

function add(light: Map<number, Range[]>, space: number, range: Range): void {
  light.set(space, [...(light.get(space) ?? []), range]);
}
