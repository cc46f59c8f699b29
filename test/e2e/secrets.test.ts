/** A password that crossed a wire is not on the page before somebody asks for it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { targetOf } from '../support/program.ts';
import { Puppet } from '../support/server.ts';
import { type Served, type Visit, launch, open, selectWire, serve } from './visit.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const PASSWORD = 'correct horse battery staple 7';

describeWith(['chromium'], 'a password in a browser', ({ chromium: executablePath }) => {
  let browser: Browser;
  let served: Served;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    [browser, served] = await Promise.all([launch(executablePath), serve()]);
    visit = await open(browser, served.url);
    page = visit.page;
    const puppet = await Puppet.join(await targetOf(served.ready, 'tls'), 'heron');
    puppet.say({ type: 'login', name: 'ana', password: PASSWORD });
    await selectWire(page, 'tls');
    await page.getByTestId('record-search').fill('msg.type == "login"');
    await page.getByTestId('record-row').first().waitFor();
    await puppet.close();
  }, 180_000);
  afterAll(async () => {
    await visit.leave();
    await browser.close();
    await served.close();
  });

  const password = () => page.locator('[data-testid=field-row][data-field=password] .value').innerText();
  const detail = () => page.locator('#detail').innerText();
  const bytes = async () =>
    Buffer.from(
      (await page.getByTestId('plain-bytes').locator('.byte').allInnerTexts()).join(''),
      'hex',
    ).toString();

  it('is masked in the fields and in the bytes', async () => {
    expect(await password()).toMatch(/^•+$/);
    expect(await bytes()).toContain('"password":"******');
    expect(await detail()).not.toContain(PASSWORD);
  });

  it('shows when it is asked for, and is masked again on the next record', async () => {
    await page.getByTestId('reveal').click();
    await expect.poll(password).toBe(PASSWORD);
    expect(await bytes()).toContain(PASSWORD);
    await page.getByTestId('record-search').fill('msg.type == "join"');
    await page.locator('[data-testid=field-row][data-field=type]').getByText('join').waitFor();
    await page.getByTestId('record-search').fill('msg.type == "login"');
    await expect.poll(password).toMatch(/^•+$/);
  });

  it('is preceded by a warning before anything is typed', async () => {
    expect(await page.getByTestId('composer-input').getAttribute('placeholder')).toContain(
      'anyone with this page',
    );
    expect(await page.locator('footer').innerText()).toMatch(/private messages and passwords/);
  });
});
