/** Every view of the workbench as it looks in each theme, on a small window, enlarged, and on a projector. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_PATHS } from '#web/page-paths';
import { ABOUT_COLOURS, faultsInThemes, faultsOn } from './judge.ts';
import { describePage } from './suite.ts';
import { type Visit, open, say } from './visit.ts';

/** Widths in CSS pixels; what a person sees who enlarges 1440 pixels to 200 %, or 1280 to 400 % (WCAG 1.4.10). */
const SIZES = [
  { name: 'a phone', width: 360, height: 740 },
  { name: '200 %', width: 720, height: 450 },
  { name: '400 %', width: 320, height: 256 },
  { name: 'an old projector', width: 1024, height: 768 },
  { name: 'a projector', width: 1920, height: 1080 },
];

/** What lies above a view, and how a person gets there. */
interface Overlay {
  readonly name: string;
  readonly within: string;
  readonly reach: (page: Page) => Promise<unknown>;
}

const OVERLAYS: readonly Overlay[] = [
  {
    name: 'the palette',
    within: '[role=dialog]',
    async reach(page) {
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-input').fill('psk');
      await page.getByTestId('palette-row').first().waitFor();
    },
  },
  {
    name: 'the shortcuts',
    within: '[role=dialog]',
    async reach(page) {
      await page.getByTestId('theme-menu').focus();
      await page.keyboard.press('?');
      await page.getByTestId('shortcuts').waitFor();
    },
  },
  {
    name: 'the themes',
    within: '[role=menu]',
    async reach(page) {
      await page.getByTestId('theme-menu').click();
      await page.getByTestId('contrast-toggle').waitFor();
    },
  },
];

/** By how many pixels the view is too wide once it has had some pictures to follow the window: the rows of bytes are cut anew. */
const TOO_WIDE = `new Promise((resolve) => {
  let pictures = 60;
  (function look() {
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over <= 0 || pictures-- === 0) resolve(over);
    else requestAnimationFrame(look);
  })();
})`;

/** The elements that reach beyond the window on the right, by their classes. */
const BEYOND = `[...document.querySelectorAll('body *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth)
  .map(({ tagName, className }) => tagName + '.' + className).slice(0, 12).join(' ')`;

/** Goes there without another page load, as a link does, and waits until all of the view is there. */
async function show(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`);
  await page.locator(`#content[data-view="${path}"]`).waitFor();
  // One skeleton is an exhibit.
  if (path !== '/design') await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

/** One page for each, opened as it stays: Chromium is slow to forget the colours of a theme that is changed under it. */
const LOOKS = {
  forced: { reducedMotion: 'reduce', forcedColors: 'active' },
  usual: { reducedMotion: 'reduce' },
} as const;

const WINDOW = { width: 1440, height: 900 };

describePage([], 'every view', (stage) => {
  describe('in both pages', () => {
    const visits: Visit[] = [];
    let pages: Readonly<Record<keyof typeof LOOKS, Page>>;
    beforeAll(async () => {
      for (const look of Object.values(LOOKS)) {
        const visit = await open(stage.browser, stage.served.url, 'Live', look);
        visits.push(visit);
        await say(visit.page, 'north gate');
      }
      const [forced, usual] = visits as [Visit, Visit];
      pages = { forced: forced.page, usual: usual.page };
    });
    afterAll(async () => {
      for (const visit of visits) await visit.leave(/401/);
    });

    it.each(PAGE_PATHS)(
      '%s has nothing that axe finds in any theme, nor with forced colours, and fits every window',
      async (path) => {
        const { forced, usual } = pages;
        // The bar above every view is judged with the first of them.
        const judged = path === '/' ? {} : { within: 'main' };
        await show(forced, path);
        const faults = await faultsOn(forced, { ...judged, options: ABOUT_COLOURS });
        const found = faults.map((fault) => `forced colours: ${fault}`);
        await usual.setViewportSize(WINDOW);
        await show(usual, path);
        found.push(...(await faultsInThemes(usual, judged)));
        for (const { name, ...size } of SIZES) {
          await usual.setViewportSize(size);
          const over = await usual.evaluate<number>(TOO_WIDE);
          if (over > 0) found.push(`${name}: too wide by ${over}: ${await usual.evaluate<string>(BEYOND)}`);
        }
        expect(found).toEqual([]);
      },
    );
  });

  it('has nothing that axe finds in what lies above a view', async () => {
    const visit = await open(stage.browser, stage.served.url, 'Live', { reducedMotion: 'reduce' });
    const { page } = visit;
    // A view of few elements, all of which axe looks at each time.
    await show(page, '/console');
    const found: string[] = [];
    for (const { name, within, reach } of OVERLAYS) {
      await reach(page);
      found.push(...(await faultsInThemes(page, { within })).map((fault) => `${name}, ${fault}`));
      await page.keyboard.press('Escape');
    }
    expect(found).toEqual([]);
    await visit.leave(/401/);
  });

  it('has nothing that axe finds in the tour', async () => {
    const visit = await open(stage.browser, stage.served.url, 'Live', {
      isFirst: true,
      reducedMotion: 'reduce',
    });
    await visit.page.getByTestId('tour').waitFor();
    // Behind it the conversation goes on.
    expect(await faultsInThemes(visit.page, { within: '[data-testid=tour]' })).toEqual([]);
    await visit.leave();
  });
});
