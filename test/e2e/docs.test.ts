/** The docs site as `npm start` builds and serves it: every link, a walk through it, and what it costs to open. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DOCS_FOLDER } from '#data-folder/project';
import { WIRE_NAMES } from '#protocol/wires';
import { LESSONS } from '#labs/lessons';
import { faults, pagePaths } from '../support/site/crawl.ts';
import { faultsOf, read } from './reading.ts';
import { describePage } from './suite.ts';
import { chooseTheme, open } from './visit.ts';

const SITE = { folder: DOCS_FOLDER, base: '/docs/' };
describe('the files of the docs site', () => {
  it('have no dead link, no missing anchor, no page without a link to it, and load nothing from another host', () => {
    expect(faults(SITE, { workbench: true })).toEqual([]);
  });

  it('have no script and no style in them, which the policy of the server would refuse', () => {
    const inline = /<style|<script(?![^>]* src=)|<[a-z][^<>]* (style|on[a-z]+)=/;
    const found = pagePaths(SITE).filter((path) =>
      inline.test(readFileSync(join(DOCS_FOLDER, path), 'utf8')),
    );
    expect(found).toEqual([]);
  });

  it('have a page for each lab', () => {
    expect(pagePaths(SITE)).toEqual(expect.arrayContaining(LESSONS.map(({ name }) => `labs/${name}.html`)));
  });
});

/** Demos begin when they come near; for this page they never do. */
const FAR_AWAY = `{
  const { observe } = IntersectionObserver.prototype;
  IntersectionObserver.prototype.observe = function (element) {
    if (!element.matches('.wire-demo')) observe.call(this, element);
  };
}`;

/** Lines of bytes that reach out of the card that they are in. */
const BYTES_OUTSIDE = `[...document.querySelectorAll('.mini .chars')].filter((chars) =>
  chars.getBoundingClientRect().right > chars.closest('.demo-cards > *').getBoundingClientRect().right).length`;

/** Parts of the bar at the top that reach out of the room beside the title. The bar stands still: nobody can scroll to them. */
const OUT_OF_THE_BAR = `(() => {
  const shown = (name) => [...document.querySelectorAll('.VPNavBar ' + name)].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const left = Math.max(...shown('.title').map((title) => title.querySelector('span').getBoundingClientRect().right));
  return shown('.content :is(a, button)').filter((one) => {
    const box = one.getBoundingClientRect();
    return box.left < left || box.right > innerWidth;
  }).map((one) => one.textContent.trim());
})()`;

/** What the chip of a message says on each wire. */
const READERS = {
  plain: 'anyone on the path',
  psk: 'who has the key',
  'tls+psk': 'not on the path',
  tls: 'not on the path',
} as const;

async function sourceOf(demo: Locator, words: string): Promise<void> {
  await demo.getByTestId('demo-source').getByText(words).first().waitFor();
}

describePage([], 'the docs site', (stage) => {
  it('has demos of each kind', async () => {
    const { page, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    const demo = page.getByTestId('wire-demo').first();
    const speak = async (text: string): Promise<void> => {
      await demo.scrollIntoViewIfNeeded();
      await demo.getByTestId('demo-input').fill(text);
      await demo.getByTestId('demo-send').click();
    };

    await visit('');
    await sourceOf(demo, 'live: this workbench');
    await speak('on all wires');
    for (const wire of WIRE_NAMES) {
      await demo
        .getByTestId(`delivery-${wire}`)
        .getByText(/message \d+ stored/)
        .waitFor();
      await demo.getByTestId(`said-${wire}`).getByText('on all wires').waitFor();
    }
    expect(await faultsOf(page)).toEqual([]);
    for (const width of [1440, 1280, 1200, 1024, 800, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate(BYTES_OUTSIDE), `at ${width} pixels`).toBe(0);
    }
    await page.setViewportSize({ width: 1440, height: 900 });

    await visit('concepts/aead.html');
    await demo.scrollIntoViewIfNeeded();
    await sourceOf(demo, 'in this page: the real server, in memory, with aes-256-gcm');
    await speak('in memory');
    await demo.getByTestId('delivery-psk').getByText('message 1 stored').waitFor();
    await demo.getByTestId('said-psk').getByText('in memory').waitFor();
    await demo.getByTestId('eve-on').click();
    await demo.getByTestId('said-psk').waitFor({ state: 'detached' });
    await demo.getByTestId('demo-code').getByText('Show the source').click();
    await demo.getByText('bytes are noted as they cross').waitFor();
    expect(await faultsOf(page)).toEqual([]);

    await visit('concepts/tls-13.html');
    await demo.scrollIntoViewIfNeeded();
    await sourceOf(demo, 'recorded: TLS 1.3');
    await demo.getByTestId('demo-open').click();
    const large = page.getByTestId('demo-large').first();
    await large.getByTestId('record-row').getByText('client_hello').first().click();
    await large.locator('[data-field="legacy_version"]').first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await large.waitFor({ state: 'hidden' });
    await demo.getByTestId('record-row').first().waitFor();
    await leave();
  });

  it('has the parts of the views over a recording: what is pressed opens, and its bytes are there', async () => {
    const { page, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    const demo = page.getByTestId('wire-demo').first();
    const near = async (path: string): Promise<void> => {
      await visit(path);
      await demo.scrollIntoViewIfNeeded();
      await sourceOf(demo, 'recorded: one conversation on all four wires');
    };

    await near('guide/inspector.html');
    for (const wire of ['plain', 'psk', 'tls']) await demo.getByTestId(`show-${wire}`).click();
    await demo.getByTestId('record-search').fill('Then let us talk');
    await demo.getByTestId('table-row').getByText('Then let us talk.').first().click();
    await demo.locator('[data-field="text"]').getByText('Then let us talk.').first().waitFor();
    await demo.getByTestId('mark').click();
    await demo.getByTestId('mark-note').waitFor();
    // Eve finds no word of it.
    await demo.getByTestId('record-search').fill('');
    await demo.getByTestId('eve-on').click();
    await demo.getByTestId('sealed').waitFor();

    await near('guide/pictures.html');
    for (const wire of WIRE_NAMES) await demo.locator(`.fact[data-wire="${wire}"]`).waitFor();
    await demo.getByTestId('bar').first().click();
    await demo.getByTestId('pressed-record').getByTestId('raw-bytes').waitFor();
    await demo.getByTestId('tab-keys').click();
    await demo.getByTestId('key-node').first().waitFor();

    await near('guide/chat-window.html');
    for (const [wire, readers] of Object.entries(READERS)) {
      await demo.getByTestId(`chat-wire-${wire}`).click();
      await demo.getByTestId('readers').getByText(readers).first().waitFor();
    }
    await demo.getByTestId('message').filter({ hasText: 'Then let us talk.' }).getByTestId('readers').click();
    await page.getByText('Everyone who has the recording').waitFor();
    await page.getByTestId('bytes').click();
    await demo.getByTestId('message-bytes').getByTestId('table-row').waitFor();
    await demo.locator('[data-field="text"]').getByText('Then let us talk.').first().waitFor();
    await leave();
  });

  it('has the console of the workbench that serves it, once its operator asks for it', async () => {
    const { page, asked, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    await page.goto(stage.served.ready.console);
    await page.getByTestId('health').waitFor();
    asked.length = 0;
    await visit('guide/console.html');
    await page.getByTestId('console-demo').scrollIntoViewIfNeeded();
    await page.getByTestId('open-console').waitFor();
    expect(asked.filter((url) => url.includes('/api/'))).toEqual([]);
    await page.getByTestId('open-console').click();
    await page.getByTestId('wire-psk').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await leave();
  });

  it('plays an attack in the page about its family, once the reader asks for it', async () => {
    const { page, asked, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    await visit('concepts/attack-changing.html');
    await page.getByTestId('wire-demo').scrollIntoViewIfNeeded();
    await page.getByTestId('open-attacks').waitFor();
    expect(asked.filter((url) => url.includes('/api/'))).toEqual([]);
    await page.getByTestId('open-attacks').click();
    await page.getByTestId('play').click();
    await page.getByTestId('to-end').click();
    await page.getByTestId('outcome').getByText('succeeds').waitFor();
    // While the focus is outside the attack, the keys belong to the page.
    const position = await page.getByTestId('position').textContent();
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('Home');
    expect(await page.getByTestId('position').textContent()).toBe(position);
    await page.getByTestId('step-back').focus();
    await page.keyboard.press('Home');
    await page.getByText('Step 0 of').waitFor();
    await page.getByTestId('to-end').click();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByTestId('recording-eve').click();
    await page.getByTestId('table-row').first().waitFor();
    await leave();
  });

  it('leads from the workbench to a lab and back, in one theme, and finds words without the network', async () => {
    const visit = await open(stage.browser, stage.served.url);
    const { page } = visit;
    await chooseTheme(page, 'dark');
    await page.getByTestId('docs-link').click();
    await page.locator('html.dark').waitFor();
    await page.getByRole('button', { name: 'Search' }).first().click();
    await page.locator('#localsearch-input').fill('big-endian');
    await page.locator('.result').getByText('01 · Frames').first().click();
    await page.getByRole('heading', { name: '01 · Frames', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Wires', exact: true }).first().click();
    await page.getByTestId('connection').getByText('Live').first().waitFor();
    await visit.leave();
  });

  it('has its whole bar in sight, beside a list of pages or not, in windows of any width', async () => {
    const { page, visit, leave } = await read(stage);
    const found: Record<string, unknown> = {};
    for (const path of ['concepts/nonces.html', 'glossary.html'])
      for (const width of [768, 869, 870, 960, 1009, 1010, 1024, 1179, 1180, 1280, 1366, 1440, 1536, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        await visit(path);
        const out = await page.evaluate<string[]>(OUT_OF_THE_BAR);
        if (out.length > 0) found[`${path} at ${width}`] = out;
      }
    expect(found).toEqual({});
    await leave();
  });

  it('can be read without JavaScript', async () => {
    const { page, visit, leave } = await read(stage, { javaScriptEnabled: false });
    await visit('labs/04-seal.html');
    await page.getByRole('heading', { name: '04 · Seal', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Reference', exact: true }).first().click();
    await page.getByRole('heading', { name: 'Reference', level: 1 }).waitFor();
    await leave();
  });

  it('opens with less than 300 kB, compressed, without the demo in it', async () => {
    const { page, leave } = await read(stage);
    await page.addInitScript(FAR_AWAY);
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (response.ok() && !response.url().startsWith('data:')) bodies.push(response.body());
    });
    await page.goto(`${stage.served.url}docs/`, { waitUntil: 'networkidle' });
    const sizes = (await Promise.all(bodies)).map((body) => Math.min(body.length, gzipSync(body).length));
    expect(sizes.length).toBeGreaterThan(3);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000);
    await leave();
  });
});
