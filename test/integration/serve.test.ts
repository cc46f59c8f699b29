/** The workbench as its users start it: a process with a data folder, ports and signals. */
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseKeyFile } from '#channel/psk/keys';
import { reachableAddresses } from '#web/reach';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { Program, type Ready, UNBOUNDED_RATES, startServe, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';

// A busy machine takes long to start a program.
vi.setConfig({ testTimeout: 120_000 });

let data: string;
const programs: Program[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'wireglass-serve-'));
});
afterEach(async () => {
  for (const program of programs.splice(0)) {
    program.child.kill('SIGKILL');
    await program.finished;
  }
  await rm(data, { recursive: true, force: true });
});

async function serve(...more: string[]): Promise<{ program: Program; ready: Ready }> {
  const started = await startServe(data, ...more);
  programs.push(started.program);
  return started;
}

describe('wireglass serve', () => {
  it('makes its data folder, and a second start finds everything in it again', async () => {
    const first = await serve();
    const made = ['certs/ca.pem', 'certs/server.pem', 'psk.keys', 'web-token'];
    const before = await Promise.all(made.map((name) => readFile(join(data, name), 'utf8')));
    const ana = await Puppet.join(await targetOf(first.ready, 'tls'), 'ana');
    ana.say({ type: 'say', text: 'kept', ref: '1' });
    const { id } = await ana.expect('ack');
    first.program.child.kill('SIGTERM');
    expect(await first.program.finished).toMatchObject({ code: 0 });
    const second = await serve();
    expect(await Promise.all(made.map((name) => readFile(join(data, name), 'utf8')))).toEqual(before);
    const bo = await Puppet.dial(await targetOf(second.ready, 'psk'));
    await bo.expect('welcome');
    bo.say({ type: 'join', name: 'bo' });
    expect((await bo.expect('joined')).messages).toMatchObject([
      { id, text: 'kept', from: 'ana', via: 'tls' },
    ]);
    await bo.close();
  });

  it.skipIf(platform() === 'win32')('keeps the folder to its owner, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      await serve();
    } finally {
      process.umask(before);
    }
    const mode = async (name: string): Promise<string> =>
      ((await stat(join(data, name))).mode & 0o777).toString(8);
    expect(await mode('.')).toBe('700');
    const database = ['chat.sqlite', 'chat.sqlite-wal', 'chat.sqlite-shm'];
    for (const secret of ['psk.keys', 'web-token', 'certs/ca.key', 'certs/server.key', ...database]) {
      expect([secret, await mode(secret)]).toEqual([secret, '600']);
    }
    expect((await readdir(data)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('tells the clients on every wire when it is stopped, and exits 0', async () => {
    const { program, ready } = await serve();
    const clients = await Promise.all(
      WIRE_NAMES.map(async (wire) =>
        Puppet.join(await targetOf(ready, wire), `on-${wire.replace('+', '-')}`),
      ),
    );
    // npm passes on the signal that the terminal has sent to the whole group already.
    program.child.kill('SIGINT');
    program.child.kill('SIGINT');
    for (const client of clients) {
      expect((await client.rest()).at(-1)).toMatchObject({ type: 'bye', reason: 'shutting_down' });
    }
    expect(await program.finished).toMatchObject({ code: 0, signal: null });
  });

  it('refuses a port that was named and is taken, and says what to do', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const program = new Program([
      'serve',
      '--data',
      data,
      '--plain',
      String(port),
      '--psk',
      '0',
      '--tls',
      '0',
      '--tls-psk',
      '0',
      '--web',
      '0',
    ]);
    const { code, stderr } = await program.finished;
    expect(code).toBe(1);
    expect(stderr).toContain(
      `the plain wire cannot listen on 127.0.0.1 port ${port}: another program has this port`,
    );
    blocker.close();
    await once(blocker, 'close');
  });

  it.skipIf(reachableAddresses().length === 0)(
    'prints for other machines what works there as it stands',
    async () => {
      const free = ['plain', 'psk', 'tls', 'tls-psk', 'web'].flatMap((name) => [`--${name}`, '0']);
      const program = new Program(['serve', '--data', data, '--host', '0.0.0.0', ...free]);
      programs.push(program);
      await vi.waitFor(() => expect(program.stdout).toContain('#token='), 60_000);
      const { stdout } = program;
      expect(stdout).not.toContain('0.0.0.0');
      const fetched = new Map<string, string>();
      for (const [, header = '', file = '', url = ''] of stdout.matchAll(
        /curl -f -H '(.*)' -o (\S+) (\S+)/g,
      )) {
        const [name = '', value = ''] = header.split(/: (.*)/);
        const answer = await fetch(url, { headers: { [name]: value } });
        expect([url, answer.status]).toEqual([url, 200]);
        await writeFile(join(data, file), await answer.text(), { mode: 0o600 });
        fetched.set(file, join(data, file));
      }
      expect([...fetched.keys()]).toEqual(['ca.pem', 'demo-psk.keys']);
      const line = /npx wireglass (chat --wire tls --host .*)/.exec(stdout)?.[1] ?? 'no line';
      const words = line.split(' ').map((word) => fetched.get(word) ?? word);
      const chat = new Program([...words, '--name', 'mia', '--data', join(data, 'none')]);
      chat.child.stdin.end('from elsewhere\n');
      expect(await chat.finished).toMatchObject({ code: 0 });
      const keys = parseKeyFile(await readFile(join(data, 'demo-psk.keys'), 'utf8'));
      expect(keys).toEqual(parseKeyFile(await readFile(join(data, 'psk.keys'), 'utf8')));
    },
    120_000,
  );

  it('falls back to a free port where none was named, and says so', async () => {
    const blocker = createServer();
    const mine = await new Promise<boolean>((resolve) => {
      blocker.once('error', () => resolve(false)).listen(5555, '127.0.0.1', () => resolve(true));
    });
    const program = new Program([
      'serve',
      '--data',
      data,
      '--psk',
      '0',
      '--tls',
      '0',
      '--tls-psk',
      '0',
      '--web',
      '0',
      '--log',
      'silent',
    ]);
    programs.push(program);
    expect(await program.line()).toMatch(/^created /);
    program.child.kill('SIGTERM');
    const { stdout, code } = await program.finished;
    expect(stdout).toMatch(/port 5555 is in use: the plain wire is on \d+/);
    expect(code).toBe(0);
    if (mine) blocker.close();
  });

  it('serves without a tap, and prints traffic only with one', async () => {
    const { ready } = await serve('--no-tap');
    for (const { port, server, tapped } of ready.wires) expect([tapped, server.port]).toEqual([false, port]);
    const ana = await Puppet.join(await targetOf(ready, 'tls+psk'), 'ana');
    await ana.close();
    const program = new Program(['serve', '--data', data, '--no-tap', '--log-traffic']);
    expect(await program.finished).toMatchObject({ code: 1 });
  });

  it.each(['65536', '-1', 'http', '1.5', ''])('refuses the port %j', async (port) => {
    const { code, stderr } = await new Program(['serve', '--data', data, '--web', port]).finished;
    expect(code).toBe(1);
    expect(stderr).toContain('a port, 0 to 65535');
  });

  it('prints raw hex beside the decrypted text, for every wire', async () => {
    const { program, ready } = await serve('--log-traffic', '--log', 'silent');
    const frames = new Map<WireName, string>();
    let text = '';
    program.child.stdout.on('data', (chunk: string) => (text += chunk));
    for (const wire of WIRE_NAMES) {
      const ana = await Puppet.join(await targetOf(ready, wire), `ana-${wire.replace('+', '-')}`);
      ana.say({ type: 'say', text: `secret on ${wire}`, ref: '1' });
      await ana.expect('ack');
      await ana.close();
    }
    program.child.kill('SIGTERM');
    await program.finished;
    for (const wire of WIRE_NAMES) {
      const line = text
        .split('\n')
        .find(
          (row) =>
            row.includes(` ${wire} `) &&
            row.includes(`"text":"secret on ${wire}"`) &&
            row.includes('→ server'),
        );
      frames.set(wire, line ?? '');
    }
    const hexOfText = Buffer.from('secret on').toString('hex');
    expect(frames.get('plain')).toMatch(new RegExp(`[0-9a-f]+${hexOfText}[0-9a-f]+ {2}│ \\{"type":"say"`));
    expect(frames.get('psk')).toMatch(/ {2}17[0-9a-f]{60,} {2}│ \{"type":"say"/);
    expect(frames.get('tls')).toMatch(/ {2}170303[0-9a-f]{60,} {2}│ \{"type":"say"/);
    expect(frames.get('tls+psk')).toMatch(/ {2}170303[0-9a-f]{60,} {2}│ \{"type":"say"/);
    for (const wire of ['psk', 'tls', 'tls+psk'] as const) expect(frames.get(wire)).not.toContain(hexOfText);
  });
});

describe('kill -9', () => {
  it('loses nothing that was acknowledged, and doubles nothing that is sent again', async () => {
    const first = await serve(...UNBOUNDED_RATES);
    const ana = await Puppet.dial(await targetOf(first.ready, 'tls'));
    await ana.expect('welcome');
    ana.say({ type: 'join', name: 'ana' });
    const { token } = await ana.expect('joined');
    for (let i = 0; i < 1_000; i++) ana.say({ type: 'say', text: `number ${i}`, ref: `r${i}` });
    const acks = new Map<string, number>();
    while (acks.size < 500) {
      const { ref, id } = await ana.expect('ack');
      acks.set(ref as string, id);
    }
    first.program.child.kill('SIGKILL');
    for (const message of await ana.rest())
      if (message.type === 'ack') acks.set(message.ref as string, message.id);
    const second = await serve(...UNBOUNDED_RATES);
    const again = await Puppet.dial(await targetOf(second.ready, 'tls'));
    await again.expect('welcome');
    again.say({ type: 'join', name: 'ana', token, after: 0, limit: 0 });
    await again.expect('joined');
    for (let i = 0; i < 1_000; i++) again.say({ type: 'say', text: `number ${i}`, ref: `r${i}` });
    for (let i = 0; i < 1_000; i++) {
      const { ref, id } = await again.expect('ack');
      expect(acks.get(ref as string) ?? id).toBe(id);
    }
    const stored = await everything(again);
    expect(stored.map(({ text }) => text)).toEqual(Array.from({ length: 1_000 }, (_, i) => `number ${i}`));
    await again.close();
  });
});

async function everything(puppet: Puppet): Promise<readonly { id: number; text: string }[]> {
  const messages: { id: number; text: string }[] = [];
  for (;;) {
    puppet.say({ type: 'history', after: messages.at(-1)?.id ?? 0 });
    const page = await puppet.expect('history');
    messages.push(...page.messages);
    if (!page.more) return messages;
  }
}
