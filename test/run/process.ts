/** Child processes by argument list, never through a shell, so that they work the same on every system. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Done by the process itself, so that those that it starts do so, too. */
const GIVE_WAY = `data:text/javascript,import { setPriority } from 'node:os'; setPriority(${constants.priority.PRIORITY_BELOW_NORMAL});`;

/**
 * For programs that make many objects which soon are garbage: with the room for new ones that Node has by default, a tenth
 * and more of the processor's time goes into collecting them.
 */
const ROOM_FOR_NEW_OBJECTS = '--max-semi-space-size=64';

const require = createRequire(import.meta.url);

export interface Outcome {
  readonly ok: boolean;
  /** What it printed, both streams in order; empty when it printed to the terminal itself. */
  readonly output: string;
}

/** Runs a program to its end. Resolves with the outcome, even when it could not be started. */
export function run(program: string, args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => {
      const end = signal === null ? '' : `ended by ${signal}\n`;
      resolve({ ok: code === 0, output: output + end });
    });
  });
}

/** Runs a command of an installed package with this same Node, without `npx`. */
export function runBin(name: string, args: readonly string[], options: SpawnOptions = {}): Promise<Outcome> {
  return run(process.execPath, [binPath(name), ...args], options);
}

/** The same in the time that others leave. */
export function runBinBeside(name: string, args: readonly string[]): Promise<Outcome> {
  return run(process.execPath, [ROOM_FOR_NEW_OBJECTS, '--import', GIVE_WAY, binPath(name), ...args]);
}

function binPath(command: string): string {
  const packageName = command === 'tsc' ? 'typescript' : command;
  const manifestPath = require.resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifestPath, 'utf8')) as { bin: string | Record<string, string> };
  const file = typeof bin === 'string' ? bin : bin[command];
  if (file === undefined) throw new Error(`${packageName} brings no command ${command}`);
  return join(dirname(manifestPath), file);
}
