/** The page at an address of the network: only with the token, and without what browsers reserve for secure origins. */
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { Program } from '../support/programs/program.ts';
import { type Served, launch, open, say, serve } from './visit.ts';
import { WIRE_NAMES } from '#protocol/wires';

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

    it('shows commands that work on another machine, with the files it gives out', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'wireglass-e2e-'));
      const visit = await open(browser, served.url);
      // Once one of them has spoken, every card shows what was said instead.
      const commands = [];
      for (const wire of WIRE_NAMES) {
        const files = await downloadAll(visit.page, wire, folder);
        const text = await visit.page.getByTestId(`wire-card-${wire}`).locator('code').innerText();
        const [, , ...args] = text.trim().split(' ');
        expect(args).toContain(address);
        commands.push(args.map((arg) => files.find((file) => file.endsWith(`/${arg}`)) ?? arg));
      }
      for (const [place, wire] of WIRE_NAMES.entries()) {
        const chat = new Program([...(commands[place] ?? []), '--data', join(folder, 'none')]);
        chat.child.stdin.end(`over ${wire}\n`);
        expect(await chat.finished).toMatchObject({ code: 0 });
        await visit.page.getByTestId(`said-${wire}`).getByText(`over ${wire}`, { exact: true }).waitFor();
      }
      await visit.leave();
      await rm(folder, { recursive: true });
    }, 240_000);

    it('still has the commands, and copies one, when messages have taken their place on the cards', async () => {
      const visit = await open(browser, served.url);
      const { page } = visit;
      await say(page, TEXT);
      await page.getByTestId('connect-button').click();
      await page.getByTestId('copy-tool-plain').click();
      await page.getByTestId('connect-plain').getByLabel('Copied').waitFor();
      await page.keyboard.press('Escape');
      await page.getByTestId('composer-input').focus();
      await page.keyboard.press('ControlOrMeta+V');
      const port = served.ready.wires.find(({ wire }) => wire === 'plain')?.port;
      expect(await page.getByTestId('composer-input').inputValue()).toBe(`nc ${address} ${port}`);
      await visit.leave();
    }, 120_000);

    it('decrypts all wires, and takes the token out of the address', async () => {
      const visit = await open(browser, served.url);
      const { page } = visit;
      expect(await page.evaluate('isSecureContext || crypto.subtle !== undefined')).toBe(false);
      expect(served.url).toContain('#token=');
      expect(page.url()).not.toContain('token');
      await say(page, TEXT);
      for (const wire of WIRE_NAMES)
        await page.getByTestId(`said-${wire}`).getByText(TEXT, { exact: true }).waitFor();
      await page.getByTestId('capture-button').click();
      await Promise.all([page.waitForEvent('download'), page.getByTestId('capture-0').click()]);
      await visit.leave();
    });
  });
});

/** What the card says to save first. Gives where it was saved, under the names that the server gave. */
async function downloadAll(page: Page, wire: string, folder: string): Promise<string[]> {
  const buttons = page.getByTestId(`wire-card-${wire}`).locator('[data-testid^=download-]');
  // What the server said about itself has come once its files are offered.
  if (wire !== 'plain') await buttons.first().waitFor();
  const files: string[] = [];
  for (const button of await buttons.all()) {
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
    files.push(join(folder, file.suggestedFilename()));
    await file.saveAs(files.at(-1) as string);
  }
  return files;
}

function lanAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
}
