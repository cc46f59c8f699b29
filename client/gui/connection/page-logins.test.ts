/** The logins that a browser keeps: the same rules as those of the terminal's file, in the storage of a page. */
import { describe, expect, it } from 'vitest';
import type { WireAddress } from '#client/errors';
import { PageLogins } from './page-logins.ts';
import { pastedKey, wayToWorkbench } from './wires-here.ts';

const TLS: WireAddress = { wire: 'tls', host: 'h', port: 1 };
const PLAIN: WireAddress = { wire: 'plain', host: 'h', port: 2 };
const login = {
  account: 'ana',
  session: 's1',
  token: '1'.repeat(64),
  expires: 1_000,
  device: 'd'.repeat(64),
};

/** A storage in memory, and a lock that works as that of a browser. */
function browser() {
  const held = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  const place = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  };
  const lock = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return { held, tab: () => new PageLogins(place, lock) };
}

describe('the logins of a browser', () => {
  it('are found by other tabs, and on no wire that protects less', async () => {
    const { tab } = browser();
    await tab().save(TLS, login);
    expect(await tab().find(TLS, undefined, 0)).toEqual({
      account: 'ana',
      token: login.token,
      session: 's1',
    });
    expect(await tab().find(PLAIN, undefined, 0)).toBeUndefined();
    expect(await tab().find(TLS, undefined, 2_000)).toBeUndefined();
    expect(await tab().device(TLS, 'Ana')).toBe(login.device);
  });

  it('are forgotten with the login, but for the device', async () => {
    const { tab, held } = browser();
    await tab().save(TLS, login);
    await tab().forget(TLS, 'ana', 's1');
    expect(await tab().find(TLS, 'ana', 0)).toBeUndefined();
    expect([...held.values()].join()).not.toContain(login.token);
    expect(await tab().device(TLS, 'ana')).toBe(login.device);
  });

  it('are changed in turns', async () => {
    const { tab } = browser();
    const turn = await tab().turn();
    const other = tab().save(TLS, { ...login, token: '2'.repeat(64), expires: 3_000 });
    await turn.save(TLS, login);
    expect((await tab().find(TLS, 'ana', 0))?.token).toBe(login.token);
    await turn.end();
    await other;
    expect((await tab().find(TLS, 'ana', 0))?.token).toBe('2'.repeat(64));
  });

  it('are none where something else is stored', async () => {
    const { tab, held } = browser();
    held.set('wireglass-chat-logins', '{"not": "logins"}');
    expect(await tab().find(TLS, undefined, 0)).toBeUndefined();
  });
});

describe('a pasted key', () => {
  it('is a line of a key file, and what is wrong with another text never repeats it', () => {
    expect(pastedKey(`ours:${'5a'.repeat(32)}`)).toMatchObject({ key: { id: 'ours' }, demo: false });
    for (const text of ['', 'hello', 'ours:5a5a', `ours:${'zz'.repeat(32)}`]) {
      expect(() => pastedKey(text)).toThrow(SyntaxError);
      expect(() => pastedKey(text)).not.toThrow(/5a5a|zz/);
    }
  });
});

it('what is not sealed leaves the machine only where the page came over the network', () => {
  expect(wayToWorkbench({ hostname: '127.0.0.1', protocol: 'http:' })).toBe('local');
  expect(wayToWorkbench({ hostname: '192.0.2.1', protocol: 'http:' })).toBe('http');
  expect(wayToWorkbench({ hostname: 'class.example', protocol: 'https:' })).toBe('https');
});
