import { expect, it } from 'vitest';
import type { Person } from '#classroom/records';
import { type AttackGround, RoomAttacks } from './room-attacks.ts';

const LEADER = { id: 1, account: { name: 'Instructor' }, role: 'instructor' } as Person;
const ADA = { id: 2, account: { name: 'Ada' }, role: 'student' } as Person;

function attacks(ground: AttackGround | undefined): RoomAttacks {
  return new RoomAttacks({
    ground,
    sight: { flowsOf: () => [] },
    clock: () => 0,
    audit: () => undefined,
    changed: () => undefined,
    here: () => [ADA.id],
    nameOf: () => ADA.account.name,
  });
}

const GROUND: AttackGround = {
  openPath: () => ({ join: () => undefined, leave: () => undefined, close: () => Promise.resolve() }),
  portOf: (wire) => (wire === 'plain' ? 1 : undefined),
  find: () => {
    throw new Error('there is no connection');
  },
  sessionOf: () => undefined,
};

it('cannot be asked for without a tap, or on a wire that is off', () => {
  expect(attacks(undefined).ask('drop', 'plain', LEADER)).toMatchObject({ code: 'no_tap' });
  expect(attacks(GROUND).ask('drop', 'psk', LEADER)).toMatchObject({ code: 'wire_off' });
});

it('cannot begin when its wire has been stopped meanwhile', () => {
  let isOn = true;
  const room = attacks({ ...GROUND, portOf: () => (isOn ? 1 : undefined) });
  room.ask('drop', 'plain', LEADER);
  room.answer({ type: 'consent', attack: 1, yes: true }, ADA);
  isOn = false;
  expect(room.begin(LEADER)).toMatchObject({ code: 'wire_off' });
});

it('ends when the process of Mallory has ended, and says so', async () => {
  let tell: Parameters<AttackGround['openPath']>[1] = () => undefined;
  const room = attacks({
    ...GROUND,
    openPath: (place, told) => {
      tell = told;
      return GROUND.openPath(place, told);
    },
  });
  room.ask('drop', 'plain', LEADER);
  room.answer({ type: 'consent', attack: 1, yes: true }, ADA);
  expect(room.begin(LEADER)).toBeUndefined();
  tell({ kind: 'failed', message: 'the process of the attack has ended' });
  expect(room.shownTo(ADA)).toMatchObject({ stage: 'over', error: 'the process of the attack has ended' });
  await room.close();
});
