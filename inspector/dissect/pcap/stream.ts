/** One direction of a TCP connection: the place of its next byte, what is missing before it, and what waits behind. */
import { CAPS } from './caps.ts';
import { type Part, type Waiting, WaitingSegments } from './waiting-segments.ts';

/** Why captured bytes are not among those that were delivered. */
export const UNREAD = {
  again: 'sent again',
  early: 'before the first byte of their connection',
  late: 'after their place was given up as missing',
  behind: 'after the end of their direction',
  reset: 'in a reset',
} as const;

/** Takes the stream in order: bytes, how many are missing between them, and its end. */
export interface StreamSink {
  chunk(bytes: Uint8Array, time: number): void;
  gap(length: number, time: number): void;
  end(time: number): void;
  /** Captured bytes that are not told. */
  unread(reason: string, bytes: number): void;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Gaps remembered, so that bytes that come too late are not taken for retransmitted ones. */
const GAPS = 32;

export class SegmentStream {
  readonly #sink: StreamSink;
  /** Sequence number of the first byte of the stream. */
  #first: number | undefined;
  /** Sequence number of the next byte, and its place in the stream. */
  #next = 0;
  #position = 0;
  #settled = false;
  #ended = false;
  readonly #waiting = new WaitingSegments();
  #gaps: Range[] = [];
  /** The place up to which the other side has acknowledged. */
  #acknowledged = 0;
  #lastAcknowledgement: number | undefined;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  /** True when anything of this direction was seen. */
  get began(): boolean {
    return this.#first !== undefined;
  }

  /** True when it is known where the stream begins: by a SYN, or because something was delivered. */
  get settled(): boolean {
    return this.#settled;
  }

  /** True when its FIN was delivered. */
  get ended(): boolean {
    return this.#ended;
  }

  get position(): number {
    return this.#position;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting.all;
  }

  get waitingBytes(): number {
    return this.#waiting.bytes;
  }

  /** The first of the waiting segments. */
  get head(): Waiting | undefined {
    return this.#waiting.head;
  }

  /** True when a SYN of this number, or none at all, began this stream. */
  beganWith(sequence: number): boolean {
    return this.#first === (sequence + 1) >>> 0;
  }

  /**
   * How far after the next byte it is, going around the circle of numbers by the shorter way (RFC 9293 §3.4).
   */
  distance(sequence: number): number {
    return (sequence - this.#next) | 0;
  }

  /** Its place in the stream. */
  placeOf(sequence: number): number {
    return this.#position + this.distance(sequence);
  }

  /** A SYN with this sequence number was sent. One that comes late still says where a stream begins. */
  synchronise(sequence: number): void {
    if (this.#settled) return;
    const first = (sequence + 1) >>> 0;
    if (this.#first !== undefined) this.#beginAt(this.placeOf(first));
    this.#first = first;
    this.#next = first;
    this.#settled = true;
  }

  /** Without a SYN the stream begins with the earliest byte at hand. */
  settle(): void {
    if (this.#settled || this.#first === undefined) return;
    const place = Math.min(0, this.head?.at ?? 0);
    this.#first = (this.#first + place) >>> 0;
    this.#next = this.#first;
    this.#beginAt(place);
    this.#settled = true;
  }

  /**
   * A segment of this direction was seen, which may carry nothing. Returns false for a keep-alive, which must
   * not begin the stream.
   */
  see(sequence: number, length: number): boolean {
    if (this.#settled) return true;
    if (this.#first === undefined) this.#beginWith(sequence);
    // A capture that begins with a keep-alive shows a byte that was acknowledged before (RFC 9293 §3.8.4).
    return length > 1 || this.#lastAcknowledgement !== (sequence + 1) >>> 0;
  }

  /** The other side acknowledges everything before this sequence number. */
  acknowledge(sequence: number): void {
    this.#lastAcknowledgement = sequence;
    // Until a segment of this direction is seen, nothing else tells where the stream is.
    if (this.#first === undefined) return this.#beginWith(sequence);
    const place = this.placeOf(sequence);
    const seen = Math.max(this.#position, this.#acknowledged, this.#waiting.end);
    // Nobody acknowledges what cannot have been sent.
    if (place > this.#acknowledged && place <= seen + CAPS.farAway) this.#acknowledged = place;
  }

  /** True when what was acknowledged is delivered, or cannot have been sent. */
  hasDelivered(acknowledged: number | undefined): boolean {
    if (acknowledged === undefined || this.#first === undefined) return true;
    const missing = this.distance(acknowledged);
    return missing <= 0 || missing > CAPS.farAway;
  }

  /** Keeps the segment until its turn comes. */
  hold(part: Part): void {
    if (!this.#waiting.add(part, this.placeOf(part.sequence))) {
      this.#sink.unread(UNREAD.again, part.bytes.length);
    }
  }

  /** Takes the first of the waiting segments, which must not come after missing bytes. */
  deliverHead(): void {
    this.settle();
    const head = this.#waiting.takeHead();
    if (head) this.deliver(head);
  }

  /**
   * Delivers a segment that begins at the next byte or before it; where bytes come again, the first ones count.
   */
  deliver(part: Part): void {
    const { bytes, length, fin, time } = part;
    this.settle();
    const at = this.placeOf(part.sequence);
    const known = Math.min(bytes.length, Math.max(0, this.#position - at));
    if (known > 0) this.#leaveOut(at, known);
    const fresh = bytes.subarray(known);
    if (fresh.length > 0) {
      this.#move(fresh.length);
      this.#sink.chunk(fresh, time);
    }
    // What was cut off a packet will not come any more, unless another packet has it.
    const end = Math.min(at + length, this.head?.at ?? Infinity);
    if (length > bytes.length && end > this.#position) this.skipTo(end, time);
    if (fin && at + length === this.#position) this.#end(time);
  }

  /** The bytes before this place are missing. */
  skipTo(place: number, time: number): void {
    const length = place - this.#position;
    if (length <= 0) return;
    this.#gaps = [...this.#gaps.slice(1 - GAPS), { from: this.#position, to: place }];
    this.#move(length);
    this.#sink.gap(length, time);
  }

  /** What the other side has acknowledged at the end, but the capture does not hold. */
  skipAcknowledged(time: number): void {
    if (this.#ended || this.#first === undefined) return;
    // One number further than the last byte may have been acknowledged for a FIN that was not captured.
    if (this.#acknowledged - this.#position > 1) this.skipTo(this.#acknowledged, time);
  }

  #beginWith(sequence: number): void {
    this.#first = sequence;
    this.#next = sequence;
  }

  /** Moves the beginning of the stream to what was this place so far. */
  #beginAt(place: number): void {
    this.#acknowledged = Math.max(0, this.#acknowledged - place);
    this.#waiting.moveBy(-place);
  }

  #end(time: number): void {
    // A FIN takes a sequence number (RFC 9293 §3.4).
    this.#move(1);
    this.#ended = true;
    this.#sink.end(time);
  }

  /** Counts bytes that come before the next one, by the reason why they are of no use. */
  #leaveOut(at: number, length: number): void {
    const end = at + length;
    const early = Math.min(length, Math.max(0, -at));
    let late = 0;
    for (const { from, to } of this.#gaps) late += Math.max(0, Math.min(end, to) - Math.max(at, from));
    if (early > 0) this.#sink.unread(UNREAD.early, early);
    if (late > 0) this.#sink.unread(UNREAD.late, late);
    if (length > early + late) this.#sink.unread(UNREAD.again, length - early - late);
  }

  #move(length: number): void {
    this.#position += length;
    this.#next = (this.#next + length) >>> 0;
  }
}
