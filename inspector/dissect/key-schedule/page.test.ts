/** The reference page shows one worked value of each protocol, exactly as the code derives it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '#protocol/bytes';
import { pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { Dissection } from '../index.ts';
import { tlsSuite } from '../tls/suites.ts';
import { Transcript } from '../tls/transcript.ts';
import type { Derivation } from './derivation.ts';
import type { TlsFacts } from './tls-facts.ts';
import { tls12Schedule } from './tls12.ts';
import { tls13Schedule } from './tls13.ts';

const PAGE = fileURLToPath(new URL('../../../docs/reference/key-schedule.md', import.meta.url));
const text = readFileSync(PAGE, 'utf8');
const shown = [...text.matchAll(/```json\n(.*?)```/gs)].map(
  ([, json = '']) => JSON.parse(json) as Derivation,
);

function facts(suite: number, log: Record<string, string>): TlsFacts {
  const random = (first: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => first + i);
  return {
    client: { random: random(0x00), earlyData: false },
    server: { random: random(0x70), suite: tlsSuite(suite), extendedMasterSecret: false, extensions: {} },
    transcript: new Transcript(),
    masters: [],
    secrets: {
      find: (label) => (log[label] === undefined ? undefined : fromHex(log[label])),
      sharedKeys: () => [],
    },
  };
}

function psk(): Derivation[] {
  const dissection = new Dissection();
  dissection.addAll(pskConversation({ c2s: [utf8('one')], s2c: [utf8('two')] }));
  return dissection.keySchedule(1);
}

/** The server's handshake secret of RFC 8448 §3, and the premaster secret that tls12.xargs.org explains. */
const made = [
  ...psk(),
  ...tls13Schedule(
    facts(0x1301, {
      SERVER_HANDSHAKE_TRAFFIC_SECRET: 'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
    }),
  ),
  ...tls12Schedule(
    facts(0xc013, {
      PMS_CLIENT_RANDOM: 'df4a291baa1eb7cfa6934b29b474baad2697e29f1f920dcc77c8a0a088447624',
    }),
  ),
];

describe('the page of the key schedule', () => {
  it('shows a value of each protocol', () => {
    expect(shown.map(({ id }) => id)).toEqual(['psk.c2s.key', 'tls.s2c.handshake.key', 'tls.master']);
  });

  it.each(shown)('has $id as it is derived', (derivation) => {
    expect(derivation).toEqual(made.find(({ id }) => id === derivation.id));
  });

  it('names every id', () => {
    const missing = made.filter(({ id }) => !text.includes(`\`${id.replace(/\b(c2s|s2c)\b/, 'DIR')}\``));
    expect(missing.filter(({ id }) => !text.includes(`\`${id}\``)).map(({ id }) => id)).toEqual([]);
  });
});
