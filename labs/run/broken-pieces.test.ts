/** Pieces that break their contract in a real server: their connection ends with a clear line, and the others go on. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { WireName } from '#protocol/messages';
import { type Learner, solutionOf, startLearner } from '../../test/support/labs/learner.ts';
import { Puppet, type TestServer, startTestServer } from '../../test/support/servers/server.ts';

let learner: Learner;
let test: TestServer;

afterEach(async () => {
  await test.close();
  await learner.close();
});

async function start(texts: Readonly<Record<string, string>>): Promise<void> {
  learner = await startLearner(texts);
  test = await startTestServer({ pieces: learner.plugged.pieces });
}

/** Whether a client on this wire is welcomed. */
async function isWelcome(wire: WireName): Promise<boolean> {
  try {
    const puppet = await Puppet.dial(test.target(wire));
    await puppet.expect('welcome');
    await puppet.close();
    return true;
  } catch {
    return false;
  }
}

/** All that the server says to one who joins on this wire. */
async function fateOf(wire: WireName): Promise<unknown> {
  const puppet = await Puppet.dial(test.target(wire));
  puppet.say({ type: 'join' });
  const messages = await puppet.rest();
  await puppet.close();
  return messages.at(-1);
}

function decoder(method: string): string {
  return `export const createFrameDecoder = () => ({ push() {}, ${method} });`;
}

function channel(method: string): string {
  return `export const createServerChannel = () =>
    ({ push() {}, next() {}, send: (plain) => plain, close: () => new Uint8Array(0), ${method} });`;
}

describe('a decoder that', () => {
  it.each([
    ['hangs', decoder('next() { for (;;); }'), /next\(\) broke its contract: it threw CallTimeout/],
    ['throws', decoder('next() { return undefined.x; }'), /next\(\) broke its contract: it threw TypeError/],
    ['gives text', decoder('next() { return "x"; }'), /it gave string instead of a payload of \d+ bytes/],
    ['gives nothing', decoder('next() { return undefined; }'), /instead of a payload of \d+ bytes/],
    ['ends the process', decoder('next() { process.exit(0); }'), /it called process\.exit/],
    ['cannot be made', 'export const createFrameDecoder = () => null;', /has no push, next/],
    [
      'throws while it is made',
      'export const createFrameDecoder = () => { throw new Error("no"); };',
      /createFrameDecoder\(\) broke its contract: it threw Error: no/,
    ],
  ])('%s', async (_, text, says) => {
    await start({ '01-frames': text });
    for (let i = 0; i < 2; i++)
      expect(await fateOf('plain')).toMatchObject({
        code: 'internal',
        got: expect.stringContaining("the learner's frames failed") as string,
      });
    expect(learner.told[0]).toMatch(/^your frames \(01-frames\.ts:1\): |^your frames: /);
    expect(learner.told[0]).toMatch(says);
    expect(await isWelcome('tls')).toBe(true);
  });
});

describe('a psk channel that', () => {
  it.each([
    ['cannot be made', 'export const createServerChannel = () => undefined;', /no push, next, send, close/],
    [
      'opens without a proof',
      channel("next: () => ({ kind: 'opened' })"),
      /next\(\) broke its contract: it gave opened instead of (write|undefined)/,
    ],
    ['hangs', channel('next() { for (;;); }'), /next\(\) broke its contract: it threw CallTimeout/],
    ['throws', channel('push(bytes) { bytes.x.y; }'), /push\(\) broke its contract: it threw TypeError/],
  ])('%s', async (_, text, says) => {
    await start({ '06-replay': text });
    expect(await isWelcome('psk')).toBe(false);
    expect(learner.told.join('\n')).toMatch(/^your psk/);
    expect(learner.told[0]).toMatch(says);
    expect(await isWelcome('plain')).toBe(true);
  });

  it.each([
    [
      'sends in the clear',
      'send: (plain) => plain',
      /send\(\) broke its contract: .*\d+ bytes instead of \d+/,
    ],
    [
      'changes a byte of what it sends',
      'send: (plain) => { const bytes = channel.send(plain); bytes[20] ^= 1; return bytes; }',
      /send\(\) broke its contract: what it returned: byte 20 of \d+ is not the right one/,
    ],
    [
      'changes what came',
      "next: () => { const event = channel.next(); return event?.kind === 'plain' ? { ...event, bytes: new Uint8Array(3) } : event; }",
      /next\(\) broke its contract: the bytes of plain: 3 bytes instead of \d+/,
    ],
    [
      'says no goodbye',
      'close: () => undefined',
      /close\(\) broke its contract: what it returned is undefined/,
    ],
  ])('%s', async (_, method, says) => {
    const good = await solutionOf('06-replay');
    const bad = `${good.replace('function createServerChannel', 'function goodChannel')}
      export const createServerChannel = (keys) => { const channel = goodChannel(keys); return { ...channel, ${method} }; };`;
    await start({ '06-replay': bad });
    const puppet = await Puppet.dial(test.target('psk'));
    puppet.say({ type: 'bye' });
    await puppet.rest();
    await expect.poll(() => learner.told[0]).toMatch(says);
    await puppet.close();
    expect(await isWelcome('tls')).toBe(true);
  });
});

describe('a TLS listener that', () => {
  it('throws at a client', async () => {
    await start({
      '09-tls-chat': `import { createServer } from 'node:tls';
      export function createTlsListener(identity, onStream) {
        let count = 0;
        return createServer(identity, (stream) => {
          count += 1;
          if (count === 1) throw new RangeError('the first one is refused');
          onStream(stream);
        });
      }`,
    });
    expect(await isWelcome('tls')).toBe(false);
    expect(await isWelcome('tls')).toBe(true);
    expect(learner.told).toHaveLength(1);
    expect(learner.told[0]).toMatch(
      /^your tls \(09-tls-chat\.ts:6\): .*RangeError: the first one is refused/,
    );
  });
});

describe('a chat that throws', () => {
  it('is named with the line, the input and the contract', async () => {
    await start({
      '02-plain-chat':
        'export const createChat = () => ({\n  connected: () => [],\n  received: (id: number, text: string) => {\n    return JSON.parse(text).a.b;\n  },\n  gone: () => [],\n});\n',
    });
    const socket = connect(test.address('plain'));
    socket.write(Buffer.concat([Buffer.from([0, 0, 0, 15]), Buffer.from('{"type":"ping"}')]));
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect(learner.told[0]).toMatch(
      /your chat \(02-plain-chat\.ts:4\): received\(\) broke its contract.*It was given .*ping.*It returns a list/,
    );
  });
});
