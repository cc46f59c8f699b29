/** Captures that a person gives to the inspector, and what it exports, in a browser and in tshark. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readCapture } from '#dissect/capture/read';
import { describeWith } from '../support/programs/needs.ts';
import { faultsOn } from './judge.ts';
import { describePage, visitEach } from './suite.ts';
import { say } from './visit.ts';

const RECORDING = new URL('../../docs/recordings/tls13.pcapng', import.meta.url).pathname;
const NOTE = 'why <b>this</b>?';
const SCRIPT = '<img src=x onerror="document.title=1"><script>document.title=1</script>';

describeWith(['tshark', 'editcap'], 'captures', ({ tshark, editcap }) => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wireglass-captures-'));
    execFileSync(editcap, ['-F', 'pcap', RECORDING, join(folder, 'classic.pcap')]);
    const secrets = readCapture(readFileSync(RECORDING)).events.flatMap((event) =>
      event.kind === 'secret' ? [event.line] : [],
    );
    writeFileSync(join(folder, 'keys.log'), secrets.join('\n'));
    writeFileSync(join(folder, 'cut.pcapng'), readFileSync(RECORDING).subarray(0, 5_000));
    writeFileSync(join(folder, 'photo.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  describePage([], 'a capture in the inspector', (stage) => {
    let page: Page;
    visitEach(stage, (visit) => {
      ({ page } = visit);
    });

    it('is dropped anywhere, read without its keys, and opened by a key log that comes later', async () => {
      await drop(page, join(folder, 'classic.pcap'));
      await page.waitForURL(/\/inspect/);
      const bar = page.getByTestId('capture-bar');
      await bar.getByText('classic.pcap').first().waitFor();
      await bar.getByText(/^\d connections?$/).waitFor();
      await page.getByTestId('table-row').filter({ hasText: 'no key' }).first().waitFor();
      expect(await faultsOn(page, { within: '[data-testid=capture-bar]' })).toEqual([]);

      await page.getByTestId('files-input').setInputFiles(join(folder, 'keys.log'));
      await page
        .getByTestId('table-row')
        .filter({ hasText: 'no key' })
        .first()
        .waitFor({ state: 'detached' });
      await page.getByTestId('table-row').filter({ hasText: 'opened' }).first().waitFor();

      await page.getByTestId('files-input').setInputFiles(join(folder, 'photo.png'));
      await page.getByTestId('capture-faults').getByText('not_a_capture').waitFor();
      await page.getByTestId('files-input').setInputFiles(join(folder, 'cut.pcapng'));
      await page.getByTestId('capture-faults').waitFor({ state: 'detached' });
      await page.getByTestId('capture-warnings').click();
      await page
        .getByText(/cut off|ends/)
        .first()
        .waitFor();

      await page.getByTestId('back-to-live').click();
      await page.getByTestId('connection').waitFor();
    });

    it('is one that this server serves, by its name, and none of another server', async () => {
      await page.goto(`${stage.served.url}inspect?capture=tls13`);
      await page.getByTestId('capture-bar').getByText('tls13.pcapng').first().waitFor();
      await page.getByTestId('table-row').filter({ hasText: 'opened' }).first().click();
      await page.getByTestId('mark').click();
      await page.getByTestId('mark-note').fill(NOTE);
      await page.reload();
      await page.getByTestId('capture-bar').getByText('tls13.pcapng').first().waitFor();
      const noted = page.getByTestId('table-row').filter({ hasText: NOTE });
      await noted.waitFor();
      await page.getByTestId('forget-marks').click();
      await noted.waitFor({ state: 'detached' });
      expect(await page.evaluate('localStorage.getItem("wireglass-capture-marks")')).toBe('[]');
      await page.goto(`${stage.served.url}inspect?capture=//example.test/a.pcapng`);
      await page.getByText('from this server only').first().waitFor();
    });

    it('stays open, with its marks, in the inspector and the pictures, until it is closed', async () => {
      const bar = page.getByTestId('capture-bar');
      const visitView = (name: string) => page.getByTestId(`view-${name}`).click();
      await page.goto(`${stage.served.url}inspect?capture=tls13`);
      await page.getByTestId('table-row').first().click();
      await page.getByTestId('mark').click();
      await page.getByTestId('mark-note').fill(NOTE);

      await visitView('pictures');
      await page.waitForURL('**/pictures?capture=tls13*');
      await bar.getByText('tls13.pcapng').first().waitFor();
      await page.locator('g[data-wire=tls] [data-testid=bar]').first().waitFor();
      expect(await page.locator('g:not([data-wire=tls]) > [data-testid=bar]').count()).toBe(0);
      await visitView('chat');
      await page.getByTestId('enter').waitFor();
      await visitView('inspector');
      await page.getByTestId('table-row').filter({ hasText: NOTE }).first().waitFor();

      await drop(page, join(folder, 'classic.pcap'));
      await bar.getByText('classic.pcap').first().waitFor();
      await page.waitForURL('**/inspect?file=classic.pcap');
      await visitView('pictures');
      await page.waitForURL('**/pictures?file=classic.pcap*');
      await bar.getByText('classic.pcap').first().waitFor();
      await page.reload();
      await bar.getByText('classic.pcap is not in this page any more').waitFor();
      await page.getByTestId('files-input').setInputFiles(join(folder, 'classic.pcap'));
      await bar.getByText(/^\d connections?$/).waitFor();

      await page.getByTestId('back-to-live').click();
      await bar.waitFor({ state: 'detached' });
      expect(page.url()).not.toContain('file=');
      await visitView('inspector');
      await page.getByTestId('connection').getByText('Live').first().waitFor();
      expect(page.url()).not.toContain('file=');
    });

    it('is exported with a note that tshark shows and that comes back, and as a page of its own', async () => {
      await say(page, SCRIPT);
      await page.getByRole('link', { name: 'Inspector', exact: true }).first().click();
      await page.getByTestId('table-row').filter({ hasText: 'onerror' }).last().click();
      await page.getByTestId('mark').click();
      await page.getByTestId('mark-note').fill(NOTE);
      const pcapng = await exported(page, 'pcapng', folder);
      const comments = execFileSync(tshark, ['-r', pcapng, '-T', 'fields', '-e', 'frame.comment'], {
        stdio: 'pipe',
      });
      expect(comments.toString()).toContain(`: ${NOTE}`);
      const html = await exported(page, 'html', folder);
      const keys = await exported(page, 'keys', folder);
      expect(readFileSync(keys, 'utf8')).toMatch(/^WIREGLASS_PSK_PRK [0-9a-f]{64} /m);

      await page.getByTestId('eve-on').click();
      await page.getByTestId('table-row').filter({ hasText: 'no key' }).first().waitFor();
      const asEve = await exported(page, 'pcapng', folder);
      expect(readCapture(readFileSync(asEve)).events.filter(({ kind }) => kind === 'secret')).toEqual([]);
      await page.getByTestId('show-plain').click();
      const sealed = readFileSync(await exported(page, 'html', folder), 'utf8');
      expect(sealed).not.toContain('onerror');

      await drop(page, pcapng);
      await page.getByTestId('table-row').filter({ hasText: NOTE }).first().waitFor();
      await opensAlone(page, html);
    });
  });
});

async function drop(page: Page, path: string): Promise<void> {
  const file = { name: path.split('/').at(-1) ?? '', text: readFileSync(path).toString('latin1') };
  // As a text: the names of the page's own objects are unknown to the compiler here.
  await page.evaluate(`{
    const { name, text } = ${JSON.stringify(file)};
    const held = new DataTransfer();
    held.items.add(new File([Uint8Array.from(text, (letter) => letter.charCodeAt(0))], name));
    for (const type of ['dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer: held, bubbles: true, cancelable: true }));
  }`);
}

async function exported(page: Page, form: string, folder: string): Promise<string> {
  await page.getByTestId('export').click();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.locator(`[data-testid$="-${form}"]`).first().click(),
  ]);
  const path = join(folder, `${crypto.randomUUID()}.${form}`);
  await saved.saveAs(path);
  return path;
}

/** The file opens without a server, shows what was said, and runs none of it. */
async function opensAlone(page: Page, html: string): Promise<void> {
  const context = await page.context().browser()?.newContext({ offline: true });
  const alone = await context?.newPage();
  if (!alone) throw new Error('no browser');
  const complaints: string[] = [];
  alone.on('console', (message) => complaints.push(message.text()));
  await alone.goto(`file://${html}`);
  const all = await alone.locator('details').count();
  await alone.locator('#filter').fill(NOTE);
  await alone.locator('#count').getByText(`1 of ${all}`).waitFor();
  await alone.locator('details:not([hidden]) summary').click();
  await alone.locator('details[open] pre.text, details[open] tbody').getByText('<script>').first().waitFor();
  expect(await alone.title()).toMatch(/^Session of .* · Wireglass$/);
  expect(await alone.locator('img, main script').count()).toBe(0);
  expect(complaints).toEqual([]);
  await context?.close();
}
