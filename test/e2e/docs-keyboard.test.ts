/** The docs site by the keyboard alone: no pointer, and nothing gets the focus but by Tab, Enter, Escape and arrows. */
import { expect, it } from 'vitest';
import { type Keyboard, keyboardOf } from './keyboard.ts';
import { read } from './reading.ts';
import { describePage } from './suite.ts';

const SKIP = '.VPSkipLink';

/** From the top of a page to its text, past the navigation. */
async function skip(keyboard: Keyboard): Promise<void> {
  await keyboard.tabTo(SKIP, { most: 2 });
  await keyboard.press('Enter');
}

/** From the top of a page to a section of the site, and to a page that its list names. */
async function go(keyboard: Keyboard, heading: (name: string) => Promise<void>, way: Way): Promise<void> {
  await keyboard.tabTo(`.VPNavBarMenu a[href$="/${way.section}"]`);
  await keyboard.press('Enter');
  await heading(way.title);
  await skip(keyboard);
  await keyboard.tabTo(`main .vp-doc a[href$="/${way.page}"]`);
  await keyboard.press('Enter');
  await heading(way.heading);
}

interface Way {
  readonly section: string;
  readonly title: string;
  readonly page: string;
  readonly heading: string;
}

const CONCEPT = { section: 'concepts/', title: 'Concepts', page: 'nonces.html', heading: 'Nonces' };
const LAB = { section: 'labs/', title: 'The labs', page: '04-seal.html', heading: '04 · Seal' };

describePage([], 'the docs site by the keyboard alone', (stage) => {
  it('leads to a concept and its demo, to a lab and its editor, and to what one searches', async () => {
    const { page, visit, leave } = await read(stage, { reducedMotion: 'reduce' });
    const keyboard = keyboardOf(page);
    const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
    await visit('');
    await go(keyboard, heading, CONCEPT);

    // A word of the glossary: its definition shows with the focus, and goes with Escape.
    await skip(keyboard);
    await keyboard.tabTo('.term .word');
    await page.locator('.term:focus-within .definition').waitFor({ state: 'visible' });
    await keyboard.press('Escape');
    await page.locator('.term:focus-within .definition').waitFor({ state: 'hidden' });
    expect(await keyboard.isAt('.term .word')).toBe(true);

    // A demo: one says something, opens a record, and moves among its fields and bytes.
    const demo = page.locator('.wire-demo:focus-within');
    // It is loaded when it comes near, and what stands below moves down when its records come.
    await page.getByTestId('wire-demo').first().scrollIntoViewIfNeeded();
    await page.getByTestId('record-row').first().waitFor();
    await keyboard.tabTo('[data-testid=demo-input]');
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type('by hand');
    await keyboard.press('Enter');
    await demo.getByTestId('said-psk').getByText('by hand').waitFor();
    await keyboard.tabTo('[data-testid=record-list]');
    await keyboard.press('Home');
    await demo.locator('[data-testid=record-row][aria-selected=true]').first().waitFor();
    await keyboard.tabTo('[role=grid]');
    await keyboard.press('ArrowRight', 'ArrowDown');
    await keyboard.tabTo('[role=tree]');
    await keyboard.press('ArrowDown', 'ArrowDown');
    await demo.locator('[role=tree][aria-activedescendant]').waitFor();

    // The same demo as large as the window, and back to where one was.
    await keyboard.tabTo('[data-testid=demo-open]', { back: true });
    await keyboard.press('Enter');
    const large = page.getByTestId('demo-large').and(page.locator('[open]'));
    await large.waitFor();
    await keyboard.tabTo('dialog[open] [data-testid=record-list]');
    await keyboard.press('End');
    await keyboard.press('Escape');
    await large.waitFor({ state: 'hidden' });
    await expect.poll(() => keyboard.isAt('[data-testid=demo-open]')).toBe(true);

    // A lab: its editor takes Tab for itself, says how to leave it, and does let go.
    await visit('concepts/');
    await go(keyboard, heading, LAB);
    await skip(keyboard);
    // The editor is loaded when it comes near.
    await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
    await page.getByTestId('lab-code').waitFor();
    await keyboard.tabTo('[data-testid=lab-code]');
    await page.getByText('Escape, then Tab leaves the editor.').waitFor();
    await keyboard.press('Escape', 'Tab');
    expect(await keyboard.isAt('[data-testid=lab-run]')).toBe(true);
    await keyboard.press('Enter');
    await page.getByTestId('lab-says').getByText('0 of 11 checks passed.').waitFor();
    expect(await keyboard.isAt('[data-testid=lab-run]')).toBe(true);
    await keyboard.tabTo('[data-testid=lab-verdict] summary');
    await keyboard.press('Enter');
    await keyboard.tabTo('[data-testid=lab-hint]', { most: 60 });
    for (let hint = 1; hint <= 3; hint++) {
      await keyboard.press('Enter');
      await page.getByTestId(`hint-${hint}`).waitFor();
    }
    await keyboard.tabTo('[data-testid=lab-solution]');
    await keyboard.press('Enter');
    await keyboard.tabTo('[data-testid=lab-solution-yes]', { back: true, most: 2 });
    await keyboard.press('Enter');
    await page.getByTestId('lab-diff').waitFor();
    expect(await keyboard.isAt('[data-testid=lab-solution-hide]')).toBe(true);

    // The search, from any page.
    await visit('');
    await keyboard.tabTo('.DocSearch-Button');
    await keyboard.press('Enter');
    await page.locator('#localsearch-input:focus').waitFor();
    await keyboard.type('forward secrecy');
    // While one types, the results of fewer letters are shown.
    await page.locator('.result.selected[href*="/concepts/forward-secrecy"]').waitFor();
    // The list is made once more, with its first entry chosen, when the words in it are marked.
    await page.locator('.result.selected mark').first().waitFor();
    const isChosen = (entry: number): Promise<void> =>
      page.locator(`[aria-activedescendant="localsearch-item-${entry}"]`).first().waitFor();
    await keyboard.press('ArrowDown');
    await isChosen(1);
    await keyboard.press('ArrowUp');
    await isChosen(0);
    await keyboard.press('Enter');
    await page.locator('.VPLocalSearchBox').waitFor({ state: 'detached' });
    await page.locator('h1').getByText('Forward secrecy').waitFor();

    expect(keyboard.faults).toEqual([]);
    await leave();
  });

  it('would be found at fault: a focus without a ring, and one behind something', async () => {
    const { page, visit, leave } = await read(stage);
    await visit('glossary.html');
    const keyboard = keyboardOf(page);
    await keyboard.tabTo('.DocSearch-Button');
    expect(keyboard.faults).toEqual([]);
    await page.evaluate(`{
      const cover = document.body.appendChild(document.createElement('div'));
      Object.assign(cover.style, { position: 'fixed', inset: 0, zIndex: 999, background: 'gray' });
    }`);
    await keyboard.tabTo('.VPNavBarMenuLink');
    await page.evaluate('document.body.lastElementChild.remove()');
    await page.evaluate(`document.querySelectorAll('a').forEach(({ style }) => (style.outline = 'none'))`);
    await keyboard.tabTo('.VPNavBarMenuLink');
    expect(keyboard.faults).toEqual([
      expect.stringMatching(/covered: .*docs\/guide/),
      expect.stringMatching(/looks no different: .*docs\/labs/),
    ]);
    await leave();
  });
});
