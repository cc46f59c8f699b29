import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireRecord } from '#dissect/model';
import { sharedLength } from './merge.ts';
import { rowsOf } from '../../../test/support/dissection/rows.ts';
import { RowPacker, Rows } from './rows.ts';

function record(flow: number, index: number, title = `t${index}`): WireRecord {
  const rest = {
    dir: 'c2s',
    proto: 'frame',
    state: 'clear',
    reason: '',
    offset: 0,
    fields: [],
    inner: [],
  } as const;
  return { ...rest, flow, index, time: flow + index, title, raw: new Uint8Array(index) };
}

describe('rows', () => {
  it('are those of the records, whatever the list was before', () => {
    const lists = fc.array(fc.array(fc.nat(40), { maxLength: 60 }), { maxLength: 12 });
    fc.assert(
      fc.property(lists, (given) => {
        const made = Array.from({ length: 41 }, (_, index) => record(1, index));
        const packer = new RowPacker();
        let rows = Rows.NONE;
        let before: readonly WireRecord[] = [];
        for (const numbers of given) {
          const list = numbers.map((number) => made[number] as WireRecord);
          rows = rows.updated(packer.pack(list, sharedLength(before, list), () => 'tls'));
          before = list;
          const shown = Array.from({ length: rows.count }, (_, place) => rows.at(place));
          expect(shown.map((row) => [row?.index, row?.title, row?.length, row?.wire])).toEqual(
            list.map(({ index, title, raw }) => [index, title, raw.length, 'tls']),
          );
        }
      }),
    );
  });

  it('are found by their record, the last first', () => {
    const rows = rowsOf([record(1, 0), record(1, 1), record(2, 1)]);
    expect(
      [{ flow: 1, index: 1 }, { flow: 2, index: 1 }, { flow: 3, index: 0 }, undefined].map((key) =>
        rows.placeOf(key),
      ),
    ).toEqual([1, 2, -1, -1]);
    expect([rows.at(-1), rows.at(3)]).toEqual([undefined, undefined]);
    expect([rows.countAfter(1), rows.countAfter(3), rows.countAfter(-Infinity)]).toEqual([2, 0, 3]);
  });
});
