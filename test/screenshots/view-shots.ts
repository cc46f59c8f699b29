/** Every view of the workbench, in the states that are worth a picture. */
import type { Locator, Page } from 'playwright-core';
import { PICTURES } from '../../inspector/app/pictures/pictures-route.ts';
import { Program } from '../support/programs/program.ts';
import type { Shot } from './shots.ts';

export interface ViewShot extends Omit<Shot, 'path'> {
  /** Below the base of the workbench; for what only a link opens, how to get it from the server's data folder. */
  readonly path: string | ((data: string) => Promise<string>);
  /** The wide picture in the light theme is kept for the docs under this name. */
  readonly kept?: string;
  /** All that it shows; otherwise the window. */
  readonly part?: (page: Page) => Locator;
}

const RECORD = 'msg.text == "Meet me at the north gate"';

export const VIEW_SHOTS: readonly ViewShot[] = [
  { name: 'wires', path: '', reach: (page) => page.getByTestId('said-plain').waitFor() },
  { name: 'inspector', path: 'inspect', reach: pinText, windowOnly: true },
  { name: 'inspector-eve', path: 'inspect#wires=psk,tls&eve=1', reach: openRecord, windowOnly: true },
  { name: 'inspector-compare', path: 'inspect', reach: compare, windowOnly: true },
  ...PICTURES.map(({ id }) => ({
    name: `pictures-${id}`,
    path: `pictures#picture=${id}`,
    reach: (page: Page) => page.getByTestId('export-svg').waitFor(),
  })),
  {
    name: 'attacks',
    path: 'attacks',
    reach: (page) => page.getByTestId('play-all').waitFor(),
    windowOnly: true,
  },
  {
    name: 'attack',
    path: 'attacks#attack=flip-text&target=psk%20aes-256-ctr-fixed-nonce',
    reach: playToTheEnd,
    kept: 'attack',
  },
  { name: 'chat-enter', path: 'chat', reach: toEnter, windowOnly: true },
  { name: 'chat', path: 'chat', reach: talk, windowOnly: true, kept: 'chat' },
  { name: 'chat-readers', path: 'chat', reach: askWhoReads, windowOnly: true },
  {
    name: 'console',
    path: consoleLink,
    reach: (page) => page.getByTestId('health').waitFor(),
    kept: 'console',
  },
  { name: 'console-plots', path: consoleLink, reach: toPlots },
  { name: 'design', path: 'design' },
  { name: 'palette', path: 'inspect', reach: openPalette, windowOnly: true },
];

/** What the views of the wires, the inspector and the pictures show. */
export async function makeTraffic(page: Page): Promise<void> {
  await page.getByTestId('connection').getByText('Live').first().waitFor();
  await page.getByTestId('composer-input').fill('Meet me at the north gate');
  await page.getByTestId('composer-input').press('Enter');
  for (const wire of ['plain', 'psk', 'tls', 'tls+psk']) await page.getByTestId(`said-${wire}`).waitFor();
}

async function playToTheEnd(page: Page): Promise<void> {
  await page.getByTestId('play').click();
  await page.getByTestId('to-end').click();
  await page.getByTestId('outcome').waitFor();
}

async function consoleLink(data: string): Promise<string> {
  const { stdout } = await new Program(['console', '--json', '--data', data]).finished;
  return (JSON.parse(stdout) as { url: string }).url;
}

async function openRecord(page: Page): Promise<void> {
  await page.getByTestId('table-row').last().click();
}

async function pinText(page: Page): Promise<void> {
  await page.getByTestId('record-search').fill(RECORD);
  await page.locator('[data-testid=table-row][data-wire=psk]').first().click();
  await page.locator('[data-testid=field-row][data-field=text]').last().click();
}

async function compare(page: Page): Promise<void> {
  await pinText(page);
  await page.getByTestId('compare').click();
  await page.locator('[data-testid=table-row][data-wire=tls]').first().click();
}

async function toEnter(page: Page): Promise<void> {
  await page.locator('[data-testid=enter]:enabled').waitFor();
}

/** Enters under a name that the server chooses, so that each picture has one. */
async function talk(page: Page): Promise<void> {
  await toEnter(page);
  await page.getByTestId('enter').click();
  const input = page.getByTestId('chat-input');
  for (const text of ['Is anyone else here?', 'I am on psk, so the key is in this page.']) {
    await input.fill(text);
    await input.press('Enter');
  }
  await page.getByTestId('message').nth(1).waitFor();
}

async function askWhoReads(page: Page): Promise<void> {
  await talk(page);
  await page.getByTestId('readers').last().click();
  await page.getByTestId('bytes').waitFor();
}

async function toPlots(page: Page): Promise<void> {
  await page.getByTestId('tab-plots').click();
  await page.getByTestId('plot-value').first().waitFor();
}

async function openPalette(page: Page): Promise<void> {
  await page.getByTestId('table-row').first().waitFor();
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill('nonce');
  await page.getByTestId('palette-row').first().waitFor();
}
