/** The bench as a person uses it: what is held, changed in the grid of bytes, and what the receiver then does. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { faultsInThemes } from './judge.ts';
import { describePage } from './suite.ts';
import { open } from './visit.ts';

const log = (page: Page) => page.getByTestId('bench-log');
const cursorAt = (page: Page, at: number) =>
  page.locator(`[data-testid="unit-bytes"] [data-byte="${at}"][data-cursor]`);

async function heldByte(page: Page, at: number): Promise<string> {
  return page.getByTestId('unit-bytes').locator(`.byte[data-byte="${at}"]`).innerText();
}

/** Whatever else is said in the room. */
async function acknowledged(puppet: Puppet, ref: string): Promise<void> {
  for (let message = await puppet.next(); message; message = await puppet.next())
    if (message.type === 'ack' && message.ref === ref) return;
  throw new Error(`the connection ended before ${ref} was acknowledged`);
}

describePage([], 'the bench', (stage) => {
  it('changes what ana says by keyboard alone, and a sealed record in vain', async () => {
    const visit = await open(stage.browser, stage.served.url, 'Live', { reducedMotion: 'reduce' });
    const { page } = visit;
    await page.getByTestId('view-attacks').click();
    await page.getByTestId('place-bench').focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('bench-words').fill('Room 12');
    await page.keyboard.press('Enter');
    await page.getByTestId('unit-bytes').focus();
    // {"type":"say","text":"Room 12 behind a header of four bytes: the 1 stands at 31.
    for (let at = 0; at <= 31; at++) await page.keyboard.press('ArrowRight');
    await cursorAt(page, 31).waitFor();
    expect(await heldByte(page, 31)).toBe('31');
    for (const key of '39') await page.keyboard.press(key);
    await page.locator('.byte[data-byte="31"][data-changed]').waitFor();
    await page.getByTestId('unit-pass').focus();
    await page.keyboard.press('g');
    await page.getByTestId('bench-room').getByText('Room 92').waitFor();
    await log(page).getByText(': ack').waitFor();
    expect(await faultsInThemes(page, { within: 'main' })).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(
      await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    ).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });

    await page.getByTestId('bench-target').selectOption('psk aes-256-gcm');
    await page.getByTestId('bench-say').click();
    await page.getByTestId('held-server').getByText('data').waitFor();
    // Its last byte, of the tag.
    await page.getByTestId('unit-bytes').focus();
    for (const key of ['Home', 'End']) await page.keyboard.press(key);
    const last = page.getByTestId('unit-bytes').locator('.byte[data-cursor]');
    await page.keyboard.press((await last.innerText()).startsWith('0') ? '1' : '0');
    await page.getByTestId('unit-bytes').locator('[data-changed]').first().waitFor();
    await page.getByTestId('unit-pass').click();
    await log(page).locator('[data-who="server"]', { hasText: 'bad_record_mac' }).waitFor();
    expect(page.url()).toContain('#bench=psk%20aes-256-gcm');
    await visit.leave();
  });

  it('steps into a connection that the inspector shows, by keyboard, and leaves it whole', async () => {
    const puppet = await Puppet.join(await targetOf(stage.served.ready, 'psk'), 'heron');
    puppet.say({ type: 'say', ref: '1', text: 'before' });
    await puppet.expect('ack');
    const said = encodeURIComponent('msg.type == "say"');
    const address = `${stage.served.url}inspect#wires=psk&filter=${said}`;
    const visit = await open(stage.browser, address, 'Live', { reducedMotion: 'reduce' });
    const { page } = visit;
    await page.getByTestId('step-in').focus();
    await page.keyboard.press('Enter');
    await log(page)
      .getByText(/^You stand in #\d+ of the inspector/)
      .waitFor();
    const standing = page.getByTestId('standing');
    await standing.locator('summary').focus();
    await page.keyboard.press('Enter');
    await standing
      .getByRole('button', { name: /^Step in: #\d+, psk$/ })
      .first()
      .waitFor();
    puppet.say({ type: 'say', ref: '2', text: 'through you' });
    await page.getByTestId('held-server').getByText('say').waitFor();
    expect(await faultsInThemes(page, { within: 'main' })).toEqual([]);
    await page.getByTestId('bench-flow').focus();
    // To the inspector: what is held goes on.
    await page.keyboard.press('Enter');
    await acknowledged(puppet, '2');
    puppet.say({ type: 'say', ref: '3', text: 'after' });
    await acknowledged(puppet, '3');
    await puppet.close();
    await visit.leave();
  });
});
