/** One direction of a TCP connection put together again: retransmitted bytes once, early ones in their place. */
import { CAPS } from './caps.ts';

interface Waiting {
  /** Place of its first byte in the stream. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** Takes the stream in order: bytes, and how many are missing between them. */
export interface StreamSink {
  chunk(bytes: Uint8Array): void;
  gap(length: number): void;
}

export class SegmentStream {
  readonly #sink: StreamSink;
  /** Sequence number of the first byte of the stream; the SYN or the first segment seen settles it. */
  #first: number | undefined;
  /** Sequence number of the next byte, and its place in the stream. */
  #next = 0;
  #position = 0;
  /** Ordered by place; of the same place the one that came first stands first. */
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #finAt: number | undefined;
  /** Up to where the other side has acknowledged. */
  #acknowledged = 0;
  #lastAcknowledgement: number | undefined;

  constructor(sink: StreamSink) {
    this.#sink = sink;
  }

  /** True when anything of this direction was seen. */
  get began(): boolean {
    return this.#first !== undefined;
  }

  /** True when a SYN of this number, or none at all, began this stream. */
  beganWith(sequence: number): boolean {
    return this.#first === (sequence + 1) >>> 0;
  }

  /** A SYN with this sequence number was sent. */
  synchronise(sequence: number): void {
    this.#begin((sequence + 1) >>> 0);
  }

  /** Takes a segment's payload; of bytes that come again, those that came first count. */
  push(sequence: number, payload: Uint8Array): void {
    if (this.#first === undefined) this.#begin(this.#firstOf(sequence, payload));
    if (payload.length === 0) return;
    const at = this.#placeOf(sequence);
    if (at > this.#position) return this.#hold({ at, bytes: payload });
    this.#deliver(payload.subarray(this.#position - at));
    if (this.#waiting.length > 0) this.#deliverWaiting();
  }

  /** The other side has taken in everything before this sequence number. */
  acknowledge(sequence: number): void {
    this.#lastAcknowledgement = sequence;
    if (this.#first === undefined) return;
    const place = this.#placeOf(sequence);
    if (place <= this.#acknowledged) return;
    this.#acknowledged = place;
    this.#settleGap();
  }

  /** A FIN stands behind the byte before this sequence number. */
  finish(sequence: number): void {
    this.#finAt ??= Math.max(this.#placeOf(sequence), this.#position);
    this.#settleGap();
  }

  /** True when everything up to the FIN was delivered. */
  get finished(): boolean {
    return this.#finAt !== undefined && this.#position >= this.#finAt;
  }

  /** Nothing more will come: what still waits is delivered behind what is missing. */
  flush(): void {
    while (this.#waiting.length > 0) this.#skipToWaiting();
    const end = this.#finAt ?? this.#acknowledged;
    // One number further than the last byte may have been acknowledged for a FIN that was not captured.
    const unseen = this.#finAt === undefined ? 1 : 0;
    if (end - this.#position > unseen) this.#skipTo(end);
  }

  #begin(sequence: number): void {
    if (this.#first !== undefined) return;
    this.#first = sequence;
    this.#next = sequence;
  }

  /** A capture that begins with a keep-alive shows a byte that was acknowledged before (RFC 9293 §3.8.4). */
  #firstOf(sequence: number, payload: Uint8Array): number {
    const after = (sequence + 1) >>> 0;
    return payload.length <= 1 && this.#lastAcknowledgement === after ? after : sequence;
  }

  /** Where in the stream it lies, going around the circle of 32-bit numbers by the shorter way (RFC 9293 §3.4). */
  #placeOf(sequence: number): number {
    return this.#position + ((sequence - this.#next) | 0);
  }

  #hold(segment: Waiting): void {
    const index = this.#indexOf(segment.at);
    const before = this.#waiting[index - 1];
    if (before?.at === segment.at && before.bytes.length >= segment.bytes.length) return;
    this.#waiting.splice(index, 0, segment);
    this.#waitingBytes += segment.bytes.length;
    this.#settleGap();
    while (this.#waitingBytes > CAPS.waitingBytes || this.#waiting.length > CAPS.waitingSegments) {
      this.#skipToWaiting();
    }
  }

  /** Behind all that wait for the same place or an earlier one. */
  #indexOf(at: number): number {
    let [low, high] = [0, this.#waiting.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiting[middle] as Waiting).at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** What the other side has acknowledged, with more behind it, has crossed and is not in the capture. */
  #settleGap(): void {
    for (;;) {
      const behind = this.#waiting[0]?.at ?? this.#finAt;
      if (behind === undefined || behind <= this.#position || behind > this.#acknowledged) return;
      this.#skipTo(behind);
      this.#deliverWaiting();
    }
  }

  #skipToWaiting(): void {
    const [first] = this.#waiting;
    if (first && first.at > this.#position) this.#skipTo(first.at);
    this.#deliverWaiting();
  }

  #skipTo(place: number): void {
    const length = place - this.#position;
    this.#advance(length);
    this.#sink.gap(length);
  }

  #deliverWaiting(): void {
    let done = 0;
    for (let segment = this.#waiting[0]; segment; segment = this.#waiting[++done]) {
      const { at, bytes } = segment;
      if (at > this.#position) break;
      this.#waitingBytes -= bytes.length;
      this.#deliver(bytes.subarray(this.#position - at));
    }
    if (done > 0) this.#waiting.splice(0, done);
  }

  #deliver(fresh: Uint8Array): void {
    if (fresh.length === 0) return;
    this.#advance(fresh.length);
    this.#sink.chunk(fresh);
  }

  #advance(length: number): void {
    this.#position += length;
    this.#next = (this.#next + length) >>> 0;
  }
}
