/** Connections out of TCP segments: which segment belongs to which, and how much may wait in all of them. */
import type { WireName } from '#protocol/messages';
import type { TapEvent } from '../model.ts';
import { CAPS } from './caps.ts';
import { TcpConnection, type TcpConnectionSink } from './tcp-connection.ts';
import { pairOf } from './endpoints.ts';
import type { TcpSegment } from './segments.ts';

export type ReassemblyNotes = Pick<TcpConnectionSink, 'comment' | 'unread'>;

export class Reassembly {
  readonly #sink: TcpConnectionSink;
  readonly #connections = new Map<number, TcpConnection>();
  /**
   * Connections in which something waits, each with its number of waiting bytes; those that have waited longest
   * come first.
   */
  readonly #waiting = new Map<TcpConnection, number>();
  #waitingBytes = 0;

  constructor(emit: (event: TapEvent) => void, notes: ReassemblyNotes) {
    let flows = 0;
    this.#sink = {
      newFlow: () => ++flows,
      emit,
      comment: (on, text, flow) => notes.comment(on, text, flow),
      unread: (reason, bytes) => notes.unread(reason, bytes),
    };
  }

  /** One segment at `time`; `wire` where the file tells which it was taken on. */
  add(time: number, segment: TcpSegment, wire?: WireName): void {
    const connection = this.#connectionOf(segment, time, wire);
    if (!connection) {
      return this.#sink.unread(`of more than ${CAPS.connections} connections`, segment.payload.length);
    }
    connection.add(segment, time);
    this.#count(connection);
    while (this.#waitingBytes > CAPS.waitingTotal) this.#giveUpOldest();
  }

  /** No more segments: tells what is left behind gaps. */
  finish(): void {
    for (const connection of this.#connections.values()) connection.close();
  }

  #connectionOf(segment: TcpSegment, time: number, wire: WireName | undefined): TcpConnection | undefined {
    const pair = pairOf(segment.from, segment.to);
    const known = this.#connections.get(pair);
    if (known && !known.isFollowedBy(segment)) return known;
    if (!known && this.#connections.size >= CAPS.connections) return undefined;
    if (known) {
      known.close();
      this.#count(known);
    }
    const made = new TcpConnection(segment, time, this.#sink, wire);
    this.#connections.set(pair, made);
    return made;
  }

  #count(connection: TcpConnection): void {
    const [before, now] = [this.#waiting.get(connection), connection.waitingBytes];
    if (before === undefined && now === 0) return;
    this.#waitingBytes += now - (before ?? 0);
    if (now === 0) this.#waiting.delete(connection);
    else this.#waiting.set(connection, now);
  }

  #giveUpOldest(): void {
    const [oldest] = this.#waiting.keys();
    if (!oldest) return;
    oldest.giveUp();
    this.#count(oldest);
  }
}
