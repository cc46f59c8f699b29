import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addressesFile, readAddresses } from '#data-folder/addresses';
import { WIRE_NAMES } from '#protocol/messages';
import { announceAddresses } from './addresses.ts';

const LISTENING = {
  url: 'http://192.0.2.1:8080/#token=9f86d081',
  wires: WIRE_NAMES.map((wire, i) => ({ wire, address: { host: '0.0.0.0', port: 6001 + i } })),
};

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-announce-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

it('are written without the token, readable by their owner alone, and leave no other file behind', async () => {
  await announceAddresses(data, LISTENING);
  expect(await readFile(addressesFile(data), 'utf8')).not.toContain('9f86d081');
  expect(((await stat(addressesFile(data))).mode & 0o777).toString(8)).toBe('600');
  expect(await readdir(data)).toEqual(['addresses.json']);
  expect(await readAddresses(data)).toEqual({
    pid: process.pid,
    web: 'http://192.0.2.1:8080/',
    wires: {
      plain: { host: '0.0.0.0', port: 6001 },
      psk: { host: '0.0.0.0', port: 6002 },
      tls: { host: '0.0.0.0', port: 6003 },
      'tls+psk': { host: '0.0.0.0', port: 6004 },
    },
  });
});

it('replace those of a killed workbench, and are removed by the one that wrote them', async () => {
  await writeFile(addressesFile(data), '{"pid": 1');
  const withdraw = await announceAddresses(data, LISTENING);
  expect(await readAddresses(data)).toMatchObject({ pid: process.pid });
  await withdraw();
  expect(await readdir(data)).toEqual([]);
});

it('stay when another workbench has written its own since', async () => {
  const withdraw = await announceAddresses(data, LISTENING);
  const others = (await readFile(addressesFile(data), 'utf8')).replace(`${process.pid}`, `${process.ppid}`);
  await writeFile(addressesFile(data), others);
  await withdraw();
  expect(await readAddresses(data)).toMatchObject({ pid: process.ppid });
});
