/**
 * Clients for the load process. Each goes through the whole handshake and join, decrypts and decodes. At saturation
 * most of them then only count what arrives, from the lengths that records show in the clear, and read into one
 * buffer that they share: a thousand decrypting clients in one process would measure the load and not the server.
 */
import { type Socket, connect } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import type { ChannelEvent } from '#channel/contract';
import { fixedSize } from '#protocol/layout';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { DEFAULT_SUITE } from '#channel/psk/suites';
import { channelFor } from '#wires/channels';
import { TLS_POLICY } from '#wires/tls-policy';
import { transportOf, wireByName } from '#protocol/wires';
import { FRAME_HEADER_LENGTH, FrameDecoder, encodeFrame } from '#protocol/frame';
import { type Client, encodeMessage } from '#protocol/messages';
import { showUtf8 } from '#protocol/bytes';
import { GREETING_BYTES, type LoadOrder, PSK_ID, bareBytes, isOwn } from './contract.ts';

export interface Peer {
  /** Plain bytes of the messages received since `reset`. */
  bytes: number;
  send(texts: readonly string[]): void;
  /** From now on, counts raw bytes instead of decoding them, where that is possible. */
  listenOnly(): void;
  /** From now on, throws away what arrives; sending goes on. */
  deafen(): void;
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
    deafen: () => void socket.removeAllListeners('message').on('message', () => undefined),
    destroy: () => socket.terminate(),
  };
  socket.on('message', (data: Buffer) => {
    peer.bytes += data.length;
    peer.onText?.(data.toString('latin1'));
  });
  return peer;
}

async function connectBare({ kind, port, ca, load }: LoadOrder): Promise<Peer> {
  const size = bareBytes(kind);
  const raw = await connected(port);
  const link = kind === 'bare-net' ? plainStream(raw) : await secured(raw, ca);
  const peer: Peer = {
    bytes: 0,
    send: (texts) =>
      void link.stream.write(Buffer.from(texts.map((text) => text.padEnd(size)).join(''), 'latin1')),
    listenOnly: () => (raw.onBytes = link.counter((bytes) => (peer.bytes += bytes))),
    deafen: () => (raw.onBytes = () => undefined),
    destroy: () => raw.socket.destroy(),
  };
  let greeted: (() => void) | undefined;
  link.onData((data) => {
    const before = peer.bytes;
    peer.bytes += data.length;
    if (peer.bytes >= GREETING_BYTES) greeted?.();
    if (!peer.onText) return;
    const whole = Math.floor(peer.bytes / size) - Math.floor(before / size);
    for (let i = 0; i < whole; i++) peer.onText('');
  });
  if (load.kind !== 'joins') return peer;
  const answered = new Promise<void>((resolve) => (greeted = resolve));
  peer.send(['hello']);
  await answered;
  return peer;
}

/** Recognized by the first bytes of the frame, as the server writes it: full parsing would measure the load. */
function isType(payload: Uint8Array, type: string): boolean {
  const start = '{"type":"'.length;
  for (let i = 0; i < type.length; i++) if (payload[start + i] !== type.charCodeAt(i)) return false;
  return payload[start + type.length] === 0x22;
}

/** A socket that reads into the shared buffer. */
interface Raw {
  readonly socket: Socket;
  /** Takes what was read, at once: the bytes are overwritten after the call. */
  onBytes: (bytes: Buffer) => void;
}

const READ_BUFFER = Buffer.alloc(256 * 1024);

function connected(port: number): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const callback = (length: number): boolean => {
      raw.onBytes(READ_BUFFER.subarray(0, length));
      return true;
    };
    const onread = { buffer: READ_BUFFER, callback };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    const raw: Raw = { socket, onBytes: () => undefined };
    socket.once('error', reject);
    socket.once('connect', () => resolve(raw));
  });
}

/** Takes a peer's plain bytes to send and hands it those that arrive, over a raw socket. */
interface PlainStream {
  readonly stream: Duplex;
  onData(take: (bytes: Buffer) => void): void;
  /** A reader of raw bytes that counts the plain ones. */
  counter(count: (bytes: number) => void): (bytes: Buffer) => void;
}

function plainStream(raw: Raw): PlainStream {
  return {
    stream: raw.socket,
    onData: (take) => (raw.onBytes = (bytes) => take(Buffer.from(bytes))),
    counter: (count) => (bytes) => count(bytes.length),
  };
}

/** TLS over a stream of our own in front of the socket, so that the raw records can be counted later. */
async function secured(raw: Raw, ca: string): Promise<PlainStream> {
  const below = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => void raw.socket.write(bytes, done),
  });
  raw.onBytes = (bytes) => below.push(Buffer.from(bytes));
  raw.socket.on('close', () => below.destroy());
  const stream = connectTls({ ...TLS_POLICY, socket: below, ca, servername: 'localhost' });
  await new Promise((resolve, reject) => stream.once('secureConnect', resolve).once('error', reject));
  return {
    stream,
    onData: (take) => void stream.on('data', take),
    counter: (count) => recordCounter(TLS_HEADER_LENGTH, readTlsLength, count),
  };
}

async function connectOwn({ kind, port, ca, psk }: LoadOrder): Promise<Peer> {
  const wire = wireByName(kind as Extract<typeof kind, 'plain'>);
  const raw = await connected(port);
  const link = transportOf(wire) === 'tls' ? await secured(raw, ca) : plainStream(raw);
  const keys = [{ id: PSK_ID, key: Buffer.from(psk, 'hex') }];
  const channel = channelFor(wire, { side: 'client', keys });
  const decoder = new FrameDecoder();
  let joined: (() => void) | undefined;
  let ref = 0;
  const send = (messages: readonly Client<'say' | 'join'>[]): void => {
    const frames = Buffer.concat(messages.map((message) => encodeFrame(encodeMessage(message))));
    for (const piece of channel.send(frames)) link.stream.write(piece);
  };
  const peer: Peer = {
    bytes: 0,
    send: (texts) => send(texts.map((text) => ({ type: 'say', text, ref: String(ref++) }))),
    // The psk headers and tags inside TLS cannot be seen from outside: on tls+psk they count as payload, which is
    // 28 bytes for each write of up to 64 KiB.
    listenOnly: () => {
      const count = (bytes: number): void => void (peer.bytes += bytes);
      raw.onBytes =
        kind === 'psk' ? recordCounter(RECORD_HEADER_LENGTH, readPskLength, count) : link.counter(count);
    },
    deafen: () => (raw.onBytes = () => undefined),
    destroy: () => raw.socket.destroy(),
  };
  link.onData((data) => {
    channel.push(data);
    for (let event = channel.next(); event; event = channel.next()) onEvent(event);
  });
  const whenJoined = new Promise<void>((resolve) => (joined = resolve));
  for (const event of channel.start()) onEvent(event);
  await whenJoined;
  return peer;

  function onEvent(event: ChannelEvent): void {
    if (event.kind === 'write') link.stream.write(event.bytes);
    else if (event.kind === 'opened') send([{ type: 'join' }]);
    else if (event.kind === 'plain') decode(event.bytes);
    else throw new Error(`the server closed: ${event.code}`);
  }

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
  return { body, plain: body - fixedSize(DEFAULT_SUITE.body) };
}

/** Hops from header to header and counts the plain bytes that each record announces. */
function recordCounter(
  headerLength: number,
  read: (header: Buffer) => { body: number; plain: number },
  count: (plain: number) => void,
): (data: Buffer) => void {
  let skip = 0;
  /** The start of a header that the end of the last piece cut off. */
  let begun = Buffer.alloc(0);
  return (piece) => {
    const data = begun.length > 0 ? Buffer.concat([begun, piece]) : piece;
    let at = skip;
    while (at + headerLength <= data.length) {
      const { body, plain } = read(data.subarray(at, at + headerLength));
      count(plain);
      at += headerLength + body;
    }
    skip = Math.max(0, at - data.length);
    begun = Buffer.from(data.subarray(at));
  };
}
