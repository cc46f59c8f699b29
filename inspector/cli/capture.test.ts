import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readCapture } from '#dissect/pcapng-read';
import { Recorder } from '#tap/recorder';
import { type Web, startWeb } from '#web/web';
import { fromHex, toHex } from '#wire/bytes';
import { register } from './capture.ts';

const TOKEN = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const SECRET = `CLIENT_RANDOM ${'0a'.repeat(32)} ${'0b'.repeat(48)}`;
const hasTshark = spawnSync('tshark', ['--version']).status === 0;

let dir: string;
let out: string;
let recorder: Recorder;
let told: string;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wireglass-capture-'));
  out = join(dir, 'chat.pcapng');
  recorder = new Recorder();
  const client = { address: '127.0.0.1', port: 40_000 };
  const server = { address: '127.0.0.1', port: 5555 };
  recorder.record({ kind: 'flow', flow: 1, wire: 'plain', time: 1_700_000_000_000, client, server });
  recorder.record({
    kind: 'chunk',
    flow: 1,
    dir: 'c2s',
    time: 1_700_000_000_001,
    bytes: fromHex('00000002 7b7d'),
  });
  recorder.secret(SECRET);
  told = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
  rmSync(dir, { recursive: true, force: true });
});

const serve = async (host = '127.0.0.1', tapped = true): Promise<Web> => {
  const web = await startWeb({
    host,
    port: 0,
    token: TOKEN,
    staticDir: dir,
    version: '1.2.3',
    wires: [],
    recorder: tapped ? recorder : undefined,
    relay: { ca: '', keys: [] },
    log: pino({ enabled: false }),
  });
  closers.push(() => web.close());
  return web;
};

const home = (web: Web) => `http://127.0.0.1:${web.address.port}`;

/** Runs the command in this process. Resolves with what it printed; rejects as it does. */
const capture = async (...args: string[]): Promise<string> => {
  const program = new Command().exitOverride();
  register(program);
  const data = args.includes('--data') ? [] : ['--data', join(dir, 'no-data')];
  await program.parseAsync(['capture', '--out', out, ...data, ...args], { from: 'user' });
  return told;
};

const held = (path = out) => {
  const { events } = readCapture(readFileSync(path));
  const chunks = events.flatMap((event) => (event.kind === 'chunk' ? [toHex(event.bytes)] : []));
  const secrets = events.flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
  return { chunks, secrets };
};

describe('a capture', () => {
  it('is written with what the taps hold and the keys to it, and counted', async () => {
    const said = await capture('--web', home(await serve()));
    expect(held()).toEqual({ chunks: ['000000027b7d'], secrets: [SECRET] });
    const size = statSync(out).size.toLocaleString('en');
    expect(said).toMatch(/chat\.pcapng: \d+ packets, 1 flow, 6 bytes of traffic, 1 secret \(/);
    expect(said).toContain(`(${size} bytes in all)`);
  });

  it('may leave the keys out', async () => {
    await capture('--web', home(await serve()), '--no-keys');
    expect(held()).toEqual({ chunks: ['000000027b7d'], secrets: [] });
  });

  it('is for its owner alone, and leaves nothing else behind', async () => {
    await capture('--web', home(await serve()));
    expect((statSync(out).mode & 0o777).toString(8)).toBe('600');
    expect(readdirSync(dir)).toEqual(['chat.pcapng']);
  });

  it('has what happens in the seconds that it is told to wait', async () => {
    const web = await serve();
    const taken = capture('--web', home(web), '--seconds', '1');
    setTimeout(() => {
      recorder.record({ kind: 'chunk', flow: 1, dir: 's2c', time: 1_700_000_000_002, bytes: fromHex('ff') });
    }, 300);
    await taken;
    expect(held().chunks).toEqual(['000000027b7d', 'ff']);
  });

  it('counts down on a terminal, and clears the line', async () => {
    const isTTY = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
    Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true });
    try {
      const said = await capture('--web', home(await serve()), '--seconds', '1');
      expect(said).toContain('recording, 1 s left');
      expect(said).toContain(`\r\u001b[K${out}: `);
    } finally {
      if (isTTY) Object.defineProperty(process.stderr, 'isTTY', isTTY);
      else Reflect.deleteProperty(process.stderr, 'isTTY');
    }
  });

  it.skipIf(!hasTshark)('is read by tshark without a complaint', async () => {
    await capture('--web', home(await serve()));
    const fields = ['-T', 'fields', '-e', 'tcp.payload', '-Y', 'tcp.payload'];
    const { stdout, status } = spawnSync('tshark', ['-r', out, ...fields]);
    expect([status, stdout.toString().trim()]).toEqual([0, '000000027b7d']);
    const bad = spawnSync('tshark', ['-r', out, '-Y', 'tcp.analysis.flags or _ws.malformed']);
    expect(bad.stdout.toString()).toBe('');
  });
});

describe('a file that is there already', () => {
  it('is left alone', async () => {
    writeFileSync(out, 'precious');
    await expect(capture('--web', home(await serve()))).rejects.toThrow(/is there already; .*--force/);
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect(readdirSync(dir)).toEqual(['chat.pcapng']);
  });

  it('is left alone also when it comes while the capture is taken', async () => {
    const web = await serve();
    const taken = capture('--web', home(web), '--seconds', '1');
    setTimeout(() => writeFileSync(out, 'precious'), 200);
    await expect(taken).rejects.toThrow(/is there already/);
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect(readdirSync(dir)).toEqual(['chat.pcapng']);
  });

  it('is replaced by --force, and only by a whole capture', async () => {
    writeFileSync(out, 'old');
    await expect(capture('--web', 'http://127.0.0.1:1', '--force')).rejects.toThrow('nothing answers at');
    expect(readFileSync(out, 'utf8')).toBe('old');
    await capture('--web', home(await serve()), '--force');
    expect(held().chunks).toEqual(['000000027b7d']);
  });
});

describe('the token', () => {
  it('comes from the start link', async () => {
    const web = await serve('0.0.0.0');
    await capture('--web', `${home(web)}/#token=${TOKEN}`);
    expect(held().chunks).toHaveLength(1);
  });

  it('comes from the environment', async () => {
    vi.stubEnv('WIREGLASS_TOKEN', TOKEN);
    await capture('--web', home(await serve('0.0.0.0')));
    expect(held().chunks).toHaveLength(1);
  });

  it('comes from the data folder for a page on this machine', async () => {
    const data = join(dir, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'web-token'), `${TOKEN}\n`);
    await capture('--web', home(await serve('0.0.0.0')), '--data', data);
    expect(held().chunks).toHaveLength(1);
  });

  it('is asked for in words when it is missing, and nothing is written', async () => {
    const taken = capture('--web', home(await serve('0.0.0.0')));
    await expect(taken).rejects.toThrow(/asks for its token: .*WIREGLASS_TOKEN/);
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('what goes wrong is said with what to do', () => {
  const answering = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
    const server: Server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(
      () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(resolve);
        }),
    );
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it('nothing listens', async () => {
    await expect(capture('--web', 'http://127.0.0.1:1')).rejects.toThrow(
      /nothing answers at http:\/\/127\.0\.0\.1:1; is the workbench running/,
    );
    expect(readdirSync(dir)).toEqual([]);
  });

  it('the server has no tap', async () => {
    await expect(capture('--web', home(await serve('127.0.0.1', false)))).rejects.toThrow(
      /gives no capture: the server runs without a tap/,
    );
  });

  it('something else listens', async () => {
    const other = await answering((_, response) => response.end('<html>hello</html>'));
    await expect(capture('--web', other)).rejects.toThrow(/is not a Wireglass page; .*--web/);
  });

  it('what comes is no capture', async () => {
    const broken = await answering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-pcapng' }).end('hello');
    });
    await expect(capture('--web', broken)).rejects.toThrow(/neither a pcapng nor a pcap file/);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('the server goes away half-way', async () => {
    const dying = await answering((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-pcapng', 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    await expect(capture('--web', dying)).rejects.toThrow(/went away before the capture was whole/);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('there is no such folder, said before a second is waited', async () => {
    const taken = capture('--web', home(await serve()), '--seconds', '3600', '--out', join(dir, 'no', 'f'));
    await expect(taken).rejects.toThrow(/cannot write .*: there is no folder/);
  });

  it.each([
    ['--seconds', '-1'],
    ['--seconds', '3601'],
    ['--seconds', 'soon'],
    ['--web', 'localhost:8080'],
    ['--web', 'nowhere'],
  ])('%s %s', async (option, value) => {
    await expect(capture(option, value)).rejects.toMatchObject({ code: 'commander.invalidArgument' });
  });
});

describe('as a program', () => {
  const program = (...args: string[]) => {
    const code = `
      import { Command } from 'commander';
      import { register } from ${JSON.stringify(join(import.meta.dirname, 'capture.ts'))};
      const program = new Command();
      register(program);
      await program.parseAsync(['capture', ...process.argv.slice(1)], { from: 'user' }).catch((error) => {
        console.error(error.message);
        process.exitCode = 1;
      });`;
    return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code, '--', ...args]);
  };

  const textOf = async (stream: AsyncIterable<unknown>) => {
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts);
  };

  it('writes to standard output, and its words elsewhere', async () => {
    const child = program('--out', '-', '--web', home(await serve()));
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
    expect(readCapture(stdout).warnings).toEqual([]);
    expect(stderr.toString()).toMatch(/^standard output: \d+ packets, 1 flow/m);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const begun = vi.fn();
    const waiting = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-pcapng' }).flushHeaders();
      begun();
    }).listen(0, '127.0.0.1');
    await once(waiting, 'listening');
    closers.push(
      () =>
        new Promise((resolve) => {
          waiting.closeAllConnections();
          waiting.close(resolve);
        }),
    );
    const child = program(
      '--out',
      out,
      '--web',
      `http://127.0.0.1:${(waiting.address() as AddressInfo).port}`,
    );
    await vi.waitFor(() => expect(begun).toHaveBeenCalled(), { timeout: 10_000 });
    child.kill('SIGINT');
    const [stderr, [status]] = await Promise.all([
      textOf(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    expect(stderr.toString()).toContain('stopped; nothing was written');
    expect(status).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
  });
});
