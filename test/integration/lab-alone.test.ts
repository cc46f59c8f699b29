/** `wireglass lab run --alone`: a server of the learner's files and Node serves programs that know nothing of the labs. */
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { Program } from '../support/programs/program.ts';
import { ToolClient } from '../support/programs/tool-client.ts';

interface Ready {
  readonly wires: readonly { readonly wire: string; readonly host: string; readonly port: number }[];
  readonly ca: string;
}

const LABS = ['01-frames', '02-plain-chat', '06-replay', '09-tls-chat'];

let folder: string;
let program: Program | undefined;
const tools: ToolClient[] = [];
const chats: Program[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-alone-'));
  await mkdir(join(folder, 'work'));
});
afterEach(async () => {
  await Promise.all(tools.splice(0).map((tool) => tool.stop()));
  for (const { child } of [...chats.splice(0), ...(program ? [program] : [])]) child.kill('SIGKILL');
  await program?.finished;
  program = undefined;
  await rm(folder, { recursive: true });
});

function start(...more: string[]): Program {
  const ports = Object.fromEntries(['PLAIN', 'PSK', 'TLS'].map((wire) => [`WIREGLASS_PORTS_${wire}`, '0']));
  program = new Program(['lab', 'run', '--alone', '--json', '--data', join(folder, 'data'), ...more], {
    WIREGLASS_WORKSPACE: join(folder, 'work'),
    ...ports,
  });
  return program;
}

async function solveAll(): Promise<void> {
  for (const lab of LABS) await cp(join('labs', lab, 'solution.ts'), join(folder, 'work', `${lab}.ts`));
}

async function startSolved(): Promise<Ready> {
  await solveAll();
  return JSON.parse(await start('--unfinished').line()) as Ready;
}

function portOf({ wires }: Ready, wire: string): number {
  return wires.find((row) => row.wire === wire)?.port ?? 0;
}

/** The terminal client on one wire, in the room. */
async function chat(ready: Ready, wire: string, name: string): Promise<Program> {
  const address = ['--host', '127.0.0.1', '--port', String(portOf(ready, wire))];
  const args = ['chat', '--wire', wire, '--name', name, '--data', join(folder, 'data'), '--json', ...address];
  const client = new Program(args);
  chats.push(client);
  await printed(client, /"state":"open"/);
  return client;
}

async function printed(client: Program, wanted: RegExp): Promise<void> {
  while (!wanted.test(client.stdout)) {
    const gone = client.finished.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)));
    await Promise.race([once(client.child.stdout, 'data'), gone]);
  }
}

describeWith(['nc', 'openssl'], 'a server of the learner’s own', ({ nc, openssl }) => {
  const tool = (command: string, ...args: string[]): ToolClient => {
    const started = new ToolClient(command, args);
    tools.push(started);
    return started;
  };

  it('lets two terminal clients, nc and openssl talk in one room, and ends with everything closed', async () => {
    const ready = await startSolved();
    const [ana, ben] = [await chat(ready, 'tls', 'ana'), await chat(ready, 'psk', 'ben')];
    const cat = tool(nc, '127.0.0.1', String(portOf(ready, 'plain')));
    const address = `127.0.0.1:${portOf(ready, 'tls')}`;
    const checks = ['-CAfile', ready.ca, '-verify_return_error', '-verify_hostname', 'localhost'];
    const dora = tool(openssl, 's_client', '-quiet', '-connect', address, ...checks);
    for (const [client, name] of [
      [cat, 'cat'],
      [dora, 'dora'],
    ] as const) {
      expect(await client.hear('welcome')).toMatchObject({ server: 'my chat' });
      client.say({ type: 'join', name });
      expect(await client.hear('joined')).toMatchObject({ name });
    }

    ana.child.stdin.write('hello from tls\n');
    await printed(ben, /"text":"hello from tls"/);
    for (const each of [cat, dora])
      expect(await each.hear('message')).toMatchObject({ from: 'ana', text: 'hello from tls', via: 'tls' });

    cat.say({ type: 'say', text: 'hello from nc', ref: '1' });
    await cat.hear('ack');
    await Promise.all([ana, ben].map((each) => printed(each, /"text":"hello from nc"/)));
    expect(await dora.hear('message')).toMatchObject({ from: 'cat', via: 'plain' });

    ben.child.stdin.end('hello from psk\n');
    expect((await ben.finished).code).toBe(0);
    expect(await cat.hear('message')).toMatchObject({ from: 'ben', via: 'psk' });
    expect(await cat.hear('member_left')).toMatchObject({ name: 'ben' });

    program?.child.kill('SIGTERM');
    const { code, stderr } = (await program?.finished) ?? {};
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
  });
});

describe('a server that is not there yet', () => {
  it('is refused with the labs that it needs', async () => {
    await cp('labs/01-frames/solution.ts', join(folder, 'work/01-frames.ts'));
    const { code, stderr } = await start().finished;
    expect(code).toBe(1);
    for (const lab of LABS) expect(stderr).toContain(lab);
    expect(stderr).toMatch(/npx wireglass lab check 01-frames says what is missing; --unfinished runs files/);
  });

  it.each([
    [
      'throws at the start',
      "throw new Error('no certificate here');",
      /no certificate here[^]*09-tls-chat\.ts:2[^]*your server ended before it was ready/,
    ],
    ['gives no ports', 'return {};', /startServer\(\) did not give \{ ports: \{ plain, psk, tls \} \}/],
    [
      'ends by itself',
      'setTimeout(() => process.exit(7), 50);\n  return { ports: { plain: 1, psk: 2, tls: 3 }, close: async () => {} };',
      /your server has ended by itself \(7\)/,
    ],
  ])('says why when it %s', async (_, body, says) => {
    await solveAll();
    await writeFile(
      join(folder, 'work/09-tls-chat.ts'),
      `export async function startServer(options: { ports: object }) {\n  ${body}\n}\n`,
    );
    const { code, stderr } = await start('--unfinished').finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
  });
});
