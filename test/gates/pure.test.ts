import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { impurities } from './purity.ts';
import { PURE_ROOMS } from './rooms.ts';
import { ROOT, readSources } from './sources.ts';

describe('pure folders', () => {
  const pure = [...readSources()].filter(
    ([path]) => PURE_ROOMS.some((room) => path.startsWith(`${room}/`)) && !path.endsWith('.test.ts'),
  );

  it('hold code', () => {
    const paths = pure.map(([path]) => path);
    expect(paths).toContain('server/protocol/frame.ts');
    expect(paths).toContain('server/channel/psk/channel.ts');
  });

  it('reach for no host, no clock and no randomness', () => {
    expect(pure.flatMap(([path, text]) => impurities(path, text))).toEqual([]);
  });

  it('are what tsconfig.pure.json compiles', () => {
    const { config } = readConfig();
    expect(config.include).toEqual(expect.arrayContaining([...PURE_ROOMS]));
    expect(config.compilerOptions).toMatchObject({ types: [] });
    expect(JSON.stringify(config.compilerOptions)).not.toMatch(/dom/i);
  });
});

describe('the scan finds', () => {
  it.each([
    ["import { connect } from 'node:net';", 'imports node:net'],
    ["import fs from 'fs';", 'imports fs'],
    ["export { createHash } from 'crypto';", 'imports crypto'],
    ["import { ref } from 'vue';", 'imports vue'],
    ["type Socket = import('node:net').Socket;", 'imports node:net'],
    ["const b = Buffer.from('x');", 'uses Buffer'],
    ['let b: Buffer;', 'uses Buffer'],
    ['const e = { process };', 'uses process'],
    ["document.title = 'x';", 'uses document'],
    ['globalThis.crypto.getRandomValues(x);', 'uses globalThis'],
    ['setTimeout(() => 0, 1);', 'uses setTimeout'],
    ['const t = Date.now();', 'uses Date.now'],
    ['const t = new Date();', 'uses the clock by Date()'],
    ['const r = Math.random();', 'uses Math.random'],
    ["console.log('x');", 'uses console'],
  ])('%s', (code, finding) => {
    expect(impurities('server/protocol/bad.ts', `\n${code}`)).toEqual([
      `server/protocol/bad.ts:2 ${finding}`,
    ]);
  });

  it.each([
    "import * as v from 'valibot';",
    "import { gcm } from '@noble/ciphers/aes.js';",
    "import { toHex } from '#protocol/bytes';",
    'const day = new Date(now);',
    'interface Step { process: number; readonly window: number }',
    'flow.window.process();',
    'function on(location: string) { return location; }',
    "// Buffer, process, 'node:net'",
    "const s = 'Buffer';",
  ])('nothing in %s', (code) => {
    expect(impurities('server/protocol/good.ts', code)).toEqual([]);
  });
});

describe('the compiler, with the options of tsconfig.pure.json,', () => {
  it.each([
    ["export const b = Buffer.from('x');", "Cannot find name 'Buffer'"],
    ['export const t = document.title;', "Cannot find name 'document'"],
    ["import { connect } from 'node:net'; export const c = connect;", "Cannot find name 'node:net'"],
    ['setTimeout(() => 0, 1);', "Cannot find name 'setTimeout'"],
  ])('refuses %s', (code, message) => {
    expect(compile(code)).toEqual([expect.stringContaining(message)]);
  });

  it('accepts what every host has', () => {
    expect(compile("export const b: Uint8Array = new TextEncoder().encode('x');")).toEqual([]);
  });
});

function readConfig(): {
  config: { include: string[]; compilerOptions: object };
  options: ts.CompilerOptions;
} {
  const path = join(ROOT, 'tsconfig.pure.json');
  const { config } = ts.readConfigFile(path, (file) => ts.sys.readFile(file)) as {
    config: { include: string[]; compilerOptions: object };
  };
  return { config, options: ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options };
}

/** Error messages for `code` as a file of a pure folder. */
function compile(code: string): string[] {
  const { options } = readConfig();
  const bad = join(ROOT, 'server/protocol/imagined.ts');
  const host = ts.createCompilerHost(options);
  const onDisk = ts.createCompilerHost(options);
  host.fileExists = (path) => path === bad || onDisk.fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === bad
      ? ts.createSourceFile(path, code, ts.ScriptTarget.ES2022)
      : onDisk.getSourceFile(path, ...rest);
  const program = ts.createProgram([bad, join(ROOT, 'test/gates/pure-globals.d.ts')], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
