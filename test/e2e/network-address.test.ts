/** The page at an address of the network: only with the token, and without what browsers reserve for secure origins. */
import { networkInterfaces } from 'node:os';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { type Served, WIRES, launch, open, say, serve } from './visit.ts';

const TEXT = 'Meet me at the north gate – at nine ☂';

describeWith(['chromium'], 'the workbench in a browser', ({ chromium: executablePath }) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch(executablePath);
  }, 120_000);
  afterAll(() => browser.close());

  const address = lanAddress();
  const where = 'at an address of the network, where the browser has no crypto.subtle';
  describe.skipIf(address === undefined)(address ? where : `${where} (not here: such an address)`, () => {
    let served: Served;

    beforeAll(async () => {
      served = await serve('--host', address as string);
    }, 60_000);
    afterAll(() => served.close());

    it('refuses anyone who does not have the token, and says how to get it', async () => {
      const visit = await open(browser, served.url.replace(/#.*/, ''), 'Refused');
      await visit.page.getByTestId('refused').getByText('#token=').waitFor();
      expect(await visit.page.getByTestId('composer-input').count()).toBe(0);
      await visit.leave();
    });

    it('decrypts all wires, and takes the token out of the address', async () => {
      const visit = await open(browser, served.url);
      const { page } = visit;
      expect(await page.evaluate('isSecureContext || crypto.subtle !== undefined')).toBe(false);
      expect(served.url).toContain('#token=');
      expect(page.url()).not.toContain('token');
      await say(page, TEXT);
      for (const wire of WIRES)
        await page.getByTestId(`said-${wire}`).getByText(TEXT, { exact: true }).waitFor();
      await page.getByTestId('capture-button').click();
      await Promise.all([page.waitForEvent('download'), page.getByTestId('capture-0').click()]);
      await visit.leave();
    });
  });
});

function lanAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
}
