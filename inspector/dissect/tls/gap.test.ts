/** Records are missing from a recording: later ones open again where a tag proves which they are. */
import { chunk } from '../../../test/support/flows/chunk.ts';
import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, showUtf8, toHex, utf8 } from '#protocol/bytes';
import { counterNonce } from '#channel/counter-nonce';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { Dissection } from '../index.ts';
import type { TapEvent, WireRecord } from '../model.ts';
import { nextTrafficSecret, trafficKeys } from './schedule.ts';

const RANDOM = '11'.repeat(32);
const SECRET = new Uint8Array(32).fill(0x22);
const END = { address: '127.0.0.1', port: 1 };

const handshake = (type: number, body: string): string => {
  const length = body.length / 2;
  const message = type.toString(16).padStart(2, '0') + length.toString(16).padStart(6, '0') + body;
  return `160303${(length + 4).toString(16).padStart(4, '0')}${message}`;
};
const CLIENT_HELLO = handshake(1, `0303${RANDOM}00000213010100`);
const SERVER_HELLO = handshake(2, `0303${'33'.repeat(32)}0013010000` + '06' + '002b00020304');

/** A record of application data under the traffic secret, sealed by node:crypto. */
function sealed(sequence: number, plain: Uint8Array, secret: Uint8Array = SECRET): Uint8Array {
  const { key, iv } = trafficKeys('sha256', 'aes-128-gcm', secret);
  const length = plain.length + 1 + 16;
  const header = Uint8Array.of(0x17, 3, 3, length >> 8, length & 0xff);
  const cipher = createCipheriv('aes-128-gcm', key, counterNonce(iv, sequence)).setAAD(header);
  const ciphertext = cipher.update(concat([plain, Uint8Array.of(0x17)]));
  cipher.final();
  return concat([header, ciphertext, cipher.getAuthTag()]);
}

const gap = (length: number): TapEvent => ({ kind: 'gap', flow: 1, dir: 's2c', time: 0, length });

/** What can be read of the server's stream, after both hellos. */
function heard(...events: TapEvent[]): WireRecord[] {
  const dissection = new Dissection();
  dissection.addAll([
    { kind: 'flow', flow: 1, wire: 'tls', time: 0, client: END, server: END },
    { kind: 'secret', time: 0, line: `SERVER_TRAFFIC_SECRET_0 ${RANDOM} ${toHex(SECRET)}` },
    chunk('c2s', fromHex(CLIENT_HELLO)),
    chunk('s2c', fromHex(SERVER_HELLO)),
    ...events,
  ]);
  return dissection.records(1).slice(2);
}
const shown = ({ state, plain, reason }: WireRecord): string =>
  plain ? showUtf8(plain) : `${state}: ${reason}`;
const MISSING = (length: number): string => `malformed: ${length} bytes are missing from the capture here`;

describe('after a gap', () => {
  it('the sequence number is found again', () => {
    const lost = [1, 2, 3].map((sequence) => sealed(sequence, utf8('lost')));
    const missing = concat(lost).length;
    const records = heard(
      chunk('s2c', sealed(0, utf8('before'))),
      gap(missing),
      chunk('s2c', concat([sealed(4, utf8('after')), sealed(5, utf8('and on'))])),
    );
    expect(records.map(shown)).toEqual(['before', MISSING(missing), 'after', 'and on']);
  });

  it('a key that changed in the gap is found', () => {
    const next = nextTrafficSecret('sha256', SECRET);
    const records = heard(
      chunk('s2c', sealed(0, utf8('before'))),
      gap(200),
      chunk('s2c', sealed(0, utf8('after'), next)),
      chunk('s2c', sealed(1, utf8('and on'), next)),
    );
    expect(records.map(shown)).toEqual(['before', MISSING(200), 'after', 'and on']);
  });

  it('a record further on than the gap is long stays sealed, with the reason', () => {
    const records = heard(
      chunk('s2c', sealed(0, utf8('before'))),
      gap(28),
      chunk('s2c', sealed(50, utf8('after'))),
    );
    expect(records.map(shown)).toEqual([
      'before',
      MISSING(28),
      'wrong-key: records before this one are missing, and SERVER_TRAFFIC_SECRET_0 does not open this record at any of the places tried',
    ]);
  });

  it('what was begun inside is cut short, and what follows is read from its beginning', () => {
    const frame = encodeFrame(encodeMessage({ type: 'left', room: 'lobby' }));
    const [, missing, after] = heard(
      chunk('s2c', sealed(0, frame.subarray(0, 9))),
      gap(60),
      chunk('s2c', sealed(1, frame)),
    );
    expect(missing?.inner).toMatchObject([{ state: 'malformed', start: -9 }]);
    expect(toHex(missing?.inner[0]?.bytes ?? new Uint8Array())).toBe(toHex(frame.subarray(0, 9)));
    expect(after?.inner.map(({ title, state, start }) => [title, state, start])).toEqual([
      ['left', 'was-sealed', 0],
    ]);
  });

  it('a changed record costs nothing but itself', () => {
    const changed = sealed(1, utf8('changed'));
    changed[8] = (changed[8] as number) ^ 1;
    const records = heard(chunk('s2c', concat([sealed(0, utf8('a')), changed, sealed(2, utf8('b'))])));
    expect(records.map(shown)).toEqual([
      'a',
      'wrong-key: SERVER_TRAFFIC_SECRET_0 opened the records before, and does not open this record: it was changed on its way',
      'b',
    ]);
  });
});
