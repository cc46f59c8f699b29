/** A reader of the docs site in a browser, with everything that a page must not do noted. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { faultsOn } from './judge.ts';
import type { Stage } from './suite.ts';

/** Every rule; also that of WCAG 2.2 about targets, which axe leaves out by default. */
const ALL_RULES = { rules: { 'target-size': { enabled: true } } };

/** What is around the text of every page of a folder. */
const FRAME = ['.VPNav', '.VPSidebar', '.VPLocalNav'];

const LOOKS = [
  ['dark', 360],
  ['light', 1440],
] as const;

export interface Reading {
  readonly page: Page;
  /** Errors and warnings of the console, and requests to other hosts. */
  readonly complaints: string[];
  /** Every address that the page asked for. */
  readonly asked: string[];
  /** Opens a page of the site: `concepts/nonces.html`. */
  readonly visit: (path: string) => Promise<void>;
  /** Closes the page; fails if there was a complaint. */
  readonly leave: () => Promise<void>;
}

/** `site`: where the site is, with a slash at its end; by default, where the workbench serves it. */
export async function read(
  stage: Stage,
  options: BrowserContextOptions = {},
  site = `${stage.served.url}docs/`,
): Promise<Reading> {
  const context = await stage.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const [complaints, asked]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (url.startsWith('data:')) return;
    asked.push(url);
    if (new URL(url).origin !== new URL(site).origin) complaints.push(`asked for ${url}`);
  });
  return {
    page,
    complaints,
    asked,
    async visit(path) {
      await page.goto(`${site}${path}`);
    },
    async leave() {
      expect(complaints).toEqual([]);
      await context.close();
    },
  };
}

/**
 * Faults for axe and what is wider than the window, in both themes and at two widths. `narrowly`, where another page with the
 * same frame is judged in full: in the narrow dark look only the width, and in the other one all but that frame. `contrast`:
 * in the high contrast of both themes.
 */
export async function faultsOf(page: Page, { narrowly = false, contrast = false } = {}): Promise<string[]> {
  const judged = { options: ALL_RULES, ...(narrowly && { except: FRAME }) };
  const faults: string[] = [];
  const look = contrast ? "dataset.contrast = 'more'" : 'delete dataset.contrast';
  await page.evaluate(`{ const { dataset } = document.documentElement; ${look}; }`);
  for (const [colorScheme, width] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.locator(colorScheme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor();
    // What is below the fixed bars can be hit once it is scrolled from there.
    await page.evaluate('scrollTo({ top: 0, behavior: "instant" })');
    const violations = narrowly && colorScheme === 'dark' ? [] : await faultsOn(page, judged);
    const scrolled = await page.evaluate<number>('document.documentElement.scrollWidth');
    if (scrolled > width) violations.push(`${scrolled} pixels wide`);
    faults.push(
      ...violations.map((fault) => `${colorScheme}${contrast ? ', more contrast' : ''}, ${width}: ${fault}`),
    );
  }
  return faults;
}
