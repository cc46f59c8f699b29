/** A class: the instructor and two students, each with a browser of their own, and one server. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { faultsInThemes } from './judge.ts';
import { keyboardOf } from './keyboard.ts';

// A lesson of many steps, each with a time limit of its own: these only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

/** What the browser itself writes where the server refuses somebody, or is not there for a while. */
const EXPECTED = /status of (403|409)|WebSocket connection to|ERR_CONNECTION_REFUSED/;

describeWith(['chromium'], 'a class', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  const of = (name: string): Page => stage.of(name);
  const at = (path: string): string => stage.at(path);

  const row = (name: string) => of('instructor').locator(`[data-testid=person][data-name="${name}"]`);
  const isIn = (name: string) => of(name).getByTestId('who-am-i').getByText(name, { exact: true }).waitFor();

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
  });
  afterAll(() => stage.close());

  it('is empty at first, and shows how to come in', async () => {
    const page = of('instructor');
    await page.getByTestId('nobody-joined').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    expect((await page.getByTestId('class-code').innerText()).replace(/\s/g, '')).toBe(
      stage.ready.class.code,
    );
    // A machine in no network has nothing for others to type.
    const [link] = stage.ready.class.links;
    if (link === undefined) return;
    expect(await page.getByTestId('join-link').innerText()).toBe(link.replace(/\/$/, ''));
    const target = await page.getByTestId('join-qr').getAttribute('data-target');
    expect(target).toBe(`${link}join#code=${stage.ready.class.code}`);
  });

  it('lets a student in with its code and a name, by the keyboard alone', async () => {
    const page = await stage.arrive(at('/inspect'));
    stage.pages.set('Ada', page);
    await page.waitForURL('**/join');
    const keyboard = keyboardOf(page);
    await keyboard.tabTo('[data-testid=join-code]');
    await keyboard.type(stage.ready.class.code === 'zzzzzz' ? 'yyyyyy' : 'zzzzzz');
    await keyboard.tabTo('[data-testid=join-name]');
    await keyboard.type('Ada');
    await keyboard.press('Enter');
    await page.getByText('This is not the code of the class').waitFor();
    expect(await keyboard.isAt('[data-testid=join-code]')).toBe(true);
    await page.keyboard.press('Control+a');
    await keyboard.type(stage.ready.class.code.toUpperCase());
    await keyboard.press('Enter');
    // Where she wanted to go.
    await page.waitForURL('**/inspect*');
    expect(keyboard.faults).toEqual([]);
    await row('Ada').and(of('instructor').locator('[data-state=here]')).waitFor();
    for (const view of ['attacks', 'console']) expect(await page.getByTestId(`view-${view}`).count()).toBe(0);
  });

  it('gives a name to one person only', async () => {
    // As by a QR code.
    const page = await stage.arrive(at(`/join#code=${stage.ready.class.code}`));
    await page.getByTestId('join-name').fill('ada lovelace');
    expect(page.url()).toBe(at('/join'));
    await page.getByTestId('join-go').click();
    await page.getByTestId('join-suggestion').getByText('ada-lovelace').waitFor();
    await page.getByTestId('join-name').fill('ada');
    await page.getByTestId('join-suggestion').waitFor({ state: 'detached' });
    await page.getByTestId('join-go').click();
    const free = await page.getByTestId('join-suggestion').first().innerText();
    await page.getByTestId('join-suggestion').first().click();
    stage.pages.set(free, page);
    stage.pages.set('second', page);
    await isIn(free);
    expect(await page.getByTestId('class-count').innerText()).toContain('2 students here');
  });

  it('knows a student again after a reload, and in another tab at the place where the first one was', async () => {
    const page = of('Ada');
    await page.getByTestId('view-class').click();
    await isIn('Ada');
    await page.reload();
    await isIn('Ada');
    const tab = await page.context().newPage();
    await tab.goto(at('/'));
    await tab.waitForURL('**/class');
    await tab.close();
  });

  it('tells everyone whose traffic is read, as long as it is', async () => {
    await row('Ada').getByTestId('open-traffic').click();
    await of('instructor').getByText('The class will see that you read Ada’s traffic').waitFor();
    await of('instructor').getByTestId('confirm').click();
    await of('Ada').getByTestId('band-opened').getByText('is reading your traffic').waitFor();
    await of('second').getByTestId('band-opened').getByText('the traffic of Ada').waitFor();
    await row('Ada').getByTestId('close-traffic').click();
    await of('Ada').getByTestId('band-opened').waitFor({ state: 'detached' });
  });

  it('goes along with the instructor, and back to where each was', async () => {
    const [instructor, ada] = [of('instructor'), of('Ada')];
    // Her view is still on its way when the class is led to another: it is where she wanted to be.
    let letLoad = (): void => undefined;
    const isLed = new Promise<void>((resolve) => (letLoad = resolve));
    await ada.route('**/ChatView-*.js', (route) => isLed.then(() => route.continue()));
    await ada.getByTestId('view-chat').click();
    await instructor.getByTestId('lead-to').selectOption('/pictures');
    await instructor.getByTestId('lead').click();
    await Promise.all([ada, of('second')].map((page) => page.waitForURL('**/pictures*')));
    await ada.getByTestId('band-look').waitFor();
    letLoad();
    await instructor.getByTestId('view-wires').click();
    await ada.waitForURL(at('/'));
    await instructor.getByTestId('band-stop-leading').click();
    await ada.waitForURL('**/chat*');
    await of('second').waitForURL('**/class');
  });

  it('is led through a lesson: the stage, the way to it, and the time that is left', async () => {
    const [instructor, ada] = [of('instructor'), of('Ada')];
    await instructor.getByTestId('view-class').click();
    await instructor.getByTestId('begin-lesson').click();
    await instructor.getByTestId('next-stage').click();
    await ada.getByTestId('band-stage').getByText('Stage 1 of 7: A postcard').waitFor();
    await instructor.getByTestId('next-stage').click();
    await ada.getByTestId('band-stage').getByText('Stage 2 of 7: The plain wire').waitFor();
    const before = await ada.getByTestId('countdown').innerText();
    expect(before).toMatch(/^(7:00|6:5\d)$/);
    await ada.getByTestId('band-stage').getByRole('link', { name: 'Go there' }).click();
    await ada.waitForURL(at('/'));
    await expect.poll(() => ada.getByTestId('countdown').innerText()).not.toBe(before);
    await instructor.getByTestId('more-time').click();
    await expect.poll(() => ada.getByTestId('countdown').innerText()).toMatch(/^7:/);
    await ada.getByTestId('view-class').click();
    const inState = (state: string) => ada.locator(`[data-testid=stages] [data-state=${state}]`).count();
    expect([await inState('done'), await inState('open'), await inState('ahead')]).toEqual([1, 1, 5]);
  });

  it('shows on the board who is stuck, and where, and who has done it', async () => {
    const ada = await of('Ada').context().newPage();
    await ada.goto(at('/docs/labs/04-seal.html'));
    await ada.getByTestId('lab-editor').scrollIntoViewIfNeeded();
    await ada.getByTestId('lab-class').getByText('You are in a class').waitFor();
    const onBoard = of('instructor').locator('[data-testid=board-row][data-name=Ada]');
    for (const runs of [1, 2, 3]) {
      await ada.getByTestId('lab-run').click();
      await onBoard.getByTestId('board-runs').getByText(String(runs), { exact: true }).waitFor();
    }
    await ada.getByTestId('lab-class').getByText('The class has been told').waitFor();
    await onBoard.and(of('instructor').locator('[data-standing=stuck]')).waitFor();
    const failing = await ada
      .locator('[data-testid^=check-][data-state=failed]')
      .first()
      .getAttribute('data-testid');
    expect(await onBoard.locator('code').innerText()).toBe(failing?.replace('check-', ''));
    await ada.getByTestId('lab-code').fill(await readFile('labs/04-seal/solution.ts', 'utf8'));
    await ada.getByTestId('lab-run').click();
    await onBoard.and(of('instructor').locator('[data-standing=done]')).waitFor();
    const saved = of('instructor').waitForEvent('download');
    await of('instructor').getByTestId('board-csv').click();
    const csv = await readFile(await (await saved).path(), 'utf8');
    expect(csv).toMatch(/^Ada,04-seal,done,/m);
    await ada.close();
  });

  it('can ask for help, which only those who lead see, until they have answered', async () => {
    const ada = of('Ada');
    await ada.getByTestId('view-class').click();
    await ada.getByTestId('ask-for-help').click();
    await ada.getByTestId('help-says').getByText('The instructor sees that you ask').waitFor();
    await row('Ada').getByTestId('asks-for-help').waitFor();
    expect(await of('second').getByTestId('asks-for-help').count()).toBe(0);
    await row('Ada').getByTestId('answer-help').click();
    await ada.getByTestId('ask-for-help').getByText('Ask for help').waitFor();
  });

  it('reads a connection that is shared with it', async () => {
    const [instructor, ada] = [of('instructor'), of('Ada')];
    await instructor.getByTestId('view-inspector').click();
    await instructor.getByTestId('table-row').first().click();
    await instructor.getByTestId('share').click();
    await ada.getByTestId('view-class').click();
    await ada.getByTestId('shared-flows').getByRole('link').click();
    await ada.getByTestId('table-row').first().waitFor();
    await instructor.getByTestId('view-class').click();
  });

  it('reads an announcement until it is taken away', async () => {
    await of('instructor').getByTestId('announcement').fill('Lunch is at twelve.');
    await of('instructor').getByTestId('announce').click();
    await of('Ada').getByTestId('band-said').getByText('Lunch is at twelve.').waitFor();
    const away = of('instructor').getByRole('button', { name: 'Take the announcement away' });
    expect((await away.boundingBox())?.width).toBeGreaterThanOrEqual(24);
    await of('instructor').getByTestId('silence').click();
    await of('Ada').getByTestId('band-said').waitFor({ state: 'detached' });
  });

  it('says at the attacks that only those who lead have them played', async () => {
    const [ada, instructor] = [of('Ada'), of('instructor')];
    // Her bar has no way there, but an address has, and pages of the docs have attacks in them.
    await ada.goto(stage.at('/attacks'));
    await instructor.getByTestId('view-attacks').click();
    await ada.getByTestId('attacks-refused').getByText('In a class, only those who lead it').waitFor();
    await ada.getByTestId('place-bench').click();
    await ada.getByTestId('bench-refused').getByText('In a class, only those who lead it').waitFor();
    await instructor.getByTestId('play-all').waitFor();
    expect(await instructor.getByTestId('attacks-refused').count()).toBe(0);
    for (const page of [ada, instructor]) await page.getByTestId('view-class').click();
  });

  it('has the whole bar in sight in windows of any width', async () => {
    const instructor = of('instructor');
    const wider: number[] = [];
    for (const width of [360, 640, 832, 879, 880, 975, 976, 1280]) {
      await instructor.setViewportSize({ width, height: 800 });
      if (await instructor.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth'))
        wider.push(width);
    }
    await instructor.setViewportSize({ width: 1280, height: 800 });
    expect(wider).toEqual([]);
  });

  it('turns somebody out, and lets them in again', async () => {
    await row('Ada').getByTestId('remove').click();
    await of('instructor').getByTestId('confirm').click();
    await of('Ada').getByTestId('removed').waitFor();
    await row('Ada').getByTestId('readmit').click();
    await of('Ada').getByTestId('removed').waitFor({ state: 'detached' });
    await of('Ada').getByTestId('view-class').click();
    await isIn('Ada');
  });

  it('comes back by itself when the server is started again', async () => {
    await stage.stop();
    await stage.start();
    // Her page tells where it is over its new connection, and the instructor's hears of it over its own.
    await of('Ada').getByTestId('view-chat').click();
    await row('Ada').getByText('Chat', { exact: true }).waitFor();
    await of('Ada').getByTestId('view-class').click();
    await isIn('Ada');
  });

  it('closes its door', async () => {
    await of('instructor').getByTestId('door').getByRole('switch').click();
    const late = await stage.arrive(at('/'));
    await late.getByTestId('door-closed').waitFor();
    await stage.enter(late, 'Late');
    await late.getByTestId('join-fault').getByText('The door is closed').waitFor();
    expect(await faultsInThemes(late)).toEqual([]);
  });

  it('has nothing that axe finds in any theme, and nothing wider than a phone', async () => {
    const instructor = of('instructor');
    const found = [
      ...(await faultsInThemes(instructor, { within: 'main' })).map((fault) => `instructor, ${fault}`),
      ...(await faultsInThemes(of('Ada'), { within: 'main' })).map((fault) => `Ada, ${fault}`),
    ];
    await instructor.getByTestId('projector').click();
    const shown = await faultsInThemes(instructor, { within: '[role=dialog]' });
    found.push(...shown.map((fault) => `projector, ${fault}`));
    await instructor.keyboard.press('Escape');
    await instructor.getByTestId('projector-view').waitFor({ state: 'detached' });
    for (const name of ['Ada', 'instructor']) {
      await of(name).setViewportSize({ width: 360, height: 740 });
      const over = await of(name).evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      if (over > 0) found.push(`${name}: too wide by ${over}`);
    }
    expect(found).toEqual([]);
  });

  it('asked for nothing from any other machine, and complained of nothing', () => {
    expect(stage.elsewhere).toEqual([]);
    expect(stage.complaints.filter((complaint) => !EXPECTED.test(complaint))).toEqual([]);
  });
});
