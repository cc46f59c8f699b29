import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addressesFile, readAddresses } from './addresses.ts';
import { isThisMachine } from './this-machine.ts';

const WIRES = {
  plain: { host: '127.0.0.1', port: 40_001 },
  psk: { host: '127.0.0.1', port: 40_002 },
  tls: { host: '0.0.0.0', port: 40_003 },
  'tls+psk': { host: '::1', port: 40_004 },
};
const RUNNING = { pid: process.pid, web: 'http://127.0.0.1:40005/', wires: WIRES };

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-addresses-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

it('are those that the running workbench wrote', async () => {
  await writeFile(addressesFile(data), JSON.stringify(RUNNING));
  expect(await readAddresses(data)).toEqual(RUNNING);
});

it('are ignored when the process that wrote them is gone', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(addressesFile(data), JSON.stringify({ ...RUNNING, pid }));
  expect(await readAddresses(data)).toBeUndefined();
});

it.each([
  ['nothing', ''],
  ['half a file', JSON.stringify(RUNNING).slice(0, 60)],
  ['no port', JSON.stringify({ ...RUNNING, wires: { ...WIRES, tls: { host: '::1', port: 0 } } })],
  ['a wire too few', JSON.stringify({ ...RUNNING, wires: { plain: WIRES.plain } })],
  ['no address of a page', JSON.stringify({ ...RUNNING, web: 'the page' })],
  ['a group of processes', JSON.stringify({ ...RUNNING, pid: -1 })],
])('are not read from %s', async (_, text) => {
  await writeFile(addressesFile(data), text);
  expect(await readAddresses(data)).toBeUndefined();
});

it('are unknown without a workbench, or without its folder', async () => {
  expect(await readAddresses(data)).toBeUndefined();
  expect(await readAddresses(join(data, 'gone'))).toBeUndefined();
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['192.0.2.1', false],
  ['2001:db8::1', false],
  ['chat.example', false],
])('%s is this machine: %s', (host, own) => expect(isThisMachine(host)).toBe(own));
