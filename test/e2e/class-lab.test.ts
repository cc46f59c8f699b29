/** A student in a lab’s page of the docs: what the class says there, and the instructor reading what the student writes. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { faultsInThemes } from './judge.ts';

// Many steps, each with a time limit of its own: these only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

/** To the second section, from the top of the page, as its list of contents does. */
const FOLLOW_A_LINK = `(() => {
  scrollTo(0, 0);
  const link = document.createElement('a');
  link.href = '#' + document.querySelectorAll('.vp-doc h2')[1].id;
  document.querySelector('.vp-doc').append(link);
  link.click();
  link.remove();
})()`;

/** Pixels from what covers the top of the page to the words of the second section: of the band, and of the navigation. */
const ROOM_ABOVE = `(() => {
  const heading = document.querySelectorAll('.vp-doc h2')[1];
  const words = heading.getBoundingClientRect().top + parseFloat(getComputedStyle(heading).paddingTop);
  const covers = [...document.querySelectorAll('.in-class, .VPNav, .VPLocalNav')];
  return Math.round(words - Math.max(...covers.map((one) => one.getBoundingClientRect().bottom)));
})()`;

describeWith(['chromium'], 'a lab’s page in a class', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  let lab: Page;
  const instructor = (): Page => stage.of('instructor');
  const row = () => instructor().locator('[data-testid=person][data-name=Ada]');
  const dialog = () => instructor().getByTestId('file-dialog');
  const show = () => lab.getByTestId('lab-file-show');
  const says = (text: string) => lab.getByTestId('lab-file-says').getByText(text).waitFor();

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
    lab = await stage.arrive(stage.at('/class'));
    await stage.enter(lab, 'Ada');
    await lab.getByTestId('who-am-i').waitFor();
    await lab.goto(stage.at('/docs/labs/04-seal.html'));
    await lab.getByTestId('lab-editor').scrollIntoViewIfNeeded();
    await lab.getByTestId('lab-class').getByText('You are in a class').waitFor();
  });
  afterAll(() => stage.close());

  it('tells the class that the student is there', async () => {
    await row().and(instructor().locator('[data-state=here]')).getByText('Lab 04', { exact: true }).waitFor();
  });

  it('lets the instructor read the text while the student writes, until the student stops it', async () => {
    expect(await row().getByTestId('read-file').count()).toBe(0);
    await lab.getByTestId('lab-code').fill('const first = 1;');
    await show().click();
    await says('Nobody has it open now.');
    await row().getByTestId('read-file').click();
    await dialog().getByTestId('file-text').getByText('const first = 1;').waitFor();
    await dialog()
      .getByTestId('countdown')
      .getByText(/^1[45]:\d\d$/)
      .waitFor();
    await says('The instructor has it open now.');
    expect(await lab.getByTestId('lab-file').getByTestId('countdown').innerText()).toMatch(/^1[45]:\d\d$/);
    await lab.getByTestId('lab-code').press('Control+End');
    await lab.keyboard.type('\nconst second = 2;');
    await dialog().getByTestId('file-text').getByText('const second = 2;').waitFor();
    expect(await faultsInThemes(instructor(), { within: '[role=dialog]' })).toEqual([]);
    expect(await faultsInThemes(lab, { within: '[data-testid=lab-file]' })).toEqual([]);
    await show().click();
    await dialog().getByTestId('file-over').getByText('Ada has stopped showing it.').waitFor();
    expect(await dialog().getByTestId('file-text').count()).toBe(0);
    await says('Nobody can read your code any more. You have stopped it.');
    await instructor().keyboard.press('Escape');
    await row().getByTestId('read-file').waitFor({ state: 'detached' });
  });

  it('no longer sees a reader who has closed it, and ends it when the student leaves the page', async () => {
    await show().click();
    await row().getByTestId('read-file').click();
    await says('The instructor has it open now.');
    await instructor().keyboard.press('Escape');
    await says('Nobody has it open now.');
    await row().getByTestId('read-file').click();
    await lab.reload();
    await dialog().getByTestId('file-over').getByText('Ada has left the page of the lab.').waitFor();
    await instructor().keyboard.press('Escape');
    await lab.getByTestId('lab-editor').scrollIntoViewIfNeeded();
    await says('You had left the page.');
  });

  it('asks for help, and is told when it is answered', async () => {
    await lab.getByTestId('lab-help').click();
    await row().getByTestId('answer-help').click();
    await lab.getByTestId('lab-help').getByText('Ask for help').waitFor();
  });

  it('shows what the class is told: the announcement, the stage and its time, and where to look', async () => {
    await instructor().getByTestId('announcement').fill('Lunch is at twelve.');
    await instructor().getByTestId('announce').click();
    await lab.getByTestId('band-said').getByText('Lunch is at twelve.').waitFor();
    await instructor().getByTestId('begin-lesson').click();
    await instructor().getByTestId('next-stage').click();
    await lab.getByTestId('band-stage').getByText('A postcard').waitFor();
    await lab.getByTestId('band-stage').getByTestId('countdown').waitFor();
    expect(await faultsInThemes(lab, { within: '[data-testid=class-band]' })).toEqual([]);
    await lab.setViewportSize({ width: 360, height: 740 });
    expect(
      await lab.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
    ).toBeLessThanOrEqual(0);
    for (const width of [360, 1024, 1280]) {
      await lab.setViewportSize({ width, height: 740 });
      await lab.evaluate(FOLLOW_A_LINK);
      await vi.waitFor(async () => expect(await lab.evaluate<number>(ROOM_ABOVE)).toBe(24), {
        timeout: 10_000,
      });
    }
    await lab.setViewportSize({ width: 1280, height: 800 });
    await instructor().getByTestId('lead-to').selectOption('/pictures');
    await instructor().getByTestId('lead').click();
    await lab.getByTestId('docs-go-along').click();
    await lab.waitForURL('**/pictures*');
    await lab.getByTestId('band-look').waitFor();
    await instructor().getByTestId('band-stop-leading').click();
    await lab.waitForURL('**/class');
  });

  it('asked for nothing from any other machine, and complained of nothing', () => {
    expect(stage.elsewhere).toEqual([]);
    // What is put over everything, the browser itself gives a style, which the policy refuses and the editor removes.
    expect(stage.complaints.filter((each) => !each.startsWith('Applying inline style'))).toEqual([]);
  });
});
