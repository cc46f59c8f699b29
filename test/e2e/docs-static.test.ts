/** The docs site as `npm run docs:build -- --base PATH` writes it, on a plain web server, without the workbench. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ROOT, run } from '../run/process.ts';
import { faults } from '../support/site/crawl.ts';
import { type StaticHost, startStaticHost } from '../support/site/static-host.ts';
import { read } from './reading.ts';
import { describePage } from './suite.ts';

// The site is built for it: this only ends a build that would never end.
vi.setConfig({ hookTimeout: 600_000 });

const BASE = '/some/sub/path/';

describePage([], 'the docs site below a folder of a static host', (stage) => {
  let folder = '';
  let host: StaticHost | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireglass-site-'));
    await build(folder);
    host = await startStaticHost(folder, BASE);
  });
  afterAll(async () => {
    await host?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has no dead link, no missing anchor and no way out of its folder', () => {
    expect(faults({ folder, base: BASE }, { workbench: false })).toEqual([]);
  });

  it('has demos and labs that need no workbench, and asks nothing of another host', async () => {
    const { page, visit, leave } = await read(stage, { reducedMotion: 'reduce' }, host?.url);
    await visit('');
    const demo = page.getByTestId('wire-demo').first();
    await demo.getByText('tls and tls+psk recorded').waitFor();
    await demo.getByTestId('said-tls').getByText('Then let us talk.').waitFor();
    await demo.getByTestId('demo-input').fill('without a workbench');
    await demo.getByTestId('demo-send').click();
    await demo.getByTestId('said-psk').getByText('without a workbench').waitFor();
    await demo.getByTestId('delivery-tls').getByText('recorded earlier').waitFor();

    await page.getByRole('link', { name: /^Learn/ }).click();
    await page.getByRole('heading', { name: 'The labs', level: 1 }).waitFor();
    await visit('labs/01-frames.html');
    await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText('0 of 11 checks passed').waitFor();

    await visit('guide/inspector.html');
    await demo.scrollIntoViewIfNeeded();
    await demo.getByTestId('table-row').getByText('client_hello').first().click();
    await demo.getByTestId('raw-bytes').waitFor();
    await visit('guide/console.html');
    await demo.scrollIntoViewIfNeeded();
    await demo.getByText('No workbench serves this page.').waitFor();
    await visit('concepts/attack-changing.html');
    await demo.scrollIntoViewIfNeeded();
    await demo.getByText('The attacks need a server that runs').waitFor();
    await leave();
  });
});

async function build(outDir: string): Promise<void> {
  const vitepress = join(ROOT, 'node_modules/vitepress/bin/vitepress.js');
  const args = ['--import', 'tsx', vitepress, 'build', 'docs', '--base', BASE, '--outDir', outDir];
  const { ok, output } = await run(process.execPath, args);
  if (!ok) throw new Error(`the site could not be built:\n${output}`);
}
