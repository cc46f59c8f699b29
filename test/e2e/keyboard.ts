/** A reader who has only a keyboard: every stop of the focus must be one that they can see. */
import type { Page } from 'playwright-core';

/** What is wrong with the element that has the focus, or nothing. */
const FAULT = `(() => {
  const element = document.activeElement;
  // Behind the last element of a page the focus is on the browser's own buttons.
  if (!element || element === document.body) return '';
  const name = element.outerHTML.slice(0, 120);
  // A radio button may be drawn by its label.
  const drawn = (element.matches('[type=radio], [type=checkbox]') && element.closest('label')) || element;
  const { left, top, right, bottom } = drawn.getBoundingClientRect();
  const [x1, y1] = [Math.max(0, left), Math.max(0, top)];
  const [x2, y2] = [Math.min(innerWidth, right), Math.min(innerHeight, bottom)];
  if (x2 - x1 < 2 || y2 - y1 < 2) return 'out of sight: ' + name;
  const places = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const isSeen = places.some(([x, y]) => {
    const above = document.elementFromPoint(x1 + (x2 - x1) * x, y1 + (y2 - y1) * y);
    return drawn.contains(above) || above?.contains(drawn);
  });
  if (!isSeen) return 'covered: ' + name;
  const rings = [element, drawn, element.closest('.cm-editor'), element.closest('.search-bar')].filter(Boolean);
  const hasRing = rings.some((ring) =>
    [null, '::before'].some((part) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(ring, part);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    }),
  );
  return hasRing ? '' : 'looks no different: ' + name;
})()`;

const IS_AT = (selector: string): string =>
  `document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`;
const FOCUS = 'document.activeElement?.outerHTML.slice(0, 160)';

export interface Keyboard {
  /** Stops of the focus that a reader could not see. */
  readonly faults: string[];
  /** Presses keys, one after the other. */
  press(...keys: string[]): Promise<void>;
  /** Tab, or Shift+Tab, until the focus is on an element that the selector matches. */
  tabTo(selector: string, options?: { back?: boolean; most?: number }): Promise<void>;
  type(text: string): Promise<void>;
  /** Whether the focus is there now. */
  isAt(selector: string): Promise<boolean>;
}

export function keyboardOf(page: Page): Keyboard {
  const faults: string[] = [];
  async function look(): Promise<void> {
    let fault = await page.evaluate<string>(FAULT);
    // The editor draws its ring, and a page scrolls, some frames later.
    for (let frame = 0; fault !== '' && frame < 120; frame++) {
      await page.evaluate('new Promise(requestAnimationFrame)');
      fault = await page.evaluate<string>(FAULT);
    }
    if (fault !== '') faults.push(`${new URL(page.url()).pathname}: ${fault}`);
  }
  const isAt = (selector: string): Promise<boolean> => page.evaluate<boolean>(IS_AT(selector));
  return {
    faults,
    isAt,
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    async tabTo(selector, { back = false, most = 120 } = {}) {
      for (let stop = 0; stop < most; stop++) {
        await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
        await look();
        if (await isAt(selector)) return;
      }
      throw new Error(
        `${most} stops did not lead to ${selector}; the focus is on ${await page.evaluate<string>(FOCUS)}`,
      );
    },
    async type(text) {
      await page.keyboard.type(text);
    },
  };
}
