/** Every page of the docs site, with its first demo, as axe judges it and on a narrow screen. */
import { posix } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it, vi } from 'vitest';
import { DOCS_FOLDER } from '#data-folder/project';
import { pagePaths } from '../support/site/crawl.ts';
import { faultsOf, read } from './reading.ts';
import { describePage } from './suite.ts';

// Some ninety pages: this only ends a test that would never end.
vi.setConfig({ testTimeout: 900_000 });

/** Demos begin when they come near: here only the first is near. The others are made of the same parts. */
const FIRST_NEAR = `window.IntersectionObserver = class extends IntersectionObserver {
  constructor(seen, options) {
    super(seen, options);
    this.seen = seen;
  }
  observe(element) {
    if (!element.matches('.wire-demo')) super.observe(element);
    else if (element === document.querySelector('div.wire-demo'))
      this.seen([{ isIntersecting: true, target: element }], this);
  }
};`;
/** Goes there as a link does, without loading the site again. */
async function turnTo(page: Page, url: string): Promise<void> {
  const state = { scrollPosition: 0 };
  await page.evaluate(`{
    for (const heading of document.querySelectorAll('h1')) heading.dataset.left = '';
    history.pushState(${JSON.stringify(state)}, '', ${JSON.stringify(url)});
    dispatchEvent(new PopStateEvent('popstate', ${JSON.stringify({ state })}));
  }`);
}

/** By script: the policy of the page refuses styles in attributes. */
const BREAK = `{
  const add = (name, text, style) => {
    const made = Object.assign(document.createElement(name), { textContent: text });
    Object.assign(made.style, style);
    document.querySelector('h1').append(made);
  };
  add('i', 'pale', { color: '#999' });
  add('br', '', {});
  add('button', 'a', { width: '9px' });
  add('button', 'b', {});
  add('p', 'wide', { width: '400px' });
}`;

describePage([], 'every page of the docs site', (stage) => {
  it('has no fault for axe and nothing wider than the window, in both themes and at two widths', async () => {
    const { page, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    await page.addInitScript(FIRST_NEAR);
    const found: Record<string, unknown> = {};
    const folders = new Set<string>();
    let demos = 0;
    for (const path of pagePaths({ folder: DOCS_FOLDER, base: '/docs/' })) {
      // The pages of a folder have the same frame around their text.
      const narrowly = folders.has(posix.dirname(path));
      folders.add(posix.dirname(path));
      await (narrowly ? turnTo(page, `${stage.served.url}docs/${path}`) : visit(path));
      await page.locator('h1:not([data-left])').first().waitFor();
      const demo = page.locator('div.wire-demo').first();
      await demo.locator('> .demo-note:not([role=alert])').waitFor({ state: 'detached' });
      // Every second demo in high contrast: they are made of the same parts.
      const contrast = (await demo.count()) > 0 && ++demos % 2 === 0;
      const faults = await faultsOf(page, { narrowly, contrast });
      if (faults.length > 0) found[path] = faults;
    }
    expect(found).toEqual({});
    expect(demos).toBeGreaterThan(10);
    await leave();
  });

  it('would be found at fault: colours too close, a target too small, something too wide', async () => {
    const { page, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    await visit('glossary.html');
    await page.evaluate(BREAK);
    const faults = (await faultsOf(page, { narrowly: true })).join('\n');
    expect(faults).toMatch(/light, 1440: color-contrast/);
    expect(faults).toMatch(/light, 1440: target-size/);
    expect(faults).toMatch(/dark, 360: 4\d\d pixels wide/);
    await leave();
  });
});
