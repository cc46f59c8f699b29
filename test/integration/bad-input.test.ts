/**
 * What breaks the protocol ends in a coded error to that peer alone: it is logged, everybody else goes on undisturbed,
 * and nothing wrong is stored.
 */
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import { nativeCiphers } from '#runtime/ciphers-native';
import { concat, fromHex, toHex, utf8 } from '#wire/bytes';
import type { ErrorCode } from '#wire/errors';
import { FrameDecoder, encodeFrame } from '#wire/frame';
import {
  type ServerMessage,
  WIRE_NAMES,
  type WireName,
  encodeMessage,
  parseServerMessage,
} from '#wire/messages';
import { Puppet, TEST_KEY, type TestServer, startTestServer } from '../support/server.ts';
import { startShaper } from '../support/shaper.ts';

let test: TestServer;
/** One undisturbed member on each wire. */
let witnesses: Puppet[];
let round = 0;

beforeAll(async () => {
  test = await startTestServer({ defence: { handshakeTimeout: 2_000 } });
});
afterAll(() => test.close());
beforeEach(async () => {
  round += 1;
  witnesses = await Promise.all(WIRE_NAMES.map((wire) => Puppet.dial(test.target(wire))));
  for (const witness of witnesses) {
    await witness.expect('welcome');
    witness.say({ type: 'join', room: `round-${round}` });
    await witness.expect('joined');
  }
});
afterEach(async () => {
  const [first, ...others] = witnesses as [Puppet, ...Puppet[]];
  first.say({ type: 'say', text: 'still here', ref: 'w' });
  await skipNotices(first, 'ack');
  for (const other of others)
    expect(await skipNotices(other, 'message')).toMatchObject({ text: 'still here' });
  const stored = await test.store.history({ room: `round-${round}`, limit: 100 });
  expect(stored.messages.map(({ text }) => text)).toEqual(['still here']);
  await Promise.all(witnesses.map((witness) => witness.close()));
});

interface FrameFault {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly code: ErrorCode;
}

const json = (text: string): Uint8Array => encodeFrame(utf8(text));

const FRAME_FAULTS: readonly FrameFault[] = [
  { what: 'an oversized length', bytes: fromHex('00010001'), code: 'frame_too_large' },
  { what: 'the largest length there is', bytes: fromHex('ffffffff 7b'), code: 'frame_too_large' },
  { what: 'a length of zero', bytes: fromHex('00000000'), code: 'frame_empty' },
  { what: 'garbage', bytes: fromHex('deadbeefcafebabe'), code: 'frame_too_large' },
  { what: 'an HTTP request', bytes: utf8('GET / HTTP/1.1\r\n\r\n'), code: 'frame_too_large' },
  { what: 'invalid UTF-8', bytes: encodeFrame(fromHex('7b2274797065223a22ff227d')), code: 'bad_utf8' },
  { what: 'an overlong UTF-8 form', bytes: encodeFrame(fromHex('22c0af22')), code: 'bad_utf8' },
  { what: 'a byte-order mark', bytes: encodeFrame(fromHex('efbbbf7b7d')), code: 'bad_json' },
  { what: 'invalid JSON', bytes: json('{"type":"say"'), code: 'bad_json' },
  { what: 'JSON nested 30,000 deep', bytes: json(`${'['.repeat(30_000)}`), code: 'bad_json' },
  { what: 'no object', bytes: json('["say"]'), code: 'bad_message' },
  { what: 'no type', bytes: json('{"text":"hi"}'), code: 'bad_message' },
  { what: 'an unknown command', bytes: json('{"type":"sudo"}'), code: 'unknown_type' },
  { what: 'a name of Object.prototype', bytes: json('{"type":"__proto__"}'), code: 'unknown_type' },
  {
    what: 'a message of the server',
    bytes: json('{"type":"ack","id":1,"room":"lobby","ts":1}'),
    code: 'unknown_type',
  },
  { what: 'a text that is a number', bytes: json('{"type":"say","text":5}'), code: 'bad_message' },
  { what: 'a text that is null', bytes: json('{"type":"say","text":null}'), code: 'bad_message' },
  { what: 'a missing text', bytes: json('{"type":"say"}'), code: 'bad_message' },
  { what: 'an empty text', bytes: json('{"type":"say","text":""}'), code: 'bad_message' },
  {
    what: 'a text over the cap',
    bytes: json(`{"type":"say","text":"${'x'.repeat(4_001)}"}`),
    code: 'bad_message',
  },
  { what: 'a lone surrogate', bytes: json('{"type":"say","text":"\\ud800"}'), code: 'bad_message' },
  { what: 'a negative id', bytes: json('{"type":"history","after":-1}'), code: 'bad_message' },
  { what: 'a fractional id', bytes: json('{"type":"history","after":1.5}'), code: 'bad_message' },
  {
    what: 'an id beyond exact numbers',
    bytes: json('{"type":"history","after":1e300}'),
    code: 'bad_message',
  },
];

describe.each(WIRE_NAMES)('on the %s wire', (wire) => {
  it.each(FRAME_FAULTS)('$what ends in $code', async ({ bytes, code }) => {
    const peer = await joined(wire);
    peer.raw(bytes);
    const error = (await peer.rest()).find((message) => message.type === 'error');
    expect(error).toMatchObject({ type: 'error', code, fatal: true });
    await test.logged((line) => line.code === code && line.wire === wire);
    await peer.close();
  });

  it('a fault behind a good frame still lets the good one count', async () => {
    const peer = await joined(wire);
    peer.raw(concat([encodeFrame(encodeMessage({ type: 'ping', ref: 'good' })), fromHex('00000000')]));
    expect(await skipNotices(peer, 'pong')).toEqual({ type: 'pong', ref: 'good' });
    expect(await skipNotices(peer, 'error')).toMatchObject({ code: 'frame_empty' });
    await peer.close();
  });

  it('a frame cut short ends in frame_truncated', async () => {
    const peer = await joined(wire);
    peer.raw(fromHex('00000010 7b22'));
    await peer.close();
    await test.logged(
      ({ code, wire: where }) => where === wire && (code === 'frame_truncated' || code === 'done'),
    );
  });

  it('nothing at all is closed when the time for the handshake is over', async () => {
    if (wire === 'plain') return;
    const socket = connect(test.address(wire));
    await once(socket, 'connect');
    socket.resume();
    await once(socket, 'close');
    await test.logged((line) => line.code === 'handshake_timeout' && line.wire === wire);
  });
});

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

const WRONG_KEYS: readonly { what: string; key: SharedKey; code: ErrorCode }[] = [
  {
    what: 'another key under the right id',
    key: { id: TEST_KEY.id, key: fromHex('77'.repeat(32)) },
    code: 'key_confirmation_failed',
  },
  {
    what: 'the right key under another id',
    key: { id: 'nobody', key: TEST_KEY.key },
    code: 'unknown_key_id',
  },
];

describe.each(['psk', 'tls+psk'] as const)('on the %s wire', (wire) => {
  it.each(WRONG_KEYS)('$what ends in $code', async ({ key, code }) => {
    await expect(Puppet.dial(test.target(wire, { keys: [key] }))).rejects.toMatchObject({ code });
    await test.logged((line) => line.code === code && line.wire === wire);
  });
});

describe('a client that does not check the server, with the wrong key', () => {
  it('is refused by the server in turn', async () => {
    const { socket, received, ended } = rawPsk();
    const mallory = channelWith({ id: TEST_KEY.id, key: TEST_KEY.key });
    for (const event of mallory.start()) if (event.kind === 'write') socket.write(event.bytes);
    await once(socket, 'data');
    // A client finished of the right shape whose confirmation nobody with the key has made.
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

async function joined(wire: WireName): Promise<Puppet> {
  const peer = await Puppet.dial(test.target(wire));
  await peer.expect('welcome');
  peer.say({ type: 'join', room: `round-${round}` });
  await peer.expect('joined');
  return peer;
}

async function skipNotices(peer: Puppet, type: ServerMessage['type']): Promise<ServerMessage | undefined> {
  for (;;) {
    const message = await peer.next();
    if (!message || message.type === type) return message;
  }
}

function channelWith(key: SharedKey): PskChannel {
  return new PskChannel({ role: 'client', keys: [key], ciphers: nativeCiphers, random: randomBytes });
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
