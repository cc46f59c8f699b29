/** What axe finds wrong with a page, in any of its themes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Ends what is on its way from one colour or place to another: half-way, it would be judged as neither. */
const SETTLE = `new Promise(requestAnimationFrame)
  .then(() => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity))
  .then((ending) => Promise.allSettled(ending.map(({ finished }) => finished)))
  .then(() => undefined)`;

export interface Judged {
  /** A selector; the whole page without it. */
  readonly within?: string;
  /** Selectors of what another test judges. */
  readonly except?: readonly string[];
  /** Options of axe besides. */
  readonly options?: object;
}

/**
 * One line for each rule that is broken, with the elements that break it. A fault must still be there at a second look: axe
 * remembers where everything stood when it began, and a page that is alive moves on meanwhile.
 */
export async function faultsOn(page: Page, judged: Judged = {}): Promise<string[]> {
  // The page's policy would refuse axe as a separate script.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(AXE);
  const found = await look(page, judged);
  return found.length === 0 ? found : look(page, judged);
}

async function look(page: Page, { within, except = [], options = {} }: Judged): Promise<string[]> {
  await page.evaluate(SETTLE);
  const context = JSON.stringify({
    include: within === undefined ? [['html']] : [[within]],
    exclude: except.map((selector) => [selector]),
  });
  // Only rules about audio and turned screens, of which there are none here, need style sheets and media to be fetched again.
  const run = JSON.stringify({ resultTypes: ['violations'], preload: false, ...options });
  return page.evaluate<
    string[]
  >(`axe.run(${context}, ${run}).then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ': ' + nodes.slice(0, 3).map(({ html, any: [why] }) =>
      html.slice(0, 160) + (why?.data?.fgColor ? ' ' + why.data.fgColor + ' on ' + why.data.bgColor : '')).join(' | ')))`);
}

/** Every way the page can look, as its own menu sets it. */
export const THEMES = [
  { scheme: 'light', contrast: undefined },
  { scheme: 'dark', contrast: undefined },
  { scheme: 'light', contrast: 'more' },
  { scheme: 'dark', contrast: 'more' },
] as const;

/** The rules about colours: a theme changes nothing else. */
export const ABOUT_COLOURS = { runOnly: ['color-contrast', 'link-in-text-block'] };

/** Every rule in the first theme, and in each of the others those about colours; afterwards the page looks as the system has it. */
export async function faultsInThemes(page: Page, judged: Judged = {}): Promise<string[]> {
  const found: string[] = [];
  for (const [at, { scheme, contrast }] of THEMES.entries()) {
    await setTheme(page, scheme, contrast);
    const faults = await faultsOn(page, at === 0 ? judged : { ...judged, options: ABOUT_COLOURS });
    found.push(...faults.map((fault) => `${scheme}${contrast ? ', more contrast' : ''}: ${fault}`));
  }
  await setTheme(page);
  return found;
}

async function setTheme(page: Page, scheme?: 'light' | 'dark', contrast?: 'more'): Promise<void> {
  const set = (name: string, value?: string): string =>
    value === undefined ? `delete dataset.${name};` : `dataset.${name} = '${value}';`;
  await page.evaluate(
    `{ const { dataset } = document.documentElement; ${set('theme', scheme)} ${set('contrast', contrast)} }`,
  );
}
