/**
 * One TCP connection in the order in which its two ends saw it. A segment is told once everything before it has
 * been told: in its own direction, and in the other direction everything that its sender had acknowledged. A
 * capture may have the packets in another order. What does not come is waited for within caps, and then counts
 * as missing.
 */
import type { WireName } from '#protocol/messages';
import type { Direction, TapEvent } from '../model.ts';
import { CAPS } from './caps.ts';
import { type Choice, GUESSED, clientGuessed, clientTold } from './client-choice.ts';
import { FLAG } from './packets.ts';
import type { CapturedEndpoint } from './endpoints.ts';
import { isOfAnother } from './port-reuse.ts';
import type { TcpSegment } from './segments.ts';
import { type TcpSide, isReady, orderOf } from './tcp-side.ts';
import { SegmentStream, UNREAD } from './stream.ts';
import type { Part, Waiting } from './waiting-segments.ts';

/** What a connection tells. */
export interface TcpConnectionSink {
  /** A number for the flow, taken when it is told. */
  newFlow(): number;
  emit(event: TapEvent): void;
  comment(on: 'flow', text: string, flow: number): void;
  unread(reason: string, bytes: number): void;
}

export class TcpConnection {
  readonly #sink: TcpConnectionSink;
  readonly #wire: WireName | undefined;
  readonly #started: number;
  /** The side whose segment was captured first, then the other. */
  readonly #sides: readonly [TcpSide, TcpSide];
  #flow: number | undefined;
  #segments = 0;
  /** When its last segment was seen. */
  #last: number;
  /** Time of what was told last. */
  #told: number;

  constructor(first: TcpSegment, time: number, sink: TcpConnectionSink, wire: WireName | undefined) {
    this.#sink = sink;
    this.#wire = wire;
    this.#started = time;
    this.#last = time;
    this.#told = time;
    this.#sides = [this.#side(first.from, 'c2s'), this.#side(first.to, 's2c')];
  }

  /** Bytes that wait for other bytes. */
  get waitingBytes(): number {
    const [a, b] = this.#sides;
    return a.stream.waitingBytes + b.stream.waitingBytes;
  }

  /** True when the segment cannot belong to this connection: its ports are in use again. */
  isFollowedBy(segment: TcpSegment): boolean {
    const [own, other] = this.#from(segment.from);
    return isOfAnother(segment, { own: own.stream, other: other.stream, isOver: this.#isOver });
  }

  /** One of its segments, captured at `time`. */
  add(segment: TcpSegment, time: number): void {
    const { from, flags, sequence, payload } = segment;
    const [own, other] = this.#from(from);
    this.#last = time;
    this.#segments++;
    const resets = (flags & FLAG.rst) !== 0;
    // A reset is not believed about what arrived.
    if ((flags & FLAG.ack) !== 0 && !resets) other.stream.acknowledge(segment.acknowledged);
    if ((flags & FLAG.syn) !== 0) {
      own.stream.synchronise(sequence);
      if (this.#flow === undefined) this.#openBySyn(own, flags);
    }
    if (resets) this.#onReset(own, sequence, payload, time);
    else this.#onSegment(own, segment, time);
    this.#goOn();
  }

  /** Gives up waiting for the bytes before the oldest waiting segment. */
  giveUp(): void {
    if (this.#flow === undefined) {
      this.#open(clientGuessed(...this.#sides));
      return this.#deliverReady();
    }
    const [a, b] = this.#sides;
    const own = orderOf(a) <= orderOf(b) ? a : b;
    const other = own === a ? b : a;
    const head = own.stream.head;
    if (!head) return;
    if (!this.#giveUpOther(head, other)) {
      own.stream.skipTo(head.at, head.time);
      own.stream.deliverHead();
    }
    this.#deliverReady();
  }

  /** Nothing more will come: tells what is left, and how it ended. */
  close(): void {
    if (this.#flow === undefined) this.giveUp();
    while (this.#sides.some(({ stream }) => stream.head)) this.giveUp();
    for (const { stream } of this.#byDirection()) stream.skipAcknowledged(this.#last);
    for (const side of this.#byDirection()) this.#endByReset(side);
  }

  get #isOver(): boolean {
    const [a, b] = this.#sides;
    return (a.reset ?? b.reset) !== undefined || (a.stream.ended && b.stream.ended);
  }

  #side(endpoint: CapturedEndpoint, dir: Direction): TcpSide {
    const told = (event: (flow: number) => TapEvent): void => this.#sink.emit(event(this.#flow as number));
    const at = (time: number): number => (this.#told = Math.max(this.#told, time));
    const side: TcpSide = {
      endpoint,
      dir,
      stream: new SegmentStream({
        chunk: (bytes, time) =>
          told((flow) => ({ kind: 'chunk', flow, dir: side.dir, time: at(time), bytes })),
        gap: (length, time) => told((flow) => ({ kind: 'gap', flow, dir: side.dir, time: at(time), length })),
        end: (time) => told((flow) => ({ kind: 'end', flow, dir: side.dir, time: at(time), how: 'fin' })),
        unread: (reason, bytes) => this.#sink.unread(reason, bytes),
      }),
    };
    return side;
  }

  #from(endpoint: CapturedEndpoint): readonly [own: TcpSide, other: TcpSide] {
    const [a, b] = this.#sides;
    return a.endpoint === endpoint ? [a, b] : [b, a];
  }

  #byDirection(): readonly TcpSide[] {
    const [a, b] = this.#sides;
    return a.dir === 'c2s' ? [a, b] : [b, a];
  }

  #onSegment({ stream }: TcpSide, segment: TcpSegment, time: number): void {
    const { flags, payload, acknowledged, length } = segment;
    // The SYN takes the number before the first byte.
    const sequence = (segment.sequence + (flags & FLAG.syn ? 1 : 0)) >>> 0;
    const fin = (flags & FLAG.fin) !== 0;
    if (!stream.see(sequence, length)) return this.#sink.unread(UNREAD.again, payload.length);
    if (length === 0 && !fin) return;
    if (stream.ended) return this.#onAfterEnd(stream, sequence, payload);
    const part: Part = {
      sequence,
      bytes: payload,
      length,
      fin,
      acknowledged: (flags & FLAG.ack) === 0 ? undefined : acknowledged,
      time,
      order: this.#segments,
    };
    if (this.#isNext(stream, part)) stream.deliver(part);
    else stream.hold(part);
  }

  /** True in the common case: nothing waits, and the segment follows what was told. */
  #isNext(stream: SegmentStream, { sequence, acknowledged }: Part): boolean {
    const [a, b] = this.#sides;
    if (this.#flow === undefined || a.stream.head || b.stream.head) return false;
    const other = a.stream === stream ? b.stream : a.stream;
    const distance = stream.distance(sequence);
    return (stream.settled ? distance <= 0 : distance === 0) && other.hasDelivered(acknowledged);
  }

  #onAfterEnd(stream: SegmentStream, sequence: number, { length }: Uint8Array): void {
    // The FIN itself has a number.
    const behind = Math.min(length, Math.max(0, stream.distance(sequence) + 1 + length));
    if (behind > 0) this.#sink.unread(UNREAD.behind, behind);
    if (length > behind) this.#sink.unread(UNREAD.again, length - behind);
  }

  /**
   * A reset may carry a text of the system that sends it (RFC 1122 §4.2.2.12), which is not part of the stream.
   */
  #onReset(side: TcpSide, sequence: number, { length }: Uint8Array, time: number): void {
    if (length > 0) this.#sink.unread(UNREAD.reset, length);
    side.reset ??= { sequence, time };
  }

  /**
   * A reset counts when nothing from its side came after it. Otherwise somebody else sent it, or it was outside
   * the window, and the connection went on (RFC 9293 §3.10.7.4).
   */
  #endByReset({ stream, dir, reset }: TcpSide): void {
    if (!reset || stream.ended || this.#flow === undefined) return;
    if (!stream.began || stream.distance(reset.sequence) >= 0) {
      const time = Math.max(this.#told, reset.time);
      return this.#sink.emit({ kind: 'end', flow: this.#flow, dir, time, how: 'reset' });
    }
    const from = dir === 'c2s' ? 'client' : 'server';
    this.#sink.comment('flow', `A reset from the ${from} did not end this connection.`, this.#flow);
  }

  #goOn(): void {
    if (this.#flow === undefined) this.#openWhenTold();
    if (this.#flow === undefined) return;
    this.#deliverReady();
    while (this.#waitsTooLong()) this.giveUp();
  }

  /** Tells the waiting segments that are next; where both directions have one, the one captured first. */
  #deliverReady(): void {
    const [a, b] = this.#sides;
    for (;;) {
      const [first, second] = orderOf(a) <= orderOf(b) ? [a, b] : [b, a];
      if (isReady(first.stream, second.stream)) first.stream.deliverHead();
      else if (isReady(second.stream, first.stream)) second.stream.deliverHead();
      else return;
    }
  }

  #waitsTooLong(): boolean {
    const [a, b] = this.#sides;
    if (!a.stream.head && !b.stream.head) return false;
    if (a.stream.waiting.length + b.stream.waiting.length > CAPS.waitingSegments) return true;
    if (this.waitingBytes > CAPS.waitingBytes) return true;
    const oldest = orderOf(a) <= orderOf(b) ? a : b;
    const { stream } = oldest;
    const head = stream.head as Waiting;
    // What was lost before it reached the capture is sent again, however long that takes.
    const crossed = head.at <= stream.position || stream.acknowledged > stream.position;
    return crossed && this.#last - head.time > CAPS.waitingTime;
  }

  /**
   * True when what the sender of the head had received in the other direction is missing there. False when it
   * need not be waited for.
   */
  #giveUpOther(head: Waiting, { stream }: TcpSide): boolean {
    if (stream.hasDelivered(head.acknowledged)) return false;
    const missing = stream.distance(head.acknowledged as number);
    const next = stream.head;
    // One number may have been that of a FIN that was not captured.
    if (!next && missing === 1) return false;
    const until = Math.min(stream.position + missing, next?.at ?? Infinity);
    // Two segments that wait for each other: one of them acknowledges what was not sent yet.
    if (until <= stream.position) return false;
    stream.skipTo(until, head.time);
    return true;
  }

  #openBySyn(own: TcpSide, flags: number): void {
    const client = (flags & FLAG.ack) === 0 ? own : this.#from(own.endpoint)[1];
    this.#open({ client });
  }

  /** Without a SYN, the first words that only one side can say decide; a client's words decide at once. */
  #openWhenTold(): void {
    const [a, b] = this.#sides;
    const waiting = a.stream.waiting.length + b.stream.waiting.length;
    const choice = clientTold(a, b) ?? (waiting >= CAPS.undecidedSegments ? clientGuessed(a, b) : undefined);
    if (choice) this.#open(choice);
  }

  #open({ client, by }: Partial<Choice> & Pick<Choice, 'client'>): void {
    const server = this.#from(client.endpoint)[1];
    client.dir = 'c2s';
    server.dir = 's2c';
    const flow = this.#sink.newFlow();
    this.#flow = flow;
    const ends = { client: endOf(client.endpoint), server: endOf(server.endpoint) };
    const known = { ...(this.#wire ? { wire: this.#wire } : {}), ...(by ? { midway: true as const } : {}) };
    this.#sink.emit({ kind: 'flow', flow, time: this.#started, ...ends, ...known });
    if (!by) return;
    const why = GUESSED[by](server.endpoint);
    this.#sink.comment('flow', `The capture does not hold the beginning of this connection. ${why}`, flow);
    for (const { stream } of this.#sides) stream.settle();
  }
}

function endOf({ address, port }: CapturedEndpoint): { readonly address: string; readonly port: number } {
  return { address, port };
}
