/** A message that a person sent stays theirs on the page: as Eve, next to others' messages, in more tabs, and after a reload. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { describePage, visitEach } from './suite.ts';
import { joined, open, say, selectWire } from './visit.ts';
import { WIRE_NAMES } from '#protocol/wires';

const SEALED = ['psk', 'tls', 'tls+psk'] as const;
const TEXT = 'Meet me at the north gate';

describePage([], 'a message of one’s own in a browser', (stage) => {
  let page: Page;
  visitEach(stage, (visit) => void ({ page } = visit));

  it('stays on the four cards with keys, as Eve, with another tab and after a reload', async () => {
    await say(page, TEXT);
    const sizes = await sizesOf(page);
    expect(new Set(sizes).size).toBe(4);
    await asEve(page);
    expect(await sizesOf(page)).toEqual(sizes);

    const total = async () => Number((await page.locator('.count').innerText()).replace(/\D/g, ''));
    const before = await total();
    const other = await open(stage.browser, stage.served.url);
    await joined(other.page);
    // Its welcome, its join, the answer, and what the others are told.
    await expect.poll(total).toBeGreaterThanOrEqual(before + 4);
    expect(await sizesOf(page)).toEqual(sizes);

    await page.reload();
    await joined(page);
    await asEve(page);
    expect(await sizesOf(page)).toEqual(sizes);
    await page.getByTestId('eve-off').click();
    for (const wire of WIRE_NAMES) {
      await page.getByTestId(`said-${wire}`).getByText(TEXT, { exact: true }).waitFor();
      await page
        .getByTestId(`delivery-${wire}`)
        .getByText(/message \d+ stored/)
        .waitFor();
    }
    expect(await sizesOf(page)).toEqual(sizes);
    await other.leave();
  });

  it('is on the cards when it is sent as Eve, and is the same one with the keys', async () => {
    await joined(page);
    await page.getByTestId('eve-on').click();
    await page.getByTestId('composer-input').fill(TEXT);
    await page.getByTestId('composer-input').press('Enter');
    for (const wire of SEALED) await page.getByTestId(`sealed-${wire}`).waitFor();
    await page.getByTestId('said-plain').getByText(TEXT, { exact: true }).waitFor();
    await page.getByTestId('delivery-summary').getByText('4 of 4').waitFor({ state: 'attached' });
    await expect.poll(async () => new Set(await sizesOf(page)).size).toBe(4);
    const sizes = await sizesOf(page);
    await page.getByTestId('eve-off').click();
    for (const wire of SEALED)
      await page.getByTestId(`said-${wire}`).getByText(TEXT, { exact: true }).waitFor();
    expect(await sizesOf(page)).toEqual(sizes);
  });

  it('is marked as older where a later one was not sent', async () => {
    await say(page, TEXT);
    for (const wire of ['psk', 'tls+psk']) await page.getByTestId(`wire-toggle-${wire}`).click();
    await page.getByTestId('composer-input').fill('only in the open');
    await page.getByTestId('composer-input').press('Enter');
    for (const wire of ['plain', 'tls']) {
      await page.getByTestId(`said-${wire}`).getByText('only in the open', { exact: true }).waitFor();
      expect(await page.getByTestId(`older-${wire}`).count()).toBe(0);
    }
    for (const wire of ['psk', 'tls+psk']) {
      await page.getByTestId(`said-${wire}`).getByText(TEXT, { exact: true }).waitFor();
      await page.getByTestId(`older-${wire}`).waitFor();
    }
  });

  it('stays on its card while others talk, whose messages are shown on request', async () => {
    await say(page, TEXT);
    const target = await targetOf(stage.served.ready, 'psk');
    const puppet = await Puppet.join(target, 'heron');
    for (let count = 1; count <= 20; count++)
      puppet.say({ type: 'say', text: `of others ${count}`, ref: String(count) });
    await selectWire(page, 'psk');
    await page.getByTestId('record-search').fill('"of others 20"');
    await page.getByTestId('record-row').filter({ hasText: 'say' }).first().waitFor();
    await page.getByTestId('said-psk').getByText(TEXT, { exact: true }).waitFor();
    await page.getByTestId('record-search').fill('');

    await page.getByTestId('filter-mine').click();
    await expect
      .poll(() => page.getByTestId('record-row').locator('.title').allInnerTexts())
      .toEqual(['say']);
    await field(page, 'text').getByText(TEXT).waitFor();
    await page.getByTestId('cards-newest').click();
    await page.getByTestId('said-psk').getByText('of others 20', { exact: true }).waitFor();
    await page.getByTestId('cards-own').click();
    await page.getByTestId('said-psk').getByText(TEXT, { exact: true }).waitFor();
    await puppet.close();
  });
});

/** Bytes of the record on each card. */
async function sizesOf(page: Page): Promise<number[]> {
  const found = WIRE_NAMES.map(async (wire) => {
    const text = await page.getByTestId(`wire-card-${wire}`).locator('.size').innerText();
    return Number(/(\d+) B$/.exec(text)?.[1]);
  });
  return Promise.all(found);
}

async function asEve(page: Page): Promise<void> {
  await page.getByTestId('eve-on').click();
  for (const wire of SEALED) await page.getByTestId(`sealed-${wire}`).waitFor();
  await page.getByTestId('activity').waitFor({ state: 'detached' });
}

function field(page: Page, name: string) {
  return page.locator(`[data-testid=field-row][data-field=${name}]`).last();
}
