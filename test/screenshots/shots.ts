/** Every kind of page of the docs site, in the state that is worth a picture. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

export interface Shot {
  /** Begins the name of its picture files. */
  readonly name: string;
  /** Below the base of the site. */
  readonly path: string;
  /** Does what a reader does before the picture is taken. */
  readonly reach?: (page: Page) => Promise<unknown>;
  /** Only what is in the window, not the whole page. */
  readonly windowOnly?: true;
  /** Only at these widths; otherwise at all of them. */
  readonly widths?: readonly number[];
}

const CAPTURE = fileURLToPath(new URL('../../docs/recordings/tls13.pcapng', import.meta.url));

export const SHOTS: readonly Shot[] = [
  { name: 'home', path: '', reach: (page) => say(page, 'plain', 'Can anyone else read this?') },
  { name: 'concept', path: 'concepts/nonces.html', reach: (page) => say(page, 'psk', 'once and only once') },
  { name: 'concept-recorded', path: 'concepts/tls-13.html', reach: toAllDemos },
  { name: 'demo-large', path: 'concepts/tls-13.html', reach: enlarge, windowOnly: true },
  { name: 'guide', path: 'guide/page.html' },
  { name: 'guide-console', path: 'guide/console.html' },
  { name: 'guide-chat', path: 'guide/chat-window.html' },
  { name: 'own-capture', path: 'guide/your-own-capture.html', reach: dropCapture },
  { name: 'change-a-byte', path: 'guide/change-a-byte.html', reach: flip },
  { name: 'labs', path: 'labs/' },
  { name: 'lab-in-page', path: 'labs/04-seal.html', reach: runStarter },
  { name: 'lab', path: 'labs/03-eavesdrop.html' },
  { name: 'reference', path: 'reference/psk-wire.html' },
  { name: 'commands', path: 'reference/terminal.html' },
  { name: 'filter-fields', path: 'reference/filter-tls.html' },
  { name: 'figures', path: 'reference/performance.html' },
  { name: 'architecture', path: 'architecture/way-of-a-byte.html', reach: toAllDemos },
  { name: 'handbook', path: 'handbook/lesson-90.html' },
  { name: 'handouts', path: 'handbook/handouts.html' },
  { name: 'glossary', path: 'glossary.html' },
  { name: 'term', path: 'concepts/aead.html', reach: showTerm, windowOnly: true },
  { name: 'search', path: 'glossary.html', reach: search, windowOnly: true },
  { name: 'menu', path: 'glossary.html', reach: openMenu, windowOnly: true, widths: [360] },
  { name: 'sidebar', path: 'labs/', reach: openSidebar, windowOnly: true, widths: [360, 800] },
  { name: 'not-found', path: '404.html', windowOnly: true },
];

async function say(page: Page, wire: string, text: string): Promise<void> {
  const demo = await toFirstDemo(page);
  await demo.getByTestId('demo-input').fill(text);
  await demo.getByTestId('demo-send').click();
  await demo.getByTestId(`said-${wire}`).getByText(text).waitFor();
  await toAllDemos(page);
}

async function toFirstDemo(page: Page) {
  const demo = page.getByTestId('wire-demo').first();
  await demo.scrollIntoViewIfNeeded();
  await demo.getByTestId('demo-source').waitFor();
  return demo;
}

/** A demo begins when it comes near. */
async function toAllDemos(page: Page): Promise<void> {
  for (const demo of await page.locator('div.wire-demo').all()) {
    await demo.scrollIntoViewIfNeeded();
    await demo.locator('> .demo-note:not([role=alert])').waitFor({ state: 'detached' });
  }
}

async function enlarge(page: Page): Promise<void> {
  await (await toFirstDemo(page)).getByTestId('demo-open').click();
  const large = page.getByTestId('demo-large').first();
  await large.getByTestId('record-row').nth(1).click();
  await large.getByTestId('field-row').nth(4).click();
}

async function dropCapture(page: Page): Promise<void> {
  await page.getByTestId('own-capture').scrollIntoViewIfNeeded();
  await page.getByTestId('file-input').setInputFiles(CAPTURE);
  await page.getByTestId('record-row').first().waitFor();
}

async function flip(page: Page): Promise<void> {
  await page.getByTestId('change-byte').first().scrollIntoViewIfNeeded();
  await page.getByTestId('flip-all').first().click();
  await toAllDemos(page);
}

async function runStarter(page: Page): Promise<void> {
  await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
  await page.getByTestId('lab-run').click();
  await page.getByTestId('lab-says').getByText('checks passed').waitFor();
  await page.getByTestId('lab-own').waitFor();
}

async function showTerm(page: Page): Promise<void> {
  await page.locator('.term .word').first().focus();
}

async function search(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.locator('#localsearch-input').fill('nonce');
  await page.locator('.result').first().waitFor();
}

async function openMenu(page: Page): Promise<void> {
  await page.locator('.VPNavBarHamburger').click();
  await page.locator('.VPNavScreen').waitFor();
}

async function openSidebar(page: Page): Promise<void> {
  await page.locator('.VPLocalNav .menu').click();
  await page.locator('.VPSidebar.open').waitFor();
}
