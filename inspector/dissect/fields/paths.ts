/**
 * Names for everything in a record: `wire`, `tls.handshake.type`, `msg.text`. A path is the prefix of a unit
 * and the names of fields down its tree, joined by dots; members of a list go by the list's own name. A record
 * may hold several values of one path: several frames, several extensions, several members of a list.
 */
import type { Field } from '#protocol/field';
import type { FlowSummary, Inner, Proto, WireRecord } from '../model.ts';

export type PathValue = string | number | boolean | Uint8Array;
/** Called with one value after the other, until it returns true. */
export type Visit = (value: PathValue) => boolean;

/** Reads one path from records. It is made once and used on many records, without parsing the path again. */
export interface PathReader {
  /** True as soon as `visit` returns true for one of the values. */
  some(record: WireRecord, flow: FlowSummary, visit: Visit): boolean;
  /** True when the record has anything of this name, even without a value of its own. */
  present(record: WireRecord, flow: FlowSummary): boolean;
}

type UnitProto = Proto | Inner['proto'];

/** Prefix of the fields of each kind of unit. The fields of a message in a frame have `MESSAGE_PREFIX`. */
export const UNIT_PREFIX: Readonly<Record<UnitProto, string>> = {
  frame: 'frame',
  psk: 'psk',
  tls: 'tls',
  'tls-handshake': 'tls.handshake',
  'tls-alert': 'tls.alert',
  unknown: 'bytes',
};
export const MESSAGE_PREFIX = 'msg';
const PAYLOAD = 'payload';

type Read = (record: WireRecord, flow: FlowSummary, visit: Visit) => boolean;

/** Names that belong to the record as a whole; reading them looks at no field. */
const RECORD_READS: Readonly<Record<string, Read>> = {
  wire: (_record, { wire }, visit) => wire !== undefined && visit(wire),
  dir: ({ dir }, _flow, visit) => visit(dir),
  len: ({ raw }, _flow, visit) => visit(raw.length),
  time: ({ time }, _flow, visit) => visit(time),
  elapsed: ({ time }, { started }, visit) => visit(time - started),
  flow: ({ flow }, _flow, visit) => visit(flow),
  'flow.client.address': (_record, { client }, visit) => visit(client.address),
  'flow.client.port': (_record, { client }, visit) => visit(client.port),
  'flow.server.address': (_record, { server }, visit) => visit(server.address),
  'flow.server.port': (_record, { server }, visit) => visit(server.port),
  index: ({ index }, _flow, visit) => visit(index),
  state: (record, _flow, visit) =>
    visit(record.state) || record.inner.some((unit) => sealedState(unit, visit)),
  proto: ({ proto }, _flow, visit) => visit(proto),
  title: ({ title }, _flow, visit) => visit(title),
  layer: (record, _flow, visit) => someUnit(record, ({ proto }) => visit(proto)),
  raw: ({ raw }, _flow, visit) => visit(raw),
  plain: (record, _flow, visit) => visitPlain(record, visit),
};

/** The names in `RECORD_READS`; the filter's table of names is checked against them. */
export const RECORD_NAMES: readonly string[] = Object.keys(RECORD_READS);

/** Reader of a path. A path that nothing has is not an error: it is never present. */
export function pathReader(path: string): PathReader {
  const read = Object.hasOwn(RECORD_READS, path) ? RECORD_READS[path] : undefined;
  if (read) return { some: read, present: (record, flow) => read(record, flow, () => true) };
  const { proto, message, names } = located(path);
  if (proto === undefined) return { some: () => false, present: () => false };
  const some = (record: WireRecord, onNode: (field: Field) => boolean): boolean =>
    someUnit(record, (unit) => unit.proto === proto && someNode(fieldsOf(unit, message), names, 0, onNode));
  if (names.length > 0) {
    return {
      some: (record, _flow, visit) => some(record, (field) => visitField(field, visit)),
      present: (record) => some(record, () => true),
    };
  }
  const isThere = message ? hasMessage : () => true;
  return {
    some: () => false,
    present: (record) => someUnit(record, (unit) => unit.proto === proto && isThere(unit)),
  };
}

/** All values of a path in a record, in the order of its bytes. */
export function valuesAt(record: WireRecord, flow: FlowSummary, path: string): PathValue[] {
  const values: PathValue[] = [];
  pathReader(path).some(record, flow, (value) => {
    values.push(value);
    return false;
  });
  return values;
}

/** The record itself and every unit inside it, outermost first, until `visit` says true. */
export function someUnit(
  record: WireRecord,
  visit: (unit: Pick<Inner, 'fields'> & { proto: UnitProto }) => boolean,
) {
  return visit(record) || record.inner.some((unit) => someInner(unit, visit));
}

/** Every field of a tree with its value, until `visit` says true. */
export function someField(fields: readonly Field[], visit: Visit): boolean {
  return fields.some(
    (field) => visitField(field, visit) || (field.children !== undefined && someField(field.children, visit)),
  );
}

/** What can be read of a record: for each innermost unit its plain bytes, or its bytes as they are. */
export function someReadable(record: WireRecord, visit: (bytes: Uint8Array) => boolean): boolean {
  if (record.inner.length === 0) return visit(record.plain ?? record.raw);
  return record.inner.some((unit) => readableInner(unit, visit));
}

function readableInner(unit: Inner, visit: (bytes: Uint8Array) => boolean): boolean {
  if (unit.inner.length === 0) return visit(unit.plain ?? unit.bytes);
  return unit.inner.some((inside) => readableInner(inside, visit));
}

function someInner(unit: Inner, visit: (unit: Inner) => boolean): boolean {
  return visit(unit) || unit.inner.some((inside) => someInner(inside, visit));
}

/** Readable units inside an opened record say nothing about it; sealed and malformed ones do. */
function sealedState({ state, inner }: Inner, visit: Visit): boolean {
  const isReadable = state === 'clear' || state === 'was-sealed';
  return (!isReadable && visit(state)) || inner.some((inside) => sealedState(inside, visit));
}

function visitPlain({ plain, inner }: Pick<WireRecord, 'plain' | 'inner'>, visit: Visit): boolean {
  return (plain !== undefined && visit(plain)) || inner.some((unit) => visitPlain(unit, visit));
}

interface Located {
  /** Which units hold the path; `undefined` when no unit has such a prefix. */
  readonly proto: UnitProto | undefined;
  /** True for the fields of the message in a frame. */
  readonly message: boolean;
  readonly names: readonly string[];
}

function located(path: string): Located {
  if (path === MESSAGE_PREFIX || path.startsWith(`${MESSAGE_PREFIX}.`)) {
    return { proto: 'frame', message: true, names: path.split('.').slice(1) };
  }
  // The longest prefix first: `tls.handshake.type` is no field of a TLS record.
  const prefixes = Object.entries(UNIT_PREFIX).sort(([, a], [, b]) => b.length - a.length);
  const found = prefixes.find(([, prefix]) => path === prefix || path.startsWith(`${prefix}.`));
  if (!found) return { proto: undefined, message: false, names: [] };
  const [proto, prefix] = found as [UnitProto, string];
  const rest = path.slice(prefix.length + 1);
  return { proto, message: false, names: rest === '' ? [] : rest.split('.') };
}

function fieldsOf({ proto, fields }: { proto: UnitProto; fields: readonly Field[] }, message: boolean) {
  if (message) return fields.find(({ name }) => name === PAYLOAD)?.children ?? [];
  return proto === 'frame' ? fields.map(withoutMessage) : fields;
}

function withoutMessage(field: Field): Field {
  if (field.name !== PAYLOAD || !field.children) return field;
  const { children: _children, ...rest } = field;
  return rest;
}

function hasMessage(unit: { proto: UnitProto; fields: readonly Field[] }): boolean {
  return fieldsOf(unit, true).length > 0;
}

function someNode(
  fields: readonly Field[],
  names: readonly string[],
  at: number,
  visit: (field: Field) => boolean,
): boolean {
  return fields.some((field) => {
    const children = field.children ?? [];
    if (isMember(field)) return someNode(children, names, at, visit);
    if (field.name !== names[at]) return false;
    return at === names.length - 1 ? visit(field) : someNode(children, names, at + 1, visit);
  });
}

/** A list has the values of its members; what it and they show (`3 items`, `2 fields`) only sums up what is inside. */
function visitField({ name, value, number, children }: Field, visit: Visit): boolean {
  const members = children?.filter(isMember) ?? [];
  if (members.length > 0) return members.some((member) => visitField(member, visit));
  if (name.startsWith('[') && children && children.length > 0) return false;
  return (value !== null && value !== '' && visit(value)) || (number !== undefined && visit(number));
}

function isMember({ name }: Field): boolean {
  return name.startsWith('[');
}
