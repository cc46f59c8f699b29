import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Subpaths,
  cycles,
  danglingImports,
  forbiddenArrows,
  packagesUsed,
  readGraph,
  relativeCrossings,
} from './graph.ts';
import { ARROWS, roomOf } from './rooms.ts';
import { ROOT, importsOf, readSources } from './sources.ts';

interface Manifest {
  readonly imports: Subpaths;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

describe('the import graph', () => {
  const graph = readGraph(readSources(), manifest.imports);

  it('is read from real files', () => {
    expect([...graph.files]).toContain('server/protocol/frame.ts');
    expect(graph.edges.map(({ from, to }) => `${from} ${to}`)).toContain(
      'server/channel/psk/channel.ts server/protocol/byte-queue.ts',
    );
  });

  it('has every file in a room', () => {
    expect([...graph.files].filter((path) => roomOf(path) === undefined)).toEqual([]);
  });

  it('has only the arrows that the table allows', () => expect(forbiddenArrows(graph)).toEqual([]));

  it('has no cycle', () => expect(cycles(graph)).toEqual([]));

  it('crosses rooms by subpath', () => expect(relativeCrossings(graph)).toEqual([]));

  it('leads to files that exist', () => expect(danglingImports(graph)).toEqual([]));

  it('uses only packages that package.json declares', () => {
    const declared = { ...manifest.dependencies, ...manifest.devDependencies };
    expect([...packagesUsed(graph)].filter(([name]) => !Object.hasOwn(declared, name))).toEqual([]);
  });
});

describe('the table of rooms', () => {
  it('has no cycle itself', () => {
    const rooms = new Map(Object.keys(ARROWS).map((room) => [`${room}/index.ts`, imports(room)]));
    expect(cycles(readGraph(rooms, {}))).toEqual([]);
  });

  function imports(room: string): string {
    const up = room.replace(/[^/]+/g, '..');
    const targets: readonly string[] = ARROWS[room as keyof typeof ARROWS];
    return targets
      .map((target) => `import '${up}/${target.replace(/\/[^/]+\.ts$/, '')}/index.ts';`)
      .join('\n');
  }
});

describe('the checks find', () => {
  const check = (files: Record<string, string>) =>
    readGraph(new Map(Object.entries(files)), {
      '#protocol/*': './server/protocol/*.ts',
      '#tap/*': './inspector/tap/*.ts',
    });

  it('an arrow against the direction', () => {
    const graph = check({
      'server/protocol/a.ts': "import type { Tap } from '#tap/tap';",
      'inspector/tap/tap.ts': '',
    });
    expect(forbiddenArrows(graph)).toEqual([
      'server/protocol/a.ts:1 imports #tap/tap: server/protocol may not import from inspector/tap',
    ]);
  });

  it('an import of a test or of a command', () => {
    const graph = check({
      'server/runtime/a.ts': "import '../support/programs/tools.ts';",
      'client/lib/b.ts': "export * from '../cli/chat.ts';",
      'server/protocol/c.ts': "export { x } from './d.test.ts';",
    });
    expect(forbiddenArrows(graph)).toHaveLength(3);
  });

  it('all of a room when one of its files is allowed', () => {
    const graph = check({
      'client/cli/a.ts': "import '../../server/accounts/password-strength.ts';",
      'client/cli/b.ts': "import '../../server/accounts/passwords.ts';",
    });
    expect(forbiddenArrows(graph).map((found) => found.split(' ')[0])).toEqual(['client/cli/b.ts:1']);
  });

  it('a file that is in no room', () => {
    expect(roomOf('server/utils/a.ts')).toBeUndefined();
    expect(forbiddenArrows(check({ 'server/protocol/a.ts': "import '../utils/b.ts';" }))).toHaveLength(1);
  });

  it.each([
    [
      'two files',
      { 'certs/a.ts': "import './b.ts';", 'certs/b.ts': "import './a.ts';" },
      'certs/a.ts → certs/b.ts → certs/a.ts',
    ],
    ['a file with itself', { 'certs/a.ts': "await import('./a.ts');" }, 'certs/a.ts → certs/a.ts'],
    [
      'types alone',
      {
        'certs/c.ts': "import type { A } from './b.ts';",
        'certs/b.ts': "export type B = import('./d.ts').D;",
        'certs/d.ts': "export type { C } from './c.ts';",
      },
      'certs/b.ts → certs/d.ts → certs/c.ts → certs/b.ts',
    ],
  ])('a cycle of %s', (_, files: Record<string, string>, cycle) => {
    expect(cycles(check(files))).toEqual([cycle]);
  });

  it('a relative path where a subpath leads', () => {
    const graph = check({ 'server/channel/a.ts': "import { F } from '../protocol/frame.ts';" });
    expect(relativeCrossings(graph)).toEqual([
      'server/channel/a.ts:1 imports ../protocol/frame.ts: write #protocol/frame',
    ]);
  });

  it('a file that is not there, and a package that nobody declared', () => {
    const graph = check({ 'certs/a.ts': "import './gone.ts';\nimport '@scope/some/part.js';" });
    expect(danglingImports(graph)).toEqual(['certs/a.ts:1 imports ./gone.ts: there is no certs/gone.ts']);
    expect([...packagesUsed(graph)]).toEqual([['@scope/some', 'certs/a.ts:2']]);
  });
});

describe('imports are read from', () => {
  it.each([
    ["import './a.ts'", './a.ts'],
    ["import x, { type y } from './a.ts'", './a.ts'],
    ["export * as z from './a.ts'", './a.ts'],
    ["import x = require('./a.ts')", './a.ts'],
    ["const x = require('./a.ts')", './a.ts'],
    ["type X = import('./a.ts').X", './a.ts'],
    ['void import(`./a.ts`)', './a.ts'],
    ["new Worker(new URL('./a.ts', import.meta.url), { type: 'module' })", './a.ts'],
  ])('%s', (code, specifier) => {
    expect(importsOf('a/b.ts', code)).toEqual([{ specifier, line: 1 }]);
  });

  it('both script blocks of a .vue file, with their lines', () => {
    const vue =
      "<script lang=\"ts\">\nimport './a.ts';\n</script>\n\n<script setup lang=\"ts\">\nimport B from './B.vue';\n</script>\n<template><B>import './no.ts'</B></template>\n";
    expect(importsOf('x/A.vue', vue)).toEqual([
      { specifier: './a.ts', line: 2 },
      { specifier: './B.vue', line: 6 },
    ]);
  });

  it('neither comments nor strings', () => {
    expect(importsOf('a.ts', "// import './a.ts'\nconst s = \"import './b.ts'\";")).toEqual([]);
  });
});
