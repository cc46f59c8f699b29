/** The chat window: who talks, over which wire, what is kept when the server goes, and who could read it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'otplib';
import { expect, it } from 'vitest';
import { ChatClient } from '#client/chat-client';
import { WIRE_NAMES } from '#protocol/wires';
import { Program, type Ready, UNBOUNDED_RATES, startServe, targetOf } from '../support/programs/program.ts';
import { PASSWORD, changeWire, enterAs, guest, register, visit } from './chatting.ts';
import { faultsInThemes } from './judge.ts';
import { SCRIPT_LIKE } from './script-like.ts';
import { describePage } from './suite.ts';

/** Seconds in which a code of the authenticator is the same. */
const TIME_STEP = 30;

describePage([...UNBOUNDED_RATES], 'the chat window in a browser', (stage) => {
  it('registers an account, sets up a second factor, and asks for it at the next login', async () => {
    const ana = await visit(stage, stage.served.url);
    const { page } = ana;
    await page.getByRole('tab', { name: 'Register' }).click();
    await page.getByTestId('name').fill('ana');
    await page.getByLabel('Password', { exact: true }).fill('password1');
    await page.getByText(/commonly used|easy to guess/).waitFor();
    expect(await page.getByTestId('enter').isDisabled()).toBe(true);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.locator('[data-testid=enter]:enabled').click();
    await ana.input.waitFor();

    await page.getByTestId('me').click();
    await page.getByTestId('menu-account').click();
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Set it up' }).click();
    const secret = (await page.getByTestId('totp-secret').innerText()).replace(/\s/g, '');
    expect(await page.getByAltText('QR code of the secret').getAttribute('src')).toContain('svg');
    await page.getByLabel('The code it shows').fill(await generate({ secret }));
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByTestId('recovery-codes').waitFor();
    const recovery = await page.getByTestId('recovery-codes').locator('li').allInnerTexts();
    expect(recovery).toHaveLength(10);
    await page.keyboard.press('Escape');

    const signOutAndIn = async (): Promise<void> => {
      await page.getByTestId('me').click();
      await page.getByTestId('menu-out').click();
      await page.getByRole('tab', { name: 'Sign in' }).click();
      await page.getByTestId('name').fill('ana');
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.locator('[data-testid=enter]:enabled').click();
    };
    await signOutAndIn();
    await page.getByTestId('code').fill('000000');
    await page.getByTestId('code').press('Enter');
    await page.getByText('The code is wrong').waitFor();
    await page.getByTestId('code').fill(recovery[0] ?? '');
    await page.getByTestId('code').press('Enter');
    await ana.input.waitFor();

    await signOutAndIn();
    // The code of the time step in which the factor was set up works once.
    const epoch = Math.floor(Date.now() / 1000) + TIME_STEP;
    await page.getByTestId('code').fill(await generate({ secret, epoch }));
    await page.getByTestId('code').press('Enter');
    await ana.input.waitFor();
    expect(page.url()).not.toContain('ana');
    expect(await page.evaluate('localStorage.getItem("wireglass-chat-logins")')).toBeNull();
    await ana.leave();
  });

  it('keeps a login for the next visit only when it is asked to, and forgets it at the logout', async () => {
    const bo = await visit(stage, stage.served.url);
    await bo.page.getByRole('tab', { name: 'Register' }).click();
    await bo.page.getByTestId('name').fill('bo');
    await bo.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await bo.page.getByLabel('Stay logged in').check();
    await bo.page.locator('[data-testid=enter]:enabled').click();
    await bo.input.waitFor();
    await bo.page.reload();
    await bo.input.waitFor();
    expect(await bo.page.getByTestId('me').innerText()).toContain('bo');
    await bo.page.getByTestId('me').click();
    await bo.page.getByTestId('menu-out').click();
    await bo.page.getByTestId('enter').waitFor();
    expect(await bo.page.evaluate('localStorage.getItem("wireglass-chat-logins")')).not.toContain('token"');
    await bo.leave();
  });

  it('talks with a second browser and a terminal, and says who could read each message', async () => {
    const [cleo, dan] = [await guest(stage, 'Cleo', 'psk'), await guest(stage, 'Dan', 'plain')];
    const { ready } = stage.served;
    const port = String(ready.wires.find(({ wire }) => wire === 'tls')?.port);
    const place = ['--wire', 'tls', '--host', '127.0.0.1', '--port', port, '--ca', ready.ca, '--name', 'Eli'];
    const eli = new Program(['chat', ...place]);
    await cleo.page.locator('.note').getByText('Eli joined over tls').waitFor();
    await cleo.page.getByRole('log').getByText('Eli joined over tls').waitFor({ state: 'attached' });
    eli.child.stdin.write('hello from a terminal\n');
    await cleo.said('hello from a terminal').waitFor();
    await cleo.say('hello from a page');
    await dan.said('hello from a page').waitFor();
    await dan.say('hello in the open');
    await cleo.said('hello in the open').waitFor();
    await expect.poll(() => eli.stdout).toMatch(/hello from a page[^]*hello in the open/);

    const chip = (text: string): Promise<string> => cleo.said(text).getByTestId('readers').innerText();
    expect(await chip('hello from a page')).toBe('who has the key');
    expect(await chip('hello from a terminal')).toBe('who has the key');
    expect(await chip('hello in the open')).toBe('anyone on the path');
    await expect
      .poll(() => cleo.page.locator('.people').innerText())
      .toMatch(/on psk[^]*on plain[^]*on tls|Dan[^]*Eli/);

    await dan.say('/msg Cleo only for you');
    await cleo.page.getByRole('button', { name: /Dan.*unread/ }).click();
    await cleo.said('only for you').waitFor();
    eli.child.stdin.end();
    expect((await eli.finished).stdout).not.toContain('only for you');
    await Promise.all([cleo.leave(), dan.leave()]);
  });

  it('changes wires in a conversation, and opens the bytes of a message from its chip', async () => {
    const fay = await guest(stage, 'Fay', 'plain');
    for (const wire of WIRE_NAMES.slice(1)) {
      await changeWire(fay, wire);
      await fay.say(`now over ${wire}.`);
      await fay.said(`now over ${wire}.`).waitFor();
    }
    await fay.page.getByText('TLS ends in its relay, not in this page').waitFor();
    for (const [wire, text] of [
      ['psk', 'who has the key'],
      ['tls', 'not on the path'],
    ] as const)
      expect(await fay.said(`now over ${wire}.`).getByTestId('readers').innerText()).toBe(text);

    await fay.said('now over tls.').getByTestId('readers').click();
    await fay.page.getByText('TLS ends in the workbench, not in this page').waitFor();
    await fay.page.getByTestId('bytes').click();
    const rows = fay.page.getByTestId('table-row');
    await fay.page.locator('section.list').getByText('1 of').waitFor();
    expect(await rows.count()).toBe(1);
    const field = fay.page.locator('[data-testid=field-row][data-field=text] .value');
    await expect.poll(() => field.innerText()).toBe('now over tls.');

    await fay.page.getByRole('link', { name: 'Chat' }).click();
    await fay.said('now over tls+psk.').waitFor();
    await fay.leave();
  });

  it('replies, edits, deletes, searches and goes to what was found, with the keyboard alone', async () => {
    const gil = await guest(stage, 'Gil');
    const { page, input } = gil;
    const { keyboard } = page;
    await input.focus();
    await keyboard.type('/join quiet');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: '#quiet' }).waitFor();
    await input.focus();
    await keyboard.type('first line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    await keyboard.press('Enter');
    await gil.said('first line\nsecond line').waitFor();
    await keyboard.press('ArrowUp');
    await expect.poll(() => input.inputValue()).toBe('first line\nsecond line');
    await input.press('End');
    await keyboard.type(', better');
    await keyboard.press('Enter');
    await gil.said('better (edited)').waitFor();
    const id = await gil.said('better').getAttribute('data-id');
    await keyboard.type(`/reply ${id} an answer`);
    await keyboard.press('Enter');
    await gil.said('an answer').locator('.quote').getByText('first line').waitFor();
    await keyboard.type('/del');
    await keyboard.press('Tab');
    await keyboard.type(`${await gil.said('an answer').getAttribute('data-id')}`);
    await keyboard.press('Enter');
    await gil.said('This message was deleted.').waitFor();

    const client = new ChatClient({
      ...(await targetOf(stage.served.ready, 'plain')),
      name: 'Talker',
      room: 'quiet',
    });
    await client.connect();
    for (let i = 0; i < 160; i++) await client.say(`line ${i}`);
    await client.close();
    await gil.said('line 159').waitFor();
    await keyboard.type('/search second');
    await keyboard.press('Enter');
    await page.locator('.result').focus();
    await keyboard.press('Enter');
    await page.locator('.message.lit').getByText('first line').waitFor();
    await gil.leave();
  });

  it('lets a moderator mute, remove and ban, and tells the member what happened', async () => {
    const kim = await visit(stage, stage.served.url);
    await register(kim, 'kim');
    const { data } = stage.served.ready;
    const appointed = new Program(['users', 'role', 'kim', 'moderator', '--data', data]);
    expect((await appointed.finished).code).toBe(0);
    const lou = await guest(stage, 'Lou', 'tls');

    await lou.say('something rude');
    const menuOf = async (text: string): Promise<void> => {
      await kim
        .said(text)
        .getByRole('button', { name: /Actions/ })
        .click();
    };
    await menuOf('something rude');
    await kim.page.getByTestId('menu-mute').click();
    // The server has done it.
    await kim.page.getByTestId('notice').getByText('Lou').waitFor();
    await lou.say('may I?');
    await lou.page.getByText('Not sent. You may read but not speak here for now.').waitFor();
    await menuOf('something rude');
    await kim.page.getByTestId('menu-delete').click();
    await kim.page.getByTestId('confirm').click();
    await lou.said('This message was deleted.').last().waitFor();

    await kim.page.getByRole('button', { name: 'Actions for Lou' }).click();
    await kim.page.getByTestId('menu-ban').click();
    await kim.page.getByTestId('confirm').click();
    await lou.page.getByTestId('ended').getByText('banned').waitFor();
    await kim.say('/bans');
    await kim.page
      .getByRole('dialog')
      .getByText(/ban of Lou/)
      .waitFor();
    while ((await kim.page.getByRole('button', { name: 'Lift' }).count()) > 0) {
      const before = await kim.page.getByRole('button', { name: 'Lift' }).count();
      await kim.page.getByRole('button', { name: 'Lift' }).first().click();
      await expect.poll(() => kim.page.getByRole('button', { name: 'Lift' }).count()).toBe(before - 1);
    }
    await kim.page.getByText('Nobody is banned or muted').waitFor();
    await Promise.all([kim.leave(), lou.leave()]);
  });

  it('runs nothing of what others write, wherever it is shown', async () => {
    const hana = await guest(stage, 'Hana');
    for (const text of SCRIPT_LIKE) await hana.say(text);
    for (const text of SCRIPT_LIKE.slice(0, 7)) await hana.said(text).first().waitFor();
    await hana
      .said(SCRIPT_LIKE[0] as string)
      .first()
      .getByTestId('readers')
      .click();
    await hana.page.keyboard.press('Escape');
    await hana.page.getByRole('button', { name: 'Search' }).click();
    await hana.page.getByTestId('search-words').fill('window');
    await hana.page.getByTestId('search-words').press('Enter');
    await hana.page.locator('.result').first().waitFor();
    await hana.page.keyboard.press('Escape');
    for (const text of SCRIPT_LIKE.slice(0, 3)) {
      await hana.say(`/join ${text.replaceAll(' ', '')}`);
      await hana.page.getByTestId('notice').first().waitFor();
    }
    expect(await hana.page.evaluate('window.ran')).toBeUndefined();
    await hana.leave();
  });

  it('keeps to what axe asks for, in each theme, wide and narrow', async () => {
    const person = await visit(stage, stage.served.url, { reducedMotion: 'reduce' });
    const problems = async (state: string): Promise<string[]> =>
      (await faultsInThemes(person.page, { except: ['.shell > :first-child'] })).map(
        (fault) => `${state}, ${fault}`,
      );
    // The form to sign in is judged with the other views.
    await enterAs(person, 'Ines');
    await person.say('north gate');
    await person.said('north gate').waitFor();
    const found = await problems('talking');
    await person.said('north gate').getByTestId('readers').click();
    await person.page.getByTestId('bytes').waitFor();
    found.push(...(await problems('who could read this')));
    await person.page.keyboard.press('Escape');
    await person.page.setViewportSize({ width: 360, height: 740 });
    found.push(...(await problems('narrow')));
    expect(found).toEqual([]);
    const width = await person.page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(360);
    await person.leave();
  });

  it('loses nothing with the server: what is written meanwhile is stored once', async () => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-chat-'));
    const first = await startServe(data, '--log', 'error');
    const jo = await visit(stage, first.ready.url);
    await enterAs(jo, 'Jo', 'psk');
    await jo.say('before');
    await jo.said('before').waitFor();
    first.program.child.kill('SIGKILL');
    await first.program.finished;
    await jo.page.getByTestId('lost').waitFor();
    for (const text of ['while it is gone', 'and again']) await jo.say(text);
    await jo.page.getByText('2 messages of yours wait').waitFor();
    expect(await jo.page.getByTestId('pending').count()).toBe(2);

    const second = await startServe(data, '--log', 'error', ...samePorts(first.ready));
    await jo.said('and again').waitFor();
    expect(await jo.page.getByTestId('pending').count()).toBe(0);
    const client = new ChatClient(await targetOf(second.ready, 'tls'));
    await client.connect();
    const { messages } = await client.history();
    expect(messages.map(({ text }) => text)).toEqual(['before', 'while it is gone', 'and again']);
    await client.close();
    await jo.leave();
    second.program.child.kill('SIGTERM');
    await second.program.finished;
    await rm(data, { recursive: true, force: true });
  });
});

/** Options for a server in the place of one that is gone. */
function samePorts({ web, wires }: Ready): readonly string[] {
  return [
    ...['--web', String(web.port)],
    ...wires.flatMap(({ wire, port }) => [`--${wire.replaceAll('+', '-')}`, String(port)]),
  ];
}
