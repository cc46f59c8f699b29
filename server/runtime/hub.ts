/** Joins the chat core to connections and store: performs what the core wants done. */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { ChatCore } from '#chat/core';
import type { Effect, SessionId } from '#chat/effects';
import type { Store } from '#store/store';
import { ERRORS } from '#wire/errors';
import { parseClientMessage } from '#wire/messages';
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

export class Hub implements ConnectionHandler {
  readonly #core: ChatCore;
  readonly #committer: Committer;
  readonly #log: Logger;
  readonly #connections = new Map<SessionId, Connection>();
  #dirty: Connection[] = [];

  constructor(store: Store, lastId: number, log: Logger) {
    this.#core = new ChatCore({ lastId, random: randomBytes });
    this.#log = log;
    this.#committer = new Committer(store, {
      committed: (batch) => this.#perform(this.#core.committed(batch)),
      commitFailed: (batch, error) => {
        log.error(
          { code: 'storage_failed', messages: batch.length, err: error },
          'messages could not be stored',
        );
        this.#perform(this.#core.commitFailed(batch));
      },
      loaded: (request, loaded) => this.#perform(this.#core.loaded(request, loaded)),
      loadFailed: (request, error) => {
        log.error({ code: 'storage_failed', err: error }, 'history could not be read');
        this.#perform(this.#core.loadFailed(request));
      },
    });
  }

  opened(connection: Connection, detail: string): void {
    const { id, wire, peer } = connection;
    this.#connections.set(id, connection);
    this.#log.info({ session: id, wire, peer, detail }, 'connected');
    this.#perform(this.#core.connect(id, wire, Date.now()));
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
      case 'close':
        return this.#connections.get(effect.session)?.close(effect.code);
    }
  }
}
