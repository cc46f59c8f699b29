import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextEvent } from '../../../test/support/chat/chat-events.ts';
import { startTestServer } from '../../../test/support/servers/server.ts';
import { LoginStore } from './logins.ts';
import {
  PASSWORD,
  POLICY,
  server,
  connected,
  registered,
  useServers,
} from '../../../test/support/chat/account-clients.ts';

useServers();

describe('logins of an account', () => {
  it('are listed and ended from another client, within a second and for good', async () => {
    const first = await registered();
    const second = await connected('psk', { loginFirst: true });
    await second.account.login(first.name ?? '', PASSWORD);
    const list = await second.account.sessions();
    expect(list.map(({ current, connected: used, via }) => [current, used, via])).toEqual([
      [true, true, 'psk'],
      [false, true, 'tls'],
    ]);
    const out = nextEvent(first, (each) => each.type === 'state' && each.state === 'login');
    await second.account.revoke(list[1]?.id ?? '');
    await out;
    expect(first.role).toBeUndefined();
    expect((await second.account.sessions()).length).toBe(1);
  });

  it('all end with a new password, except the one that chose it', async () => {
    const first = await registered();
    const { name = '' } = first;
    const second = await connected('psk', { loginFirst: true });
    await second.account.login(name, PASSWORD);
    const out = nextEvent(first, (each) => each.type === 'state' && each.state === 'login');
    await second.account.changePassword(PASSWORD, 'staple battery horse correct');
    await out;
    await expect(first.account.login(name, PASSWORD)).rejects.toMatchObject({ code: 'bad_credentials' });
    expect(second.role).toBe('user');
  });
});

describe('a stored login', () => {
  it('lets the next client in without a password, even after a restart of the server', async () => {
    const before = await startTestServer({ policy: POLICY });
    const logins = new LoginStore(join(server.folder, 'kept.json'));
    const address = before.target('tls');
    const first = await connected('tls', { logins }, before);
    await first.account.register('ana', PASSWORD);
    await first.close();
    await expect.poll(() => logins.find(address, undefined, Date.now())).toMatchObject({ account: 'ana' });
    const known = await logins.find(address, 'ana', Date.now());
    await before.server.close();
    const after = await startTestServer({ policy: POLICY, store: before.store });
    const second = await connected('tls', { logins, login: known }, after);
    expect([second.name, second.role]).toEqual(['ana', 'user']);
    await expect
      .poll(async () => (await logins.find(after.target('tls'), 'ana', Date.now()))?.token)
      .toMatch(/^[0-9a-f]{64}$/);
    expect((await logins.find(after.target('tls'), 'ana', Date.now()))?.token).not.toBe(known?.token);
    await second.close();
    await after.close();
    await rm(before.folder, { recursive: true });
  });

  it('that has ended says why, is forgotten, and lets nobody post under another name', async () => {
    const file = join(server.folder, 'logins.json');
    const logins = new LoginStore(file);
    const token = 'ab'.repeat(32);
    await logins.save(server.target('tls'), {
      account: 'gone',
      session: 's',
      token,
      expires: Date.now() + 60_000,
      device: undefined,
    });
    const client = await connected('tls', { logins, login: { account: 'gone', token } });
    expect([client.state, client.error?.code]).toEqual(['login', 'session_unknown']);
    await expect(client.say('as whom?')).rejects.toMatchObject({ code: 'auth_required' });
    await expect.poll(() => logins.find(server.target('tls'), 'gone', Date.now())).toBeUndefined();
    await rm(file);
  });
});
