import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { LocalProtocolError } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import {
  CLIENT_NONCE,
  CLIENT_HELLO,
  SERVER_HELLO,
  CLIENT_FINISHED,
  C2S_0_HI,
  channel,
  opened,
  take,
  drain,
  shown,
  hex,
} from '../../../test/support/flows/psk-channel.ts';

const PRK = 'f570972dea66cb9e9d68875c403ef7ac40c3a4732596854f2baa0ed7f603c231';
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
  it('is a mistake of our own before the handshake is done, and after a close', () => {
    for (const role of ['client', 'server'] as const) {
      const early = channel(role);
      early.start();
      expect(() => early.send(utf8('hi'))).toThrow(LocalProtocolError);
    }
    const { client } = opened();
    client.close('done');
    expect(() => client.send(utf8('hi'))).toThrow(LocalProtocolError);
  });

  it('makes no record for empty data, and several for data above the cap', () => {
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
    'ends without an alert once the key is used up, with %s too',
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

it('reads nothing after a close', () => {
  const { server } = opened();
  const events = take(server, `${C2S_0_HI} ${C2S_1_HI} ${C2S_2_DONE} ${C2S_0_HI}`);
  expect(events).toEqual(['plain 6869', 'plain 6869', 'closed done']);
});
