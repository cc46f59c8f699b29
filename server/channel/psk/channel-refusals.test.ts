import { describe, expect, it } from 'vitest';
import type { PskChannel } from './channel.ts';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { type ErrorCode, LocalProtocolError, RemoteProtocolError } from '#protocol/errors';
import {
  KEY,
  CLIENT_NONCE,
  CLIENT_HELLO,
  SERVER_HELLO,
  CLIENT_FINISHED,
  C2S_0_HI,
  channel,
  opened,
  take,
  hex,
  byte,
} from '../../../test/support/flows/psk-channel.ts';

const ALERT = '15 000001 0000000000000000 04';

describe('the server refuses a client hello', () => {
  const body = (version: string, suites: string, keyId: string) =>
    `${version} ${CLIENT_NONCE} ${suites} ${keyId}`;
  const hello = (bytes: string) => `01 0000${byte(fromHex(bytes).length)} 0000000000000000 ${bytes}`;

  it.each<[ErrorCode, string, string]>([
    ['unsupported_version', 'of a later version', hello(body('02', '0101', '0464656d6f'))],
    ['no_common_suite', 'with only unknown suites', hello(body('01', '027f80', '0464656d6f'))],
    ['no_common_suite', 'without suites', hello(body('01', '00', '0464656d6f'))],
    ['unknown_key_id', 'with another key id', hello(body('01', '0101', '0464656d70'))],
    ['unknown_key_id', 'with the beginning of a key id', hello(body('01', '0101', '0364656d'))],
    ['unknown_key_id', 'with an empty key id', hello(body('01', '0101', '00'))],
    ['unknown_key_id', 'with a key id that is not UTF-8', hello(body('01', '0101', '01ff'))],
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

function fault(channel: PskChannel, bytes: string): RemoteProtocolError {
  try {
    take(channel, bytes);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return error;
    throw error;
  }
  throw new Error('it was taken');
}
