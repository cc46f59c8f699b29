/**
 * A conversation for a page on which nothing happens yet: two people of the server's own talk to each other over the real
 * wires, in a room of their own, until the last page that watches has had enough. There is one at a time; all pages share it.
 * Those who lead a class can put lines of theirs in the place of its story.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ChatClient } from '#client/chat-client';
import { withTimeLimit } from '#client/connect/time-limit';
import { ChatError } from '#client/errors';
import type { DemoRequest, RelayMessage, WireInfo } from '#dissect/page-stream';
import type { WireName } from '#protocol/messages';
import { reachable } from './guard.ts';
import { type RelayKeys, asFailure } from './relay.ts';

export type DemoNews = Extract<RelayMessage, { type: 'demo' }>;

/** Where nobody else is disturbed. */
export const DEMO_ROOM = 'demo-room';
/** What the name of each person in it begins with. */
const PREFIX = 'demo-';

/** Each person goes over to the wire of their line before they say it. */
export interface Line {
  readonly who: string;
  readonly wire: WireName;
  readonly text: string;
}

/** Lines in place of the story, from the first to the last, and then no more. */
export interface Performance {
  readonly lines: readonly Line[];
  /** So many lines have been spoken. */
  readonly said: (count: number) => void;
  /** It is over: at its end, because nobody wants it any more, or because of this error. Called once. */
  readonly over: (error?: DemoFailure) => void;
}
type DemoFailure = NonNullable<DemoNews['error']>;

export const STORY: readonly Line[] = [
  { who: 'ana', wire: 'plain', text: 'Ben, are you there? I am on plain: anyone on the way can read this.' },
  { who: 'ben', wire: 'psk', text: 'I am on psk. Eve sees that I wrote, and how much, but not what.' },
  { who: 'ana', wire: 'tls', text: 'Then I will go over to TLS. I have just checked who the server is.' },
  { who: 'ben', wire: 'tls+psk', text: 'And I have put psk inside TLS: one lock in the other.' },
  { who: 'ana', wire: 'tls', text: 'Where do we meet?' },
  { who: 'ben', wire: 'tls+psk', text: 'At the north gate, at nine.' },
  { who: 'ana', wire: 'psk', text: 'The north gate at nine. Shall I bring the map?' },
  { who: 'ben', wire: 'plain', text: 'Please do! Oh. That was the plain wire.' },
  { who: 'ana', wire: 'psk', text: 'So now Eve knows about the map, but not where we meet.' },
  { who: 'ben', wire: 'tls', text: 'Compare my last two lines on their cards, and see what she saw.' },
];

/** Milliseconds. */
export const DEMO_PACE = { line: 1_000, longest: 180_000 } as const;

/** Milliseconds that a step which has begun may still take once nobody looks any more. */
const STEP = 2_000;
/** Milliseconds after which a step is given up: its wire may have been stopped. */
const LONGEST_STEP = 15_000;
/** A class reads along, on a screen far away. */
const PERFORMED = 2;

export interface DemoOptions {
  readonly wires: readonly WireInfo[];
  readonly relay: RelayKeys;
  /** Whether only this machine can reach the server. Elsewhere the demo begins only when a person asks for it. */
  readonly isLoopback: boolean;
  readonly pace?: { readonly line: number; readonly longest: number; readonly step?: number };
}

/** How long a step may take. */
interface Patience {
  readonly signal: AbortSignal;
}

/** Has a line spoken by whose it is. */
type Speak = (line: Line) => Promise<void>;

/** Tells one page about the demo. */
type Tell = (news: DemoNews) => void;

export class Demo {
  readonly #options: DemoOptions;
  readonly #pages = new Set<Tell>();
  /** The conversation from its people's arrival until they have gone, which settles `ended`. */
  #run: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  /** Its people are there. A page that asks before is told when they have come. */
  #isRunning = false;
  /** What is spoken in place of the story, also while the people of the one before are leaving. */
  #performance: Performance | undefined;

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  /** A page asks for the conversation, or wants no more of it. */
  ask({ wanted }: DemoRequest, tell: Tell): void {
    if (wanted === 'stop') {
      if (this.#pages.has(tell)) tell({ type: 'demo', state: 'over' });
      void this.leave(tell);
    } else if (wanted === 'arrival' && !this.#options.isLoopback) tell({ type: 'demo', state: 'over' });
    else {
      this.#pages.add(tell);
      if (this.#isRunning) tell(RUNNING);
      else if (!this.#run) this.#begin();
    }
  }

  /** The page watches no longer. Resolves when the conversation has ended, if that was the last one. */
  async leave(tell: Tell): Promise<void> {
    this.#pages.delete(tell);
    if (this.#pages.size === 0 && !this.#performance) await this.#stop();
  }

  /** Whether the server has this wire. */
  offers(wire: WireName): boolean {
    return this.#options.wires.some((info) => info.wire === wire);
  }

  /** In place of what is spoken now. */
  perform(performance: Performance): void {
    this.#performance?.over();
    this.#performance = performance;
    if (this.#run) void this.#stop();
    else this.#begin();
  }

  /** Pages that look at the demo get its story back. */
  endPerformance(): void {
    const performance = this.#performance;
    this.#performance = undefined;
    performance?.over();
    if (performance) void this.#stop();
  }

  /** Resolves when nobody of it is there any more. */
  async close(): Promise<void> {
    this.#pages.clear();
    this.endPerformance();
    await this.#stop();
  }

  async #stop(): Promise<void> {
    const run = this.#run;
    this.#isRunning = false;
    run?.stop.abort();
    await run?.ended;
  }

  #begin(): void {
    const stop = new AbortController();
    const performance = this.#performance;
    const begun = this.#converse(stop.signal, performance).then(
      () => undefined,
      (error: unknown) => (stop.signal.aborted ? undefined : asFailure(error)),
    );
    const ended = begun.then((error) => {
      this.#run = undefined;
      this.#isRunning = false;
      if (performance && performance === this.#performance) {
        this.#performance = undefined;
        performance.over(error);
      }
      const isWanted = this.#performance !== undefined || (stop.signal.aborted && this.#pages.size > 0);
      // A page may have asked again while the last people were leaving.
      if (isWanted) return this.#begin();
      for (const tell of this.#pages) tell({ type: 'demo', state: 'over', ...(error && { error }) });
      this.#pages.clear();
    });
    this.#run = { stop, ended };
  }

  async #converse(stopped: AbortSignal, performance: Performance | undefined): Promise<void> {
    const { longest } = this.#options.pace ?? DEMO_PACE;
    const story = performance?.lines ?? STORY.filter(({ wire }) => this.offers(wire));
    const signal = performance ? stopped : withTimeLimit(stopped, longest);
    // Cut off in the middle of a step, a person would seem lost, and the server would keep the name for them.
    const late = lateBy(signal, STEP);
    const people = new Map<string, ChatClient>();
    try {
      // All are there before the first word, so that it has a listener.
      for (const { who, wire } of story) {
        if (!people.has(who)) people.set(who, this.#person(who, wire));
      }
      await this.#step(late, (patience) =>
        Promise.all([...people.values()].map((client) => client.connect(patience))),
      );
      signal.throwIfAborted();
      this.#isRunning = true;
      for (const tell of this.#pages) tell(RUNNING);
      const speak = (line: Line): Promise<void> =>
        this.#step(late, (patience) => this.#speak(people, line, patience));
      if (performance) await this.#perform(performance, speak, signal);
      else while (story.length > 0) await this.#tellStory(story, speak, signal);
    } catch (error) {
      // The time is up, or nobody looks any more.
      if (!signal.aborted) throw error;
    } finally {
      await Promise.all([...people.values()].map((client) => client.close()));
    }
  }

  async #speak(
    people: ReadonlyMap<string, ChatClient>,
    { who, wire, text }: Line,
    patience: Patience,
  ): Promise<void> {
    const client = people.get(who);
    if (client && client.wire !== wire) await client.switchWire(this.#address(wire), patience);
    await client?.say(text, patience);
  }

  async #tellStory(story: readonly Line[], speak: Speak, signal: AbortSignal): Promise<void> {
    for (const line of story) {
      await speak(line);
      await wait(this.#pace, undefined, { signal });
    }
  }

  async #perform({ lines, said }: Performance, speak: Speak, signal: AbortSignal): Promise<void> {
    for (const [index, line] of lines.entries()) {
      await speak(line);
      said(index + 1);
      await wait(PERFORMED * this.#pace, undefined, { signal });
    }
  }

  /** Milliseconds from one line to the next. */
  get #pace(): number {
    return (this.#options.pace ?? DEMO_PACE).line;
  }

  /** Gives up a step that takes too long, and says so. */
  async #step(late: AbortSignal, step: (patience: Patience) => Promise<unknown>): Promise<void> {
    const tooLong = AbortSignal.timeout(this.#options.pace?.step ?? LONGEST_STEP);
    try {
      await step({ signal: AbortSignal.any([late, tooLong]) });
    } catch (error) {
      if (!tooLong.aborted) throw error;
      throw new ChatError('timeout', { detail: 'the wire does not answer' });
    }
  }

  #person(who: string, wire: WireName): ChatClient {
    const { ca, keys, onLocalEnd } = this.#options.relay;
    return new ChatClient({
      ...this.#address(wire),
      ca,
      keys,
      onLocalEnd,
      name: `${PREFIX}${who}`,
      room: DEMO_ROOM,
      historyLimit: 0,
      queueLimit: 1,
    });
  }

  #address(wire: WireName): { wire: WireName; host: string; port: number } {
    const info = this.#options.wires.find((each) => each.wire === wire) as WireInfo;
    return { wire, host: reachable(info.host), port: info.port };
  }
}

/** Aborts `milliseconds` after `signal` does. */
function lateBy(signal: AbortSignal, milliseconds: number): AbortSignal {
  const late = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => late.abort(), milliseconds).unref(), {
    once: true,
  });
  return late.signal;
}

const RUNNING: DemoNews = { type: 'demo', state: 'running' };
