/** Order in a class, and its projector: an instructor and a student, each with a browser, and one server. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WIRE_NAMES } from '#protocol/wires';
import { describeWith } from '../support/programs/needs.ts';
import { ClassStage } from './class-stage.ts';
import { faultsInThemes } from './judge.ts';

// Steps have time limits of their own: these only end a test that would never end.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 180_000 });

describeWith(['chromium'], 'order in a class', ({ chromium: executablePath }) => {
  let stage: ClassStage;
  const of = (name: string): Page => stage.of(name);
  const tool = (name: string) => of('instructor').getByTestId(name);
  /** The student’s message box in the chat, and what stands above it. */
  const box = () => of('Ada').getByTestId('chat-input');
  const order = () => of('Ada').getByTestId('chat-order');

  async function say(text: string): Promise<void> {
    await box().fill(text);
    await box().press('Enter');
  }

  const message = (text: string) => of('Ada').getByTestId('message').getByText(text, { exact: true });
  const lane = (wire: string) => of('instructor').getByTestId(`projected-${wire}`);

  beforeAll(async () => {
    stage = await ClassStage.open(executablePath);
    const ada = await stage.arrive(stage.at('/join'));
    stage.pages.set('Ada', ada);
    await stage.enter(ada, 'Ada');
    await ada.getByTestId('view-chat').click();
    await ada.locator('[data-testid=enter]:enabled').click();
    await box().waitFor();
  });
  afterAll(() => stage.close());

  it('freezes the room: a student sees why they cannot speak, until it goes on', async () => {
    await say('good morning');
    await message('good morning').waitFor();
    expect(await of('Ada').getByTestId('message').innerText()).not.toContain('guest');
    await tool('freeze-lobby').getByRole('switch').click();
    await tool('freeze-lobby').getByText('Frozen').waitFor();
    await order().getByText('The room is frozen: you cannot speak').waitFor();
    await box().fill('can I say this?');
    const send = of('Ada').getByRole('button', { name: 'Send', exact: true });
    expect(await send.isDisabled()).toBe(true);
    await box().press('Enter');
    expect(await box().inputValue()).toBe('can I say this?');
    await of('Ada').getByTestId('view-wires').click();
    await of('Ada').getByTestId('composer-order').getByText('The room is frozen').waitFor();
    await of('Ada').getByTestId('composer-input').fill('or here?');
    expect(await of('Ada').getByTestId('composer-send').isDisabled()).toBe(true);
    await tool('freeze-lobby').getByRole('switch').click();
    await of('Ada').getByTestId('composer-order').getByText('frozen').waitFor({ state: 'detached' });
    await of('Ada').getByTestId('view-chat').click();
    await say('can I say this?');
    await message('can I say this?').waitFor();
  });

  it('is slowed down: a student sees for how long they wait', async () => {
    await tool('slow-lobby').selectOption('60');
    await order().getByText('Slow mode: 60 seconds').waitFor();
    await say('one');
    await message('one').waitFor();
    await order().getByText('You can speak again in').waitFor();
    await box().fill('two');
    await box().press('Enter');
    expect(await box().inputValue()).toBe('two');
    // As a command in a terminal does.
    await box().fill('');
    await tool('slow-lobby').selectOption('0');
    await order().getByText('Slow mode').waitFor({ state: 'detached' });
    await say('three');
    await message('three').waitFor();
  });

  it('shows on the projector what a student says, on each wire as it crossed there', async () => {
    await tool('projector').click();
    await of('instructor').keyboard.press('w');
    await of('instructor').getByTestId('projected-plain').waitFor();
    // Its connections must be open before it hears anything.
    for (const wire of WIRE_NAMES) await lane(wire).getByText('Nothing has been said yet').waitFor();
    await say('meet me, says Ada');
    await lane('plain').getByText('meet me, says Ada').waitFor();
    expect(await lane('plain').innerText()).toContain('Ada');
    for (const wire of WIRE_NAMES.slice(1)) {
      await lane(wire).locator('[data-message] .bytes').waitFor();
      const shown = await lane(wire).innerText();
      expect(shown).toMatch(/([\da-f]{2} ){20}/);
      expect(shown).not.toContain('meet');
    }
  });

  it('names no student where names are hidden, also after a reload', async () => {
    const dialog = () => of('instructor').getByTestId('projector-view');
    await tool('no-names').getByRole('switch').click();
    await lane('plain').getByText('a student').waitFor();
    expect(await lane('plain').innerText()).toContain('meet me, says ▒▒▒');
    expect(await dialog().innerText()).not.toMatch(/ada/i);
    expect(await dialog().innerHTML()).not.toMatch(/\bada\b/i);
    await of('instructor').reload();
    await tool('projector').click();
    await lane('plain').getByText('a student').waitFor();
    expect(await dialog().innerText()).not.toMatch(/ada/i);
  });

  it('says on the projector that the room is frozen, and nothing of a message that was taken away', async () => {
    await lane('plain').getByTestId('hide-message').first().click();
    await of('instructor').getByRole('button', { name: 'Take it away' }).click();
    await lane('plain').getByText('A message was taken away').waitFor();
    expect(await lane('plain').innerText()).not.toContain('meet');
    await message('meet me, says Ada').waitFor({ state: 'detached' });
    await of('Ada').getByText('This message was deleted').waitFor();
    await of('Ada').getByTestId('view-wires').click();
    await of('Ada').getByTestId('wire-card-plain').getByText('This message was taken away').waitFor();
    const cards = of('Ada').getByRole('region', { name: 'The four wires' });
    expect(await cards.innerText()).not.toContain('meet');
    const faults = await faultsInThemes(of('instructor'), { within: '[data-testid=projector-view]' });
    expect(faults).toEqual([]);
    await of('instructor').keyboard.press('Escape');
    await tool('freeze-lobby').getByRole('switch').click();
    await tool('freeze-lobby').getByText('Frozen').waitFor();
    // Some browsers let no page have the screen, and a window in full screen cannot be made narrower.
    await of('instructor').evaluate('document.documentElement.requestFullscreen = undefined');
    await tool('projector').click();
    await of('instructor').getByTestId('projector-order').getByText('The room is frozen').waitFor();
    await of('instructor').setViewportSize({ width: 360, height: 740 });
    const view = 'document.querySelector("[data-testid=projector-view]")';
    const over = await of('instructor').evaluate<number>(`${view}.scrollWidth - ${view}.clientWidth`);
    expect(over).toBe(0);
  });

  it('lists the keys of the projector', async () => {
    const page = of('instructor');
    await page.keyboard.press('Escape');
    await page.getByTestId('projector-view').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByTestId('shortcuts').getByText('hide the names').waitFor();
  });

  it('complained of nothing', () => expect(stage.complaints).toEqual([]));
});
