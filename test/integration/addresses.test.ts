/** The commands find a workbench on ports that nobody has named. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readAddresses } from '#data-folder/addresses';
import { WIRE_NAMES } from '#protocol/messages';
import { Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';

// A busy machine takes long to start a program.
vi.setConfig({ testTimeout: 120_000 });

let data: string;
let serve: Program;
let ready: Ready;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-found-'));
  ({ program: serve, ready } = await startServe(data));
}, 120_000);
afterAll(async () => {
  serve.child.kill('SIGKILL');
  await serve.finished;
  await rm(data, { recursive: true, force: true });
});

it('serve writes where it listens', async () => {
  expect(await readAddresses(data)).toEqual({
    pid: serve.child.pid,
    web: ready.url,
    wires: Object.fromEntries(ready.wires.map(({ wire, host, port }) => [wire, { host, port }])),
  });
});

it.each(WIRE_NAMES)('wireglass chat reaches the %s wire', async (wire) => {
  const spelt = wire.replace('+', '-');
  const listener = await Puppet.join(await targetOf(ready, 'plain'), `listener-${spelt}`);
  const chat = new Program(['chat', '--wire', wire, '--data', data, '--name', `finder-${spelt}`]);
  chat.child.stdin.end('found\n');
  expect(await chat.finished).toMatchObject({ code: 0 });
  await listener.expect('member_joined');
  expect(await listener.expect('message')).toMatchObject({
    from: `finder-${spelt}`,
    text: 'found',
    via: wire,
  });
  await listener.close();
});

it('wireglass capture reaches the page', async () => {
  const file = join(data, 'found.pcapng');
  const capture = new Program(['capture', '--data', data, '--out', file]);
  const { code, stderr } = await capture.finished;
  expect([code, stderr]).toEqual([0, expect.stringContaining('found.pcapng: ')]);
  expect((await stat(file)).size).toBeGreaterThan(1_000);
});

it('the file is removed at an orderly stop, and not trusted after kill -9', async () => {
  serve.child.kill('SIGTERM');
  expect(await serve.finished).toMatchObject({ code: 0 });
  expect(await readdir(data)).not.toContain('addresses.json');

  const again = await startServe(data);
  serve = again.program;
  expect(await readAddresses(data)).toMatchObject({ pid: serve.child.pid, web: again.ready.url });
  serve.child.kill('SIGKILL');
  await serve.finished;
  expect(await readdir(data)).toContain('addresses.json');
  expect(await readAddresses(data)).toBeUndefined();
});
