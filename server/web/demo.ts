/**
 * A conversation for a page on which nothing happens yet: two people of the server's own talk to each other over the real
 * wires, in a room of their own, until the last page that watches has had enough. There is one at a time; all pages share it.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { ChatClient } from '#client/chat-client';
import type { DemoRequest, RelayMessage, WireInfo } from '#dissect/page-stream';
import type { WireName } from '#protocol/messages';
import { reachable } from './guard.ts';
import { type RelayKeys, asFailure } from './relay.ts';

export type DemoNews = Extract<RelayMessage, { type: 'demo' }>;

/** Where nobody else is disturbed. */
export const DEMO_ROOM = 'demo-room';
const PEOPLE = { ana: 'demo-ana', ben: 'demo-ben' } as const;
type Person = keyof typeof PEOPLE;

/** Each person goes over to the wire of their line before they say it. */
export const STORY: readonly { readonly who: Person; readonly wire: WireName; readonly text: string }[] = [
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

export interface DemoOptions {
  readonly wires: readonly WireInfo[];
  readonly relay: RelayKeys;
  /** Whether only this machine can reach the server. Elsewhere the demo begins only when a person asks for it. */
  readonly isLoopback: boolean;
  readonly pace?: { readonly line: number; readonly longest: number };
}

/** Tells one page about the demo. */
type Tell = (news: DemoNews) => void;

export class Demo {
  readonly #options: DemoOptions;
  readonly #pages = new Set<Tell>();
  /** The conversation from its people's arrival until they have gone, which settles `ended`. */
  #run: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  /** Its people are there. A page that asks before is told when they have come. */
  #isRunning = false;

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
    if (this.#pages.size > 0) return;
    const run = this.#run;
    this.#isRunning = false;
    run?.stop.abort();
    await run?.ended;
  }

  #begin(): void {
    const stop = new AbortController();
    const begun = this.#converse(stop.signal).then(
      () => undefined,
      (error: unknown) => (stop.signal.aborted ? undefined : asFailure(error)),
    );
    const ended = begun.then((error) => {
      this.#run = undefined;
      this.#isRunning = false;
      const isWanted = stop.signal.aborted && this.#pages.size > 0;
      // A page may have asked again while the last people were leaving.
      if (isWanted) return this.#begin();
      for (const tell of this.#pages) tell({ type: 'demo', state: 'over', ...(error && { error }) });
      this.#pages.clear();
    });
    this.#run = { stop, ended };
  }

  async #converse(stopped: AbortSignal): Promise<void> {
    const { line, longest } = this.#options.pace ?? DEMO_PACE;
    const story = STORY.filter(({ wire }) => this.#options.wires.some((info) => info.wire === wire));
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(longest)]);
    // Cut off in the middle of a step, a person would seem lost, and the server would keep the name for them.
    const patience = { signal: lateBy(signal, STEP) };
    const people = new Map<Person, ChatClient>();
    try {
      // Both are there before the first word, so that it has a listener.
      for (const { who, wire } of story) {
        if (!people.has(who)) people.set(who, this.#person(who, wire));
      }
      await Promise.all([...people.values()].map((client) => client.connect(patience)));
      signal.throwIfAborted();
      this.#isRunning = true;
      for (const tell of this.#pages) tell(RUNNING);
      for (let turn = 0; story.length > 0; turn++) {
        const { who, wire, text } = story[turn % story.length] as (typeof story)[number];
        const client = people.get(who) as ChatClient;
        if (client.wire !== wire) await client.switchWire(this.#address(wire), patience);
        await client.say(text, patience);
        await wait(line, undefined, { signal });
      }
    } catch (error) {
      // The time is up, or nobody looks any more.
      if (!signal.aborted) throw error;
    } finally {
      await Promise.all([...people.values()].map((client) => client.close()));
    }
  }

  #person(who: Person, wire: WireName): ChatClient {
    const { ca, keys, onLocalEnd } = this.#options.relay;
    const name = PEOPLE[who];
    return new ChatClient({
      ...this.#address(wire),
      ca,
      keys,
      onLocalEnd,
      name,
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
