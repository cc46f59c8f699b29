/** The view as a person left it: Back and Forward, a reload, what was cleared, and the keyboard alongside the mouse. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePage, visitEach } from './suite.ts';
import { say, selectWire } from './visit.ts';
import { WIRE_NAMES } from '#protocol/wires';

describePage([], 'the view in a browser', (stage) => {
  let page: Page;
  visitEach(stage, async (visit) => {
    ({ page } = visit);
    await say(page, 'north gate');
  });

  const row = (title: string) => page.getByTestId('record-row').filter({ hasText: title }).last();
  const chosen = () => page.getByRole('option', { selected: true });

  it('goes back and forth through what was looked at, and stays on the page', async () => {
    await selectWire(page, 'psk');
    await row('joined').click();
    await expect.poll(() => chosen().innerText()).toContain('joined');
    await row('server_hello').click();
    await expect.poll(() => chosen().innerText()).toContain('server_hello');
    await page.getByTestId('eve-on').click();
    await page.locator('.page[data-eve]').waitFor();

    await page.goBack();
    await page.locator('.page:not([data-eve])').waitFor();
    await expect.poll(() => chosen().innerText()).toContain('server_hello');
    await page.goBack();
    await expect.poll(() => chosen().innerText()).toContain('joined');
    await page.goBack();
    await expect.poll(() => chosen().innerText()).toContain('say');
    await page.goBack();
    await page.locator('#detail[data-wire=plain]').waitFor();
    await page.goForward();
    await page.locator('#detail[data-wire=psk]').waitFor();
  });

  it('has its chips again after a reload', async () => {
    await selectWire(page, 'tls');
    await page.getByTestId('filter-mine').click();
    await page.getByTestId('filter-data').click();
    await page.getByTestId('filter-flow').click();
    const titles = () => page.getByTestId('record-row').locator('.title').allInnerTexts();
    await expect.poll(titles).toEqual(['say']);
    await page.reload();
    await expect.poll(titles).toEqual(['say']);
    for (const chip of ['mine', 'data', 'flow'])
      expect(await page.getByTestId(`filter-${chip}`).getAttribute('aria-pressed')).toBe('true');
  });

  it('gives back what was cleared', async () => {
    await page.getByTestId('clear-button').click();
    for (const wire of WIRE_NAMES)
      await page.getByTestId(`wire-card-${wire}`).getByText('The view is cleared').waitFor();
    await page.getByTestId('undo-clear').click();
    for (const wire of WIRE_NAMES)
      await page.getByTestId(`said-${wire}`).getByText('north gate', { exact: true }).waitFor();
    expect(await page.getByTestId('cleared').count()).toBe(0);
    expect(await page.getByTestId('record-row').count()).toBeGreaterThan(3);
  });

  it('follows the arrow keys although the pointer rests on another field, and then the pointer', async () => {
    await selectWire(page, 'psk');
    const rows = page.getByTestId('field-row');
    await rows.nth(3).hover();
    await expect.poll(() => rows.nth(3).getAttribute('data-lit')).toBe('true');
    await page.getByTestId('field-tree').focus();
    await page.keyboard.press('End');
    const last = page.locator('[data-testid=field-row][data-cursor]');
    await expect.poll(() => last.getAttribute('data-lit')).toBe('true');
    await page.keyboard.press('Home');
    await expect.poll(() => rows.first().getAttribute('data-lit')).toBe('true');
    await rows.nth(2).hover();
    await expect.poll(() => rows.nth(2).getAttribute('data-lit')).toBe('true');
  });
});
