/** `wireglass lab run`: the learner's pieces in the real server, good ones and broken ones. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatClient } from '#client/chat-client';
import type { WhosePiece } from '#dissect/page-stream';
import { whoseText } from '#labs/run/pieces';
import { WIRE_NAMES } from '#protocol/wires';
import { nextEvent } from '../support/chat/chat-events.ts';
import { Program, type Ready, targetOf } from '../support/programs/program.ts';

let folder: string;
let program: Program | undefined;
const clients: ChatClient[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-lab-run-'));
  await mkdir(join(folder, 'work'));
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  program?.child.kill('SIGKILL');
  await program?.finished;
  await rm(folder, { recursive: true });
});

async function start(): Promise<Ready> {
  const args = ['lab', 'run', '--unfinished', '--json', '--data', join(folder, 'data')];
  program = new Program(args, {
    WIREGLASS_WORKSPACE: join(folder, 'work'),
    ...Object.fromEntries([...WIRE_NAMES, 'web'].map((name) => [portVariable(name), '0'])),
  });
  return JSON.parse(await program.line()) as Ready;
}

function portVariable(name: string): string {
  return `WIREGLASS_PORTS_${name.toUpperCase().replace('+', '_')}`;
}

async function client(
  ready: Ready,
  wire: (typeof WIRE_NAMES)[number],
  reconnect = true,
): Promise<ChatClient> {
  const name = `on-${wire.replace('+', '-')}`;
  const options = { ...(await targetOf(ready, wire)), name };
  const made = new ChatClient(reconnect ? options : { ...options, reconnect: false });
  clients.push(made);
  return made;
}

async function piecesOf(ready: Ready): Promise<string> {
  const response = await fetch(new URL('/api/info', ready.url));
  return whoseText(((await response.json()) as { pieces: WhosePiece[] }).pieces);
}

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, 'work', name), text);

describe('a server with a learner’s pieces', () => {
  it('is ours where there is none of theirs', async () => {
    const ready = await start();
    expect(await piecesOf(ready)).toEqual('frames: ours · chat: ours · psk: ours · tls: ours');
  });

  it('carries a conversation over every wire with their decoder and their chat', async () => {
    await cp('labs/01-frames/solutions/buffer.ts', join(folder, 'work/01-frames.ts'));
    await cp('labs/02-plain-chat/solutions/class.ts', join(folder, 'work/02-plain-chat.ts'));
    const ready = await start();
    expect(await piecesOf(ready)).toEqual('frames: yours · chat: yours · psk: ours · tls: ours');
    const all = [];
    for (const wire of WIRE_NAMES) all.push(await client(ready, wire));
    for (const each of all) await each.connect();
    for (const [i, speaker] of all.entries()) {
      const heard = all
        .filter((each) => each !== speaker)
        .map((each) => nextEvent(each, ({ type }) => type === 'message'));
      await speaker.say(`number ${i} from ${WIRE_NAMES[i]}`);
      for (const event of await Promise.all(heard))
        expect(event).toMatchObject({ text: `number ${i} from ${WIRE_NAMES[i]}` });
    }
  });

  it('says which piece hangs, and goes on', async () => {
    const text = 'export const createFrameDecoder = () => ({ push() {}, next() { for (;;); } });';
    await write('01-frames.ts', text);
    const ready = await start();
    for (let i = 0; i < 2; i++) {
      const victim = await client(ready, 'plain', false);
      await expect(victim.connect()).rejects.toThrow(/learner's frames failed/);
    }
    await expect
      .poll(() => program?.stderr)
      .toMatch(/your frames.*next\(\) broke its contract: it threw CallTimeout/);
    expect(await piecesOf(ready)).toContain('frames: yours');
  });

  it('does not start with a TLS listener that is none', async () => {
    await write('09-tls-chat.ts', 'export const createTlsListener = () => ({ listen() {} });');
    await expect(start()).rejects.toThrow(
      /createTlsListener\(\) broke its contract: it returned object, not a server/,
    );
  });
});
