/**
 * Why a record of a capture stays closed, as exactly as one can know it. The dissection says what it lacked when it read the
 * record. Here this is put beside everything else that is at hand: the key logs, and what the capture has of the connection.
 */
import { formatNumber } from '#protocol/amounts';
import { counted } from '#protocol/shown';
import type { Direction, WireRecord } from '../model.ts';
import { keyExchangeOf } from '../tls/messages/key-exchange.ts';
import { lackingLabel } from '../tls/opening.ts';
import { type Hellos, hellosOf } from './hellos.ts';
import type { KnownLines } from './known-lines.ts';

/** All records of one connection, with the reasons in place. The others are the same objects as before. */
export function withReasons(records: readonly WireRecord[], known: KnownLines): readonly WireRecord[] {
  const connection = new Connection(records);
  return records.map((record) => {
    if (record.proto !== 'tls' || !isClosed(record)) return record;
    return { ...record, reason: connection.why(record, known) };
  });
}

export interface ClosedRecords {
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly first: WireRecord;
}

/** The reasons for closed records, each once, in the order in which they begin. */
export function closedRecords(records: readonly WireRecord[]): ClosedRecords[] {
  const found = new Map<string, ClosedRecords>();
  for (const record of records) {
    if (!isClosed(record)) continue;
    const { reason } = record;
    const { count, first } = found.get(reason) ?? { count: 0, first: record };
    found.set(reason, { reason, count: count + 1, first });
  }
  return [...found.values()];
}

function isClosed({ state }: WireRecord): boolean {
  return state === 'no-key' || state === 'wrong-key';
}

/** Stands in the place of bytes that the capture does not have. */
function isGap({ raw }: WireRecord): boolean {
  return raw.length === 0;
}

class Connection {
  readonly #hellos: readonly Hellos[];
  /** Bytes of each direction that the capture has. */
  readonly #held: Record<Direction, number> = { c2s: 0, s2c: 0 };
  readonly #hasGap: boolean;
  /** How much of its direction is missing before a record, where that is anything. */
  readonly #missing = new Map<WireRecord, number>();

  constructor(records: readonly WireRecord[]) {
    this.#hellos = hellosOf(records);
    this.#hasGap = records.some(isGap);
    for (const record of records) {
      const missing = record.offset - this.#held[record.dir];
      if (missing > 0) this.#missing.set(record, missing);
      this.#held[record.dir] += record.raw.length;
    }
  }

  why(record: WireRecord, known: KnownLines): string {
    const hellos = this.#hellosFor(record);
    if (hellos?.clientRandom === undefined || hellos.suite === undefined) {
      return this.#withoutHellos(hellos, record);
    }
    if (record.state === 'wrong-key') return `${record.reason}${this.#lost(record)}`;
    const lack = lackingLabel(record.reason);
    if (!lack) return record.reason;
    const { clientRandom, suite } = hellos;
    return `${keysFor(clientRandom, lack, known)}${otherKey(suite, lack.label)}`;
  }

  #hellosFor({ index }: WireRecord): Hellos | undefined {
    return this.#hellos.findLast(({ from }) => from <= index) ?? this.#hellos[0];
  }

  #withoutHellos(hellos: Hellos | undefined, record: WireRecord): string {
    const side = (['c2s', 's2c'] as const).filter((dir) => this.#held[dir] > 0);
    if (side.length === 1) {
      const there = side[0] === 'c2s' ? 'client' : 'server';
      const missing = there === 'client' ? 'server' : 'client';
      return `the capture has only what the ${there} sent: the ${missing}’s hello is missing, and without both hellos no key can be found`;
    }
    const missing = !hellos
      ? 'hellos are'
      : `${hellos.clientRandom === undefined ? 'client' : 'server'}’s hello is`;
    const how = this.#hasGap
      ? 'a segment, or a part of one, is missing from the capture'
      : 'the capture begins in the middle of the connection';
    return `${how}: the ${missing} missing, and without both hellos no key can be found${this.#lost(record)}`;
  }

  /** How much of its direction is missing before a record; the text continues a sentence. */
  #lost(record: WireRecord): string {
    const missing = this.#missing.get(record) ?? 0;
    if (missing === 0) return '';
    return ` (${counted(missing, 'byte')} of this direction ${missing === 1 ? 'is' : 'are'} missing before it)`;
  }
}

/** What the key logs have for this client random, and what they lack. */
function keysFor(
  clientRandom: string,
  { label, why }: { readonly label: string; readonly why: string },
  known: KnownLines,
): string {
  const labels = known.labelsOf(clientRandom);
  if (known.count === 0) {
    return `there is no key log: a ${label} line is needed for the client random ${clientRandom}`;
  }
  if (labels.length === 0) {
    const lines = known.count === 1 ? 'line belongs' : 'lines belong';
    return `0 of ${formatNumber(known.count)} key log ${lines} to this connection: its client random is ${clientRandom}`;
  }
  const others = why.startsWith(':') ? '' : `; it has ${labels.join(', ')}`;
  return `the key log has no ${label} that fits this connection${why}${others}`;
}

/** A suite without forward secrecy has a second way in; the text continues a sentence. */
function otherKey(suite: string, label: string): string {
  const exchange = keyExchangeOf(suite);
  if (label !== 'CLIENT_RANDOM' || exchange?.kind !== 'rsa' || exchange.psk) return '';
  return `. ${suite} sends the secret under the RSA key of the server: a CLIENT_RANDOM line or that private key opens it`;
}
