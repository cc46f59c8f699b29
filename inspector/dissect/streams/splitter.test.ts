import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '#protocol/bytes';
import { Splitter } from './splitter.ts';

/** Units of one length byte and that many bytes; above 8 it is no unit. */
const splitter = () => new Splitter(1, ([length = 0]) => (length > 8 ? 'too long' : 1 + length));

const rest = (stream: Splitter) => {
  const pieces = [];
  for (let piece = stream.next(); piece; piece = stream.next()) pieces.push(shown(piece));
  return pieces;
};
const shown = ({ bytes, offset, fault }: { bytes: Uint8Array; offset: number; fault?: string }) =>
  [offset, toHex(bytes), ...(fault === undefined ? [] : [fault])] as const;

describe('a stream with a gap', () => {
  it('shows what the gap cut short, the gap, and the units behind it', () => {
    const stream = splitter();
    stream.push(fromHex('01aa 03bb'));
    expect(rest(stream)).toEqual([[0, '01aa']]);
    expect(stream.gap(1_000).map(shown)).toEqual([
      [2, '03bb', 'the rest of this unit is missing from the capture'],
      [4, '', '1,000 bytes are missing from the capture here'],
    ]);
    stream.push(fromHex('02ccdd'));
    expect(rest(stream)).toEqual([[1_004, '02ccdd']]);
  });

  it('goes on where bytes look like a unit again, and says so of those that do not', () => {
    const stream = splitter();
    stream.gap(1);
    stream.push(fromHex('ffee'));
    expect(rest(stream)).toEqual([
      [1, 'ffee', 'bytes are missing before these: where a unit begins cannot be told'],
    ]);
    stream.push(fromHex('01aa'));
    expect(rest(stream)).toEqual([[3, '01aa']]);
  });
});
