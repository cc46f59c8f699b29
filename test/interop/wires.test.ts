/** The real program and independent tools: openssl and nc as clients, tshark as the onlooker. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ChatClient } from '#client/chat-client';
import type { Direction } from '#dissect/model';
import { toHex, utf8 } from '#protocol/bytes';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { describeWith } from '../support/programs/needs.ts';
import { Program, type Ready, startServe, targetOf } from '../support/programs/program.ts';
import { ToolClient } from '../support/programs/tool-client.ts';
import { Tshark } from '../support/captures/tshark.ts';

const run = promisify(execFile);

let data: string;
let serve: Program;
let ready: Ready;
const tools: ToolClient[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-wires-'));
  ({ program: serve, ready } = await startServe(data));
}, 120_000);
afterEach(async () => {
  for (const tool of tools.splice(0)) await tool.stop();
});
afterAll(async () => {
  serve.child.kill('SIGKILL');
  await serve.finished;
  await rm(data, { recursive: true, force: true });
});

function placeOf(wire: WireName): Ready['wires'][number] {
  return ready.wires.find((row) => row.wire === wire) as Ready['wires'][number];
}

function tool(command: string, ...args: string[]): ToolClient {
  const started = new ToolClient(command, args);
  tools.push(started);
  return started;
}

async function chat(wire: WireName, name: string): Promise<ChatClient> {
  const client = new ChatClient({ ...(await targetOf(ready, wire)), name });
  await client.connect();
  return client;
}

describeWith(['openssl'], 'openssl s_client on the tls wire', ({ openssl }) => {
  const connect = (...more: string[]): ToolClient => {
    const { host, port } = placeOf('tls');
    const checks = ['-CAfile', ready.ca, '-verify_return_error', '-verify_hostname', 'localhost'];
    return tool(openssl, 's_client', '-quiet', '-connect', `${host}:${port}`, ...checks, ...more);
  };

  it.each([['-tls1_3'], ['-tls1_2']])('joins the chat with %s', async (version) => {
    const client = connect(version);
    client.say({ type: 'join', name: `openssl${version}` });
    expect(await client.hear('welcome')).toMatchObject({ wire: 'tls' });
    expect(await client.hear('joined')).toMatchObject({ name: `openssl${version}`, room: 'lobby' });
  });

  it.each([
    ['TLS 1.1', ['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'], 'alert protocol version'],
    ['CBC', ['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA'], 'alert handshake failure'],
    ['no forward secrecy', ['-tls1_2', '-cipher', 'AES256-GCM-SHA384'], 'alert handshake failure'],
  ])('is refused by the server with %s', async (_, options, alert) => {
    const client = connect(...options);
    client.say({ type: 'join', name: 'too-old' });
    expect(await client.ended()).not.toBe(0);
    expect(client.stderr).toContain(alert);
    expect(client.printed).toBe('');
  });
});

describeWith(['openssl'], 'openssl verify', ({ openssl }) => {
  const verify = (...name: string[]) => {
    const strict = ['-purpose', 'sslserver', '-x509_strict'];
    return run(openssl, ['verify', '-CAfile', ready.ca, ...strict, ...name, join(data, 'certs/server.pem')]);
  };

  it.each([
    ['-verify_hostname', 'localhost'],
    ['-verify_hostname', hostname()],
    ['-verify_ip', '127.0.0.1'],
    ['-verify_ip', '::1'],
  ])('accepts the certificate of the server with %s %s', async (option, name) => {
    expect((await verify(option, name)).stdout).toMatch(/: OK\n$/);
  });

  it('refuses it for another name', async () => {
    await expect(verify('-verify_hostname', 'elsewhere.example')).rejects.toThrow(/hostname mismatch/);
  });

  it('finds in the folder the certificate that the server shows', async () => {
    const { host, port } = placeOf('tls');
    const shown = run(openssl, ['s_client', '-connect', `${host}:${port}`, '-CAfile', ready.ca]);
    shown.child.stdin?.end();
    const [pem] =
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec((await shown).stdout) ?? [];
    const { stdout } = await run(openssl, ['x509', '-in', join(data, 'certs/server.pem')]);
    expect(pem).toBe(stdout.trim());
  });
});

describeWith(['nc'], 'nc on the plain wire', ({ nc }) => {
  const connect = (): ToolClient => {
    const { host, port } = placeOf('plain');
    return tool(nc, host, String(port));
  };

  it('is greeted in words before it has said anything', async () => {
    const client = connect();
    await client.hear('welcome');
    expect(client.printed).toMatch(/Welcome to Wireglass\. You are on the plain wire; your name would be /);
  });

  it('talks with a client of the library', async () => {
    const friend = await chat('psk', 'friend');
    const heard = heardFrom(friend, 'netcat');
    const client = connect();
    client.say({ type: 'join', name: 'netcat' });
    await client.hear('joined');
    client.say({ type: 'say', text: 'hello from nc', ref: '1' });
    await client.hear('ack');
    expect(await heard).toBe('hello from nc');
    await friend.say('hello, nc');
    expect(await client.hear('message')).toMatchObject({ from: 'friend', text: 'hello, nc', via: 'psk' });
    await friend.close();
  });

  it('shares a room with the library and with the terminal client, who is an account', async () => {
    const friend = await chat('tls', 'lib');
    await friend.join('trio');
    const client = connect();
    client.say({ type: 'join', name: 'cat', room: 'trio' });
    await client.hear('joined');
    const password = join(data, 'password');
    await writeFile(password, 'correct horse battery\n', { mode: 0o600 });
    const adding = new Program(['users', 'add', 'ana', '--password-file', password, '--data', data]);
    expect((await adding.finished).code).toBe(0);
    const login = ['--login', 'ana', '--password-file', password, '--wire', 'tls+psk'];
    const terminal = new Program(['chat', '--data', data, '--room', 'trio', '--json', ...login]);
    expect(await client.hear('member_joined')).toMatchObject({ name: 'ana', via: 'tls+psk' });
    const heard = heardFrom(friend, 'ana');
    terminal.child.stdin.write('hello from a terminal\n');
    expect(await heard).toBe('hello from a terminal');
    expect(await client.hear('message')).toMatchObject({ from: 'ana', text: 'hello from a terminal' });
    client.say({ type: 'say', text: 'hello from nc', room: 'trio', ref: '2' });
    await client.hear('ack');
    await friend.say('hello from the library', { room: 'trio' });
    while (!terminal.stdout.includes('hello from the library')) await once(terminal.child.stdout, 'data');
    terminal.child.stdin.end();
    const { code, stdout } = await terminal.finished;
    expect(code).toBe(0);
    const texts = stdout.split('\n').flatMap((line) => /"text":"(hello[^"]*)"/.exec(line)?.[1] ?? []);
    expect(texts.filter((text) => !text.includes('terminal'))).toEqual([
      'hello from nc',
      'hello from the library',
    ]);
    await friend.close();
  });
});

describe('a capture of all four wires', () => {
  const said = (wire: WireName): string => `Ω says this on the ${wire} wire`;
  const ports = {} as Record<WireName, number>;
  let file: string;

  beforeAll(async () => {
    for (const wire of WIRE_NAMES) {
      const client = await chat(wire, `on-${wire.replace('+', '-')}`);
      ports[wire] = client.localPort as number;
      await client.say(said(wire));
      await client.close();
    }
    file = join(data, 'four.pcapng');
    const capture = new Program(['capture', '--web', ready.url, '--data', data, '--out', file]);
    const { code, stderr } = await capture.finished;
    if (code !== 0) throw new Error(stderr);
  });

  describeWith(['tshark'], 'read by tshark', ({ tshark }) => {
    const shark = new Tshark(tshark);
    const streamOf = (wire: WireName) => shark.streamOf(file, ports[wire], placeOf(wire).port);

    it('has no fault, no wrong checksum and nothing unusual for TCP', async () => {
      expect(await shark.faults(file)).toEqual([]);
      expect(await shark.find(file, 'tcp.analysis.flags')).toEqual([]);
      expect((await shark.find(file, 'tcp.checksum.status == 1')).length).toBeGreaterThan(8);
    });

    it.each(['tls', 'tls+psk'] as const)('decrypts the %s wire as wireglass inspect does', async (wire) => {
      const records = (await inspected(file)).filter(inFlowOf(wire));
      const ours = { c2s: plainData(records, 'c2s'), s2c: plainData(records, 's2c') };
      const theirs = await shark.follow(file, 'tls', ports[wire], await streamOf(wire));
      expect(ours).toEqual(theirs);
      if (wire === 'tls') expect(theirs.c2s).toContain(toHex(utf8(said(wire))));
      expect(Math.min(theirs.c2s.length, theirs.s2c.length)).toBeGreaterThan(200);
    });

    it('sees on the plain wire what was said, and not on the others', async () => {
      for (const wire of WIRE_NAMES) {
        const { c2s } = await shark.follow(file, 'tcp', ports[wire], await streamOf(wire));
        expect(c2s.includes(toHex(utf8(said(wire)))), wire).toBe(wire === 'plain');
      }
    });
  });

  it.each(WIRE_NAMES)('is opened on the %s wire by wireglass inspect', async (wire) => {
    const says = (await inspected(file)).filter(inFlowOf(wire)).flatMap(framesIn).filter(isSay);
    expect(says.map(({ raw }) => Buffer.from(raw, 'hex').toString())).toEqual([
      expect.stringContaining(said(wire)),
    ]);
  });

  /** Every client has joined under the name of its wire, on a flow of its own. */
  function inFlowOf(wire: WireName): (record: Shown, index: number, all: Shown[]) => boolean {
    return (record, _, all) => {
      const talk = all.filter(({ flow }) => flow === record.flow).flatMap(framesIn);
      return talk.some((frame) => isSay(frame) && frame.raw.includes(toHex(utf8(said(wire)))));
    };
  }
});

/** A unit as `wireglass inspect --json` prints it. */
interface Shown {
  readonly flow: number;
  readonly dir: Direction;
  readonly layer: 'frame' | 'record' | 'segment' | 'handshake' | 'alert';
  readonly title: string;
  readonly raw: string;
  readonly state: string;
  readonly plain?: string;
  readonly inner: readonly Shown[];
}

async function inspected(file: string): Promise<Shown[]> {
  const { code, stdout, stderr } = await new Program(['inspect', file, '--json', '--show-secrets']).finished;
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Shown);
}

/** What the records of one direction opened to, in hex, without the handshake and the alerts. */
function plainData(records: readonly Shown[], dir: Direction): string {
  return records
    .filter((record) => record.dir === dir && record.state === 'opened')
    .filter(({ inner }) => inner.every(({ layer }) => layer === 'frame' || layer === 'record'))
    .map(({ plain }) => plain ?? '')
    .join('');
}

function framesIn(unit: Shown): Shown[] {
  return unit.layer === 'frame' ? [unit] : unit.inner.flatMap(framesIn);
}

function isSay({ title }: Shown): boolean {
  return title === 'say';
}

async function heardFrom(client: ChatClient, name: string): Promise<string> {
  for await (const event of client) {
    if (event.type === 'message' && event.from === name) return event.text;
  }
  throw new Error('the client closed');
}
