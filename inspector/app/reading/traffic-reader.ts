/** Events in, records out: accepted at once, and read when there is time. */
import { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { TapEvent } from '#dissect/model';
import { RecordLog } from './record-log.ts';

/** Bytes of all connections; by default the tap itself keeps half as many. */
const MAX_BYTES = 128 * 1024 * 1024;

export class TrafficReader {
  #dissection = paced(true);
  readonly log: RecordLog;

  constructor(maxRecords?: number) {
    this.log = new RecordLog(this.#dissection, maxRecords);
  }

  /** How many events are not read yet. */
  get unread(): number {
    return this.#dissection.unread;
  }

  /** Accepts events. This is cheap: nothing is read yet. */
  add(events: Iterable<TapEvent>): void {
    for (const event of events) {
      if (!this.log.takes(event)) continue;
      const changed = this.#dissection.add(event);
      // A secret causes flows to be read again; any other event shows only once it is read.
      if (event.kind === 'flow' || event.kind === 'secret') this.log.changed(changed);
    }
  }

  /** Continues reading until `enough` returns true or nothing is left. */
  readOn(enough: () => boolean): void {
    this.log.changed(this.#dissection.readOn(enough));
  }

  /** Uses the secrets, or stops using them. What was read with the other choice disappears at once. */
  setKeys(visible: boolean): void {
    this.log.changed(this.#dissection.setKeys(visible));
  }

  /** What was accepted, as it came: see `Dissection.events`. */
  events(flows?: ReadonlySet<number>): TapEvent[] {
    return this.#dissection.events(flows);
  }

  get keys(): boolean {
    return this.#dissection.keys;
  }

  /** Every derived value of a connection. */
  keySchedule(flow: number): Derivation[] {
    return this.#dissection.keySchedule(flow);
  }

  /** Called before everything is sent again. */
  reset(): void {
    this.#dissection = paced(this.#dissection.keys);
    this.log.restart(this.#dissection);
  }
}

function paced(keys: boolean): Dissection {
  return new Dissection({ keys, maxBytes: MAX_BYTES, paced: true });
}
