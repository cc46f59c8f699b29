/** Each lab's checks tell right from wrong: the solutions pass all of them, and each mutant fails the one about it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Mutant, mutate } from '#judge/mutant';
import type { Verdict } from '#judge/verdict';
import { judgeText } from '../test/support/labs/judging.ts';
import { LESSONS, lessonByName } from './lessons.ts';

const SEEDS = [1, 2, 3];

/** What a function may return, whatever it is asked: the checks refuse it, and do not fall over it. */
const CONSTANTS = [
  'undefined',
  'null',
  "''",
  "'A'.repeat(64)",
  'NaN',
  'true',
  '10n',
  "Symbol('x')",
  'new Uint8Array(0)',
  'new Uint8Array(32)',
  'new Uint8Array(96).fill(1)',
  '[]',
  '[null]',
  "[{ name: 1 }, 'x']",
  '{}',
  '{ publicKey: new Uint8Array(32), privateKey: new Uint8Array(32), factor: 1, lengths: null }',
  '() => 1',
  'new Map()',
  "{ push() {}, next: () => [], register() {}, login: () => 'yes', stored: () => ({}) }",
];

describe.each(LESSONS)('$name', (lesson) => {
  const folder = join(import.meta.dirname, lesson.name);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const solution = read('solution.ts');

  it('has checks with ids of their own', () => {
    const ids = lesson.checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(SEEDS)('accepts the solution, with seed %i', async (seed) => {
    expect(failuresOf(await judgeText(lesson, solution, seed))).toEqual([]);
  });

  it('has at least three more solutions', () => expect(others(folder).length).toBeGreaterThanOrEqual(3));

  it.each(others(folder))('accepts %s', async (name) => {
    expect(failuresOf(await judgeText(lesson, read(name)))).toEqual([]);
  });

  it('has a solution of fewer than 150 lines of code', () => {
    const code = solution.split('\n').filter((line) => !/^\s*(\/\/.*|\/?\*.*)?$/.test(line));
    expect(code.length).toBeLessThan(150);
  });

  it('refuses the starter', async () => {
    expect(failuresOf(await judgeText(lesson, read('starter.ts'))).length).toBeGreaterThan(0);
  });

  it('refuses an empty file', async () => {
    expect((await judgeText(lesson, '')).passed).toBe(0);
  });

  it.each(CONSTANTS)('refuses functions that always return %s', async (constant) => {
    const text = lesson.exports.map((name) => `export const ${name} = () => (${constant});\n`).join('');
    expect(failuresOf(await judgeText(lesson, text)).length).toBeGreaterThan(0);
  });

  it('has at least eight mutants', async () => {
    expect((await mutantsOf(lesson.name)).length).toBeGreaterThanOrEqual(8);
  });

  it('refuses each mutant by the check that is about it', async () => {
    const trials = (await mutantsOf(lesson.name)).flatMap((mutant) =>
      SEEDS.map((seed) => ({ mutant, seed })),
    );
    const refuse = async ({ mutant, seed }: (typeof trials)[number]): Promise<void> => {
      // The other checks may take long, and it does not matter what they say.
      const checks = lesson.checks.filter(({ id }) => id === mutant.fails);
      const failed = failuresOf(await judgeText({ ...lesson, checks }, mutate(solution, mutant), seed));
      expect(failed, mutant.name).toEqual([mutant.fails]);
    };
    // Several at a time: where a piece is asked over sockets, most of the time is spent waiting for what does not come.
    while (trials.length > 0) await Promise.all(trials.splice(0, 12).map(refuse));
  });
});

function failuresOf({ results }: Verdict): string[] {
  return results.filter(({ state }) => state !== 'passed').map(({ id }) => id);
}

/** Solutions in other styles. A file that is named as a lab stands for the learner's piece of that lab. */
function others(folder: string): string[] {
  const path = join(folder, 'solutions');
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => !lessonByName(name.replace(/\.ts$/, '')));
  return names.map((name) => join('solutions', name));
}

async function mutantsOf(name: string): Promise<readonly Mutant[]> {
  const { MUTANTS } = (await import(`./${name}/mutants.ts`)) as { readonly MUTANTS: readonly Mutant[] };
  return MUTANTS;
}
