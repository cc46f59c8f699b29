/**
 * `npm run screenshots`: pictures of every kind of page of the built docs site and of views of the workbench, in both themes and at three widths, into
 * `dist/screenshots`. Names after it choose kinds: `npm run screenshots -- home glossary`. The handouts are also printed.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { DOCS_FOLDER, ROOT } from '#data-folder/project';
import { startServe } from '../support/programs/program.ts';
import { findTool } from '../support/programs/tools.ts';
import { SHOTS, type Shot } from './shots.ts';

const OUT = join(ROOT, 'dist', 'screenshots');
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [360, 800, 1440] as const;
const HEIGHTS: Readonly<Record<number, number>> = { 360: 780, 800: 1000, 1440: 900 };
/** A browser draws no picture that is higher. */
const MAX_HEIGHT = 16_000;
/** Neither tour nor demo begins by itself. */
const BEEN_HERE = `if (location.protocol !== 'about:') localStorage.setItem('wireglass-visited', 'yes')`;
const PRINTED = ['handbook/handouts.html', 'labs/04-seal.html', 'concepts/nonces.html'];

const executablePath = findTool('chromium');
if (executablePath === undefined) throw new Error('the pictures are taken with Chromium, which is not here');
if (!existsSync(DOCS_FOLDER)) throw new Error('the docs site is not built: npm run build');
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !SHOTS.some((shot) => shot.name === name));
if (unknown.length > 0)
  throw new Error(`no ${unknown.join(', ')}; there are ${SHOTS.map(({ name }) => name).join(', ')}`);

const shots = SHOTS.filter(({ name }) => asked.length === 0 || asked.includes(name));
const data = await mkdtemp(join(tmpdir(), 'wireglass-screenshots-'));
const { program, ready } = await startServe(data, '--log', 'error');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
await mkdir(OUT, { recursive: true });
try {
  for (const shot of shots) await take(browser, `${ready.url}docs/`, shot);
  if (asked.length === 0) await print(browser, `${ready.url}docs/`);
} finally {
  await browser.close();
  program.child.kill('SIGTERM');
  await program.finished;
  await rm(data, { recursive: true, force: true });
}
process.stdout.write(`the pictures are in ${OUT}\n`);

async function take(browser: Browser, site: string, shot: Shot): Promise<void> {
  for (const width of shot.widths ?? WIDTHS) {
    const viewport = { width, height: HEIGHTS[width] ?? 900 };
    const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
    await page.addInitScript(BEEN_HERE);
    await page.goto((await shot.view?.(data, site)) ?? site + shot.path, { waitUntil: 'load' });
    await page.locator('h1').first().waitFor({ state: 'attached' });
    await shot.reach?.(page);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      // The site has its theme in a class; the views of the workbench follow the browser.
      if (!shot.view) await page.locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
      await picture(page, join(OUT, `${shot.name}-${theme}-${width}.png`), shot.windowOnly === true);
    }
    await page.close();
  }
  process.stdout.write(`${shot.name}\n`);
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

async function print(browser: Browser, site: string): Promise<void> {
  const page = await browser.newPage({ colorScheme: 'dark' });
  for (const path of PRINTED) {
    await page.goto(site + path, { waitUntil: 'load' });
    const name = path.replace(/^.*\//, '').replace('.html', '.pdf');
    await page.pdf({ path: join(OUT, name), format: 'A4' });
  }
  await page.close();
}
