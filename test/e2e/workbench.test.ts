/** A person at the page: types a message, sees it on every wire, takes the keys away, points at fields and bytes. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePage, visitEach } from './suite.ts';
import { type Visit, open, say, selectWire, serve } from './visit.ts';
import { WIRE_NAMES, isProtected } from '#protocol/wires';

const SEALED = WIRE_NAMES.filter(isProtected);
const TEXT = 'Meet me at the north gate – at nine ☂';

describePage([], 'the workbench in a browser', (stage) => {
  let visit: Visit;
  visitEach(stage, (opened) => void (visit = opened));

  it('shows a typed message on every wire, with what crossed and what it means', async () => {
    const { page } = visit;
    await say(page, TEXT);
    for (const wire of WIRE_NAMES) {
      await page.getByTestId(`said-${wire}`).getByText(TEXT, { exact: true }).waitFor();
      await page
        .getByTestId(`delivery-${wire}`)
        .getByText(/message \d+ stored/)
        .waitFor();
    }
    for (const wire of WIRE_NAMES) {
      const crossed = await bytesOf(page, wire);
      expect([wire, crossed.includes(Buffer.from(TEXT))]).toEqual([wire, wire === 'plain']);
    }
  });

  it('takes the content away with the keys, except where nothing protects it, and gives it back', async () => {
    const { page } = visit;
    await say(page, TEXT);
    await page.getByTestId('eve-on').click();
    for (const wire of SEALED) {
      await page.getByTestId(`sealed-${wire}`).waitFor();
      expect(await page.getByTestId(`wire-card-${wire}`).innerText()).not.toContain('north');
    }
    await page.getByTestId('said-plain').getByText(TEXT, { exact: true }).waitFor();
    for (const wire of SEALED) {
      await selectWire(page, wire);
      await page.getByTestId('sealed').waitFor();
      expect(await page.getByTestId('plain-bytes').count()).toBe(0);
      expect(await field(page, 'text').count()).toBe(0);
    }
    expect(page.url()).toContain('eve=1');
    await page.getByTestId('eve-off').click();
    for (const wire of SEALED)
      await page.getByTestId(`said-${wire}`).getByText(TEXT, { exact: true }).waitFor();
  });

  it('lights the bytes of a field in both panes, and the field of a byte', async () => {
    const { page } = visit;
    await say(page, TEXT);
    for (const wire of SEALED) {
      await selectWire(page, wire);
      await field(page, 'text').hover();
      const plain = await lit(page, 'plain-bytes');
      expect(Buffer.from(plain, 'hex').toString()).toBe(JSON.stringify(TEXT));
      const crossed = await lit(page, 'raw-bytes');
      expect(crossed).toHaveLength(plain.length);
      expect(crossed).not.toBe(plain);

      await page.mouse.move(0, 0);
      await page.getByTestId('field-tree').and(page.locator(':not(:has([data-lit]))')).waitFor();
      expect(await lit(page, 'raw-bytes')).toBe('');
      await page.getByTestId('plain-bytes').locator('.byte[data-byte="0"]').hover();
      await page.locator('[data-testid=field-row][data-field=length][data-lit]').waitFor();
      expect(Number.parseInt(await lit(page, 'plain-bytes'), 16)).toBeGreaterThan(TEXT.length);
      await page.getByTestId('raw-bytes').locator('.byte[data-byte="0"]').hover();
      await page.locator('[data-testid=field-row][data-field=type][data-lit]').waitFor();
      expect(await lit(page, 'raw-bytes')).toBe('17');
    }
  });

  it('lights the readable bytes themselves on the plain wire', async () => {
    const { page } = visit;
    await say(page, TEXT);
    await selectWire(page, 'plain');
    await field(page, 'text').hover();
    expect(Buffer.from(await lit(page, 'raw-bytes'), 'hex').toString()).toBe(JSON.stringify(TEXT));
  });

  it('keeps a pinned field lit until it is unpinned', async () => {
    const { page } = visit;
    await say(page, TEXT);
    await selectWire(page, 'psk');
    await field(page, 'ref').click();
    await page.mouse.move(0, 0);
    const pinned = await lit(page, 'plain-bytes');
    expect(Buffer.from(pinned, 'hex').toString()).toMatch(/^".+"$/);
    await field(page, 'ref').click();
    await page.mouse.move(0, 0);
    await page.getByTestId('plain-bytes').and(page.locator(':not(:has([data-lit]))')).waitFor();
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = visit;
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await tabTo(page, 'composer-input');
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    await page.getByTestId('said-tls').getByText('by keyboard', { exact: true }).waitFor();

    await tabTo(page, 'select-tls');
    await page.keyboard.press('Enter');
    await page.getByRole('listbox', { name: 'Records' }).waitFor();
    await tabTo(page, 'record-list');
    const chosen = page.getByRole('option', { selected: true });
    const before = await chosen.getAttribute('aria-posinset');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => chosen.getAttribute('aria-posinset')).toBe(String(Number(before) - 1));
    expect(page.url()).toMatch(/record=\d+\.\d+/);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => chosen.getAttribute('aria-posinset')).toBe(before);

    await tabTo(page, 'raw-bytes');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-testid=field-row][data-lit]').waitFor();
    expect(await lit(page, 'raw-bytes')).not.toBe('');

    await tabTo(page, 'field-tree');
    await page.keyboard.press('End');
    expect(await lit(page, 'plain-bytes')).not.toBe('');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByTestId('field-row').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    expect(await page.getByTestId('field-row').count()).toBeGreaterThan(5);
  });

  it('stays on the record that the person chose while new ones come, and goes to the latest on request', async () => {
    const { page } = visit;
    await say(page, 'first');
    await selectWire(page, 'psk');
    await page.getByTestId('record-row').filter({ hasText: 'joined' }).last().click();
    await say(page, 'second');
    await page.getByTestId('said-psk').getByText('second', { exact: true }).waitFor();
    const chosen = page.getByRole('option', { selected: true });
    expect(await chosen.innerText()).toContain('joined');
    await page.getByTestId('jump-latest').click();
    await expect.poll(() => chosen.innerText()).toContain('say');
    await field(page, 'text').getByText('second').waitFor();
  });

  it('filters the records by direction, kind and text', async () => {
    const { page } = visit;
    await say(page, 'needle in hay');
    await selectWire(page, 'tls');
    await page.getByTestId('record-search').fill('NEEDLE');
    await page.getByTestId('filter-c2s').click();
    await expect.poll(() => page.getByTestId('record-row').allInnerTexts()).toHaveLength(1);
    await page.getByTestId('record-search').fill('');
    await page.getByTestId('filter-handshake').click();
    const titles = await page.getByTestId('record-row').allInnerTexts();
    expect(titles.some((title) => title.includes('client_hello'))).toBe(true);
    expect(titles.some((title) => title.includes('say'))).toBe(false);
    await page.getByTestId('record-search').fill('nobody said this');
    await page.getByRole('button', { name: /Show all/ }).click();
    expect(await page.getByTestId('record-row').count()).toBeGreaterThan(5);
  });

  it('hands out a capture', async () => {
    const { page } = visit;
    await page.getByTestId('capture-button').click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('capture-0').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^wireglass-.*\.pcapng$/);
    await page.getByTestId('capture-done').waitFor();
  });

  it.each([360, 768, 1440])('fits a window %i pixels wide', async (width) => {
    const { page } = visit;
    await page.setViewportSize({ width, height: 800 });
    await say(page, 'x'.repeat(400));
    for (const wire of WIRE_NAMES) {
      await selectWire(page, wire);
      await page.getByTestId('field-tree').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    }
  });

  it('says that the server is gone, and goes on trying', async () => {
    const passing = await serve();
    const passed = await open(stage.browser, passing.url);
    await passing.close();
    await passed.page
      .getByTestId('connection')
      .getByText(/Connection lost, retrying/)
      .first()
      .waitFor();
    // The browser itself reports each connection that is refused, as long as the page is open; a server that is closing answers 503.
    await passed.leave(
      /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|closed before|code: 503/,
    );
  });
});

function field(page: Page, name: string) {
  return page.locator(`[data-testid=field-row][data-field=${name}]`).last();
}

/** Hex of the lit bytes in one pane. */
async function lit(page: Page, pane: string): Promise<string> {
  return (await page.getByTestId(pane).locator('.byte[data-lit]').allInnerTexts()).join('');
}

/** The selected record of a wire as the raw pane shows it. */
async function bytesOf(page: Page, wire: string): Promise<Buffer> {
  await selectWire(page, wire);
  return Buffer.from((await page.getByTestId('raw-bytes').locator('.byte').allInnerTexts()).join(''), 'hex');
}

async function tabTo(page: Page, testId: string): Promise<void> {
  for (let step = 0; step < 40; step++) {
    if ((await page.evaluate('document.activeElement.dataset.testid')) === testId) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${testId} cannot be reached with the Tab key`);
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.textContent');
}
