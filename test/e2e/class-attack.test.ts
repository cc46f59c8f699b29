/** Those who lead play an attack on the room: one student agrees, the other does not, and each has a browser of their own. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { faultsInThemes } from './judge.ts';
import { keyboardOf } from './keyboard.ts';
import { joined, say } from './visit.ts';

// These only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

describeWith(['chromium'], 'an attack on the room of a class', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  /** Every text that Ben's page was sent over a WebSocket of the class. */
  const told: string[] = [];
  const of = (name: string): Page => stage.of(name);
  const says = (name: string, text: string | RegExp): Promise<void> =>
    of(name).getByTestId('attack-says').getByText(text).waitFor();

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
    for (const name of ['Ada', 'Ben']) {
      const page = await stage.arrive(stage.at('/join'));
      stage.pages.set(name, page);
      if (name === 'Ben')
        page.on('websocket', (socket) => {
          if (socket.url().endsWith('/ws/class'))
            socket.on('framereceived', ({ payload }) => void told.push(payload.toString()));
        });
      await stage.enter(page, name);
      // The page has a connection on each wire from here on, and keeps it.
      await page.getByTestId('view-wires').click();
      await joined(page);
    }
  });
  afterAll(() => stage.close());

  it('is asked for, and each student answers in the view Class, to which the band leads', async () => {
    const page = of('instructor');
    await page.getByTestId('ask-attack').click();
    const [ada, ben] = [of('Ada'), of('Ben')];
    await ada.getByTestId('band-attack').getByText('“Change a digit” on plain').waitFor();
    for (const each of [ada, ben]) await each.getByTestId('to-attack').click();
    const keyboard = keyboardOf(ada);
    await keyboard.tabTo('[data-testid=attack-yes]');
    await ada.keyboard.press('Enter');
    await ben.getByTestId('attack-no').click();
    await says('Ben', '1 of 2 students here agrees. You do not agree.');
    const row = (name: string) => page.locator(`[data-testid=attack-rows] [data-person=${name}]`);
    await row('Ada').getByText('yes').waitFor();
    await row('Ben').getByText('no', { exact: true }).waitFor();
    expect(await faultsInThemes(ada, { within: '[data-testid=student-attack]' })).toEqual([]);
  });

  it('says on the projector how many agree, and names nobody', async () => {
    const page = of('instructor');
    await page.getByTestId('projector').click();
    const card = page.getByTestId('projected-attack');
    await card.getByText('1 of 2 students here agrees.').waitFor();
    expect(await card.innerText()).not.toMatch(/Ada|Ben/);
    await page.keyboard.press('Escape');
  });

  it('changes what the student says who agrees, and shows the bytes to nobody else', async () => {
    await of('instructor').getByTestId('begin-attack').click();
    const [ada, ben] = [of('Ada'), of('Ben')];
    await ada.getByTestId('band-attack').getByText('Mallory is in your connection on plain').waitFor();
    await says('Ben', 'Your connections are not touched.');
    for (const each of [ben, ada]) await each.getByTestId('view-wires').click();
    await say(ben, 'as it is');
    await say(ada, 'hello');
    await ada.getByTestId('band-attack').getByText('1 succeeds').waitFor();
    await ada.getByTestId('to-attack').click();
    await says('Ada', 'The server took the changed message, and the others heard it.');
    const bytes = ada.getByTestId('attack-bytes');
    expect(await bytes.locator('mark').allInnerTexts()).toEqual(['69', 'i']);
    await ada.getByTestId('attack-heard').getByText('iello').waitFor();
    await of('instructor').locator('[data-person=Ada]').getByText('succeeds').first().waitFor();
    // What was said in the room reaches Ben as a message, and nothing of it as an outcome.
    expect(told.filter((text) => text.includes('"took":["'))).toEqual([]);
    expect(await faultsInThemes(ada, { within: '[data-testid=student-attack]' })).toEqual([]);
    expect(await faultsInThemes(of('instructor'), { within: 'main' })).toEqual([]);
  });

  it('fits a phone, and goes from every page when it is done', async () => {
    const ada = of('Ada');
    await ada.setViewportSize({ width: 360, height: 740 });
    expect(
      await ada.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    ).toBeLessThanOrEqual(0);
    await of('instructor').getByTestId('end-attack').click();
    for (const name of ['instructor', 'Ada', 'Ben'])
      await of(name).getByTestId('band-attack').waitFor({ state: 'detached' });
    expect(stage.complaints).toEqual([]);
    expect(stage.elsewhere).toEqual([]);
  });
});
