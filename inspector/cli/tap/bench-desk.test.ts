import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Bench } from '#attacks/bench/bench';
import type { BenchEvent } from '#attacks/bench/model';
import { UnitReader } from '#attacks/bench/reader';
import { Stranger } from '#attacks/mallory/stranger';
import { fromHex, toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { BenchDesk } from './bench-desk.ts';

const GUIDE = fileURLToPath(new URL('../../../docs/guide/attacks.md', import.meta.url));
const FRAME = encodeFrame(utf8('{"type":"say","text":"one"}'));

/** A desk at which one frame is held, and what comes out behind it, in hex. */
async function desk(typing: (desk: BenchDesk) => void): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reader = new UnitReader('plain');
  const sent: string[] = [];
  let held: () => void = () => undefined;
  const isHeld = new Promise<void>((resolve) => (held = resolve));
  const tell = (event: BenchEvent): void => {
    if (event.kind === 'heard') held();
    if (event.kind === 'sent') sent.push(toHex(event.bytes));
  };
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  const bench = await Bench.between({ target, layer: undefined, look: reader, tell });
  bench.pause();
  const client = await Stranger.connect(bench.address, undefined);
  client.send(FRAME);
  await isHeld;
  typing(new BenchDesk(bench, reader));
  await client.close();
  await bench.close();
  server.close();
  return sent.join(' ');
}

/** Types these lines; returns what was sent on, and what was answered to the last of them. */
async function typed(...lines: readonly string[]): Promise<readonly [string, readonly string[]]> {
  let answer: readonly string[] = [];
  const sent = await desk((at) => {
    for (const line of lines) answer = at.told(line).lines;
  });
  return [sent, answer];
}

describe('what is typed at the bench', () => {
  it('changes a text, with the length right or left as it was', async () => {
    const longer = toHex(utf8('{"type":"say","text":"thirteen"}'));
    expect((await typed('text 1 "one" "thirteen"', 'pass 1'))[0]).toBe(`00000020${longer}`);
    expect((await typed('as noise', 'text 1 "one" "thirteen"', 'pass #1'))[0]).toBe(`0000001b${longer}`);
  });

  it('writes bytes over others', async () => {
    const [sent] = await typed('edit 1 26 ee', 'pass 1');
    const changed = FRAME.slice();
    changed.set(fromHex('ee'), 26);
    expect(sent).toBe(toHex(changed));
  });

  it('injects, replays and doubles', async () => {
    const frame = toHex(FRAME);
    expect((await typed('inject 1 server 00000000', 'replay 1', 'double 1', 'pass 1'))[0]).toBe(
      `00000000 ${[frame, frame, frame].join(' ')}`,
    );
  });

  it.each([
    ['nonsense', 'there is no command "nonsense"; help lists them'],
    ['pass', 'a number is missing'],
    ['pass x', 'x is not a number'],
    ['pass 9', 'unit 9 is not held'],
    ['edit 1 99 00', 'it has 31 bytes'],
    ['edit 1 0 0g', 'bytes are written in hex, two digits each'],
    ['text 1 "two" "one"', 'its bytes do not hold "two": they are sealed, or it says something else'],
    ['inject 1 nowhere 00', 'towards the server or the client?'],
    ['inject 7 server 00', 'connection 7 is not open'],
    ['replay 8', 'there is no unit 8, or it came too long ago'],
    ['as eve', 'as whom?'],
    ['break len >', 'break: expected a value after >, found the end'],
  ])('says what is wrong with %s', async (line, reason) => {
    expect((await typed(line))[1][0]).toBe(reason);
  });

  it('has each of its commands in the guide', async () => {
    const guide = readFileSync(GUIDE, 'utf8');
    const [, help] = await typed('help');
    for (const line of help) expect(guide).toContain(`\`${line.trim().split(/ {2,}/)[0]}\``);
    expect(help.length).toBeGreaterThan(10);
  });
});
