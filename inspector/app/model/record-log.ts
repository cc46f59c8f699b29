/**
 * The records of all wires, kept in order of completion and read anew only where something changed. Only what the
 * dissection gives is kept: with the keys away it gives what an eavesdropper has.
 */
import { Dissection } from '#dissect/index';
import type { FlowSummary, TapEvent, WireRecord } from '#dissect/model';
import { WIRE_NAMES, type WireName } from '#wire/messages';

interface Known {
  readonly wire: WireName;
  revision: number;
  records: readonly WireRecord[];
}

export class RecordLog {
  #dissection = new Dissection();
  readonly #flows = new Map<number, Known>();
  readonly #lists = new Map<WireName, readonly WireRecord[]>();
  /** Flows whose records before these counts the person has cleared away. */
  readonly #cleared = new Map<number, number>();

  /** Takes events in. Cheap: nothing is read before it is shown. */
  add(events: Iterable<TapEvent>): void {
    for (const event of events) {
      for (const id of this.#dissection.add(event)) this.#touch(id);
    }
  }

  /** Puts the secrets to use, or away. */
  setKeys(visible: boolean): void {
    for (const id of this.#dissection.setKeys(visible)) this.#touch(id);
  }

  forget(flows: readonly number[]): void {
    this.#dissection.forget(flows);
    for (const id of flows) {
      this.#stale(id);
      this.#flows.delete(id);
      this.#cleared.delete(id);
    }
  }

  /** Before everything comes again. What was cleared stays so: the tap's numbers for flows stay the same. */
  reset(): void {
    this.#dissection = new Dissection({ keys: this.#dissection.keys });
    this.#flows.clear();
    this.#lists.clear();
  }

  /** Hides what there is; the connections go on, and what follows is shown. */
  clear(): void {
    for (const [id] of this.#flows) this.#cleared.set(id, this.#dissection.records(id).length);
    for (const known of this.#flows.values()) known.revision = -1;
    this.#lists.clear();
  }

  /** Records of one wire by the time of their completion; the same array until one of them changes. */
  records(wire: WireName): readonly WireRecord[] {
    const list = this.#lists.get(wire);
    if (list) return list;
    const made = [...this.#flows].flatMap(([id, known]) =>
      known.wire === wire ? this.#recordsOf(id, known) : [],
    );
    made.sort((a, b) => a.time - b.time || a.flow - b.flow || a.index - b.index);
    this.#lists.set(wire, made);
    return made;
  }

  flow(id: number): FlowSummary | undefined {
    return this.#dissection.flow(id);
  }

  #recordsOf(id: number, known: Known): readonly WireRecord[] {
    const revision = this.#dissection.revision(id);
    if (known.revision !== revision) {
      known.records = this.#dissection.records(id).slice(this.#cleared.get(id) ?? 0);
      known.revision = revision;
    }
    return known.records;
  }

  #touch(id: number): void {
    if (!this.#flows.has(id)) {
      const wire = this.#wireOf(id);
      if (wire) this.#flows.set(id, { wire, revision: -1, records: [] });
    }
    this.#stale(id);
  }

  #wireOf(id: number): WireName | undefined {
    const wire = this.#dissection.flow(id)?.wire;
    return WIRE_NAMES.find((name) => name === wire);
  }

  #stale(id: number): void {
    const known = this.#flows.get(id);
    if (known) this.#lists.delete(known.wire);
  }
}
