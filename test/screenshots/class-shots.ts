/** The pages of a class in mid-lesson: an instructor, three students with a lab, and somebody at the door. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ROOT } from '#data-folder/project';
import { WIRE_NAMES } from '#protocol/wires';
import { BEEN_HERE } from '../e2e/visit.ts';
import { Program, type Ready } from '../support/programs/program.ts';
import type { ViewShot } from './view-shots.ts';

const STUDENTS = ['Ada', 'Ben', 'Chidi'] as const;
/** Runs after which a student counts as stuck. */
const STUCK = 3;

interface ClassReady extends Ready {
  readonly class: { readonly code: string };
}

export interface ClassShot extends ViewShot {
  /** Whose page it is. */
  readonly who: 'newcomer' | 'instructor' | (typeof STUDENTS)[number];
  readonly path: string;
}

export const CLASS_SHOTS: readonly ClassShot[] = [
  { name: 'class-join', who: 'newcomer', path: 'join', kept: 'class-join', windowOnly: true },
  { name: 'class-instructor', who: 'instructor', path: 'class', reach: toBoard, kept: 'class-instructor' },
  {
    name: 'class-projector',
    who: 'instructor',
    path: 'class',
    reach: project,
    kept: 'class-projector',
    windowOnly: true,
  },
  { name: 'class-student', who: 'Ada', path: 'class', reach: toStages, kept: 'class-student' },
  { name: 'class-lab', who: 'Ben', path: 'docs/labs/04-seal.html', reach: toNotice, windowOnly: true },
];

export interface ShownClass {
  /** Opens the page as this person; the instructor's link has the token. */
  readonly urlOf: (who: ClassShot['who'], path: string) => string;
  /** The browser of each, by `who`. */
  readonly contexts: ReadonlyMap<string, BrowserContext>;
  stop(): Promise<void>;
}

export async function startClass(browser: Browser, data: string): Promise<ShownClass> {
  const free = ['web', ...WIRE_NAMES].flatMap((name) => [`--${name.replaceAll('+', '-')}`, '0']);
  const program = new Program(['classroom', '--data', data, ...free, '--json', '--log', 'error']);
  const ready = JSON.parse(await program.line()) as ClassReady;
  const url = `http://127.0.0.1:${ready.web.port}/`;
  const urlOf: ShownClass['urlOf'] = (who, place) =>
    `${url}${place}${who === 'instructor' ? new URL(ready.url).hash : ''}`;
  const contexts = new Map<string, BrowserContext>();
  for (const who of ['newcomer', 'instructor', ...STUDENTS] as const) {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    await context.addInitScript(BEEN_HERE);
    contexts.set(who, context);
    const page = await context.newPage();
    await page.goto(urlOf(who, who === 'instructor' ? 'class' : ''));
    if (who === 'instructor') await lead(page);
    else if (who !== 'newcomer') await join(page, ready.class.code, who);
  }
  const lab = `${url}docs/labs/04-seal.html`;
  const solution = await readFile(path.join(ROOT, 'labs/04-seal/solution.ts'), 'utf8');
  await runLab(await pageOf(contexts, 'Ben', lab), STUCK);
  await runLab(await pageOf(contexts, 'Ada', lab), 1, solution);
  const stop = async (): Promise<void> => {
    program.child.kill('SIGTERM');
    await program.finished;
  };
  return { urlOf, contexts, stop };
}

async function pageOf(contexts: ShownClass['contexts'], who: string, url: string): Promise<Page> {
  const page = await (contexts.get(who) as BrowserContext).newPage();
  await page.goto(url);
  return page;
}

/** Opens two stages, so that one is done. */
async function lead(page: Page): Promise<void> {
  await page.getByTestId('plan').selectOption('90');
  await page.getByTestId('begin-lesson').click();
  for (const stage of ['See it', 'Lab 04']) {
    await page.getByRole('button', { name: new RegExp(`^Open stage .*${stage}`) }).click();
  }
}

async function join(page: Page, code: string, name: string): Promise<void> {
  await page.getByTestId('join-code').fill(code);
  await page.getByTestId('join-name').fill(name);
  await page.getByTestId('join-go').click();
  await page.getByTestId('who-am-i').waitFor();
}

/** Runs the text that the learner begins with, which fails, or another. */
async function runLab(page: Page, times: number, text?: string): Promise<void> {
  await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
  if (text !== undefined) await page.getByTestId('lab-code').fill(text);
  await page.getByTestId('lab-hint').click();
  for (let run = 0; run < times; run++) {
    await page.getByTestId('lab-run').click();
    await page.getByTestId('lab-says').getByText('checks passed').waitFor();
    await page.getByTestId('lab-class').getByText('has been told').waitFor();
  }
}

async function toBoard(page: Page): Promise<void> {
  await page.locator('[data-testid=board-row][data-standing=stuck]').waitFor();
}

async function project(page: Page): Promise<void> {
  await page.getByTestId('projector').click();
  await page.getByTestId('projector-view').waitFor();
}

async function toStages(page: Page): Promise<void> {
  await page.getByTestId('stages').waitFor();
}

/** What the page tells the class stands below the editor. */
async function toNotice(page: Page): Promise<void> {
  await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
  await page.getByTestId('lab-class').scrollIntoViewIfNeeded();
}
