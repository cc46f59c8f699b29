/** Versions that are hardly used any more are read as what they are. */
import { describe, expect, it } from 'vitest';
import { fromHex } from '#protocol/bytes';
import { Dissection } from '../index.ts';
import type { Direction, WireRecord } from '../model.ts';

const END = { address: '127.0.0.1', port: 1 };
const RANDOM = '33'.repeat(32);
const hex = (value: number, size: number): string => value.toString(16).padStart(2 * size, '0');

function handshake(type: number, body: string): string {
  const length = body.length / 2;
  return `160303${hex(length + 4, 2)}${hex(type, 1)}${hex(length, 3)}${body}`;
}

const HELLO = handshake(1, `0303${'11'.repeat(32)}00000213010100`);
const SEALED = `1703030020${'aa'.repeat(32)}`;

function read(...said: readonly (readonly [Direction, string])[]): {
  cipher: string;
  records: readonly WireRecord[];
} {
  const dissection = new Dissection();
  dissection.add({ kind: 'flow', flow: 1, time: 0, client: END, server: END });
  for (const [dir, bytes] of said)
    dissection.add({ kind: 'chunk', flow: 1, dir, time: 0, bytes: fromHex(bytes) });
  return { cipher: dissection.flow(1)?.cipher ?? '', records: dissection.records(1) };
}

describe('a draft of TLS 1.3', () => {
  it.each([
    ['18, in a hello of its own form', `7f12${RANDOM}13010000`, 'TLS 1.3, draft 18, is not opened here'],
    ['23', `0303${RANDOM}001301000006002b00027f17`, 'TLS 1.3, draft 23, is not opened here'],
    [
      '28, whose records are those of the RFC',
      `0303${RANDOM}001301000006002b00027f1c`,
      'no SERVER_HANDSHAKE_TRAFFIC_SECRET for this connection is at hand',
    ],
  ])('%s, is named, and nothing is malformed', (name, answer, reason) => {
    const { cipher, records } = read(['c2s', HELLO], ['s2c', handshake(2, answer)], ['s2c', SEALED]);
    expect(cipher).toBe(`TLS 1.3, draft ${name.slice(0, 2)}, TLS_AES_128_GCM_SHA256`);
    expect(records.map(({ title, state }) => `${title} ${state}`)).toEqual([
      'client_hello clear',
      'server_hello clear',
      'application_data no-key',
    ]);
    expect(records[2]?.reason).toBe(reason);
  });
});

it('in SSL 3.0 no length comes before the encrypted premaster secret', () => {
  const { records } = read(
    ['c2s', HELLO],
    ['s2c', handshake(2, `0300${RANDOM}00002f00`)],
    ['c2s', handshake(16, 'ee'.repeat(48))],
  );
  const message = records[2]?.inner[0];
  expect(message).toMatchObject({ title: 'client_key_exchange', state: 'clear' });
  expect(message?.fields.at(-1)).toMatchObject({ name: 'encrypted_premaster', value: 'ee'.repeat(48) });
});
