/** The shell around the views: a way to everywhere, by mouse and by keyboard, and what a first visit shows. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { WIRE_NAMES } from '#protocol/wires';
import { describePage } from './suite.ts';
import { chooseTheme, open, say } from './visit.ts';

describePage([], 'the shell', (stage) => {
  it('leads to every view and back, by mouse and by keyboard, and tells where one is', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    const titles = page.getByRole('navigation', { name: 'Views' }).locator('a[aria-current]');
    expect(await titles.allInnerTexts()).toEqual(['Wires']);
    await page.getByTestId('select-psk').click();

    // The page about the design has no place in the navigation.
    await find(page, 'design');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Design', level: 1 }).waitFor();
    expect(await page.title()).toBe('Design · Wireglass');
    await expect.poll(() => focused(page)).toBe('Design');

    await page.goBack();
    await page.locator('#detail[data-wire=psk]').waitFor();
    expect(await page.title()).toBe('Wireglass');
    await expect.poll(() => focused(page)).toBe('The four wires');
    await page.goForward();
    await page.getByRole('heading', { name: 'Design', level: 1 }).waitFor();

    // The way back leads to what the view showed.
    await page.keyboard.press('Shift+Tab');
    await page.getByTestId('view-wires').focus();
    await page.keyboard.press('Enter');
    await page.locator('#detail[data-wire=psk]').waitFor();
    await page.reload();
    await page.getByTestId('connection').getByText('Live').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('The four wires');
    await visit.leave();
  });

  it('has the views behind one button where there is little room', async () => {
    const viewport = { width: 360, height: 800 };
    const visit = await open(stage.browser, stage.served.url, 'Live', { viewport });
    const { page } = visit;
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await page.getByTestId('views-menu').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Docs' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs/');
    await visit.leave();
  });

  it('keeps colours and contrast, and the docs have the same', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const before = await paper();
    await chooseTheme(page, 'dark');
    const dark = await paper();
    expect(dark).not.toBe(before);
    await page.getByTestId('theme-menu').click();
    await page.getByTestId('contrast-toggle').click();
    await page.keyboard.press('Escape');
    expect(await paper()).toBe('rgb(0, 0, 0)');
    await page.reload();
    await page.getByTestId('theme-menu').waitFor();
    expect(await paper()).toBe('rgb(0, 0, 0)');
    await page.goto(`${stage.served.url}docs/`);
    await page.locator('html.dark[data-contrast=more]').waitFor();
    await visit.leave();
  });

  it('finds a view, a record, a field and a page of the docs', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    await say(page, 'at the north gate');
    await find(page, 'north gate');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/inspect#record=\d+\.\d+/);
    await page.locator('[data-testid=field-row]').getByText('at the north gate').first().waitFor();

    await find(page, 'psk.client_nonce');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('record-search').inputValue()).toBe('psk.client_nonce');

    await find(page, 'as Eve');
    await page.keyboard.press('Enter');
    await page.waitForURL(/eve=1/);

    await find(page, 'nothing is called so');
    await page.getByText('Nothing is called that').waitFor();
    await page.getByTestId('palette-input').fill('forward secrecy');
    await page.getByTestId('palette-row').getByText('Forward secrecy').first().click();
    await page.waitForURL('**/docs/**');
    await page.getByRole('heading', { name: 'Forward secrecy' }).first().waitFor();
    await visit.leave();
  });

  it('lists the keys of the page and of the view, but not while somebody types', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    await page.getByTestId('composer-input').pressSequentially('why?');
    expect(await page.getByTestId('composer-input').inputValue()).toBe('why?');
    await page.getByTestId('theme-menu').focus();
    await page.keyboard.press('?');
    await page.getByTestId('shortcuts').getByText('In the list of records').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('shortcuts').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.dataset.testid')).toBe('theme-menu');
    await visit.leave();
  });

  it('leads to a view that is slow to come, also when something was typed just before', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    // Until well after what was typed has its turn to go into the address.
    await page.route('**/assets/InspectPlace-*.js', async (route) => {
      await page.waitForTimeout(1_000);
      await route.continue();
    });
    await page.getByTestId('record-search').fill('dir == c2s');
    await page.getByTestId('view-inspector').click();
    await page.waitForURL('**/inspect');
    await page.getByTestId('record-table').waitFor();
    await visit.leave();
  });

  it('says when a view does not come, and brings it once the server answers', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    await page.route('**/assets/DesignView*', (route) => route.abort());
    await page.route('**/design', (route) => route.abort());
    await find(page, 'design');
    await page.keyboard.press('Enter');
    await page.getByTestId('view-failed').waitFor();
    await page.getByTestId('view-retry').click();
    await page.getByTestId('view-failed').waitFor();
    await page.unroute('**/assets/DesignView*');
    await page.unroute('**/design');
    await page.getByTestId('view-retry').click();
    await page.getByRole('heading', { name: 'Design', level: 1 }).waitFor();
    await visit.leave(/Failed to (load|fetch)|ERR_FAILED|preload/);
  });

  it('shows on a first visit a conversation that ends when the person types, and a tour that can be skipped', async () => {
    const visit = await open(stage.browser, stage.served.url, 'Live', { isFirst: true });
    const { page } = visit;
    await page.getByTestId('demo').getByText('Two scripted people are talking').waitFor();
    for (const wire of WIRE_NAMES) await page.getByTestId(`said-${wire}`).waitFor();

    await page.getByTestId('tour').getByText('Say something').waitFor();
    await page.getByTestId('tour-next').click();
    await page.getByTestId('tour').getByText('One message, four wires').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('tour').waitFor({ state: 'detached' });

    await page.getByTestId('composer-input').fill('mine');
    await page.getByTestId('demo-start').waitFor();
    await page.getByTestId('demo-start').click();
    await page.getByTestId('demo-stop').click();
    await page.getByTestId('demo-start').waitFor();
    await say(page, 'mine now');
    await page.getByTestId('demo').waitFor({ state: 'detached' });

    await page.reload();
    await page.getByTestId('connection').getByText('Live').first().waitFor();
    expect(await page.getByTestId('tour').count()).toBe(0);
    await page.getByTestId('help-menu').click();
    await page.getByTestId('menu-tour').click();
    await page.getByTestId('tour').getByText('Say something').waitFor();
    await page.getByTestId('tour-skip').click();
    await page.getByTestId('tour').waitFor({ state: 'detached' });
    await visit.leave();
  });

  it('keeps the tour within a narrow window, also where what it points at is longer', async () => {
    const viewport = { width: 360, height: 640 };
    const visit = await open(stage.browser, stage.served.url, 'Live', { isFirst: true, viewport });
    const { page } = visit;
    const next = page.getByTestId('tour-next');
    for (const name of [/^Next/, /^Next/, /^Next/, /^Next/, /^Done/]) {
      await next.filter({ hasText: name }).click();
    }
    await page.getByTestId('tour').waitFor({ state: 'detached' });
    await visit.leave();
  });
});

/** Opens the palette and types. */
async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette-input').fill(text);
  await page
    .locator('[data-testid=palette-row][data-highlighted], .palette-none:not(:empty)')
    .first()
    .waitFor();
}

async function focused(page: Page): Promise<string> {
  return page.evaluate<string>('document.activeElement.textContent.trim()');
}
