/** The server speaks a script for a class: the instructor starts it, and a student, who has typed nothing, reads it. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { faultsInThemes } from './judge.ts';

// These only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

describeWith(['chromium'], 'a conversation for a class', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  const of = (name: string): Page => stage.of(name);

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
    const page = await stage.arrive(stage.at('/join'));
    stage.pages.set('Ada', page);
    await stage.enter(page, 'Ada');
    await page.getByTestId('view-inspector').click();
  });
  afterAll(() => stage.close());

  it('is started on chosen wires with lines of the instructor’s own, and read by a student', async () => {
    const page = of('instructor');
    await page.getByTestId('script').selectOption('lengths');
    expect(await page.getByTestId('script-lines').inputValue()).toContain('Do you agree?');
    await page.getByTestId('script-lines').fill('ana: the north gate\nben: at nine');
    for (const wire of ['plain', 'tls', 'tls+psk']) await page.getByTestId(`converse-on-${wire}`).click();
    await page.getByTestId('converse').click();
    await page.getByTestId('conversation').getByText('of 2 lines spoken, now over psk').waitFor();
    const ada = of('Ada');
    await ada.getByTestId('record-search').fill('wire == "psk" and msg.type == "say"');
    await ada.getByTestId('table-row').filter({ hasText: 'the north gate' }).waitFor();
    await ada.getByTestId('table-row').filter({ hasText: 'at nine' }).waitFor();
    await page.getByTestId('conversation').getByText('All 2 lines were spoken.').waitFor();
  });

  it('says what is wrong with a script, and stops when it is told to', async () => {
    const page = of('instructor');
    await page.getByTestId('script-lines').fill('ana: hello\nnobody says this');
    await page.getByTestId('converse').click();
    await page
      .getByTestId('notice')
      .getByText('line 2: a line is a name, a colon and what is said')
      .waitFor();
    await page.getByTestId('script-lines').fill('ana: on and on\n'.repeat(40));
    await page.getByTestId('converse').click();
    await page.getByTestId('stop-conversing').click();
    await page
      .getByTestId('conversation')
      .getByText(/It was stopped after \d+ of 40 lines/)
      .waitFor();
    expect(await faultsInThemes(page, { within: 'main' })).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });
});
