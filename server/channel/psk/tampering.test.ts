import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pureCiphers } from '../ciphers-pure.ts';
import type { Side } from '../contract.ts';
import { PskChannel } from './channel.ts';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { RemoteProtocolError } from '#protocol/errors';

/** What Mallory, in the path, can do to a conversation, and what comes of it. */
const KEY = { id: 'demo', key: new Uint8Array(32).fill(7) };

describe('a sealed record', () => {
  it('is refused when any one of its bits was flipped', () => {
    const { client, server } = opened();
    const record = concat(client.send(utf8('hi')));
    for (let bit = 0; bit < record.length * 8; bit++) {
      const { server: fresh } = opened();
      // The length field alone can make the receiver wait for more; then the end of the stream is the error.
      expect(outcome(fresh, flip(record, bit), true), `bit ${bit}`).not.toMatch(/^ok/);
    }
    expect(outcome(server, record)).toBe('ok hi');
  });

  it.each([
    ['type', 0, 'not_psk'],
    ['type, to another that exists', 1, 'bad_record_mac', 0x15],
    ['sequence', 11, 'record_out_of_order'],
    ['ciphertext', 12, 'bad_record_mac'],
    ['tag', 29, 'bad_record_mac'],
  ])('with another %s is %s', (_, at, code, value?: number) => {
    const { client, server } = opened();
    const record = concat(client.send(utf8('hi')));
    const changed = record.slice();
    if (value === undefined) changed[at] = (changed[at] as number) ^ 0x01;
    else changed[0] = value;
    expect(outcome(server, changed)).toBe(code);
  });

  it('is refused the second time', () => {
    const { client, server } = opened();
    const record = concat(client.send(utf8('hi')));
    expect(outcome(server, record)).toBe('ok hi');
    expect(outcome(server, record)).toBe('record_replayed');
  });

  it('is refused out of turn, and when one before it was dropped', () => {
    const { client, server } = opened();
    client.send(utf8('first'));
    expect(outcome(server, concat(client.send(utf8('second'))))).toBe('record_out_of_order');
  });

  it('is refused by the side that sent it', () => {
    const { client, server } = opened();
    expect(outcome(client, concat(client.send(utf8('hi'))))).toBe('bad_record_mac');
    expect(outcome(server, concat(server.send(utf8('hi'))))).toBe('bad_record_mac');
  });

  it('is refused in another session of the same key', () => {
    const [one, two] = [opened(1), opened(2)];
    expect(outcome(two.server, concat(one.client.send(utf8('hi'))))).toBe('bad_record_mac');
  });

  it('is refused when cut short at any byte, once the stream ends', () => {
    const { client } = opened();
    const record = concat(client.send(utf8('hi')));
    for (let length = 0; length < record.length; length++) {
      const { server } = opened();
      expect(outcome(server, record.subarray(0, length), true), `${length} bytes`).toBe('record_truncated');
    }
  });

  it('is refused without room for a tag', () => {
    for (const length of ['00', '01', '0f']) {
      const { server } = opened();
      const body = '00'.repeat(Number.parseInt(length, 16));
      expect(outcome(server, fromHex(`17 0000${length} 0000000000000000 ${body}`))).toBe('bad_record_mac');
    }
  });

  it('is refused by its announced length alone', () => {
    expect(outcome(opened().server, fromHex('17 010011 0000000000000000'))).toBe('record_too_large');
    expect(outcome(opened().server, fromHex('17 ffffff 0000000000000000'))).toBe('record_too_large');
    expect(outcome(opened().server, fromHex('17 010010 0000000000000000'))).toBe('ok ');
  });

  it('with a number that no double holds is refused', () => {
    const { server } = opened();
    expect(outcome(server, fromHex(`17 000010 ffffffffffffffff ${'00'.repeat(16)}`))).toBe(
      'record_out_of_order',
    );
  });

  it('beyond the limit of its key is refused', () => {
    const { client } = opened();
    const { server } = opened(1, 1);
    expect(outcome(server, concat(client.send(utf8('1'))))).toBe('ok 1');
    expect(outcome(server, concat(client.send(utf8('2'))))).toBe('sequence_exhausted');
  });

  it('gives what came before it, then the error', () => {
    const { client, server } = opened();
    const good = concat(client.send(utf8('good')));
    const bad = flip(concat(client.send(utf8('evil'))), 8 * 12);
    server.push(concat([good, bad]));
    expect(server.next()).toMatchObject({ kind: 'plain', bytes: utf8('good') });
    expect(() => server.next()).toThrow(expect.objectContaining({ code: 'bad_record_mac' }));
  });
});

describe('a handshake', () => {
  it.each(['client hello', 'server hello', 'client finished'])(
    'fails when any one bit of its %s was flipped',
    (record) => {
      const length = transcript()[record]!.length;
      for (let bit = 0; bit < length * 8; bit++) {
        const result = handshake((name, bytes) => (name === record ? flip(bytes, bit) : bytes));
        expect(result, `bit ${bit}`).toBe('refused');
      }
    },
  );

  it('cannot be talked down to fewer suites or another key by rewriting the hello', () => {
    const offered = handshake((name, bytes) =>
      name === 'client hello'
        ? fromHex(toHex(bytes).replace('010104', '0201ff04').replace('000028', '000029'))
        : bytes,
    );
    expect(offered).toBe('refused');
  });

  it('recorded and played again to the server opens nothing', () => {
    const recorded = transcript();
    const server = psk('server', 99);
    outcome(server, recorded['client hello']!);
    expect(outcome(server, recorded['client finished']!)).toBe('key_confirmation_failed');
  });

  it('recorded and played again to the client opens nothing', () => {
    const client = psk('client', 99);
    client.start();
    expect(outcome(client, transcript()['server hello']!)).toBe('key_confirmation_failed');
  });

  it('reflected to the client opens nothing', () => {
    const client = psk('client');
    const [hello] = client.start();
    expect(outcome(client, (hello as { bytes: Uint8Array }).bytes)).toBe('unexpected_record');
  });

  it('repeated after the channel is open is refused', () => {
    const { server } = opened();
    expect(outcome(server, transcript()['client hello']!)).toBe('bad_record_mac');
  });

  it('cut short at any byte is noticed at the end of the stream', () => {
    const { 'client hello': hello, 'client finished': finished } = transcript();
    const stream = concat([hello!, finished!]);
    for (let length = 0; length < stream.length; length++) {
      expect(outcome(psk('server'), stream.subarray(0, length), true)).toBe('record_truncated');
    }
  });
});

describe('any garbage', () => {
  /** Bytes that are more likely to look like records than random ones. */
  const recordLike = fc
    .tuple(
      fc.constantFrom(1, 2, 3, 0x15, 0x17),
      fc.uint8Array({ minLength: 8, maxLength: 8 }),
      fc.uint8Array({ maxLength: 90 }),
    )
    .map(([type, sequence, body]) => concat([Uint8Array.of(type, 0, 0, body.length), sequence, body]));
  const garbage = fc
    .array(fc.oneof(fc.uint8Array({ maxLength: 60 }), recordLike), { maxLength: 4 })
    .map(concat);

  it.each(['before', 'after'])(
    '%s the handshake is a RemoteProtocolError or not yet anything, whole and byte by byte',
    (when) => {
      const make = () => (when === 'before' ? psk('server') : opened().server);
      fc.assert(
        fc.property(garbage, (bytes) => {
          const whole = outcome(make(), bytes);
          expect(bytewise(make(), bytes)).toBe(whole);
          if (when === 'after') expect(whole).toMatch(/^(ok $|[a-z_]+$)/);
        }),
      );
    },
  );
});

/** What came of `bytes`: `ok` and the text they held, or the error's code. Other errors are not caught. */
function outcome(channel: PskChannel, bytes: Uint8Array, thenEnd = false): string {
  try {
    channel.push(bytes);
    const text = plainOf(channel);
    if (thenEnd) channel.end();
    return `ok ${text}`;
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error.code;
    throw error;
  }
}

function bytewise(channel: PskChannel, bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const result = outcome(channel, Uint8Array.of(byte));
    if (!result.startsWith('ok ')) return result;
    text += result.slice(3);
  }
  return `ok ${text}`;
}

function plainOf(channel: PskChannel): string {
  let text = '';
  for (let event = channel.next(); event; event = channel.next()) {
    if (event.kind === 'plain') text += new TextDecoder().decode(event.bytes);
  }
  return text;
}

function psk(side: Side, session = 1, recordsPerKey?: number): PskChannel {
  const nonce = new Uint8Array(32).fill(session + (side === 'client' ? 0 : 100));
  const limit = recordsPerKey === undefined ? {} : { recordsPerKey };
  return new PskChannel({ side, keys: [KEY], random: () => nonce, ciphers: pureCiphers, ...limit });
}

type Change = (record: string, bytes: Uint8Array) => Uint8Array;

/** Plays the three records through `change`. It counts as open only when both sides are. */
function handshake(change: Change): 'open' | 'refused' {
  const [client, server] = [psk('client'), psk('server')];
  try {
    const hello = written(client.start()[0]);
    server.push(change('client hello', hello));
    const answer = written(server.next());
    client.push(change('server hello', answer));
    const finished = written(client.next());
    server.push(change('client finished', finished));
    return server.next()?.kind === 'opened' ? 'open' : 'refused';
  } catch (error) {
    if (error instanceof RemoteProtocolError) return 'refused';
    throw error;
  }
}

function transcript(): Record<string, Uint8Array> {
  const records: Record<string, Uint8Array> = {};
  handshake((name, bytes) => (records[name] = bytes.slice()));
  return records;
}

function opened(session = 1, recordsPerKey?: number): { client: PskChannel; server: PskChannel } {
  const [client, server] = [psk('client', session, recordsPerKey), psk('server', session, recordsPerKey)];
  server.push(written(client.start()[0]));
  client.push(written(server.next()));
  server.push(written(client.next()));
  plainOf(client);
  plainOf(server);
  return { client, server };
}

/** The record a side wrote; where it waits for more instead, nothing. */
function written(event: unknown): Uint8Array {
  return (event as { bytes?: Uint8Array } | undefined)?.bytes ?? new Uint8Array(0);
}

function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const out = bytes.slice();
  const at = bit >> 3;
  out[at] = (out[at] as number) ^ (0x80 >> (bit & 7));
  return out;
}
