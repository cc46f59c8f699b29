/**
 * Input that breaks the protocol ends in an error code for that peer alone. It is logged, everybody else goes on
 * undisturbed, and nothing invalid is stored.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { SharedKey } from '#channel/psk/keys';
import { concat, fromHex, utf8 } from '#protocol/bytes';
import type { ErrorCode } from '#protocol/errors';
import { encodeFrame } from '#protocol/frame';
import { WIRE_NAMES, type WireName, encodeMessage } from '#protocol/messages';
import { Puppet, TEST_KEY } from '../support/servers/server.ts';
import { test, round, skipNotices, useWitnesses } from '../support/servers/witnesses.ts';

useWitnesses();

interface FrameFault {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly code: ErrorCode;
}

const json = (text: string): Uint8Array => encodeFrame(utf8(text));

const FRAME_FAULTS: readonly FrameFault[] = [
  { what: 'an oversized length', bytes: fromHex('00010001'), code: 'frame_too_large' },
  { what: 'the largest possible length', bytes: fromHex('ffffffff 7b'), code: 'frame_too_large' },
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

  it('a good frame still counts when a faulty one follows it', async () => {
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

  it('a silent connection is closed when the time for the handshake is over', async () => {
    if (wire === 'plain') return;
    const socket = connect(test.address(wire));
    await once(socket, 'connect');
    socket.resume();
    await once(socket, 'close');
    await test.logged((line) => line.code === 'handshake_timeout' && line.wire === wire);
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

async function joined(wire: WireName): Promise<Puppet> {
  const peer = await Puppet.dial(test.target(wire));
  await peer.expect('welcome');
  peer.say({ type: 'join', room: `round-${round}` });
  await peer.expect('joined');
  return peer;
}
