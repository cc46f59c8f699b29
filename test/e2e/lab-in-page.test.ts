/** The same verdict in a page as in the terminal: the judge in the page, the learner's code in a worker of Chromium. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mutant, mutate } from '#judge/mutant';
import type { Verdict } from '#judge/verdict';
import { MUTANTS } from '#labs/01-frames/mutants';
import { MUTANTS as SEAL_MUTANTS } from '#labs/04-seal/mutants';
import { MUTANTS as REPLAY_MUTANTS } from '#labs/06-replay/mutants';
import { lessonByName } from '#labs/lessons';
import type { judgeInPage } from '#labs/page/judge-in-page';
import { judgeFile } from '#labs/runner/judge-file';
import { describeWith } from '../support/programs/needs.ts';
import { launch } from './visit.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEED = 11;
/** Both judges work at the same time, on a machine that may be busy: neither must run into its limit. */
const TIME = 60_000;

/** What the page's script offers. */
interface JudgingWindow {
  judge(
    trial: Omit<Parameters<typeof judgeInPage>[0], 'lesson' | 'newWorker'> & { lab: string },
  ): Promise<Verdict>;
}

interface Sample {
  readonly lab: string;
  /** Solutions besides ours. */
  readonly styles: readonly string[];
  readonly mutants: readonly Mutant[];
}

interface Piece {
  readonly what: string;
  readonly lab: string;
  readonly text: () => Promise<string>;
}

const read = (path: string): Promise<string> => readFile(join(ROOT, 'labs', path), 'utf8');
/**
 * Labs whose pieces encrypt: with what a page has in place of Node's crypto, or with WebCrypto. A mutant whose verdict shows
 * bytes that it has drawn at random cannot give the same one twice.
 */
const WITH_CIPHERS: readonly Sample[] = [
  {
    lab: '04-seal',
    styles: ['webcrypto'],
    mutants: SEAL_MUTANTS.filter(({ name }) => name === 'fixed-nonce'),
  },
  // Two paddings are read in each of these, a byte at a time: they take long.
  { lab: '05-tamper', styles: [], mutants: [] },
  { lab: '06-replay', styles: ['generator'], mutants: REPLAY_MUTANTS.slice(-1) },
];

const PIECES: readonly Piece[] = [
  { what: 'the solution', lab: '01-frames', text: () => read('01-frames/solution.ts') },
  { what: 'the starter', lab: '01-frames', text: () => read('01-frames/starter.ts') },
  { what: 'a generator', lab: '01-frames', text: () => read('01-frames/solutions/generator.ts') },
  ...MUTANTS.slice(0, 6).map((mutant) => ({
    what: `the mutant ${mutant.name}`,
    lab: '01-frames',
    text: async () => mutate(await read('01-frames/solution.ts'), mutant),
  })),
  {
    what: 'an exception',
    lab: '01-frames',
    text: async () => 'export function createFrameDecoder() {\n  const a: any = null;\n  return a.b;\n}\n',
  },
  { what: 'a missing export', lab: '01-frames', text: async () => 'export const other = () => 1;' },
  {
    what: 'an exception while it is loaded',
    lab: '01-frames',
    text: async () => "throw new RangeError('no');",
  },
  {
    what: 'an import that is not allowed',
    lab: '01-frames',
    text: async () =>
      "import { readFile } from 'node:fs';\nexport const createFrameDecoder = () => readFile;\n",
  },
  {
    what: 'what is printed',
    lab: '01-frames',
    text: async () => "console.log('one'); export const createFrameDecoder = () => ({});",
  },
  ...WITH_CIPHERS.flatMap(({ lab, styles, mutants }) => [
    ...['solution', ...styles.map((style) => `solutions/${style}`), 'starter'].map((file) => ({
      what: file,
      lab,
      text: () => read(`${lab}/${file}.ts`),
    })),
    ...mutants.map((mutant) => ({
      what: `the mutant ${mutant.name}`,
      lab,
      text: async () => mutate(await read(`${lab}/solution.ts`), mutant),
    })),
  ]),
];

describeWith(['chromium'], 'a lab in a page', ({ chromium }) => {
  let browser: Browser;
  let page: Page;
  let server: Server;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-lab-page-'));
    server = await serve({
      '/': '<!doctype html><script src="/page.js"></script>',
      '/page.js': await script(`
        import { judgeInPage } from './labs/page/judge-in-page.ts';
        import { lesson as frames } from './labs/01-frames/lesson.ts';
        import { lesson as seal } from './labs/04-seal/lesson.ts';
        import { lesson as tamper } from './labs/05-tamper/lesson.ts';
        import { lesson as replay } from './labs/06-replay/lesson.ts';
        const lessons = [frames, seal, tamper, replay];
        window.judge = ({ lab, ...trial }) =>
          judgeInPage({ ...trial, lesson: lessons.find(({ name }) => name === lab), newWorker: () => new Worker('/worker.js') });
      `),
      '/worker.js': await script(`import './labs/page/piece-worker.ts';`),
    });
    browser = await launch(chromium);
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it.each(PIECES)('gives the verdict of the terminal for $what of $lab', async ({ lab, text: write }) => {
    const lesson = lessonByName(lab);
    if (!lesson) throw new Error(`there is no lab ${lab}`);
    const text = await write();
    const name = `${lab}.ts`;
    const file = join(folder, name);
    await writeFile(file, text);
    const trial = { lab, file: name, text, seed: SEED, time: TIME };
    const [{ verdict }, inPage] = await Promise.all([
      judgeFile({ lesson, file, folder, root: ROOT, seed: SEED, time: TIME }),
      page.evaluate((given) => (globalThis as unknown as JudgingWindow).judge(given), trial),
    ]);
    expect(JSON.parse(JSON.stringify(inPage))).toEqual(JSON.parse(JSON.stringify(verdict)));
  });

  it('says so when a piece wants what a page has not', async () => {
    const text = "const c = require('node:fs'); export const createFrameDecoder = () => c;";
    const trial = { lab: '01-frames', file: 'x.ts', text, seed: 1 };
    const verdict = await page.evaluate(
      (given) => (globalThis as unknown as JudgingWindow).judge(given),
      trial,
    );
    expect(verdict.passed).toBe(0);
    expect(verdict.results[0]?.finding?.what).toBe('the code tried to import node:fs');
  });
});

async function script(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome110',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

async function serve(files: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const type = url.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.writeHead(files[url] === undefined ? 404 : 200, { 'content-type': `${type}; charset=utf-8` });
    response.end(files[url]);
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  return server;
}
