/** A chat client in Python, written from the two specification pages, on the psk wire of the real server. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SOUND_SUITES } from '#channel/psk/suites';
import type { ChatClient } from '#client/chat-client';
import { toHex } from '#protocol/bytes';
import type { Server, ServerMessage } from '#protocol/messages';
import { PASSWORD, POLICY, connected, open } from '../support/chat/account-clients.ts';
import { describeWith } from '../support/programs/needs.ts';
import { type LogLine, TEST_KEY, type TestServer, startTestServer } from '../support/servers/server.ts';

const SCRIPT = fileURLToPath(new URL('psk_client.py', import.meta.url));
const GREETING = 'Grüße aus Köln, 😀 שלום';

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-python-'));
  server = await startTestServer({ policy: POLICY });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describeWith(['python3'], 'a chat client in Python, written from the specification,', ({ python3 }) => {
  it('logs in to an account and talks with one of our own clients, in both directions', async () => {
    const ben = await registered('ben', 'tls');
    await (await registered('ana', 'psk')).close();
    const python = await start(['--account', 'ana', '--password-file', '-']);
    python.enter(PASSWORD);
    expect(await python.hear('welcome')).toMatchObject({ wire: 'psk', protocol: 1, members: ['ben'] });
    expect(await python.hear('auth_success')).toMatchObject({ name: 'ana', token: '(secret)' });
    expect(await python.hear('joined')).toMatchObject({ room: 'lobby', members: ['ben', 'ana'] });

    const heard = next(ben, 3);
    python.enter(`say ${GREETING}`, 'say second', '{"type":"say","text":"third","ref":"mine"}');
    expect(await heard).toEqual([
      ['ana', GREETING, 'psk'],
      ['ana', 'second', 'psk'],
      ['ana', 'third', 'psk'],
    ]);
    for (const ref of ['python-1', 'python-2', 'mine']) {
      expect(await python.hear('ack')).toMatchObject({ ref });
    }

    for (const text of [GREETING, 'two\nlines', '😀'.repeat(2_000)]) {
      await ben.say(text);
      expect(await python.hear('message')).toMatchObject({ from: 'ben', account: true, text, via: 'tls' });
    }

    const gone = disconnected();
    python.enter('say good-bye', 'quit');
    expect(await python.ended()).toEqual({ code: 0, stderr: '' });
    expect(python.printed).not.toContain(PASSWORD);
    expect(await gone).toMatchObject({ code: 'done' });
    const { messages } = await ben.history({ limit: 1 });
    expect(messages.map(({ from, text }) => [from, text])).toEqual([['ana', 'good-bye']]);
  });

  it.each(SOUND_SUITES)('says and hears as a guest in $name', async ({ name }) => {
    const friend = await connected('tls', {}, server);
    const python = await start(['--suite', name, '--name', 'python']);
    await python.hear('joined');
    const heard = next(friend, 1);
    python.enter('say hello');
    expect(await heard).toEqual([['python', 'hello', 'psk']]);
    await friend.say(GREETING);
    expect(await python.hear('message')).toMatchObject({ text: GREETING });
    const gone = disconnected();
    python.enter('quit');
    expect(await python.ended()).toEqual({ code: 0, stderr: '' });
    expect(await gone).toMatchObject({ code: 'done' });
  });

  it('gets the coded error for a wrong password, and leaves in an orderly way', async () => {
    const gone = disconnected();
    const python = await start(['--account', 'ana', '--password-file', '-']);
    python.enter('not the password');
    expect(await python.hear('auth_failed')).toMatchObject({ code: 'bad_credentials', ref: 'login' });
    const { code, stderr } = await python.ended();
    expect([code, stderr]).toEqual([1, expect.stringContaining('bad_credentials')]);
    expect(await gone).toMatchObject({ code: 'done' });
  });

  it('refuses a server with another key under the same id, and tells it why', async () => {
    const gone = disconnected();
    const python = await start([], `${TEST_KEY.id}:${'a5'.repeat(32)}`);
    const { code, stderr } = await python.ended();
    expect([code, stderr]).toEqual([1, expect.stringContaining('key_confirmation_failed')]);
    expect(python.printed).toBe('');
    expect(await gone).toMatchObject({ code: 'key_confirmation_failed' });
  });

  it('is refused by the server with a key that the server does not know', async () => {
    const gone = disconnected();
    const python = await start([], `unknown:${toHex(TEST_KEY.key)}`);
    const { code, stderr } = await python.ended();
    expect([code, stderr]).toEqual([1, expect.stringContaining('unknown_key_id')]);
    expect(await gone).toMatchObject({ code: 'unknown_key_id' });
  });

  /** A key file as `serve` writes it, and the program with it. */
  async function start(args: string[], key = `${TEST_KEY.id}:${toHex(TEST_KEY.key)}`) {
    const file = join(folder, 'psk.keys');
    await writeFile(file, `# Shared keys of the psk wires, one per line: key-id:hex.\n${key}\n`, {
      mode: 0o600,
    });
    const { host, port } = server.address('psk');
    const python = new PythonClient(python3, [host, String(port), '--key-file', file, ...args]);
    open.push(python);
    return python;
  }
});

/** An account with one of our own clients on it. */
async function registered(name: string, wire: 'tls' | 'psk'): Promise<ChatClient> {
  const client = await connected(wire, {}, server);
  await client.account.register(name, PASSWORD);
  return client;
}

/** The next `count` messages from others: who, what, and on which wire. */
function next(client: ChatClient, count: number): Promise<[from: string, text: string, via: string][]> {
  return new Promise((resolve) => {
    const heard: [string, string, string][] = [];
    const stop = client.subscribe((event) => {
      if (event.type !== 'message') return;
      heard.push([event.from, event.text, event.via]);
      if (heard.length < count) return;
      stop();
      resolve(heard);
    });
  });
}

/** What the server logs about the next end of a connection on its psk wire. */
function disconnected(): Promise<LogLine> {
  const earlier = new Set(server.log);
  return server.logged((line) => !earlier.has(line) && line.wire === 'psk' && line.msg === 'disconnected');
}

/** The program: commands go in as lines, and messages come out as lines of JSON. */
class PythonClient {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;
  #printed = '';
  #stderr = '';

  constructor(python3: string, args: readonly string[]) {
    this.#child = spawn(python3, ['-B', SCRIPT, ...args]);
    this.#closed = once(this.#child, 'close');
    this.#child.stdout.on('data', (data: Buffer) => (this.#printed += data.toString()));
    this.#child.stderr.on('data', (data: Buffer) => (this.#stderr += data.toString()));
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  get printed(): string {
    return this.#printed;
  }

  enter(...lines: string[]): void {
    for (const line of lines) this.#child.stdin.write(`${line}\n`);
  }

  /** The next message of this type; those before it are passed over. Rejects when the program ends without one. */
  async hear<T extends ServerMessage['type']>(type: T): Promise<Server<T>> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`it ended without ${type}: ${this.#stderr}`);
      const message = JSON.parse(value) as ServerMessage;
      if (message.type === type) return message as Server<T>;
    }
  }

  async ended(): Promise<{ code: number | null; stderr: string }> {
    await this.#closed;
    return { code: this.#child.exitCode, stderr: this.#stderr };
  }

  async close(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
