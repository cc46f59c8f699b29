/** Runs the commands that a key schedule shows, in a shell, and compares what they print with what is shown. */
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { expect } from 'vitest';
import type { Derivation } from '#dissect/key-schedule/derivation';

/** Paths of the programs that the commands need. */
export type Programs = Readonly<Record<'openssl' | 'python3', string>>;

export function expectRecomputed(programs: Programs, derivations: readonly Derivation[]): void {
  const lines = printed(programs, derivations);
  expect(Object.fromEntries(derivations.map(({ id }, i) => [id, lines[i]]))).toEqual(
    Object.fromEntries(derivations.map(({ id, output }) => [id, output])),
  );
  expect(derivations.filter(({ length, output }) => output.length !== 2 * length)).toEqual([]);
}

/** What the commands print, one line each. */
function printed({ openssl, python3 }: Programs, derivations: readonly Derivation[]): string[] {
  const script = derivations.map(({ command }) => `echo "$(${command})"`).join('\n');
  const PATH = [openssl, python3]
    .map(dirname)
    .concat(process.env['PATH'] ?? '')
    .join(delimiter);
  const { stdout, stderr } = spawnSync('sh', {
    input: script,
    encoding: 'utf8',
    env: { ...process.env, PATH },
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}
