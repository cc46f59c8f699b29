/**
 * The real chat core and real client sessions without sockets or a clock: every byte that crosses, every commit and
 * every lost connection happens when the test says so.
 */
import { accountOf } from '#chat/authors';
import { ChatCore } from '#chat/core';
import type { Effect, LoadRequest, NewMessage } from '#chat/effects';
import type { Policy } from '#chat/policy';
import type { Ask } from '#chat/questions';
import { EMPTY_SEED } from '#chat/state';
import { publish, frameOf } from '#chat/broadcast';
import type { SessionEvent } from '#session/events';
import { ClientSession, type SessionOptions } from '#session/session';
import { concat } from '#protocol/bytes';
import { withoutUndefined } from '#protocol/without-undefined';
import { FrameDecoder } from '#protocol/frame';
import { type WireName, parseClientMessage } from '#protocol/messages';
import { MemoryWorld } from './memory-world.ts';

type Job = { readonly commit: NewMessage[] } | { readonly load: LoadRequest } | { readonly ask: Ask<Effect> };

/** Two directions of bytes that are on their way. */
interface Pipe {
  readonly session: number;
  readonly decoder: FrameDecoder;
  toServer: Uint8Array;
  toClient: Uint8Array;
}

export class ChatWorld {
  readonly stored: NewMessage[] = [];
  readonly memory = new MemoryWorld();
  readonly #policy: Policy | undefined;
  #core: ChatCore;
  readonly #pipes = new Map<number, Pipe>();
  readonly #jobs: Job[] = [];
  #nextSession = 1;
  #random = 0;

  constructor(policy?: Policy) {
    this.#policy = policy;
    this.#core = this.#newCore();
  }

  /** The server is killed and started again: what was not committed is gone, and so are all connections. */
  restart(clients: readonly WorldClient[]): void {
    for (const client of clients) client.drop({ noticed: false });
    this.#pipes.clear();
    this.#jobs.length = 0;
    this.#core = this.#newCore();
  }

  connect(wire: WireName): Pipe {
    const session = this.#nextSession++;
    const pipe = {
      session,
      decoder: new FrameDecoder(),
      toServer: new Uint8Array(),
      toClient: new Uint8Array(),
    };
    this.#pipes.set(session, pipe);
    this.#perform(this.#core.connect({ id: session, wire, address: '192.0.2.1' }, 0));
    return pipe;
  }

  /** The server notices that a connection is gone. */
  disconnect({ session }: Pipe): void {
    this.#pipes.delete(session);
    this.#perform(this.#core.disconnect(session, 0));
  }

  receive({ session, decoder }: Pipe, bytes: Uint8Array): void {
    decoder.push(bytes);
    for (let payload = decoder.next(); payload; payload = decoder.next()) {
      this.#perform(this.#core.receive(session, parseClientMessage(payload), 0));
    }
  }

  /** The store does the next thing it was asked for. False when there is none. */
  work(): boolean {
    const job = this.#jobs.shift();
    if (!job) return false;
    if ('commit' in job) {
      const repeated = job.commit.filter((message) => !this.memory.commit(message));
      this.stored.push(...job.commit.filter((message) => !repeated.includes(message)));
      this.#perform(this.#core.committed(job.commit, new Set(repeated.map(({ id }) => id))));
    } else if ('ask' in job) this.#answer(job.ask);
    else this.#perform(this.#core.loaded(job.load, this.#load(job.load)));
    return true;
  }

  #newCore(): ChatCore {
    return new ChatCore({
      seed: { ...EMPTY_SEED, lastId: this.stored.at(-1)?.id ?? 0, accounts: this.memory.accounts.values() },
      random: (count) => this.#bytes(count),
      ...(this.#policy && { policy: this.#policy }),
    });
  }

  #answer(ask: Ask<Effect>): void {
    // The row of the table ties the input to the output; the compiler cannot follow that through the index.
    const answerer = this.memory.answers[ask.question] as (input: unknown) => unknown;
    this.#perform(this.#core.answered(ask, answerer(ask.input), 0));
  }

  #load({ query }: LoadRequest) {
    const { room, limit, after, before = Infinity } = query;
    const all = this.stored.filter((m) => m.room === room && m.id > (after ?? 0) && m.id < before);
    const messages = after === undefined ? all.slice(Math.max(0, all.length - limit)) : all.slice(0, limit);
    return {
      messages: messages.map(({ id, from, author, text, ts, via }) =>
        withoutUndefined({
          id,
          from,
          account: accountOf(author) === undefined ? undefined : (true as const),
          text,
          ts,
          via,
        }),
      ),
      more: messages.length < all.length,
    };
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') {
        const frame = frameOf(effect.message);
        for (const session of effect.to) this.#send(session, frame);
      } else if (effect.kind === 'publish') publish(effect, (session, frames) => this.#send(session, frames));
      else if (effect.kind === 'commit') this.#commit(effect.message);
      else if (effect.kind === 'load') this.#jobs.push({ load: effect.request });
      else if (effect.kind === 'tell_changes') this.#perform(this.#core.tellChanges(effect.room));
      else if (effect.kind === 'ask') this.#jobs.push({ ask: effect.ask });
      // A closed connection is one whose client hears no more; it notices when the test drops it.
      else if (effect.kind === 'close') this.#pipes.delete(effect.session);
    }
  }

  #commit(message: NewMessage): void {
    const last = this.#jobs.at(-1);
    if (last && 'commit' in last) last.commit.push(message);
    else this.#jobs.push({ commit: [message] });
  }

  #send(session: number, bytes: Uint8Array): void {
    const pipe = this.#pipes.get(session);
    if (pipe) pipe.toClient = concat([pipe.toClient, bytes]);
  }

  #bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => (this.#random = (this.#random * 5 + 17) % 251));
  }
}

/** One client of the world, with everything its user came to see. */
export class WorldClient {
  readonly session: ClientSession;
  readonly events: SessionEvent[] = [];
  readonly #world: ChatWorld;
  #pipe: Pipe | undefined;
  #credentials: { readonly name: string; readonly password: string } | undefined;

  constructor(world: ChatWorld, options: SessionOptions) {
    this.#world = world;
    this.session = new ClientSession(options);
  }

  get online(): boolean {
    return this.#pipe !== undefined;
  }

  /** An account's client logs in, and does so again whenever its login does not hold any more. */
  logInAs(name: string, password: string): void {
    this.#credentials = { name, password };
  }

  connect(wire: WireName = 'plain'): void {
    if (this.#pipe) return;
    this.#pipe = this.#world.connect(wire);
    this.session.connected();
  }

  /** What is on its way in either direction is lost. A server that does not notice keeps a ghost. */
  drop({ noticed }: { noticed: boolean }): void {
    if (!this.#pipe) return;
    this.session.disconnected();
    if (noticed) this.#world.disconnect(this.#pipe);
    this.#pipe = undefined;
  }

  /** Moves up to `count` bytes each way. False when nothing moved. */
  move(count: number): boolean {
    const pipe = this.#pipe;
    if (!pipe) return false;
    for (let bytes = this.session.output(); bytes; bytes = this.session.output()) {
      pipe.toServer = concat([pipe.toServer, bytes]);
    }
    const up = pipe.toServer.slice(0, count);
    pipe.toServer = pipe.toServer.slice(count);
    this.#world.receive(pipe, up);
    const down = pipe.toClient.slice(0, count);
    pipe.toClient = pipe.toClient.slice(count);
    this.session.push(down);
    for (let event = this.session.next(); event; event = this.session.next()) {
      this.events.push(event);
      if (event.type === 'login_needed' && this.#credentials)
        this.session.ask({ type: 'login', ...this.#credentials });
    }
    return up.length + down.length > 0;
  }
}
