/**
 * `npm run screenshots`: pictures of every kind of page of the built docs site and of every view of the workbench, in each theme
 * and at three widths, into `dist/screenshots`, and those that the docs show into `docs/images`. Names after it choose kinds:
 * `npm run screenshots -- home glossary`. The handouts are also printed.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Locator, type Page, chromium } from 'playwright-core';
import { DOCS_FOLDER, ROOT } from '#data-folder/project';
import { THEMES } from '../e2e/judge.ts';
import { BEEN_HERE } from '../e2e/visit.ts';
import { startServe } from '../support/programs/program.ts';
import { findTool } from '../support/programs/tools.ts';
import { CLASS_SHOTS, type ClassShot, type ShownClass, startClass } from './class-shots.ts';
import { SHOTS, type Shot } from './shots.ts';
import { VIEW_SHOTS, type ViewShot, makeTraffic } from './view-shots.ts';

const OUT = join(ROOT, 'dist', 'screenshots');
/** Pictures that the docs show. */
const KEPT = join(ROOT, 'docs', 'images');
const WIDTHS = [360, 800, 1440] as const;
const HEIGHTS: Readonly<Record<number, number>> = { 360: 780, 800: 1000, 1440: 900 };
/** A browser draws no picture that is higher. */
const MAX_HEIGHT = 16_000;
/** Pixels that are left around a part of a page. */
const MARGIN = 12;
const PRINTED = ['handbook/handouts.html', 'labs/04-seal.html', 'concepts/nonces.html'];

const executablePath = findTool('chromium');
if (executablePath === undefined) throw new Error('the pictures are taken with Chromium, which is not here');
if (!existsSync(DOCS_FOLDER)) throw new Error('the docs site is not built: npm run build');
const asked = process.argv.slice(2);
const names = [...SHOTS, ...VIEW_SHOTS, ...CLASS_SHOTS].map(({ name }) => name);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`no ${unknown.join(', ')}; there are ${names.join(', ')}`);

const isAsked = ({ name }: { readonly name: string }): boolean => asked.length === 0 || asked.includes(name);
const data = await mkdtemp(join(tmpdir(), 'wireglass-screenshots-'));
const { program, ready } = await startServe(data, '--log', 'error');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
await mkdir(OUT, { recursive: true });
try {
  await takeViews();
  await takeClass();
  for (const shot of SHOTS.filter(isAsked)) await take(`${ready.url}docs/`, shot);
  if (asked.length === 0) await print(`${ready.url}docs/`);
} finally {
  await browser.close();
  program.child.kill('SIGTERM');
  await program.finished;
  await rm(data, { recursive: true, force: true });
}
process.stdout.write(`the pictures are in ${OUT}\n`);

async function take(site: string, shot: Shot): Promise<void> {
  for (const width of shot.widths ?? WIDTHS) {
    const page = await pageOf(width, site + shot.path);
    await shot.reach?.(page);
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      // The site has its theme in a class.
      await page.locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
      await picture(page, join(OUT, `${shot.name}-${theme}-${width}.png`), shot.windowOnly === true);
    }
    await page.close();
  }
  process.stdout.write(`${shot.name}\n`);
}

async function takeViews(): Promise<void> {
  const shots = VIEW_SHOTS.filter(isAsked);
  if (shots.length === 0) return;
  // It stays open: what its message says stays in the lists.
  const source = await pageOf(1440, ready.url);
  await makeTraffic(source);
  for (const shot of shots) await takeView(shot);
  await source.close();
}

async function takeView(shot: ViewShot): Promise<void> {
  for (const width of shot.widths ?? WIDTHS) {
    const path = typeof shot.path === 'string' ? ready.url + shot.path : await shot.path(data);
    await takeThemes(await pageOf(width, path), width, shot);
  }
  process.stdout.write(`${shot.name}\n`);
}

async function takeClass(): Promise<void> {
  const shots = CLASS_SHOTS.filter(isAsked);
  if (shots.length === 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-screenshots-'));
  const shown = await startClass(browser, folder);
  for (const shot of shots) {
    await shot.before?.(shown);
    await takeClassPage(shown, shot);
  }
  await shown.stop();
  await rm(folder, { recursive: true, force: true });
}

async function takeClassPage({ urlOf, contexts }: ShownClass, shot: ClassShot): Promise<void> {
  for (const width of shot.widths ?? WIDTHS) {
    const page = await contexts.get(shot.who)?.newPage();
    if (!page) throw new Error(`${shot.who} has no browser`);
    await page.setViewportSize({ width, height: HEIGHTS[width] ?? 900 });
    await page.goto(urlOf(shot.who, shot.path));
    await takeThemes(page, width, shot);
  }
  process.stdout.write(`${shot.name}\n`);
}

async function takeThemes(page: Page, width: number, shot: ViewShot): Promise<void> {
  await shot.reach?.(page);
  for (const { scheme, contrast } of THEMES) {
    await page.emulateMedia({ colorScheme: scheme, contrast: contrast ?? 'no-preference' });
    const theme = contrast ? `${scheme}-contrast` : scheme;
    await picture(page, join(OUT, `${shot.name}-${theme}-${width}.png`), shot.windowOnly === true);
    if (shot.kept && theme === 'light' && width === 1440) await keep(page, shot.kept, shot.part?.(page));
  }
  await page.close();
}

async function keep(page: Page, name: string, part?: Locator): Promise<void> {
  const box = await part?.boundingBox();
  const clip = box && {
    x: box.x - MARGIN,
    y: box.y - MARGIN,
    width: box.width + 2 * MARGIN,
    height: box.height + 2 * MARGIN,
  };
  await page.screenshot({ path: join(KEPT, `${name}.png`), ...(clip && { clip }) });
}

async function pageOf(width: number, url: string): Promise<Page> {
  const viewport = { width, height: HEIGHTS[width] ?? 900 };
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
  await page.addInitScript(BEEN_HERE);
  await page.goto(url, { waitUntil: 'load' });
  await page.locator('h1').first().waitFor({ state: 'attached' });
  return page;
}

async function picture(page: Page, path: string, windowOnly: boolean): Promise<void> {
  if (windowOnly) {
    await page.screenshot({ path });
    return;
  }
  await page.evaluate('scrollTo(0, 0)');
  // What a click has left under the pointer.
  await page.mouse.move(0, 0);
  const [width, height] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]',
  );
  await page.screenshot({
    path,
    fullPage: true,
    clip: { x: 0, y: 0, width, height: Math.min(height, MAX_HEIGHT) },
  });
}

async function print(site: string): Promise<void> {
  const page = await browser.newPage({ colorScheme: 'dark' });
  for (const path of PRINTED) {
    await page.goto(site + path, { waitUntil: 'load' });
    const name = path.replace(/^.*\//, '').replace('.html', '.pdf');
    await page.pdf({ path: join(OUT, name), format: 'A4' });
  }
  await page.close();
}
