import { describe, expect, it } from 'vitest';
import { pureCiphers } from '../ciphers-pure.ts';
import type { ChannelEvent, Role } from '../contract.ts';
import { PskChannel, type PskOptions } from './channel.ts';
import type { SharedKey } from './keys.ts';
import { concat, fromHex, toHex, utf8 } from '#wire/bytes';
import { type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#wire/errors';
import { LIMITS } from '#wire/limits';

/*
 * A conversation with fixed key and nonces. The bytes were computed by test/interop/psk_open.py, an implementation in
 * another language, from the written specification; not by the code under test.
 */
const KEY: SharedKey = {
  id: 'demo',
  key: fromHex('404142434445464748494a4b4c4d4e4f 505152535455565758595a5b5c5d5e5f'),
};
const CLIENT_NONCE = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf b0b1b2b3b4b5b6b7b8b9babbbcbdbebf';
const SERVER_NONCE = 'c0c1c2c3c4c5c6c7c8c9cacbcccdcecf d0d1d2d3d4d5d6d7d8d9dadbdcdddedf';

//                    type length sequence         version, nonce, suites, key id
const CLIENT_HELLO = `01 000028 0000000000000000 01 ${CLIENT_NONCE} 01 01 04 64656d6f`;
//                    type length sequence         version, nonce, suite, confirmation
const SERVER_HELLO = `02 000042 0000000000000000 01 ${SERVER_NONCE} 01
  7e6822c1dc1f13b56aaf886e6efcd6fec1e5439bc1525dd54ec5b60ad1c121a5`;
const CLIENT_FINISHED = `03 000020 0000000000000000
  f4fa25096470456428a199dafcb2e2b5191c480832f64710d90219b0b7395ba6`;
const ALERT = '15 000001 0000000000000000 04';
const PRK = 'f570972dea66cb9e9d68875c403ef7ac40c3a4732596854f2baa0ed7f603c231';

//                     type length sequence         ciphertext, tag
const C2S_0_HI = '17 000012 0000000000000000 e021 2910db443cec2ecd4d582d9905856234';
const C2S_1_HI = '17 000012 0000000000000001 8c57 fc855cb4df300bec5c298b48d38a68bb';
const C2S_2_DONE = '15 000011 0000000000000002 e4 b83125950505c79b1b9bc2a3c06c1276';
const S2C_0_HI = '17 000012 0000000000000000 64b2 d15edec0eddc72917cb7c07f97c013de';
const S2C_1_BAD_MAC = '15 000011 0000000000000001 d5 ca156b191a09d78f1e70b87c6e5622f5';

describe('the psk channel with fixed nonces', () => {
  it('sends and understands exactly the bytes of the specification', () => {
    const logs: string[][] = [[], []];
    const client = channel('client', { keyLog: (line) => logs[0]!.push(line) });
    const server = channel('server', { keyLog: (line) => logs[1]!.push(line) });

    expect(shown(client.start())).toEqual([`write ${hex(CLIENT_HELLO)}`]);
    expect(server.start()).toEqual([]);
    expect(take(server, CLIENT_HELLO)).toEqual([`write ${hex(SERVER_HELLO)}`]);
    expect(take(client, SERVER_HELLO)).toEqual([`write ${hex(CLIENT_FINISHED)}`, 'opened psk, aes-256-gcm']);
    expect(take(server, CLIENT_FINISHED)).toEqual(['opened psk, aes-256-gcm']);

    expect(toHex(concat(client.send(utf8('hi'))))).toBe(hex(C2S_0_HI));
    expect(toHex(concat(client.send(utf8('hi'))))).toBe(hex(C2S_1_HI));
    expect(toHex(client.close('done'))).toBe(hex(C2S_2_DONE));
    expect(take(server, C2S_0_HI + C2S_1_HI + C2S_2_DONE)).toEqual([
      'plain 6869',
      'plain 6869',
      'closed done',
    ]);

    expect(logs).toEqual([
      [`WIREGLASS_PSK_PRK ${hex(CLIENT_NONCE)} ${PRK}`],
      [`WIREGLASS_PSK_PRK ${hex(CLIENT_NONCE)} ${PRK}`],
    ]);
  });

  it('seals an alert like data', () => {
    const { client, server } = opened();
    expect(toHex(concat(server.send(utf8('hi'))))).toBe(hex(S2C_0_HI));
    expect(toHex(server.close('bad_record_mac'))).toBe(hex(S2C_1_BAD_MAC));
    expect(take(client, S2C_0_HI + S2C_1_BAD_MAC)).toEqual(['plain 6869', 'closed bad_record_mac']);
  });

  it('goes through the handshake a byte at a time', () => {
    const server = channel('server');
    const events = [...fromHex(CLIENT_HELLO + CLIENT_FINISHED + C2S_0_HI)].flatMap((byte) => {
      server.push(Uint8Array.of(byte));
      return shown(drain(server));
    });
    expect(events).toEqual([`write ${hex(SERVER_HELLO)}`, 'opened psk, aes-256-gcm', 'plain 6869']);
  });

  it('takes the handshake and the first data glued together', () => {
    expect(take(channel('server'), CLIENT_HELLO + CLIENT_FINISHED + C2S_0_HI)).toHaveLength(3);
  });
});

describe('sending', () => {
  it('is our own mistake before the handshake is done, and after a close', () => {
    for (const role of ['client', 'server'] as const) {
      const early = channel(role);
      early.start();
      expect(() => early.send(utf8('hi'))).toThrow(LocalProtocolError);
    }
    const { client } = opened();
    client.close('done');
    expect(() => client.send(utf8('hi'))).toThrow(LocalProtocolError);
  });

  it('makes no record of nothing, and several of what is above the cap', () => {
    const { client } = opened();
    expect(client.send(new Uint8Array(0))).toEqual([]);
    const wire = concat(client.send(new Uint8Array(LIMITS.recordPlaintext + 1)));
    const second = 12 + LIMITS.recordPlaintext + 16;
    expect(toHex(wire.subarray(0, 12))).toBe('170100100000000000000000');
    expect(toHex(wire.subarray(second, second + 12))).toBe('170000110000000000000001');
    expect(wire).toHaveLength(second + 12 + 1 + 16);
  });

  it('stops when the key is used up', () => {
    const { client } = opened({ recordsPerKey: 2 });
    client.send(utf8('hi'));
    client.send(utf8('hi'));
    expect(() => client.send(utf8('hi'))).toThrow(
      expect.objectContaining({ name: 'LocalProtocolError', code: 'sequence_exhausted' }),
    );
    expect(client.close('sequence_exhausted')).toHaveLength(0);
  });

  it.each(['done', 'internal', 'bad_record_mac'] as const)(
    'ends without an alert then, with %s too',
    (code) => {
      const { client, server } = opened({ recordsPerKey: 1 });
      expect(take(server, toHex(concat(client.send(utf8('hi')))))).toEqual(['plain 6869']);
      expect(client.close(code)).toHaveLength(0);
      expect(() => client.send(utf8('hi'))).toThrow(LocalProtocolError);
      expect(() => server.end()).toThrow(expect.objectContaining({ code: 'record_truncated' }));
    },
  );

  it('seals an alert with the last record of its key', () => {
    const { client, server } = opened({ recordsPerKey: 3 });
    client.send(utf8('hi'));
    client.send(utf8('hi'));
    expect(toHex(client.close('done'))).toBe(hex(C2S_2_DONE));
    expect(take(server, C2S_0_HI + C2S_1_HI + C2S_2_DONE).at(-1)).toBe('closed done');
  });

  it('says goodbye once', () => {
    const { client } = opened();
    expect(client.close('done').length).toBeGreaterThan(0);
    expect(client.close('done')).toHaveLength(0);
  });
});

describe('the server refuses a client hello', () => {
  const body = (version: string, suites: string, keyId: string) =>
    `${version} ${CLIENT_NONCE} ${suites} ${keyId}`;
  const hello = (bytes: string) => `01 0000${byte(fromHex(bytes).length)} 0000000000000000 ${bytes}`;

  it.each<[ErrorCode, string, string]>([
    ['unsupported_version', 'of a later version', hello(body('02', '0101', '0464656d6f'))],
    ['no_common_suite', 'with unknown suites alone', hello(body('01', '027f80', '0464656d6f'))],
    ['no_common_suite', 'without suites', hello(body('01', '00', '0464656d6f'))],
    ['unknown_key_id', 'with another key id', hello(body('01', '0101', '0464656d70'))],
    ['unknown_key_id', 'with the beginning of a key id', hello(body('01', '0101', '0364656d'))],
    ['unknown_key_id', 'with an empty key id', hello(body('01', '0101', '00'))],
    ['unknown_key_id', 'with a key id that is no UTF-8', hello(body('01', '0101', '01ff'))],
    ['record_malformed', 'with a byte too many', hello(body('01', '0101', '0464656d6f 00'))],
    ['record_malformed', 'with a byte too few', hello(body('01', '0101', '0464656d'))],
    ['record_malformed', 'with suites that run over the end', hello(body('01', 'ff01', '0464656d6f'))],
    ['record_malformed', 'without a body', '01 000000 0000000000000000'],
    ['record_too_large', 'above the cap', '01 000201 0000000000000000'],
    ['record_too_large', 'of 16 MiB', '01 ffffff 0000000000000000'],
    ['unexpected_record', 'that is a server hello', SERVER_HELLO],
    ['unexpected_record', 'that is a client finished', CLIENT_FINISHED],
    ['unexpected_record', 'that is data', C2S_0_HI],
  ])('%s: %s', (code, _, bytes) => {
    const server = channel('server');
    expect(fault(server, bytes)).toMatchObject({ code });
    expect(() => server.send(utf8('hi'))).toThrow(LocalProtocolError);
  });

  it('takes a suite it knows from among those it does not', () => {
    const server = channel('server');
    expect(take(server, hello(body('01', '03 7f 01 80', '0464656d6f')))).toEqual([
      expect.stringMatching(/^write 02/),
    ]);
  });
});

describe('garbage', () => {
  it.each([
    ['TLS', '16 0301 0200 01'],
    ['HTTP', '47 4554202f20485454502f312e31'],
    ['a plaintext frame', '00 000010 7b2274797065'],
    ['SSH', '53 53482d322e30'],
  ])('such as %s is refused at its first byte', (_, bytes) => {
    expect(fault(channel('server'), bytes.slice(0, 2))).toMatchObject({ code: 'not_psk' });
    expect(fault(channel('server'), bytes)).toMatchObject({ code: 'not_psk' });
    const { server } = opened();
    expect(fault(server, bytes)).toMatchObject({ code: 'not_psk' });
  });

  it('says what it is not', () => {
    expect(fault(channel('server'), '16').message).toContain(
      'expected a record type (0x01, 0x02, 0x03, 0x15, 0x17); got 0x16',
    );
  });
});

describe('a record that is not sealed and has a number', () => {
  const numbered = (record: string, number: string) =>
    hex(record).slice(0, 8) + number + hex(record).slice(24);

  it.each(['0000000000000001', '8000000000000000'])('such as %s is refused by both sides', (number) => {
    for (const record of [CLIENT_HELLO, ALERT]) {
      expect(fault(channel('server'), numbered(record, number))).toMatchObject({ code: 'record_malformed' });
    }
    const server = channel('server');
    take(server, CLIENT_HELLO);
    expect(fault(server, numbered(CLIENT_FINISHED, number))).toMatchObject({ code: 'record_malformed' });
    expect(() => server.send(utf8('hi'))).toThrow(LocalProtocolError);

    for (const record of [SERVER_HELLO, ALERT]) {
      const client = channel('client');
      client.start();
      expect(fault(client, numbered(record, number))).toMatchObject({ code: 'record_malformed' });
    }
  });

  it('is told so', () => {
    expect(fault(channel('server'), numbered(ALERT, '0000000000000007')).message).toContain(
      'expected sequence number 0 in a record that is not sealed; got 7',
    );
  });
});

describe('two sides that do not hold the same key', () => {
  it('find out before any data: the client first', () => {
    const server = channel('server', { keys: [{ id: 'demo', key: new Uint8Array(32).fill(9) }] });
    const client = channel('client');
    client.start();
    const [answer] = take(server, CLIENT_HELLO);
    expect(fault(client, answer!.replace('write ', ''))).toMatchObject({ code: 'key_confirmation_failed' });
    expect(() => client.send(utf8('hi'))).toThrow(LocalProtocolError);
  });

  it('find out when the client goes on regardless: the server', () => {
    const server = channel('server', { keys: [{ id: 'demo', key: new Uint8Array(32).fill(9) }] });
    take(server, CLIENT_HELLO);
    expect(fault(server, CLIENT_FINISHED)).toMatchObject({ code: 'key_confirmation_failed' });
    expect(() => server.send(utf8('hi'))).toThrow(LocalProtocolError);
  });

  it('do not when the server knows several and the client names one', () => {
    const other = { id: 'old', key: new Uint8Array(32).fill(9) };
    const server = channel('server', { keys: [other, KEY] });
    expect(take(server, CLIENT_HELLO)).toEqual([`write ${hex(SERVER_HELLO)}`]);
  });
});

describe('an alert before the channel is open', () => {
  it('closes it with its reason', () => {
    const client = channel('client');
    client.start();
    expect(take(client, '15 000001 0000000000000000 04')).toEqual(['closed unknown_key_id']);
    expect(() => client.end()).not.toThrow();
  });

  it('is what a refusal sends', () => {
    const server = channel('server');
    expect(toHex(server.close('unknown_key_id'))).toBe(hex('15 000001 0000000000000000 04'));
    expect(toHex(channel('server').close('handshake_timeout'))).toBe(hex('15 000001 0000000000000000 0e'));
  });

  it('may carry a code of a later version', () => {
    expect(take(channel('server'), '15 000001 0000000000000000 ee')).toEqual(['closed internal']);
  });

  it.each(['15 000000 0000000000000000', '15 000002 0000000000000000 0000'])('is refused as %s', (bytes) => {
    expect(fault(channel('server'), bytes)).toMatchObject({ code: 'record_malformed' });
  });
});

it('reads nothing after a close', () => {
  const { server } = opened();
  const events = take(server, `${C2S_0_HI} ${C2S_1_HI} ${C2S_2_DONE} ${C2S_0_HI}`);
  expect(events).toEqual(['plain 6869', 'plain 6869', 'closed done']);
});

function channel(role: Role, options: Partial<PskOptions> = {}): PskChannel {
  const nonce = fromHex(role === 'client' ? CLIENT_NONCE : SERVER_NONCE);
  return new PskChannel({ role, keys: [KEY], random: () => nonce, ciphers: pureCiphers, ...options });
}

function opened(options: Partial<PskOptions> = {}): { client: PskChannel; server: PskChannel } {
  const client = channel('client', options);
  const server = channel('server', options);
  client.start();
  take(client, SERVER_HELLO);
  take(server, CLIENT_HELLO + CLIENT_FINISHED);
  return { client, server };
}

function take(channel: PskChannel, bytes: string): string[] {
  channel.push(fromHex(bytes));
  return shown(drain(channel));
}

function drain(channel: PskChannel): ChannelEvent[] {
  const events: ChannelEvent[] = [];
  for (let event = channel.next(); event; event = channel.next()) events.push(event);
  return events;
}

function shown(events: readonly ChannelEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === 'opened') return `opened ${event.detail}`;
    return event.kind === 'closed' ? `closed ${event.code}` : `${event.kind} ${toHex(event.bytes)}`;
  });
}

function fault(channel: PskChannel, bytes: string): RemoteProtocolError {
  try {
    take(channel, bytes);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

function hex(spaced: string): string {
  return toHex(fromHex(spaced));
}

function byte(value: number): string {
  return toHex(Uint8Array.of(value));
}
