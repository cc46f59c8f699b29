/** Nobody reads what the program prints: neither a pipe nor a terminal that is full makes the server wait. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { LAUNCHER } from '#data-folder/project';
import { type Ready, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';

const AT_ONCE = 25;

let data: string;
let child: ChildProcess;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-unread-'));
});
afterEach(async () => {
  child.kill('SIGKILL');
  await rm(data, { recursive: true, force: true });
});

const serve = (...more: string[]): string[] => {
  const free = ['plain', 'psk', 'tls', 'tls-psk', 'web'].flatMap((name) => [`--${name}`, '0']);
  return [LAUNCHER, 'serve', '--data', data, ...free, '--json', ...more];
};

/** Reads the first line of standard output, and nothing after it. */
async function readyOf({ stdout }: ChildProcess): Promise<Ready> {
  if (!stdout) throw new Error('no standard output');
  const lines = createInterface(stdout);
  const [line] = (await once(lines, 'line')) as [string];
  lines.close();
  stdout.pause();
  return JSON.parse(line) as Ready;
}

/** Connections that are refused, a line of the log each and more: together more than a pipe or a terminal holds. */
async function comeAndGo(ready: Ready, times: number): Promise<void> {
  const { port } = ready.wires.find(({ wire }) => wire === 'plain') ?? { port: 0 };
  const visit = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    // No frame begins like this.
    socket.on('error', () => undefined).end(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    await once(socket.resume(), 'close');
  };
  for (let done = 0; done < times; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, visit));
}

async function expectServed(ready: Ready): Promise<void> {
  const guest = await Puppet.join(await targetOf(ready, 'tls'), 'guest');
  guest.say({ type: 'ping', ref: 'served' });
  expect(await guest.expect('pong')).toMatchObject({ ref: 'served' });
  await guest.close();
}

it('serves on when nobody reads its log and its traffic from two pipes, and ends when it is told to', async () => {
  child = spawn(process.execPath, serve('--log-traffic'), { stdio: ['ignore', 'pipe', 'pipe'] });
  const ready = await readyOf(child);
  await comeAndGo(ready, 200);
  await expectServed(ready);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
}, 120_000);

it('ends a command quietly when the reader of its output has gone', async () => {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  child = spawn(process.execPath, [LAUNCHER, 'doctor', '--data', data], { stdio: [...stdio] });
  child.stdout?.destroy();
  const errors: Buffer[] = [];
  child.stderr?.on('data', (bytes: Buffer) => errors.push(bytes));
  await once(child, 'close');
  expect(Buffer.concat(errors).toString()).toBe('');
}, 60_000);

describeWith(['pty'], 'a terminal', ({ pty }) => {
  /** Gives a program a terminal for its standard error, and never reads from it. */
  const UNREAD_TERMINAL = `import os, pty, subprocess, sys
primary, secondary = pty.openpty()
sys.exit(subprocess.call(sys.argv[1:], stderr=secondary))`;

  it('serves on when its log goes to a terminal that has stopped', async () => {
    const args = ['-c', UNREAD_TERMINAL, process.execPath, ...serve()];
    child = spawn(pty, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const ready = await readyOf(child);
    await comeAndGo(ready, 25);
    await expectServed(ready);
    process.kill(ready.pid, 'SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  }, 120_000);
});
