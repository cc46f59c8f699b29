/** Every way in which a server can fail to answer, for every command that asks one: a sentence and exit code 3. */
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFile } from '#data-folder/file-lock';
import { askServer } from '../../server/cli/operator/asking.ts';
import * as moderation from '../../server/cli/operator/moderation.ts';
import * as psk from '../../server/cli/operator/psk.ts';
import * as rooms from '../../server/cli/operator/rooms.ts';
import * as status from '../../server/cli/operator/status.ts';
import * as users from '../../server/cli/operator/users.ts';
import { runCommand } from '../support/programs/command.ts';
import { Program } from '../support/programs/program.ts';
import { temporaryFolder } from '../support/chat/stores.ts';

type Answer = (socket: Socket) => void;

const WAYS: readonly [way: string, answer: Answer, reason: RegExp][] = [
  ['closes at once', (socket) => socket.end(), /closed the connection before its answer was complete/],
  [
    'resets at once',
    (socket) => socket.resetAndDestroy(),
    /closed the connection before its answer was complete/,
  ],
  [
    'closes when it has the request',
    (socket) => socket.once('data', () => socket.end()),
    /closed the connection before its answer was complete/,
  ],
  [
    'resets when it has the request',
    (socket) => socket.once('data', () => socket.resetAndDestroy()),
    /closed the connection before its answer was complete/,
  ],
  ['says nothing', () => undefined, /no complete answer came within/],
  [
    'gives half a status line and goes on holding',
    (socket) => socket.write('HTTP/1.1 20'),
    /no complete answer came within/,
  ],
  [
    'gives half a body and goes on holding',
    (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"version":'),
    /no complete answer came within/,
  ],
  [
    'gives half a body and closes',
    (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"version":')),
    /closed the connection before its answer was complete/,
  ],
  [
    'gives half a body and resets',
    (socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{', () => socket.resetAndDestroy()),
      ),
    /closed the connection before its answer was complete/,
  ],
  [
    'does not speak HTTP',
    (socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2p1\r\n')),
    /not HTTP, so another program has this port/,
  ],
  [
    'is another web server',
    (socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\n<html>')),
    /not this version of Wireglass \(HTTP status 404\)/,
  ],
  [
    'leads elsewhere',
    (socket) =>
      socket.once('data', () =>
        socket.end('HTTP/1.1 302 Found\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n'),
      ),
    /not this version of Wireglass \(HTTP status 302\)/,
  ],
  [
    'answers with other JSON',
    (socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')),
    /not this version of Wireglass \(HTTP status 200\)/,
  ],
];

const COMMANDS: readonly [command: readonly string[], register: Parameters<typeof runCommand>[0]][] = [
  [['status'], status.register],
  [['rooms'], rooms.register],
  [['rooms', 'remove', 'lobby'], rooms.register],
  [['users'], users.register],
  [['users', 'online'], users.register],
  [['users', 'role', 'ana', 'admin'], users.register],
  [['kick', 'ana'], moderation.register],
  [['ban', 'ana'], moderation.register],
  [['psk', 'rotate'], psk.register],
];

let port: number;
let answer: Answer;
let server: Server;
const open = new Set<Socket>();

beforeAll(async () => {
  server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).once('close', () => open.delete(socket));
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  for (const socket of open) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

describe('a server that', () => {
  it.each(WAYS)('%s is said to do so', async (_, way, reason) => {
    answer = way;
    const asked = askServer(new URL(`http://127.0.0.1:${port}/api/operator/status`), {
      token: 'x',
      patience: 500,
    });
    const said = await asked.then(
      ({ status: code }) => `not this version of Wireglass (HTTP status ${code})`,
      (error: unknown) => (error as Error).message,
    );
    expect(said).toMatch(reason);
    expect(said).not.toMatch(/UND_ERR|ECONN|socket hang up/);
  });

  it('is not there is said to be gone', async () => {
    const gone = createHttp();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port: free } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const asked = askServer(new URL(`http://127.0.0.1:${free}/`), { token: 'x', patience: 5_000 });
    await expect(asked).rejects.toThrow('nothing is listening there any more');
  });
});

describe('every command of the operator', () => {
  it.each(COMMANDS)('%j ends with 3 and a sentence', async (command, register) => {
    const data = await folderOfAServer();
    const unlock = await lockFile(join(data, 'server.lock'), { patience: 0 });
    for (const [, way, reason] of WAYS.filter(([name]) => !/hold|nothing/.test(name))) {
      answer = way;
      const { code, error } = await runCommand(register, ...command, '--data', data);
      expect([code, error]).toEqual([3, expect.stringMatching(reason)]);
      expect(error).toContain(`the server at 127.0.0.1:${port} does not answer`);
    }
    await unlock();
  });

  it('does so as a program, too', async () => {
    const data = await folderOfAServer();
    const unlock = await lockFile(join(data, 'server.lock'), { patience: 0 });
    answer = (socket) => socket.end();
    const { code, stderr } = await new Program(['status', '--data', data]).finished;
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^wireglass: the server at .* does not answer: it /),
    ]);
    await unlock();
  });
});

/** As one has it on which this process runs a server that listens on the port of the test's own. */
async function folderOfAServer(): Promise<string> {
  const data = join(await temporaryFolder(), 'data');
  await mkdir(data);
  const wire = { host: '127.0.0.1', port: 1 };
  const addresses = {
    pid: process.pid,
    web: `http://127.0.0.1:${port}/`,
    wires: { plain: wire, psk: wire, tls: wire, 'tls+psk': wire },
  };
  await writeFile(join(data, 'addresses.json'), JSON.stringify(addresses));
  await writeFile(join(data, 'operator-token'), `${'ab12'.repeat(16)}\n`);
  await writeFile(join(data, 'psk.keys'), `demo-1:${'5a'.repeat(32)}\n`);
  return data;
}
