/** Connections out of TCP segments: who opened them, what each side sent, how they ended. */
import type { WireName } from '#wire/messages';
import type { Direction, TapEvent } from '../model.ts';
import { CAPS } from './caps.ts';
import { FLAG } from './packets.ts';
import { type Place, pairOf } from './places.ts';
import type { TcpSegment } from './segments.ts';
import type { CaptureSink } from './source.ts';
import { SegmentStream } from './stream.ts';

interface Connection {
  readonly flow: number;
  readonly client: Place;
  readonly streams: Readonly<Record<Direction, SegmentStream>>;
  readonly ended: Record<Direction, boolean>;
  /** When the last segment of it was seen. */
  last: number;
}

type Notes = Pick<CaptureSink, 'comment' | 'skip'>;

export class Reassembly {
  readonly #emit: (event: TapEvent) => void;
  readonly #notes: Notes;
  readonly #connections = new Map<number, Connection>();
  #flows = 0;
  /** Time of what is being told. */
  #now = 0;

  constructor(emit: (event: TapEvent) => void, notes: Notes) {
    this.#emit = emit;
    this.#notes = notes;
  }

  /** One segment at `time`; `wire` where the file tells which it was taken on. */
  add(time: number, segment: TcpSegment, wire?: WireName): void {
    this.#now = time;
    const connection = this.#connectionOf(segment, wire);
    if (!connection) return this.#notes.skip(`of more than ${CAPS.connections} connections`);
    connection.last = time;
    const dir = segment.from === connection.client ? 'c2s' : 's2c';
    // Only a segment that does not reset is believed about what arrived.
    if ((segment.flags & (FLAG.ack | FLAG.rst)) === FLAG.ack) {
      connection.streams[dir === 'c2s' ? 's2c' : 'c2s'].acknowledge(segment.acknowledged);
    }
    this.#tellEnds(connection);
    if (connection.ended[dir]) return;
    this.#take(connection.streams[dir], segment);
    if ((segment.flags & FLAG.rst) !== 0) this.#reset(connection, dir);
    this.#tellEnds(connection);
  }

  /** No more segments: tells what is left behind gaps. */
  finish(): void {
    for (const connection of this.#connections.values()) this.#close(connection);
  }

  #take(stream: SegmentStream, { flags, sequence, payload, length }: TcpSegment): void {
    const syn = (flags & FLAG.syn) !== 0;
    if (syn) stream.synchronise(sequence);
    const first = syn ? (sequence + 1) >>> 0 : sequence;
    // A reset may carry text of the system that sends it (RFC 1122 §4.2.2.12), which is none of the stream.
    if ((flags & FLAG.rst) !== 0) return;
    stream.push(first, payload);
    if ((flags & FLAG.fin) !== 0) stream.finish((first + length) >>> 0);
  }

  #reset(connection: Connection, dir: Direction): void {
    connection.streams[dir].flush();
    connection.ended[dir] = true;
    this.#emit({ kind: 'end', flow: connection.flow, dir, time: this.#now, how: 'reset' });
  }

  #tellEnds({ flow, streams, ended }: Connection): void {
    for (const dir of ['c2s', 's2c'] as const) {
      if (ended[dir] || !streams[dir].finished) continue;
      ended[dir] = true;
      this.#emit({ kind: 'end', flow, dir, time: this.#now, how: 'fin' });
    }
  }

  #close(connection: Connection): void {
    this.#now = connection.last;
    for (const dir of ['c2s', 's2c'] as const) if (!connection.ended[dir]) connection.streams[dir].flush();
    this.#tellEnds(connection);
  }

  #connectionOf(segment: TcpSegment, wire: WireName | undefined): Connection | undefined {
    const pair = pairOf(segment.from, segment.to);
    const known = this.#connections.get(pair);
    if (known && !beginsAnew(known, segment)) return known;
    if (!known && this.#connections.size >= CAPS.connections) return undefined;
    const now = this.#now;
    // The same two ports are in use again.
    if (known) this.#close(known);
    this.#now = now;
    const made = this.#open(segment, wire);
    this.#connections.set(pair, made);
    return made;
  }

  #open(segment: TcpSegment, wire: WireName | undefined): Connection {
    const [client, server] = clientFirst(segment);
    const flow = ++this.#flows;
    const [time, ends] = [this.#now, { client: endOf(client), server: endOf(server) }];
    const midway = (segment.flags & FLAG.syn) === 0;
    const known = { ...(wire ? { wire } : {}), ...(midway ? { midway } : {}) };
    this.#emit({ kind: 'flow', flow, time, ...ends, ...known });
    if (midway) this.#notes.comment('flow', guessed(client, server), flow);
    return {
      flow,
      client,
      streams: { c2s: this.#stream(flow, 'c2s'), s2c: this.#stream(flow, 's2c') },
      ended: { c2s: false, s2c: false },
      last: time,
    };
  }

  #stream(flow: number, dir: Direction): SegmentStream {
    return new SegmentStream({
      chunk: (bytes) => this.#emit({ kind: 'chunk', flow, dir, time: this.#now, bytes }),
      gap: (length) => this.#emit({ kind: 'gap', flow, dir, time: this.#now, length }),
    });
  }
}

/**
 * A SYN with another number than that which began its direction. The first SYN of a direction whose other one has
 * begun is that of a simultaneous open (RFC 9293 §3.5) or the answer to the first.
 */
function beginsAnew(known: Connection, { from, flags, sequence }: TcpSegment): boolean {
  if ((flags & FLAG.syn) === 0 || (flags & FLAG.rst) !== 0) return false;
  const stream = known.streams[from === known.client ? 'c2s' : 's2c'];
  return stream.began && !stream.beganWith(sequence);
}

/** Who opened the connection; without a SYN the higher port, which is where systems put clients. */
function clientFirst({ from, to, flags }: TcpSegment): [Place, Place] {
  const answer = FLAG.syn | FLAG.ack;
  if ((flags & answer) === answer) return [to, from];
  if ((flags & FLAG.syn) !== 0) return [from, to];
  return from.port >= to.port ? [from, to] : [to, from];
}

function guessed(client: Place, server: Place): string {
  const late = 'The capture holds no beginning of this connection.';
  if (client.port === server.port) return `${late} Who was heard first is taken for the client.`;
  return `${late} Port ${server.port} is taken for the server’s, as it is the lower one.`;
}

function endOf({ address, port }: Place): { readonly address: string; readonly port: number } {
  return { address, port };
}
