/** What a page explains with the reader's own bytes: a capture of theirs, and a byte that they change. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VECTORS_FOLDER } from '../support/programs/tools.ts';
import { faultsOf, read } from './reading.ts';
import { describePage } from './suite.ts';
import { describeVectors } from '../support/programs/needs.ts';

const CAPTURES = join(VECTORS_FOLDER, 'captures');

/** Drops a file that is no capture. */
const DROP = `{
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([Uint8Array.of(0x89, 0x50, 0, 0)], 'cat.png'));
  const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
  document.querySelector('[data-testid=file-drop]').dispatchEvent(drop);
}`;

describePage([], 'the reader’s own bytes', (stage) => {
  describeVectors('captures', 'in a capture', () => {
    it('are opened by the right key log after a wrong one, and never leave the page', async () => {
      const { page, asked, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
      await visit('guide/your-own-capture.html');
      await page.getByTestId('own-capture').scrollIntoViewIfNeeded();
      const input = page.getByTestId('file-input');
      await input.waitFor({ state: 'attached' });
      await page.waitForLoadState('networkidle');
      const before = asked.length;

      await input.setInputFiles([join(CAPTURES, 'ok-tls13.pcap'), join(CAPTURES, 'net-plain.keys')]);
      await page.getByTestId('connection-row').getByText('4 sealed records, none opened').waitFor();
      const why = page.getByTestId('closed');
      await why.getByText('0 of 4 key log lines belong to this connection').waitFor();
      await why.getByRole('button', { name: 'Show the first' }).click();
      await page.getByTestId('sealed').getByText('its client random is aebece1bf2').waitFor();
      expect(await faultsOf(page)).toEqual([]);

      await input.setInputFiles([join(CAPTURES, 'ok-tls13.keys')]);
      await page.getByTestId('connection-row').getByText('4 sealed records, all opened').waitFor();
      expect(await why.count()).toBe(0);
      await page.getByTestId('record-row').last().click();
      await page.getByTestId('plain-bytes').getByText('68').first().waitFor();
      await page.getByText('How its keys are made').click();
      await page.getByTestId('key-summary').getByText('the same.').waitFor();
      await page.getByTestId('key-value').getByText('server handshake key').first().click();
      expect(await faultsOf(page)).toEqual([]);

      await page.evaluate(DROP);
      await page.getByTestId('file-faults').getByText('cat.png: neither a pcapng nor a pcap file.').waitFor();
      expect(asked.slice(before).filter((url) => !url.startsWith(`${stage.served.url}docs/assets/`))).toEqual(
        [],
      );
      await leave();
    });
  });

  it('in a record are changed, and the real server says what it makes of them', async () => {
    const { page, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    await visit('guide/change-a-byte.html');
    await page.getByTestId('change-byte').first().scrollIntoViewIfNeeded();
    const panel = (name: string) => page.getByTestId(`panel-${name}`);
    const says = (name: string, words: string) =>
      panel(name).getByTestId('verdict').getByText(words).waitFor();

    await page.getByTestId('flip-all').first().click();
    const stolen = 'Ben reads “Pay Ben 900 euros”, and nobody can tell.';
    await says('plain', stolen);
    await says('aes-256-ctr-fixed-nonce', stolen);
    await says('aes-256-cbc', 'bad_utf8');
    await says('aes-256-gcm', 'bad_record_mac');
    expect(
      await panel('aes-256-ctr-fixed-nonce').getByTestId('reads').locator('mark').allTextContents(),
    ).toEqual(['9']);
    expect(await faultsOf(page)).toEqual([]);

    await panel('aes-256-gcm').getByTestId('undo').click();
    await says('aes-256-gcm', 'Ben reads “Pay Ben 100 euros”.');
    await panel('aes-256-gcm').getByTestId('bit-0').click();
    await says('aes-256-gcm', 'bad_record_mac');
    // By the keyboard alone: the last byte of the length.
    await panel('plain').getByTestId('reset').click();
    await panel('plain').getByTestId('byte-grid').focus();
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'f', 'f'])
      await page.keyboard.press(key);
    await says('plain', 'waits for more');

    await page.getByTestId('change-byte').last().scrollIntoViewIfNeeded();
    await panel('tls13').getByTestId('bit-0').click();
    await says('tls13', 'CLIENT_TRAFFIC_SECRET_0 does not open this record');
    expect(await faultsOf(page)).toEqual([]);
    await leave();
  });
});
