/** The pictures: each of them drawn from what really crossed, opened by keyboard, saved, and judged by axe. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePage } from './suite.ts';
import { type Visit, open, say } from './visit.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN = `axe.run('main', { resultTypes: ['violations'], rules: { 'label-content-name-mismatch': { enabled: true } } })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')))`;
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const TABS = ['lanes', 'handshakes', 'keys', 'bytes', 'timing'] as const;

const picture = (page: Page, name: string) => page.getByTestId(`picture-${name}`);

async function show(page: Page, name: string): Promise<void> {
  await page.getByTestId(`tab-${name}`).click();
  await picture(page, name).locator('svg[role]').waitFor();
}

async function saved(page: Page, name: string, kind: 'svg' | 'png'): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    picture(page, name).getByTestId(`export-${kind}`).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`wireglass-${name}.${kind}`);
  return readFileSync(await download.path());
}

/** Says something, and goes to the pictures by their link. */
async function begin(visit: Visit): Promise<Page> {
  await say(visit.page, 'north gate');
  const menu = visit.page.getByTestId('views-menu');
  if (await menu.isVisible()) {
    await menu.click();
    await visit.page.getByRole('menuitem', { name: 'Pictures' }).click();
  } else await visit.page.getByTestId('view-pictures').click();
  await picture(visit.page, 'lanes').waitFor();
  return visit.page;
}

describePage([], 'the pictures', (stage) => {
  it('show lanes, handshakes, keys, bytes and times of what crossed, and save them', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const page = await begin(visit);
    for (const wire of ['plain', 'psk', 'tls', 'tls+psk'])
      await page
        .locator(`[data-testid=picture-lanes] g[data-wire="${wire}"] [data-testid=bar]`)
        .first()
        .waitFor();
    await page
      .getByTestId('picture-lanes')
      .getByText(/PSK: 1 round trip/)
      .first()
      .waitFor();

    await show(page, 'handshakes');
    const older = page.getByTestId('older-tls');
    const port = stage.served.ready.wires.find(({ wire }) => wire === 'tls')?.port;
    expect(await older.locator('code').innerText()).toMatch(new RegExp(`-connect \\S+:${port} -tls1_2$`));
    await page.getByTestId('make-older-tls').click();
    const ladder = page.getByTestId('ladder').filter({ hasText: 'TLS 1.2 on the tls wire' });
    await ladder.getByText('2 round trips').waitFor();
    await older.waitFor({ state: 'detached' });
    expect(await page.getByTestId('ladder').allTextContents()).toEqual([
      expect.stringMatching(/^PSK on the psk wire1 round trip/),
      expect.stringMatching(/^TLS 1\.2 on the tls wire2 round trips/),
      expect.stringMatching(/^TLS 1\.3 on the tls wire1 round trip/),
      expect.stringMatching(/^TLS 1\.3 \+ PSK on the tls\+psk wire2 round trips/),
    ]);
    expect(await ladder.getByTestId('rung').first().textContent()).toMatch(/^client_hello\s+\d+ B$/);

    await show(page, 'keys');
    await page.getByTestId('key-node').filter({ hasText: 'hash of the hellos' }).first().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('[data-testid=key-value][open] [data-testid=key-output]').waitFor();
    await page.getByTestId('key-summary').getByText('All computed again').waitFor();

    await show(page, 'bytes');
    expect(await page.getByTestId('byte-strip').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^psk, what was inside\d\.\d\d bits a byte, [\d,]+ bytes/),
      ]),
    );
    for (const name of TABS) {
      await show(page, name);
      const svg = (await saved(page, name, 'svg')).toString();
      const title = await page.evaluate<string>(
        `{ const file = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml');
          file.querySelector('parsererror') ? 'no XML' : file.documentElement.firstElementChild.textContent; }`,
      );
      expect(title).toBe(await picture(page, name).getByRole('heading', { level: 2 }).innerText());
      expect(svg).not.toMatch(/var\(|style=|class=|href=/);
      // One is enough: all go the same way from here.
      if (name !== 'lanes') continue;
      const png = await saved(page, name, 'png');
      expect(png.subarray(0, 8)).toEqual(PNG);
      const width = Number(/<svg[^>]* width="(\d+)/.exec(svg)?.[1]);
      expect(png.readUInt32BE(16)).toBe(2 * width);
    }

    await show(page, 'lanes');
    await page.locator('[data-testid=bar][tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    const name = await page.locator('[data-testid=bar]:focus').getAttribute('data-stop');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/inspect' && url.hash === `#record=${name}`);
    await visit.leave();
  });

  it.each([
    ['light', 1440, ['lanes', 'keys', 'timing']],
    ['dark', 360, ['handshakes', 'keys']],
  ] as const)(
    'as Eve have neither names nor plaintext of what is sealed; axe finds no fault, %s',
    async (theme, width, names) => {
      const visit = await open(stage.browser, stage.served.url, 'Live', {
        colorScheme: theme,
        reducedMotion: 'reduce',
        viewport: { width, height: 900 },
      });
      const page = await begin(visit);
      await page.evaluate(AXE);
      const found: Record<string, string[]> = {};
      for (const name of names) {
        await show(page, name);
        found[name] = await page.evaluate<string[]>(RUN);
      }
      await show(page, 'handshakes');
      await page.getByTestId('rung').filter({ hasText: 'encrypted_extensions' }).first().waitFor();
      await page.getByTestId('eve-on').click();
      await page.getByTestId('rung').filter({ hasText: 'sealed' }).first().waitFor();
      expect(await page.getByTestId('rung').filter({ hasText: 'encrypted_extensions' }).count()).toBe(0);
      await show(page, 'bytes');
      await page.getByTestId('byte-strip').filter({ hasText: 'cannot be known' }).nth(2).waitFor();
      found['as Eve'] = await page.evaluate<string[]>(RUN);
      expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await visit.leave();
    },
  );
});
