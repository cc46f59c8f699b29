import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Check, channelSuite, checksFor } from './channel-suite.ts';
import type { Pair } from './line.ts';
import { pureCiphers } from '#channel/ciphers-pure';
import type { Channel, ChannelEvent, Ciphers } from '#channel/contract';
import { PlaintextChannel } from '#channel/plaintext';
import { PskChannel } from '#channel/psk/channel';
import { DEFAULT_SUITE, SUITES, type Suite } from '#channel/psk/suites';
import { nativeCiphers } from '#wires/ciphers-native';

const PLAIN = { noticesCut: false, saysWhy: false, hasUnits: false };
const PSK = { noticesCut: true, saysWhy: true, hasUnits: true };

channelSuite('plain', PLAIN, () => ({ client: new PlaintextChannel(), server: new PlaintextChannel() }));

const key = { id: 'k1', key: randomBytes(32) };

const SOURCES = { native: nativeCiphers, pure: pureCiphers } as const;

/**
 * For all suites but one: the same queue puts the records of each together, so that millions of pushes of one byte show
 * nothing that the default suite and the shorter conversations do not.
 */
const REPEATED = checksFor(PSK).filter(
  ({ title }) => !/^carries (one MiB|10,000 chunks).* a byte at a time$/.test(title),
);

for (const suite of SUITES) {
  // Pure and native ciphers give the same bytes in every suite (ciphers.test.ts): one suite with both is enough here.
  const sources = suite === DEFAULT_SUITE ? (['native', 'pure'] as const) : (['native'] as const);
  for (const source of sources) {
    const ciphers = SOURCES[source];
    const checks = suite === DEFAULT_SUITE && source === 'native' ? checksFor(PSK) : REPEATED;
    channelSuite(`psk, ${suite.name} (${source})`, PSK, () => pskPair(ciphers, ciphers, suite), checks);
  }
}
channelSuite('psk (pure client, native server)', PSK, () => pskPair(pureCiphers, nativeCiphers), REPEATED);

function pskPair(client: Ciphers, server: Ciphers, suite: Suite = DEFAULT_SUITE): Pair {
  const options = { keys: [key], random: (count: number) => randomBytes(count), suites: [suite] };
  return {
    client: new PskChannel({ ...options, side: 'client', ciphers: client }),
    server: new PskChannel({ ...options, side: 'server', ciphers: server }),
  };
}

describe('the suite rejects a channel that', () => {
  const MUTANTS: Record<string, () => Channel> = {
    'never opens': () => Object.assign(new PlaintextChannel(), { start: () => [] }),
    'opens twice': () => {
      const opened: ChannelEvent = { kind: 'opened', detail: '' };
      return Object.assign(new PlaintextChannel(), { start: () => [opened, opened] });
    },
    'loses single bytes': () => changed((bytes) => (bytes.length === 1 ? new Uint8Array(0) : bytes)),
    'changes one byte value': () => changed((bytes) => bytes.map((byte) => (byte === 0x80 ? 0 : byte))),
    'forgets the end of a large piece': () => changed((bytes) => bytes.subarray(0, 65_536)),
    'writes into what it is given': () => changed((bytes) => bytes.fill(0x61)),
    'says it was cut when it was not': () =>
      Object.assign(new PlaintextChannel(), {
        end: () => {
          throw new Error('cut');
        },
      }),
    'claims that something is owed': () => owing(new PlaintextChannel(), 1),
  };

  it.each(Object.keys(MUTANTS))('%s', (name) => {
    const mutant = MUTANTS[name] as () => Channel;
    // The large conversations come first in the list; a mutant should fail at a small check.
    const rejected = checksFor(PLAIN)
      .toReversed()
      .some((check) => fails(check, mutant));
    expect(rejected).toBe(true);
  });

  it.each([0, 1])('has units and always says that %i bytes are owed', (pending) => {
    const pair = (): Pair => {
      const { client, server } = pskPair(nativeCiphers, nativeCiphers);
      return { client: owing(client, pending), server: owing(server, pending) };
    };
    const rejected = checksFor(PSK).filter(({ title }) => title.includes('owe'));
    expect(rejected.some(({ run }) => throws(() => run(pair)))).toBe(true);
  });

  function owing<T extends Channel>(channel: T, pending: number): T {
    return Object.defineProperty(channel, 'pending', { value: pending });
  }

  function fails({ run }: Check, mutant: () => Channel): boolean {
    return throws(() => run(() => ({ client: mutant(), server: mutant() })));
  }

  function throws(run: () => void): boolean {
    try {
      run();
      return false;
    } catch {
      return true;
    }
  }

  /** A plaintext channel that does something to what it sends. */
  function changed(change: (bytes: Uint8Array) => Uint8Array): Channel {
    const channel = new PlaintextChannel();
    const send = channel.send.bind(channel);
    return Object.assign(channel, { send: (bytes: Uint8Array) => send(change(bytes)) });
  }
});
