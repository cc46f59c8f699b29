/**
 * The chat server of a demo: the real core behind the real channels. In place of the database there is a list, in place of
 * the sockets a function that takes the bytes.
 */
import type { Channel, ChannelEvent } from '#channel/contract';
import { frameOf, publish } from '#chat/broadcast';
import { ChatCore } from '#chat/core';
import type { Effect, LoadRequest, Loaded, NewMessage } from '#chat/effects';
import type { Ask } from '#chat/questions';
import { concat } from '#protocol/bytes';
import { RemoteProtocolError } from '#protocol/errors';
import { FrameDecoder } from '#protocol/frame';
import { type ClientMessage, type WireName, parseClientMessage } from '#protocol/messages';
import { withoutUndefined } from '#protocol/without-undefined';

export interface ServerOptions {
  /** Milliseconds since 1970, with or without a fraction. */
  readonly now: () => number;
  readonly random: (count: number) => Uint8Array;
  /** Told of each message that the server has understood, and of each fault for which it closes a connection. */
  readonly watch?: ServerWatch | undefined;
}

export interface ServerWatch {
  understood(id: number, message: ClientMessage): void;
  failed(id: number, error: RemoteProtocolError): void;
}

interface Connection {
  readonly id: number;
  readonly wire: WireName;
  readonly address: string;
  readonly channel: Channel;
  readonly decoder: FrameDecoder;
  readonly write: (bytes: Uint8Array) => void;
  /** Frames that leave together, in one write and one record. */
  frames: Uint8Array[];
}

export class PageServer {
  readonly #now: () => number;
  readonly #watch: ServerWatch | undefined;
  readonly #core: ChatCore;
  readonly #connections = new Map<number, Connection>();
  readonly #stored: NewMessage[] = [];

  constructor({ now, random, watch }: ServerOptions) {
    this.#watch = watch;
    // The tap's clock has fractions; the times in messages have none.
    this.#now = () => Math.floor(now());
    // The demo records its own traffic with its secrets, and says so in its welcome, as the workbench does.
    this.#core = new ChatCore({ random, tapped: true });
  }

  /** Accepts a connection. `write` gets what the server puts on the wire. */
  accept(
    id: number,
    from: Pick<Connection, 'wire' | 'address' | 'channel'>,
    write: (bytes: Uint8Array) => void,
  ): void {
    const connection = { id, ...from, decoder: new FrameDecoder(), write, frames: [] };
    this.#connections.set(id, connection);
    for (const event of from.channel.start()) this.#handle(connection, event);
    this.#flush();
  }

  /** Takes bytes from the wire. A client that breaks the protocol is told so, and its connection is closed. */
  receive(id: number, bytes: Uint8Array): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    connection.channel.push(bytes);
    try {
      for (let event = connection.channel.next(); event; event = connection.channel.next())
        this.#handle(connection, event);
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      this.#fail(id, error);
    }
    this.#flush();
  }

  /** Bytes of this connection that wait for the rest of their record or frame. */
  pending(id: number): number {
    const connection = this.#connections.get(id);
    return connection ? connection.channel.pending + connection.decoder.pending : 0;
  }

  /** As the sockets' server does it: a frame says what was wrong, and an alert where the channel has one. */
  #fail(id: number, error: RemoteProtocolError): void {
    const { code, message, expected, got } = error;
    this.#watch?.failed(id, error);
    this.#give(
      id,
      frameOf(withoutUndefined({ type: 'error' as const, code, message, fatal: true, expected, got })),
    );
    this.#close(id, code);
  }

  #handle(connection: Connection, event: ChannelEvent): void {
    const { id, wire, address, decoder, write } = connection;
    if (event.kind === 'write') write(event.bytes);
    else if (event.kind === 'opened') this.#perform(this.#core.connect({ id, wire, address }, this.#now()));
    else if (event.kind === 'closed') this.#leave(id);
    else {
      decoder.push(event.bytes);
      for (let payload = decoder.next(); payload; payload = decoder.next()) {
        const message = parseClientMessage(payload);
        this.#watch?.understood(id, message);
        this.#perform(this.#core.receive(id, message, this.#now()));
      }
    }
  }

  #leave(id: number): void {
    if (this.#connections.delete(id)) this.#perform(this.#core.disconnect(id, this.#now()));
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: Effect): void {
    switch (effect.kind) {
      case 'send': {
        const frame = frameOf(effect.message);
        for (const id of effect.to) this.#give(id, frame);
        return;
      }
      case 'publish':
        return publish(effect, (id, frames) => this.#give(id, frames));
      case 'commit':
        this.#stored.push(effect.message);
        return this.#perform(this.#core.committed([effect.message]));
      case 'load':
        return this.#perform(this.#core.loaded(effect.request, this.#load(effect.request)));
      case 'ask':
        return this.#perform(this.#answer(effect.ask));
      case 'tell_changes':
        return this.#perform(this.#core.tellChanges(effect.room));
      case 'close':
        return this.#close(effect.session, effect.code);
      case 'audit':
        return;
    }
  }

  #close(id: number, code: Parameters<Channel['close']>[0]): void {
    const connection = this.#connections.get(id);
    if (!connection) return;
    this.#flush();
    const goodbye = connection.channel.close(code);
    if (goodbye.length > 0) connection.write(goodbye);
    this.#leave(id);
  }

  #load({ query }: LoadRequest): Loaded {
    const { room, limit, after, before = Infinity } = query;
    const all = this.#stored.filter(
      (said) => said.room === room && said.id > (after ?? 0) && said.id < before,
    );
    const page = after === undefined ? all.slice(Math.max(0, all.length - limit)) : all.slice(0, limit);
    const messages = page.map(({ id, from, text, ts, via, replyTo }) =>
      withoutUndefined({ id, from, text, ts, via, reply_to: replyTo }),
    );
    return { messages, more: page.length < all.length };
  }

  #answer(ask: Ask<Effect>): Effect[] {
    if (ask.question === 'messageByRef') {
      const { author, ref } = ask.input;
      const found = this.#stored.find((said) => said.author === author && said.ref === ref);
      return this.#core.answered(ask, found, this.#now());
    }
    // Accounts, edits and searches need the database, which is not here; the client is told so.
    return this.#core.unanswered(ask, 'storage_failed');
  }

  #give(id: number, frames: Uint8Array): void {
    this.#connections.get(id)?.frames.push(frames);
  }

  #flush(): void {
    for (const connection of this.#connections.values()) {
      if (connection.frames.length === 0) continue;
      const frames = concat(connection.frames.splice(0));
      connection.write(concat(connection.channel.send(frames)));
    }
  }
}
