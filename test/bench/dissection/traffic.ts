/** Traffic to dissect, made by the real channels and by node:tls behind a tap: chat messages, one per record. */
import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { connect } from 'node:tls';
import type { Direction, TapEvent } from '#dissect/model';
import { PlaintextChannel } from '#channel/plaintext';
import { PskChannel } from '#channel/psk/channel';
import type { Channel } from '#channel/contract';
import { nativeCiphers } from '#wires/ciphers-native';
import { Recorder } from '#tap/recorder';
import { concat } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';
import { DEMO_KEY, PSK_ENDS } from '../../support/flows/psk-conversation.ts';
import { type Credentials, tappedServer } from '../../support/flows/tls-conversation.ts';

/** How many of ten messages are long. */
const LONG_OF_TEN = 3;
const LONG_TEXT = 'x'.repeat(3_900);
const SHORT_TEXT = 'See you at nine at the north gate, and bring the umbrella.';

/** Frames as a server sends them to one member, until they add up to this many bytes. */
export function* chatFrames(bytes: number): Generator<Uint8Array> {
  for (let id = 1, sent = 0; sent < bytes; id++) {
    const frame = chatFrame(id, id % 10 < LONG_OF_TEN ? LONG_TEXT : SHORT_TEXT);
    sent += frame.length;
    yield frame;
  }
}

function chatFrame(id: number, text: string): Uint8Array {
  const ts = 1_700_000_000_000 + id;
  return encodeFrame(
    encodeMessage({ type: 'message', id, room: 'lobby', from: 'ada', text, ts, via: 'tls' }),
  );
}

/** This many frames with short messages. */
export function* shortFrames(count: number): Generator<Uint8Array> {
  for (let id = 1; id <= count; id++) yield chatFrame(id, SHORT_TEXT);
}

/** A flow on the plain or psk wire with these frames from the server, one per record. */
export function ownTraffic(wire: 'plain' | 'psk', frames: Iterable<Uint8Array>): TapEvent[] {
  const events: TapEvent[] = [{ kind: 'flow', flow: 1, wire, time: 1, ...PSK_ENDS }];
  const keyLog = (line: string): void => void events.push({ kind: 'secret', time: 1, line });
  let random = 0;
  const options = {
    keys: [DEMO_KEY],
    ciphers: nativeCiphers,
    random: (count: number) => new Uint8Array(count).fill(++random),
  };
  const psk = wire === 'psk';
  const ends: Record<Direction, Channel> = {
    c2s: psk ? new PskChannel({ ...options, side: 'client' }) : new PlaintextChannel(),
    s2c: psk ? new PskChannel({ ...options, side: 'server', keyLog }) : new PlaintextChannel(),
  };
  let time = 1;
  const record = (dir: Direction, crossed: Uint8Array): void =>
    void events.push({ kind: 'chunk', flow: 1, dir, time: ++time, bytes: crossed });
  handshake(ends, record);
  for (const frame of frames) record('s2c', concat(ends.s2c.send(frame)));
  return events;
}

function handshake(
  ends: Record<Direction, Channel>,
  record: (dir: Direction, bytes: Uint8Array) => void,
): void {
  const send = (dir: Direction, bytes: Uint8Array): void => {
    record(dir, bytes);
    const other = dir === 'c2s' ? 's2c' : 'c2s';
    ends[other].push(bytes);
    for (let event = ends[other].next(); event; event = ends[other].next()) {
      if (event.kind === 'write') send(other, event.bytes.slice());
    }
  };
  for (const dir of ['s2c', 'c2s'] as const) {
    for (const event of ends[dir].start()) if (event.kind === 'write') send(dir, event.bytes);
  }
}

/** A TLS 1.3 flow with this many bytes of frames from the server, one per record, over real sockets. */
export async function tlsTraffic(
  credentials: Credentials,
  suite: string,
  bytes: number,
): Promise<TapEvent[]> {
  const choice = { version: 'TLSv1.3', suite } as const;
  const recorder = new Recorder({ cap: 4 * bytes + 2 ** 26 });
  const server = await tappedServer(credentials, choice, (socket) => void tell(socket, bytes), recorder);
  const client = connect({
    host: '127.0.0.1',
    port: server.port,
    ca: credentials.ca,
    servername: 'localhost',
  });
  client.resume().once('end', () => client.end());
  await server.ended;
  await server.close();
  return server.recorder.events();
}

/** Waits for each write: writes that wait together would leave in one record. */
async function tell(socket: TLSSocket, bytes: number): Promise<void> {
  for (const frame of chatFrames(bytes)) {
    if (!socket.write(frame)) await once(socket, 'drain');
    else await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
}
