import { describe, expect, it } from 'vitest';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { PSK_ENDS, pskConversation } from '../../test/support/flows/psk-conversation.ts';
import { Dissection } from './index.ts';
import type { TapEvent } from './model.ts';

const BYE = encodeFrame(encodeMessage({ type: 'bye' }));
const TALK = pskConversation({ c2s: [BYE], s2c: [] });
const SECRET = TALK.find((event) => event.kind === 'secret') as TapEvent;
const WITHOUT_SECRET = TALK.filter((event) => event.kind !== 'secret');
const states = (dissection: Dissection): string[] => dissection.records(1).map((record) => record.state);

describe('a dissection', () => {
  it('says which flow an event changes', () => {
    const dissection = new Dissection();
    const changed = TALK.map((event) => [event.kind, dissection.add(event)]);
    expect(changed).toEqual([
      ['flow', [1]],
      ['chunk', [1]],
      ['secret', []],
      ['chunk', [1]],
      ['chunk', [1]],
      ['chunk', [1]],
      ['chunk', [1]],
      ['end', [1]],
      ['end', [1]],
    ]);
    expect(dissection.revision(1)).toBe(8);
    expect(dissection.revision(2)).toBe(0);
  });

  it('says of a frame in an opened record that it was sealed, and of one in the open that it is clear', () => {
    const dissection = new Dissection();
    dissection.addAll(TALK);
    const inside = dissection
      .records(1)
      .flatMap(({ state, inner }) => inner.map((unit) => [state, unit.state]));
    expect(inside).toEqual([['opened', 'was-sealed']]);
    const time = 1_700_000_000_000;
    dissection.add({
      kind: 'flow',
      flow: 2,
      wire: 'plain',
      time,
      client: PSK_ENDS.client,
      server: PSK_ENDS.server,
    });
    dissection.add({ kind: 'chunk', flow: 2, dir: 'c2s', time, bytes: BYE });
    expect(dissection.records(2)[0]?.state).toBe('clear');
  });

  it('gives the same list of records until something changes', () => {
    const dissection = new Dissection();
    dissection.addAll(TALK.slice(0, 5));
    const before = dissection.records(1);
    expect(dissection.records(1)).toBe(before);
    dissection.addAll(TALK.slice(5));
    expect(dissection.records(1)).not.toBe(before);
    expect(dissection.records(1).slice(0, before.length)).toEqual(before);
  });

  it('gives records out once to who takes them, and begins again when a secret comes late', () => {
    const dissection = new Dissection();
    const taken = (): (number | string)[] | undefined => {
      const { reading, records } = dissection.take(1) ?? {};
      return records && [reading as number, ...records.map(({ index, state }) => `${index} ${state}`)];
    };
    expect(taken()).toBeUndefined();
    dissection.addAll(WITHOUT_SECRET.slice(0, 3));
    expect(taken()).toEqual([1, '0 clear', '1 clear']);
    dissection.addAll(WITHOUT_SECRET.slice(3));
    expect(taken()).toEqual([1, '2 clear', '3 no-key', '4 no-key']);
    expect(taken()).toEqual([1]);
    expect(dissection.flow(1)).toMatchObject({ records: 5, sealed: 2 });
    dissection.add(SECRET);
    expect(taken()).toEqual([2, '0 clear', '1 clear', '2 clear', '3 opened', '4 opened']);
    expect(dissection.flow(1)).toMatchObject({ records: 5, sealed: 0 });
    // Who asks for all of them gets all of them.
    expect(states(dissection)).toEqual(['clear', 'clear', 'clear', 'opened', 'opened']);
  });

  it('reads a flow again when its secret comes late', () => {
    const dissection = new Dissection();
    dissection.addAll(WITHOUT_SECRET);
    expect(states(dissection)).toEqual(['clear', 'clear', 'clear', 'no-key', 'no-key']);
    expect(dissection.add(SECRET)).toEqual([1]);
    expect(states(dissection)).toEqual(['clear', 'clear', 'clear', 'opened', 'opened']);
    expect(dissection.add(SECRET)).toEqual([]);
  });

  it('puts the keys away and takes them up again', () => {
    const dissection = new Dissection();
    dissection.addAll(TALK);
    expect(dissection.flow(1)?.sealed).toBe(0);
    expect(dissection.setKeys(false)).toEqual([1]);
    expect(dissection.flow(1)?.sealed).toBe(2);
    expect(states(dissection)).toEqual(['clear', 'clear', 'clear', 'no-key', 'no-key']);
    expect(dissection.setKeys(false)).toEqual([]);
    expect(dissection.setKeys(true)).toEqual([1]);
    expect(states(dissection)).toEqual(['clear', 'clear', 'clear', 'opened', 'opened']);
  });

  it('shows Eve the same whether the secrets were ever there or not', () => {
    const [hidden, never] = [new Dissection(), new Dissection()];
    hidden.addAll(TALK);
    hidden.records(1);
    hidden.setKeys(false);
    never.addAll(WITHOUT_SECRET);
    expect(hidden.records(1)).toEqual(never.records(1));
  });

  it('reads flows of a lower rank first when it is paced', () => {
    const paced = new Dissection({ paced: true });
    paced.addAll(TALK);
    paced.addAll(TALK.map((event) => ('flow' in event ? { ...event, flow: 2 } : event)));
    paced.readFirst((id) => (id === 2 ? 0 : 1));
    paced.readOn(() => paced.flow(2)?.records === 3);
    expect([paced.flow(1)?.records, paced.flow(2)?.records]).toEqual([0, 3]);
    paced.readOn(() => false);
    expect(paced.records(1)).toHaveLength(paced.records(2).length);
  });

  it('reads at the pace of its caller when it is paced, and comes to the same', () => {
    const [paced, whole] = [new Dissection({ paced: true }), new Dissection()];
    for (const dissection of [paced, whole]) dissection.addAll(TALK);
    expect([paced.unread, paced.records(1), paced.flow(1)?.records]).toEqual([7, [], 0]);
    expect(paced.readOn(() => true)).toEqual(new Set());
    let asked = 0;
    expect(paced.readOn(() => ++asked > 3)).toEqual(new Set([1]));
    expect([paced.unread, states(paced)]).toEqual([4, ['clear', 'clear', 'clear']]);
    expect(paced.readOn(() => false)).toEqual(new Set([1]));
    expect(paced.unread).toBe(0);
    expect(paced.records(1)).toEqual(whole.records(1));
    expect(paced.setKeys(false)).toEqual([1]);
    expect([paced.unread, paced.records(1)]).toEqual([7, []]);
    expect([whole.unread, whole.readOn(() => false)]).toEqual([0, new Set()]);
  });

  it('reads several flows in the order of time', () => {
    const dissection = new Dissection({ paced: true });
    const flow = (id: number, at: number): TapEvent[] =>
      TALK.map((event) => ({ ...event, flow: id, time: at + event.time }));
    dissection.addAll([...flow(1, 10_000), ...flow(2, 0)]);
    const order: number[] = [];
    while (dissection.unread > 0) {
      let asked = 0;
      order.push(...dissection.readOn(() => ++asked > 1));
    }
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(new Set(order)).toEqual(new Set([1, 2]));
    dissection.forget([1, 2]);
    expect(dissection.unread).toBe(0);
  });

  it('sums a flow up', () => {
    const dissection = new Dissection();
    dissection.addAll(TALK);
    expect(dissection.flows).toEqual([
      {
        id: 1,
        wire: 'psk',
        ...PSK_ENDS,
        proto: 'psk',
        stack: ['psk', 'frame'],
        cipher: 'psk, aes-256-gcm',
        state: 'closed',
        started: 1_000,
        last: 1_007,
        bytes: { c2s: 52 + 44 + 46 + 29, s2c: 78 },
        segments: 5,
        records: 5,
        sealed: 0,
        revision: 8,
        cut: 0,
        waiting: 0,
        midway: false,
      },
    ]);
  });

  it.each([
    ['open', []],
    ['half-closed', [{ dir: 'c2s', how: 'fin' }]],
    [
      'closed',
      [
        { dir: 's2c', how: 'fin' },
        { dir: 'c2s', how: 'fin' },
      ],
    ],
    ['reset', [{ dir: 's2c', how: 'reset' }]],
  ] as const)('says when a flow is %s', (state, ends) => {
    const dissection = new Dissection();
    dissection.add(TALK[0] as TapEvent);
    for (const end of ends) dissection.add({ kind: 'end', flow: 1, time: 2_000, ...end });
    expect(dissection.flow(1)?.state).toBe(state);
  });

  it('lets flows go, and shows what is left of one whose beginning was not seen', () => {
    const dissection = new Dissection();
    dissection.addAll(TALK);
    dissection.forget([1]);
    expect(dissection.flows).toEqual([]);
    expect(dissection.records(1)).toEqual([]);
    dissection.addAll(TALK.slice(5));
    expect(dissection.records(1).map((record) => record.title)).toEqual(['data', 'alert']);
  });

  it('tells what a flow without a wire’s name is from its first bytes', () => {
    const nameless = TALK.map((event) => {
      if (event.kind !== 'flow') return event;
      const { wire: _wire, ...rest } = event;
      return rest;
    });
    const dissection = new Dissection();
    dissection.addAll(nameless);
    expect(dissection.flow(1)?.stack).toEqual(['psk', 'frame']);
    expect(dissection.records(1).map((record) => record.title)).toContain('bye');
  });

  it('takes in no more bytes than its cap, and nothing behind a gap', () => {
    const dissection = new Dissection({ maxBytes: 52 + 78 + 50 });
    dissection.addAll(TALK);
    // The client finished (44 bytes) still fits, the data record (46) does not, and the alert (29) stands behind it.
    expect(dissection.flow(1)).toMatchObject({
      bytes: { c2s: 52 + 44 + 46 + 29, s2c: 78 },
      cut: 46 + 29,
      state: 'closed',
    });
    dissection.forget([1]);
    dissection.addAll(TALK.slice(0, 4));
    expect(dissection.flow(1)).toMatchObject({ records: 2, cut: 0 });
  });
});
