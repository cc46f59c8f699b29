/** A wire is one row: with another row in a copy of the project, everything knows a fifth wire, psk inside psk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { Program } from '../support/programs/program.ts';
import { ProjectCopy } from '../support/programs/project-copy.ts';

const ROW = `  {
    name: 'psk+psk',
    layers: ['psk', 'psk'],
    port: 5559,
    promise: 'a shared key, twice',
    description: 'the psk channel inside another',
  },
`;
const VITEST = 'node_modules/vitest/vitest.mjs';

// It builds the program and the page, and runs suites in programs of their own.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

describe('a fifth wire, added by one row,', () => {
  let copy: ProjectCopy;
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'wireglass-fifth-'));
    copy = await ProjectCopy.make();
    await copy.insert('server/protocol/wires.ts', '] as const satisfies', ROW);
    await copy.run('--import', 'tsx', 'server/cli/start.ts', '--build-only');
  });
  afterAll(async () => {
    await copy.remove();
    await rm(data, { recursive: true, force: true });
  });

  const start = (...args: readonly string[]): Program => new Program(args, {}, copy.launcher);

  it('passes the conformance suite of the wires', async () => {
    const report = await copy.run(VITEST, 'run', 'test/conformance/wires.test.ts', '-t', 'psk\\+psk wire');
    expect(report).toMatch(/Tests +\d+ passed/);
  });

  it('carries a chat in the terminal, and its records open in a capture', async () => {
    const free = ['web', 'plain', 'psk', 'tls', 'tls-psk', 'psk-psk'].flatMap((name) => [`--${name}`, '0']);
    const server = start('serve', '--data', data, ...free, '--json');
    expect(await server.line()).toContain('"wire":"psk+psk"');

    const chat = start('chat', '--wire', 'psk+psk', '--data', data, '--guest');
    chat.child.stdin.end('a word in two envelopes\n');
    const said = await chat.finished;
    expect([said.code, said.stderr]).toEqual([
      0,
      expect.stringContaining('psk, aes-256-gcm; psk, aes-256-gcm'),
    ]);

    const file = join(data, 'fifth.pcapng');
    expect(await start('capture', '--data', data, '--out', file).finished).toMatchObject({ code: 0 });
    const shown = await start('inspect', file, '--tree', '--filter', 'msg.text contains "two envelopes"')
      .finished;
    expect(shown.stdout).toMatch(
      / → say {2}opened .* record psk .* psk say .* frame .* text +a word in two envelopes/s,
    );
    server.child.kill('SIGTERM');
    expect(await server.finished).toMatchObject({ code: 0 });
  });

  describeWith(['chromium'], 'in a browser', () => {
    it('is on the page, where its messages open with the keys, and without them do not', async () => {
      const report = await copy.run(
        VITEST,
        'run',
        'test/e2e/workbench.test.ts',
        '-t',
        'every wire|content away',
      );
      expect(report).toMatch(/Tests +2 passed/);
    });
  });
});
