import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapture } from './capture/read.ts';
import { Dissection } from './index.ts';
import type { WireRecord } from './model.ts';
import { toHex } from '#protocol/bytes';
import { traffic } from '../../test/support/flows/traffic.ts';
import { marksOf, rangesOf, readableByEve, scoreOf, withRange } from './prediction.ts';
import { viewOf } from './record-view.ts';

function recorded(name: string, keys = true): readonly WireRecord[] {
  const dissection = new Dissection({ keys });
  dissection.addAll(
    readCapture(readFileSync(new URL(`../../docs/recordings/${name}.pcapng`, import.meta.url))).events,
  );
  return dissection.allRecords();
}

function said(wire: 'plain' | 'psk'): WireRecord {
  const dissection = new Dissection();
  dissection.addAll(
    traffic({ flow: 1, wire, lines: [{ dir: 'c2s', message: { type: 'say', text: 'hi' } }] }),
  );
  return dissection.records(1).at(-1) as WireRecord;
}

/** The bytes that Eve can read, in hex, with dots for each of the others. */
function readableHex(record: WireRecord): string {
  const readable = readableByEve(viewOf(record));
  return Array.from(record.raw, (byte, at) => (readable[at] ? toHex(Uint8Array.of(byte)) : '..')).join('');
}

describe('what Eve can read of a record', () => {
  it('is all of it on the plain wire', () => {
    const record = said('plain');
    expect(readableHex(record)).toBe(toHex(record.raw));
  });

  it('is the header of a psk record: type, length and sequence number', () => {
    expect(readableHex(said('psk'))).toMatch(/^170000[0-9a-f]{2}0{16}\.+$/);
  });

  it('is the header of a sealed TLS record', () => {
    const record = recorded('tls13').find(({ state }) => state === 'opened')!;
    expect(readableHex(record)).toMatch(/^170303[0-9a-f]{4}\.+$/);
  });

  it('is the certificate of TLS 1.2, and its signature too, which anyone can check', () => {
    const clear = recorded('tls12').filter(({ state }) => state === 'clear');
    expect(clear.map(readableHex).join('')).toBe(clear.map(({ raw }) => toHex(raw)).join(''));
  });

  it.each(['tls12', 'tls13', 'tls-psk', 'plain-logins'])(
    'is the same with and without the keys: %s',
    (name) => {
      const [open, sealed] = [recorded(name), recorded(name, false)];
      expect(open.map(readableHex)).toEqual(sealed.map(readableHex));
      expect(open.length).toBeGreaterThan(10);
    },
  );
});

describe('a prediction', () => {
  const readable = Uint8Array.of(1, 1, 1, 0, 0, 0);
  const none = new Uint8Array(6);

  it('is marked in strokes, in either direction', () => {
    expect([...withRange(none, 4, 1, true)]).toEqual([0, 1, 1, 1, 1, 0]);
    expect([...withRange(withRange(none, 0, 5, true), 2, 3, false)]).toEqual([1, 1, 0, 0, 1, 1]);
    expect([...none]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('has hits, misses and marks in vain', () => {
    const marked = withRange(none, 1, 3, true);
    expect(scoreOf(readable, marked)).toEqual({ hits: 2, misses: 1, falseMarks: 1, points: 33 });
  });

  it('earns nothing for marking nothing or everything of a sealed record, however long it is', () => {
    const long = withRange(new Uint8Array(1_000), 0, 4, true);
    const points = (from: number, to: number): number =>
      scoreOf(long, withRange(new Uint8Array(1_000), from, to, true)).points;
    expect(scoreOf(long, new Uint8Array(1_000)).points).toBe(0);
    expect(points(0, 999)).toBe(0);
    expect(points(500, 999)).toBe(0);
    expect(points(0, 4)).toBe(100);
    expect(points(0, 3)).toBe(80);
    expect(points(0, 103)).toBe(90);
  });

  it('earns everything for marking all of a record that is readable throughout', () => {
    const all = Uint8Array.of(1, 1, 1);
    expect(scoreOf(all, all).points).toBe(100);
    expect(scoreOf(all, new Uint8Array(3)).points).toBe(0);
    expect(scoreOf(new Uint8Array(3), new Uint8Array(3)).points).toBe(100);
    expect(scoreOf(new Uint8Array(3), all).points).toBe(0);
  });
});

describe('marks as ranges', () => {
  it('are each run of marked bytes, with the end that is not in it', () => {
    expect(rangesOf(Uint8Array.of(1, 1, 0, 1))).toEqual([
      [0, 2],
      [3, 4],
    ]);
    expect(rangesOf(new Uint8Array(3))).toEqual([]);
  });

  it('become the same marks again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 1 }), (marks) => {
        expect(marksOf(rangesOf(marks), marks.length)).toEqual(marks);
      }),
    );
  });
});
