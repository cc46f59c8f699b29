/** The pages of a class in mid-lesson: an instructor, three students with a lab, and somebody at the door. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { ROOT } from '#data-folder/project';
import { WIRE_NAMES } from '#protocol/wires';
import { BEEN_HERE, joined, say } from '../e2e/visit.ts';
import { Program, type Ready } from '../support/programs/program.ts';
import type { ViewShot } from './view-shots.ts';

const STUDENTS = ['Ada', 'Ben', 'Chidi'] as const;
/** Runs after which a student counts as stuck. */
const STUCK = 3;

/** Who says what, over which wire. */
const TALK = [
  ['Ada', 'plain', 'Can anyone else read this?'],
  ['Ben', 'tls', 'Not on my wire. On yours, everyone in this Wi-Fi.'],
  ['Chidi', 'psk', 'Meet me at the north gate.'],
] as const;
/** What the record says that the class is asked about, and the last byte that each student marks. */
const SAID = 'at the north gate';
const MARKED_TO = [11, 19, 27] as const;

interface ClassReady extends Ready {
  readonly class: { readonly code: string };
}

export interface ClassShot extends ViewShot {
  /** Whose page it is. */
  readonly who: 'newcomer' | 'instructor' | (typeof STUDENTS)[number];
  readonly path: string;
  /** What happens in the class before its pictures are taken. */
  readonly before?: (shown: ShownClass) => Promise<unknown>;
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
  {
    name: 'class-conversation',
    who: 'instructor',
    path: 'class',
    reach: toConversation,
    part: conversation,
    kept: 'class-conversation',
    windowOnly: true,
  },
  {
    name: 'class-wires',
    who: 'instructor',
    path: 'class',
    before: talk,
    reach: projectWires,
    kept: 'class-wires',
    windowOnly: true,
  },
  {
    name: 'class-question',
    who: 'Chidi',
    path: 'class',
    before: ask,
    reach: markBytes,
    kept: 'class-question',
    windowOnly: true,
  },
  {
    name: 'class-heat-map',
    who: 'instructor',
    path: 'class',
    before: reveal,
    reach: toHeatMap,
    kept: 'class-heat-map',
    windowOnly: true,
  },
  {
    name: 'class-attack',
    who: 'Ada',
    path: 'class',
    before: attack,
    reach: toBytes,
    kept: 'class-attack',
    windowOnly: true,
  },
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
  await page.getByTestId('face-door').click();
}

/** With the page of the instructor on the wires of the projector, where it stays, the students talk. */
async function talk({ contexts, urlOf }: ShownClass): Promise<void> {
  const wall = await pageOf(contexts, 'instructor', urlOf('instructor', 'class'));
  await wall.getByTestId('projector').click();
  await wall.getByTestId('face-wires').click();
  for (const [who, wire, text] of TALK) {
    const page = await pageOf(contexts, who, urlOf(who, 'chat'));
    await page.locator('label.wire').getByText(wire, { exact: true }).click();
    await page.locator('[data-testid=enter]:enabled').click();
    await page.getByTestId('chat-input').fill(text);
    await page.getByTestId('chat-input').press('Enter');
    await wall.getByTestId('projector-view').getByText(text).first().waitFor();
  }
}

async function projectWires(page: Page): Promise<void> {
  await page.getByTestId('projector').click();
  await page.getByTestId('face-wires').click();
  const [, , last] = TALK.at(-1) ?? [];
  await page
    .getByTestId('projector-view')
    .getByText(last ?? '')
    .first()
    .waitFor();
}

/** Beside it, nothing is left of the page at this height. */
function conversation(page: Page): Locator {
  return page.locator('.tool').filter({ has: page.getByTestId('converse') });
}

async function toConversation(page: Page): Promise<void> {
  await conversation(page).scrollIntoViewIfNeeded();
}

/** About a record of the instructor's own. */
async function ask({ contexts, urlOf }: ShownClass): Promise<void> {
  const page = await pageOf(contexts, 'instructor', urlOf('instructor', ''));
  await say(page, SAID);
  await page.getByTestId('view-inspector').click();
  await page.getByTestId('record-table').waitFor();
  await page.getByTestId('record-search').fill('msg.type == "say"');
  await page.locator('[data-testid=table-row][data-wire=psk]').filter({ hasText: SAID }).first().click();
  await page.getByTestId('ask-class').click();
  await page.getByTestId('question').waitFor();
}

/** Each marks the bytes from the first to one of their own, hands that in, and then it is revealed. */
async function reveal(shown: ShownClass): Promise<void> {
  await ask(shown);
  for (const [at, who] of STUDENTS.entries()) {
    const page = await pageOf(shown.contexts, who, shown.urlOf(who, 'class'));
    await mark(page, MARKED_TO[at] ?? 0);
    await page.getByTestId('hand-in').click();
    await page.getByTestId('question-standing').getByText('Handed in').waitFor();
  }
  const page = await pageOf(shown.contexts, 'instructor', shown.urlOf('instructor', 'class'));
  await page.getByTestId('reveal-question').click();
  await page.getByTestId('heat-map').waitFor();
}

async function mark(page: Page, to: number): Promise<void> {
  const byte = (at: number) => page.getByTestId('question-bytes').locator(`.byte[data-byte="${at}"]`);
  await byte(0).hover();
  await page.mouse.down();
  await byte(to).hover();
  await page.mouse.up();
}

async function markBytes(page: Page): Promise<void> {
  await mark(page, MARKED_TO[0]);
}

async function toHeatMap(page: Page): Promise<void> {
  await page.getByTestId('heat-map').waitFor();
}

/** Two of three agree, and what one of them says is changed. */
async function attack({ contexts, urlOf }: ShownClass): Promise<void> {
  const page = await pageOf(contexts, 'instructor', urlOf('instructor', 'class'));
  // The picture before has left its question on every page; there is none when this picture is taken alone.
  const done = page.getByTestId('end-question');
  const isAsked = await done.waitFor({ timeout: 3_000 }).then(
    () => true,
    () => false,
  );
  if (isAsked) await done.click();
  await page.getByTestId('ask-attack').click();
  for (const [who, answer] of [
    ['Chidi', 'no'],
    ['Ben', 'yes'],
    ['Ada', 'yes'],
  ] as const) {
    const own = await pageOf(contexts, who, urlOf(who, 'class'));
    await own.getByTestId(`attack-${answer}`).click();
    await own.getByTestId('view-wires').click();
    await joined(own);
    if (who !== 'Ada') continue;
    await page.getByTestId('begin-attack').click();
    await own.getByTestId('band-attack').getByText('Mallory is in your connection').waitFor();
    await say(own, 'hello everybody');
    await own.getByTestId('band-attack').getByText('the others heard it').waitFor();
  }
}

async function toBytes(page: Page): Promise<void> {
  await page.getByTestId('attack-bytes').waitFor();
}

async function toStages(page: Page): Promise<void> {
  await page.getByTestId('stages').waitFor();
}

/** What the page tells the class stands below the editor. */
async function toNotice(page: Page): Promise<void> {
  await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
  await page.getByTestId('lab-class').scrollIntoViewIfNeeded();
}
