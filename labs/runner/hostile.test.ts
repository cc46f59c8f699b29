/** What a learner's file may try, by accident or not: a clear verdict, never a pass, and nothing is left behind. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../../test/support/programs/needs.ts';
import { lesson } from '../01-frames/lesson.ts';
import { type Judged, judgeFile } from './judge-file.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FRAMES = lesson;

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass läb '));
});
afterAll(() => rm(folder, { recursive: true }));

interface Hostile {
  readonly what: string;
  readonly text: string;
  /** What the first failed check says. */
  readonly says: RegExp;
  /** Milliseconds until it is given up; only for those that never end. */
  readonly time?: number;
}

/** Fails every check by itself, too, so that only the right reason will do. */
const REST = 'return { push() {}, next() {} };';

const HOSTILE: readonly Hostile[] = [
  {
    what: 'an endless loop',
    text: 'export function createFrameDecoder() { for (;;); }',
    says: /^the code gave no answer within 1 s: is there an endless loop\?$/,
    time: 1_000,
  },
  {
    what: 'an endless loop while it is loaded',
    text: 'for (;;);',
    says: /^the code gave no answer within 1 s/,
    time: 1_000,
  },
  {
    what: 'a promise that is never kept',
    text: 'export const createFrameDecoder = () => new Promise(() => undefined);',
    says: /^the code gave no answer within 1 s/,
    time: 1_000,
  },
  {
    what: 'exit(0)',
    text: 'export function createFrameDecoder() { process.exit(0); }',
    says: /^the code ended its own process \(exit code 0\)/,
  },
  {
    what: 'exit(0) while it is loaded',
    text: 'process.exit(0);',
    says: /^the code ended its own process \(exit code 0\)/,
  },
  {
    what: 'an exception outside of any call',
    text: `setTimeout(() => { throw new Error('late'); }, 1); export const createFrameDecoder = () => new Promise(() => undefined);`,
    says: /^the code ended its own process \(exit code 1\)/,
  },
  {
    what: 'more objects than fit',
    text: 'export function createFrameDecoder() { const all = []; for (;;) all.push(new Array(1000).fill({})); }',
    says: /^the code used more than its 256 MB of memory$/,
  },
  {
    what: '8 GB outside of the heap',
    text: 'export function createFrameDecoder() { const all = []; for (let i = 0; i < 8; i++) all.push(new Uint8Array(2 ** 30).fill(1)); }',
    says: /^the code used more than its 256 MB of memory$/,
  },
  {
    what: 'starting programs without end',
    text: `const programs = process.getBuiltinModule('child_process'); export function createFrameDecoder() { for (;;) programs.fork('x'); }`,
    says: /^the code tried to import child_process$/,
  },
  {
    what: 'reaching into Node itself',
    text: `export function createFrameDecoder() { process.binding('spawn_sync'); }`,
    says: /^the code tried to reach into Node itself/,
  },
  {
    what: 'an import of our solution',
    text: `export * from '${join(ROOT, 'labs/01-frames/solution.ts')}';`,
    says: /is outside of the workspace/,
  },
  {
    what: 'an import of a lab that is not written yet',
    text: "import { createFrameDecoder } from './01-frames.ts';\nexport { createFrameDecoder };",
    says: /\.\/01-frames\.ts is not in your workspace: it is the file of lab 01-frames, which must be written first/,
  },
  {
    what: 'reading our solution from the disk',
    text: `import { readFileSync } from 'node:fs'; export const createFrameDecoder = () => readFileSync('x');`,
    says: /node:fs must not be imported in this lab/,
  },
  {
    what: 'an import whose name is made up while it runs',
    text: `export const createFrameDecoder = async () => (await import(['f', 's'].join(''))).readFileSync('x');`,
    says: /^the code tried to import a module whose name is made up while it runs$/,
  },
  {
    what: 'a try to talk to another host, which is caught',
    text: `export async function createFrameDecoder() { await fetch('http://192.0.2.1/').catch(() => 0); ${REST} }`,
    says: /^the code tried to talk to another host \(192\.0\.2\.1\)$/,
  },
  {
    what: 'patched built-ins',
    text: `Object.is = () => true; Array.prototype.every = () => true; JSON.stringify = () => '{}'; export const createFrameDecoder = () => { ${REST} };`,
    says: /^payloads are missing$/,
  },
  {
    what: 'answers in the name of the judge',
    text: `for (let id = 0; id < 50; id++) process.send?.({ kind: 'answer', answer: { id, ok: { is: 'missing' } } }); export const createFrameDecoder = () => { ${REST} };`,
    says: /^payloads are missing$/,
  },
  {
    what: 'nothing at all',
    text: '',
    says: /^the file must export the function createFrameDecoder; it exports no function$/,
  },
  { what: 'a mistake in the syntax', text: 'export function (', says: /^the file cannot be read: / },
];

/** By default with more time than anything needs, even on a busy machine. */
async function judged(text: string, sandbox: boolean, time = 50_000): Promise<Judged> {
  const file = join(folder, `piece ${++count}.ts`);
  await writeFile(file, text);
  return judgeFile({ lesson: FRAMES, file, folder, root: ROOT, seed: 1, sandbox, time });
}

function verdictsOn(sandbox: boolean): void {
  it.each(HOSTILE)('$what', async ({ text, says, time }) => {
    const { verdict } = await judged(text, sandbox, time);
    expect(verdict.passed).toBe(0);
    expect(verdict.results.find(({ state }) => state === 'failed')?.finding?.what).toMatch(says);
    expect(processesOf('max-old-space-size=256')).toEqual([]);
  });
}

describe('with the permissions of Node', () => verdictsOn(false));
describeWith(['bwrap'], 'with bubblewrap', () => {
  verdictsOn(true);

  it('says so', async () => {
    const { confinement } = await judged(`export const createFrameDecoder = () => { ${REST} };`, true);
    expect(confinement).toBe('bubblewrap');
  });
});

describe('the line of the learner’s file', () => {
  it.each([
    ['\n', 'Unix'],
    ['\r\n', 'Windows'],
  ])('is found with line ends %j of %s', async (end) => {
    const lines = [
      'export function createFrameDecoder() {',
      '  const nothing = null as any;',
      '  return nothing.x;',
      '}',
    ];
    const { verdict } = await judged(lines.join(end), false);
    expect(verdict.results[0]?.line).toMatchObject({ number: 3, column: 18, text: '  return nothing.x;' });
  });

  it('is that of a mistake in the syntax', async () => {
    const { verdict } = await judged('const a = 1;\nconst b = ;\n', false);
    expect(verdict.results[0]?.line).toMatchObject({ number: 2, column: 11, text: 'const b = ;' });
  });

  it('is where an export begins, when nothing was thrown', async () => {
    const { verdict } = await judged(`// one\nexport const createFrameDecoder = () => { ${REST} };`, false);
    expect(verdict.results[0]?.line).toMatchObject({ number: 2, column: 14 });
  });
});

it('shows what a piece prints, up to a cap, without what could move the cursor', async () => {
  const text = `console.log('\\x1b[2Jhello'); console.log('x'.repeat(50_000)); export const createFrameDecoder = () => { ${REST} };`;
  const { verdict } = await judged(text, false);
  expect(verdict.printed).toMatch(/^·\[2Jhello\nx{10000}/);
  expect(verdict.printed.length).toBeLessThan(17_000);
  expect(verdict.printed).toMatch(/there was more\)$/);
});

it('gives a learner’s process nothing of the environment', async () => {
  process.env['WIREGLASS_PSK'] = 'demo:00';
  try {
    const { verdict } = await judged(
      `console.log(Object.keys(process.env).join()); export const createFrameDecoder = () => { ${REST} };`,
      false,
    );
    expect(verdict.printed).not.toContain('WIREGLASS');
    expect(verdict.printed).not.toContain('HOME');
  } finally {
    delete process.env['WIREGLASS_PSK'];
  }
});

/** Command lines with a text, of children of this process and of orphans; only Linux tells them. */
function processesOf(text: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      [process.pid, 1].includes(Number(/^PPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1])),
    )
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    .filter((line) => line.includes(text) && line.includes(ROOT));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
