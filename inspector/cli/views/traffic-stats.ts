/** The figures of a flow. */
import { CONTENT_TYPE, CONTENT_TYPES, nameIn } from '#dissect/tls/names';
import { RECORD_TYPE } from '#channel/psk/records';
import type { Direction, FlowSummary, Inner, RecordState, WireRecord } from '#dissect/model';

export interface Kind {
  readonly dir: Direction;
  readonly proto: string;
  /** The type of the record by its type field, or its title if it has none. */
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
  /** Bytes on the wire for each byte of application data; `null` if that is unknown or there are none. */
  readonly overhead: number | null;
  readonly kinds: readonly Kind[];
  readonly sizes: readonly SizeClass[];
}

/** Upper ends of the size classes. */
const CLASSES = [64, 256, 1_024, 4_096, 16_384] as const;
const contentType = nameIn(CONTENT_TYPES, 1);

type Span = Pick<FlowSummary, 'started' | 'last'>;
type CountedKind = { -readonly [K in keyof Kind]: Kind[K] };

/** Counts records one by one. */
export class StatsCounter {
  readonly #bytes = { c2s: 0, s2c: 0 };
  /** In the order of appearance; and by type, for a quick look-up, since the peer may choose the text of many types. */
  readonly #kinds: CountedKind[] = [];
  readonly #kindsOfType = new Map<string, CountedKind[]>();
  /** Records in each size class; the last class is for all larger ones. */
  readonly #sizes = new Array<number>(CLASSES.length + 1).fill(0);
  #records = 0;
  #sealed = 0;
  #plain: number | null = 0;

  add(record: WireRecord): void {
    const { dir, raw, state } = record;
    this.#records++;
    this.#bytes[dir] += raw.length;
    if (state === 'no-key' || state === 'wrong-key') this.#sealed++;
    const carried = applicationBytes(record);
    this.#plain = this.#plain === null || carried === undefined ? null : this.#plain + carried;
    let at = 0;
    while (at < CLASSES.length && raw.length > (CLASSES[at] as number)) at++;
    this.#sizes[at] = (this.#sizes[at] as number) + 1;
    this.#addKind(record);
  }

  /** Adds the counts of another counter. */
  addAll(other: StatsCounter): void {
    this.#records += other.#records;
    this.#sealed += other.#sealed;
    this.#bytes.c2s += other.#bytes.c2s;
    this.#bytes.s2c += other.#bytes.s2c;
    this.#plain = this.#plain === null || other.#plain === null ? null : this.#plain + other.#plain;
    other.#sizes.forEach((records, at) => (this.#sizes[at] = (this.#sizes[at] as number) + records));
    for (const kind of other.#kinds) {
      const own = this.#kindLike(kind);
      own.records += kind.records;
      own.bytes += kind.bytes;
    }
  }

  get records(): number {
    return this.#records;
  }

  /** `started` and `last` in milliseconds since 1970. */
  stats({ started, last }: Span): Stats {
    const plain = this.#plain;
    const bytes = { ...this.#bytes };
    return {
      records: this.#records,
      sealed: this.#sealed,
      bytes,
      duration: last - started,
      plain,
      overhead: plain ? Math.round(((bytes.c2s + bytes.s2c) / plain) * 1000) / 1000 : null,
      kinds: this.#kinds.map((kind) => ({ ...kind })),
      sizes: this.#sizesInUse(),
    };
  }

  #addKind(record: WireRecord): void {
    const { dir, proto, state, raw } = record;
    const kind = this.#kindLike({ dir, proto, type: typeOf(record), state });
    kind.records++;
    kind.bytes += raw.length;
  }

  #kindLike({ dir, proto, type, state }: Omit<Kind, 'records' | 'bytes'>): CountedKind {
    const alike = this.#kindsOfType.get(type) ?? [];
    const known = alike.find((kind) => kind.dir === dir && kind.proto === proto && kind.state === state);
    if (known) return known;
    const made = { dir, proto, type, state, records: 0, bytes: 0 };
    this.#kinds.push(made);
    this.#kindsOfType.set(type, [...alike, made]);
    return made;
  }

  /** The size classes that have records. */
  #sizesInUse(): SizeClass[] {
    return this.#sizes.flatMap((records, at) => {
      const from = at === 0 ? 0 : (CLASSES[at - 1] as number) + 1;
      return records === 0 ? [] : [{ from, to: CLASSES[at] ?? null, records }];
    });
  }
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
    case 'was-sealed':
      return record.proto === 'psk' ? pskBytes(record.raw, record.plain) : tlsBytes(record);
  }
}

function tlsBytes(record: WireRecord): number | undefined {
  const { raw, plain, inner } = record;
  if (!plain || raw[0] !== CONTENT_TYPE.applicationData) return 0;
  // In TLS 1.3 every sealed record claims to be application data; a part of a handshake message shows only by its title.
  if (inner.length === 0 && record.title === 'handshake') return 0;
  if (inner.some(({ proto }) => proto === 'tls-handshake' || proto === 'tls-alert')) return 0;
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

/** The type by the header, not by the content, which would make a kind for each mixture of frames. */
function typeOf(record: WireRecord): string {
  const { proto, raw } = record;
  if (proto === 'psk' && raw[0] === RECORD_TYPE.data) return 'data';
  return proto === 'tls' && raw.length > 0 ? contentType(raw[0] as number) : record.title;
}
