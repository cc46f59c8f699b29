/** The class is asked which bytes of a record Eve can read: the instructor, two students, and a browser for each. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ClassMessage } from '#dissect/page-class';
import type { TapStreamMessage } from '#dissect/page-stream';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { faultsInThemes } from './judge.ts';
import { keyboardOf } from './keyboard.ts';
import { say } from './visit.ts';

// These only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

/** What only the instructor may read before it is revealed. */
const SAID = 'at the north gate';

describeWith(['chromium'], 'a question to the class', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  /** Every text that Ada's page was sent over a WebSocket. */
  const told: string[] = [];
  const of = (name: string): Page => stage.of(name);
  const byte = (page: Page, at: number) =>
    page.getByTestId('question-bytes').locator(`.byte[data-byte="${at}"]`);

  /** Kinds of the events that Ada's page was sent of the connection that the question is about. */
  const received = (): string[] => {
    const all = told.map((text) => JSON.parse(text) as ClassMessage | TapStreamMessage);
    const flow = all.find((message) => message.type === 'question' && message.question !== null);
    if (flow?.type !== 'question') throw new Error('her page was asked nothing');
    const events = all.flatMap((message) => (message.type === 'events' ? message.events : []));
    return events.filter((event) => event.flow === flow.question?.flow).map(({ kind }) => kind);
  };

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
    for (const name of ['Ada', 'Ben']) {
      const page = await stage.arrive(stage.at('/join'));
      stage.pages.set(name, page);
      if (name === 'Ada')
        page.on('websocket', (socket) =>
          socket.on('framereceived', ({ payload }) => void told.push(payload.toString())),
        );
      await stage.enter(page, name);
      await page.getByTestId('view-inspector').click();
    }
  });
  afterAll(() => stage.close());

  it('is about a record of the instructor’s own, and shows students its bytes', async () => {
    const page = of('instructor');
    await page.getByTestId('view-wires').click();
    await say(page, SAID);
    await page.getByTestId('view-inspector').click();
    // The view before has a search of its own, and stays until the code of this one has come.
    await page.getByTestId('record-table').waitFor();
    await page.getByTestId('record-search').fill('msg.type == "say"');
    await page.locator('[data-testid=table-row][data-wire=psk]').filter({ hasText: SAID }).first().click();
    await page.getByTestId('ask-class').click();
    for (const name of ['Ada', 'Ben']) {
      await of(name).getByTestId('band-question').getByText('which of these bytes can Eve read?').waitFor();
      await byte(of(name), 0).getByText('17').waitFor();
    }
    await page.getByTestId('band-question').getByText('0 of 2 students here answered').waitFor();
  });

  it('is answered by mouse and by keyboard, and can be answered anew', async () => {
    const [ada, ben] = [of('Ada'), of('Ben')];
    await byte(ada, 0).hover();
    await ada.mouse.down();
    await byte(ada, 11).hover();
    await ada.mouse.up();
    await ada.getByTestId('hand-in').click();
    await ada.getByTestId('question-standing').getByText('Handed in').waitFor();

    const keyboard = keyboardOf(ben);
    await keyboard.tabTo('[data-testid=question-bytes]');
    await ben.keyboard.press('Home');
    await ben.keyboard.press('Space');
    await keyboard.tabTo('[data-testid=hand-in]');
    await ben.keyboard.press('Enter');
    await ben.getByTestId('question-standing').getByText('Handed in').waitFor();
    await byte(ben, 0).click();
    for (const at of [6, 12]) await byte(ben, at).click();
    await ben.getByTestId('question-standing').getByText('not handed in yet').waitFor();
    await ben.getByTestId('hand-in').click();
    await ben.getByTestId('question-standing').getByText('2 of').waitFor();
    await of('instructor').getByTestId('band-question').getByText('2 of 2 students here answered').waitFor();
  });

  it('has told a student nothing decrypted until it is revealed', async () => {
    expect(received()).toEqual([]);
    expect(told.filter((text) => text.includes(SAID))).toEqual([]);
    expect(await of('Ada').getByTestId('heat-map').count()).toBe(0);
    expect(await faultsInThemes(of('Ada'), { within: '[data-testid=question]' })).toEqual([]);
  });

  it('shows everyone the share of the class at each byte, and each student a score', async () => {
    await of('instructor').getByTestId('reveal-question').click();
    for (const name of ['instructor', 'Ada', 'Ben']) {
      const share = (at: number) => of(name).locator(`[data-heat="${at}"] .share`);
      await of(name).getByTestId('heat-map').waitFor();
      expect(await Promise.all([0, 6, 12, 13].map((at) => share(at).innerText()))).toEqual([
        '50',
        '100',
        '50',
        '0',
      ]);
      const runs = await of(name).getByTestId('heat-runs').innerText();
      expect(runs).toContain('Bytes 0–5: 50 % marked, readable');
      expect(runs).toContain('Byte 6: 100 % marked, readable');
      expect(runs).toContain('Byte 12: 50 % marked, unreadable');
    }
    await of('Ada').getByTestId('own-score').getByText('100 of 100 points').waitFor();
    await of('Ben').getByTestId('own-score').getByText('1 found, 11 missed, 1 marked in vain').waitFor();
    expect(await of('instructor').getByTestId('own-score').count()).toBe(0);
    expect(await faultsInThemes(of('Ada'), { within: '[data-testid=question]' })).toEqual([]);
  });

  it('lets everyone read the record then, and ends when the instructor is done', async () => {
    const ada = of('Ada');
    await ada.getByTestId('question-record').click();
    await ada.getByTestId('plain-bytes').waitFor();
    expect(received()).toContain('secret');
    await ada.setViewportSize({ width: 360, height: 740 });
    expect(
      await ada.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    ).toBeLessThanOrEqual(0);
    await of('instructor').getByTestId('end-question').click();
    for (const name of ['instructor', 'Ada', 'Ben'])
      await of(name).getByTestId('question').waitFor({ state: 'detached' });
    expect(stage.complaints).toEqual([]);
    expect(stage.elsewhere).toEqual([]);
  });
});
