/** What a bad peer can do below the frames: to the handshakes and the records of psk and TLS. */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import { nativeCiphers } from '#wires/ciphers-native';
import { concat, fromHex, toHex } from '#protocol/bytes';
import type { ErrorCode } from '#protocol/errors';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import { type ServerMessage, encodeMessage, parseServerMessage } from '#protocol/messages';
import { Puppet, TEST_KEY } from '../support/servers/server.ts';
import { startShaper } from '../support/flows/shaper.ts';
import { test, useWitnesses } from '../support/servers/witnesses.ts';

useWitnesses();

describe('before the psk handshake', () => {
  it.each([
    ['garbage', 'ffffffffffffffff', 0x01],
    ['plain frames', '0000000f7b2274797065223a226a6f696e227d', 0x01],
    ['a data record', '17000010 0000000000000000 00000000000000000000000000000000', 0x09],
    ['an oversized hello', '01ffffff 0000000000000000', 0x06],
    ['a hello that ends too early', '01000002 0000000000000000 0100', 0x08],
    ['another version', `01000024 0000000000000000 02${'00'.repeat(32)}010100`, 0x02],
    ['an unknown suite', `01000024 0000000000000000 01${'00'.repeat(32)}01ee00`, 0x03],
    ['an unknown key id', `01000026 0000000000000000 01${'00'.repeat(32)}0101026e6f`, 0x04],
  ])('%s ends in an alert', async (_, hex, alert) => {
    const { received, ended } = rawPsk(fromHex(hex));
    await ended;
    expect(toHex(received())).toBe(`150000010000000000000000${alert.toString(16).padStart(2, '0')}`);
  });
});

describe('a client that does not check the server, with the wrong key', () => {
  it('is refused by the server in turn', async () => {
    const { socket, received, ended } = rawPsk();
    const mallory = channelWith({ id: TEST_KEY.id, key: TEST_KEY.key });
    for (const event of mallory.start()) if (event.kind === 'write') socket.write(event.bytes);
    await once(socket, 'data');
    // A client finished of the right shape whose confirmation was not made with the key.
    socket.write(fromHex(`03000020 0000000000000000 ${'00'.repeat(32)}`));
    await ended;
    expect(toHex(received()).slice(-26)).toBe('15000001000000000000000005');
  });
});

interface RecordFault {
  readonly what: string;
  readonly code: ErrorCode;
  /** Wire bytes to send instead of the three records given, each a ping. */
  readonly attack: (
    records: readonly [Uint8Array, Uint8Array, Uint8Array],
    fromServer: Uint8Array,
  ) => Uint8Array[];
  readonly pongs: number;
}

const RECORD_FAULTS: readonly RecordFault[] = [
  { what: 'a replayed record', code: 'record_replayed', pongs: 2, attack: ([a, b]) => [a, b, a] },
  { what: 'records out of order', code: 'record_out_of_order', pongs: 1, attack: ([a, b, c]) => [a, c, b] },
  { what: 'a dropped record', code: 'record_out_of_order', pongs: 0, attack: ([, b]) => [b] },
  { what: 'a reflected record', code: 'bad_record_mac', pongs: 0, attack: (_, mine) => [mine] },
  {
    what: 'a flipped bit in the ciphertext',
    code: 'bad_record_mac',
    pongs: 1,
    attack: ([a, b]) => [a, flipped(b, 13)],
  },
  {
    what: 'a flipped bit in the tag',
    code: 'bad_record_mac',
    pongs: 1,
    attack: ([a, b]) => [a, flipped(b, b.length - 1)],
  },
  {
    what: 'a flipped bit in the sequence number',
    code: 'record_out_of_order',
    pongs: 0,
    attack: ([a]) => [flipped(a, 11)],
  },
  {
    what: 'a data record turned into an alert',
    code: 'bad_record_mac',
    pongs: 0,
    attack: ([a]) => [flipped(a, 0)],
  },
  {
    what: 'an oversized length',
    code: 'record_too_large',
    pongs: 0,
    attack: () => [fromHex('17ffffff 0000000000000000')],
  },
  { what: 'garbage', code: 'not_psk', pongs: 1, attack: ([a]) => [a, fromHex('ffffffff')] },
  {
    what: 'a second hello',
    code: 'bad_record_mac',
    pongs: 0,
    attack: () => [fromHex(`01000010 0000000000000000 ${'00'.repeat(16)}`)],
  },
];

describe('inside the psk channel', () => {
  it.each(RECORD_FAULTS)('$what ends in $code', async ({ code, attack, pongs }) => {
    const { socket, ended } = rawPsk();
    const channel = channelWith(TEST_KEY);
    const messages: ServerMessage[] = [];
    const decoder = new FrameDecoder();
    const reflected = new Promise<Uint8Array>((resolve) =>
      socket.on('data', (bytes: Buffer) => void (bytes[0] === 0x17 && resolve(bytes))),
    );
    const opened = new Promise<void>((resolve) => {
      socket.on('data', (bytes: Buffer) => {
        channel.push(bytes);
        for (let event = channel.next(); event; event = channel.next()) {
          if (event.kind === 'write') socket.write(event.bytes);
          if (event.kind === 'opened') resolve();
          if (event.kind === 'plain') decoder.push(event.bytes);
          for (let payload = decoder.next(); payload; payload = decoder.next())
            messages.push(parseServerMessage(payload));
        }
      });
    });
    for (const event of channel.start()) if (event.kind === 'write') socket.write(event.bytes);
    await opened;
    const ping = (ref: string): Uint8Array =>
      concat(channel.send(encodeFrame(encodeMessage({ type: 'ping', ref }))));
    socket.write(concat(attack([ping('a'), ping('b'), ping('c')], await reflected)));
    await ended;
    expect(messages.filter(({ type }) => type === 'pong')).toHaveLength(pongs);
    expect(messages.at(-1)).toMatchObject({ type: 'error', code, fatal: true });
    await test.logged((line) => line.code === code && line.wire === 'psk');
  });
});

describe('inside TLS', () => {
  it('a flipped bit in a record ends that connection', async () => {
    let armed = false;
    const path = await startShaper(
      test.address('tls'),
      (bytes) => [bytes],
      (bytes) => (armed ? Buffer.from(flipped(bytes, bytes.length - 3)) : bytes),
    );
    const peer = await Puppet.dial(test.target('tls', path.address));
    await peer.expect('welcome');
    armed = true;
    peer.say({ type: 'ping' });
    expect(await peer.rest()).toEqual([]);
    await test.logged(({ code, wire }) => code === 'tls_failed' && wire === 'tls');
    await path.close();
  });
});

function channelWith(key: SharedKey): PskChannel {
  return new PskChannel({ side: 'client', keys: [key], ciphers: nativeCiphers, random: randomBytes });
}

/** A bare socket to the psk wire, with all that came back and the moment of its end. */
function rawPsk(first?: Uint8Array): { socket: Socket; received: () => Uint8Array; ended: Promise<unknown> } {
  const socket = connect({ ...test.address('psk'), noDelay: true });
  const chunks: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => chunks.push(bytes));
  if (first) socket.write(first);
  return { socket, received: () => concat(chunks), ended: once(socket, 'close') };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ 0x02;
  return copy;
}
