import { describe, expect, it } from 'vitest';
import type { BenchMessage, BenchOrder } from '#dissect/page-bench';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { EMPTY_BENCH, type BenchState, afterMessage, afterOrder } from './bench-state.ts';
import { bytesFromHex, inJson, laidBeside, textIn, withInserted, withoutByte } from './edits.ts';

const frame = (text: string): string => toHex(encodeFrame(utf8(JSON.stringify({ type: 'say', text }))));
const heard = (id: number, text: string, hold: 'breakpoint' | null): BenchMessage => ({
  type: 'event',
  event: {
    kind: 'heard',
    hold,
    unit: { id, connection: 1, towards: 'server', title: 'say', bytes: frame(text) },
  },
});
const OPEN: BenchMessage = {
  type: 'open',
  target: 'plain',
  wire: 'plain',
  port: 1,
  command: '',
  isOwn: false,
};

function after(...all: readonly (BenchMessage | { readonly order: BenchOrder })[]): BenchState {
  return all.reduce<BenchState>(
    (state, each) => ('order' in each ? afterOrder(state, each.order) : afterMessage(state, each)),
    EMPTY_BENCH,
  );
}

describe('the bench of a page', () => {
  it('tells below each action what came of it', () => {
    const { log, room } = after(
      OPEN,
      { order: { type: 'say', text: 'nine' } },
      { type: 'told', place: 'victim', title: 'ana says', text: 'nine' },
      heard(1, 'nine', 'breakpoint'),
      { order: { type: 'pass', unit: 1 } },
      { type: 'told', place: 'victim', title: 'ben hears from ana', text: 'ten' },
      { type: 'told', place: 'server', title: 'The server ends a connection', text: 'bad_json' },
    );
    expect(log.map(({ action }) => action)).toEqual(['Ana says “nine”', 'You let #1 go on']);
    expect(log.map(({ lines }) => lines)).toEqual([
      [{ who: 'wire', text: 'The client sends #1: say, held', quote: '{"type":"say","text":"nine"}' }],
      [
        { who: 'people', text: 'ben hears from ana', quote: 'ten' },
        { who: 'server', text: 'The server ends a connection', code: 'bad_json' },
      ],
    ]);
    expect(room).toEqual([{ from: 'ana', text: 'ten' }]);
  });

  it('makes one action of a change that is typed digit by digit', () => {
    const order = { type: 'replace', unit: 1, bytes: '', fit: true, edit: 1 } as const;
    expect(after({ order }, { order: { ...order, edit: 2 } }).log).toHaveLength(1);
  });

  it('keeps what is held, however much has gone by since', () => {
    const { units } = after(
      heard(1, 'held', 'breakpoint'),
      { type: 'held', isPaused: false, units: [{ id: 1, hold: 'breakpoint', times: 1 }] },
      ...Array.from({ length: 300 }, (_, at) => heard(at + 2, 'gone', null)),
    );
    expect([units.size, units.has(1), units.has(2), units.has(301)]).toEqual([201, true, false, true]);
  });
});

describe('a change of bytes', () => {
  const was = fromHex(frame('nine'));

  it.each([
    ['a byte put in', withInserted(was, 10), 1],
    ['a byte taken out', withoutByte(was, 10), 0],
    ['a header that says another length', Uint8Array.from([0, 0, 0, 9, ...was.subarray(4)]), 1],
    ['a longer text', fromHex(frame('seventeen')), 10],
  ])('marks %s, and not what moved along', (_, now, count) => {
    const before = laidBeside(was, now, 4);
    expect(before).toHaveLength(now.length);
    expect(now.filter((byte, at) => byte !== before[at])).toHaveLength(count);
  });

  it('reads the text of a frame, and hex with gaps', () => {
    expect(textIn(was)).toBe('nine');
    expect(textIn(fromHex('000000017b'))).toBeUndefined();
    expect(new TextDecoder().decode(inJson('a "b"'))).toBe('a \\"b\\"');
    expect(toHex(bytesFromHex('0A:0b 0c') as Uint8Array)).toBe('0a0b0c');
    expect(bytesFromHex('0a0')).toBeUndefined();
  });
});
