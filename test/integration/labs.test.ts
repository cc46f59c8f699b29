/** The labs as a learner uses them: the real program, from the first start to the next lab. */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Verdict } from '#judge/verdict';
import { LESSONS } from '#labs/lessons';
import { type Finished, Program } from '../support/programs/program.ts';

let folder: string;
let workspace: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass labs ü '));
  workspace = join(folder, 'my work');
});
afterEach(() => rm(folder, { recursive: true }));

const env = (): Record<string, string> => ({ WIREGLASS_WORKSPACE: workspace, NO_COLOR: '1' });

function lab(...args: string[]): Promise<Finished> {
  const program = new Program(['lab', ...args], env());
  program.child.stdin.end();
  return program.finished;
}

async function json<T>(...args: string[]): Promise<T> {
  const { stdout, stderr } = await lab(...args, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as T;
}

describe('the labs in a terminal', () => {
  it('say at the first start what to do, in five steps', async () => {
    const { stdout, code } = await lab();
    expect(code).toBe(0);
    for (const { name } of LESSONS) expect(stdout).toContain(name);
    const steps = stdout.split('\n').filter((line) => /^\d\. /.test(line));
    expect(steps).toHaveLength(5);
    for (const word of ['start', 'README.md', 'watch', 'hint', 'next'])
      expect(steps.join('\n')).toContain(word);
  });

  // The texts of the labs are walked from the starter to the next lab in `lab-texts-*.test.ts`.
  it('explain one failed check, without colours, and go on only when none is left', async () => {
    await lab('start');
    const failing = await lab('check');
    expect(failing.code).toBe(1);
    expect(failing.stdout.match(/^ {10}why/gm)).toHaveLength(1);
    expect(failing.stdout).not.toContain('\x1b');
    const early = await lab('next');
    expect(early.code).toBe(1);
    expect(early.stderr).toContain('01-frames has not been passed yet');
  });

  it('count a lab as passed by the learner when the solution was not asked for', async () => {
    await lab('start', 'frames');
    await cp('labs/01-frames/solutions/class.ts', join(workspace, '01-frames.ts'));
    expect((await lab('check', '1')).code).toBe(0);
    const { labs } = await json<{ labs: { state: string }[] }>();
    expect(labs[0]?.state).toBe('passed');
  });

  it('judge the same inputs again with the same seed, as JSON', async () => {
    await lab('start');
    const run = async (): Promise<Verdict> =>
      (JSON.parse((await lab('check', '--seed', '7', '--json')).stdout) as Verdict[])[0] as Verdict;
    const [first, second] = [await run(), await run()];
    expect(first).toMatchObject({ lab: '01-frames', seed: 7, total: 11, passed: 0 });
    expect({ ...second, took: 0 }).toEqual({ ...first, took: 0 });
  });

  it('work in JavaScript with line ends of Windows, also for a later lab in TypeScript', async () => {
    const { stdout } = await lab('start', '--js');
    expect(stdout).toContain('01-frames.js');
    await lab('solve', '--yes');
    const file = join(workspace, '01-frames.js');
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(': Uint8Array');
    await writeFile(file, text.replaceAll('\n', '\r\n'));
    expect((await lab('check', '01')).code).toBe(0);
    expect(await json<object>('diff')).toMatchObject({ changed: 0 });
    await lab('solve', '03', '--yes');
    expect(await readFile(join(workspace, '03-eavesdrop.ts'), 'utf8')).toContain("'./01-frames.ts'");
    expect((await lab('check', '03')).code).toBe(0);
  });

  it('start in JavaScript with the imports that the learner will need', async () => {
    await lab('start', '09', '--js');
    const text = await readFile(join(workspace, '09-tls-chat.js'), 'utf8');
    expect(text).toContain("import { createFrameDecoder } from './01-frames.ts';");
    expect(text).toContain("import { createServer } from 'node:net';");
    expect(text).not.toContain("'node:stream'");
  });

  it('judge again when the file is saved', async () => {
    await lab('start');
    const program = new Program(['lab', 'watch', '--json'], env());
    const lines = createInterface(program.child.stdout)[Symbol.asyncIterator]();
    const verdict = async (): Promise<Verdict | undefined> =>
      (JSON.parse(String((await lines.next()).value)) as Verdict[])[0];
    expect((await verdict())?.passed).toBe(0);
    await cp('labs/01-frames/solution.ts', join(workspace, '01-frames.ts'));
    expect((await verdict())?.passed).toBe(11);
    program.child.kill('SIGTERM');
    await program.finished;
  });

  it('give three levels of hints, and count them', async () => {
    await lab('start');
    for (const level of [1, 2, 3, 3]) {
      const { stdout } = await lab('hint');
      expect(stdout).toMatch(new RegExp(`^Hint ${level} of 3\n\n\\S`));
    }
    const { labs } = await json<{ labs: { hints: number }[] }>();
    expect(labs[0]?.hints).toBe(3);
  });

  it('ask before they replace anything, and keep copies', async () => {
    await lab('start');
    await writeFile(join(workspace, '01-frames.ts'), '// mine');
    for (const command of ['solve', 'reset']) {
      const { code, stderr } = await lab(command);
      expect(code).toBe(1);
      expect(stderr).toContain('--yes');
      expect(await readFile(join(workspace, '01-frames.ts'), 'utf8')).toBe('// mine');
    }
    expect((await lab('reset', '--yes')).code).toBe(0);
    const [copy] = await readdir(join(workspace, 'kept'));
    expect(await readFile(join(workspace, 'kept', String(copy)), 'utf8')).toBe('// mine');
    const { labs } = await json<{ labs: { state: string }[] }>();
    expect(labs[0]?.state).toBe('not started');
  });

  it('move to another workspace in one file', async () => {
    await lab('solve', '1', '--yes');
    await lab('check', '1');
    const file = join(folder, 'work.json');
    expect((await lab('export', file)).code).toBe(0);
    expect((await lab('export', file)).code).toBe(1);
    workspace = join(folder, 'elsewhere');
    expect((await lab('import', file, '--yes')).code).toBe(0);
    expect((await lab('check')).code).toBe(0);
    await writeFile(
      file,
      '{"kind":"wireglass labs","progress":{"version":1,"labs":{}},"files":{"../x.ts":""}}',
    );
    expect((await lab('import', file, '--yes')).stderr).toContain('is not an export of the labs');
  });

  it('judge the labs that a lab rests on, too', async () => {
    for (const name of ['01', '03']) await lab('solve', name, '--yes');
    expect((await lab('check', '03')).stdout).toContain(
      '01-frames, which this lab rests on: all 11 checks passed',
    );
    const { labs } = await json<{ labs: { name: string; state: string }[] }>();
    expect(labs.filter(({ state }) => state === 'solved').map(({ name }) => name)).toEqual([
      '01-frames',
      '03-eavesdrop',
    ]);
    await writeFile(
      join(workspace, '01-frames.ts'),
      'export const createFrameDecoder = () => ({ push() {}, next() {} });',
    );
    const { code, stdout } = await lab('check', '03');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^01-frames: \d+ of 11 checks passed/);
  });

  it.each([
    [['check', 'nope'], /there is no lab nope; the labs are 01-frames/],
    [['check'], /no lab has been started; npx wireglass lab start/],
    [['check', '1'], /01-frames\.ts; npx wireglass lab start 01-frames makes it/],
    [['hint', '1', '--level', '4'], /Expected 1, 2 or 3/],
  ])('say what to do after %j', async (args, says) => {
    const { code, stderr } = await lab(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(says);
  });

  it('say so when the progress is damaged, and leave the files alone', async () => {
    await lab('start');
    await writeFile(join(workspace, 'progress.json'), '{"version":9}');
    const { code, stderr } = await lab();
    expect(code).toBe(1);
    expect(stderr).toContain('progress.json is damaged; move it away');
  });
});
