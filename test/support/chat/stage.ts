/** The chat core on its own: every message that a test sends in, and everything that each connection hears of it. */
import { ChatCore } from '#chat/core';
import { NO_CONNECTION } from '#chat/sessions';
import type { Effect, LoadRequest, Loaded, NewMessage, SessionId } from '#chat/effects';
import type { Policy } from '#chat/policy';
import type { Ask } from '#chat/questions';
import type { Account, AuditEntry } from '#chat/records';
import { EMPTY_SEED, type Seed } from '#chat/state';
import type { ErrorCode } from '#protocol/errors';
import type { ClientMessage, ServerMessage, WireName } from '#protocol/messages';
import type { AccountRole } from '#protocol/roles';
import { type SyncAnswers, MemoryWorld } from './memory-world.ts';

export const NOTHING: Loaded = { messages: [], more: false };

/** Accounts are optional, and passwords are taken everywhere but on the plain wire. */
export const WITH_ACCOUNTS: Policy = {
  mode: 'optional',
  registration: true,
  passwordWires: ['psk', 'tls', 'tls+psk'],
};

export interface StageOptions {
  readonly seed?: Partial<Seed>;
  readonly policy?: Policy;
  /** Answers of the test's own, in place of those of the world in memory. Where one throws, there is no answer. */
  readonly answers?: Partial<SyncAnswers>;
  /** What a load brings; nothing unless told. */
  readonly loaded?: (request: LoadRequest) => Loaded;
}

/** A chat whose store and other answerers answer at once, in the order of asking, unless it is told to hold back. */
export class Stage {
  now = 1_000;
  #jumped = 0;
  readonly heard = new Map<SessionId, ServerMessage[]>();
  readonly closed: [SessionId, string][] = [];
  readonly commits: NewMessage[] = [];
  readonly loads: LoadRequest[] = [];
  /** Questions that wait, while the stage holds back. */
  readonly asks: Ask<Effect>[] = [];
  /** Every question that was asked, in order. */
  readonly asked: Ask<Effect>['question'][] = [];
  readonly audit: AuditEntry[] = [];
  hold = false;
  /** Who came and went is told when the test says so; otherwise at once, so that transcripts stay readable. */
  gathers = false;
  /** After how many milliseconds the core wanted to tell it. */
  readonly pauses: number[] = [];
  readonly core: ChatCore;
  readonly world = new MemoryWorld();
  readonly #answers: SyncAnswers;
  readonly #loaded: (request: LoadRequest) => Loaded;
  readonly #waiting: (() => void)[] = [];
  readonly #held: (() => void)[] = [];
  #working = false;
  #drawn = 0;

  constructor({ seed = {}, policy, answers = {}, loaded = () => NOTHING }: StageOptions = {}) {
    const random = (count: number): Uint8Array => {
      this.#drawn += 1;
      return Uint8Array.from({ length: count }, (_, i) => this.#drawn >> (8 * (i % 4)));
    };
    const steady = (now: number) => now - this.#jumped;
    this.core = new ChatCore({ random, seed: { ...EMPTY_SEED, ...seed }, steady, ...(policy && { policy }) });
    this.#answers = { ...this.world.answers, ...answers };
    this.#loaded = loaded;
  }

  connect(id: SessionId, wire: WireName = 'plain', address = `192.0.2.${id}`): this {
    return this.perform(this.core.connect({ id, wire, address }, this.now));
  }

  say(id: SessionId, ...messages: ClientMessage[]): this {
    for (const message of messages) this.perform(this.core.receive(id, message, this.now));
    return this;
  }

  /** The machine's clock is set to another time; none has passed. */
  jump(milliseconds: number): this {
    this.now += milliseconds;
    this.#jumped += milliseconds;
    return this;
  }

  /** Time passes, and the server looks after what was put off. */
  wait(milliseconds: number): this {
    this.now += milliseconds;
    return this.perform(this.core.tick(this.now));
  }

  disconnect(id: SessionId): this {
    return this.perform(this.core.disconnect(id, this.now));
  }

  /** The operator asks; its answers are heard by session 0. */
  operate(...messages: ClientMessage[]): this {
    for (const message of messages) this.perform(this.core.operate(message, this.now));
    return this;
  }

  /** An account as if it had been there when the server started; the password is `PASSWORD`. */
  addAccount(name: string, role: AccountRole = 'user'): Account {
    const account = this.world.addAccount(name, role, this.now);
    this.perform(this.core.accountAdded(account, this.now));
    return account;
  }

  /** A new connection on `wire` that has logged in to this account and joined the lobby. */
  arrive(id: SessionId, name: string, wire: WireName = 'tls', address?: string): this {
    return this.connect(id, wire, address).say(
      id,
      { type: 'login', name, password: PASSWORD },
      { type: 'join' },
    );
  }

  /** What this connection has heard since it was last asked. */
  take(id: SessionId): ServerMessage[] {
    const messages = this.heard.get(id) ?? [];
    this.heard.set(id, []);
    return messages;
  }

  types(id: SessionId): string[] {
    return this.take(id).map(({ type }) => type);
  }

  /** The last message of this type that the connection has heard since it was last asked. */
  last<T extends ServerMessage['type']>(id: SessionId, type: T): Extract<ServerMessage, { type: T }> {
    const found = this.take(id).findLast((message) => message.type === type);
    if (!found) throw new Error(`session ${id} has heard no ${type}`);
    return found as Extract<ServerMessage, { type: T }>;
  }

  operatorHeard(): ServerMessage[] {
    return this.take(NO_CONNECTION);
  }

  perform(effects: readonly Effect[]): this {
    for (const effect of effects) this.#one(effect);
    if (this.#working) return this;
    this.#working = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) next();
    } finally {
      this.#working = false;
    }
    return this;
  }

  /** Answers what was held back, in order, and whatever that leads to, and holds back no more. */
  release(): this {
    this.hold = false;
    this.#waiting.push(...this.#held.splice(0));
    return this.perform([]);
  }

  #one(effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        for (const to of effect.to) this.#hear(to, effect.message);
        return;
      case 'close':
        this.closed.push([effect.session, effect.code]);
        return;
      case 'commit':
        this.commits.push(effect.message);
        return this.#soon(() => this.#commit(effect.message));
      case 'load':
        this.loads.push(effect.request);
        return this.#soon(() => this.perform(this.core.loaded(effect.request, this.#loaded(effect.request))));
      case 'ask':
        this.asked.push(effect.ask.question);
        if (this.hold) this.asks.push(effect.ask);
        return this.#soon(() => this.#answer(effect.ask));
      case 'tell_changes':
        this.pauses.push(effect.after);
        if (!this.gathers) this.#soon(() => this.perform(this.core.tellChanges(effect.room)));
        return;
      case 'audit':
        this.audit.push(effect.entry);
        return;
      case 'publish':
        return this.#publish(effect);
    }
  }

  #soon(work: () => void): void {
    (this.hold ? this.#held : this.#waiting).push(work);
  }

  #commit(message: NewMessage): void {
    const repeated = this.world.commit(message) ? [] : [message.id];
    this.perform(this.core.committed([message], new Set(repeated)));
  }

  #answer(ask: Ask<Effect>): void {
    let output: unknown;
    try {
      // The row of the table ties the input to the output; the compiler cannot follow that through the index.
      output = (this.#answers[ask.question] as (input: unknown) => unknown)(ask.input);
    } catch (error) {
      const { code = 'storage_failed' } = error as { code?: ErrorCode };
      this.perform(this.core.unanswered(ask, code));
      return;
    }
    this.perform(this.core.answered(ask, output, this.now));
  }

  #publish({ items, to: audience }: Extract<Effect, { kind: 'publish' }>): void {
    for (const { message, ack, author } of items) {
      if (author !== undefined) this.#hear(author, ack);
      for (const to of audience) if (to !== author) this.#hear(to, message);
    }
  }

  #hear(to: SessionId, message: ServerMessage): void {
    this.heard.set(to, [...(this.heard.get(to) ?? []), message]);
  }
}

/** Of every account that a test adds. */
export const PASSWORD = 'correct horse battery';

/** Members 1, 2, … of these names, in the lobby, with nothing left to hear. */
export function lobbyOf(...names: string[]): Stage {
  const stage = new Stage();
  names.forEach((name, index) => stage.connect(index + 1).say(index + 1, { type: 'join', name }));
  names.forEach((_, index) => stage.take(index + 1));
  return stage;
}
