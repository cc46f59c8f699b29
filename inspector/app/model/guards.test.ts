import { describe, expect, it } from 'vitest';
import { Dissection } from '#dissect/index';
import type { WireRecord } from '#dissect/model';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { guardWords, guardsInRow, guardsOf, isSealedAt } from './guards.ts';
import { kindMapOf, kindsIn } from './kind-map.ts';
import { correspondent, nodeAt } from './light.ts';
import { type RecordView, WIRE_SPACE, viewOf } from '#dissect/record-view';

function view(wire: 'plain' | 'psk', keys = true): RecordView {
  const dissection = new Dissection({ keys });
  dissection.addAll(
    traffic({ flow: 1, wire, lines: [{ dir: 'c2s', message: { type: 'say', text: 'north gate' } }] }),
  );
  return viewOf(dissection.records(1).at(-1) as WireRecord);
}

/** Guards of a byte as `part start-end`. */
function guardsAt(of: RecordView, space: number, offset: number): string[] {
  const node = nodeAt(of, space, offset);
  return node ? guardsOf(of, node).map(({ part, start, end }) => `${part} ${start}-${end}`) : [];
}

describe('what protects a byte', () => {
  const psk = view('psk');
  const { length } = psk.spaces[WIRE_SPACE]!.bytes;
  const all = ['header 0-4', 'nonce 4-12', `tag ${length - 16}-${length}`];

  it('is header, nonce and tag of its psk record, for a byte of the content and for one of the ciphertext', () => {
    expect(guardsAt(psk, 1, 8)).toEqual(all);
    expect(guardsAt(psk, WIRE_SPACE, 20)).toEqual(all);
  });

  it('is the same without the keys', () => {
    expect(guardsAt(view('psk', false), WIRE_SPACE, 20)).toEqual(all);
  });

  it('is nothing for the header and the tag, which protect, and nothing on the plain wire', () => {
    expect(guardsAt(psk, WIRE_SPACE, 0)).toEqual([]);
    expect(guardsAt(psk, WIRE_SPACE, length - 1)).toEqual([]);
    expect(guardsAt(view('plain'), WIRE_SPACE, 8)).toEqual([]);
  });

  it('is named in words, and marked in the rows of the bytes', () => {
    const guards = guardsOf(psk, nodeAt(psk, 1, 8)!);
    expect(guardWords(guards)).toEqual(['header', 'nonce', 'tag']);
    expect(guardsInRow(guards, 0, 16)).toBe('hhhhnnnnnnnn....');
    expect(guardsInRow(guards, 16, 4)).toBe('');
  });
});

describe('a field', () => {
  it('is sealed inside a ciphertext, and not on the plain wire', () => {
    const psk = view('psk');
    const sealed = (of: RecordView, space: number, at: number) => isSealedAt(of, nodeAt(of, space, at)!);
    expect(sealed(psk, 1, 8)).toBe(true);
    expect(sealed(psk, WIRE_SPACE, 0)).toBe(false);
    expect(sealed(view('psk', false), WIRE_SPACE, 20)).toBe(false);
    expect(sealed(view('plain'), WIRE_SPACE, 8)).toBe(false);
  });
});

describe('the byte that corresponds', () => {
  const psk = view('psk');
  const last = psk.spaces[1]!.bytes.length - 1;

  it('is the one that carries it, both ways', () => {
    expect(correspondent(psk, 1, 5, WIRE_SPACE)).toBe(17);
    expect(correspondent(psk, WIRE_SPACE, 17, 1)).toBe(5);
    expect(correspondent(psk, 1, 5, 1)).toBe(5);
  });

  it('is the nearest one for a header and for a tag', () => {
    expect(correspondent(psk, WIRE_SPACE, 0, 1)).toBe(0);
    expect(correspondent(psk, WIRE_SPACE, psk.spaces[0]!.bytes.length - 1, 1)).toBe(last);
  });
});

describe('kinds of bytes', () => {
  it('are one letter for each byte, of the innermost field', () => {
    const psk = view('psk');
    const map = kindMapOf(psk, WIRE_SPACE);
    expect(map).toMatch(/^hlllnnnnnnnnc+t{16}$/);
    expect(kindMapOf(psk, 1)).toMatch(/^l{4}p+$/);
    expect(kindsIn([map])).toEqual(['header', 'length', 'nonce', 'ciphertext', 'tag']);
  });
});
