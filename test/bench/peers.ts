/**
 * Clients for the load process. A `Talker` is a whole client: it decrypts, decodes and can send. A `Listener` goes
 * through the same handshake and join and from then on only counts what arrives, from the lengths that records
 * show in the clear, because 1,000 decrypting clients in one process would measure the load and not the server.
 */
import { randomBytes } from 'node:crypto';
import { type Socket, connect } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import type { Channel } from '#channel/contract';
import { PlaintextChannel } from '#channel/plaintext';
import { PskChannel } from '#channel/psk/channel';
import { RECORD_HEADER_LENGTH, TAG_LENGTH } from '#channel/psk/records';
import { nativeCiphers } from '#runtime/ciphers-native';
import { TLS_POLICY, wireByName } from '#runtime/wires';
import { FRAME_HEADER_LENGTH, FrameDecoder, encodeFrame } from '#wire/frame';
import { type Client, encodeMessage } from '#wire/messages';
import { showUtf8 } from '#wire/bytes';
import { type LoadOrder, PSK_ID, bareBytes, isOwn } from './contract.ts';

export interface Peer {
  /** Plain bytes that stand for messages, since `reset`. */
  bytes: number;
  send(texts: readonly string[]): void;
  /** From here on count raw bytes instead of decoding them, where that can be done. */
  listenOnly(): void;
  onText?: (text: string) => void;
  destroy(): void;
}

/** Connects and, on our own wires, joins the lobby. */
export function connectPeer(order: LoadOrder): Promise<Peer> {
  if (order.kind === 'bare-ws') return connectWs(order.port);
  return isOwn(order.kind) ? connectOwn(order) : connectBare(order);
}

async function connectWs(port: number): Promise<Peer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const peer: Peer = {
    bytes: 0,
    send: (texts) => texts.forEach((text) => socket.send(Buffer.from(text))),
    listenOnly: () => undefined,
    destroy: () => socket.terminate(),
  };
  socket.on('message', (data: Buffer) => {
    peer.bytes += data.length;
    peer.onText?.(data.toString('latin1'));
  });
  return peer;
}

async function connectBare({ kind, port, ca }: LoadOrder): Promise<Peer> {
  const size = bareBytes(kind);
  const raw = await connected(port);
  const link = kind !== 'bare-net' ? await secured(raw, ca) : { socket: raw, countRecords: countAll };
  const peer: Peer = {
    bytes: 0,
    send: (texts) =>
      void link.socket.write(Buffer.from(texts.map((text) => text.padEnd(size)).join(''), 'latin1')),
    listenOnly: () => link.countRecords((bytes) => (peer.bytes += bytes)),
    destroy: () => raw.destroy(),
  };
  link.socket.on('data', (data: Buffer) => {
    const before = peer.bytes;
    peer.bytes += data.length;
    if (!peer.onText) return;
    const whole = Math.floor(peer.bytes / size) - Math.floor(before / size);
    for (let i = 0; i < whole; i++) peer.onText('');
  });
  return peer;

  function countAll(count: (bytes: number) => void): void {
    raw.removeAllListeners('data');
    raw.on('data', (data: Buffer) => count(data.length));
  }
}

/** Told by the first bytes of the frame, as the server writes it: whole parsing would measure the load. */
function isType(payload: Uint8Array, type: string): boolean {
  const start = '{"type":"'.length;
  for (let i = 0; i < type.length; i++) if (payload[start + i] !== type.charCodeAt(i)) return false;
  return payload[start + type.length] === 0x22;
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}

interface Link {
  readonly socket: Duplex;
  readonly countRecords: (count: (bytes: number) => void) => void;
}

/** TLS over a stream of our own in front of the socket, so that the raw records can be counted later on. */
async function secured(raw: Socket, ca: string): Promise<Link> {
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => void raw.write(bytes, done),
  });
  raw.on('data', (data: Buffer) => stream.push(data));
  raw.on('close', () => stream.destroy());
  const socket = connectTls({ ...TLS_POLICY, socket: stream, ca, servername: 'localhost' });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const countRecords = (count: (bytes: number) => void): void => {
    raw.removeAllListeners('data');
    raw.on('data', recordCounter(TLS_HEADER_LENGTH, readTlsLength, count));
  };
  return { socket, countRecords };
}

async function connectOwn({ kind, port, ca, psk }: LoadOrder): Promise<Peer> {
  const wire = wireByName(kind as Extract<typeof kind, 'plain'>);
  const raw = await connected(port);
  const link = wire.transport === 'tls' ? await secured(raw, ca) : undefined;
  const socket: Duplex = link?.socket ?? raw;
  const keys = [{ id: PSK_ID, key: Buffer.from(psk, 'hex') }];
  const channel: Channel = kind.includes('psk')
    ? new PskChannel({ role: 'client', keys, ciphers: nativeCiphers, random: randomBytes })
    : new PlaintextChannel();
  const decoder = new FrameDecoder();
  let joined: (() => void) | undefined;
  let ref = 0;
  const send = (messages: readonly Client<'say' | 'join'>[]): void => {
    const frames = Buffer.concat(messages.map((message) => encodeFrame(encodeMessage(message))));
    for (const piece of channel.send(frames)) socket.write(piece);
  };
  const peer: Peer = {
    bytes: 0,
    send: (texts) => send(texts.map((text) => ({ type: 'say', text, ref: String(ref++) }))),
    listenOnly,
    destroy: () => raw.destroy(),
  };
  socket.on('data', (data: Buffer) => {
    channel.push(data);
    for (let event = channel.next(); event; event = channel.next()) {
      if (event.kind === 'write') socket.write(event.bytes);
      else if (event.kind === 'opened') send([{ type: 'join' }]);
      else if (event.kind === 'plain') decode(event.bytes);
      else throw new Error(`the server closed: ${event.code}`);
    }
  });
  const whenJoined = new Promise<void>((resolve) => (joined = resolve));
  for (const event of channel.start()) {
    if (event.kind === 'write') socket.write(event.bytes);
    else if (event.kind === 'opened') send([{ type: 'join' }]);
  }
  await whenJoined;
  return peer;

  function decode(bytes: Uint8Array): void {
    decoder.push(bytes);
    for (let payload = decoder.next(); payload; payload = decoder.next()) {
      const size = payload.length + FRAME_HEADER_LENGTH;
      if (isType(payload, 'message')) {
        peer.bytes += size;
        if (peer.onText) peer.onText((JSON.parse(showUtf8(payload)) as { text: string }).text);
      } else if (isType(payload, 'joined')) joined?.();
      else if (isType(payload, 'error')) throw new Error(showUtf8(payload));
    }
  }

  function listenOnly(): void {
    const count = (bytes: number): void => void (peer.bytes += bytes);
    // The psk headers and tags inside TLS cannot be seen from outside: on tls+psk they count as payload, which is
    // 28 bytes for each write of up to 64 KiB.
    if (link) return link.countRecords(count);
    socket.removeAllListeners('data');
    const counter = kind === 'psk' ? recordCounter(RECORD_HEADER_LENGTH, readPskLength, count) : undefined;
    socket.on('data', counter ?? ((data: Buffer) => count(data.length)));
  }
}

const TLS_HEADER_LENGTH = 5;
/** The content type and the tag that every TLS 1.3 record carries after its content (RFC 8446 §5.2). */
const TLS13_OVERHEAD = 17;

function readTlsLength(header: Buffer): { body: number; plain: number } {
  const body = header.readUInt16BE(3);
  return { body, plain: body - TLS13_OVERHEAD };
}

function readPskLength(header: Buffer): { body: number; plain: number } {
  const body = header.readUIntBE(1, 3);
  return { body, plain: body - TAG_LENGTH };
}

/** Hops from header to header and counts the plain bytes that each record announces. */
function recordCounter(
  headerLength: number,
  read: (header: Buffer) => { body: number; plain: number },
  count: (plain: number) => void,
): (data: Buffer) => void {
  let skip = 0;
  let header = Buffer.alloc(0);
  return (data) => {
    let at = Math.min(skip, data.length);
    skip -= at;
    while (at < data.length) {
      const wanted = headerLength - header.length;
      header = Buffer.concat([header, data.subarray(at, at + wanted)]);
      at += wanted;
      if (header.length < headerLength) return;
      const { body, plain } = read(header);
      count(plain);
      header = Buffer.alloc(0);
      const here = Math.min(body, data.length - at);
      at += here;
      skip = body - here;
    }
  };
}
