/** Whatever is typed into any field of any view is text, and runs nothing. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { guest } from './chatting.ts';
import { SCRIPT_LIKE } from './script-like.ts';
import { describePage } from './suite.ts';
import { open, say } from './visit.ts';

const FIELDS = 'input:not([type=checkbox]):not([type=radio]):not([type=file]), textarea';

/** Fills each field that is there, one text after the other, and leaves it as a person would: with Enter, and with Tab. */
async function typeEverywhere(page: Page): Promise<number> {
  const fields = page.locator(FIELDS).locator('visible=true');
  const count = await fields.count();
  for (let place = 0; place < count; place++) {
    for (const text of SCRIPT_LIKE) {
      // An answer to what was typed may have taken the field away.
      const field = fields.nth(place);
      if (!(await field.isVisible()) || !(await field.isEditable())) break;
      await field.fill(text);
      await field.press('Enter');
    }
    await page.keyboard.press('Tab');
  }
  return count;
}

const ran = (page: Page): Promise<unknown> => page.evaluate('globalThis.ran');

describePage([], 'what is typed', (stage) => {
  describe.each([
    { path: '', fields: 2, reach: (page: Page) => page.getByTestId('composer-input').waitFor() },
    { path: 'inspect', fields: 2, reach: markOne },
    { path: 'chat', fields: 1, reach: (page: Page) => page.locator('[data-testid=enter]:enabled').waitFor() },
  ])('into the fields of /$path', ({ path, fields, reach }) => {
    it('is text', async () => {
      const visit = await open(stage.browser, stage.served.url);
      const { page } = visit;
      await say(page, 'north gate');
      await page.goto(stage.served.url + path);
      await reach(page);
      expect(await typeEverywhere(page)).toBeGreaterThanOrEqual(fields);
      await page.keyboard.press('Control+k');
      expect(await typeEverywhere(page)).toBeGreaterThanOrEqual(1);
      expect(await ran(page)).toBeUndefined();
      await visit.leave();
    });
  });

  it('into the fields of the chat, its rooms and its search is text', async () => {
    const tia = await guest(stage, 'Tia');
    await typeEverywhere(tia.page);
    await tia.page.getByRole('button', { name: 'Search' }).click();
    await typeEverywhere(tia.page);
    await tia.page.keyboard.press('Escape');
    await tia.say('/rooms');
    await tia.page.getByTestId('room-name').waitFor();
    await typeEverywhere(tia.page);
    expect(await ran(tia.page)).toBeUndefined();
    await tia.leave();
  });
});

/** With a field for a note. */
async function markOne(page: Page): Promise<void> {
  await page.getByTestId('table-row').first().click();
  await page.getByTestId('mark').click();
  await page.getByTestId('mark-note').waitFor();
}
