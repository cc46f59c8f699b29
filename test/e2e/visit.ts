/** A person's browser, the program it looks at, and what every visit does there. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { expect } from 'vitest';
import { WIRE_NAMES } from '#protocol/wires';
import { type Ready, startServe } from '../support/programs/program.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PAGE = fileURLToPath(new URL('../../dist/web/index.html', import.meta.url));

export async function launch(executablePath: string): Promise<Browser> {
  if (!existsSync(PAGE)) throw new Error('the page is not built: npm run build');
  return chromium.launch({ executablePath, args: ARGS });
}

export interface Served {
  /** Where a person opens the page; beyond loopback it carries the token. */
  readonly url: string;
  readonly ready: Ready;
  close(): Promise<void>;
}

/** The real program on free ports, with a data folder of its own. */
export async function serve(...options: string[]): Promise<Served> {
  const data = await mkdtemp(join(tmpdir(), 'wireglass-e2e-'));
  const { program, ready } = await startServe(data, '--log', 'error', ...options);
  const close = async (): Promise<void> => {
    program.child.kill('SIGTERM');
    await program.finished;
    await rm(data, { recursive: true, force: true });
  };
  return { url: ready.url, ready, close };
}

export interface Visit {
  readonly page: Page;
  /** Closes the page; fails when it complained (an error or a warning on the console, an exception) of anything else. */
  leave(expected?: RegExp): Promise<void>;
}

/** What the page keeps of a person who has been here before: neither tour nor demo begins by itself. */
export const BEEN_HERE = `if (location.protocol !== 'about:') localStorage.setItem('wireglass-visited', 'yes')`;

/** Opens the page as somebody who has been here before, and waits until its connection is in this state. */
export async function open(
  browser: Browser,
  url: string,
  state = 'Live',
  { isFirst = false, ...options }: BrowserContextOptions & { readonly isFirst?: boolean } = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  if (!isFirst) await context.addInitScript(BEEN_HERE);
  const page = await context.newPage();
  // Only so that the test ends when a step never comes: a busy machine may take long.
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isComplaint = ['error', 'warning'].includes(message.type());
    if (isComplaint) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByTestId('connection').getByText(state).first().waitFor();
  const leave = async (expected?: RegExp): Promise<void> => {
    await context.close();
    expect(complaints.filter((complaint) => expected?.test(complaint) !== true)).toEqual([]);
  };
  return { page, leave };
}

/** Waits until the page's own clients have joined everywhere, so that all of them can speak. */
export async function joined(page: Page): Promise<void> {
  // Before the page has heard of a client, its line has no state.
  for (const wire of WIRE_NAMES)
    await page.locator(`[data-testid="delivery-${wire}"][data-state]:not([data-state=connecting])`).waitFor();
}

export async function say(page: Page, text: string): Promise<void> {
  await joined(page);
  await page.getByTestId('composer-input').fill(text);
  await page.getByTestId('composer-input').press('Enter');
  await page
    .getByTestId('delivery-summary')
    .getByText(`Acknowledged on ${WIRE_NAMES.length} of ${WIRE_NAMES.length} wires.`)
    .waitFor({ state: 'attached' });
  for (const wire of WIRE_NAMES)
    await page.getByTestId(`wire-card-${wire}`).getByText(text).first().waitFor();
}

export async function selectWire(page: Page, wire: string): Promise<void> {
  await page.getByTestId(`select-${wire}`).click();
  await page.locator(`#detail[data-wire="${wire}"]`).waitFor();
}

export async function chooseTheme(page: Page, theme: 'auto' | 'light' | 'dark'): Promise<void> {
  await page.getByTestId('theme-menu').click();
  await page.getByTestId(`theme-${theme}`).click();
  await page.getByTestId(`theme-${theme}`).waitFor({ state: 'detached' });
}
