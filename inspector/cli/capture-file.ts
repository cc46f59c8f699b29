/**
 * A capture file of any size as the views see it. It is read once to learn what is in it, again where a secret came
 * too late for a connection, and then as often as its records are asked for: none of them is kept.
 */
import type { CaptureReport } from '#dissect/capture-report';
import type { TakenRecords } from '#dissect/flow';
import type { DeliveredSegment } from '#dissect/flow-steps';
import type { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { FlowSummary, TapEvent, WireRecord } from '#dissect/model';
import { counted } from '#wire/shown';
import { eventsAgain } from './capture-passes.ts';
import { type Carrier, CarrierTrail } from './carriers.ts';
import { type FileBytes, nameOf, openBytes } from './file-bytes.ts';
import { load } from './load.ts';
import type { Watch } from './progress.ts';
import type { Dissected } from './selection.ts';
import { TimeOrder } from './time-order.ts';

/**
 * Readings for the sake of secrets that came too late. One gives all that stand in the file to all that need them; a
 * chain of sessions, each resumed before the one whose secret it has, takes one for each link.
 */
const MAX_READINGS = 16;

/** Bytes kept while records are shown: all secrets are known by then, so nothing has to be read anew. */
const SHOWN_BYTES = 4 * 1024 * 1024;

interface Learning {
  readonly warn: (text: string) => void;
  /** Hears which flow has come further, and takes its records. */
  readonly found?: ((flow: number) => void) | undefined;
  /** Watches a reading of the file, of so many bytes if that is known. `name` is what is read. */
  readonly watch?: ((name: string, total: number | undefined) => Watch) | undefined;
}

const NOBODY: Watch = { update: () => undefined, clear: () => undefined };

export class CaptureFile implements Dissected {
  readonly #dissection: Dissection;
  #bytes: FileBytes | undefined;
  /** Watches the next reading. */
  #watch: () => Watch = () => NOBODY;
  #progress = NOBODY;
  #flows: ReadonlyMap<number, FlowSummary> | undefined;
  #trail: CarrierTrail | undefined;

  /** `dissection` is streamed, and knows the secrets that do not stand in the file. */
  constructor(dissection: Dissection) {
    this.#dissection = dissection;
  }

  /**
   * Reads the file. To be called once, before anything else. Rejects with an `Error` that names the file when it cannot
   * be read or is no capture. What is merely damaged is told to `warn`.
   */
  async read(
    file: string,
    { warn, found = (id) => void this.take(id), watch = () => NOBODY }: Learning,
  ): Promise<CaptureReport> {
    const bytes = (this.#bytes = await openBytes(file));
    const progress = watch(nameOf(file), bytes.total);
    this.#watch = () => watch(`${nameOf(file)}, read again`, bytes.total);
    const report = await load(file, bytes, this.#dissection, { warn, found, progress });
    for (let reading = 0; reading < MAX_READINGS && this.#dissection.outdated.size > 0; reading++) {
      this.#readLate(found);
    }
    const late = this.#dissection.outdated.size;
    if (late > 0)
      warn(
        `the chain of resumed sessions is too long: ${counted(late, 'connection')} not opened as far as the secrets go`,
      );
    return report;
  }

  /** Takes away what the watch of a reading shows, so that something else can be printed there. */
  clearProgress(): void {
    this.#progress.clear();
  }

  close(): void {
    this.#bytes?.close();
  }

  get flows(): readonly FlowSummary[] {
    return [...this.#summaries.values()];
  }

  flow(id: number): FlowSummary | undefined {
    return this.#summaries.get(id);
  }

  get keys(): boolean {
    return this.#dissection.keys;
  }

  keySchedule(id: number): readonly Derivation[] {
    return this.#dissection.keySchedule(id);
  }

  take(id: number): TakenRecords | undefined {
    return this.#dissection.take(id);
  }

  allRecords(): Iterable<WireRecord> {
    return this.#found(() => true);
  }

  records(id: number): Iterable<WireRecord> {
    return this.#found((event) => event.flow === id);
  }

  segments(): readonly DeliveredSegment[] {
    return [];
  }

  /** Of the record that `allRecords` or `records` has given last. */
  carriersOf(record: WireRecord): readonly Carrier[] {
    return this.#trail?.of(record) ?? [];
  }

  get #summaries(): ReadonlyMap<number, FlowSummary> {
    // Those that were read anew stand last.
    const inOrder = (): FlowSummary[] => this.#dissection.flows.toSorted((a, b) => a.id - b.id);
    return (this.#flows ??= new Map(inOrder().map((flow) => [flow.id, flow])));
  }

  /** Reads the flows again that a secret came too late for. */
  #readLate(found: (flow: number) => void): void {
    const late = new Set(this.#dissection.outdated);
    this.#dissection.forget(late);
    for (const events of this.#again()) {
      const changed = this.#dissection.addAll(events.filter((event) => isOf(event, late)));
      for (const id of changed) if (late.has(id)) found(id);
    }
  }

  *#found(isMeant: (event: Exclude<TapEvent, { kind: 'secret' }>) => boolean): Generator<WireRecord> {
    const dissection = this.#dissection.again(SHOWN_BYTES);
    const fresh = new Fresh(dissection);
    const order = new TimeOrder();
    const trail = (this.#trail = new CarrierTrail());
    for (const events of this.#again()) {
      const changed = new Set<number>();
      for (const event of events) {
        if (event.kind === 'secret' || !isMeant(event)) continue;
        trail.add(event);
        for (const id of dissection.add(event)) changed.add(id);
      }
      for (const id of changed) {
        for (const record of fresh.of(id)) {
          trail.found(record);
          order.add(record);
        }
      }
      yield* eachOnce(order.ready(), trail);
    }
    yield* eachOnce(order.rest(), trail);
  }

  #again(): Iterable<readonly TapEvent[]> {
    this.#progress = this.#watch();
    return eventsAgain(this.#bytes?.again() ?? [], this.#progress);
  }
}

/** Records that were not given before, each once, even where a flow was read anew meanwhile. */
class Fresh {
  readonly #dissection: Dissection;
  readonly #given = new Map<number, { readonly reading: number; readonly count: number }>();

  constructor(dissection: Dissection) {
    this.#dissection = dissection;
  }

  of(id: number): readonly WireRecord[] {
    const { reading, records } = this.#dissection.take(id) ?? { reading: 0, records: [] };
    const before = this.#given.get(id) ?? { reading, count: 0 };
    const fresh = before.reading === reading ? records : records.slice(before.count);
    this.#given.set(id, { reading, count: before.count + fresh.length });
    return fresh;
  }
}

function* eachOnce(records: readonly WireRecord[], trail: CarrierTrail): Generator<WireRecord> {
  for (const record of records) {
    yield record;
    trail.done(record);
  }
}

/** Secrets are known by now. */
function isOf(event: TapEvent, flows: ReadonlySet<number>): boolean {
  return event.kind !== 'secret' && flows.has(event.flow);
}
