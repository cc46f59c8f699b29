/** One connection: what crossed it, kept as it came, and the records found in it. */
import type { Derivation } from './key-schedule/derivation.ts';
import type { RecordCiphers } from './crypto/record-ciphers.ts';
import { type Layer, type Unit, withContent } from './layer.ts';
import { lazyProperties } from './lazy.ts';
import type { Direction, FlowSummary, TapEvent, WireRecord } from './model.ts';
import { outermostLayer } from './registry.ts';
import type { SecretLookup } from './secrets.ts';

type FlowEvent = Extract<TapEvent, { kind: 'flow' }>;
type Step = Exclude<TapEvent, { kind: 'flow' | 'secret' }>;

/** Bytes as TCP delivered them, or bytes that a capture does not hold; segment boundaries say nothing of records. */
export interface DeliveredSegment {
  readonly kind: 'bytes' | 'gap';
  readonly dir: Direction;
  readonly time: number;
  /** Place of its first byte in this direction, as `WireRecord.offset` counts: missing bytes are counted too. */
  readonly offset: number;
  readonly length: number;
}

/** Records that were found since they were last taken. */
export interface TakenRecords {
  /** Another number than before says that these begin with the first record again: the secrets have changed. */
  readonly reading: number;
  readonly records: readonly WireRecord[];
}

export interface FlowContext {
  readonly secrets: SecretLookup;
  readonly ciphers: RecordCiphers;
  readonly paced: boolean;
}

/** Records shown of one flow; a lesson has hundreds. */
const MAX_RECORDS = 100_000;

const withTitle = lazyProperties<Pick<WireRecord, 'title'>>('title');

export class Flow {
  readonly #opening: FlowEvent;
  readonly #secrets: SecretLookup;
  readonly #ciphers: RecordCiphers;
  readonly #paced: boolean;
  readonly #steps: Step[] = [];
  readonly #bytes = { c2s: 0, s2c: 0 };
  readonly #ended: { c2s?: 'fin' | 'reset'; s2c?: 'fin' | 'reset' } = {};
  #layer: Layer;
  #done = 0;
  #cut = false;
  #midway: boolean;
  #last: number;
  #records: WireRecord[] = [];
  /** Records found in this reading, those that were taken included. */
  #found = 0;
  #reading = 1;
  #sealed = 0;
  #revision = 1;
  #shown: { readonly revision: number; readonly records: readonly WireRecord[] } | undefined;

  /** `paced`: only `readOn` reads, and everything else tells what has been read so far. */
  constructor(opening: FlowEvent, { secrets, ciphers, paced }: FlowContext) {
    this.#opening = opening;
    this.#secrets = secrets;
    this.#ciphers = ciphers;
    this.#paced = paced;
    this.#last = opening.time;
    this.#midway = opening.midway ?? false;
    this.#layer = this.#fresh();
  }

  get revision(): number {
    return this.#revision;
  }

  /** Bytes that crossed, both ways. */
  get size(): number {
    return this.#bytes.c2s + this.#bytes.s2c;
  }

  /** How many of the things that happened have not been read. */
  get unread(): number {
    return this.#full ? 0 : this.#steps.length - this.#done;
  }

  /** When the first of them happened; undefined when all is read. */
  get nextUnread(): number | undefined {
    return this.unread === 0 ? undefined : this.#steps[this.#done]?.time;
  }

  /** Reads what happened until then, at least one thing, and stops early when `enough` says so. */
  readOn(until: number, enough: () => boolean): void {
    let next = this.#steps[this.#done];
    if (!next || this.#full) return;
    this.#revision++;
    do {
      this.#read(next);
      next = this.#steps[++this.#done];
    } while (next && next.time <= until && !this.#full && !enough());
  }

  /** From here on no bytes are taken in. */
  cut(): void {
    this.#cut = true;
  }

  add(step: Step): void {
    this.#revision++;
    this.#last = Math.max(this.#last, step.time);
    if (this.#cut && step.kind !== 'end') return;
    this.#steps.push(step);
    if (step.kind === 'gap' && this.#bytes[step.dir] === 0) this.#midway = true;
    if (step.kind === 'chunk') this.#bytes[step.dir] += step.bytes.length;
    if (step.kind === 'end') this.#ended[step.dir] ??= step.how;
  }

  /** The secrets changed: everything is read again when it is next asked for. */
  forgetReading(): void {
    this.#revision++;
    this.#layer = this.#fresh();
    this.#done = 0;
    this.#records = [];
    this.#found = 0;
    this.#reading++;
    this.#sealed = 0;
  }

  /** The records in the order of their completion. The same array as long as nothing has changed. */
  records(): readonly WireRecord[] {
    if (this.#records.length < this.#found && !this.#paced) this.forgetReading();
    this.#catchUp();
    if (this.#shown?.revision !== this.#revision) {
      this.#shown = { revision: this.#revision, records: this.#records.slice() };
    }
    return this.#shown.records;
  }

  /**
   * The records that were found since the last call, in the order of their completion. They are kept no longer: who
   * only counts the records of a long capture needs the memory of a few. `records` would read all of them again (in a
   * paced dissection it does not have them any more).
   */
  take(): TakenRecords {
    this.#catchUp();
    const records = this.#records;
    this.#records = [];
    return { reading: this.#reading, records };
  }

  /** Reads what has come since the last time. */
  read(): void {
    this.#catchUp();
  }

  /** How the keys of this flow come about, as far as the secrets at hand tell. */
  derivations(): Derivation[] {
    this.#catchUp();
    return this.#layer.derivations?.() ?? [];
  }

  /** What arrived, both directions together, in the order of arrival. */
  segments(): DeliveredSegment[] {
    const next = { c2s: 0, s2c: 0 };
    return this.#steps.flatMap((step) => {
      if (step.kind === 'end') return [];
      const { dir, time } = step;
      const [kind, length] =
        step.kind === 'gap' ? (['gap', step.length] as const) : (['bytes', step.bytes.length] as const);
      const offset = next[dir];
      next[dir] += length;
      return [{ kind, dir, time, offset, length }];
    });
  }

  summary(): FlowSummary {
    this.#catchUp();
    const { flow: id, wire, client, server, time: started } = this.#opening;
    const stack = this.#layer.stack;
    return {
      id,
      ...(wire === undefined ? {} : { wire }),
      client,
      server,
      proto: stack[0] ?? 'unknown',
      stack,
      cipher: this.#layer.cipher,
      state: this.#state(),
      started,
      last: this.#last,
      bytes: { ...this.#bytes },
      records: this.#found,
      sealed: this.#sealed,
      revision: this.#revision,
      cut: this.#cut || this.#full,
      midway: this.#midway,
    };
  }

  get #full(): boolean {
    return this.#found >= MAX_RECORDS;
  }

  #fresh(): Layer {
    return outermostLayer(this.#opening.wire, { secrets: this.#secrets, ciphers: this.#ciphers });
  }

  #state(): FlowSummary['state'] {
    const { c2s, s2c } = this.#ended;
    if (c2s === 'reset' || s2c === 'reset') return 'reset';
    if (c2s && s2c) return 'closed';
    return c2s || s2c ? 'half-closed' : 'open';
  }

  #catchUp(): void {
    if (this.#paced) return;
    for (; this.#done < this.#steps.length && !this.#full; this.#done++)
      this.#read(this.#steps[this.#done] as Step);
  }

  #read(step: Step): void {
    for (const unit of this.#unitsOf(step)) if (!this.#full) this.#keep(unit, step.dir, step.time);
  }

  #unitsOf(step: Step): Unit[] {
    switch (step.kind) {
      case 'chunk':
        return this.#layer.push(step.dir, step.bytes);
      case 'gap':
        return this.#layer.gap(step.dir, step.length);
      case 'end':
        return this.#layer.end(step.dir);
    }
  }

  #keep(unit: Unit, dir: Direction, time: number): void {
    const { flow } = this.#opening;
    const { title, bytes: raw, offset, state, reason, fields, inner, contentStart } = unit;
    if (state === 'no-key' || state === 'wrong-key') this.#sealed++;
    const proto = unit.proto === 'tls-handshake' || unit.proto === 'tls-alert' ? 'tls' : unit.proto;
    const index = this.#found++;
    const record = { flow, dir, index, time, proto, raw, offset, state, reason, fields, inner };
    const titled =
      typeof title === 'string' ? { ...record, title } : withTitle(record, () => ({ title: title() }));
    const kept = withContent(titled, unit);
    this.#records.push(contentStart === undefined ? kept : { ...kept, contentStart });
  }
}
