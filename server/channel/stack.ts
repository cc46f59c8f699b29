/** One channel inside another: what the inner one puts on its wire is plain to the outer one. */
import { EMPTY, concat } from '#protocol/bytes';
import { type ErrorCode, LocalProtocolError } from '#protocol/errors';
import type { Channel, ChannelEvent } from './contract.ts';
import { PlaintextChannel } from './plaintext.ts';

export class ChannelStack implements Channel {
  readonly #outer: Channel;
  readonly #inner: Channel;
  /** How the outer channel protects, in words, once it is open. */
  #outerDetail: string | undefined;
  #closedByPeer = false;
  readonly #waiting: ChannelEvent[] = [];

  constructor(outer: Channel, inner: Channel) {
    this.#outer = outer;
    this.#inner = inner;
  }

  get pending(): number {
    return this.#outer.pending + this.#inner.pending;
  }

  start(): ChannelEvent[] {
    for (const event of this.#outer.start()) this.#fromOuter(event);
    return this.#waiting.splice(0);
  }

  push(wireBytes: Uint8Array): void {
    this.#outer.push(wireBytes);
  }

  next(): ChannelEvent | undefined {
    for (;;) {
      const event = this.#waiting.shift();
      if (event) return event;
      const inner = this.#outerDetail === undefined ? undefined : this.#inner.next();
      if (inner) {
        this.#fromInner(inner);
        continue;
      }
      const outer = this.#outer.next();
      if (!outer) return undefined;
      this.#fromOuter(outer);
    }
  }

  send(plain: Uint8Array): Uint8Array[] {
    return this.#wrap(this.#inner.send(plain));
  }

  close(code: ErrorCode | 'done'): Uint8Array {
    return concat([this.#innerGoodbye(code), this.#outer.close(code)]);
  }

  end(): void {
    this.#outer.end();
    if (!this.#closedByPeer) this.#inner.end();
  }

  #fromOuter(event: ChannelEvent): void {
    switch (event.kind) {
      case 'write':
        this.#waiting.push(event);
        return;
      case 'opened':
        this.#outerDetail = event.detail;
        for (const first of this.#inner.start()) this.#fromInner(first);
        return;
      case 'plain':
        // The inner channel keeps a part of a record for longer than these bytes are valid.
        return this.#inner.push(event.bytes.slice());
      case 'closed':
        // A peer that is done says so on the inner channel first: without that, the end was cut off.
        if (event.code === 'done' && !this.#closedByPeer) this.#inner.end();
        this.#close(event);
    }
  }

  #fromInner(event: ChannelEvent): void {
    switch (event.kind) {
      case 'write':
        for (const bytes of this.#wrap([event.bytes])) this.#waiting.push({ kind: 'write', bytes });
        return;
      case 'opened': {
        const layers = [this.#outerDetail, event.detail].filter((detail) => detail);
        this.#waiting.push({ ...event, detail: layers.join('; ') });
        return;
      }
      case 'plain':
        this.#waiting.push(event);
        return;
      case 'closed':
        this.#close(event);
    }
  }

  #close(event: ChannelEvent & { kind: 'closed' }): void {
    if (!this.#closedByPeer) this.#waiting.push(event);
    this.#closedByPeer = true;
  }

  /** Empty when the outer channel cannot carry it: it is not open, it is closed already, or its key is used up. */
  #innerGoodbye(code: ErrorCode | 'done'): Uint8Array {
    if (this.#outerDetail === undefined) return EMPTY;
    try {
      return concat(this.#wrap([this.#inner.close(code)]));
    } catch (error) {
      if (error instanceof LocalProtocolError) return EMPTY;
      throw error;
    }
  }

  /** The pieces are joined, so that they share the outer channel's records. */
  #wrap(pieces: readonly Uint8Array[]): Uint8Array[] {
    const [first] = pieces;
    const bytes = pieces.length === 1 && first ? first : concat(pieces);
    return bytes.length === 0 ? [] : this.#outer.send(bytes);
  }
}

/** The channels of one connection as one, the outermost first. Without any, nothing is protected. */
export function stackOf(channels: readonly Channel[]): Channel {
  const innermost = channels.at(-1) ?? new PlaintextChannel();
  return channels
    .slice(0, -1)
    .reduceRight<Channel>((inner, outer) => new ChannelStack(outer, inner), innermost);
}
