/** Programs that stay open: until they have said something, and how they are ended. */
import type { Finished, Program } from '../programs/program.ts';

/** Resolves with standard output, once `wanted` is in it. */
export async function printed(program: Program, wanted: RegExp): Promise<string> {
  const ended = program.finished.then(({ code, stdout, stderr }) => {
    throw new Error(`it ended with ${String(code)} and did not print ${String(wanted)}: ${stdout}${stderr}`);
  });
  const found = new Promise<string>((resolve) => {
    const look = (): void => {
      if (wanted.test(program.stdout)) resolve(program.stdout);
    };
    program.child.stdout.on('data', look);
    look();
  });
  return Promise.race([found, ended]);
}

/** Ctrl-C. */
export async function interrupted(program: Program): Promise<Finished> {
  program.child.kill('SIGINT');
  return program.finished;
}
