/** axe finds nothing to complain about in any state that a person meets on the first view, light and wide or dark and narrow. */
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { faultsOn } from './judge.ts';
import { describePage } from './suite.ts';
import { open, say, selectWire } from './visit.ts';

// Fifteen states, each of which is checked as a whole.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 120_000 });

const JUDGED = { options: { rules: { 'label-content-name-mismatch': { enabled: true } } } };

/** Makes the list so short that a record at its end is not even drawn while its beginning is shown. */
const SCROLL_AWAY = `{
  const list = document.querySelector('[data-testid=record-list]');
  list.style.flex = 'none';
  list.style.height = '60px';
  list.scrollTop = 0;
}`;

/** Each state continues from the one before it. */
const STATES: readonly (readonly [name: string, reach: (page: Page) => Promise<unknown>])[] = [
  ['nothing said yet', (page) => page.getByTestId('select-plain').waitFor()],
  ['a message on every wire', (page) => say(page, 'north gate')],
  ['the psk wire', (page) => selectWire(page, 'psk')],
  ['a field pinned', (page) => page.locator('[data-testid=field-row][data-field=text]').last().click()],
  ['a wire inside a wire', (page) => selectWire(page, 'tls+psk')],
  [
    'a chosen record out of sight',
    async (page) => {
      await page.getByTestId('record-row').last().click();
      await page.evaluate(SCROLL_AWAY);
      await page.locator('[data-testid=record-list]:not([aria-activedescendant])').waitFor();
    },
  ],
  ['as Eve', (page) => asEve(page)],
  ['suggestions', (page) => page.getByTestId('record-search').pressSequentially('tls.')],
  [
    'a fault in the filter',
    async (page) => {
      await page.getByTestId('record-search').fill('msg.tpye == "say"');
      await page.keyboard.press('Enter');
      await page.getByTestId('filter-fault').getByText('msg.type').waitFor();
    },
  ],
  [
    'nothing found, and hints',
    async (page) => {
      await page.getByTestId('record-search').fill('size>500');
      await page.getByTestId('hints').waitFor();
    },
  ],
  [
    'one’s own records',
    async (page) => {
      await page.getByLabel('Clear the search').click();
      await page.getByTestId('filter-mine').click();
    },
  ],
  [
    'the capture menu',
    async (page) => {
      await page.getByTestId('capture-button').click();
      await page.getByTestId('capture-0').waitFor();
    },
  ],
  [
    'the commands to connect with',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByTestId('connect-button').click();
      await page.getByTestId('copy-tls').first().waitFor();
    },
  ],
  [
    'paused',
    async (page) => {
      await page.keyboard.press('Escape');
      await page.getByTestId('pause-button').click();
    },
  ],
  ['cleared', (page) => page.getByTestId('clear-button').click()],
];

async function asEve(page: Page): Promise<void> {
  await page.getByTestId('eve-on').click();
  await page.getByTestId('sealed-psk').waitFor();
}

describePage([], 'the page, as axe judges it,', (stage) => {
  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('has no fault, %s and %i pixels wide', async (theme, width) => {
    const visit = await open(stage.browser, stage.served.url, 'Live', {
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width, height: 900 },
    });
    const { page } = visit;
    const found: Record<string, string[]> = {};
    for (const [name, reach] of STATES) {
      await reach(page);
      const faults = await faultsOn(page, JUDGED);
      if (faults.length > 0) found[name] = faults;
    }
    expect(found).toEqual({});
    await visit.leave();
  });

  it('has a fault when something is wrong', async () => {
    const visit = await open(stage.browser, stage.served.url);
    await visit.page.evaluate(
      'document.body.append(Object.assign(document.createElement("p"), { textContent: "lost" }))',
    );
    expect(await faultsOn(visit.page, JUDGED)).toEqual([expect.stringMatching(/^region: /)]);
    await visit.leave();
  });
});
