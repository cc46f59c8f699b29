/** A password that crossed a wire is not on the page before somebody asks for it. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { describePage, visitOnce } from './suite.ts';
import { selectWire } from './visit.ts';

const PASSWORD = 'correct horse battery staple 7';

describePage([], 'a password in a browser', (stage) => {
  let page: Page;

  visitOnce(stage, async (visit) => {
    ({ page } = visit);
    const puppet = await Puppet.join(await targetOf(stage.served.ready, 'tls'), 'heron');
    puppet.say({ type: 'login', name: 'ana', password: PASSWORD });
    await selectWire(page, 'tls');
    await page.getByTestId('record-search').fill('msg.type == "login"');
    await page.getByTestId('record-row').first().waitFor();
    await puppet.close();
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
