/** The chat window of members: accounts that a server asks for, rooms by invitation, and what tells a member who looks elsewhere. */
import { describe, expect, it } from 'vitest';
import { enterAs, guest, register, visit } from './chatting.ts';
import { describePage } from './suite.ts';

/** As if the person had gone to another tab, and noting what the browser is asked to show. */
const LOOK_ELSEWHERE = `
  globalThis.shown = [];
  globalThis.Notification = class {
    static permission = 'granted';
    static requestPermission = () => Promise.resolve('granted');
    constructor(title, { body }) { shown.push([title, body, this]); }
  };
  globalThis.setVisible = (state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  };`;

describe('the chat window of members', () => {
  describePage([], 'where accounts are optional', (stage) => {
    it('invites a member to a room that nobody else can enter', async () => {
      const [owner, friend] = [await visit(stage, stage.served.url), await visit(stage, stage.served.url)];
      await register(owner, 'owner');
      await register(friend, 'friend');
      await owner.say('/create attic invite');
      await owner.page.getByRole('heading', { name: '#attic' }).waitFor();
      await friend.say('/join attic');
      await friend.page.getByTestId('notice').getByText('you need an invitation').first().waitFor();
      await owner.say('/invite friend');
      await friend.page.getByTestId('notice').getByText('owner invites you to #attic.').waitFor();
      await friend.page.getByRole('button', { name: 'Join', exact: true }).click();
      await friend.page.getByRole('heading', { name: '#attic' }).waitFor();
      await friend.page.getByText('Nothing has been said in #attic yet').waitFor();
      await owner.say('only here');
      await friend.said('only here').waitFor();
      await Promise.all([owner.leave(), friend.leave()]);
    });

    it('notifies a person who looks elsewhere, and only when asked to', async () => {
      const context = { permissions: ['notifications'] };
      const pia = await visit(stage, stage.served.url, context, LOOK_ELSEWHERE);
      await enterAs(pia, 'Pia');
      const ron = await guest(stage, 'Ron');
      const shown = () => pia.page.evaluate<string[][]>('shown.map(([title, body]) => [title, body])');
      await pia.page.evaluate('setVisible("hidden")');
      await ron.say('not asked for');
      await pia.said('not asked for').waitFor();
      expect(await shown()).toEqual([]);

      await pia.page.getByTestId('me').click();
      await pia.page.getByTestId('menu-notify').click();
      await ron.say('the gate is open');
      await expect.poll(shown).toEqual([['Ron in #lobby', 'the gate is open']]);
      await expect.poll(() => pia.page.title()).toMatch(/^\(\d+\) Chat/);

      await pia.page.evaluate('setVisible("visible")');
      await ron.say('seen at once');
      await pia.said('seen at once').waitFor();
      expect(await shown()).toHaveLength(1);
      await Promise.all([pia.leave(), ron.leave()]);
    });
  });

  describePage(['--accounts', 'required'], 'where an account is required', (stage) => {
    it('offers no way in without one', async () => {
      const quin = await visit(stage, stage.served.url);
      await quin.page.getByRole('tab', { name: 'Register' }).waitFor();
      expect(await quin.page.getByRole('tab').allInnerTexts()).toEqual(['Sign in', 'Register']);
      await register(quin, 'quin');
      await quin.say('with an account');
      await quin.said('with an account').waitFor();
      await quin.leave();
    });
  });

  describePage(['--accounts', 'guests'], 'where there are no accounts', (stage) => {
    it('asks for no password', async () => {
      const rui = await visit(stage, stage.served.url);
      await enterAs(rui, 'Rui');
      expect(await rui.page.locator('input[type=password]').count()).toBe(0);
      await rui.say('as a guest');
      await rui.said('as a guest').waitFor();
      await rui.leave();
    });
  });
});
