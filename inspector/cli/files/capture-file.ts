/**
 * A capture file of any size, as the views see it. It is read once to collect secrets and flows, again if a secret came
 * too late for a connection, and then each time its records are requested: none of them is kept.
 */
import type { CaptureReport } from '#dissect/capture/report';
import type { TakenRecords } from '#dissect/flow';
import type { DeliveredSegment } from '#dissect/flow-steps';
import type { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { FlowSummary, TapEvent, WireRecord } from '#dissect/model';
import { counted } from '#protocol/shown';
import { eventsAgain } from './capture-passes.ts';
import { type Carrier, CarrierTrail } from '../views/carriers.ts';
import { type FileBytes, nameOf, openBytes } from './file-bytes.ts';
import { load } from './load.ts';
import type { Watch } from '../output/progress.ts';
import type { Dissected } from '../selection.ts';
import { TimeOrder } from '../time-order.ts';

/**
 * How often the file is read again for secrets that came too late. One reading gives every secret in the file to every
 * flow that needs it. A chain of resumed sessions in which each appears before the session it resumes takes one reading
 * per link.
 */
const MAX_READINGS = 16;

/** Bytes kept while records are shown: all secrets are known by then, so nothing must be read again. */
const SHOWN_BYTES = 4 * 1024 * 1024;

interface Learning {
  readonly warn: (text: string) => void;
  /** Called with each flow that has new records; it takes them. */
  readonly found?: ((flow: number) => void) | undefined;
  /** Begins to watch a reading of the file. `name` is its name in messages, `total` its bytes if that is known. */
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

  /** `dissection` is streamed, and knows the secrets that are not in the file. */
  constructor(dissection: Dissection) {
    this.#dissection = dissection;
  }

  /**
   * Reads the file. Call it once, before anything else. Rejects with an `Error` that names the file when it cannot be
   * read or is not a capture. Damage is reported to `warn`.
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
        `the chain of resumed sessions is too long: ${counted(late, 'connection')} not opened as far as the secrets allow`,
      );
    return report;
  }

  /** Removes the progress of a reading from the screen, so that something else can be printed there. */
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

  /** The carriers of the record that `allRecords` or `records` gave last. */
  carriersOf(record: WireRecord): readonly Carrier[] {
    return this.#trail?.of(record) ?? [];
  }

  get #summaries(): ReadonlyMap<number, FlowSummary> {
    // Flows that were read again come last.
    const inOrder = (): FlowSummary[] => this.#dissection.flows.toSorted((a, b) => a.id - b.id);
    return (this.#flows ??= new Map(inOrder().map((flow) => [flow.id, flow])));
  }

  /** Reads again the flows for which a secret came too late. */
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

/** Gives each record once, even if its flow was read again in the meantime. */
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

/** Whether the event belongs to one of these flows. Secrets are left out: they are known by now. */
function isOf(event: TapEvent, flows: ReadonlySet<number>): boolean {
  return event.kind !== 'secret' && flows.has(event.flow);
}
