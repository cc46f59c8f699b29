import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import type { WireRecord } from '#dissect/model';
import { toHex } from '#protocol/bytes';
import { traffic } from '../../../test/support/flows/traffic.ts';
import {
  NO_TALLY,
  counted,
  letters,
  percent,
  readableByEve,
  scoreOf,
  scoreWords,
  withRange,
} from './predict.ts';
import { viewOf } from './record-view.ts';

function recorded(name: string, keys = true): readonly WireRecord[] {
  const dissection = new Dissection({ keys });
  dissection.addAll(
    readCapture(readFileSync(new URL(`../../../docs/recordings/${name}.pcapng`, import.meta.url))).events,
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
    const score = scoreOf(readable, marked);
    expect(score).toEqual({ bytes: 6, hits: 2, misses: 1, falseMarks: 1, right: 4 });
    expect(scoreWords(score)).toBe('4 of 6 bytes right (66 %): 2 found, 1 missed, 1 marked in vain');
    expect(letters(marked)).toBe('.mmm..');
    expect(letters(marked, readable)).toBe('xhhf..');
  });

  it('is counted over all records', () => {
    const first = counted(NO_TALLY, scoreOf(readable, readable));
    expect(counted(first, scoreOf(readable, none))).toEqual({ records: 2, right: 9, bytes: 12 });
    expect(percent(9, 12)).toBe(75);
    expect(percent(0, 0)).toBe(100);
  });
});
