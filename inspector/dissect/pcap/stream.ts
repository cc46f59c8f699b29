/** One direction of a TCP connection put together again: retransmitted bytes once, early ones in their place. */

/** Bytes that may wait for an earlier segment; a receiver's window is about as large. */
const MAX_WAITING = 8 * 1024 * 1024;
/** And segments, so that a file of tiny ones stays quick to read. */
const MAX_WAITING_SEGMENTS = 8_192;

interface Waiting {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

export class SegmentStream {
  /** Sequence number of the next byte; the first segment seen settles it. */
  #next: number | undefined;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #finAt: number | undefined;
  #delivered = 0;

  /** A SYN with this sequence number was sent. */
  synchronise(sequence: number): void {
    this.#next ??= (sequence + 1) >>> 0;
  }

  /** True when a SYN of this number, or none at all, began this stream. */
  beganWith(sequence: number): boolean {
    return this.#delivered === 0 && this.#next === (sequence + 1) >>> 0;
  }

  /** Takes a segment's payload; gives the bytes that are next in the stream now, in order. */
  push(sequence: number, payload: Uint8Array): Uint8Array[] {
    this.#next ??= sequence;
    const early = this.#ahead({ sequence, bytes: payload }) > 0;
    if (payload.length === 0 || (early && !this.#room(payload.length))) return [];
    this.#waiting.push({ sequence, bytes: payload });
    this.#waitingBytes += payload.length;
    return early ? [] : this.#deliver();
  }

  finish(sequence: number): void {
    this.#finAt ??= sequence;
  }

  /** True when everything up to the FIN was delivered. */
  get finished(): boolean {
    return this.#finAt !== undefined && this.#next === this.#finAt;
  }

  /** Bytes that came after a gap which was never filled, and where in the stream that gap is. */
  get missing(): { readonly offset: number; readonly behind: number } | undefined {
    return this.#waitingBytes === 0 ? undefined : { offset: this.#delivered, behind: this.#waitingBytes };
  }

  #room(bytes: number): boolean {
    return this.#waitingBytes + bytes <= MAX_WAITING && this.#waiting.length < MAX_WAITING_SEGMENTS;
  }

  #deliver(): Uint8Array[] {
    const out: Uint8Array[] = [];
    if (this.#waiting.length > 1) this.#waiting.sort((a, b) => this.#ahead(a) - this.#ahead(b));
    let segment = this.#waiting[0];
    for (; segment && this.#ahead(segment) <= 0; segment = this.#waiting[0]) {
      this.#waiting.shift();
      this.#waitingBytes -= segment.bytes.length;
      const fresh = segment.bytes.subarray(-this.#ahead(segment));
      if (fresh.length === 0) continue;
      this.#next = ((this.#next as number) + fresh.length) >>> 0;
      this.#delivered += fresh.length;
      out.push(fresh);
    }
    return out;
  }

  /** How far it lies ahead of the next byte, in the circle of 32-bit numbers: negative for what was seen already. */
  #ahead({ sequence }: Waiting): number {
    return (sequence - (this.#next as number)) | 0;
  }
}
