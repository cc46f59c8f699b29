/** Real flows to start from: one of each wire and TLS version, recorded over real sockets, with their secrets. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificates } from '#certs/ensure';
import { tagLength } from '#channel/psk/bodies';
import { SUITES as PSK_SUITES, type Suite } from '#channel/psk/suites';
import type { TapEvent } from '#dissect/model';
import { concat } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { pskConversation } from '../support/flows/psk-conversation.ts';
import { type Credentials, type Turn, tlsConversation } from '../support/flows/tls-conversation.ts';

export interface Seed {
  readonly name: string;
  readonly events: readonly TapEvent[];
  /** Nothing authenticates what was sealed: a damaged record may open to other bytes. */
  readonly forgeable?: boolean;
}

const SAY = encodeFrame(encodeMessage({ type: 'say', text: 'meet me at noon', ref: '1' }));
const LONG = encodeFrame(encodeMessage({ type: 'say', text: 'é🔑'.repeat(600) }));
const PONG = encodeFrame(encodeMessage({ type: 'pong' }));
const TALK: readonly Turn[] = [
  { dir: 's2c', bytes: PONG },
  { dir: 'c2s', bytes: concat([SAY, LONG]) },
  { dir: 's2c', bytes: PONG },
];
const SUITES = [
  ['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
  ['TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256'],
  ['TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ['TLSv1.2', 'ECDHE-RSA-AES128-SHA256'],
  ['TLSv1.2', 'AES256-SHA'],
] as const;

export async function recordSeeds(): Promise<Seed[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-fuzz-'));
  try {
    const credentials = await ensureCertificates(folder, { hosts: ['localhost'], now: new Date() });
    const seeds: Seed[] = [
      { name: 'plain', events: plainTalk() },
      ...PSK_SUITES.map((suite) => ({
        name: `psk ${suite.name}`,
        events: pskTalk(suite),
        forgeable: tagLength(suite.body) === 0,
      })),
    ];
    for (const [version, suite] of SUITES) {
      seeds.push({ name: suite, events: await tlsConversation(credentials, { version, suite }, TALK) });
    }
    seeds.push({ name: 'tls+psk', events: await stackedTalk(credentials) });
    return seeds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function plainTalk(): TapEvent[] {
  const [flow] = pskTalk();
  return [
    { ...(flow as Extract<TapEvent, { kind: 'flow' }>), wire: 'plain' },
    ...TALK.map(({ dir, bytes }, i) => ({ kind: 'chunk', flow: 1, dir, time: i, bytes }) as const),
    { kind: 'end', flow: 1, dir: 'c2s', time: 9, how: 'fin' },
  ];
}

function pskTalk(suite?: Suite): TapEvent[] {
  const c2s = [SAY, concat([SAY, LONG.subarray(0, 50)]), LONG.subarray(50)];
  return pskConversation({ c2s, s2c: [PONG] }, suite);
}

async function stackedTalk(credentials: Credentials): Promise<TapEvent[]> {
  const inside = pskTalk();
  const turns = inside.filter((event) => event.kind === 'chunk');
  const choice = { version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384' } as const;
  const events = await tlsConversation(credentials, choice, turns);
  return [
    ...inside.filter((event) => event.kind === 'secret'),
    ...events.map((event) => (event.kind === 'flow' ? { ...event, wire: 'tls+psk' as const } : event)),
  ];
}
