/** The command `capture` against a page whose taps hold something. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { pino } from 'pino';
import { afterEach, beforeEach, vi } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { Recorder } from '#tap/recorder';
import { type Web, startWeb } from '#web/web';
import { fromHex, toHex } from '#protocol/bytes';
import { register } from '#inspector-cli/capture/capture';

export const TOKEN = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const SECRET = `CLIENT_RANDOM ${'0a'.repeat(32)} ${'0b'.repeat(48)}`;

export let dir: string;
export let out: string;
export let recorder: Recorder;
let told: string;
export const closers: (() => Promise<unknown>)[] = [];

/** Gives each test of the file a folder, a recorder with something in it, and an end to what it started. */
export function useCaptures(): void {
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
}

export const serve = async (host = '127.0.0.1', tapped = true): Promise<Web> => {
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

export const home = (web: Web) => `http://127.0.0.1:${web.address.port}`;

/** Runs the command in this process. Resolves with what it printed; rejects as it does. */
export const capture = async (...args: string[]): Promise<string> => {
  const program = new Command().exitOverride();
  register(program);
  const data = args.includes('--data') ? [] : ['--data', join(dir, 'no-data')];
  await program.parseAsync(['capture', '--out', out, ...data, ...args], { from: 'user' });
  return told;
};

export const held = (path = out) => {
  const { events } = readCapture(readFileSync(path));
  const chunks = events.flatMap((event) => (event.kind === 'chunk' ? [toHex(event.bytes)] : []));
  const secrets = events.flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
  return { chunks, secrets };
};
