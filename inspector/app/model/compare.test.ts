import { expect, it } from 'vitest';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import { TrafficReader } from '../reading/traffic-reader.ts';
import { compared } from './compare.ts';
import { type RecordView, viewOf } from '#dissect/record-view';

function sayOn(wire: 'plain' | 'psk', text: string): RecordView {
  const reader = new TrafficReader();
  const lines: Line[] = [{ dir: 'c2s', message: { type: 'say', text } }];
  reader.add(traffic({ flow: 1, wire, lines }));
  reader.readOn(() => false);
  const record = reader.log.records(wire).findLast(({ title }) => title === 'say');
  if (!record) throw new Error('nothing was said');
  return viewOf(record);
}

const sign = { true: '=', false: '≠' } as const;

it('a frame is compared with the same frame inside a sealed record', () => {
  const rows = compared(sayOn('psk', 'north gate'), sayOn('plain', 'north gate'));
  expect(
    rows.map(({ depth, name, same, first, second }) =>
      [' '.repeat(depth), name, first && second ? sign[`${same}`] : first ? '<' : '>'].join(''),
    ),
  ).toEqual([
    'psk record<',
    ' type<',
    ' length<',
    ' sequence<',
    ' ciphertext<',
    ' tag<',
    'frame=',
    ' length=',
    ' payload=',
    '  type=',
    '  text=',
  ]);
});

it('a field that differs makes what is around it differ', () => {
  const rows = compared(sayOn('plain', 'north gate'), sayOn('plain', 'south gate'));
  expect(rows.filter(({ same }) => !same).map(({ name }) => name)).toEqual(['frame', 'payload', 'text']);
});
