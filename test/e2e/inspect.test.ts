/** The inspector for many records: lists, marks, comparisons and copies, and the address that keeps them. */
import { createDecipheriv } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePage, visitEach } from './suite.ts';
import { open, say } from './visit.ts';

const address = (page: Page): URLSearchParams => new URLSearchParams(new URL(page.url()).hash.slice(1));
const row = (page: Page, words: string) => page.getByTestId('table-row').filter({ hasText: words }).last();
const selected = (page: Page) => page.locator('[data-testid=table-row][aria-selected=true]');

/** From the view of the wires by its link, as a person goes. */
async function toInspector(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Inspector', exact: true }).first().click();
  await page.getByTestId('record-table').waitFor();
}

/** What CyberChef makes of a record with AES-GCM: `Take bytes`, then `AES Decrypt`. */
function cooked(recipe: string, record: Buffer): string {
  const [, take, decrypt] = JSON.parse(recipe) as { args: (number & { string: string })[] }[];
  const [start = 0, length = 0] = take?.args ?? [];
  const [key, iv, , , , tag, aad] = (decrypt?.args ?? []).map(({ string }) =>
    Buffer.from(string ?? '', 'hex'),
  );
  const decipher = createDecipheriv('aes-256-gcm', key as Buffer, iv as Buffer)
    .setAuthTag(tag as Buffer)
    .setAAD(aad as Buffer);
  return decipher.update(record.subarray(start, start + length)).toString() + decipher.final('utf8');
}

describePage([], 'the inspector', (stage) => {
  let page: Page;
  visitEach(stage, async (visit) => {
    ({ page } = visit);
    await say(page, 'north gate');
    await toInspector(page);
  });

  it('lists the records of all wires in the order of time, and says what they say', async () => {
    await row(page, 'north gate').waitFor();
    for (const wire of ['plain', 'psk', 'tls', 'tls+psk'])
      await page.locator(`[data-testid=table-row][data-wire="${wire}"]`).first().waitFor();
    await page.getByTestId('show-plain').click();
    await page.getByTestId('show-psk').click();
    await page.getByTestId('show-tls+psk').click();
    await expect.poll(() => address(page).get('wires')).toBe('tls');
    await page.locator('[data-testid=table-row]:not([data-wire=tls])').first().waitFor({ state: 'detached' });
    // The last one cannot be taken away.
    await page.getByTestId('show-tls').click();
    expect(address(page).get('wires')).toBe('tls');
    await page.reload();
    await page.getByTestId('table-row').first().waitFor();
    expect(await page.locator('[data-testid=table-row]:not([data-wire=tls])').count()).toBe(0);
  });

  it('as Eve, it no longer says what sealed records say', async () => {
    await row(page, 'north gate').waitFor();
    await page.getByTestId('eve-on').click();
    const sealed = page.locator('[data-testid=table-row][data-wire=tls]').filter({ hasText: 'no key' });
    await sealed.first().waitFor();
    const texts = await page.locator('[data-testid=table-row]:not([data-wire=plain])').allInnerTexts();
    expect(texts.filter((text) => text.includes('north gate'))).toEqual([]);
    await row(page, 'north gate').and(page.locator('[data-wire=plain]')).waitFor();
  });

  it('marks a record with a note, by keyboard too, and goes from mark to mark', async () => {
    await row(page, 'north gate').click();
    const first = await selected(page).locator('.number').innerText();
    await page.getByTestId('record-table').press('m');
    await page.getByTestId('mark-note').fill('the first message');
    await row(page, 'the first message').waitFor();
    await page.getByTestId('record-table').press('Home');
    await page.getByTestId('mark').click();
    await page.getByTestId('record-table').press(']');
    await expect.poll(() => selected(page).locator('.number').innerText()).toBe(first);
    await expect.poll(() => `#${address(page).get('record')}`).toBe(first);
    await page.reload();
    await row(page, 'the first message').waitFor();
    await page.getByTestId('mark').click();
    await row(page, 'the first message').waitFor({ state: 'detached' });
  });

  it('compares two records field by field, and keeps both in the address', async () => {
    await page.getByTestId('record-search').fill('msg.type == "say"');
    await page.locator('[data-testid=table-row][data-wire=psk]').first().click();
    await page.getByTestId('record-table').press('c');
    await page.locator('[data-testid=table-row][data-wire=plain]').first().click();
    const pane = page.getByTestId('compare-pane');
    await pane.waitFor();
    expect(await pane.getByRole('row').filter({ hasText: 'tag' }).innerText()).toContain('not there');
    await pane.getByRole('switch').click();
    expect(
      await pane.locator('tr[data-same=true]').filter({ hasText: 'north gate' }).count(),
    ).toBeGreaterThan(0);
    await page.reload();
    await pane.waitFor();
    await page.getByTestId('stop-comparing').click();
    await page.getByTestId('raw-bytes').waitFor();
  });

  it('follows a connection', async () => {
    await page.locator('[data-testid=table-row][data-wire=tls]').first().click();
    await page.getByTestId('record-table').press('f');
    await page.locator('[data-testid=table-row]:not([data-wire=tls])').first().waitFor({ state: 'detached' });
    expect(address(page).get('flow')).toBe(address(page).get('record')?.split('.')[0]);
    await page.getByTestId('follow-connection').click();
    await page.locator('[data-testid=table-row][data-wire=psk]').first().waitFor();
  });

  it('takes letters in the search box for text, and not for keys', async () => {
    await row(page, 'north gate').click();
    await page.getByTestId('record-search').pressSequentially('mcf');
    await expect.poll(() => address(page).get('filter')).toBe('mcf');
    expect([address(page).get('with'), address(page).get('flow')]).toEqual([null, null]);
    await page.getByTestId('record-search').fill('');
    await row(page, 'north gate').click();
    expect(await page.getByTestId('mark').getAttribute('aria-pressed')).toBe('false');
  });

  it('gives the list more room by keyboard', async () => {
    const bar = page.getByRole('separator');
    const before = Number(await bar.getAttribute('aria-valuenow'));
    await bar.press('ArrowDown');
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(before);
    await bar.press('Home');
    expect(await bar.getAttribute('aria-valuenow')).toBe(await bar.getAttribute('aria-valuemin'));
  });
});

describePage([], 'the inspector', (stage) => {
  it('copies the bytes of a record or of a field', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const visit = await open(stage.browser, stage.served.url, 'Live', { permissions });
    const { page } = visit;
    await say(page, 'north gate');
    await toInspector(page);
    await page.getByTestId('record-search').fill('msg.text == "north gate" and dir == c2s');
    await page.locator('[data-testid=table-row][data-wire=plain]').last().click();
    const copied = async (form: string): Promise<string> => {
      // The notice of the copy before may still be there.
      await page.evaluate("navigator.clipboard.writeText('')");
      await page.getByTestId('copy').click();
      await page.getByTestId(`menu-${form}`).click();
      await page
        .getByText(/^Copied \d+ bytes\.$/)
        .last()
        .waitFor();
      const read = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');
      await expect.poll(read).not.toBe('');
      return read();
    };
    expect(Buffer.from(await copied('hex'), 'hex').toString('latin1')).toContain('"text":"north gate"');
    await page.locator('[data-testid=field-row][data-field=text]').click();
    expect(await copied('text')).toBe('"north gate"');
    expect(await copied('python')).toMatch(/^text = bytes\.fromhex\(\n {4}"22 6e 6f/);

    await page.locator('[data-testid=table-row][data-wire=psk]').last().click();
    const record = Buffer.from(await copied('hex'), 'hex');
    await page.getByTestId('copy').click();
    await page.getByTestId('menu-cyberchef').click();
    await page.getByTestId('notice').getByText('Copied. Load it in CyberChef').waitFor();
    const recipe = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(cooked(recipe, record)).toContain('"text":"north gate"');
    await visit.leave();
  });
});
