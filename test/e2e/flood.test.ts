/** The page under a flood: it shows how far it has come, and typing and scrolling stay possible meanwhile. */
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { flood } from '../support/servers/flood.ts';
import { UNBOUNDED_RATES } from '../support/programs/program.ts';
import { describePage, visitOnce } from './suite.ts';
import { selectWire } from './visit.ts';

const MESSAGES = 600;
const LISTENERS = 19;
/** The `say` and its `ack`, and the `message` to each listener and to the page's own client. */
const RECORDS = MESSAGES * (2 + LISTENERS + 1);
/** How many times slower than this machine the page's thread runs, so that what the server sends comes over seconds. */
const SLOWER = 4;

describePage(UNBOUNDED_RATES, 'the page with many records', (stage) => {
  let page: Page;
  let crowd: { close(): Promise<void> };

  visitOnce(stage, async (visit) => {
    ({ page } = visit);
    await selectWire(page, 'psk');
    crowd = await flood(stage.served.ready, { wire: 'psk', messages: MESSAGES, listeners: LISTENERS });
  });
  afterAll(() => crowd.close());

  const settled = () => page.getByTestId('activity').waitFor({ state: 'detached', timeout: 60_000 });
  /** Records that were read; of `12 of 3,456 records`, all. */
  const total = (text: string): number => Number(text.replace(/^.* of /, '').replace(/\D/g, ''));
  const read = async () => total(await page.locator('.count').innerText());

  it('shows them all', async () => {
    await expect.poll(read, { timeout: 60_000 }).toBeGreaterThanOrEqual(RECORDS);
  });

  it('stays usable while they are opened again with the keys, and says how far it has come', async () => {
    await page.getByTestId('eve-on').click();
    await page.getByTestId('sealed').waitFor();
    await settled();
    await page.evaluate(WATCH);
    await page.getByTestId('eve-off').click();
    await page.getByTestId('composer-input').pressSequentially('typed meanwhile');
    await page.getByTestId('record-list').hover();
    await page.mouse.wheel(0, 2_000);
    await expect
      .poll(() => page.evaluate(`document.querySelector('[data-testid=record-list]').scrollTop`), {
        timeout: 5_000,
      })
      .toBeGreaterThan(0);
    expect(await page.getByTestId('composer-input').inputValue()).toBe('typed meanwhile');
    await settled();
    await page.getByTestId('said-psk').getByText(`flood ${MESSAGES}`, { exact: true }).waitFor();
    const told = await page.evaluate<string[]>('told');
    const progress = told.filter((text) => /^Opening records… \d\d? %$/.test(text));
    // Work in one go would leave the page no time to say so twice, however busy the machine is.
    expect(progress.length).toBeGreaterThanOrEqual(2);
  });

  it('shows the first rows after a reload while the rest is read, with a filter too', async () => {
    await slowDown(page, SLOWER);
    await page.addInitScript(FIRST_ROWS);
    for (const text of ['', 'msg.text contains "flood 1"']) {
      await page.getByTestId('record-search').fill(text);
      await expect
        .poll(() => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('filter') ?? '')
        .toBe(text);
      await page.reload();
      await page.getByTestId('record-row').first().waitFor({ state: 'attached' });
      const then = total(await page.evaluate<string>('countThen'));
      expect(then).toBeGreaterThan(0);
      expect(then).toBeLessThan(RECORDS);
      await expect.poll(read, { timeout: 60_000 }).toBeGreaterThanOrEqual(RECORDS);
      await settled();
    }
    await slowDown(page, 1);
    await page.getByTestId('record-search').fill('');
  });

  it('searches them', async () => {
    await page.getByTestId('record-search').fill(`msg.text == "flood ${MESSAGES}"`);
    await expect
      .poll(() => page.locator('.count').innerText(), { timeout: 30_000 })
      .toMatch(new RegExp(`^${LISTENERS + 2} of `));
  });
});

async function slowDown(page: Page, rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

/**
 * From here on, notes what the page says of its work, however briefly. The work takes about a second, in which a test that looks
 * now and then may see nothing.
 */
const WATCH = `
  globalThis.told = [];
  new MutationObserver(() => {
    const text = document.querySelector('[data-testid=activity]')?.textContent.trim();
    if (text && told.at(-1) !== text) told.push(text);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });`;

/** Notes, in each page from its start, how many records were read when the first rows were there: a test that asks then may be late. */
const FIRST_ROWS = `
  new MutationObserver((_, observer) => {
    const count = document.querySelector('.count');
    if (!count || !document.querySelector('[data-testid=record-row]')) return;
    globalThis.countThen = count.textContent;
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true });`;
