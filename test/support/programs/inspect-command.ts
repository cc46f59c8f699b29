/** `wireglass inspect`, as a process of its own or, much faster, called in this one. */
import { spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { vi } from 'vitest';
import { register } from '#inspector-cli/inspect';
import { LAUNCHER } from '#data-folder/project';
import { EMPTY } from '#protocol/bytes';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Reader {
  readonly readBytes?: number;
  readonly input?: Uint8Array;
}

/** Runs the real program; `readBytes` closes its standard output after this many bytes, as `head` does. */
export function started(
  args: readonly string[],
  { readBytes = Infinity, input = EMPTY }: Reader = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [LAUNCHER, 'inspect', ...args], { env: { ...process.env, CI: '1' } });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
    if (out.length >= readBytes) child.stdout.destroy();
  });
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}

let before: Promise<unknown> = Promise.resolve();

/** Runs the command in this process, one call after the other, because there is only one standard output. */
export function inspect(args: readonly string[]): Promise<Outcome> {
  const run = before.then(() => called(args));
  before = run.catch(() => undefined);
  return run;
}

async function called(args: readonly string[]): Promise<Outcome> {
  let [out, err] = ['', ''];
  const writeOut = (text: string): void => void (out += text);
  const writeErr = (text: string): void => void (err += text);
  const program = new Command('wireglass')
    .exitOverride()
    .configureOutput({ writeOut, writeErr, getOutHelpWidth: () => 80 });
  register(program);
  const spies = [
    vi.spyOn(process, 'stdout', 'get').mockReturnValue(collector(writeOut) as never),
    vi.spyOn(process, 'stderr', 'get').mockReturnValue(collector(writeErr) as never),
  ];
  try {
    await program.parseAsync(['inspect', ...args], { from: 'user' });
    return { code: 0, out, err };
  } catch (error) {
    if (error instanceof CommanderError) return { code: error.exitCode, out, err };
    // What the program does with an error that a command throws.
    return { code: 1, out, err: `${err}wireglass: ${(error as Error).message}\n` };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** In place of standard output: no terminal, as when it is piped. */
function collector(take: (text: string) => void): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      take(chunk.toString());
      done();
    },
  });
}
