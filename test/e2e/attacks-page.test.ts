/** The attacks as a person watches them: one of each family, with the mouse and by keyboard alone, back and on, in every theme. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { faultsInThemes } from './judge.ts';
import { describePage } from './suite.ts';
import { open } from './visit.ts';

const ONE_OF_EACH = [
  ['reuse-read', 'psk aes-256-ctr-fixed-nonce', 'succeeds'],
  ['flip-text', 'plain', 'succeeds'],
  ['reorder', 'plain', 'succeeds'],
  ['forge-message', 'psk aes-256-gcm', 'detected'],
  ['leaked-psk', 'tls+psk', 'prevented'],
  ['lengths', 'tls 1.3', 'succeeds'],
] as const;

const cell = (page: Page, attack: string, target: string) => page.getByTestId(`cell-${attack}-${target}`);
const outcome = (page: Page, verdict: string) =>
  page.getByTestId('outcome').locator(`[data-verdict="${verdict}"]`);
const position = (page: Page) => page.getByTestId('position');

async function toMatrix(page: Page): Promise<void> {
  await page.getByTestId('view-attacks').click();
  await page.getByTestId('play-all').waitFor();
}

describePage([], 'the attacks', (stage) => {
  it('play one of each family, with the fix beside it and its bytes in the inspector', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    await toMatrix(page);
    for (const [attack, target, verdict] of ONE_OF_EACH) {
      await cell(page, attack, target).click();
      await page.getByTestId('to-end').click();
      await outcome(page, verdict).waitFor();
      await page.getByTestId('to-matrix').click();
      await cell(page, attack, target)
        .and(page.getByLabel(`${verdict} (played)`))
        .waitFor();
    }

    // With words of one's own, then on the target that stops it.
    await cell(page, 'flip-text', 'plain').click();
    await page.getByTestId('words').fill('"');
    await page.getByTestId('play').click();
    await page.getByText('Quotation marks, backslashes').waitFor();
    await page.getByTestId('words').fill('Room 12');
    await page.getByTestId('play').click();
    await page.getByTestId('to-end').click();
    await page.getByTestId('pane-victim').getByText('Room 92').waitFor();
    expect(await page.getByTestId('xor').innerText()).toMatch(/00\s+00\s+00\s+00\s+00\s+08\s+00/);
    await page.getByTestId('fix').click();
    await page.getByTestId('to-end').click();
    await page.getByTestId('pane-victim').getByText('Room 12').waitFor();
    await page.getByTestId('outcome').getByText('bad_record_mac').waitFor();
    await page.getByTestId('outcome').getByText('what ben hears from ana: Room 92').waitFor();
    await page.getByTestId('recording-eve').click();
    await page.waitForURL((url) => url.pathname === '/inspect' && url.hash.includes('eve=1'));
    await page.getByTestId('table-row').first().waitFor();
    await visit.leave();
  });

  it('are played, held and stepped through by keyboard alone', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    await toMatrix(page);
    await cell(page, 'sniff-password', 'plain').focus();
    // Over a cell that is not possible, and back.
    for (const key of ['ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
    await page.locator('[data-testid="cell-sniff-password-plain"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await outcome(page, 'succeeds').waitFor();
    const all = (await position(page).innerText()).trim();
    const count = Number(/of (\d+)$/.exec(all)?.[1]);
    await page.keyboard.press('ArrowLeft');
    await position(page)
      .getByText(`Step ${count - 1} of ${count}`)
      .waitFor();
    expect(page.url()).toMatch(new RegExp(`#attack=sniff-password&target=plain&step=${count - 1}$`));
    await page.getByTestId('outcome').waitFor({ state: 'detached' });
    await page.keyboard.press('Home');
    await position(page).getByText(`Step 0 of ${count}`).waitFor();
    await page.keyboard.press('Space');
    await position(page).getByText(`Step ${count} of ${count}`).waitFor();
    await visit.leave();
  });

  it('have nothing that axe finds, and fit a narrow window', async () => {
    const visit = await open(stage.browser, stage.served.url, 'Live', { reducedMotion: 'reduce' });
    const { page } = visit;
    await toMatrix(page);
    await cell(page, 'flip-text', 'plain').click();
    await page.getByTestId('to-end').click();
    await page.getByTestId('outcome').waitFor();
    expect(await faultsInThemes(page, { within: 'main' })).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(
      await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    ).toBeLessThanOrEqual(0);
    await visit.leave();
  });
});
