/**
 * The suites that exist to be broken, on a real server: a replay that the chat itself does not stop, and kept where they belong. What
 * else breaks them is in the matrix of attacks.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Mallory } from '#attacks/mallory/mallory';
import { dial } from '#client/connect/dial';
import {
  SOUND_SUITES,
  SUITES,
  type Suite,
  type SuiteName,
  WEAK_SUITES,
  suiteByName,
  suiteTitle,
} from '#channel/psk/suites';
import { readCapture } from '#dissect/capture/read';
import { Dissection } from '#dissect/index';
import { EMPTY, showUtf8 } from '#protocol/bytes';
import type { WireRow } from '#web/operator/answers';
import { Program, startServe, targetOf } from '../support/programs/program.ts';
import { Puppet, type TestServer, startTestServer } from '../support/servers/server.ts';

// A busy machine takes long to start a program.
vi.setConfig({ testTimeout: 120_000 });

const suite = (name: SuiteName): Suite => suiteByName(name) as Suite;

let server: TestServer;
let mallory: Mallory;
const peers: Puppet[] = [];

beforeAll(async () => {
  server = await startTestServer({ suites: SUITES });
  mallory = await Mallory.between(server.address('psk'), 'psk');
});
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()));
});
afterAll(async () => {
  await mallory.close();
  await server.close();
});

/** A client whose connection Mallory has. */
async function victim(weak: Suite): Promise<Puppet> {
  const peer = await Puppet.dial(server.target('psk', { ...mallory.address, suite: weak }));
  peers.push(peer);
  await peer.expect('welcome');
  return peer;
}

async function member(name: string): Promise<Puppet> {
  const peer = await Puppet.join(server.target('tls'), name);
  peers.push(peer);
  return peer;
}

describe('a weak suite on a real server', () => {
  it('aes-256-gcm-static delivers a message without a reference again when Mallory replays its record', async () => {
    const bo = await member('bo');
    const ana = await victim(suite('aes-256-gcm-static'));
    ana.say({ type: 'join', name: 'ana' });
    await ana.expect('joined');
    ana.say({ type: 'say', text: 'pay 10 to bo' });
    await ana.expect('ack');
    const said = mallory.heard.findLast(({ towards }) => towards === 'server');
    mallory.send(mallory.newest, 'server', said?.bytes ?? EMPTY);
    const heard: string[] = [];
    while (heard.length < 2) {
      const message = await bo.next();
      if (message?.type === 'message') heard.push(`${message.from}: ${message.text}`);
    }
    expect(heard).toEqual(['ana: pay 10 to bo', 'ana: pay 10 to bo']);
  });
});

describe('weak suites are kept where they belong', () => {
  it.each(SOUND_SUITES)('a server accepts $name without being asked', async (sound: Suite) => {
    const { socket, protection } = await dial(server.target('psk', { suite: sound }));
    expect(protection).toBe(`psk, ${sound.name}`);
    await socket.close();
  });

  it.each(WEAK_SUITES)(
    'a server accepts $name only if asked, and both sides say that it is weak',
    async (weak: Suite) => {
      const { socket, protection } = await dial(server.target('psk', { suite: weak }));
      expect(protection).toBe(`psk, ${weak.name} (weak: ${weak.weak})`);
      await socket.close();
      const sound = await startTestServer();
      await expect(dial(sound.target('psk', { suite: weak }))).rejects.toMatchObject({
        code: 'no_common_suite',
      });
      await sound.close();
    },
  );

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org'])(
    'a server with one does not listen on %s',
    async (host) => {
      await expect(server.server.listen('plain', { host, port: 0 })).rejects.toThrow(
        /aes-256-cbc, .* are weak suites, for lessons on this machine, but others can reach .*: listen on 127\.0\.0\.1.*--weak-suites-on-lan/,
      );
    },
  );

  it('a server with one listens on 0.0.0.0 when that is said separately', async () => {
    const shared = await startTestServer({ suites: SUITES, weakSuitesOnLan: true });
    await shared.server.stopWire('psk');
    const { host } = await shared.server.listen('psk', { host: '0.0.0.0', port: 0 });
    expect(host).toBe('0.0.0.0');
    await shared.close();
  });

  it.each(['192.0.2.1', 'example.org', '0.0.0.0'])(
    'a client with one does not connect to %s',
    async (host) => {
      const lookup = vi.fn();
      const target = server.target('psk', { host, suite: suite('aes-256-cbc'), lookup });
      await expect(dial(target)).rejects.toMatchObject({ code: 'weak_suite' });
      expect(lookup).not.toHaveBeenCalled();
    },
  );
});

describe('wireglass serve --weak-suites', () => {
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'wireglass-weak-'));
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  it.each([
    [
      ['--weak-suites', 'aes-256-cbc', '--host', '0.0.0.0'],
      /aes-256-cbc is a weak suite, .*listen on 127\.0\.0\.1.* a second time with --weak-suites-on-lan/,
    ],
    [
      ['--weak-suites-on-lan', '--host', '0.0.0.0'],
      /--weak-suites-on-lan .* cannot be used without that option/,
    ],
    [['--weak-suites', 'aes-256-gcm'], /--weak-suites: expected any of aes-256-cbc, aes-256-gcm-static, /],
    [['--weak-suites', ''], /--weak-suites: expected any of aes-256-cbc, /],
  ])('%s is refused, with the reason', async (args, reason) => {
    const { code, stderr } = await new Program(['serve', '--data', data, ...args]).finished;
    expect(code).not.toBe(0);
    expect(stderr).toMatch(reason);
  });

  it('lets others reach a weak suite when that is said twice, and both sides say so', async () => {
    const asked = ['--weak-suites', 'aes-256-cbc', '--weak-suites-on-lan', '--host', '0.0.0.0'];
    const { program, ready } = await startServe(data, ...asked);
    expect(ready).toMatchObject({ weakSuites: ['aes-256-cbc'], weakSuitesOnLan: true });
    expect(program.stderr).toContain('others can reach weak suites');
    const rows = await new Program(['wires', '--json', '--data', data]).finished;
    const shown = (JSON.parse(rows.stdout) as WireRow[]).map((row) => [
      row.weak_suites.join(),
      row.weak_on_lan,
    ]);
    expect(shown).toEqual([
      ['', false],
      ['aes-256-cbc', true],
      ['', false],
      ['aes-256-cbc', true],
    ]);
    // Not every machine has an address that others reach.
    const [host = '0.0.0.0'] = ready.hosts;
    const target = { ...(await targetOf(ready, 'psk')), host, suite: suite('aes-256-cbc') };
    await expect(dial(target)).rejects.toMatchObject({ code: 'weak_suite' });
    const { socket, protection } = await dial({ ...target, weakSuitesOnLan: true });
    expect(protection).toContain('aes-256-cbc (weak: ');
    await socket.close();
    program.child.kill('SIGTERM');
    expect(await program.finished).toMatchObject({ code: 0 });
  });

  it('says which weak suites are accepted, and its capture opens what was said in every suite', async () => {
    const names = WEAK_SUITES.map(({ name }) => name);
    const { program, ready } = await startServe(data, '--weak-suites', names.join(','));
    expect(ready.weakSuites).toEqual(names);
    for (const { name } of SUITES) {
      const child = new Program(['chat', '--wire', 'psk', '--suite', name, '--data', data]);
      child.child.stdin.end(`said in ${name}\n`);
      const { code, stderr } = await child.finished;
      expect([code, stderr]).toEqual([0, expect.stringContaining(`(psk, ${suiteTitle(suite(name))})`)]);
    }
    const file = join(data, 'talk.pcapng');
    await new Program(['capture', '--web', ready.url, '--data', data, '--out', file]).finished;
    program.child.kill('SIGTERM');
    expect(await program.finished).toMatchObject({ code: 0 });

    const dissection = new Dissection();
    dissection.addAll(readCapture(await readFile(file)).events);
    const psk = dissection.flows.filter(({ cipher }) => cipher.startsWith('psk, '));
    expect(psk.map(({ cipher }) => cipher)).toEqual(SUITES.map((each) => `psk, ${suiteTitle(each)}`));
    const said = psk.map(({ id }) => dissection.records(id).find(({ title }) => title === 'say'));
    expect(said.map((record) => record?.state)).toEqual(SUITES.map(() => 'opened'));
    said.forEach((record, i) =>
      expect(showUtf8(record?.plain ?? new Uint8Array())).toContain(`said in ${SUITES[i]?.name}`),
    );
  });
});
