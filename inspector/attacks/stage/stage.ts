/**
 * Where attacks are played for pages: in a process of their own, so that they neither hold up the chat nor share anything with
 * it. The process starts with the first play, and ends when nothing has been played for a while.
 */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { AttackTable, Pace, PlayMessage, PlayRequest } from '#dissect/page-attacks';
import type { BenchMessage } from '#dissect/page-bench';
import { Benches, type Seat } from './benches.ts';
import { type FromPerformer, STAGE_CAPS, type ToPerformer } from './messages.ts';
import { type Performer, dismiss, startPerformer } from './process.ts';
import { Rooms } from './rooms.ts';

type Wanted = Extract<PlayRequest, { type: 'play' }>;
type Tell = (message: PlayMessage) => void;

export interface Play {
  /** Asks it to pause, to take one step, or to run. */
  pace(wanted: Pace): void;
  /** Gives it up. Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

interface Entry {
  /** Its name here; that of the page may be that of another page, too. */
  readonly key: string;
  readonly wanted: Wanted;
  readonly tell: Tell;
  readonly over: Promise<void>;
  readonly end: () => void;
  hasBegun: boolean;
}

export class Stage {
  readonly #program: string;
  readonly #temporary: string;
  readonly #benches: Benches;
  /** Mallory for a class. */
  readonly rooms: Rooms;
  /** In the order in which they were asked for. */
  readonly #plays = new Map<string, Entry>();
  readonly #captures = new Map<string, Uint8Array>();
  #performer: Promise<Performer> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `program`: what starts Wireglass. `temporary`: a folder for what each process needs while it lives. */
  constructor(program: string, temporary = tmpdir()) {
    this.#program = program;
    this.#temporary = temporary;
    this.#benches = new Benches(program, temporary);
    this.rooms = new Rooms(program, temporary);
  }

  /** Everything that could be played. The attacks are loaded only when somebody asks for them. */
  async table(): Promise<AttackTable> {
    return (await import('../table.ts')).attackTable();
  }

  /** Plays now or when it is its turn, and tells what happens; undefined when too many wait already. */
  play(wanted: Wanted, tell: Tell): Play | undefined {
    const waiting = [...this.#plays.values()].filter(({ hasBegun }) => !hasBegun);
    if (this.#isClosed || waiting.length >= STAGE_CAPS.waiting) return undefined;
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const entry: Entry = { key: randomBytes(8).toString('hex'), wanted, tell, over, end, hasBegun: false };
    this.#plays.set(entry.key, entry);
    tell({ type: 'queued', id: wanted.id, ahead: waiting.length });
    this.#next();
    return {
      pace: (pace) => void this.#send(entry, { type: 'pace', id: entry.key, wanted: pace }),
      stop: () => this.#stop(entry),
    };
  }

  /** A place at a bench, for a page. */
  bench(tell: (message: BenchMessage) => void): Seat {
    return this.#benches.seat(tell);
  }

  /** A recording that is still kept, as a capture file. */
  capture(id: string): Uint8Array | undefined {
    return this.#captures.get(id);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    await Promise.all([this.#dismiss(), this.#benches.close(), this.rooms.close()]);
    for (const entry of this.#plays.values())
      this.#fail(entry, 'play_stopped', 'the server is shutting down');
    this.#captures.clear();
  }

  #next(): void {
    clearTimeout(this.#idle);
    const all = [...this.#plays.values()];
    const free = STAGE_CAPS.atOnce - all.filter(({ hasBegun }) => hasBegun).length;
    for (const entry of all.filter(({ hasBegun }) => !hasBegun).slice(0, Math.max(0, free))) {
      entry.hasBegun = true;
      entry.tell({ type: 'begun', id: entry.wanted.id });
      void this.#send(entry, { ...entry.wanted, id: entry.key });
    }
    if (all.length > 0 || this.#isClosed) return;
    this.#idle = setTimeout(() => void this.#dismiss(), STAGE_CAPS.idle);
    this.#idle.unref();
  }

  async #send(entry: Entry, message: ToPerformer): Promise<void> {
    if (!entry.hasBegun) return;
    try {
      this.#performer ??= this.#engage();
      const { child } = await this.#performer;
      if (child.connected) child.send(message);
    } catch (error) {
      this.#performer = undefined;
      this.#fail(entry, 'play_failed', (error as Error).message);
    }
  }

  async #stop(entry: Entry): Promise<void> {
    if (!this.#plays.has(entry.key)) return;
    if (!entry.hasBegun) return this.#fail(entry, 'play_stopped', 'the play was stopped');
    await this.#send(entry, { type: 'stop', id: entry.key });
    const late = setTimeout(() => void this.#dismiss(), STAGE_CAPS.stop);
    await entry.over;
    clearTimeout(late);
  }

  async #engage(): Promise<Performer> {
    const performer = await startPerformer(this.#program, this.#temporary);
    const { child, gone } = performer;
    child.on('message', (message: FromPerformer) => this.#onMessage(message));
    void gone.then(async () => {
      if ((await this.#performer?.catch(() => undefined))?.child === child) this.#performer = undefined;
      for (const entry of [...this.#plays.values()].filter(({ hasBegun }) => hasBegun))
        this.#fail(entry, 'play_failed', 'the process of the attacks has ended');
    });
    return performer;
  }

  async #dismiss(): Promise<void> {
    const performer = await this.#performer?.catch(() => undefined);
    this.#performer = undefined;
    if (performer) await dismiss(performer);
  }

  #onMessage(message: FromPerformer): void {
    const entry = this.#plays.get(message.id);
    if (!entry) return;
    const { id } = entry.wanted;
    if (message.type === 'step') return entry.tell({ ...message, id });
    if (message.type === 'failed') return this.#fail(entry, message.code, message.message);
    const { verdict, evidence, capture } = message;
    entry.tell({ type: 'end', id, verdict, evidence, capture: capture && this.#keep(capture) });
    this.#over(entry);
  }

  #fail(entry: Entry, code: Extract<PlayMessage, { type: 'failed' }>['code'], message: string): void {
    entry.tell({ type: 'failed', id: entry.wanted.id, code, message });
    this.#over(entry);
  }

  #over(entry: Entry): void {
    this.#plays.delete(entry.key);
    entry.end();
    this.#next();
  }

  /** Keeps a recording in place of the oldest ones; returns its path on the server. */
  #keep(capture: Uint8Array): string {
    const id = randomBytes(9).toString('base64url');
    this.#captures.set(id, capture);
    let held = [...this.#captures.values()].reduce((sum, { length }) => sum + length, 0);
    for (const [oldest, { length }] of this.#captures) {
      if (held <= STAGE_CAPS.captures) break;
      this.#captures.delete(oldest);
      held -= length;
    }
    return `/api/attacks/captures/${id}`;
  }
}
