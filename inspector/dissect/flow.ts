/** One connection: what crossed it, kept as it came, and the records found in it. */
import { type WireName, wireByName } from '#protocol/wires';
import { FrameLayer } from './chat/frame.ts';
import type { Derivation } from './key-schedule/derivation.ts';
import type { RecordCiphers } from './crypto/record-ciphers.ts';
import { type Layer, type LayerContext, type Unit, withContent } from './layer.ts';
import { lazyProperties } from './lazy.ts';
import { type DeliveredSegment, type FlowEvent, FlowSteps, type Step } from './flow-steps.ts';
import type { Direction, FlowSummary, Proto, TapEvent, WireRecord } from './model.ts';
import { PskLayer } from './psk/psk.ts';
import type { SecretLookup } from './secrets/secrets.ts';
import { type LayerMakers, detectingLayer } from './streams/detect.ts';
import { UnknownLayer } from './streams/unknown.ts';
import { summaryOf } from './summary.ts';
import { TlsLayer } from './tls/layer.ts';

/** Which dissectors there are; the row of a wire says how they stack. A new protocol is added here. */
const LAYERS: LayerMakers = {
  frame: () => new FrameLayer(),
  psk: (context) => new PskLayer(context),
  tls: (context) => new TlsLayer(context),
  unknown: () => new UnknownLayer(),
};

/** Records that were found since they were last taken. */
export interface TakenRecords {
  /**
   * When this number differs from the one before, the records begin with the first one again: the flow was read
   * again from the beginning.
   */
  readonly reading: number;
  readonly records: readonly WireRecord[];
}

export interface FlowContext {
  readonly secrets: SecretLookup;
  readonly ciphers: RecordCiphers;
  /** If true, only `readOn` reads; everything else tells what has been read so far. */
  readonly paced: boolean;
  /** Records found at most; what crosses after them is counted as cut. */
  readonly maxRecords: number;
  /** A number for each reading, never the same again. */
  readonly newReading: () => number;
}

const withTitle = lazyProperties<Pick<WireRecord, 'title'>>('title');

export class Flow {
  readonly #opening: FlowEvent;
  readonly #context: FlowContext;
  readonly #steps = new FlowSteps();
  #layer: Layer;
  #last: number;
  #records: WireRecord[] = [];
  /** Records found in this reading, including those that were taken, and the bytes in them. */
  #found = 0;
  #foundBytes = 0;
  #reading: number;
  #sealed = 0;
  #revision = 1;
  #shown: { readonly revision: number; readonly records: readonly WireRecord[] } | undefined;

  constructor(opening: FlowEvent, context: FlowContext) {
    this.#opening = opening;
    this.#context = context;
    this.#last = opening.time;
    this.#reading = context.newReading();
    this.#layer = this.#fresh();
  }

  get revision(): number {
    return this.#revision;
  }

  /** Bytes held in memory, both ways. */
  get held(): number {
    return this.#steps.held;
  }

  /** How many steps have not been read. */
  get unread(): number {
    return this.#full ? 0 : this.#steps.unread;
  }

  /** When the first of them happened; undefined when all have been read. */
  get nextUnread(): number | undefined {
    return this.unread === 0 ? undefined : this.#steps.next?.time;
  }

  /** Reads what happened up to the time `until`, at least one step, and stops early when `enough` says so. */
  readOn(until: number, enough: () => boolean): void {
    let next = this.#steps.next;
    if (!next || this.#full) return;
    this.#revision++;
    do {
      this.#read(next);
      this.#steps.advance();
      next = this.#steps.next;
    } while (next && next.time <= until && !this.#full && !enough());
  }

  /** From here on no bytes are taken in: they are counted as cut. */
  cut(): void {
    this.#steps.cut();
  }

  add(step: Step): void {
    this.#revision++;
    this.#last = Math.max(this.#last, step.time);
    this.#steps.add(step);
  }

  /**
   * The secrets changed: everything is read again when it is next asked for. Returns false when not everything
   * is still there.
   */
  forgetReading(): boolean {
    if (!this.#steps.rewind()) return false;
    this.#revision++;
    this.#layer = this.#fresh();
    this.#records = [];
    this.#found = 0;
    this.#foundBytes = 0;
    this.#reading = this.#context.newReading();
    this.#sealed = 0;
    return true;
  }

  /** Reads everything, and keeps only the records and what they have settled. */
  letGo(): void {
    this.#catchUp();
    this.#steps.letGo();
  }

  /** The records in the order of their completion. The same array as long as nothing has changed. */
  records(): readonly WireRecord[] {
    if (this.#records.length < this.#found && !this.#context.paced) this.forgetReading();
    this.#catchUp();
    if (this.#shown?.revision !== this.#revision) {
      this.#shown = { revision: this.#revision, records: this.#records.slice() };
    }
    return this.#shown.records;
  }

  /**
   * The records that were found since the last call, in the order of their completion. They are kept no longer:
   * a caller that only counts the records of a long capture needs memory for only a few. `records` would read
   * all of them again (in a paced dissection it does not have them any more).
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

  /** How the keys of this flow are derived, as far as the secrets at hand tell. */
  derivations(): Derivation[] {
    this.#catchUp();
    return this.#layer.derivations?.() ?? [];
  }

  /** What the tap reported of it, without what was dropped. */
  events(): TapEvent[] {
    return [this.#opening, ...this.#steps.all];
  }

  /** What arrived, both directions together, in the order of arrival. */
  segments(): DeliveredSegment[] {
    return this.#steps.segments();
  }

  summary(): FlowSummary {
    this.#catchUp();
    const [records, bytes] = [this.#found, this.#foundBytes];
    const found = { records, bytes, isFull: this.#full, sealed: this.#sealed, last: this.#last };
    return { ...summaryOf(this.#opening, this.#layer, this.#steps, found), revision: this.#revision };
  }

  get #full(): boolean {
    return this.#found >= this.#context.maxRecords;
  }

  #fresh(): Layer {
    const { secrets, ciphers } = this.#context;
    return outermostLayer(this.#opening.wire, { secrets, ciphers });
  }

  #catchUp(): void {
    if (this.#context.paced) return;
    for (let next = this.#steps.next; next && !this.#full; next = this.#steps.next) {
      this.#read(next);
      this.#steps.advance();
    }
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
    this.#foundBytes += raw.length;
    const record = { flow, dir, index, time, proto, raw, offset, state, reason, fields, inner };
    const titled =
      typeof title === 'string' ? { ...record, title } : withTitle(record, () => ({ title: title() }));
    const kept = withContent(titled, unit);
    this.#records.push(contentStart === undefined ? kept : { ...kept, contentStart });
  }
}

/** What the tap reported of these flows, in the order of time. */
export function eventsOf(flows: readonly Flow[]): TapEvent[] {
  return flows.flatMap((flow) => flow.events()).sort((a, b) => a.time - b.time);
}

/** Without the wire's name, every layer is told from its first bytes. */
function outermostLayer(wire: WireName | undefined, context: Omit<LayerContext, 'inside'>): Layer {
  if (wire === undefined) return detectingLayer(LAYERS, context);
  const stacked = ([proto = 'unknown', ...inner]: readonly Proto[]): Layer =>
    LAYERS[proto]({ ...context, inside: () => stacked(inner) });
  return stacked([...wireByName(wire).layers, 'frame']);
}
