/** The flag of a student, read in the inspector and handed in: the instructor, two students, and a browser for each. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { faultsInThemes } from './judge.ts';

// These only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

describeWith(['chromium'], 'the flag of a student', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  let adas = '';
  const of = (name: string): Page => stage.of(name);
  const row = (name: string) => of('instructor').locator(`[data-testid=board-row][data-name=${name}]`);
  const says = (name: string) => of(name).getByTestId('flag-says');

  async function handIn(name: string, flag: string): Promise<void> {
    await of(name).getByTestId('view-class').click();
    await of(name).getByTestId('flag').fill(flag);
    await of(name).getByTestId('hand-in-flag').click();
  }

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
    for (const name of ['Ada', 'Ben']) {
      const page = await stage.arrive(stage.at('/join'));
      stage.pages.set(name, page);
      await stage.enter(page, name);
      await page.getByTestId('view-inspector').click();
    }
  });
  afterAll(() => stage.close());

  it('is a field of the first message on the own psk connection', async () => {
    const ada = of('Ada');
    const welcomes = ada.locator('[data-testid=table-row][data-wire=psk]').filter({ hasText: 'welcome' });
    await welcomes.first().click();
    const field = ada.locator('[data-testid=field-row][data-field=flag]');
    await field.scrollIntoViewIfNeeded();
    await field.click();
    adas = /flag(-[a-z2-9]{4}){3}/.exec(await field.innerText())?.[0] ?? '';
    expect(adas).not.toBe('');
    await ada.getByTestId('field-note').getByText('the flag of the student').waitFor();
  });

  it('is the student’s own when the student hands it in, however it is typed', async () => {
    await handIn('Ada', ` ${adas.toUpperCase().replaceAll('-', ' ')} `);
    await says('Ada').getByText('Yes, this is yours').waitFor();
    expect(await faultsInThemes(of('Ada'), { within: 'main' })).toEqual([]);
    await row('Ada').getByTestId('board-flag').getByText('handed in').waitFor();
    await row('Ben').getByTestId('board-flag').getByText('not yet').waitFor();
    await of('Ada').reload();
    await says('Ada').getByText('Yes, this is yours').waitFor();
  });

  it('shows whose it is when somebody else hands it in, but not to them', async () => {
    await handIn('Ben', adas);
    await says('Ben').getByText('This flag was made for somebody else').waitFor();
    expect(await says('Ben').innerText()).not.toContain('Ada');
    await row('Ben').getByTestId('board-flag').getByText('Ada’s flag').waitFor();
    await of('instructor').getByText('1 student has handed in somebody else’s flag').waitFor();
    expect(await faultsInThemes(of('instructor'), { within: '[data-testid=board]' })).toEqual([]);
    await handIn('Ben', 'flag-2222-2222-2222');
    await says('Ben').getByText('not a flag of this class').waitFor();
    await of('Ben').setViewportSize({ width: 360, height: 740 });
    const wider = await of('Ben').evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(wider).toBeLessThanOrEqual(0);
    expect(stage.complaints).toEqual([]);
    expect(stage.elsewhere).toEqual([]);
  });
});
