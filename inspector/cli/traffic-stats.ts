/** What a flow amounts to in numbers. */
import { CONTENT_TYPE, CONTENT_TYPES, nameIn } from '#dissect/tls/names';
import { RECORD_TYPE } from '#channel/psk/records';
import type { Direction, FlowSummary, Inner, RecordState, WireRecord } from '#dissect/model';

export interface Kind {
  readonly dir: Direction;
  readonly proto: string;
  /** What the record says it is: its type field, or its title where it has none. */
  readonly type: string;
  readonly state: RecordState;
  readonly records: number;
  readonly bytes: number;
}

export interface SizeClass {
  /** Bytes on the wire, both ends included; the last class has no upper end. */
  readonly from: number;
  readonly to: number | null;
  readonly records: number;
}

export interface Stats {
  readonly records: number;
  /** Records that stayed closed. */
  readonly sealed: number;
  /** Bytes of these records on the wire. */
  readonly bytes: { readonly c2s: number; readonly s2c: number };
  /** Milliseconds between the first and the last thing seen. */
  readonly duration: number;
  /** Bytes of application data that the records carry; `null` when some of them could not be opened. */
  readonly plain: number | null;
  /** Bytes on the wire for each byte of application data; `null` when that is not known or there is none. */
  readonly overhead: number | null;
  readonly kinds: readonly Kind[];
  readonly sizes: readonly SizeClass[];
}

/** Upper ends of the classes of sizes. */
const CLASSES = [64, 256, 1_024, 4_096, 16_384] as const;
const contentType = nameIn(CONTENT_TYPES, 1);

/** `started` and `last` in milliseconds since 1970. */
export function statsOf(
  records: readonly WireRecord[],
  { started, last }: Pick<FlowSummary, 'started' | 'last'>,
): Stats {
  const sealed = records.filter(({ state }) => state === 'no-key' || state === 'wrong-key').length;
  const bytes = { c2s: bytesOf(records, 'c2s'), s2c: bytesOf(records, 's2c') };
  const contents = records.map(applicationBytes);
  const plain = contents.reduce<number | null>(
    (sum, length) => (sum === null || length === undefined ? null : sum + length),
    0,
  );
  const overhead = plain ? Math.round(((bytes.c2s + bytes.s2c) / plain) * 1000) / 1000 : null;
  return {
    records: records.length,
    sealed,
    bytes,
    duration: last - started,
    plain,
    overhead,
    kinds: kindsOf(records),
    sizes: sizesOf(records),
  };
}

function bytesOf(records: readonly WireRecord[], dir: Direction): number {
  return records.reduce((sum, record) => (record.dir === dir ? sum + record.raw.length : sum), 0);
}

/** Bytes that the innermost channel carries for the application; `undefined` when the record stayed closed. */
function applicationBytes(record: WireRecord): number | undefined {
  switch (record.state) {
    case 'no-key':
    case 'wrong-key':
      return undefined;
    case 'malformed':
    case 'clear':
      return record.proto === 'frame' || record.proto === 'unknown' ? record.raw.length : 0;
    case 'opened':
      return record.proto === 'psk' ? pskBytes(record.raw, record.plain) : tlsBytes(record);
  }
}

function tlsBytes({ raw, plain, inner, title }: WireRecord): number | undefined {
  const other = inner.some(({ proto }) => proto === 'tls-handshake' || proto === 'tls-alert');
  // In TLS 1.3 every sealed record claims to be application data; a part of a handshake message has only its title.
  if (!plain || other || raw[0] !== CONTENT_TYPE.applicationData || title === 'handshake') return 0;
  const psk = inner.filter(({ proto }) => proto === 'psk');
  if (psk.length === 0) return plain.length;
  const parts = psk.map(insidePsk);
  return parts.includes(undefined) ? undefined : (parts as number[]).reduce((sum, length) => sum + length, 0);
}

function insidePsk({ state, bytes, plain }: Inner): number | undefined {
  return state === 'no-key' || state === 'wrong-key' ? undefined : pskBytes(bytes, plain);
}

function pskBytes(record: Uint8Array, plain: Uint8Array | undefined): number {
  return record[0] === RECORD_TYPE.data && plain ? plain.length : 0;
}

function kindsOf(records: readonly WireRecord[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const record of records) {
    const { dir, proto, state, raw } = record;
    const type = typeOf(record);
    const name = JSON.stringify([dir, proto, type, state]);
    const { records: number, bytes } = kinds.get(name) ?? { records: 0, bytes: 0 };
    kinds.set(name, { dir, proto, type, state, records: number + 1, bytes: bytes + raw.length });
  }
  return [...kinds.values()];
}

/** What the header says, not what turned out to stand inside: that would be a kind for each mixture of frames. */
function typeOf({ proto, title, raw }: WireRecord): string {
  if (proto === 'psk') return raw[0] === RECORD_TYPE.data ? 'data' : title;
  return proto === 'tls' && raw.length > 0 ? contentType(raw[0] as number) : title;
}

/** Classes that no record is in are left out. */
function sizesOf(records: readonly WireRecord[]): SizeClass[] {
  const ends = [...CLASSES, null];
  return ends.flatMap((to, index) => {
    const from = index === 0 ? 0 : (CLASSES[index - 1] as number) + 1;
    const found = records.filter(({ raw }) => raw.length >= from && raw.length <= (to ?? Infinity)).length;
    return found === 0 ? [] : [{ from, to, records: found }];
  });
}
