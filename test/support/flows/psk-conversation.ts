/** A conversation on the psk wire as a tap would see it, spoken by the real channel, with nothing left to chance. */
import { nativeCiphers } from '#wires/ciphers-native';
import { PskChannel } from '#channel/psk/channel';
import { DEFAULT_SUITE, type Suite } from '#channel/psk/suites';
import type { Channel } from '#channel/contract';
import type { Direction, TapEvent } from '#dissect/model';
import { concat } from '#protocol/bytes';

export interface Said {
  readonly c2s: readonly Uint8Array[];
  readonly s2c: readonly Uint8Array[];
}

export const DEMO_KEY = { id: 'demo', key: new Uint8Array(32).fill(0x6b) } as const;
export const PSK_ENDS = {
  client: { address: '127.0.0.1', port: 50_000 },
  server: { address: '127.0.0.1', port: 5556 },
} as const;

/** Flow 1: the handshake, what each side says (one record each, in turn), then an alert and FIN from each side. */
export function pskConversation(said: Said, suite: Suite = DEFAULT_SUITE): TapEvent[] {
  const events: TapEvent[] = [{ kind: 'flow', flow: 1, wire: 'psk', time: 1_000, ...PSK_ENDS }];
  let time = 1_000;
  let random = 0;
  const options = {
    keys: [DEMO_KEY],
    ciphers: nativeCiphers,
    suites: [suite],
    random: (count: number) => new Uint8Array(count).fill(++random),
  };
  const keyLog = (line: string): void => void events.push({ kind: 'secret', time, line });
  const ends = {
    c2s: new PskChannel({ ...options, side: 'client' }),
    s2c: new PskChannel({ ...options, side: 'server', keyLog }),
  };
  const send = (dir: Direction, bytes: Uint8Array): void => {
    events.push({ kind: 'chunk', flow: 1, dir, time: ++time, bytes });
    const other = dir === 'c2s' ? 's2c' : 'c2s';
    ends[other].push(bytes);
    for (const answer of written(ends[other])) send(other, answer);
  };
  for (const event of ends.c2s.start()) if (event.kind === 'write') send('c2s', event.bytes);
  for (let i = 0; i < Math.max(said.c2s.length, said.s2c.length); i++) {
    for (const dir of ['c2s', 's2c'] as const) {
      const bytes = said[dir][i];
      if (bytes) send(dir, concat(ends[dir].send(bytes)));
    }
  }
  send('c2s', ends.c2s.close('done'));
  for (const dir of ['c2s', 's2c'] as const)
    events.push({ kind: 'end', flow: 1, dir, time: ++time, how: 'fin' });
  return events;
}

function written(channel: Channel): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let event = channel.next(); event; event = channel.next()) {
    if (event.kind === 'write') out.push(event.bytes.slice());
  }
  return out;
}
