/**
 * A TCP connection made up around the bytes that a tap saw: what the tap forwarded had a TCP connection of
 * its own on either side.
 */
import { EMPTY } from '#protocol/bytes';
import type { Direction, Endpoint } from '../model.ts';
import { parseAddress, toV6 } from './addresses.ts';
import { FLAG, type Segment, type Station, packet, segmentSize } from './packets.ts';

interface SyntheticSide {
  readonly station: Station;
  /** Sequence number of the next byte. */
  next: number;
  packets: number;
  finished: boolean;
}

/** Segments after which the receiver acknowledges; well under its window of 65,535 bytes. */
const ACK_EVERY = 16;
/** For endpoints that are not known or not IP addresses: addresses reserved for examples (RFC 5737). */
const EXAMPLES = { client: [192, 0, 2, 1], server: [192, 0, 2, 2] } as const;

export class SyntheticConnection {
  readonly #sides: Record<Direction, SyntheticSide>;
  readonly #emit: (packet: Uint8Array) => void;
  #opened = false;
  #reset = false;

  /** `flow` only makes the initial sequence numbers differ; `emit` gets whole Ethernet frames. */
  constructor(
    flow: number,
    { client, server }: { readonly client: Endpoint; readonly server: Endpoint },
    emit: (packet: Uint8Array) => void,
  ) {
    const [from, to] = sameFamily(
      parseAddress(client.address) ?? Uint8Array.from(EXAMPLES.client),
      parseAddress(server.address) ?? Uint8Array.from(EXAMPLES.server),
    );
    this.#emit = emit;
    this.#sides = {
      c2s: side(0x01, from, client.port, 100_000 + (flow % 1_000) * 4_000_000),
      s2c: side(0x02, to, server.port, 200_000 + (flow % 1_000) * 4_000_000),
    };
  }

  /** SYN, SYN-ACK, ACK. */
  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#send('c2s', FLAG.syn);
    this.#send('s2c', FLAG.syn | FLAG.ack);
    this.#send('c2s', FLAG.ack);
  }

  /** `bytes` in segments, acknowledged by the other side. */
  data(dir: Direction, bytes: Uint8Array): void {
    this.open();
    if (this.#reset || this.#sides[dir].finished) return;
    const size = segmentSize(this.#sides[dir].station.address.length);
    let sent = 0;
    for (let at = 0; at < bytes.length; at += size) {
      const last = at + size >= bytes.length;
      this.#send(dir, last ? FLAG.psh | FLAG.ack : FLAG.ack, bytes.subarray(at, at + size));
      if (last || ++sent % ACK_EVERY === 0) this.#send(other(dir), FLAG.ack);
    }
  }

  /** Leaves out bytes that were never seen, by their sequence numbers; a reader sees the gap too. */
  skip(dir: Direction, length: number): void {
    this.open();
    if (!this.#sides[dir].finished) this.#sides[dir].next = (this.#sides[dir].next + length) % 2 ** 32;
  }

  end(dir: Direction, how: 'fin' | 'reset'): void {
    this.open();
    if (this.#reset || this.#sides[dir].finished) return;
    if (how === 'reset') {
      this.#reset = true;
      this.#send(dir, FLAG.rst | FLAG.ack);
      return;
    }
    this.#send(dir, FLAG.fin | FLAG.ack);
    this.#sides[dir].finished = true;
    this.#send(other(dir), FLAG.ack);
  }

  #send(dir: Direction, flags: number, payload: Uint8Array = EMPTY): void {
    const from = this.#sides[dir];
    const to = this.#sides[other(dir)];
    const segment: Segment = {
      from: from.station,
      to: to.station,
      sequence: from.next,
      acknowledged: (flags & FLAG.ack) === 0 ? 0 : to.next,
      flags,
      payload,
      id: ++from.packets,
    };
    // SYN and FIN take one sequence number each (RFC 9293 §3.4).
    const taken = payload.length + ((flags & (FLAG.syn | FLAG.fin)) === 0 ? 0 : 1);
    from.next = (from.next + taken) % 2 ** 32;
    this.#emit(packet(segment));
  }
}

function side(host: number, address: Uint8Array, port: number, first: number): SyntheticSide {
  // The second bit of the first byte marks a made-up (locally administered) MAC address.
  const mac = Uint8Array.of(0x02, 0, 0, 0, 0, host);
  return { station: { mac, address, port }, next: first % 2 ** 32, packets: 0, finished: false };
}

function sameFamily(a: Uint8Array, b: Uint8Array): [Uint8Array, Uint8Array] {
  return a.length === b.length ? [a, b] : [toV6(a), toV6(b)];
}

function other(dir: Direction): Direction {
  return dir === 'c2s' ? 's2c' : 'c2s';
}
