/** Tap events of real psk and plain connections, made by the channels themselves: nothing in them is written by hand. */
import { pureCiphers } from '#channel/ciphers-pure';
import type { Channel, ChannelEvent } from '#channel/contract';
import { PlaintextChannel } from '#channel/plaintext';
import { PskChannel } from '#channel/psk/channel';
import { DEFAULT_SUITE, type Suite } from '#channel/psk/suites';
import type { Direction, TapEvent } from '#dissect/model';
import { encodeFrame } from '#protocol/frame';
import { type ClientMessage, type ServerMessage, type WireName, encodeMessage } from '#protocol/messages';

export type Line =
  | { readonly dir: 'c2s'; readonly message: ClientMessage }
  | { readonly dir: 's2c'; readonly message: ServerMessage };

export interface TrafficOptions {
  readonly flow: number;
  readonly wire: Extract<WireName, 'plain' | 'psk'>;
  readonly lines: readonly Line[];
  /** The suite of the psk wire, if it is not the default. */
  readonly suite?: Suite;
  /** Milliseconds since 1970 of the first event; each further one is a millisecond later. */
  readonly start?: number;
}

const SHARED = { id: 'demo', key: new Uint8Array(32).fill(0x42) };
const ENDPOINT = { address: '127.0.0.1', port: 5000 };

/** The events of one connection over which `lines` are said, each line in its own write. */
export function traffic({
  flow,
  wire,
  lines,
  suite = DEFAULT_SUITE,
  start = 1_700_000_000_000,
}: TrafficOptions): TapEvent[] {
  let time = start;
  const events: TapEvent[] = [{ kind: 'flow', flow, wire, time, client: ENDPOINT, server: ENDPOINT }];
  const ends = channels({ wire, flow, suite }, (line) => events.push({ kind: 'secret', time: ++time, line }));
  const carry = (dir: Direction, bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    events.push({ kind: 'chunk', flow, dir, time: ++time, bytes });
    ends[dir === 'c2s' ? 's2c' : 'c2s'].push(bytes);
  };
  const settle = (given: Record<Direction, ChannelEvent[]>): void => {
    for (const dir of ['c2s', 's2c'] as const) {
      for (const event of given[dir]) if (event.kind === 'write') carry(dir, event.bytes);
    }
    const more = { c2s: drain(ends.c2s), s2c: drain(ends.s2c) };
    if (more.c2s.length + more.s2c.length > 0) settle(more);
  };
  settle({ c2s: ends.c2s.start(), s2c: ends.s2c.start() });
  for (const { dir, message } of lines) {
    for (const piece of joined(ends[dir].send(encodeFrame(encodeMessage(message))))) carry(dir, piece);
    settle({ c2s: [], s2c: [] });
  }
  return events;
}

/** The channel of each side, by the direction it writes in. */
function channels(
  { wire, flow: seed, suite }: Required<Pick<TrafficOptions, 'wire' | 'flow' | 'suite'>>,
  keyLog: (line: string) => void,
): Record<Direction, Channel> {
  if (wire === 'plain') return { c2s: new PlaintextChannel(), s2c: new PlaintextChannel() };
  const options = { keys: [SHARED], ciphers: pureCiphers, suites: [suite] };
  const random = (salt: number) => (count: number) =>
    Uint8Array.from({ length: count }, (_, index) => (index * 7 + seed * 31 + salt) & 0xff);
  return {
    c2s: new PskChannel({ ...options, side: 'client', random: random(1) }),
    s2c: new PskChannel({ ...options, side: 'server', random: random(2), keyLog }),
  };
}

function drain(channel: Channel): ChannelEvent[] {
  const events: ChannelEvent[] = [];
  for (let event = channel.next(); event; event = channel.next()) events.push(event);
  return events;
}

/** Pieces that go out in one write. */
function joined(pieces: readonly Uint8Array[]): Uint8Array[] {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.length === 0 ? [] : [whole];
}
