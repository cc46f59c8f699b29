/** The relay of a page’s bytes: where it goes, what it refuses, how it ends, and what waits when a side does not read. */
import { once } from 'node:events';
import { type Server, type Socket, createServer } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { WireRelayMessage } from '#client/relayed/messages';
import { utf8 } from '#protocol/bytes';
import type { SocketLimits } from './socket-options.ts';
import { type Web, startWeb } from './web.ts';

const HELLO = { type: 'hello', wire: 'plain' };

let wire: Server;
let port: number;
/** The connections that have reached the wire. */
const reached: Socket[] = [];
const started: Web[] = [];
const opened: WebSocket[] = [];

beforeEach(async () => {
  wire = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    reached.push(socket);
  });
  wire.listen(0, '127.0.0.1');
  await once(wire, 'listening');
  ({ port } = wire.address() as { port: number });
});

afterEach(async () => {
  for (const socket of opened.splice(0)) socket.terminate();
  for (const socket of reached.splice(0)) socket.destroy();
  for (const web of started.splice(0)) await web.close();
  if (wire.listening) await new Promise((resolve) => wire.close(resolve));
});

const start = async (limits: Partial<SocketLimits> = {}, host = '127.0.0.1'): Promise<Web> => {
  const web = await startWeb({
    host,
    port: 0,
    token: 'a-token-of-this-test',
    staticDir: '/nowhere',
    version: '1.2.3',
    wires: [{ wire: 'plain', host: '127.0.0.1', port, tapped: false }],
    relay: { ca: '', keys: [] },
    log: pino({ enabled: false }),
    limits,
  });
  started.push(web);
  return web;
};

const page = (web: Web, hello: object | string = HELLO, headers: Record<string, string> = {}) => {
  const socket = new WebSocket(`ws://127.0.0.1:${web.address.port}/ws/wire`, { headers });
  opened.push(socket);
  const told: WireRelayMessage[] = [];
  const bytes: Buffer[] = [];
  socket.on('message', (data: Buffer, binary: boolean) => {
    if (binary) bytes.push(data);
    else told.push(JSON.parse(data.toString()) as WireRelayMessage);
  });
  socket.on('error', () => undefined);
  socket.on('open', () => socket.send(typeof hello === 'string' ? hello : JSON.stringify(hello)));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const isOpen = () => expect.poll(() => told).toMatchObject([{ type: 'open' }]);
  return { socket, told, text: () => Buffer.concat(bytes).toString(), bytes, closed, isOpen };
};

const openPage = async (limits: Partial<SocketLimits> = {}) => {
  const one = page(await start(limits));
  await one.isOpen();
  await expect.poll(() => reached).toHaveLength(1);
  return { ...one, peer: reached[0] as Socket };
};

const textOf = (socket: Socket): (() => string) => {
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  return () => text;
};

const PIECE = Buffer.alloc(16 * 1024);
const PIECES = 4_096;

/** As many round trips of another page as it would take the relay to move all the pieces, if nothing held them back. */
async function roundTrips(): Promise<void> {
  const other = page(started[0] as Web);
  await other.isOpen();
  await expect.poll(() => reached).toHaveLength(2);
  const peer = reached[1] as Socket;
  peer.on('data', (part: Buffer) => peer.write(part));
  for (let i = 0; i < PIECES / 2; i++) {
    other.socket.send('x', { binary: true });
    await once(other.socket, 'message');
  }
}

describe('the relay of a wire', () => {
  it('carries the bytes of one TCP connection both ways, and says which port it has', async () => {
    const { socket, told, text, peer } = await openPage();
    expect(told).toEqual([{ type: 'open', wire: 'plain', port: peer.remotePort, tls: null }]);
    const heard = textOf(peer);
    socket.send(utf8('from the page'));
    await expect.poll(heard).toBe('from the page');
    peer.write('from the wire');
    await expect.poll(text).toBe('from the wire');
  });

  it('passes on the end of either side, and closes when both have ended', async () => {
    const { socket, told, closed, peer } = await openPage();
    socket.send('{"type":"end"}');
    peer.resume();
    await once(peer, 'end');
    peer.end('last words');
    expect(await closed).toBe(1000);
    expect(told.at(-1)).toEqual({ type: 'end' });
  });

  it.each([
    ['no wire', { type: 'hello' }, 4002, 'bad_request'],
    ['a wire that does not exist', { type: 'hello', wire: 'carrier pigeon' }, 4002, 'bad_request'],
    ['an address instead', { type: 'hello', wire: '127.0.0.1:22' }, 4002, 'bad_request'],
    ['a wire that this workbench does not have', { type: 'hello', wire: 'tls' }, 4006, 'not_found'],
  ])('refuses a hello that names %s', async (_, hello, status, code) => {
    const { closed, told } = page(await start(), hello);
    expect(await closed).toBe(status);
    expect(told).toMatchObject([{ type: 'error', code }]);
    expect(reached).toEqual([]);
  });

  it('ignores a host and a port in the hello', async () => {
    const { isOpen } = page(await start(), { ...HELLO, host: '192.0.2.1', port: 1 });
    await isOpen();
    await expect.poll(() => reached).toHaveLength(1);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another name of this machine', { host: 'evil.example' }],
  ])('is not for pages of %s', async (_, headers) => {
    const { closed } = page(await start(), HELLO, headers);
    expect(await closed).toBe(1006);
    expect(reached).toEqual([]);
  });

  it('beyond loopback opens no connection without the token', async () => {
    const web = await start({}, '0.0.0.0');
    expect(await page(web).closed).toBe(4001);
    expect(await page(web, { ...HELLO, token: 'another' }).closed).toBe(4001);
    expect(reached).toEqual([]);
    await page(web, { ...HELLO, token: 'a-token-of-this-test' }).isOpen();
  });

  it('counts against the cap on the WebSockets of a network', async () => {
    const web = await start({ socketsPerNetwork: 1 });
    await page(web).isOpen();
    expect(await page(web).closed).toBe(4004);
  });

  it('closes on a frame of bytes above the cap, and takes one of the cap', async () => {
    const { socket, closed, peer } = await openPage({ payload: 1_000 });
    const heard = textOf(peer);
    socket.send(utf8('x'.repeat(1_000)));
    await expect.poll(() => heard().length).toBe(1_000);
    socket.send(utf8('x'.repeat(1_001)));
    expect(await closed).toBe(1009);
    await expect.poll(() => peer.closed || peer.readableEnded || peer.destroyed).toBe(true);
  });

  it.each([
    ['a text that is not the end', '{"type":"say"}'],
    ['a second hello', JSON.stringify(HELLO)],
  ])('closes on %s', async (_, text) => {
    const { socket, closed } = await openPage();
    socket.send(text);
    expect(await closed).toBe(4002);
  });

  it('says why when nobody listens on the wire', async () => {
    await new Promise((resolve) => wire.close(resolve));
    const { closed, told } = page(await start());
    expect(await closed).toBe(4007);
    expect(told).toMatchObject([{ code: 'wire_unreachable', fault: 'connection_refused' }]);
  });

  it('says so when the wire is reset', async () => {
    const { closed, told, peer } = await openPage();
    peer.resetAndDestroy();
    expect(await closed).toBe(4008);
    expect(told.at(-1)).toMatchObject({ code: 'wire_lost', fault: 'connection_lost' });
  });

  it('ends the connection to the wire when the page vanishes', async () => {
    const { socket, peer } = await openPage();
    peer.resume();
    socket.terminate();
    await once(peer, 'end');
  });

  it('closes the page and the wire when the server stops', async () => {
    const { closed, peer } = await openPage();
    peer.resume();
    const ended = once(peer, 'end');
    await started[0]?.close();
    expect(await closed).toBe(1001);
    await ended;
  });

  it('reads the wire no faster than the page takes it', async () => {
    const { socket, peer, bytes } = await openPage({ heartbeat: 3_600_000 });
    socket.pause();
    for (let i = 0; i < PIECES; i++) peer.write(PIECE);
    await roundTrips();
    // The rest is in buffers of the system and of the relay.
    expect(peer.writableLength).toBeGreaterThan((PIECE.length * PIECES) / 2);
    socket.resume();
    const read = () => bytes.reduce((sum, part) => sum + part.length, 0);
    await expect.poll(read, { timeout: 30_000 }).toBe(PIECE.length * PIECES);
  });

  it('reads the page no faster than the wire takes it', async () => {
    const { socket, peer } = await openPage({ heartbeat: 3_600_000 });
    peer.pause();
    for (let i = 0; i < PIECES; i++) socket.send(PIECE);
    await roundTrips();
    expect(socket.bufferedAmount).toBeGreaterThan((PIECE.length * PIECES) / 2);
    let read = 0;
    peer.on('data', (part: Buffer) => (read += part.length));
    peer.resume();
    await expect.poll(() => read, { timeout: 30_000 }).toBe(PIECE.length * PIECES);
  });
});
