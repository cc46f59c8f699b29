/** Every value of the recordings, computed again by Web Crypto, which had no part in the schedule. */
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import type { Derivation } from '#dissect/key-schedule/derivation';
import { recompute } from '#dissect/key-schedule/recompute';
import { recomputeAll, sourceOf } from './recomputation.ts';
import { LIBRARY_HASHING, webHashing } from './web-hashing.ts';

const WEB = webHashing(webcrypto.subtle as SubtleCrypto);

function scheduleOf(recording: string): Derivation[] {
  const file = new URL(`../../../docs/recordings/${recording}.pcapng`, import.meta.url);
  const dissection = new Dissection();
  dissection.addAll(readCapture(new Uint8Array(readFileSync(file))).events);
  return dissection.flows.flatMap(({ id }) => dissection.keySchedule(id));
}

/** The ids whose values differ from those of the schedule, after a bit of one input was flipped. */
async function changedBy(schedule: readonly Derivation[], name: string): Promise<string[]> {
  const input = schedule.flatMap(({ inputs }) => inputs).find((given) => given.name === name);
  const source = input && sourceOf(input, schedule);
  if (source === undefined) throw new Error(`nothing is named ${name}`);
  const outputs = await recomputeAll(schedule, new Set([source]), WEB);
  return schedule.filter(({ id, output }) => outputs.get(id) !== output).map(({ id }) => id);
}

/** One connection, so that each id is there once. */
function first(schedule: readonly Derivation[]): Derivation[] {
  const again = schedule.findIndex(({ id }, at) => at > 0 && id === schedule[0]?.id);
  return schedule.slice(0, again < 0 ? undefined : again);
}

describe.each(['tls13', 'tls12', 'tls-psk'])('the values of the recording %s', (recording) => {
  const schedule = scheduleOf(recording);
  const values = Object.fromEntries(first(schedule).map(({ id, output }) => [id, output]));

  it.each([
    ['Web Crypto', WEB],
    ['the library', LIBRARY_HASHING],
  ])('come out the same with %s', async (_, hashing) => {
    expect(schedule.length).toBeGreaterThan(10);
    const made = await Promise.all(schedule.map(async (value) => recompute(value, hashing)));
    expect(made.map((bytes) => bytes && toHex(bytes))).toEqual(schedule.map(({ output }) => output));
    expect(Object.fromEntries(await recomputeAll(first(schedule), new Set(), hashing))).toEqual(values);
  });
});

describe('one bit', () => {
  it('of the hello of the psk wire changes every value that comes after it', async () => {
    const psk = first(scheduleOf('tls-psk')).filter(({ id }) => id.startsWith('psk.'));
    expect(await changedBy(psk, 'client hello')).toEqual(psk.map(({ id }) => id));
  });

  it('of one traffic secret changes the keys of that direction and phase, and its Finished', async () => {
    expect(await changedBy(first(scheduleOf('tls13')), 'SERVER_HANDSHAKE_TRAFFIC_SECRET')).toEqual([
      'tls.s2c.handshake.key',
      'tls.s2c.handshake.iv',
      'tls.s2c.handshake.finished_key',
      'tls.s2c.verify_data',
    ]);
  });

  it('of the master secret of TLS 1.2 changes all keys, but no hash of the handshake', async () => {
    expect(await changedBy(first(scheduleOf('tls12')), 'master secret')).toEqual([
      'tls.key_block',
      'tls.c2s.key',
      'tls.s2c.key',
      'tls.c2s.iv',
      'tls.s2c.iv',
      'tls.c2s.verify_data',
      'tls.s2c.verify_data',
    ]);
  });
});

it('the recipe of HKDF-Extract is that of RFC 5869: test case 1 of appendix A', async () => {
  const [some] = scheduleOf('tls13');
  if (!some) throw new Error('the recording has no values');
  const extract: Derivation = { ...some, algorithm: 'HKDF-Extract, SHA-256', length: 32 };
  const made = await recompute(extract, WEB, [
    fromHex('000102030405060708090a0b0c'),
    fromHex('0b'.repeat(22)),
  ]);
  expect(made && toHex(made)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
});

it('an algorithm that nobody has heard of has no recipe', async () => {
  const [some] = scheduleOf('tls13');
  expect(some && (await recompute({ ...some, algorithm: 'MD5' }, WEB))).toBeUndefined();
});
