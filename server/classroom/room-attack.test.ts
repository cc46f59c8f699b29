import { describe, expect, it } from 'vitest';
import { CLASS_CAPS } from '#dissect/page-class';
import { FORGED, type RoomAttackId } from '#dissect/page-room-attack';
import { QUIET_MS, judged, NOTHING_YET, type Evidence } from './attack-judge.ts';
import { RoomAttack } from './room-attack.ts';

const NOTICED = { code: 'bad_record_mac', isOrderly: false };

const [ADA, BEN, CLEO] = [1, 2, 3];
const HERE = [ADA, BEN, CLEO];
const BYTES = Uint8Array.of(1, 2);
const nameOf = (person: number): string => `person ${person}`;

function asked(attack: RoomAttackId = 'flip-text'): RoomAttack {
  return new RoomAttack({ id: 7, attack, wire: 'plain', by: 'Instructor', since: 0 });
}

/** Begun, with Ada in it. */
function begun(attack: RoomAttackId = 'flip-text'): RoomAttack {
  const room = asked(attack);
  room.answer(ADA, true);
  room.answer(BEN, false);
  room.begin(HERE, 0);
  return room;
}

const acted = { took: BYTES, sent: [BYTES], isOver: true };
const ownOf = (room: RoomAttack, person: number) => room.shownToStudent(person, HERE).own;

describe('consent', () => {
  it('is yes or no or nothing, can be changed until it begins, and is counted among those who are here', () => {
    const room = asked();
    room.answer(ADA, false);
    room.answer(ADA, true);
    room.answer(BEN, true);
    expect(room.shownToStudent(CLEO, [ADA, CLEO])).toMatchObject({ agreed: 1, of: 2, own: { agrees: null } });
    expect(room.shownToLeaders(HERE, nameOf).rows?.map(({ name, agrees }) => [name, agrees])).toEqual([
      ['person 1', true],
      ['person 2', true],
      ['person 3', null],
    ]);
    expect(room.begin([CLEO], 0)).toBe(false);
    expect(room.begin([BEN, CLEO], 0)).toBe(true);
    // Ada agrees, and was not here.
    expect(room.open).toEqual([BEN]);
    expect(room.answer(CLEO, true)).toBe(false);
    expect(room.begin(HERE, 0)).toBe(false);
  });

  it('is taken back at any time', () => {
    const room = begun();
    expect(room.isAwaited(ADA)).toBe(true);
    room.answer(ADA, false);
    expect(room.isAwaited(ADA)).toBe(false);
    expect(room.open).toEqual([]);
    expect(ownOf(room, ADA)).toMatchObject({ agrees: false, standing: 'over', outcome: { verdict: null } });
  });

  it('lets Mallory come to so many and no more', () => {
    const room = asked();
    const many = Array.from({ length: CLASS_CAPS.attacked + 1 }, (_, at) => at + 1);
    for (const person of many) room.answer(person, true);
    room.begin(many, 0);
    expect(room.open).toEqual(many.slice(0, CLASS_CAPS.attacked));
  });
});

describe('what a student and those who lead are told', () => {
  it('is one’s own bytes, and everyone’s verdict without bytes', () => {
    const room = begun();
    room.stands(ADA, 1);
    room.acted(ADA, acted, 0);
    room.heard(ADA, { text: 'iello', ref: 'a' }, 0);
    room.settle(0);
    expect(ownOf(room, ADA)?.outcome).toMatchObject({
      took: ['0102'],
      heard: ['iello'],
      verdict: 'succeeds',
    });
    const { rows, counts } = room.shownToLeaders(HERE, nameOf);
    expect(counts).toEqual({ succeeds: 1, detected: 0, prevented: 0 });
    expect(JSON.stringify(rows)).not.toMatch(/0102|iello/);
    expect(JSON.stringify(room.shownToStudent(BEN, HERE))).not.toMatch(/0102|iello|person/);
  });

  it('is over when all have an outcome, or when it has lasted long enough', () => {
    const room = begun();
    const last = CLASS_CAPS.attackMinutes * 60_000;
    expect(room.settle(last - 1)).toBe(false);
    expect(room.settle(last)).toBe(true);
    expect(room.stage).toBe('over');
    expect(ownOf(room, ADA)?.outcome?.words).toBe('Nothing was said over this wire.');
    room.heard(ADA, { text: 'late', ref: 'b' }, last);
    expect(room.settle(last)).toBe(false);
  });

  it('forgets who is out of the class', () => {
    const room = begun();
    room.forget(ADA);
    expect(room.open).toEqual([]);
    expect(room.shownToLeaders([BEN], nameOf).rows?.map(({ id }) => id)).toEqual([BEN]);
  });
});

describe('a verdict', () => {
  const verdict = (attack: RoomAttackId, evidence: Partial<Evidence>, now = QUIET_MS) => {
    const whole = { ...NOTHING_YET, took: [BYTES], isOver: true, ...evidence };
    return judged(attack, whole, now)?.verdict;
  };
  const heard = (...texts: string[]) => texts.map((text) => ({ text, ref: text }));

  it('is given on nothing that Mallory has not touched', () => {
    expect(verdict('flip-text', { took: [], ended: NOTICED })).toBeUndefined();
  });

  it('is “detected” when the server has ended the connection with a code, and none when it ended in order', () => {
    expect(verdict('drop', { ended: NOTICED, heard: heard('a', 'b') })).toBe('detected');
    expect(verdict('drop', { ended: { code: 'done', isOrderly: true } })).toBeNull();
  });

  it.each([
    ['flip-text', { heard: heard('iello') }, 'succeeds'],
    ['flip-text', {}, 'prevented'],
    ['replay-message', { heard: heard('a', 'a') }, 'succeeds'],
    ['replay-message', { heard: heard('a', 'b') }, 'prevented'],
    ['reorder', { heard: heard('b', 'a') }, 'succeeds'],
    ['reorder', { heard: heard('b') }, undefined],
    ['drop', { passed: 1 }, 'succeeds'],
    ['drop', {}, undefined],
    ['forge-message', { heard: heard('a', FORGED) }, 'succeeds'],
    ['forge-message', { heard: heard('a') }, 'prevented'],
  ] as const)('on %s with %j is %s', (attack, evidence, expected) => {
    expect(verdict(attack, evidence)).toBe(expected);
  });

  it('waits for what may still come', () => {
    expect(verdict('flip-text', {}, QUIET_MS - 1)).toBeUndefined();
    expect(verdict('replay-message', { heard: heard('a') }, QUIET_MS - 1)).toBeUndefined();
    expect(verdict('drop', { passed: 1 }, QUIET_MS - 1)).toBeUndefined();
  });

  it('is not made of what was heard long before', () => {
    const room = begun();
    room.heard(ADA, { text: 'before', ref: 'a' }, 0);
    room.acted(ADA, acted, 5_000);
    room.settle(5_000);
    expect(room.stage).toBe('begun');
    // What is told by another way may be known a moment earlier.
    const other = begun();
    other.ended(ADA, NOTICED, 0);
    other.acted(ADA, acted, 10);
    other.settle(10);
    expect(other.counts.detected).toBe(1);
  });
});
