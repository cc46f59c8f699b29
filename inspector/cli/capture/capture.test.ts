import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { fromHex } from '#protocol/bytes';
import {
  SECRET,
  dir,
  out,
  recorder,
  closers,
  serve,
  home,
  capture,
  held,
  useCaptures,
} from '../../../test/support/captures/captures.ts';

useCaptures();

const hasTshark = spawnSync('tshark', ['--version']).status === 0;

describe('a capture', () => {
  it('is written with what the taps hold and its keys, and a summary', async () => {
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

  it('contains what happens during the seconds that it waits', async () => {
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

describe('an existing file', () => {
  it('is left alone', async () => {
    writeFileSync(out, 'precious');
    await expect(capture('--web', home(await serve()))).rejects.toThrow(/already exists; .*--force/);
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect(readdirSync(dir)).toEqual(['chat.pcapng']);
  });

  it('is left alone even if it appears during the capture', async () => {
    const web = await serve();
    const taken = capture('--web', home(web), '--seconds', '1');
    setTimeout(() => writeFileSync(out, 'precious'), 200);
    await expect(taken).rejects.toThrow(/already exists/);
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect(readdirSync(dir)).toEqual(['chat.pcapng']);
  });

  it('is replaced with --force, and only by a complete capture', async () => {
    writeFileSync(out, 'old');
    await expect(capture('--web', 'http://127.0.0.1:1', '--force')).rejects.toThrow('nothing answers at');
    expect(readFileSync(out, 'utf8')).toBe('old');
    await capture('--web', home(await serve()), '--force');
    expect(held().chunks).toEqual(['000000027b7d']);
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

  it('writes to standard output, and its messages to standard error', async () => {
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
