/**
 * The time limit for the rest of a frame or a record, on the bytes that each wire's channel takes. The test has its own
 * clock: it gives a connection bytes at one time and asks it at another.
 */
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Channel } from '#channel/contract';
import { pureCiphers } from '#channel/ciphers-pure';
import { PlaintextChannel } from '#channel/plaintext';
import { ClientHandshake } from '#channel/psk/handshake';
import { RecordCipher } from '#channel/psk/record-cipher';
import { RecordSealer, sealRecord } from '#channel/psk/record-layer';
import { RECORD_TYPE } from '#channel/psk/records';
import { Connection } from '#runtime/sockets/connection';
import { DEFENCE } from '#runtime/defence/defence';
import { PeerTimeouts } from '#runtime/defence/peer-timeouts';
import { EMPTY, concat, fromHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import {
  CLIENT_FINISHED,
  CLIENT_HELLO,
  CLIENT_NONCE,
  KEY,
  SERVER_HELLO,
  channel,
  drain,
} from '../support/flows/psk-channel.ts';

const { frameTimeout } = DEFENCE;
const FRAME = encodeFrame(utf8('{"type":"ping"}'));

/** Both ends of a channel that is open; bytes for the server's end are put into its connection by hand. */
interface Ends {
  readonly server: Channel;
  /** What the server must be given before it is open. */
  readonly opening: Uint8Array;
  readonly seal: (plain: Uint8Array) => Uint8Array;
}

const CHANNELS: Readonly<Record<string, () => Ends>> = {
  // On tls it is the same channel: Node hands over the plain bytes of whole TLS records only.
  'plain and tls': () => ({
    server: new PlaintextChannel(),
    opening: new Uint8Array(0),
    seal: (plain) => plain,
  }),
  'psk and tls+psk': () => {
    const client = channel('client');
    client.start();
    client.push(fromHex(SERVER_HELLO));
    drain(client);
    const opening = fromHex(CLIENT_HELLO + CLIENT_FINISHED);
    return { server: channel('server'), opening, seal: (plain) => concat(client.send(plain)) };
  },
};

class Bench {
  readonly seal: Ends['seal'];
  readonly #connection: Connection;
  readonly #socket = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  readonly #timeouts = new PeerTimeouts({ ...DEFENCE, idleTimeout: Infinity, joinTimeout: Infinity });
  #now = 0;
  frames = 0;

  constructor({ server, opening, seal }: Ends) {
    this.seal = seal;
    this.#connection = new Connection({
      id: 1,
      wire: 'psk',
      peer: '192.0.2.1:40000',
      address: '192.0.2.1',
      socket: this.#socket,
      channel: server,
      handler: {
        opened: () => undefined,
        payload: () => (this.frames += 1),
        gone: () => undefined,
        dirty: () => undefined,
      },
      joinPieces: false,
      handshakeTimeout: 60_000,
      now: () => this.#now,
    });
    this.#connection.start();
    if (opening.length > 0) this.takes(opening);
  }

  takes(...pieces: readonly Uint8Array[]): this {
    this.#socket.emit('data', concat(pieces));
    return this;
  }

  /** Seconds pass. */
  after(seconds: number): this {
    this.#now += seconds * 1_000;
    return this;
  }

  get verdict(): string {
    return this.#timeouts.overdue(this.#connection, this.#now) ?? 'fine';
  }
}

const late = frameTimeout / 1_000 + 1;

describe.each(Object.entries(CHANNELS))('the time for the rest, on %s,', (_, makeEnds) => {
  const bench = (): Bench => new Bench(makeEnds());
  const half = FRAME.length / 2;

  it('does not run between two frames', () => {
    const peer = bench();
    expect(peer.after(late).verdict).toBe('fine');
    expect(peer.takes(peer.seal(FRAME)).after(late).verdict).toBe('fine');
    expect(peer.frames).toBe(1);
  });

  it('runs from the first byte of a frame, and further bytes do not reset it', () => {
    const peer = bench();
    peer.takes(peer.seal(FRAME.subarray(0, 1))).after(late / 2);
    expect(peer.verdict).toBe('fine');
    peer.takes(peer.seal(FRAME.subarray(1, 2))).after(late / 2);
    expect(peer.verdict).toBe('frame_timeout');
  });

  it('runs for half a frame that is glued to a whole one', () => {
    const peer = bench();
    peer.takes(peer.seal(concat([FRAME, FRAME.subarray(0, half)]))).after(late);
    expect([peer.frames, peer.verdict]).toEqual([1, 'frame_timeout']);
  });

  it('starts again for each frame', () => {
    const peer = bench();
    peer.takes(peer.seal(FRAME.subarray(0, half))).after(late - 2);
    peer.takes(peer.seal(concat([FRAME.subarray(half), FRAME.subarray(0, half)]))).after(late - 2);
    expect([peer.frames, peer.verdict]).toEqual([1, 'fine']);
    expect(peer.takes(peer.seal(FRAME.subarray(half))).after(late).verdict).toBe('fine');
    expect(peer.frames).toBe(2);
  });

  it('runs for half of what the channel makes of a frame, alone and glued to a whole one', () => {
    const alone = bench();
    const sealed = alone.seal(FRAME);
    expect(alone.takes(sealed.subarray(0, -1)).after(late).verdict).toBe('frame_timeout');
    const glued = bench();
    const [first, second] = [glued.seal(FRAME), glued.seal(FRAME)];
    glued.takes(first, second.subarray(0, -1)).after(late);
    expect([glued.frames, glued.verdict]).toEqual([1, 'frame_timeout']);
    expect(glued.takes(second.subarray(-1)).verdict).toBe('fine');
  });
});

/** Seals for the client, whose channel makes no empty records. */
function clientSealer(): RecordSealer {
  const handshake = new ClientHandshake({ keys: [KEY], random: () => fromHex(CLIENT_NONCE) });
  handshake.start();
  const { done } = handshake.handle(RECORD_TYPE.serverHello, fromHex(SERVER_HELLO));
  if (!done) throw new Error('the handshake is not done');
  return new RecordSealer(new RecordCipher(done.suite, pureCiphers, done.keys.c2s), () => EMPTY);
}

describe('the time for the rest, with empty psk records,', () => {
  const empty = (sealer: RecordSealer): Uint8Array => sealRecord(sealer, RECORD_TYPE.data, new Uint8Array(0));

  it('does not run after one, nor after many', () => {
    const peer = new Bench((CHANNELS['psk and tls+psk'] as () => Ends)());
    const sealer = clientSealer();
    expect(peer.takes(empty(sealer)).after(late).verdict).toBe('fine');
    expect(peer.takes(empty(sealer), empty(sealer)).after(late).verdict).toBe('fine');
    expect(peer.takes(sealRecord(sealer, RECORD_TYPE.data, FRAME)).verdict).toBe('fine');
    expect(peer.frames).toBe(1);
  });

  it('does not stop for one inside a frame', () => {
    const peer = new Bench((CHANNELS['psk and tls+psk'] as () => Ends)());
    const sealer = clientSealer();
    peer.takes(sealRecord(sealer, RECORD_TYPE.data, FRAME.subarray(0, 5))).after(late / 2);
    expect(peer.takes(empty(sealer)).after(late / 2).verdict).toBe('frame_timeout');
  });
});
