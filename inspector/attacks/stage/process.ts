/** A process of its own in which attacks are played, with a folder for its temporary files. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface Performer {
  readonly child: ChildProcess;
  /** Resolves when the process has ended, and its files are removed. */
  readonly gone: Promise<unknown>;
}

/** `program`: what starts Wireglass. `temporary`: where the folder is made. */
export async function startPerformer(program: string, temporary: string): Promise<Performer> {
  const folder = await mkdtemp(join(temporary, 'wireglass-stage-'));
  const child = fork(program, ['attack', '--for-page'], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--max-old-space-size=384'],
    env: { ...process.env, TMPDIR: folder },
    // Ctrl-C reaches every process of a terminal: this one is ended by its parent.
    detached: process.platform !== 'win32',
  });
  child.on('error', () => undefined);
  const gone = once(child, 'exit').then(() => rm(folder, { recursive: true, force: true }));
  return { child, gone };
}

/** Ends it at once. Resolves when nothing of it is left. */
export async function dismiss({ child, gone }: Performer): Promise<void> {
  child.kill('SIGKILL');
  await gone;
}
