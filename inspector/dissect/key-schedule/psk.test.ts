import { describe, expect, it } from 'vitest';
import { tagLength } from '#channel/psk/bodies';
import { SUITES, type Suite } from '#channel/psk/suites';
import { utf8 } from '#protocol/bytes';
import { DEMO_KEY, pskConversation } from '../../../test/support/flows/psk-conversation.ts';
import { Dissection } from '../index.ts';
import type { TapEvent } from '../model.ts';
import type { Derivation } from './derivation.ts';

const TALK = pskConversation({ c2s: [utf8('one')], s2c: [utf8('two')] });

/** What python3's hashlib and hmac make of the formulas in psk-wire.md, for these nonces and this key. */
const PRK = 'dacd05c61c989c2d566f0395291ca780153b1c9d3e49aa04a47ec2aff034f361';
const EXPECTED = {
  'psk.transcript': '5e7b373dff0dadaeaa4feb185e70770e5bf28e20dc4668b54c1cde7fae0c64d0',
  'psk.server_confirm.key': '62987fbf817c18428e94fae8c93213d3c46aabc28ddfed0e851d65b9f8cf46c0',
  'psk.server_confirm': 'a6d29966bb8aff5cbf0e5b9bcb10e3842bdd1fc3f193f1411bf1a5919d1f9dc0',
  'psk.client_confirm.key': 'f2d2a8ebaf692556d50af555f615d1899b0455af45717bf7fd6ad44cf430366a',
  'psk.transcript.confirmed': '194b7c66cff0f03dca40e54fa42ec3b8a4ecccca0ec9b2f7f987496ee86fd715',
  'psk.client_confirm': 'df9acc28e285f31de6ba88797faa20d568f41bdcfa44821468aabf00b9d2b200',
  'psk.c2s.key': 'efc3156e3cd9a375680b14e820df692277b01fdeec499aa53288d8faf8336a5e',
  'psk.c2s.iv': 'fac09c57f8437ca24c1ad0a4',
  'psk.c2s.nonce': 'fac09c57f8437ca24c1ad0a4',
  'psk.s2c.key': 'c2425d84c88abac8543c074b635f5b0d02534a6788f076ec2389012b53acb9e2',
  'psk.s2c.iv': 'f34f5c2084781c82989c728c',
  'psk.s2c.nonce': 'f34f5c2084781c82989c728c',
};

function schedule(events: readonly TapEvent[], options = {}): Derivation[] {
  const dissection = new Dissection(options);
  dissection.addAll(events);
  return dissection.keySchedule(1);
}
const outputs = (list: readonly Derivation[]): Record<string, string> =>
  Object.fromEntries(list.map(({ id, output }) => [id, output]));
const checks = (list: readonly Derivation[]): string[] =>
  list.flatMap(({ id, check }) => (check ? [`${id} ${check.fits ? 'fits' : 'does not fit'}`] : []));

describe('the key schedule of a psk session', () => {
  it('has every value that psk-wire.md defines', () => {
    expect(outputs(schedule(TALK))).toEqual(EXPECTED);
  });

  it('matches the confirmations that crossed and the records that opened', () => {
    expect(checks(schedule(TALK))).toEqual([
      'psk.server_confirm fits',
      'psk.client_confirm fits',
      'psk.c2s.nonce fits',
      'psk.s2c.nonce fits',
    ]);
  });

  it.each(SUITES)('has what seals the records of $name, and checks that can fail', (suite: Suite) => {
    const talk = pskConversation({ c2s: [utf8('one')], s2c: [utf8('two')] }, suite);
    const list = schedule(talk);
    const ids = list.map(({ id }) => id);
    for (const dir of ['c2s', 's2c']) {
      expect(ids).toContain(`psk.${dir}.key`);
      expect(ids.includes(`psk.${dir}.iv`)).toBe(suite.ivLength > 0);
      expect(ids.includes(`psk.${dir}.nonce`)).toBe(suite.nonce === 'counted');
    }
    const tagged = checks(list).filter((check) => !check.includes('confirm'));
    expect(tagged).toHaveLength(tagLength(suite.body) > 0 ? 2 : 0);
    expect(checks(list).every((check) => check.endsWith(' fits'))).toBe(true);
    const [one, other] = ['c2s', 's2c'].map((dir) => outputs(list)[`psk.${dir}.key`]);
    expect(one === other).toBe(suite.keys === 'static');
    const key = list.find(({ id }) => id === 'psk.c2s.key');
    expect(key?.inputs[1]?.name).toBe(suite.keys === 'static' ? 'suite' : 'hash of the hellos');
  });

  it('says where each input comes from, and names only what comes before it', () => {
    const list = schedule(TALK);
    const key = list.find(({ id }) => id === 'psk.c2s.key');
    expect(key).toMatchObject({
      algorithm: 'HKDF-Expand, SHA-256',
      label: 'wireglass psk1 c2s key',
      inputs: [
        { name: 'PRK', value: PRK, from: 'key log' },
        { name: 'hash of the hellos', value: EXPECTED['psk.transcript'], from: 'psk.transcript' },
      ],
      length: 32,
    });
    const known = new Set(['wire', 'key log']);
    for (const { id, inputs } of list) {
      for (const { from } of inputs) expect(known).toContain(from);
      known.add(id);
    }
  });

  it('is the hash of the hellos and no more for Eve', () => {
    expect(Object.keys(outputs(schedule(TALK, { keys: false })))).toEqual(['psk.transcript']);
  });

  it('does not match the confirmations with another secret', () => {
    const line = `WIREGLASS_PSK_PRK ${'01'.repeat(32)} ${'00'.repeat(32)}`;
    expect(checks(schedule([...TALK, { kind: 'secret', time: 0, line }]))).toEqual([
      'psk.server_confirm does not fit',
      'psk.client_confirm does not fit',
      'psk.c2s.nonce does not fit',
      'psk.s2c.nonce does not fit',
    ]);
  });

  it('goes as far as the wire has come', () => {
    expect(schedule(TALK.slice(0, 2))).toEqual([]);
    const hellos = schedule(
      TALK.filter((event) => event.kind !== 'chunk' || event.dir === 's2c').slice(0, 3),
    );
    expect(hellos).toEqual([]);
  });

  it('begins with the shared key where that is at hand', () => {
    const unlogged = TALK.filter((event) => event.kind !== 'secret');
    const prkOf = (events: readonly TapEvent[], ...keys: Uint8Array[]): Derivation | undefined => {
      const dissection = new Dissection();
      dissection.addAll(events);
      dissection.addKeys(keys.map((key) => ({ kind: 'psk', id: DEMO_KEY.id, key })));
      const list = dissection.keySchedule(1);
      expect(outputs(list)).toMatchObject(EXPECTED);
      return list.find(({ id }) => id === 'psk.prk');
    };
    const wrong = new Uint8Array(32).fill(1);
    expect(prkOf(unlogged, wrong, DEMO_KEY.key)).toMatchObject({
      output: PRK,
      algorithm: 'HKDF-Extract, SHA-256',
      inputs: [
        { name: 'shared key', value: '6b'.repeat(32), from: 'key material' },
        { name: 'client_nonce', value: '01'.repeat(32), from: 'wire' },
        { name: 'server_nonce', value: '02'.repeat(32), from: 'wire' },
      ],
    });
    expect(prkOf(unlogged, DEMO_KEY.key)?.check).toBeUndefined();
    expect(prkOf(TALK, DEMO_KEY.key)?.check?.fits).toBe(true);
    expect(prkOf(TALK, wrong)).toBeUndefined();
    const misled = {
      kind: 'secret',
      time: 0,
      line: `WIREGLASS_PSK_PRK ${'01'.repeat(32)} ${'00'.repeat(32)}`,
    } as const;
    expect(prkOf([...TALK, misled], DEMO_KEY.key)?.check?.fits).toBe(false);
  });
});
