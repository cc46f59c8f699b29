/** Lab 04 done whole in its page, at an address where the browser gives no secure context: the real program, Chromium. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Verdict } from '#judge/verdict';
import { lesson } from '#labs/04-seal/lesson';
import { judgeFile } from '#labs/runner/judge-file';
import { describeWith } from '../support/programs/needs.ts';
import { faultsOn } from './judge.ts';
import { type Served, launch, serve } from './visit.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOOP = 'export function encryptMessage() { for (;;); }\nexport const decryptMessage = () => "";\n';
/** Tries what would reach out of the worker, and says what there is. */
const REACHING = `const names = ['fetch', 'XMLHttpRequest', 'WebSocket', 'indexedDB', 'importScripts', 'Worker', 'navigator'];
const global = globalThis as any;
export const encryptMessage = () => names.filter((name) => global[name] !== undefined).join() || 'nothing';
export const decryptMessage = () => '';
console.log(encryptMessage(), typeof global.localStorage);
const outside = global.eval("import('/docs/index.html')");
outside.then(() => console.log('loaded'), () => console.log('refused'));
`;

describeWith(['chromium'], 'lab 04 in its page', ({ chromium: executablePath }) => {
  let browser: Browser;
  let served: Served;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const lan = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const address = lan.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
    [browser, served] = await Promise.all([
      launch(executablePath),
      serve(...(address === undefined ? [] : ['--host', address])),
    ]);
    const origin = new URL(served.url).origin;
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
        complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(`${origin}/docs/labs/04-seal.html`);
    if (address !== undefined) expect(await page.evaluate('isSecureContext')).toBe(false);
    await toEditor(page);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  it('gives a wrong answer the verdict of the terminal, and shows the bytes that it made', async () => {
    await run(page);
    await says(page, '0 of 11 checks passed.');
    const [verdict] = JSON.parse(`[${await page.getByTestId('lab-json').textContent()}]`) as [Verdict];
    expect(verdict).toEqual(await inTerminal(verdict.seed));
    await page.getByTestId('lab-own').getByText('seal 2').waitFor();
    expect(await faultsOn(page, { within: '[data-testid=lab-editor]' })).toEqual([]);
  });

  it('stops an endless loop, and says so, while the page stays responsive', async () => {
    await write(page, LOOP);
    await run(page);
    // Answered by the page while the loop runs.
    await page.getByTestId('lab-stop').waitFor();
    await page.getByTestId('lab-hint').click();
    await page.getByTestId('hint-1').waitFor();
    await page.getByText('gave no answer within 5 s: is there an endless loop?').first().waitFor();
    await says(page, '0 of 11 checks passed.');
  });

  it('gives the code neither the network nor the storage of the page', async () => {
    await write(page, REACHING);
    await run(page);
    const place = page.getByLabel('What your code printed');
    await place.getByText('nothing undefined').waitFor();
    const printed = await place.innerText();
    expect(printed).toContain('refused');
    expect(printed).not.toContain('loaded');
    // The browser says on the console what its policy refused.
    expect(complaints.splice(0).join('\n')).toMatch(/^$|Content Security Policy/i);
  });

  it('lets the keyboard run the right answer and leave the editor, and shows all checks as passed', async () => {
    await write(page, await readFile(join(ROOT, 'labs/04-seal/solution.ts'), 'utf8'));
    await page.getByTestId('lab-code').press('ControlOrMeta+Enter');
    await says(page, 'All 11 checks passed.');
    await page.getByTestId('lab-own').getByText('nonce').first().waitFor();
    await page.getByTestId('lab-code').press('Escape');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('lab-run');
    await page.getByTestId('lab-solution').click();
    await page.getByTestId('lab-diff').getByText('createCipheriv').first().waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await faultsOn(page, { within: '[data-testid=lab-editor]' })).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('restores the text and says so, runs nothing by itself, and asks before it resets', async () => {
    await page.reload();
    await toEditor(page);
    await page.getByTestId('lab-restored').waitFor();
    expect(await page.getByTestId('lab-code').innerText()).toContain('setAuthTag');
    await page.getByTestId('hint-1').waitFor();
    expect(await page.getByTestId('lab-verdict').count()).toBe(0);
    await page.getByTestId('lab-reset').click();
    await page.keyboard.press('Escape');
    expect(await page.getByTestId('lab-code').innerText()).toContain('setAuthTag');
    await page.getByTestId('lab-reset').click();
    await page.getByTestId('lab-reset-yes').click();
    await page.getByTestId('lab-code').getByText('Take a new nonce.').waitFor();
    await page.getByTestId('lab-solution').click();
    await page.getByTestId('lab-solution-ask').getByText('You have not passed yet. Show it?').waitFor();
    // What is pasted over everything, the browser itself gives a style, which the policy refuses and the editor removes.
    expect(complaints.filter((complaint) => !complaint.startsWith('Applying inline style'))).toEqual([]);
  });
});

async function toEditor(page: Page): Promise<void> {
  await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
  await page.getByTestId('lab-run').waitFor();
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByTestId('lab-code').fill(text);
}

async function run(page: Page): Promise<void> {
  await page.getByTestId('lab-run').click();
}

async function says(page: Page, words: string): Promise<void> {
  await page.getByTestId('lab-says').getByText(words).waitFor();
}

/** What `lab check --json` says of the starter with this seed. */
async function inTerminal(seed: number): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-lab-editor-'));
  const file = join(folder, '04-seal.ts');
  await writeFile(file, await readFile(join(ROOT, 'labs/04-seal/starter.ts'), 'utf8'));
  const { verdict } = await judgeFile({ lesson, file, folder, root: ROOT, seed });
  await rm(folder, { recursive: true });
  return JSON.parse(JSON.stringify(verdict));
}
