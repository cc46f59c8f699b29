/** Connects the chat core to the connections and the store: performs the effects that the core returns. */
import type { Logger } from 'pino';
import { frameOf, publish } from '#chat/broadcast';
import { ChatCore, type ChatOptions } from '#chat/core';
import type { Effect, SessionId } from '#chat/effects';
import type { Policy } from '#chat/policy';
import type { Ask } from '#chat/questions';
import type { Account, AuditEntry } from '#chat/records';
import { NO_CONNECTION } from '#chat/sessions';
import type { Seed } from '#chat/state';
import type { Store } from '#store/store';
import { ERRORS, RemoteProtocolError } from '#protocol/errors';
import {
  type ClientMessage,
  type ServerMessage,
  type WireName,
  parseClientMessage,
} from '#protocol/messages';
import { AuditTrail } from './audit-trail.ts';
import { type AnswerHandler, type Answers, answer, isInLine } from './answers.ts';
import { Committer } from './committer.ts';
import { type CommitWatchers, committerHandler } from './committer-handler.ts';
import type { Connection, ConnectionHandler } from './sockets/connection.ts';
import { type Defence, kindOf } from './defence/defence.ts';
import { type Departure, logDeparture } from './sockets/departure.ts';
import { Floods } from './defence/floods.ts';
import { Operations } from './operations.ts';
import { PeerTimeouts } from './defence/peer-timeouts.ts';
import { randomPool } from './random-pool.ts';
import { Tally } from './tally.ts';

export interface HubOptions extends Pick<ChatOptions, 'flagFor'>, CommitWatchers {
  readonly store: Store;
  readonly seed: Seed;
  readonly policy: Policy;
  /** Whether the traffic is recorded with its secrets. */
  readonly tapped: boolean;
  readonly answers: Answers;
  readonly defence: Defence;
  readonly log: Logger;
}

type EffectOf<K extends Effect['kind']> = Extract<Effect, { readonly kind: K }>;

/** Milliseconds between two checks for connections that take too long. */
const SWEEP_EVERY = 1_000;

export class Hub implements ConnectionHandler {
  readonly tally = new Tally();
  readonly #core: ChatCore;
  readonly #trail: AuditTrail;
  readonly #answers: Answers;
  readonly #committer: Committer;
  readonly #log: Logger;
  readonly #timeouts: PeerTimeouts;
  readonly #floods: Floods | undefined;
  readonly #witness: CommitWatchers['witness'];
  readonly #sweeper: NodeJS.Timeout;
  readonly #connections = new Map<SessionId, Connection>();
  readonly #operations = new Operations();
  #dirty: Connection[] = [];
  #stopping = false;

  constructor({ store, seed, policy, tapped, answers, defence, log, flagFor, ...watchers }: HubOptions) {
    const startedAt = Date.now() - performance.now();
    const steady = () => startedAt + performance.now();
    this.#core = new ChatCore({ random: randomPool(), seed, policy, tapped, steady, flagFor });
    this.#trail = new AuditTrail(store, log);
    this.#answers = answers;
    this.#log = log;
    this.#witness = watchers.witness;
    this.#timeouts = new PeerTimeouts(defence);
    this.#floods = defence.rates && new Floods(defence.rates);
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_EVERY).unref();
    const told = { core: this.#core, tally: this.tally, log, ...watchers };
    const handler = committerHandler(told, (effects) => this.#perform(effects));
    this.#committer = new Committer(store, handler);
  }

  /** The state of the chat. */
  get state(): ChatCore['state'] {
    return this.#core.state;
  }

  get connections(): ReadonlyMap<SessionId, Connection> {
    return this.#connections;
  }

  /** Whether the server has begun to shut down. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Something has happened that did not come over a connection: the operator has changed an account. */
  happened(event: (core: ChatCore, now: number) => Effect[]): void {
    this.#perform(event(this.#core, Date.now()));
  }

  /** Runs a request as the operator, or as this account; resolves with the answer that carries its ref. */
  operate(request: ClientMessage, account?: Account): Promise<ServerMessage> {
    return this.#operations.start(request, (named) =>
      this.#perform(this.#core.operate(named, Date.now(), account)),
    );
  }

  /** A connection from this address has been turned away. */
  turnedAway(via: WireName, address: string): void {
    this.audit({ ts: Date.now(), event: 'connection.too_many', actor: 'server', address, via });
  }

  opened(connection: Connection, detail: string, keyId: string | undefined): void {
    const { id, wire, peer, address, owner } = connection;
    this.#connections.set(id, connection);
    this.tally.accepted.add(wire);
    this.#timeouts.came(id);
    this.#floods?.enter(id, address);
    this.#log.info({ session: id, wire, peer, detail }, 'connected');
    this.#perform(this.#core.connect({ id, wire, address, owner, keyId }, Date.now()));
  }

  payload(connection: Connection, payload: Uint8Array): void {
    const message = parseClientMessage(payload);
    if (this.#passes(connection, message))
      this.#perform(this.#core.receive(connection.id, message, Date.now()));
  }

  gone({ id, wire, peer }: Connection, departure: Departure): void {
    logDeparture(this.#log, { session: id, wire, peer }, departure);
    this.tally.ended.add(departure.code);
    this.#timeouts.settled(id);
    if (!this.#connections.delete(id)) return;
    this.#floods?.leave(id);
    this.#perform(this.#core.disconnect(id, Date.now()));
    this.#witness?.gone(id, departure);
  }

  dirty(connection: Connection): void {
    if (this.#dirty.length === 0) setImmediate(() => this.#flush());
    this.#dirty.push(connection);
  }

  /** Stores what has been accepted, tells every client that the server is shutting down, and closes the connections. */
  async shutDown(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#sweeper);
    await this.#committer.idle();
    this.#trail.end();
    this.#perform(this.#core.farewell());
    const leaving = [...this.#connections.values()];
    // The bye is each client's last message: nobody is told that the others leave, too.
    this.#connections.clear();
    for (const connection of leaving) {
      connection.close('shutting_down', ERRORS.shutting_down.meaning);
    }
    await this.#committer.idle();
  }

  /** Whether the message may go to the core; if not, its sender has been told. */
  #passes(connection: Connection, message: ClientMessage): boolean {
    if (!this.#floods) return true;
    const { id } = connection;
    const account = this.#core.accountOf(id);
    const verdict = this.#floods.judge({ connection: id, account }, kindOf(message.type));
    if (verdict.verdict === 'go') return true;
    if (verdict.verdict === 'cut') this.#perform(this.#core.cutOff(id, 'flooding', Date.now()));
    else this.#perform(this.#core.slowDown(id, message, verdict.retryAfter));
    return false;
  }

  /** Closes connections that have taken too long over something. */
  #sweep(): void {
    const now = performance.now();
    this.#floods?.sweep();
    this.#perform(this.#core.tick(Date.now()));
    this.#trail.sweep();
    for (const [id, connection] of this.#connections) {
      if (this.#core.hasJoined(id)) this.#timeouts.settled(id);
      const code = this.#timeouts.overdue(connection, now);
      if (code) connection.fail(new RemoteProtocolError(code));
    }
  }

  #flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      // Each row of the table takes the effect of its own kind; the compiler cannot follow that through the index.
      const row = this.#performers[effect.kind] as (effect: Effect) => void;
      row(effect);
    }
  }

  readonly #performers: { readonly [K in Effect['kind']]: (effect: EffectOf<K>) => void } = {
    send: ({ to, message }) => this.#send(to, message),
    publish: (effect) => publish(effect, (session, frames, count) => this.#give(session, frames, count)),
    commit: ({ message }) => this.#committer.commit(message),
    load: ({ request }) => this.#committer.load(request),
    ask: ({ ask }) => this.#ask(ask),
    tell_changes: ({ room, after }) => this.#later(after, () => this.#core.tellChanges(room)),
    audit: ({ entry }) => this.audit(entry),
    close: ({ session, code }) => this.#connections.get(session)?.close(code),
  };

  #send(to: Iterable<SessionId>, message: ServerMessage): void {
    if (message.type === 'error') this.tally.refusals.add(message.code);
    const frame = frameOf(message);
    for (const session of to) {
      if (session === NO_CONNECTION) this.#operations.answered(message);
      else this.#give(session, frame, 1);
    }
  }

  #later(after: number, what: () => Effect[]): void {
    setTimeout(() => {
      if (!this.#stopping) this.#perform(what());
    }, after).unref();
  }

  #give(session: SessionId, frames: Uint8Array, count: number): void {
    const connection = this.#connections.get(session);
    if (!connection) return;
    this.tally.deliveries += count;
    connection.enqueue(frames);
  }

  #ask(ask: Ask<Effect>): void {
    const run = () => answer(this.#answers, ask, this.#answerHandler);
    if (isInLine(ask.question)) this.#committer.task(run);
    else void run();
  }

  readonly #answerHandler: AnswerHandler = {
    answered: (ask, output) => this.#perform(this.#core.answered(ask, output, Date.now())),
    unanswered: (ask, code, error) => {
      if (code === 'read_only') this.tally.notStored(code);
      if (code !== 'busy') this.#log.error({ code, question: ask.question, err: error }, 'no answer');
      this.#perform(this.#core.unanswered(ask, code));
    },
  };

  audit(entry: AuditEntry): void {
    this.tally.events.add(entry.event);
    this.#trail.add(entry);
  }
}
