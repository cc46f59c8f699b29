import { describe, expect, it } from 'vitest';
import type { TapEvent } from '#dissect/model';
import { statsObjects } from './stats-objects.ts';
import { statsLines } from './stats-view.ts';
import { PLAIN } from '../output/terminal.ts';
import { HELLO, TALK, COUNTED, flow, dissected, text } from '../../../test/support/captures/views.ts';

describe('--stats', () => {
  it('counts bytes, records, states and what the protection adds', () => {
    const [one, all] = [...statsObjects({ dissection: dissected(TALK) }, COUNTED)] as [object, object];
    expect(one).toMatchObject({
      flow: 1,
      what: 'psk',
      segments: 6,
      records: 6,
      sealed: 0,
      bytes: { c2s: 52 + 44 + 61 + 29, s2c: 78 + 47 },
      duration: 8,
      // The two frames: 33 and 19 bytes.
      plain: 52,
      overhead: 5.981,
    });
    expect(all).toMatchObject({ flow: null, packets: 16, records: 6 });
  });

  it('says what happened to the bytes that TCP carried', () => {
    const { payload } = COUNTED;
    expect([...statsObjects({ dissection: dissected(TALK) }, COUNTED)].at(-1)).toMatchObject({ payload });
    const whole = { ...COUNTED, payload: { ...payload, delivered: 320, unread: [], missing: 0 } };
    const lines = [...statsLines({ dissection: dissected(TALK) }, whole, PLAIN)];
    expect(lines.at(-1)).toBe('TCP carried 320 bytes in them, all of which were read.');
  });

  it('does not guess the content of closed records', () => {
    const [one] = [...statsObjects({ dissection: dissected(TALK, false) }, COUNTED)];
    expect(one).toMatchObject({ sealed: 3, plain: null, overhead: null });
    expect(text(statsLines({ dissection: dissected(TALK, false) }, COUNTED, PLAIN))).toContain(
      'Some records stay closed',
    );
  });

  it('is a table for people', () => {
    const lines = [...statsLines({ dissection: dissected(TALK) }, COUNTED, PLAIN)];
    expect(lines[0]).toBe('flow  what  seconds  segments  to server  to client  records  closed  wire/plain');
    expect(lines[1]).toBe('1     psk     0.008         6        186        125        6       0        5.98');
    expect(lines).toContain('1     →  psk       data             opened        1     61');
    expect(lines.slice(-7)).toEqual([
      'Sizes of the records on the wire: 5 of up to 64 bytes, 1 of 65 to 256 bytes.',
      '16 packets in the file.',
      'Not read: 2 × not TCP.',
      'TCP carried 320 bytes in them, of which 311 were read.',
      'Not read: 8 bytes sent again.',
      'Not read: 1 byte in a reset.',
      'Missing: 40 bytes crossed and are not in the file.',
    ]);
  });

  it('says what became of the packets where there is no flow', () => {
    const payload = { segmentPackets: 0, bytes: 0, delivered: 0, unread: [], missing: 0 };
    const skipped = [{ reason: 'not TCP (UDP, QUIC)', count: 3 }];
    const file = { packets: 3, skipped, payload };
    expect([...statsLines({ dissection: dissected([]) }, file, PLAIN)]).toEqual([
      'This file contains no TCP connection.',
      '3 packets in the file.',
      'Not read: 3 × not TCP (UDP, QUIC).',
      'TCP carried nothing in them.',
    ]);
  });

  it('has an overhead of one where nothing protects', () => {
    const [one] = [...statsObjects({ dissection: dissected(flow(['c2s', HELLO])) }, COUNTED)];
    expect(one).toMatchObject({ plain: 33, overhead: 1 });
  });
});

describe('--stats of many flows', () => {
  it(
    'is made in one pass over them, which a quadratic one would not do in the time',
    { timeout: 60_000 },
    () => {
      const client = { address: '192.0.2.1', port: 40_000 };
      const server = { address: '192.0.2.2', port: 80 };
      const flows = Array.from({ length: 5_000 }, (_, index): readonly TapEvent[] => [
        { kind: 'flow', flow: index + 1, time: 1_000, client, server },
        { kind: 'chunk', flow: index + 1, dir: 'c2s', time: 1_001, bytes: HELLO },
      ]);
      const lines = [...statsLines({ dissection: dissected(flows.flat()) }, COUNTED, PLAIN)];
      expect(lines[5_000]?.split(/ +/)).toEqual(['5000', 'frame', '0.001', '1', '33', '0', '1', '0', '1.00']);
      expect(lines[5_001]?.split(/ +/)).toEqual([
        'all',
        '0.001',
        '5,000',
        '165,000',
        '0',
        '5,000',
        '0',
        '1.00',
      ]);
    },
  );
});
