import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attackTable } from '#attacks/table';
import { formatAttacksRoute, parseAttacksRoute, recordingAddress } from './attacks-route.ts';
import { READINGS, fixFor } from './matrix.ts';

const table = attackTable();
const fix = (attack: string, target: string): string | undefined => {
  const found = table.attacks.find(({ id }) => id === attack);
  return found && fixFor(table, found, target);
};

describe('the fix', () => {
  it.each([
    ['padding-oracle', 'psk aes-256-cbc', 'psk aes-256-cbc-hmac-sha256'],
    ['flip-text', 'plain', 'psk aes-256-gcm'],
    ['reuse-read', 'psk aes-256-ctr-fixed-nonce', 'psk chacha20-poly1305'],
    ['own-ca-careless', 'tls 1.3', 'tls+psk'],
  ])('of %s on %s is %s', (attack, target, wanted) => expect(fix(attack, target)).toBe(wanted));

  it('is not needed where the attack fails', () => expect(fix('flip-text', 'tls 1.3')).toBeUndefined());
});

it('has something to read and a lab for every family', () => {
  for (const { id } of table.families) {
    const { concept, labs } = READINGS[id] ?? { concept: [''], labs: [] };
    expect(existsSync(`docs/concepts/${concept[0]}.md`), id).toBe(true);
    for (const lab of labs) expect(existsSync(`labs/${lab}/README.md`), lab).toBe(true);
    expect(labs).not.toEqual([]);
  }
});

it('keeps attack, target and step in the address, and nothing that is no step', () => {
  const route = { attack: 'flip-text', target: 'psk aes-256-cbc', step: 3 };
  expect(parseAttacksRoute(formatAttacksRoute(route))).toEqual(route);
  const plus = { attack: 'drop', target: 'tls+psk', step: undefined };
  for (const hash of ['#attack=drop&target=tls+psk', formatAttacksRoute(plus)])
    expect(parseAttacksRoute(hash)).toEqual(plus);
  expect(parseAttacksRoute('#attack=drop&step=-1')).toEqual({
    attack: 'drop',
    target: undefined,
    step: undefined,
  });
  expect(recordingAddress('/api/attacks/captures/a', true)).toBe(
    '/inspect?capture=%2Fapi%2Fattacks%2Fcaptures%2Fa#eve=1',
  );
});
