/**
 * A record as the detail shows it: its byte spaces (what crossed the wire, and what each layer decrypts
 * to) and one tree of named fields over them. A space knows which bytes of its parent carry its own.
 */
import type { Field } from '#protocol/field';
import { type ByteKind, byteKindOf } from './fields/byte-kinds.ts';
import { UNIT_PREFIX } from './fields/paths.ts';
import type { ByteMap, Inner, Proto, RecordState, WireRecord } from './model.ts';

export interface Space {
  readonly id: number;
  readonly label: string;
  /** Name of the layer whose content it is, for a small button. */
  readonly layer: string;
  readonly bytes: Uint8Array;
  /** The space that carries this one; absent for the wire itself. */
  readonly parent?: number;
  /** `plainStart` counts in this space, `rawStart` in its parent. */
  readonly map: readonly ByteMap[];
}

export interface TreeNode {
  /** Its position in the tree, `0.2.1`: stable until the record is read again. */
  readonly id: string;
  readonly depth: number;
  readonly name: string;
  /** As in the dictionary of fields and in a filter: `tls.handshake.random`. That of a unit is the prefix of its fields. */
  readonly path: string;
  /** What its bytes are for; absent for units. */
  readonly kind: ByteKind | undefined;
  readonly value: string | number | boolean | null;
  readonly note: string;
  readonly source?: string;
  readonly malformed: boolean;
  readonly space: number;
  readonly start: number;
  readonly end: number;
  /** Set for a unit (a record, a frame), absent for a field. */
  readonly unit?: { readonly state: RecordState; readonly reason: string };
  readonly children: readonly TreeNode[];
}

export interface RecordView {
  /** The first is the wire. */
  readonly spaces: readonly Space[];
  readonly root: TreeNode;
}

export const WIRE_SPACE = 0;

const UNIT_NAMES: Record<Proto | Inner['proto'], string> = {
  frame: 'frame',
  psk: 'psk record',
  tls: 'TLS record',
  'tls-handshake': 'TLS handshake message',
  'tls-alert': 'TLS alert',
  unknown: 'bytes',
};

export function viewOf(record: WireRecord): RecordView {
  const spaces: Space[] = [
    { id: WIRE_SPACE, label: 'on the wire', layer: 'wire', bytes: record.raw, map: [] },
  ];
  const unit = { ...record, bytes: record.raw };
  return { spaces, root: unitNode(spaces, unit, { id: '0', depth: 0, space: WIRE_SPACE, base: 0 }) };
}

type Unit = Pick<
  Inner,
  'title' | 'state' | 'reason' | 'bytes' | 'fields' | 'plain' | 'plainMap' | 'inner'
> & {
  readonly proto: Proto | Inner['proto'];
  readonly contentStart?: number;
};

interface TreePosition {
  readonly id: string;
  readonly depth: number;
  readonly space: number;
  /** Where the unit begins in its space. */
  readonly base: number;
}

interface FieldPosition extends TreePosition {
  /** Path of what is around the field. */
  readonly around: string;
}

function unitNode(spaces: Space[], unit: Unit, position: TreePosition): TreeNode {
  const { space, base, depth, id } = position;
  const around = UNIT_PREFIX[unit.proto];
  const fields = unit.fields.map((field, index) =>
    fieldNode(field, { ...position, around, id: `${id}.${index}`, depth: depth + 1 }),
  );
  const content = contentSpace(spaces, unit, position);
  const inner = unit.inner.map((child, index) =>
    innerNode(spaces, child, content, { id: `${id}.i${index}`, depth: depth + 1 }),
  );
  return {
    id,
    depth,
    name: UNIT_NAMES[unit.proto],
    path: around,
    kind: undefined,
    value: unit.title,
    note: unit.reason,
    malformed: unit.state === 'malformed',
    space,
    start: base,
    end: base + unit.bytes.length,
    unit: { state: unit.state, reason: unit.reason },
    children: [...fields, ...inner],
  };
}

function fieldNode(field: Field, position: FieldPosition): TreeNode {
  const { id, depth, space, base } = position;
  const path = pathOf(field, position.around);
  return {
    id,
    depth,
    name: field.name,
    path,
    kind: field.malformed ? undefined : byteKindOf(path),
    value: field.value,
    note: field.note,
    ...(field.source === undefined ? {} : { source: field.source }),
    malformed: field.malformed === true,
    space,
    start: base + field.start,
    end: base + field.end,
    children: (field.children ?? []).map((child, index) =>
      fieldNode(child, {
        ...position,
        around: path === 'frame.payload' ? 'msg' : path,
        id: `${id}.${index}`,
        depth: depth + 1,
      }),
    ),
  };
}

/** A member of a list has the path of the list. */
function pathOf({ name }: Field, around: string): string {
  return name.startsWith('[') ? around : `${around}.${name}`;
}

/** Where the units inside are. */
interface Content {
  readonly space: number;
  /** The origin of their `start`. */
  readonly base: number;
  /** Where the content itself begins: after a header if nothing was decrypted. */
  readonly first: number;
}

/** A new space for decrypted content; the unit's own space if nothing was decrypted. */
function contentSpace(spaces: Space[], unit: Unit, { space, base }: TreePosition): Content {
  if (!unit.plain) return { space, base, first: base + (unit.contentStart ?? 0) };
  const map = (unit.plainMap ?? []).map((part) => ({ ...part, rawStart: part.rawStart + base }));
  const name = UNIT_NAMES[unit.proto];
  const content = {
    label: `inside the ${name}`,
    layer: firstWord(name),
    bytes: unit.plain,
    parent: space,
    map,
  };
  return { space: addSpace(spaces, content), base: 0, first: 0 };
}

function firstWord(text: string): string {
  return text.split(' ', 1)[0] as string;
}

function innerNode(
  spaces: Space[],
  unit: Inner,
  content: Content,
  at: Pick<TreePosition, 'id' | 'depth'>,
): TreeNode {
  const base = content.base + unit.start;
  const room = (spaces[content.space] as Space).bytes.length;
  if (unit.start >= 0 && base + unit.bytes.length <= room) {
    return unitNode(spaces, unit, { ...at, space: content.space, base });
  }
  // The unit began in an earlier record: this one carries only its last part.
  const here = Math.max(0, Math.min(unit.bytes.length + unit.start, room - content.first));
  const map = [{ plainStart: unit.bytes.length - here, rawStart: content.first, length: here }];
  const name = UNIT_NAMES[unit.proto];
  const space = addSpace(spaces, {
    label: `${name}, put together from several records`,
    layer: firstWord(name),
    bytes: unit.bytes,
    parent: content.space,
    map,
  });
  return unitNode(spaces, unit, { ...at, space, base: 0 });
}

function addSpace(spaces: Space[], space: Omit<Space, 'id'>): number {
  const id = spaces.length;
  spaces.push({ id, ...space });
  return id;
}
