/** A command of `wireglass`, run in this process: what it prints, and the exit code it would end with. */
import { Command } from 'commander';
import { vi } from 'vitest';

export interface Ran {
  readonly code: number;
  readonly out: string;
  /** What the program would say on standard error. */
  readonly error: string;
}

/** `register` is the one of the command's module. The output is as in a pipe: plain columns. */
export async function runCommand(
  register: (program: Command) => void,
  ...args: readonly string[]
): Promise<Ran> {
  const lines: string[] = [];
  const print = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  const program = new Command('wireglass').exitOverride().configureOutput({ writeErr: () => undefined });
  register(program);
  // `exitOverride` counts for commands that are made after it, and these copy it.
  try {
    await program.parseAsync(args, { from: 'user' });
    return { code: Number(process.exitCode ?? 0), out: lines.join('\n'), error: '' };
  } catch (error) {
    const { exitCode = 1, message } = error as { exitCode?: number; message: string };
    return { code: exitCode, out: lines.join('\n'), error: message };
  } finally {
    process.exitCode = undefined;
    print.mockRestore();
  }
}
