/** Bytes side by side: what lights up together, what scrolls together, and what a field gives away. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { faultsOn } from './judge.ts';
import { describePage, visitOnce } from './suite.ts';
import { open, say, selectWire } from './visit.ts';

const LONG = 'north gate '.repeat(120).trim();

const field = (page: Page, name: string) =>
  page.locator(`[data-testid=field-row][data-field=${name}]`).last();

/** The bytes of a pane that are marked as what protects. */
async function guarded(page: Page, pane: string, part: string): Promise<number> {
  return page.getByTestId(pane).locator(`.byte[data-guard=${part}]`).count();
}

async function scrolled(page: Page, pane: string): Promise<number> {
  return page.getByTestId(pane).evaluate(({ scrollTop }: { readonly scrollTop: number }) => scrollTop);
}

/** The view of each theme as a whole is judged elsewhere; here it is what only a click brings up. */
async function faultsIn(page: Page, colorScheme: 'light' | 'dark'): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  return faultsOn(page, { within: '#detail' });
}

describePage([], 'bytes and fields', (stage) => {
  let page: Page;
  visitOnce(stage, async (visit) => {
    ({ page } = visit);
    await say(page, LONG);
    await selectWire(page, 'psk');
    await field(page, 'text').waitFor();
  });

  it('lights the header, nonce and tag that protect a byte, by mouse and by keyboard', async () => {
    await page.getByTestId('plain-bytes').locator('.byte[data-byte="8"]').hover();
    await page.getByTestId('guards').getByText('nonce').waitFor();
    expect(await guarded(page, 'raw-bytes', 'header')).toBe(4);
    expect(await guarded(page, 'raw-bytes', 'nonce')).toBe(8);
    expect((await page.getByTestId('guards').innerText()).trim()).toBe('Protected by header nonce tag');
    await page.getByTestId('raw-bytes').locator('.byte[data-byte="0"]').hover();
    await expect.poll(() => guarded(page, 'raw-bytes', 'header')).toBe(0);
    await page.mouse.move(0, 0);
    await page.getByTestId('field-tree').focus();
    await page.keyboard.press('End');
    await page.getByTestId('guards').getByText('Protected by header nonce tag').waitFor();
  });

  it('scrolls both panes of bytes together, by wheel and by keyboard, until that is switched off', async () => {
    await page.getByTestId('raw-bytes').hover();
    await page.mouse.wheel(0, -10_000);
    await expect.poll(() => scrolled(page, 'raw-bytes')).toBe(0);
    await page.mouse.wheel(0, 400);
    await expect.poll(() => scrolled(page, 'raw-bytes')).toBe(400);
    // Row 20 begins with byte 320, which decrypts to byte 308: it is in row 19.
    await expect.poll(() => scrolled(page, 'plain-bytes')).toBe(380);
    await page.getByTestId('plain-bytes').hover();
    await page.mouse.wheel(0, -1_000);
    await expect.poll(() => scrolled(page, 'raw-bytes')).toBe(0);
    expect(await scrolled(page, 'plain-bytes')).toBe(0);
    await page.mouse.move(0, 0);
    await page.getByTestId('plain-bytes').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    await expect.poll(() => scrolled(page, 'raw-bytes')).toBeGreaterThan(800);
    await page.getByTestId('scroll-together').click();
    await page.getByTestId('plain-bytes').hover();
    const before = await scrolled(page, 'raw-bytes');
    await page.mouse.wheel(0, -10_000);
    await expect.poll(() => scrolled(page, 'plain-bytes')).toBe(0);
    expect(await scrolled(page, 'raw-bytes')).toBe(before);
    await page.getByTestId('scroll-together').click();
  });

  it('says beside a field what Eve gets from it, sealed and in the clear', async () => {
    await field(page, 'text').hover();
    await page.getByTestId('eve-gain').getByText('Nothing of the words.').waitFor();
    expect(await faultsIn(page, 'light')).toEqual([]);
    await page.getByTestId('field-note').getByText('protocol-client.md').waitFor();
    await selectWire(page, 'plain');
    await field(page, 'text').hover();
    await page.getByTestId('eve-gain').getByText('The message, word for word.').waitFor();
  });

  it('shows what Eve has, and what the server has, and keeps that in the address', async () => {
    await selectWire(page, 'tls');
    await page.getByTestId('eve-on').click();
    const eve = page.getByTestId('facts-eve');
    await eve.getByText('after the record before it').waitFor();
    await eve.getByText('Cannot be read: TLS 1.3 seals it').waitFor();
    await page.getByTestId('role-server').click();
    await page.waitForURL(/role=server/);
    const server = page.getByTestId('facts-server');
    await server.getByText('It read “say” and has every byte of it').waitFor();
    await server.getByText('The text, its author, its room').waitFor();
    await server.getByText(/^To .*\((plain|psk|tls\+psk)\)/).waitFor();
    expect(await faultsIn(page, 'dark')).toEqual([]);
    await page.reload();
    await server.waitFor();
    await page.getByTestId('eve-off').click();
    await server.waitFor({ state: 'detached' });
  });

  it('has a person predict what Eve can read, by mouse and by keyboard', async () => {
    await selectWire(page, 'psk');
    await page.getByTestId('predict').click();
    await expect.poll(() => page.getByTestId('covered').count()).toBe(2);
    expect(await page.getByTestId('field-tree').count()).toBe(0);
    const byte = (at: number) => page.getByTestId('raw-bytes').locator(`.byte[data-byte="${at}"]`);
    await byte(0).hover();
    await page.mouse.down();
    await byte(13).hover();
    await page.mouse.up();
    expect(await page.getByTestId('predict-count').innerText()).toMatch(/^14 of /);
    expect(await faultsIn(page, 'light')).toEqual([]);
    await page.getByTestId('predict-reveal').click();
    const score = page.getByTestId('predict-score');
    await score.getByText('12 found, 0 missed, 2 marked in vain').waitFor();
    await page.getByTestId('field-tree').waitFor();
    expect(await page.locator('.byte[data-mark=f]').count()).toBe(2);
    expect(await faultsIn(page, 'dark')).toEqual([]);
    await page.getByTestId('predict-again').click();
    await page.getByTestId('raw-bytes').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    expect(await page.getByTestId('predict-count').innerText()).toMatch(/^4 of /);
    await page.getByTestId('predict-reveal').click();
    await score.getByText('3 found, 9 missed, 1 marked in vain').waitFor();
    await score.getByText('over 2 records').waitFor();
    await page.getByTestId('predict').click();
  });
});

describePage([], 'bytes and fields, by touch', (stage) => {
  it('lights what a tapped byte and a tapped field belong to, and scrolls both panes with a finger', async () => {
    const visit = await open(stage.browser, stage.served.url, 'Live', { hasTouch: true });
    const { page } = visit;
    await say(page, LONG);
    await page.getByTestId('select-psk').tap();
    await field(page, 'text').waitFor();

    await page.getByTestId('raw-bytes').evaluate((box: { scrollTop: number }) => (box.scrollTop = 0));
    const first = page.getByTestId('plain-bytes').locator('.byte[data-byte="8"]');
    await first.scrollIntoViewIfNeeded();
    await first.tap();
    await page.getByTestId('guards').getByText('Protected by header nonce tag').waitFor();
    expect(await guarded(page, 'raw-bytes', 'nonce')).toBe(8);
    await field(page, 'length').first().tap();
    await page.locator('[data-testid=plain-bytes] .byte[data-byte="0"][data-lit]').waitFor();

    await page.getByTestId('raw-bytes').scrollIntoViewIfNeeded();
    const before = await scrolled(page, 'plain-bytes');
    await swipe(page, 'raw-bytes', -120);
    await expect.poll(() => scrolled(page, 'plain-bytes')).toBeGreaterThan(before + 40);
    await visit.leave();
  });
});

/** A finger that moves by so many pixels, and rests before it lets go. */
async function swipe(page: Page, pane: string, by: number): Promise<void> {
  const box = await page.getByTestId(pane).boundingBox();
  if (!box) throw new Error(`${pane} is not there`);
  const [x, y] = [box.x + 100, box.y + box.height - 20];
  const touch = await page.context().newCDPSession(page);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  for (let part = 1; part <= 10; part++)
    await touch.send('Input.dispatchTouchEvent', {
      type: 'touchMove',
      touchPoints: [{ x, y: y + (by * part) / 10 }],
    });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await touch.detach();
}
