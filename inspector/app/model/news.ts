/** The newest thing that was said on a wire, or what an onlooker without keys sees of it. */
import type { WireRecord } from '#dissect/model';
import type { WireName } from '#wire/messages';
import { isHandshake } from './filter.ts';
import { sharedLength } from './merge.ts';
import { type Said, framesOf, nameIn, saidIn } from './messages.ts';

export interface WireNews {
  readonly record: WireRecord;
  /** Absent when the record is sealed. */
  readonly said: Said | undefined;
  /** Who said it, as far as that can be read on this wire. */
  readonly speaker: string | undefined;
  /** What this page sent last on this wire. Older: what it sent since went over other wires. */
  readonly own?: 'latest' | 'older';
}

/**
 * How many records a client and the server exchange, on each wire, before the client can have said something: hellos,
 * the greeting, and joining a room. Whoever knows the protocol can count them without any key.
 */
const BEFORE_FIRST_MESSAGE: Readonly<Record<WireName, number>> = { plain: 0, psk: 6, tls: 14, 'tls+psk': 18 };

/**
 * What was said on this wire comes before what was delivered on it: the same message reaches every wire, but it is
 * said on one. Where nothing can be read, the last sealed record that a client sent stands in for it, after those that
 * brought it in: that is all an onlooker can go by.
 */
export class NewsReader {
  readonly #wire: WireName;
  #records: readonly WireRecord[] = [];
  /** Where among the records the last of each stands, or -1. */
  #sent = -1;
  #delivered = -1;
  #sealed = -1;
  #news: WireNews | undefined;

  constructor(wire: WireName) {
    this.#wire = wire;
  }

  /**
   * The news of a list, of which only what was not there the last time is gone through. While the list is not
   * `settled`, news that are still in it stay: a card is no place to leaf through a thousand messages.
   */
  read(records: readonly WireRecord[], settled: boolean): WireNews | undefined {
    this.#scan(records);
    const shown = this.#news?.record;
    if (!settled) {
      if (shown && !records.includes(shown)) this.#news = undefined;
      return this.#news;
    }
    const record = records[this.#sent] ?? records[this.#delivered] ?? records[this.#sealed];
    // The name of who said it may have been read since.
    const isNameless = this.#news?.said !== undefined && this.#news.speaker === undefined;
    if (record !== shown || isNameless) this.#news = record && newsIn(record, records);
    return this.#news;
  }

  #scan(records: readonly WireRecord[]): void {
    const known = sharedLength(this.#records, records);
    this.#records = records;
    this.#sent = lastPlace(records, (record) => this.#isSent(record), known, this.#sent);
    this.#delivered = lastPlace(records, isDelivered, known, this.#delivered);
    this.#sealed = lastPlace(records, isSealedFromClient, known, this.#sealed);
  }

  #isSent(record: WireRecord): boolean {
    if (isSealed(record))
      return isSealedFromClient(record) && record.index >= BEFORE_FIRST_MESSAGE[this.#wire];
    return holds(record, 'say') && saidIn(record)?.title === 'say';
  }
}

/** The last place of a record that fits, where of the first `known` ones it is known to be `before`. */
function lastPlace(
  records: readonly WireRecord[],
  fits: (record: WireRecord) => boolean,
  known: number,
  before: number,
): number {
  for (let place = records.length - 1; place >= 0; place--) {
    if (place < known && before < known) return before;
    if (fits(records[place] as WireRecord)) return place;
  }
  return -1;
}

function newsIn(record: WireRecord, records: readonly WireRecord[]): WireNews {
  const said = isSealed(record) ? undefined : saidIn(record);
  const speaker = said?.title === 'say' ? clientName(records, record.flow) : said?.from;
  return { record, said, speaker };
}

/** A `say` does not name its speaker: the server knows it from the connection, and so does who reads its answers. */
function clientName(records: readonly WireRecord[], flow: number): string | undefined {
  for (let index = records.length - 1; index >= 0; index--) {
    const record = records[index] as WireRecord;
    const name = record.flow === flow && record.dir === 's2c' ? nameIn(record) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}

function isSealedFromClient(record: WireRecord): boolean {
  return record.dir === 'c2s' && isSealed(record);
}

function isDelivered(record: WireRecord): boolean {
  return holds(record, 'message') && saidIn(record) !== undefined;
}

/** Told by titles alone: most records are asked this and nothing more. */
function holds(record: WireRecord, title: Said['title']): boolean {
  return framesOf(record).some((frame) => frame.title === title);
}

/** Sealed, and not known to set the connection up. */
export function isSealed(record: WireRecord): boolean {
  return (record.state === 'no-key' || record.state === 'wrong-key') && !isHandshake(record);
}
