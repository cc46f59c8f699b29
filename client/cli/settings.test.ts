/** Where `wireglass chat` connects when no port is given. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TEST_KEY, type TestServer, startTestServer } from '../../test/support/servers/server.ts';
import { ensureCertificates } from '#certs/ensure';
import { addressesFile } from '#data-folder/addresses';
import { ChatClient } from '#client/chat-client';
import { toHex } from '#protocol/bytes';
import { WIRE_NAMES, type WireName, wireByName } from '#protocol/wires';
import { type ChatFlags, targetFor } from './settings.ts';
import { runSlash } from './slash/slash.ts';

const usualPort = (wire: WireName): number => wireByName(wire).port;

let server: TestServer;
let data: string;

beforeAll(async () => {
  server = await startTestServer();
  data = join(server.folder, 'data');
  await mkdir(join(data, 'certs'), { recursive: true });
  await writeFile(join(data, 'certs', 'ca.pem'), server.ca);
  await writeFile(join(data, 'psk.keys'), `${TEST_KEY.id}:${toHex(TEST_KEY.key)}\n`, { mode: 0o600 });
});
afterAll(() => server.close());
beforeEach(() => announce({}));
afterEach(() => rm(addressesFile(data), { force: true }));

/** Writes the addresses as a workbench would, with the id of this process. */
async function announce(change: object): Promise<void> {
  const wires = server.server.addresses;
  await writeFile(
    addressesFile(data),
    JSON.stringify({ pid: process.pid, web: 'http://127.0.0.1:1/', wires, ...change }),
  );
}

async function place(wire: WireName, port?: number, flags: Partial<ChatFlags> = {}): Promise<string> {
  const target = await targetFor(wire, port, { wire, data, ...flags }, () => undefined);
  return `${target.host}:${target.port}`;
}

describe('a client without a port', () => {
  it.each(WIRE_NAMES)('connects to the workbench’s %s wire', async (wire) => {
    const { port } = server.address(wire);
    expect(await place(wire)).toBe(`localhost:${port}`);
    expect(await place(wire, undefined, { host: '127.0.0.1' })).toBe(`127.0.0.1:${port}`);
  });

  it.each(WIRE_NAMES)('uses the default port of the %s wire when no workbench runs', async (wire) => {
    await announce({ pid: 2 ** 30 });
    expect(await place(wire)).toBe(`localhost:${usualPort(wire)}`);
    await rm(addressesFile(data));
    expect(await place(wire)).toBe(`localhost:${usualPort(wire)}`);
  });

  it('uses the default port of another machine', async () => {
    expect(await place('tls', undefined, { host: 'chat.example' })).toBe('chat.example:5557');
    expect(await place('tls', undefined, { host: '192.0.2.1' })).toBe('192.0.2.1:5557');
  });

  it.each([
    ['0.0.0.0', 'localhost'],
    ['::', 'localhost'],
    ['192.0.2.7', '192.0.2.7'],
  ])('reaches a workbench that listens on %s as %s', async (host, reached) => {
    const wires = Object.fromEntries(WIRE_NAMES.map((wire) => [wire, { host, port: 7001 }]));
    await announce({ wires });
    expect(await place('tls')).toBe(`${reached}:7001`);
  });
});

describe('the likely cause is named when', () => {
  const target = (flags: Partial<ChatFlags>, wire: WireName = 'tls') =>
    targetFor(wire, flags.port, { wire, data, ...flags }, () => undefined);
  const failure = async (given: Awaited<ReturnType<typeof target>>): Promise<string> => {
    const client = new ChatClient({ ...given, name: 'lost', reconnect: false });
    return client.connect().then(
      () => 'connected',
      (error: unknown) => (error as Error).message,
    );
  };

  it('nothing listens, and no server runs on the data folder', async () => {
    await rm(addressesFile(data));
    const said = await failure({ ...(await target({})), port: 1 });
    expect(said).toContain(
      `No server runs on the data folder ${data}. If the server runs with --data FOLDER`,
    );
    // A person who gives a port knows where to connect.
    expect(await failure(await target({ port: 1 }))).not.toContain('--data');
  });

  it('the certificate is from another authority', async () => {
    const elsewhere = join(server.folder, 'elsewhere');
    await ensureCertificates(elsewhere, { hosts: ['localhost'], now: new Date() });
    const ca = join(elsewhere, 'ca.pem');
    expect(await failure(await target({ ca }))).toContain(
      `The CA file ${ca} may belong to another server. If the server runs with --data FOLDER`,
    );
  });

  it('the key is another one', async () => {
    const pskFile = join(server.folder, 'other.keys');
    await writeFile(pskFile, `${TEST_KEY.id}:${'77'.repeat(32)}\n`, { mode: 0o600 });
    expect(await failure(await target({ pskFile }, 'psk'))).toContain(
      `The key file ${pskFile} may belong to another server. If the server runs with --data FOLDER`,
    );
  });

  it.each([
    ['tls', 'certs/ca.pem'],
    ['psk', 'psk.keys'],
  ] as const)('the data folder has nothing for the %s wire', async (wire, name) => {
    const empty = join(server.folder, 'empty');
    await expect(target({ data: empty }, wire)).rejects.toThrow(
      `${join(empty, name)} does not exist. If the server runs with --data FOLDER, give the same --data here`,
    );
  });
});

it('a given port takes precedence', async () => {
  expect(await place('tls', 7000)).toBe('localhost:7000');
});

it('/wire switches to the port of the workbench’s other wire', async () => {
  const flags = { wire: 'plain', data, host: '127.0.0.1' } as const;
  const target = (wire: WireName, port?: number) => targetFor(wire, port, flags, () => undefined);
  const client = new ChatClient({ ...(await target('plain')), name: 'mover' });
  await client.connect();
  const printed: string[] = [];
  const context = {
    client,
    colors: pc.createColors(false),
    print: (line: string) => void printed.push(line),
    targetFor: target,
    ask: () => Promise.resolve(undefined),
    oldest: new Map<string, number>(),
    quit: () => undefined,
  };
  for (const wire of ['tls', 'tls+psk', 'psk'] as const) {
    await runSlash(`/wire ${wire}`, context);
    expect([client.wire, client.port]).toEqual([wire, server.address(wire).port]);
  }
  await runSlash('/wire psk', context);
  await expect(runSlash('/wire tls 0', context)).rejects.toThrow('0 is not a port');
  expect(printed).toEqual(['You are already on the psk wire.']);
  await client.close();
});
