/** One walk through the workbench by somebody who has only a keyboard: no mouse, and every stop of the focus is seen. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { WIRE_NAMES } from '#protocol/wires';
import { type Keyboard, keyboardOf } from './keyboard.ts';
import { describePage, visitOnce } from './suite.ts';
import { joined } from './visit.ts';

const SAID = 'north gate at nine';
const CHATTED = 'said by key alone';
/** More stops than this, between two things that a person does one after the other, are a toil. */
const FEW = 15;

const byTestId = (name: string): string => `[data-testid="${name}"]`;
const SELECTED = '[data-testid=table-row][aria-selected=true]';

describePage([], 'the workbench by keyboard alone', (stage) => {
  let page: Page;
  let keyboard: Keyboard;
  visitOnce(stage, (visit) => {
    ({ page } = visit);
    keyboard = keyboardOf(page);
  });

  const to = (name: string, back = false): Promise<void> =>
    keyboard.tabTo(byTestId(name), { most: FEW, back });
  /** Where the focus must be, without a key more. */
  const isAt = (selector: string): Promise<void> =>
    expect.poll(() => keyboard.isAt(selector), { message: selector }).toBe(true);

  /** By the box that finds everything. */
  async function find(words: string, entry: string): Promise<void> {
    await keyboard.press('Control+k');
    await isAt(byTestId('palette-input'));
    await keyboard.type(words);
    await page.locator('[data-testid=palette-row][data-highlighted]').getByText(entry).first().waitFor();
    await keyboard.press('Enter');
    await page.getByTestId('palette').waitFor({ state: 'detached' });
  }

  async function goTo(view: string, path: string): Promise<void> {
    await find(view, view);
    await page.locator(`[data-view="${path}"] h1:focus`).waitFor();
  }

  async function skip(words: string): Promise<void> {
    await keyboard.press('Tab');
    await page.locator('.skip:focus').getByText(words).waitFor();
    await keyboard.press('Enter');
  }

  it('sends a message, and selects it on a wire', async () => {
    await joined(page);
    await skip('Skip to the content');
    await to('composer-input');
    await keyboard.type(SAID);
    await keyboard.press('Enter');
    for (const wire of WIRE_NAMES)
      await page.getByTestId(`wire-card-${wire}`).getByText(SAID).first().waitFor();
    await to('select-psk');
    await keyboard.press('Enter');
    await page.locator('#detail[data-wire=psk]').waitFor();
    await page.getByTestId('record-row').nth(1).waitFor();
    await to('record-list');
    // The first record is never the one that is followed, which the address leaves out.
    await keyboard.press('End', 'ArrowUp', 'Home');
    await expect.poll(() => page.url()).toMatch(/record=\d+\.\d+/);
  });

  it('filters the records of the inspector, moves through them, and looks as Eve', async () => {
    await goTo('Inspector', '/inspect');
    await to('record-search');
    await keyboard.type(`msg.text == "${SAID}"`);
    await keyboard.press('Escape');
    await page.locator('[data-testid=table-row][data-wire=plain]').first().waitFor();
    await to('record-table');
    await keyboard.press('Home');
    await page.locator(`${SELECTED}[aria-posinset="1"]`).waitFor();
    await keyboard.press('ArrowDown', 'm');
    await isAt(byTestId('record-table'));
    await page.locator(`${SELECTED}[aria-posinset="2"]`).waitFor();
    await page.getByTestId('mark-note').waitFor();
    await find('as Eve', 'Look as Eve');
    await expect.poll(() => page.url()).toMatch(/\/inspect#.*eve=1/);
    await page
      .locator('[data-testid=table-row]:not([data-wire=plain])')
      .first()
      .waitFor({ state: 'detached' });
    await isAt(byTestId('record-table'));
  });

  it('goes to the chat and says something there', async () => {
    await goTo('Chat', '/chat');
    await to('name');
    await keyboard.type('Tia');
    await keyboard.press('Enter');
    await isAt(byTestId('chat-input'));
    await keyboard.type(CHATTED);
    await keyboard.press('Enter');
    await page.getByTestId('message').filter({ hasText: CHATTED }).waitFor();
  });

  it('comes back to what the inspector showed, and takes it along as a file', async () => {
    await goTo('Inspector', '/inspect');
    await expect.poll(() => page.url()).toMatch(/eve=1/);
    await expect.poll(() => page.url()).toMatch(/filter=msg\.text/);
    await find('with keys', 'Look with keys');
    await page.locator('[data-testid=table-row][data-wire=tls]').first().waitFor();
    await goTo('Inspector', '/inspect');
    await skip('Skip to the records');
    await isAt(byTestId('record-table'));
    await to('export', true);
    await keyboard.press('Enter');
    await page.getByTestId('menu-listed-pcapng').and(page.locator(':focus')).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), keyboard.press('Enter')]);
    const capture = readCapture(readFileSync(await download.path()));
    expect(new Set(capture.events.map(({ kind }) => kind))).toContain('secret');
    expect(download.suggestedFilename()).toMatch(/\.pcapng$/);
    await isAt(byTestId('export'));
  });

  it('has shown every stop of the focus', () => {
    expect(keyboard.faults).toEqual([]);
  });
});
