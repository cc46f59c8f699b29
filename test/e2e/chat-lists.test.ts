/** The lists of the chat window with much in them: they stay where the reader is, and only what is in sight is in the page. */
import { expect, it } from 'vitest';
import { ChatClient } from '#client/chat-client';
import { UNBOUNDED_RATES, targetOf } from '../support/programs/program.ts';
import { guest } from './chatting.ts';
import { describePage } from './suite.ts';

describePage([...UNBOUNDED_RATES], 'the lists of the chat window in a browser', (stage) => {
  it('stays at what is said while more people come and go than it keeps notes of', async () => {
    const target = { ...(await targetOf(stage.served.ready, 'plain')), room: 'station' };
    const speaker = new ChatClient({ ...target, name: 'Speaker' });
    await speaker.connect();
    await speaker.say('all aboard');
    const nell = await guest(stage, 'Nell');
    await nell.say('/join station');
    await nell.said('all aboard').waitFor();
    const passengers = ['Rin', 'Tom', 'Uma'].map((name) => new ChatClient({ ...target, name }));
    const lastNote = (text: string) => nell.page.locator('.note').last().getByText(text).waitFor();
    for (const passenger of passengers) await passenger.connect();
    await lastNote('Uma joined');
    await speaker.say('doors close');
    await nell.said('doors close').waitFor();
    for (let stop = 0; stop < 30; stop++) {
      for (const passenger of passengers) await passenger.leave('station');
      await lastNote('Uma left');
      for (const passenger of passengers) await passenger.join('station');
      await lastNote('3 more joined');
      await speaker.say(`stop ${stop}`);
      await nell.said(`stop ${stop}`).waitFor();
    }
    const below = `(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(
      document.querySelector('[data-testid=conversation]'))`;
    await expect.poll(() => nell.page.evaluate(below)).toBeLessThan(1);
    // What the instructor of a class says takes more than a line of the list.
    const { width, height } = nell.page.viewportSize() ?? { width: 0, height: 0 };
    await nell.page.setViewportSize({ width, height: height - 100 });
    await expect.poll(() => nell.page.evaluate(below)).toBeLessThan(1);
    await speaker.say('stand clear');
    await nell.said('stand clear').waitFor();
    await expect.poll(() => nell.page.evaluate(below)).toBeLessThan(1);
    await Promise.all([speaker, ...passengers].map((client) => client.close()));
    await nell.leave();
  });

  it('keeps few of many people in the page, and all within reach', async () => {
    const target = { ...(await targetOf(stage.served.ready, 'plain')), room: 'crowd' };
    const names = Array.from({ length: 80 }, (_, at) => `Guest-${at + 10}`);
    const crowd = names.map((name) => new ChatClient({ ...target, name }));
    await Promise.all(crowd.map((each) => each.connect()));
    const lea = await guest(stage, 'Lea');
    const { page } = lea;
    await lea.say('/join crowd');
    const people = page.getByRole('region', { name: 'People here' });
    await people.getByText('81 people').waitFor();
    const rows = people.getByRole('listitem');
    expect(await rows.count()).toBeLessThan(40);
    expect(await rows.first().getAttribute('aria-setsize')).toBe('81');
    await rows.first().getByRole('button').focus();
    await people.evaluate((box: { scrollTop: number }) => void (box.scrollTop = 1e6));
    await people.getByText('Lea', { exact: true }).waitFor();
    expect(await rows.count()).toBeLessThan(40);
    // The row with the focus is still there.
    await people.getByRole('button', { name: 'Actions for Guest-10' }).waitFor();
    await people.getByRole('button', { name: 'Actions for Guest-89' }).click();
    await page.getByRole('menuitem', { name: 'Mention' }).click();
    await expect.poll(() => lea.input.inputValue()).toContain('Guest-89');
    await Promise.all(crowd.map((each) => each.close()));
    await lea.leave();
  });

  it('keeps few of many messages in the page, and the one with the focus, on the way up to the oldest', async () => {
    const client = new ChatClient({
      ...(await targetOf(stage.served.ready, 'plain')),
      name: 'Chronicler',
      room: 'long',
    });
    await client.connect();
    const lines = Array.from({ length: 500 }, (_, i) => `entry ${i}.${' and so on'.repeat(i % 40)}`);
    while (lines.length > 0) await Promise.all(lines.splice(0, 100).map((line) => client.say(line)));
    const moe = await guest(stage, 'Moe');
    const { page } = moe;
    await moe.say('/join long');
    await moe.said('entry 499.').waitFor();

    const held = moe.said('entry 499.').getByTestId('readers');
    await held.focus();
    const box = 'document.querySelector("[data-testid=conversation]")';
    const scroll = (to: string): Promise<unknown> => page.evaluate(`${box}.scrollTop = ${to}`);
    // How far the first message in sight moves while older ones come above it.
    const moved = `(async () => {
      const box = ${box};
      // After the picture: rows are measured right before it.
      const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      box.scrollTop = 0;
      for (let i = 0; i < 2; i++) await frame();
      const top = box.getBoundingClientRect().top;
      const first = [...box.querySelectorAll('.message')].find((row) => row.getBoundingClientRect().bottom > top);
      const before = first.getBoundingClientRect().top;
      while (box.scrollTop < 300 && box.querySelector('.older button')) await frame();
      for (let i = 0; i < 4; i++) await frame();
      return Math.abs(box.querySelector('[data-id="' + first.dataset.id + '"]').getBoundingClientRect().top - before);
    })()`;
    let loads = 0;
    while ((await page.getByText('This is the beginning of #long.').count()) === 0) {
      expect(await page.locator('.row').count()).toBeLessThan(80);
      // No more than the name above it, which it may lose.
      expect(await page.evaluate<number>(moved)).toBeLessThan(60);
      loads += 1;
    }
    expect(loads).toBeGreaterThan(6);
    await scroll('0');
    await moe.said('entry 0.').waitFor();
    await page.locator('[data-testid=readers]:focus').waitFor({ state: 'attached' });

    // Who reads the beginning stays there; who is at the end sees what comes.
    await client.say('meanwhile');
    await page.getByRole('log').getByText('meanwhile').waitFor({ state: 'attached' });
    expect(await moe.said('entry 0.').isVisible()).toBe(true);
    await scroll('1e9');
    await moe.said('meanwhile').waitFor();
    await client.say('at last');
    await moe.said('at last').waitFor();
    await client.close();
    await moe.leave();
  });
});
