/** Scenes that are played on several wires. */
import { fail, must, mustEqual } from '#judge/failure';
import { EMPTY, concat, fromHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { LIMITS } from '#protocol/limits';
import type { PeerWire, Stage } from './stage.ts';

/** A say in several pieces, then several of them in one; somebody else hears all of them. */
export async function mustSurviveCuts(stage: Stage, wire: PeerWire): Promise<void> {
  const { peer: zoe } = await stage.member(wire, 'zoe');
  const { peer: max } = await stage.member(wire, 'max');
  const sayings = [0, 1, 2, 3].map((i) => `${stage.random.word(8)} ${i} ${'é'.repeat(40)}`);
  const [first, ...rest] = sayings.map((text) => encodeFrame(utf8(JSON.stringify({ type: 'say', text }))));
  for (const piece of cutAtLeast(first as Uint8Array, 6)) {
    zoe.sendPlain(piece);
    // What another one asks and is answered meanwhile: so the server has read this piece alone.
    await max.roundTrip('while another frame is in pieces');
  }
  await zoe.next('ack', 'after a frame that came in pieces');
  zoe.sendPlain(concat(rest));
  for (const text of sayings) {
    const message = await max.next('message', 'after frames that came glued together');
    mustEqual(message.text, text, 'the text');
  }
  const long = 'x'.repeat(LIMITS.text);
  zoe.send({ type: 'say', text: long });
  mustEqual((await max.next('message', 'after a long text')).text, long, 'a long text');
  zoe.leave();
  max.leave();
}

/** The first cut is inside the length. */
function cutAtLeast(bytes: Uint8Array, pieces: number): Uint8Array[] {
  const step = Math.ceil((bytes.length - 2) / (pieces - 1));
  const cuts = Array.from({ length: pieces - 1 }, (_, i) => bytes.subarray(2 + i * step, 2 + (i + 1) * step));
  return [bytes.subarray(0, 2), ...cuts];
}

export async function mustAnnounceLeaving(stage: Stage, wire: PeerWire): Promise<void> {
  const ana = await stage.member(wire, 'ana');
  for (const how of ['politely', 'abruptly'] as const) {
    const bob = await stage.member(wire, 'bob');
    await ana.peer.next('member_joined', 'after bob joined', named('bob'));
    if (how === 'politely') bob.peer.leave();
    else bob.peer.breakOff();
    await ana.peer.next('member_left', `after bob went ${how}`, named('bob'));
  }
  const outsider = await stage.socket(wire);
  outsider.resetAndDestroy();
  await ana.peer.roundTrip('after a client broke off that had never joined');
}

export async function mustRefuseOldVersions(stage: Stage): Promise<void> {
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    // Without the lower level, OpenSSL would not even ask for them.
    const options = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const said = await stage.answerToTls(options);
    must(said === 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', {
      what: `a client that speaks only ${version} is not refused for its version`,
      expected: 'the alert protocol_version',
      got: said,
    });
  }
}

/** A record that announces a handshake message of 508 bytes, and its first bytes. */
export const CLIENT_HELLO_BEGINNING = fromHex('1603010200010001fc0303');

/** Garbage, and the wires on which it can be nothing else from its first bytes on. */
const GARBAGE: Readonly<Record<string, readonly [bytes: Uint8Array, refusers: readonly PeerWire[]]>> = {
  'a frame of the plain wire': [encodeFrame(utf8('{"type":"join","name":"eve"}')), ['tls']],
  'a request of HTTP': [utf8('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), ['plain', 'tls']],
  'a TLS record of a version that does not exist': [fromHex('1605050005ffffffffff'), ['tls']],
  'bytes that mean nothing': [new Uint8Array(600).fill(0xff), ['plain', 'psk', 'tls']],
};

/** Garbage is ended, and a client that resets in the middle of its hello does not matter. */
export async function mustShrugOff(stage: Stage, wire: 'plain' | 'psk' | 'tls'): Promise<void> {
  for (const [what, [bytes, refusers]] of Object.entries(GARBAGE)) {
    if (!refusers.includes(wire)) continue;
    const stranger = await stage.socket(wire);
    stranger.write(bytes);
    await stage.patience.until(
      () => stranger.readableEnded || stranger.destroyed,
      () => ({
        what: `the ${wire} port keeps a connection open after ${what}`,
        expected: 'the server ends it',
      }),
    );
  }
  for (const beginning of [EMPTY, CLIENT_HELLO_BEGINNING]) {
    const gone = await stage.socket(wire);
    gone.write(beginning);
    gone.resetAndDestroy();
  }
}

/** For news about somebody. */
export function named(name: string): (message: { readonly name: string }) => boolean {
  return (message) => message.name === name;
}

export function occurs(bytes: Uint8Array, part: Uint8Array): boolean {
  return Buffer.from(bytes).includes(Buffer.from(part));
}

export function mustNotOccur(bytes: Uint8Array, part: Uint8Array, where: string): void {
  if (!occurs(bytes, part)) return;
  fail({
    what: `${JSON.stringify(Buffer.from(part).toString())} can be read ${where}`,
    expected: 'only encrypted bytes cross',
    got: `it is at byte ${Buffer.from(bytes).indexOf(Buffer.from(part))}`,
  });
}
