/** A person filters the list of records: expressions, mistakes, help while typing, and the filter in the address. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePage, visitEach } from './suite.ts';
import { open, say, selectWire } from './visit.ts';

describePage([], 'the search box in a browser', (stage) => {
  let page: Page;
  visitEach(stage, async (visit) => {
    ({ page } = visit);
    await say(page, 'a needle in the hay');
    await say(page, 'north gate');
    await selectWire(page, 'psk');
  });

  const box = () => page.getByTestId('record-search');
  const titles = async () => page.getByTestId('record-row').locator('.title').allInnerTexts();
  const distinct = async () => [...new Set(await titles())].sort();
  const filterInAddress = () => new URLSearchParams(new URL(page.url()).hash.slice(1)).get('filter');

  it.each([
    ['psk.type == client_hello', ['client_hello']],
    ['msg.text contains "needle" and dir == c2s', ['say']],
    ['msg.type matches "^sa"', ['say']],
    ['msg.type in {"say", "join"}', ['join', 'say']],
    ['msg.text contains "nobody said this"', []],
  ])('narrows the list with %s', async (text, expected) => {
    await box().fill(text);
    await expect.poll(distinct).toEqual(expected);
    const said = await page.locator('.count').innerText();
    expect(said).toMatch(/^\d+ of \d+ records$/);
    expect(await page.getByTestId('filter-fault').innerText()).toBe('');
  });

  it('shows where a filter goes wrong and what it might mean, and leaves the list as it was', async () => {
    await box().fill('msg.type == "say"');
    await expect.poll(distinct).toEqual(['say']);
    await box().fill('msg.tpye == "say"');
    await page.keyboard.press('Enter');
    const fault = page.getByTestId('filter-fault');
    await fault.getByText('msg.type').waitFor();
    const [line, caret] = (await fault.locator('.place').innerText()).split('\n') as [string, string];
    expect(line).toBe('msg.tpye == "say"');
    expect(caret.indexOf('^')).toBe(line.indexOf('msg.tpye'));
    expect(await box().getAttribute('aria-invalid')).toBe('true');
    expect(await distinct()).toEqual(['say']);
  });

  it('puts an expression together with the keyboard', async () => {
    await box().focus();
    await page.keyboard.type('msg.ty');
    await page.getByTestId('suggestions').getByText('msg.type').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await expect.poll(() => box().inputValue()).toBe('msg.type ');
    await page.keyboard.type('== "sa');
    await page.getByTestId('suggestions').getByText('"say"').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => box().inputValue()).toBe('msg.type == "say" ');
    await page.keyboard.press('Escape');
    expect(await page.getByTestId('suggestions').count()).toBe(0);
    await expect.poll(distinct).toEqual(['say']);
  });

  it('keeps its text in the address: after a reload, for another person, and with Back and Forward', async () => {
    const text = 'msg.type == "say" && len > 10';
    await box().fill(text);
    await expect.poll(filterInAddress).toBe(text);
    await page.reload();
    await expect.poll(distinct).toEqual(['say']);
    expect(await box().inputValue()).toBe(text);

    await box().fill('dir == c2s');
    await expect.poll(filterInAddress).toBe('dir == c2s');
    await page.goBack();
    await expect.poll(() => box().inputValue()).toBe(text);
    await expect.poll(distinct).toEqual(['say']);
    await page.goForward();
    await expect.poll(() => box().inputValue()).toBe('dir == c2s');

    const other = await open(stage.browser, page.url());
    await expect.poll(() => other.page.getByTestId('record-search').inputValue()).toBe('dir == c2s');
    await other.leave();
    await page.getByLabel('Clear the search').click();
    await expect.poll(filterInAddress).toBeNull();
  });

  it('adds one step to the history for a text that is typed letter by letter', async () => {
    const before = await page.evaluate('history.length');
    // All letters in one task: a busy machine must not make the pauses between them longer.
    await page.evaluate(`{
      const input = document.querySelector('[data-testid=record-search]');
      for (const letter of 'needle') {
        input.value += letter;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }`);
    await expect.poll(filterInAddress).toBe('needle');
    expect(await page.evaluate('history.length')).toBe(Number(before) + 1);
  });
});
