/**
 * Reads what a person gives to the page: a capture, and key logs before or after it. Everything happens in this page, in
 * slices that leave time for drawing and input. Nothing is sent anywhere.
 */
import { CaptureError } from '#dissect/capture/read';
import { type CaptureReader, captureReader } from '#dissect/capture/reader';
import { KnownLines } from '#dissect/closed/known-lines';
import { withReasons } from '#dissect/closed/why-closed';
import { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { TapEvent, WireRecord } from '#dissect/model';
import { LIMITS } from '#protocol/limits';
import { type ConnectionRow, rankOf, rowOf } from './connections.ts';
import {
  FileFault,
  type GivenFile,
  type GivenKeyLog,
  bytesOf,
  checkSize,
  isTextFile,
  keyLogOf,
  secretsOf,
  shownName,
} from '../../../inspector/app/reading/given-file.ts';
import { FirstConnections } from '../../../inspector/app/reading/first-connections.ts';

/** Bytes of a file between two looks at the clock; packed ones may become a hundred times as many. */
const CHUNK = 64 * 1024;
/** Milliseconds of work before the page gets its turn. */
const SLICE = 12;
/** Bytes of all connections of a capture. */
const MAX_BYTES = 2 * LIMITS.pageCapture;

export interface GivenCapture {
  readonly name: string;
  readonly packets: number;
  /** What is odd about it. */
  readonly warnings: readonly string[];
}

export interface ReadingState {
  readonly capture: GivenCapture | undefined;
  readonly keyLogs: readonly GivenKeyLog[];
  /** Why files that were given last are not read. */
  readonly faults: readonly string[];
  /** The part of the capture that is read, from 0 to 1; absent when nothing is being read. */
  readonly share: number | undefined;
  /** The connections of the capture, at most `LIMITS.pageConnections`, those with TLS first. */
  readonly connections: readonly ConnectionRow[];
  /** Connections that are not listed. */
  readonly unlisted: number;
}

const NOTHING: ReadingState = {
  capture: undefined,
  keyLogs: [],
  faults: [],
  share: undefined,
  connections: [],
  unlisted: 0,
};

interface Surroundings {
  /** The state has changed. */
  readonly changed: () => void;
  /** Milliseconds by any clock. */
  readonly now: () => number;
  /** Gives everything else its turn. */
  readonly pause: () => Promise<void>;
  /** Connections that are read, the first ones. */
  readonly maxConnections?: number;
}

export class OwnReading {
  readonly #around: Surroundings;
  #state = NOTHING;
  #dissection = new Dissection({ paced: true, maxBytes: MAX_BYTES });
  #known = new KnownLines();
  #connections: FirstConnections;
  /** Rises with every capture, and when everything is forgotten: what was being read is no longer wanted. */
  #run = 0;
  #clears = 0;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#connections = this.#firstConnections();
  }

  get state(): ReadingState {
    return this.#state;
  }

  get dissection(): Dissection {
    return this.#dissection;
  }

  /** The records of a connection, each closed one with its reason. */
  records(connection: number): readonly WireRecord[] {
    return withReasons(this.#dissection.records(connection), this.#known);
  }

  keySchedule(connection: number): readonly Derivation[] {
    return this.#dissection.keySchedule(connection);
  }

  /** Takes files in any order. A capture takes the place of the one before; a key log is added to those before. */
  async add(files: readonly GivenFile[]): Promise<void> {
    const clears = this.#clears;
    const faults: string[] = [];
    const captures: GivenFile[] = [];
    const isForgotten = (): boolean => clears !== this.#clears;
    for (const file of files) {
      await caught(faults, async () => {
        const isKeyLog = await isTextFile(file);
        if (isForgotten()) return;
        if (isKeyLog) await this.#addKeyLog(file, isForgotten);
        else captures.push(file);
      });
    }
    if (isForgotten()) return;
    const [capture, ...more] = captures;
    for (const { name } of more) faults.push(`${shownName(name)}: one capture at a time, please.`);
    this.#set({ faults: [...faults] });
    if (capture) await caught(faults, () => this.#readCapture(capture));
    else if (this.#state.share === undefined) await this.#settle(this.#run);
    if (!isForgotten()) this.#set({ faults });
  }

  /** Forgets everything. */
  clear(): void {
    this.#run++;
    this.#clears++;
    this.#begin();
    this.#set(NOTHING);
  }

  #begin(): void {
    this.#dissection = new Dissection({ paced: true, maxBytes: MAX_BYTES });
    this.#known = new KnownLines();
    this.#connections = this.#firstConnections();
  }

  #set(change: Partial<ReadingState>): void {
    this.#state = { ...this.#state, ...change };
    this.#around.changed();
  }

  async #addKeyLog(file: GivenFile, isForgotten: () => boolean): Promise<void> {
    checkSize(file.name, file.size, 'key log');
    const log = keyLogOf(file.name, await bytesOf(file, 0, file.size));
    if (isForgotten()) return;
    this.#take(secretsOf(log));
    this.#set({ keyLogs: [...this.#state.keyLogs, log] });
  }

  #take(events: readonly TapEvent[]): void {
    for (const event of events) {
      if (!this.#connections.takes(event)) continue;
      if (event.kind === 'secret') this.#known.add(event.line);
      this.#dissection.add(event);
    }
  }

  #firstConnections(): FirstConnections {
    return new FirstConnections(this.#around.maxConnections ?? LIMITS.pageConnectionsRead);
  }

  async #readCapture(file: GivenFile): Promise<void> {
    checkSize(file.name, file.size, 'capture');
    const run = ++this.#run;
    this.#begin();
    for (const log of this.#state.keyLogs) this.#take(secretsOf(log));
    this.#set({ capture: undefined, connections: [], unlisted: 0, share: 0 });
    try {
      const events: TapEvent[] = [];
      const reader = captureReader((event) => events.push(event));
      if (!(await this.#readPackets(run, file, reader, events))) return;
      const { packets, warnings } = reader.finish();
      this.#take(events);
      this.#set({ capture: { name: shownName(file.name), packets, warnings } });
    } catch (error) {
      if (run === this.#run) this.#set({ share: undefined });
      if (error instanceof CaptureError) throw new FileFault(file.name, 'not_a_capture', `${error.message}.`);
      throw error;
    }
    await this.#settle(run);
  }

  /** False when the reader of the page has given up meanwhile. */
  async #readPackets(
    run: number,
    file: GivenFile,
    reader: CaptureReader,
    events: TapEvent[],
  ): Promise<boolean> {
    let since = this.#around.now();
    for (let at = 0; at < file.size; at += CHUNK) {
      const bytes = await bytesOf(file, at, at + CHUNK);
      if (run !== this.#run) return false;
      reader.push(bytes);
      this.#take(events.splice(0));
      if (this.#around.now() - since < SLICE) continue;
      // Finding the packets is the smaller half of the work.
      this.#set({ share: (0.4 * at) / file.size });
      await this.#around.pause();
      since = this.#around.now();
    }
    return run === this.#run;
  }

  /** Reads on until nothing is left, then lists the connections. */
  async #settle(run: number): Promise<void> {
    const all = Math.max(1, this.#dissection.unread);
    while (run === this.#run && this.#dissection.unread > 0) {
      const end = this.#around.now() + SLICE;
      this.#dissection.readOn(() => this.#around.now() >= end);
      this.#set({ share: 0.4 + 0.6 * Math.max(0, 1 - this.#dissection.unread / all) });
      await this.#around.pause();
    }
    if (run !== this.#run) return;
    const flows = this.#dissection.flows.sort((a, b) => rankOf(a) - rankOf(b) || a.started - b.started);
    const shown = flows.slice(0, LIMITS.pageConnections);
    const connections = shown.map((flow) => rowOf(flow, this.#dissection.records(flow.id)));
    this.#set({
      share: undefined,
      connections,
      unlisted: flows.length - shown.length + this.#connections.left,
    });
  }
}

async function caught(faults: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    faults.push(error.message);
  }
}
