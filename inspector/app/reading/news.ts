/** The newest message on a wire, or what an observer without keys sees of it. */
import type { WireRecord } from '#dissect/model';
import { type Suite, suiteById } from '#channel/psk/suites';
import { LAYERS, type WireName, wireByName } from '#protocol/wires';
import { isHandshake } from '../model/filter.ts';
import { sharedLength } from './merge.ts';
import { type Said, framesOf, nameIn, saidIn } from '../model/messages.ts';
import { TakenAway } from './taken-away.ts';

export interface WireNews {
  readonly record: WireRecord;
  /** Absent when the record is sealed. */
  readonly said: Said | undefined;
  /** Who said it, if that can be read on this wire. */
  readonly speaker: string | undefined;
  /** The suite of its connection, where that exists to be broken. */
  readonly weakSuite?: Suite | undefined;
  /** The last message from this page on this wire. Older: later messages went over other wires. */
  readonly own?: 'latest' | 'older';
  /** Its author or somebody who keeps order has taken it away since. */
  readonly gone?: boolean;
}

/** The welcome, the request to join a room, and its answer. */
const RECORDS_OF_JOINING = 3;

/**
 * How many records a client and the server exchange on a wire before the client can have said something. Anyone who
 * knows the protocol can count them without a key.
 */
function beforeFirstMessage(wire: WireName): number {
  const { layers } = wireByName(wire);
  return layers.reduce((sum, layer) => sum + LAYERS[layer].handshakeRecords, RECORDS_OF_JOINING);
}

/**
 * A message said on this wire takes precedence over one delivered on it: every message reaches every wire, but it is
 * said on one only. If nothing can be read, the last sealed record from a client takes its place, after those that
 * set its connection up: an observer has nothing else to go by.
 */
export class NewsReader {
  /** Place of the first record in its connection that can carry a message. */
  readonly #firstMessage: number;
  readonly #hasSuites: boolean;
  #records: readonly WireRecord[] = [];
  /** Positions of the last record of each kind, or -1. */
  #sent = -1;
  #delivered = -1;
  #sealed = -1;
  #news: WireNews | undefined;
  readonly #takenAway = new TakenAway();
  /** A message was taken away since the news were last looked for. */
  #isDeleting = false;

  constructor(wire: WireName) {
    this.#firstMessage = beforeFirstMessage(wire);
    this.#hasSuites = wireByName(wire).layers.includes('psk');
  }

  /**
   * The news of a list. Only records that were not there the last time are examined. While the list is not
   * `settled`, news that are still in it stay, so that a card does not flick through a thousand messages.
   */
  read(records: readonly WireRecord[], settled: boolean): WireNews | undefined {
    this.#scan(records);
    const shown = this.#news?.record;
    if (!settled) {
      if (shown && !records.includes(shown)) this.#news = undefined;
      return this.#news;
    }
    const record = records[this.#sent] ?? records[this.#delivered] ?? records[this.#sealed];
    if (record !== shown || this.#mayHaveChanged) this.#news = record && this.#newsIn(record);
    this.#isDeleting = false;
    return this.#news;
  }

  /** What is known of the record that is shown: the name of its author may have been read since. */
  get #mayHaveChanged(): boolean {
    const isNameless = this.#news?.said !== undefined && this.#news.speaker === undefined;
    return isNameless || this.#isDeleting;
  }

  /** Whether this message was taken away, as far as this wire has told. */
  hasGone(message: number): boolean {
    return this.#takenAway.has(message);
  }

  #newsIn(record: WireRecord): WireNews {
    const said = isSealed(record) ? undefined : saidIn(record);
    const speaker = said?.title === 'say' ? clientName(this.#records, record.flow) : said?.from;
    const weakSuite = this.#hasSuites ? weakSuiteOf(this.#records, record.flow) : undefined;
    const gone = said !== undefined && this.#takenAway.isIn(record, this.#records);
    return { record, said, speaker, ...(weakSuite && { weakSuite }), ...(gone && { gone }) };
  }

  #scan(records: readonly WireRecord[]): void {
    const known = sharedLength(this.#records, records);
    this.#records = records;
    this.#sent = lastPlace(records, (record) => this.#isSent(record), known, this.#sent);
    this.#delivered = lastPlace(records, isDelivered, known, this.#delivered);
    this.#sealed = lastPlace(records, isSealedFromClient, known, this.#sealed);
    if (this.#takenAway.read(records.slice(known))) this.#isDeleting = true;
  }

  #isSent(record: WireRecord): boolean {
    if (isSealed(record)) return isSealedFromClient(record) && record.index >= this.#firstMessage;
    return holds(record, 'say') && saidIn(record)?.title === 'say';
  }
}

/** Position of the last matching record; among the first `known` records it is known to be `before`. */
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

/** The suite that the server has chosen for a connection, if it is a weak one. */
function weakSuiteOf(records: readonly WireRecord[], flow: number): Suite | undefined {
  const hello = records.findLast(
    (record) => record.flow === flow && record.dir === 's2c' && chosenSuite(record) !== undefined,
  );
  const suite = hello && chosenSuite(hello);
  return suite?.weak === undefined ? undefined : suite;
}

function chosenSuite(record: WireRecord): Suite | undefined {
  for (const { fields } of [record, ...record.inner]) {
    const id = fields.find(({ name }) => name === 'suite')?.number;
    if (id !== undefined) return suiteById(id);
  }
  return undefined;
}

/**
 * A `say` does not name its author: the server knows it from the connection, and so does anyone who reads its answers.
 */
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

/** Decided by titles alone, since most records need no further test. */
function holds(record: WireRecord, title: Said['title']): boolean {
  return framesOf(record).some((frame) => frame.title === title);
}

/** Whether the record is sealed, and not known to set the connection up. */
export function isSealed(record: WireRecord): boolean {
  return (record.state === 'no-key' || record.state === 'wrong-key') && !isHandshake(record);
}
