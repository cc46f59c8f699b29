import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { compileFilter } from '#dissect/filter/index';
import { compilePattern } from '#dissect/filter/pattern';
import { Stranger } from '../mallory/stranger.ts';
import { Bench } from './bench.ts';
import type { BenchEvent } from './model.ts';
import { UnitReader } from './reader.ts';

const say = (text: string): Uint8Array => encodeFrame(utf8(`{"type":"say","text":"${text}"}`));
const [ONE, TWO, THREE] = ['one', 'two', 'three'].map(say) as [Uint8Array, Uint8Array, Uint8Array];

/** Keeps what arrives, and answers nothing. */
let server: Server;
let arrived: Buffer;
let peer: Socket | undefined;
let hasEnded: boolean;
let bench: Bench;
let reader: UnitReader;
let events: BenchEvent[];
let client: Stranger;
let wake: () => void = () => undefined;

beforeEach(async () => {
  [arrived, hasEnded] = [Buffer.alloc(0), false];
  // What an earlier bench still tells is not told here.
  const told: BenchEvent[] = [];
  events = told;
  server = createServer({ allowHalfOpen: true }, (socket) => {
    peer = socket;
    socket
      .on('data', (bytes: Buffer) => (arrived = Buffer.concat([arrived, bytes])))
      .on('data', () => wake());
    socket.on('end', () => ((hasEnded = true), wake())).on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  reader = new UnitReader('plain');
  bench = await Bench.between({
    target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    layer: undefined,
    look: reader,
    tell: (event) => (told.push(event), wake()),
  });
  client = await Stranger.connect(bench.address, undefined);
});

afterEach(async () => {
  await client.close();
  await bench.close();
  peer?.destroy();
  server.close();
});

function until(isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    wake = () => isSo() && resolve();
    wake();
  });
}

const arrives = (...frames: readonly Uint8Array[]): Promise<void> =>
  until(() => arrived.toString('hex') === frames.map(toHex).join(''));
const holds = (...ids: readonly number[]): Promise<void> =>
  until(() => bench.held.map(({ id }) => id).join() === ids.join());

function breakAt(filter: string): void {
  const compiled = compileFilter(filter, compilePattern);
  if (!compiled.ok) throw new Error(compiled.message);
  reader.breakpoint = compiled.matches;
}

describe('the bench', () => {
  it('passes on what no breakpoint is for, and holds what follows the unit at a breakpoint', async () => {
    breakAt('msg.text == "two"');
    client.send(ONE);
    client.send(TWO);
    client.send(THREE);
    await holds(2, 3);
    await arrives(ONE);
    expect(bench.held.map(({ hold, title }) => [hold, title])).toEqual([
      ['breakpoint', 'say'],
      ['behind', 'say'],
    ]);
    bench.pass(2);
    await arrives(ONE, TWO, THREE);
  });

  it('goes unit by unit', async () => {
    bench.pause();
    client.send(ONE);
    client.send(TWO);
    await holds(1, 2);
    bench.step();
    await arrives(ONE);
    expect(bench.held.map(({ id }) => id)).toEqual([2]);
    bench.resume();
    await arrives(ONE, TWO);
    expect(() => bench.step()).toThrow('nothing is held');
  });

  it('passes on what waited at a breakpoint, and all behind it, when it goes on', async () => {
    breakAt('msg.text == "one"');
    for (const frame of [ONE, TWO, THREE]) client.send(frame);
    await holds(1, 2, 3);
    bench.resume();
    await arrives(ONE, TWO, THREE);
    expect(bench.held).toEqual([]);
  });

  it('says what is not delivered, because its receiver is gone', async () => {
    bench.pause();
    client.send(ONE);
    await holds(1);
    bench.cut(1);
    bench.pass(1);
    expect(events.at(-1)).toEqual({ kind: 'undelivered', id: 1 });
    expect(() => bench.inject(1, 'server', TWO)).toThrow('connection 1 is not open');
  });

  it('keeps the length right as Mallory would, or leaves it as noise would', async () => {
    bench.pause();
    client.send(ONE);
    client.send(ONE);
    await holds(1, 2);
    const longer = new Uint8Array([...ONE.subarray(0, -2), ...utf8('!!"}')]);
    expect(toHex(bench.replace(1, longer, { fit: true }).bytes.subarray(0, 4))).toBe('0000001d');
    expect(toHex(bench.replace(2, longer, { fit: false }).bytes.subarray(0, 4))).toBe('0000001b');
    bench.pass(1);
    await arrives(say('one!!'));
    expect(events.at(-1)).toMatchObject({ kind: 'sent', how: 'changed', of: 1 });
  });

  it('drops, doubles and reorders', async () => {
    bench.pause();
    for (const frame of [ONE, TWO, THREE]) client.send(frame);
    await holds(1, 2, 3);
    bench.duplicate(3);
    bench.pass(3);
    bench.drop(1);
    bench.pass(2);
    await arrives(THREE, THREE, TWO);
  });

  it('changes the order of what is held, within its direction', async () => {
    breakAt('msg.text == "two"');
    for (const frame of [TWO, ONE, THREE]) client.send(frame);
    await holds(1, 2, 3);
    bench.move(3, 'earlier');
    bench.move(3, 'earlier');
    bench.move(3, 'earlier');
    bench.move(2, 'later');
    expect(bench.held.map(({ id }) => id)).toEqual([3, 1, 2]);
    bench.pass(3);
    await arrives(THREE);
    bench.pass(1);
    await arrives(THREE, TWO, ONE);
  });

  it('sends again what was heard, in a later connection, too, and what nobody has said', async () => {
    client.send(ONE);
    await arrives(ONE);
    bench.replay(1, 1);
    bench.inject(1, 'server', TWO);
    await arrives(ONE, ONE, TWO);
    const other = await Stranger.connect(bench.address, undefined);
    await until(() => events.some((event) => event.kind === 'opened' && event.connection === 2));
    bench.replay(1, 2);
    await arrives(ONE, ONE, TWO, ONE);
    await other.close();
    expect(() => bench.replay(9, 1)).toThrow('there is no unit 9');
    expect(() => bench.inject(7, 'server', ONE)).toThrow('connection 7 is not open');
  });

  it('passes on a delayed unit by itself, and what came behind it', async () => {
    breakAt('msg.text == "one"');
    client.send(ONE);
    client.send(TWO);
    await holds(1, 2);
    expect(bench.delay(1, 5).hold).toBe('delayed');
    await arrives(ONE, TWO);
  });

  it('holds the end of a direction until all before it has gone on', async () => {
    bench.pause();
    client.send(ONE);
    client.finish();
    await until(() => events.some(({ kind }) => kind === 'ended'));
    expect([hasEnded, bench.held.length]).toEqual([false, 1]);
    bench.pass(1);
    await until(() => hasEnded);
    await arrives(ONE);
  });

  it('says what is lost with a connection', async () => {
    bench.pause();
    client.send(ONE);
    await holds(1);
    bench.cut(1);
    await until(() => events.some(({ kind }) => kind === 'closed'));
    expect(events.filter(({ kind }) => kind === 'closed')).toEqual([
      { kind: 'closed', connection: 1, lost: [1] },
    ]);
    expect(() => bench.pass(1)).toThrow('unit 1 is not held');
  });

  it('cuts a connection in which too much is held', async () => {
    bench.pause();
    const frame = encodeFrame(new Uint8Array(60_000));
    for (let sent = 0; sent < 80; sent++) client.send(frame);
    await until(() => events.some(({ kind }) => kind === 'closed'));
    expect(events.filter(({ kind }) => kind === 'overfull')).toHaveLength(1);
    expect(bench.held).toEqual([]);
  });

  it('refuses every address that is not of this machine', async () => {
    const target = { host: '192.0.2.1', port: 1 };
    const asked = Bench.between({ target, layer: undefined, look: reader, tell: () => undefined });
    await expect(asked).rejects.toThrow('127.0.0.1 and nothing else');
  });
});
