/** The program as scripts use it: a process with its input, output and exit code. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Cutter, startCutter } from '../../test/support/flows/cutter.ts';
import { Puppet, TEST_KEY, type TestServer, startTestServer } from '../../test/support/servers/server.ts';
import { ensureCertificates } from '#certs/ensure';
import { toHex } from '#protocol/bytes';
import { WIRE_NAMES, type WireName } from '#protocol/messages';

const ROOT = join(import.meta.dirname, '../..');
let server: TestServer;
let data: string;
const children = new Set<ChildProcessWithoutNullStreams>();
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await startTestServer();
  data = join(server.folder, 'data');
  await mkdir(join(data, 'certs'), { recursive: true });
  await writeFile(join(data, 'certs', 'ca.pem'), server.ca);
  const other = await ensureCertificates(join(server.folder, 'other'), {
    hosts: ['localhost'],
    now: new Date(),
  });
  await writeFile(join(data, 'other-ca.pem'), other.ca);
  await writeFile(join(data, 'psk.keys'), `${TEST_KEY.id}:${toHex(TEST_KEY.key)}\n`, { mode: 0o600 });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(() => server.close());

interface Run {
  readonly child: ChildProcessWithoutNullStreams;
  readonly out: Promise<string>;
  readonly err: Promise<string>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

function chat(
  wire: WireName,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  port = server.address(wire).port,
): Run {
  const flags = [
    'chat',
    '--wire',
    wire,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--data',
    data,
    ...args,
  ];
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/cli/main.ts', ...flags], {
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  children.add(child);
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => {
      children.delete(child);
      resolve(code ?? signal);
    });
  });
  return { child, out: text(child.stdout).catch(() => ''), err: text(child.stderr), ended };
}

async function finished(run: Run): Promise<{ out: string; err: string; code: number | string | null }> {
  return { out: await run.out, err: await run.err, code: await run.ended };
}

const objects = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Resolves with the first line of output that matches `wanted`. */
function line({ child }: Run, stream: 'stdout' | 'stderr', wanted: RegExp): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: child[stream] }).on('line', (each) => wanted.test(each) && resolve(each));
  });
}

describe('with standard input piped', () => {
  it.each(WIRE_NAMES)(
    'sends each line over the %s wire, and exits when all is acknowledged',
    async (wire) => {
      const puppet = await Puppet.join(server.target('plain'), `puppet-${WIRE_NAMES.indexOf(wire)}`);
      const run = chat(wire, ['--name', `pipe-${WIRE_NAMES.indexOf(wire)}`]);
      run.child.stdin.end('one\n\n/two\nthree without an end');
      const { out, err, code } = await finished(run);
      expect([out, code]).toEqual(['', 0]);
      expect(err).toContain(`connected: ${wire} wire`);
      await puppet.expect('member_joined');
      for (const said of ['one', '/two', 'three without an end']) {
        expect(await puppet.expect('message')).toMatchObject({
          from: `pipe-${WIRE_NAMES.indexOf(wire)}`,
          text: said,
          via: wire,
        });
      }
      await puppet.close();
    },
  );

  it('prints messages from others as text, one per line, with nothing that a terminal would obey', async () => {
    const run = chat('plain', ['--room', 'text']);
    await line(run, 'stderr', /connected/);
    const puppet = await Puppet.join(server.target('tls'), 'writer');
    puppet.say({ type: 'join', room: 'text' });
    await puppet.expect('joined');
    puppet.say({ type: 'say', room: 'text', text: 'a \x1b[31mred\x1b[0m\nline', ref: 'r' });
    await puppet.expect('ack');
    run.child.stdin.end('bye\n');
    const { out, code } = await finished(run);
    expect(out).toMatch(/^\d\d:\d\d:\d\d #text writer: a \[31mred\[0m ⏎ line\n$/);
    expect(code).toBe(0);
    await puppet.close();
  });

  it('prints events as JSON', async () => {
    const run = chat('psk', ['--json', '--name', 'jason', '--room', 'json']);
    run.child.stdin.end('first\nsecond\n');
    const { out, code } = await finished(run);
    const events = objects(out);
    expect(code).toBe(0);
    expect(events.map(({ type, state }) => state ?? type)).toEqual([
      'connecting',
      'welcome',
      'joined',
      'open',
      'sent',
      'sent',
      'closed',
    ]);
    expect(events.at(-2)).toEqual({
      type: 'sent',
      id: expect.any(Number) as number,
      ref: expect.any(String) as string,
      room: 'json',
      ts: expect.any(Number) as number,
    });
    const again = chat('tls', ['--json', '--room', 'json', '--history', '1']);
    again.child.stdin.end();
    expect(objects((await finished(again)).out).filter(({ type }) => type === 'message')).toMatchObject([
      { room: 'json', from: 'jason', text: 'second', via: 'psk', replay: true },
    ]);
  });

  it('reports the lost connection and the new one, and sends what was typed in the meantime', async () => {
    const path: Cutter = await startCutter(server.address('tls'));
    open.push(path);
    const run = chat('tls', ['--room', 'cut'], {}, path.port);
    await line(run, 'stderr', /connected/);
    path.cut();
    run.child.stdin.end('survivor\n');
    const { err, code } = await finished(run);
    expect(code).toBe(0);
    expect(err).toMatch(/the connection was lost .*\n.*resumed: tls wire/s);
  });

  it('exits with 0 when the program that reads its output ends', async () => {
    const run = chat('plain', ['--json']);
    await line(run, 'stdout', /"open"/);
    run.child.stdout.destroy();
    run.child.stdin.write('one\n');
    expect(await run.ended).toBe(0);
    expect(await run.err).not.toContain('EPIPE');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves at %s with %i', async (signal, code) => {
    const run = chat('plain');
    await line(run, 'stderr', /connected/);
    run.child.kill(signal);
    expect(await run.ended).toBe(code);
  });
});

describe('what goes wrong', () => {
  const wrong: [string, number, RegExp, () => Run][] = [
    [
      'a server that is not there',
      1,
      /127\.0\.0\.1:1 \(plain wire\): the connection was refused/,
      () => chat('plain', [], {}, 1),
    ],
    [
      'another CA',
      1,
      /certificate does not lead to the CA|self-signed/,
      () => chat('tls', ['--ca', join(data, 'other-ca.pem')]),
    ],
    [
      'another key',
      1,
      /do not hold the same key.*right key file/s,
      () => chat('psk', [], { WIREGLASS_PSK: `${TEST_KEY.id}:${'00'.repeat(32)}` }),
    ],
    ['a key that is none', 2, /WIREGLASS_PSK: line 1: /, () => chat('psk', [], { WIREGLASS_PSK: 'abc' })],
    [
      'a key file that is not there',
      2,
      /the key file \/nowhere does not exist/,
      () => chat('tls+psk', ['--psk-file', '/nowhere']),
    ],
    ['no CA anywhere', 2, /needs the CA .* does not exist/, () => chat('tls', ['--data', '/nowhere'])],
    [
      'a name that is not allowed',
      1,
      /name has characters .*Choose another name/,
      () => chat('plain', ['--name', '<b>']),
    ],
    [
      'a line that is too long',
      1,
      /cannot be said \(it has 4001 characters\)/,
      () => {
        const run = chat('plain');
        run.child.stdin.write(`${'x'.repeat(4_001)}\nstill sent\n`);
        return run;
      },
    ],
    [
      'a suite that is not known',
      1,
      /'aes-256' is invalid\. Allowed choices are aes-256-gcm, aes-256-eax, /,
      () => chat('psk', ['--suite', 'aes-256']),
    ],
    [
      'a suite on a wire that has none',
      2,
      /--suite is for the psk wires: the tls wire has no suites/,
      () => chat('tls', ['--suite', 'aes-256-eax']),
    ],
    [
      'a weak suite that the server was not asked to accept',
      1,
      /ended the connection: no_common_suite\. .*--weak-suites/,
      () => chat('psk', ['--suite', 'aes-256-cbc']),
    ],
    [
      'a weak suite on a network',
      1,
      /192\.0\.2\.1.*this suite is too weak for a network \(aes-256-cbc \(weak: no MAC/,
      () => chat('psk', ['--suite', 'aes-256-cbc', '--host', '192.0.2.1']),
    ],
    [
      'a sound suite that is to be used like a weak one',
      2,
      /--weak-suites-on-lan is for a weak suite: name one with --suite/,
      () => chat('psk', ['--weak-suites-on-lan']),
    ],
    ['a port that is none', 1, /whole number from 1 to 65535/, () => chat('plain', ['--port', '0x'])],
  ];

  it.each(wrong)('%s: exit code %i and %s', async (_, code, message, start) => {
    const run = start();
    run.child.stdin.end();
    const result = await finished(run);
    expect(result.err).toMatch(message);
    expect([result.out, result.code]).toEqual(['', code]);
  });

  it('warns of a key file that others can read', async () => {
    const file = join(data, 'open.keys');
    await writeFile(file, `${TEST_KEY.id}:${toHex(TEST_KEY.key)}\n`);
    await chmod(file, 0o644);
    const run = chat('psk', ['--psk-file', file]);
    run.child.stdin.end('fine\n');
    const { err, code } = await finished(run);
    expect([code, err]).toEqual([0, expect.stringContaining('chmod 600')]);
  });
});
