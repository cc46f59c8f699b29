/** Joins the chat core to connections and store: performs what the core wants done. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { ChatCore } from '#chat/core';
import type { Effect, SessionId } from '#chat/effects';
import type { Policy } from '#chat/policy';
import type { Ask } from '#chat/questions';
import type { AuditEntry } from '#chat/records';
import type { Seed } from '#chat/state';
import type { Store } from '#store/store';
import { ERRORS } from '#wire/errors';
import { parseClientMessage } from '#wire/messages';
import { type Answers, answerTo, codeOf, isInLine } from './answers.ts';
import { frameOf, publish } from './broadcast.ts';
import { Committer } from './committer.ts';
import type { Connection, ConnectionHandler, Departure } from './connection.ts';

/** Ends that are nobody's fault, or at least nothing to look into. */
const ORDERLY: ReadonlySet<Departure['code']> = new Set([
  'done',
  'reset',
  'replaced',
  'shutting_down',
] as const);

export interface HubOptions {
  readonly store: Store;
  readonly seed: Seed;
  readonly policy: Policy;
  readonly answers: Answers;
  readonly log: Logger;
}

export class Hub implements ConnectionHandler {
  readonly #core: ChatCore;
  readonly #store: Store;
  readonly #answers: Answers;
  readonly #committer: Committer;
  readonly #log: Logger;
  readonly #connections = new Map<SessionId, Connection>();
  #dirty: Connection[] = [];

  constructor({ store, seed, policy, answers, log }: HubOptions) {
    this.#core = new ChatCore({ random: randomBytes, seed, policy });
    this.#store = store;
    this.#answers = answers;
    this.#log = log;
    this.#committer = new Committer(store, {
      committed: (batch) => this.#perform(this.#core.committed(batch)),
      commitFailed: (batch, error) => {
        log.error(
          { code: 'storage_failed', messages: batch.length, err: error },
          'messages could not be stored',
        );
        this.#perform(this.#core.commitFailed(batch, codeOf(error)));
      },
      loaded: (request, loaded) => this.#perform(this.#core.loaded(request, loaded)),
      loadFailed: (request, error) => {
        log.error({ code: 'storage_failed', err: error }, 'history could not be read');
        this.#perform(this.#core.loadFailed(request));
      },
    });
  }

  opened(connection: Connection, detail: string): void {
    const { id, wire, peer, address } = connection;
    this.#connections.set(id, connection);
    this.#log.info({ session: id, wire, peer, detail }, 'connected');
    this.#perform(this.#core.connect(id, wire, address, Date.now()));
  }

  payload(connection: Connection, payload: Uint8Array): void {
    this.#perform(this.#core.receive(connection.id, parseClientMessage(payload), Date.now()));
  }

  gone({ id, wire, peer }: Connection, { code, detail }: Departure): void {
    const level = ORDERLY.has(code) ? 'info' : 'warn';
    this.#log[level]({ session: id, wire, peer, code, detail }, 'disconnected');
    if (this.#connections.delete(id)) this.#perform(this.#core.disconnect(id, Date.now()));
  }

  dirty(connection: Connection): void {
    if (this.#dirty.length === 0) setImmediate(() => this.#flush());
    this.#dirty.push(connection);
  }

  /** Stores what has been accepted, tells every client that the server goes, and closes their connections. */
  async shutDown(): Promise<void> {
    await this.#committer.idle();
    this.#perform(this.#core.farewell());
    const leaving = [...this.#connections.values()];
    // The bye is each client's last message: nobody is told that the others go, too.
    this.#connections.clear();
    for (const connection of leaving) {
      connection.close('shutting_down', ERRORS.shutting_down.meaning);
    }
    await this.#committer.idle();
  }

  #flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  #performOne(effect: Effect): void {
    switch (effect.kind) {
      case 'send': {
        const frame = frameOf(effect.message);
        for (const session of effect.to) this.#connections.get(session)?.enqueue(frame);
        return;
      }
      case 'commit':
        return this.#committer.commit(effect.message);
      case 'publish':
        return publish(effect, (session, frames) => this.#connections.get(session)?.enqueue(frames));
      case 'load':
        return this.#committer.load(effect.request);
      case 'ask':
        return this.#ask(effect.ask);
      case 'audit':
        return this.#audit(effect.entry);
      case 'close':
        return this.#connections.get(effect.session)?.close(effect.code);
    }
  }

  #ask(ask: Ask<Effect>): void {
    if (isInLine(ask.question)) this.#committer.task(() => this.#answer(ask));
    else void this.#answer(ask);
  }

  async #answer(ask: Ask<Effect>): Promise<void> {
    const answer = await answerTo(this.#answers, ask).then(
      (output) => ({ output }),
      (error: unknown) => ({ error }),
    );
    if ('output' in answer) return this.#perform(this.#core.answered(ask, answer.output, Date.now()));
    const code = codeOf(answer.error);
    if (code !== 'busy') this.#log.error({ code, question: ask.question, err: answer.error }, 'no answer');
    this.#perform(this.#core.unanswered(ask, code));
  }

  /** The audit log is written in the order of events; a line that cannot be written goes to the log instead. */
  #audit(entry: AuditEntry): void {
    this.#store.audit(entry).catch((error: unknown) => {
      this.#log.error({ code: codeOf(error), entry, err: error }, 'the audit log could not be written');
    });
  }
}
