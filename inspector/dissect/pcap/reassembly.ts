/** Connections out of TCP segments: who opened them, what each side sent, how they ended. */
import type { WireName } from '#wire/messages';
import type { Direction, TapEvent } from '../model.ts';
import { FLAG } from './packets.ts';
import type { TcpSegment } from './segments.ts';
import type { Warn } from './source.ts';
import { SegmentStream } from './stream.ts';

interface Connection {
  readonly flow: number;
  readonly client: TcpSegment['from'];
  readonly streams: Record<Direction, SegmentStream>;
  readonly ended: Record<Direction, boolean>;
}

export class Reassembly {
  readonly #emit: (event: TapEvent) => void;
  readonly #warn: Warn;
  readonly #connections = new Map<string, Connection>();
  #flows = 0;

  constructor(emit: (event: TapEvent) => void, warn: Warn) {
    this.#emit = emit;
    this.#warn = warn;
  }

  /** One segment at `time`; `wire` where the file tells which it was taken on. */
  add(time: number, segment: TcpSegment, wire?: WireName): void {
    const connection = this.#connectionOf(time, segment, wire);
    const { flow } = connection;
    const dir = samePlace(segment.from, connection.client) ? 'c2s' : 's2c';
    if (connection.ended[dir]) return;
    const stream = connection.streams[dir];
    const { flags, payload } = segment;
    const syn = (flags & FLAG.syn) !== 0;
    if (syn) stream.synchronise(segment.sequence);
    const first = syn ? (segment.sequence + 1) >>> 0 : segment.sequence;
    for (const bytes of stream.push(first, payload)) this.#emit({ kind: 'chunk', flow, dir, time, bytes });
    if ((flags & FLAG.fin) !== 0) stream.finish((first + payload.length) >>> 0);
    const reset = (flags & FLAG.rst) !== 0;
    if (!reset && !stream.finished) return;
    connection.ended[dir] = true;
    this.#emit({ kind: 'end', flow, dir, time, how: reset ? 'reset' : 'fin' });
  }

  /** No more segments: says what is missing. */
  finish(): void {
    for (const connection of this.#connections.values()) this.#warnOfGaps(connection);
  }

  #connectionOf(time: number, segment: TcpSegment, wire: WireName | undefined): Connection {
    const name = [placeName(segment.from), placeName(segment.to)].sort().join(' ');
    const known = this.#connections.get(name);
    const opening = (segment.flags & (FLAG.syn | FLAG.ack)) === FLAG.syn;
    if (known && !(opening && !known.streams.c2s.beganWith(segment.sequence))) return known;
    // The same two ports are in use again.
    if (known) this.#warnOfGaps(known);
    const [client, server] = clientFirst(segment);
    const made: Connection = {
      flow: ++this.#flows,
      client,
      streams: { c2s: new SegmentStream(), s2c: new SegmentStream() },
      ended: { c2s: false, s2c: false },
    };
    this.#connections.set(name, made);
    this.#emit({ kind: 'flow', flow: made.flow, time, client, server, ...(wire ? { wire } : {}) });
    return made;
  }

  #warnOfGaps({ flow, streams }: Connection): void {
    for (const dir of ['c2s', 's2c'] as const) {
      const { missing } = streams[dir];
      if (!missing) continue;
      const where = `flow ${flow}, ${dir}: bytes are missing at offset ${missing.offset}`;
      this.#warn(`${where}; the ${missing.behind} bytes behind them are not shown`);
    }
  }
}

/** Who opened the connection; without a SYN the higher port, which is where systems put clients. */
function clientFirst({ from, to, flags }: TcpSegment): [TcpSegment['from'], TcpSegment['from']] {
  const answer = FLAG.syn | FLAG.ack;
  if ((flags & answer) === answer) return [to, from];
  if ((flags & FLAG.syn) !== 0) return [from, to];
  return from.port >= to.port ? [from, to] : [to, from];
}

function samePlace(a: TcpSegment['from'], b: TcpSegment['from']): boolean {
  return a.port === b.port && a.address === b.address;
}

function placeName({ address, port }: TcpSegment['from']): string {
  return `${address}#${port}`;
}
