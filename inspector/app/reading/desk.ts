/**
 * The reader: takes what crossed the wires, as the tap's stream brings it, into the dissection, a little at a time, and tells
 * the page what it shows. It runs in a worker; nothing here knows that.
 */
import type { TapEvent, WireRecord } from '#dissect/model';
import { type TapStreamMessage, fromStreamed } from '#dissect/page-stream';
import { WIRE_NAMES } from '#protocol/wires';
import { gistOf } from '../model/gist.ts';
import { marksIn } from '../model/marks.ts';
import { Progress } from '../model/progress.ts';
import { NOTHING_SAID, type Own } from '../model/sayings.ts';
import { type Facts, factsOf } from './around.ts';
import { cloneable } from './cloneable.ts';
import { answer, exported, recipe } from './exports.ts';
import { GivenFiles } from './given-files.ts';
import { Intake } from './intake.ts';
import { Listing } from './listing.ts';
import type { FromReader, OpenPlace, Progressed, ToReader } from './exchange.ts';
import type { PacketComment } from './packet-places.ts';
import { overheard } from './overheard.ts';
import { loadPatterns } from './patterns.ts';
import { recentRecords } from './recent.ts';
import type { RecordKey } from './rows.ts';
import { Slices } from './slices.ts';
import { SurveyDesk } from './survey-desk.ts';
import { TrafficReader } from './traffic-reader.ts';
import { WireDesk, isMine } from './wire-desk.ts';

interface Told {
  readonly key: RecordKey;
  told?: WireRecord | undefined;
  facts?: Facts | undefined;
}

/** Milliseconds of sifting before a list that is still being read is shown. */
const SIFT_MS = 30;

export class Desk {
  readonly #tell: (message: FromReader) => void;
  readonly #reader: TrafficReader;
  readonly #intake = new Intake();
  readonly #progress = new Progress();
  readonly #listing: Listing;
  readonly #wires: readonly WireDesk[];
  readonly #survey: SurveyDesk;
  readonly #slices: Slices;
  readonly #files: GivenFiles;
  /** Of the capture, until the records are read that they are about. */
  #comments: readonly PacketComment[] = [];
  #own: Own = NOTHING_SAID;
  readonly #open = new Map<OpenPlace, Told>();

  constructor(tell: (message: FromReader) => void, maxRecords?: number) {
    this.#tell = tell;
    this.#reader = new TrafficReader(maxRecords);
    const { log } = this.#reader;
    this.#listing = new Listing(log, (record) => isMine(this.#own, record, log));
    this.#wires = WIRE_NAMES.map((wire) => new WireDesk(wire, log));
    this.#survey = new SurveyDesk(this.#reader);
    this.#files = new GivenFiles({
      begin: () => this.#change(() => this.#begin()),
      take: (events) => this.#push(events),
      tell,
      ended: (comments) => this.#change(() => (this.#comments = comments)),
    });
    this.#slices = new Slices({ work: (enough) => this.#work(enough), show: (more) => this.#show(more) });
  }

  take(message: ToReader): void {
    (this.#takes[message.type] as (message: ToReader) => void)(message);
  }

  readonly #takes: { readonly [T in ToReader['type']]: (message: Extract<ToReader, { type: T }>) => void } = {
    text: ({ text }) => this.#push(eventsIn(text)),
    events: ({ events }) => this.#push(events),
    begin: () => this.#change(() => this.#begin()),
    forget: ({ flows }) => this.#forget(flows),
    keys: ({ visible }) => this.#change(() => this.#reader.setKeys(visible)),
    pause: ({ paused }) => this.#change(() => this.#intake.pause(paused)),
    clear: () => this.#change(() => this.#clear()),
    'undo clear': () => this.#change(() => this.#reader.log.undoClear()),
    own: ({ own }) => this.#say(own),
    ask: (question) => this.#ask(question),
    open: (wanted) => this.#openRecord(wanted),
    peek: ({ keys }) => this.#peek(keys),
    survey: ({ flow }) => this.#tell(this.#survey.answer(flow)),
    files: ({ files }) => void this.#files.add(files),
    export: (wanted) => this.#export(wanted),
    recipe: ({ number, key }) => this.#tell(answer(number, recipe(key, this.#reader))),
    overhear: ({ name }) => this.#tell({ type: 'overheard', wires: overheard(this.#reader.log, name) }),
    recent: () => this.#tell({ type: 'recent', records: recentRecords(this.#reader.log) }),
  };

  /** Nothing more is read. */
  close(): void {
    this.#slices.stop();
  }

  #work(enough: () => boolean): boolean {
    this.#intake.handOn((events) => this.#reader.add(events), enough);
    if (!enough()) this.#reader.readOn(enough);
    if (this.#unread > 0) return true;
    return this.#listing.refresh() && this.#listing.sift(enough);
  }

  get #unread(): number {
    return this.#intake.ready + this.#reader.unread;
  }

  #show(more: boolean): void {
    const now = performance.now();
    if (this.#listing.refresh() && more) {
      const end = now + SIFT_MS;
      this.#listing.sift(() => performance.now() >= end);
    }
    const message: Progressed = {
      type: 'progressed',
      share: this.#progress.at(this.#unread, now),
      held: this.#intake.held,
      full: this.#intake.full,
      letGo: this.#reader.log.letGo,
      wires: this.#wires.flatMap((wire) => wire.state(this.#own) ?? []),
      list: this.#listing.news(now),
    };
    this.#tell(message);
    this.#tellOpened();
    if (!more && this.#unread === 0) this.#tellNotes();
  }

  #tellNotes(): void {
    if (this.#comments.length === 0) return;
    const { log } = this.#reader;
    const marks = this.#comments.flatMap(({ flow, time, text }) => {
      const records = log.recordsOf(flow).filter((record) => record.time === time);
      return marksIn(text, records);
    });
    this.#comments = [];
    this.#tell({ type: 'noted', marks });
  }

  #export(wanted: Extract<ToReader, { type: 'export' }>): void {
    const { log } = this.#reader;
    const all = (): readonly WireRecord[] =>
      WIRE_NAMES.flatMap((wire) => log.records(wire)).sort((a, b) => a.time - b.time);
    const records = wanted.listed ? this.#listing.shown : all();
    this.#tell(answer(wanted.number, exported(wanted, { records, reader: this.#reader })));
  }

  #openRecord({ place, key }: Extract<ToReader, { type: 'open' }>): void {
    if (key) this.#open.set(place, { key });
    else this.#open.delete(place);
    this.#tellOpened();
  }

  /** The records that the page shows, where it does not have them as they are now. */
  #tellOpened(): void {
    for (const [place, open] of this.#open) {
      const { key } = open;
      const record = this.#reader.log.record(key);
      const facts = record && place === 'selected' ? factsOf(this.#reader.log, record) : undefined;
      const isAsTold = record !== undefined && record === open.told;
      const hasNews = !isSame(facts, open.facts);
      open.told = record;
      open.facts = facts;
      if (isAsTold) {
        if (hasNews) this.#tell({ type: 'facts', key, facts });
        continue;
      }
      const flow = record && this.#reader.log.flow(record.flow);
      this.#tell({ type: 'opened', place, key, record: cloneable(record), flow: cloneable(flow), facts });
    }
  }

  #peek(keys: readonly RecordKey[]): void {
    const { log } = this.#reader;
    const gists = keys.flatMap(({ flow, index }) => {
      const record = log.record({ flow, index });
      return record ? [{ flow, index, gist: gistOf(record, log.flow(flow)) }] : [];
    });
    this.#tell({ type: 'peeked', gists });
  }

  #push(events: readonly TapEvent[]): void {
    this.#intake.push(events);
    this.#slices.wake();
  }

  #begin(): void {
    this.#intake.clear();
    this.#reader.reset();
    this.#rank();
  }

  #forget(flows: readonly number[]): void {
    this.#intake.drop(flows);
    this.#reader.log.forget(flows);
    this.#slices.wake();
  }

  #clear(): void {
    this.#intake.handOn(
      (events) => this.#reader.add(events),
      () => false,
    );
    this.#reader.log.clear();
  }

  #say(own: Own): void {
    const isOther = own.connections !== this.#own.connections;
    this.#own = own;
    if (isOther) this.#rank();
    const { number, query } = this.#listing;
    if (isOther && query.filter.mine) this.#listing.ask(number, query);
    this.#slices.wake();
  }

  #ask({ number, query }: Extract<ToReader, { type: 'ask' }>): void {
    this.#change(() => this.#listing.ask(number, query));
    this.#rank();
    if (!this.#listing.needsPatterns) return;
    void loadPatterns().then((compile) => this.#change(() => this.#listing.usePatterns(compile)));
  }

  /** The page's own connections are read first, for the cards, and then the wires whose records are listed. */
  #rank(): void {
    const ports = new Set(this.#own.connections.map(({ wire, port }) => `${wire} ${port}`));
    const { wires } = this.#listing.query;
    this.#reader.log.readFirst((wire, { port }) => {
      if (ports.has(`${wire} ${port}`)) return 0;
      return wires.includes(wire) ? 1 : 2;
    });
  }

  /** A change that must show at once. */
  #change(step: () => void): void {
    step();
    this.#slices.now();
  }
}

/** Facts are short texts. */
function isSame(a: Facts | undefined, b: Facts | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function eventsIn(text: string): TapEvent[] {
  const message = JSON.parse(text) as TapStreamMessage;
  return message.type === 'events' ? message.events.map(fromStreamed) : [];
}
