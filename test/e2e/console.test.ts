/** The console, from the link that opens it to the end of its session: what its operator does, clients and the audit log notice. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServerMessage, WireName } from '#protocol/messages';
import { Program, targetOf } from '../support/programs/program.ts';
import { Puppet } from '../support/servers/server.ts';
import { faultsOn } from './judge.ts';
import { keyboardOf } from './keyboard.ts';
import { describePage } from './suite.ts';
import { open } from './visit.ts';

const TABS = ['overview', 'people', 'log', 'plots', 'audit', 'users', 'keys', 'backups'] as const;
const NAUGHTY = '<img src=x onerror="document.title=1"><script>document.title=1</script>{{7*7}}';

describePage([], 'the console', (stage) => {
  let page: Page;
  const complaints: string[] = [];
  const puppets: Puppet[] = [];

  const joined = async (wire: WireName, name: string): Promise<Puppet> => {
    const puppet = await Puppet.join(await targetOf(stage.served.ready, wire), name);
    puppets.push(puppet);
    return puppet;
  };
  const command = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await new Program([...words, '--data', stage.served.ready.data])
      .finished;
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };
  const tab = async (name: (typeof TABS)[number]): Promise<void> => {
    await page.getByTestId(`tab-${name}`).click();
    await page.locator(`[role=tab][data-testid=tab-${name}][aria-selected=true]`).waitFor();
  };
  const confirm = (): Promise<void> => page.getByTestId('confirm').click();

  beforeAll(async () => {
    page = await newPage(stage.browser, complaints);
  });
  afterAll(async () => {
    await page.context().close();
    for (const puppet of puppets) await puppet.close();
    expect(complaints).toEqual([]);
  });

  it('says how to open it to somebody without a session', async () => {
    const { console: link } = stage.served.ready;
    await page.goto(link.split('#', 1)[0] ?? '');
    await page.getByText('npx wireglass console').waitFor();
    // The browser itself tells of the refusal.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]);
  });

  it('opens with a link, which works once and leaves the address at once', async () => {
    await page.goto('about:blank');
    await page.goto(stage.served.ready.console);
    await page.getByTestId('health').getByText('healthy').waitFor();
    expect(page.url()).toMatch(/\/console$/);
    expect(
      await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })'),
    ).not.toMatch(/[0-9a-f]{64}/);
    const other = await newPage(stage.browser, []);
    await other.goto(stage.served.ready.console);
    await other.getByText('was used already').waitFor();
    await other.context().close();
    await tab('people');
    await page.reload();
    await page.locator('[data-testid=tab-people][aria-selected=true]').waitFor();
  });

  it('says on another machine how to reach it', async () => {
    const other = await newPage(stage.browser, []);
    const refusal = { code: 'other_machine', message: 'this is answered only on the server’s own machine' };
    await other.route('**/api/operator/**', (route) => route.fulfill({ status: 403, json: refusal }));
    await other.goto(stage.served.ready.console.split('#', 1)[0] ?? '');
    await other.getByText('ssh -L').waitFor();
    await other.context().close();
  });

  it('is opened by the link of a command, too', async () => {
    const printed = await command('console');
    const [link = ''] = /http:\S+/.exec(printed) ?? [];
    const other = await newPage(stage.browser, []);
    await other.goto(link);
    await other.getByTestId('health').waitFor();
    await other.context().close();
  });

  it('stops a wire, whose clients are told, and starts it again', async () => {
    const ana = await joined('tls', 'ana');
    const home = await open(stage.browser, stage.served.url);
    await tab('overview');
    const wire = page.getByTestId('wire-tls');
    await wire.getByTestId('clients').getByText('2', { exact: true }).waitFor();
    await page.getByTestId('stop-tls').click();
    await page.getByText('2 clients will be told and disconnected').waitFor();
    await confirm();
    await page.locator('[data-testid=wire-tls][data-state=stopped]').waitFor();
    expect(await lastOf(ana)).toMatchObject({ type: 'error', code: 'wire_stopped' });
    await expect(joined('tls', 'bea')).rejects.toThrow('ECONNREFUSED');
    await home.page
      .getByTestId('delivery-tls')
      .getByText('the connection was refused; trying again')
      .waitFor();
    expect(await command('wires')).toMatch(/^tls\t\S+\tstopped\t0\tnone$/m);
    await page.getByTestId('start-tls').click();
    await page.locator('[data-testid=wire-tls][data-state=open]').waitFor();
    await joined('tls', 'cleo');
    await home.page.getByTestId('delivery-tls').getByText('on this wire').waitFor();
    await home.leave();
  });

  it('kicks a member, who is told why', async () => {
    const dan = await joined('psk', 'dan');
    await tab('people');
    await page.getByTestId('people-filter').fill('dan');
    await page.getByTestId('people-count').getByText(/^1 of/).waitFor();
    await page.getByTestId('person-acts').click();
    await page.getByTestId('menu-kick').click();
    await page.getByTestId('reason').fill('rest a while');
    await confirm();
    await page.getByText('dan was kicked.').first().waitFor();
    expect(await lastOf(dan)).toMatchObject({ code: 'kicked', got: 'rest a while' });
    await page.getByText('Nobody fits the filter.').waitFor();
  });

  it('shows bans with what anyone may write in them as text, and lifts them', async () => {
    await command('ban', '--address', '192.0.2.7', '--reason', NAUGHTY);
    await page.reload();
    const ban = page.getByTestId('sanction');
    await ban.getByText(NAUGHTY).waitFor();
    await ban.getByRole('button').click();
    await page.getByText('None are in force.').waitFor();
    expect(await page.title()).toContain('Console');
  });

  it('finds records of the log', async () => {
    await tab('log');
    await page.getByTestId('log-line').first().waitFor();
    await page.getByTestId('log-filter').fill('wire_stopped');
    const found = page.getByTestId('log-line');
    await found.first().getByText('disconnected').waitFor();
    // Ana, and the page.
    expect(await found.count()).toBe(2);
    await page.getByTestId('log-pause').click();
    await page.getByTestId('log-pause').getByText('Resume').waitFor();
    await page.getByTestId('log-pause').click();
    await page.getByTestId('log-level').selectOption('error');
    await page.getByText('No record fits the filter.').waitFor();
  });

  it('plots values, which the arrow keys and a table show, too', async () => {
    await tab('plots');
    const memory = page.locator('figure').filter({ has: page.getByText('Memory', { exact: true }) });
    await memory.getByTestId('plot-value').first().getByText(/MiB$/).waitFor();
    await memory.getByRole('group').focus();
    await page.keyboard.press('ArrowLeft');
    await memory
      .getByRole('status')
      .getByText(/resident [\d.]+ MiB; heap [\d.]+ MiB/)
      .waitFor();
    await memory.getByRole('button').click();
    await memory.getByRole('cell').first().getByText(/MiB$/).waitFor();
  });

  it('makes an account, refuses a bad password in words, and changes its role', async () => {
    await tab('users');
    await page.getByTestId('new-account').click();
    await page.getByTestId('account-name').fill('gail');
    for (const password of ['password1', 'lantern-orchid-47-quay']) {
      await page.getByTestId('account-password').fill(password);
      await page.getByTestId('account-again').fill(password);
      await confirm();
      if (password === 'password1') await page.getByText('not good enough').first().waitFor();
    }
    const row = page.getByTestId('account').filter({ hasText: 'gail' });
    await row.getByRole('combobox').selectOption('admin');
    await confirm();
    await page.getByText('gail is now admin.').first().waitFor();
    expect(await command('users')).toMatch(/^gail\tadmin\t/m);
  });

  it('rotates the shared key and renews the certificate', async () => {
    await tab('keys');
    const keys = page.getByTestId('key');
    await keys.first().waitFor();
    expect(await keys.count()).toBe(1);
    await page.getByTestId('rotate').click();
    await confirm();
    await keys.nth(1).waitFor();
    expect(await command('psk', 'list')).toMatch(/the one that clients use.*\n.*\tvalid\t/);
    const print = page.getByTestId('certificate-server').getByTestId('fingerprint');
    const before = await print.innerText();
    await page.getByTestId('renew').click();
    await confirm();
    await page.getByText('The server has a new certificate.').first().waitFor();
    await page.getByTestId('certificate-server').filter({ hasNotText: before }).waitFor();
    expect(await command('certs')).toContain(await print.innerText());
  });

  it('backs up, and gives the copy out', async () => {
    await tab('backups');
    await page.getByTestId('back-up').click();
    const row = page.getByTestId('backup');
    await row.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), row.getByRole('link').click()]);
    const folder = await mkdtemp(join(tmpdir(), 'wireglass-copy-'));
    const file = join(folder, 'copy.sqlite');
    await download.saveAs(file);
    expect((await readFile(file)).subarray(0, 15).toString()).toBe('SQLite format 3');
    await rm(folder, { recursive: true });
  });

  it('has all of it in the audit log, which is whole', async () => {
    await tab('audit');
    const events = page.getByTestId('audit-row');
    for (const event of [
      'wire.stopped',
      'wire.started',
      'moderation.kicked',
      'account.role',
      'key.rotated',
      'operator.backup',
    ])
      await events.getByText(event, { exact: true }).first().waitFor();
    await events.getByText(NAUGHTY).first().waitFor();
    await page.getByTestId('audit-event').fill('wire.stopped');
    await page.getByTestId('audit-event').press('Enter');
    await events.getByText('wire.started', { exact: true }).waitFor({ state: 'detached' });
    expect(await events.count()).toBe(1);
    await page.getByTestId('audit-verify').click();
    await page.getByTestId('audit-verdict').getByText('The audit log is whole').waitFor();
  });

  it('is used with the keyboard alone', async () => {
    await tab('overview');
    await page.getByTestId('stop-plain').waitFor();
    const keyboard = keyboardOf(page);
    await page.getByTestId('tab-overview').focus();
    await keyboard.tabTo('[data-testid=stop-plain]');
    await keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.locator('[data-testid=wire-plain][data-state=open]').waitFor();
    expect(keyboard.faults).toEqual([]);
  });

  it('has nothing that axe finds, in each theme, and fits a narrow window', async () => {
    const found: string[] = [];
    for (const theme of ['light', 'dark', 'contrast'] as const) {
      await page.emulateMedia({
        colorScheme: theme === 'dark' ? 'dark' : 'light',
        contrast: theme === 'contrast' ? 'more' : 'no-preference',
        reducedMotion: 'reduce',
      });
      for (const name of theme === 'contrast' ? TABS.slice(0, 1) : TABS) {
        await tab(name);
        await page.locator('.skeleton').first().waitFor({ state: 'detached' });
        // Every tab in each of both themes, and at each of both widths.
        const widths = theme === 'dark' ? [360] : [1440];
        for (const width of widths)
          found.push(...(await faultsAt(page, width)).map((text) => `${theme} ${name} ${text}`));
        await page.setViewportSize({ width: 1440, height: 900 });
      }
    }
    expect(found).toEqual([]);
  });

  it('ends its session, and everything else of it', async () => {
    await page.getByTestId('session-menu').click();
    await page.getByTestId('menu-everywhere').click();
    await page.getByText('npx wireglass console').waitFor();
    await page.reload();
    await page.getByText('npx wireglass console').waitFor();
    // The browser itself tells of the bad password and of the ended session.
    expect(complaints.splice(0).filter((text) => !/status of 4(01|09)/.test(text))).toEqual([]);
  });
});

async function newPage(browser: Browser, complaints: string[]): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  await context.addInitScript(
    `if (location.protocol !== 'about:') localStorage.setItem('wireglass-visited', 'yes')`,
  );
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return page;
}

/** What axe finds at this width, and whether the page is wider than its window. */
async function faultsAt(page: Page, width: number): Promise<string[]> {
  await page.setViewportSize({ width, height: 900 });
  const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  // The bar above every view is looked at with the first of them.
  const violations = await faultsOn(page, { except: ['.shell > header'] });
  return [
    ...(over === 0 ? [] : [`${width}: too wide by ${over}`]),
    ...violations.map((text) => `${width}: ${text}`),
  ];
}

/** The last message before the end of the connection. */
async function lastOf(puppet: Puppet): Promise<ServerMessage | undefined> {
  return (await puppet.rest()).at(-1);
}
