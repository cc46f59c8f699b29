/** The same capture file, opened and decrypted by this project's command and by tshark, in turn. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../../../server/cli/wireglass.js', import.meta.url));

export interface Side {
  /** Wall-clock seconds of the whole process, start-up included, one figure per round. */
  readonly seconds: number[];
  /** Application data records that it decrypted. */
  readonly opened: number;
}

export interface Versus {
  readonly ours: Side;
  readonly tshark: Side;
}

export async function versus(file: string, tshark: string, rounds: number): Promise<Versus> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let opened = { ours: 0, theirs: 0 };
  for (let round = 0; round < rounds; round++) {
    const [a, b] = [await timed(() => oursOpened(file)), await timed(() => tsharkOpened(tshark, file))];
    ours.push(a.seconds);
    theirs.push(b.seconds);
    opened = { ours: a.value, theirs: b.value };
  }
  return { ours: { seconds: ours, opened: opened.ours }, tshark: { seconds: theirs, opened: opened.theirs } };
}

interface Kind {
  readonly state: string;
  readonly records: number;
}

async function oursOpened(file: string): Promise<number> {
  const { stdout } = await run(process.execPath, [PROGRAM, 'inspect', file, '--stats', '--json']);
  const total = JSON.parse(stdout.trim().split('\n').at(-1) as string) as { kinds: readonly Kind[] };
  return total.kinds.reduce((sum, { state, records }) => (state === 'opened' ? sum + records : sum), 0);
}

/** It has to decrypt a record to know how long the data in it is. */
async function tsharkOpened(tshark: string, file: string): Promise<number> {
  const fields = ['-T', 'fields', '-e', 'data.len', '-Y', 'data.data'];
  const { stdout } = await run(tshark, ['-n', '-r', file, ...fields], { maxBuffer: 2 ** 28 });
  return stdout.split(/[\n,]/).filter((length) => length !== '').length;
}

async function timed<T>(action: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const begun = performance.now();
  const value = await action();
  return { value, seconds: (performance.now() - begun) / 1000 };
}
