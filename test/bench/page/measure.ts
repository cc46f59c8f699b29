/** What a person feels of the inspector with many records, measured in Chromium on the real page of a running workbench. */
import type { Page } from 'playwright-core';

export interface PageOutcome {
  /** Records on the page when the measurements began. */
  readonly records: number;
  /** Seconds from opening the page to the last of them. */
  readonly opening: number;
  /** Pictures per second while the list scrolls from its beginning to its end, and while a bare tall element does. */
  readonly scrolling: { readonly list: number; readonly bare: number };
  /** Milliseconds from the last letter of a filter to the list that answers it: words, and an expression. */
  readonly filtering: { readonly words: number; readonly expression: number };
  /** Records that came in each second of the live measurement. */
  readonly rate: number;
  /** Milliseconds from a key to the picture that shows it, the longest of all: with nothing else to do, and live. */
  readonly keys: { readonly quiet: number; readonly live: number };
}

const SCROLL_SECONDS = 3;
const KEYS = 60;

/** Counts the pictures while an element scrolls to its end and back. */
const SCROLL = `(element, seconds) => new Promise((resolve) => {
  const end = element.scrollHeight - element.clientHeight;
  const begun = performance.now();
  let pictures = 0;
  function next(now) {
    const part = (now - begun) / (seconds * 1000);
    if (part >= 1) return resolve(pictures / seconds);
    pictures++;
    element.scrollTop = end * part;
    requestAnimationFrame(next);
  }
  requestAnimationFrame(next);
})`;

export async function pictures(page: Page, selector: string): Promise<number> {
  return page.evaluate<number>(`(${SCROLL})(document.querySelector('${selector}'), ${SCROLL_SECONDS})`);
}

/** The same for an element with nothing but two colours in it, in a page of its own: what the browser itself can do. */
export async function barePictures(page: Page): Promise<number> {
  await page.setContent(
    '<div id="bare"><div id="tall"></div></div><style>#bare{height:400px;overflow:auto}#tall{height:2800000px;background:linear-gradient(red,blue)}</style>',
  );
  return pictures(page, '#bare');
}

/** Milliseconds until the whole list answers, with so many matches, from the moment the text is in the box. */
export async function filterTime(page: Page, text: string, matches: number): Promise<number> {
  const wanted = matches.toLocaleString('en');
  return page.evaluate<number>(`new Promise((resolve) => {
    const box = document.querySelector('[data-testid=record-search]');
    // The number has this role once it no longer grows.
    const isThere = () => document.querySelector('.count[role=status]')?.textContent.split(' ')[0] === '${wanted}';
    box.focus();
    box.value = ${JSON.stringify(text)};
    const begun = performance.now();
    box.dispatchEvent(new Event('input', { bubbles: true }));
    (function look() {
      if (isThere()) resolve(performance.now() - begun);
      else requestAnimationFrame(look);
    })();
  })`);
}

/** Waits until all records are listed again. */
export async function clearFilter(page: Page): Promise<void> {
  await page.getByTestId('record-search').fill('');
  await page.locator('.count[role=status]').filter({ hasNotText: ' of ' }).waitFor();
}

/** Types into the search box, and returns the longest time from a key to the picture after it, in milliseconds. */
export async function longestKey(page: Page): Promise<number> {
  await page.evaluate(`
    globalThis.longest = 0;
    document.querySelector('[data-testid=record-search]').addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => setTimeout(() => {
        longest = Math.max(longest, performance.now() - timeStamp);
      }));
    });`);
  const box = page.getByTestId('record-search');
  await box.fill('');
  for (let count = 0; count < KEYS; count++) {
    await box.press(count % 8 === 7 ? 'Control+a' : 'x', { delay: 20 });
  }
  await box.fill('');
  return page.evaluate<number>('longest');
}
