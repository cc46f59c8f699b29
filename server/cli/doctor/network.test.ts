/** What the doctor says about devices that have come, or have not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressesFile } from '#data-folder/addresses';
import type { RemoteServer } from '../operator/remote.ts';
import type { CheckTarget } from './finding.ts';
import { checkDevices } from './network.ts';

const NOW = 1_800_000_000_000;
let data: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-devices-'));
  const at = (port: number) => ({ host: '192.0.2.7', port });
  const wires = { plain: at(5555), psk: at(5556), tls: at(5557), 'tls+psk': at(5558) };
  const addresses = { pid: process.pid, web: 'http://192.0.2.7:8080/', wires };
  await writeFile(addressesFile(data), JSON.stringify(addresses));
});
afterAll(() => rm(data, { recursive: true, force: true }));

function target(host: string, devices: { count: number; last: number | null }): CheckTarget {
  const server = { status: async () => ({ host, devices }) } as unknown as RemoteServer;
  return { data, now: NOW, server } as unknown as CheckTarget;
}

it('warns when the network can reach the page and no device has', async () => {
  const [finding, ...more] = await checkDevices(target('192.0.2.7', { count: 0, last: null }));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ level: 'warning', text: 'no other device has reached the page yet' });
  expect(finding?.mend).toMatch(/^open http:\/\/192\.0\.2\.7:8080\/ on a phone in this network; .*firewall/);
});

it('says how many have come, and when the last one did', async () => {
  const found = await checkDevices(target('192.0.2.7', { count: 2, last: NOW - 65_000 }));
  const text = '2 other devices have reached the page, the last one 1 min 5 s ago';
  expect(found).toEqual([{ check: 'devices', level: 'ok', text }]);
});

it('has nothing to say where only this machine can come, or where no server runs', async () => {
  expect(await checkDevices(target('127.0.0.1', { count: 0, last: null }))).toEqual([]);
  expect(await checkDevices({ ...target('127.0.0.1', { count: 0, last: null }), server: undefined })).toEqual(
    [],
  );
});
