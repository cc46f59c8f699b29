import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../../test/gates/sources.ts';
import { dissector } from '#wireshark/dissector';
import { register } from './wireshark.ts';

const FILE = join(ROOT, 'dist/wireglass.lua');

let dir: string;
let told: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'wireglass-wireshark-'));
  told = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  register(program);
  await program.parseAsync(['wireshark', ...args], { from: 'user' });
}

/** A stand-in for tshark that only knows its folders. */
function fakeTshark(...lines: string[]): void {
  const path = join(dir, 'tshark');
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${lines.join('\n')}\nEND\n`);
  chmodSync(path, 0o755);
  vi.stubEnv('PATH', `${dir}:${process.env['PATH'] ?? ''}`);
}

describe('wireglass wireshark', () => {
  it('makes the dissector, says where it is and how to use it', async () => {
    rmSync(FILE, { force: true });
    await run();
    expect(told.split('\n')[0]).toBe(FILE);
    expect(readFileSync(FILE, 'utf8')).toBe(dissector());
    expect(told).toContain('tshark -X lua_script:');
  });

  it('makes it again when it is out of date', async () => {
    writeFileSync(FILE, '-- of an older version');
    await run();
    expect(readFileSync(FILE, 'utf8')).toBe(dissector());
  });

  it('writes the dissector, and replaces another file only when told to', async () => {
    const out = join(dir, 'copy.lua');
    await run('--out', out);
    expect(readFileSync(out, 'utf8')).toBe(dissector());
    await run('--out', out);
    expect(told).toContain('already up to date');
    writeFileSync(out, 'mine');
    await expect(run('--out', out)).rejects.toThrow(/already exists.*--force/);
    expect(readFileSync(out, 'utf8')).toBe('mine');
    await run('--out', out, '--force');
    expect(readFileSync(out, 'utf8')).toBe(dissector());
  });

  it.runIf(process.platform !== 'win32')('installs into the folder that tshark names', async () => {
    const plugins = join(dir, 'new', 'plugins');
    fakeTshark('Personal Plugins:     \t/nowhere/4.0', `Personal Lua Plugins: \t${plugins}`);
    await run('--install');
    expect(readFileSync(join(plugins, 'wireglass.lua'), 'utf8')).toBe(dissector());
  });

  it.runIf(process.platform !== 'win32')('says so when tshark has no such folder', async () => {
    fakeTshark('Temp:\t/tmp');
    await expect(run('--install')).rejects.toThrow('built without Lua');
  });

  it('does one thing at a time', async () => {
    await expect(run('--install', '--out', join(dir, 'x'))).rejects.toThrow('choose one');
  });
});
