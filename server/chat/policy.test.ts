import { describe, expect, it } from 'vitest';
import type { WireName } from '#protocol/wires';
import { Stage, WITH_ACCOUNTS } from '../../test/support/chat/stage.ts';
import { GUESTS_ONLY, type Policy } from './policy.ts';

const HERE = '192.0.2.1';
const ELSEWHERE = '192.0.2.77';
const guests = { wires: ['psk', 'tls+psk'], isHere: (address: string) => address === HERE } as const;

/** What a client hears that tries to be a guest in the lobby, after ana has come there on this machine. */
function tryToJoin(policy: Policy, wire: WireName, address: string): unknown[] {
  const stage = new Stage({ policy }).connect(1, 'plain', HERE).say(1, { type: 'join', name: 'ana' });
  stage.connect(2, wire, address).say(2, { type: 'join', name: 'eve' });
  return stage.take(2);
}

describe('where guests may come from this machine and on the psk wires', () => {
  it.each([WITH_ACCOUNTS, GUESTS_ONLY])(
    'lets nobody else be one, nor know who is there (mode $mode)',
    (policy) => {
      for (const wire of ['plain', 'tls'] as const) {
        const heard = tryToJoin({ ...policy, guests }, wire, ELSEWHERE);
        expect(heard).toMatchObject([
          { type: 'welcome', members: [], count: 0 },
          { type: 'auth_required', mode: 'required' },
          { type: 'error', code: 'auth_required' },
        ]);
        expect(JSON.stringify(heard)).not.toContain('ana');
      }
    },
  );

  it.each([
    ['plain', HERE],
    ['tls', HERE],
    ['psk', ELSEWHERE],
    ['tls+psk', ELSEWHERE],
  ] as const)('takes one on %s from %s', (wire, address) => {
    expect(tryToJoin({ ...WITH_ACCOUNTS, guests }, wire, address).at(-1)).toMatchObject({
      type: 'joined',
      members: ['ana', 'eve'],
    });
  });

  it('takes accounts from everywhere', () => {
    const stage = new Stage({ policy: { ...WITH_ACCOUNTS, guests } }).connect(1, 'tls', ELSEWHERE);
    stage.say(1, { type: 'register', name: 'ana', password: 'copper kettle 88', ref: '1' });
    expect(stage.say(1, { type: 'join' }).take(1).at(-1)).toMatchObject({ type: 'joined', name: 'ana' });
  });
});

it('takes guests from everywhere where nothing is said about them', () => {
  expect(tryToJoin(GUESTS_ONLY, 'plain', ELSEWHERE).at(-1)).toMatchObject({ type: 'joined' });
});
