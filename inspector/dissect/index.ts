/**
 * The dissection: tap events in, flows and records out. Everything is derived from the bytes that crossed and the
 * secrets that are really held. Nothing is read before it is asked for, so a thousand events cost one reading.
 */
import { Backlog } from './backlog.ts';
import { Flow, type TakenRecords, eventsOf } from './flow.ts';
import type { DeliveredSegment } from './flow-steps.ts';
import type { Derivation } from './key-schedule/derivation.ts';
import type { KeyMaterial } from './secrets/key-material.ts';
import { Keyring } from './secrets/keyring.ts';
import type { FlowSummary, TapEvent, WireRecord } from './model.ts';
import { DEFAULTS, type DissectionOptions } from './options.ts';
import { Rereading } from './rereading.ts';
import type { SecretUse } from './secrets/secret-use.ts';
import { SessionMemory } from './secrets/session-memory.ts';

export type { DissectionOptions } from './options.ts';

const NOWHERE = { address: '0.0.0.0', port: 0 } as const;
/** Records shown of one flow, unless they are streamed; a lesson has hundreds. */
const MAX_RECORDS = 100_000;

export class Dissection {
  readonly #options: Required<DissectionOptions>;
  readonly #sessions: SessionMemory;
  readonly #keyring: Keyring;
  readonly #flows = new Map<number, Flow>();
  readonly #backlog: Backlog | undefined;
  readonly #rereading: Rereading;
  #held = 0;
  #readings = 0;

  /** `shared` is what `again` passes on. */
  constructor(
    options: DissectionOptions = {},
    shared?: { readonly sessions: SessionMemory; readonly keyring: Keyring },
  ) {
    this.#options = { ...DEFAULTS, ...options };
    this.#sessions = shared?.sessions ?? new SessionMemory();
    this.#keyring = shared?.keyring ?? new Keyring(this.#sessions, this.#options.keys);
    this.#backlog = this.#options.paced ? new Backlog() : undefined;
    this.#rereading = new Rereading(this.#flows, this.#sessions, this.#backlog);
  }

  /** Takes an event in. Returns the ids of the flows that it changes. */
  add(event: TapEvent): number[] {
    this.#rereading.changed();
    if (event.kind === 'secret') return this.#rereading.again(this.#keyring.add(event.line));
    if (event.kind === 'flow') {
      if (this.#flows.has(event.flow)) return [];
      this.#flows.set(event.flow, this.#newFlow(event));
      return [event.flow];
    }
    const flow = this.#flowOf(event);
    const isTooMuch = event.kind === 'chunk' && this.#held + event.bytes.length > this.#options.maxBytes;
    if (isTooMuch && this.#options.streamed) this.#letGo();
    else if (isTooMuch) flow.cut();
    const before = flow.held;
    flow.add(event);
    this.#held += flow.held - before;
    this.#backlog?.add(event.flow, flow);
    return [event.flow];
  }

  /**
   * Takes in keys that serve many sessions. Returns the ids of the flows that this may change. Throws
   * `KeyMaterialError` with a sentence for the user when a text is not a key; the keys before it are taken in.
   */
  addKeys(keys: Iterable<KeyMaterial>): number[] {
    let fresh = false;
    let changed: number[] = [];
    this.#rereading.changed();
    try {
      for (const key of keys) fresh = this.#keyring.addKey(key) || fresh;
    } finally {
      if (fresh) changed = this.#rereading.again(this.#keyring.askedForKeys);
    }
    return changed;
  }

  /** Takes events in. Returns the ids of all flows that they change. */
  addAll(events: Iterable<TapEvent>): Set<number> {
    const changed = new Set<number>();
    for (const event of events) for (const id of this.add(event)) changed.add(id);
    return changed;
  }

  /** Events of a paced dissection that are not read yet. Asks every flow that has some. */
  get unread(): number {
    return this.#backlog?.unread ?? 0;
  }

  /** True while a flow of a paced dissection has events that are not read yet. */
  isUnread(id: number): boolean {
    return this.#backlog?.has(id) ?? false;
  }

  /**
   * Reads on in a paced dissection, in the order of time across flows, until `enough` (asked after each event)
   * says so or nothing is left. Returns the ids of the flows that have more to show.
   */
  readOn(enough: () => boolean): Set<number> {
    const read = this.#backlog?.readOn(enough) ?? new Set();
    for (const id of this.#rereading.takeOutdated()) read.add(id);
    return read;
  }

  /**
   * Makes a paced dissection read flows of a lower rank before those of a higher one. All ranks are equal at
   * first.
   */
  readFirst(rankOf: (id: number) => number): void {
    if (this.#backlog) this.#backlog.rankOf = rankOf;
  }

  /** What is known of each flow, in the order of their appearance. */
  get flows(): FlowSummary[] {
    this.#rereading.readAll();
    return [...this.#flows.values()].map((flow) => flow.summary());
  }

  flow(id: number): FlowSummary | undefined {
    return this.#read(id)?.summary();
  }

  /** Rises with every change of this flow; 0 when there is none. Cheap: reads nothing. */
  revision(id: number): number {
    return this.#flows.get(id)?.revision ?? 0;
  }

  /** Records of one flow in the order of completion; the same array until something changes. */
  records(id: number): readonly WireRecord[] {
    return this.#read(id)?.records() ?? [];
  }

  /** Records of one flow found since the last call, which are then let go of; `undefined` when there is no flow. */
  take(id: number): TakenRecords | undefined {
    return this.#read(id)?.take();
  }

  /** The segments of one flow as they arrived: a layer of their own alongside records, frames and messages. */
  segments(id: number): DeliveredSegment[] {
    return this.#flows.get(id)?.segments() ?? [];
  }

  /** Records of all flows by the time of their completion. */
  allRecords(): WireRecord[] {
    this.#rereading.readAll();
    const all = [...this.#flows.values()].flatMap((flow) => flow.records());
    return all.sort((a, b) => a.time - b.time || a.flow - b.flow || a.index - b.index);
  }

  /** Every derived value of one flow with its inputs, after those it depends on; the outermost layer comes first. */
  keySchedule(id: number): Derivation[] {
    return this.#read(id)?.derivations() ?? [];
  }

  /** What was taken in, of these flows or of all, as far as it is held: after the secrets, if they are used, by time. */
  events(flows?: ReadonlySet<number>): TapEvent[] {
    const wanted = [...this.#flows].filter(([id]) => flows?.has(id) ?? true);
    return [...this.#keyring.events(flows), ...eventsOf(wanted.map(([, flow]) => flow))];
  }

  /** What came of the key log, as far as the flows were read. */
  get secretUse(): SecretUse {
    return this.#keyring.use;
  }

  /** True while secrets are used; false while everything is as an eavesdropper sees it. */
  get keys(): boolean {
    return this.#keyring.used;
  }

  /** Starts or stops using the secrets. Returns the ids of the flows that this may change. */
  setKeys(visible: boolean): number[] {
    if (visible === this.#keyring.used) return [];
    this.#keyring.used = visible;
    this.#rereading.changed();
    return this.#rereading.again(this.#keyring.asked);
  }

  /** Flows of a streamed dissection for which a secret came too late: they may open when they are read again. */
  get outdated(): ReadonlySet<number> {
    this.#rereading.readAll();
    return this.#rereading.outdated;
  }

  /**
   * An empty dissection with the same secrets, which also knows what flows have given away about each other. A
   * streamed dissection that is asked for one keeps only what it has settled and drops the rest of what it has
   * read.
   */
  again(maxBytes = this.#options.maxBytes): Dissection {
    if (this.#options.streamed) this.#letGo();
    const options = { ...this.#options, keys: this.keys, maxBytes };
    return new Dissection(options, { sessions: this.#sessions, keyring: this.#keyring });
  }

  /** Forgets flows. What they gave away about others stays known. */
  forget(ids: Iterable<number>): void {
    for (const id of ids) {
      this.#held -= this.#flows.get(id)?.held ?? 0;
      this.#flows.delete(id);
      this.#rereading.outdated.delete(id);
      this.#backlog?.drop(id);
      this.#sessions.forget(id);
      this.#keyring.forget(id);
    }
  }

  /** Drops everything that crossed so far, except for what it has settled. */
  #letGo(): void {
    this.#rereading.readAll();
    for (const flow of this.#flows.values()) flow.letGo();
    this.#held = 0;
  }

  /** Reads one flow as far as it has come. Where it resumes a session that is not known, the others are read too. */
  #read(id: number): Flow | undefined {
    const flow = this.#flows.get(id);
    flow?.read();
    // Where flows are streamed, all of them are read as they come.
    if (!this.#options.streamed && this.#sessions.misses(id)) this.#rereading.readAll();
    this.#rereading.readOutdated();
    return flow;
  }

  /** A flow whose beginning was not seen still shows what is left of it. */
  #flowOf(event: Exclude<TapEvent, { kind: 'flow' | 'secret' }>): Flow {
    const { flow: id, time } = event;
    const known = this.#flows.get(id);
    if (known) return known;
    const ends = { client: NOWHERE, server: NOWHERE };
    const made = this.#newFlow({ kind: 'flow', flow: id, time, ...ends, midway: true });
    this.#flows.set(id, made);
    return made;
  }

  #newFlow(event: Extract<TapEvent, { kind: 'flow' }>): Flow {
    return new Flow(event, {
      secrets: this.#keyring.seenBy(event.flow),
      ciphers: this.#options.ciphers,
      paced: this.#options.paced,
      maxRecords: this.#options.streamed ? Infinity : MAX_RECORDS,
      newReading: () => ++this.#readings,
    });
  }
}
