import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  NOW,
  loginOf,
  newAccount,
  said,
  storeAt,
  temporaryFolder,
} from '../../../test/support/chat/stores.ts';
import { makeFolder, openDataFolder } from '../data-folder.ts';
import { checkStart } from './start.ts';

const KEY = `demo-1:${'5a'.repeat(32)}`;

async function start(
  prepare: (data: string) => Promise<unknown>,
  environment: Record<string, string> = {},
): Promise<{ readonly refused: string; readonly warned: string }> {
  const data = await temporaryFolder();
  await prepare(data);
  const warned: string[] = [];
  const refused = await checkStart({ data, now: NOW, environment }, (text) => void warned.push(text)).then(
    () => '',
    (error: unknown) => (error as Error).message,
  );
  return { refused, warned: warned.join('\n') };
}

const file = (name: string, content: string | Buffer) => (data: string) =>
  writeFile(join(data, name), content);
const folder = (name: string) => (data: string) => mkdir(join(data, name), { recursive: true });

describe('a start', () => {
  it('accepts a new folder', async () => {
    expect(await start(() => Promise.resolve())).toEqual({ refused: '', warned: '' });
  });

  it.each([
    ['an empty web-token', file('web-token', ''), /web-token: it is empty.*remove the file/],
    ['a web-token of white space', file('web-token', ' \n\n'), /web-token: it is empty.*remove the file/],
    [
      'a short web-token',
      file('web-token', 'secret\n'),
      /web-token: it has 6 characters, but needs at least 32/,
    ],
    ['an endless web-token', file('web-token', 'ab12'.repeat(99)), /web-token: .*at most 128/],
    ['a web-token that can be guessed', file('web-token', '0'.repeat(64)), /web-token: .*guessed/],
    ['an empty operator-token', file('operator-token', '\n'), /operator-token: it is empty.*remove the file/],
    [
      'a junk operator-token',
      file('operator-token', randomBytes(64)),
      /operator-token: it is something other/,
    ],
    ['an empty key file', file('psk.keys', ''), /psk\.keys: the key file holds no key.*remove the file/],
    ['a key file with a short key', file('psk.keys', 'a:00ff\n'), /psk\.keys: line 1: the key has 2 bytes/],
    [
      'a key file of 10 MB',
      file('psk.keys', Buffer.alloc(10_000_000, '#\n')),
      /psk\.keys: it is larger than/,
    ],
    ['a folder in place of the token', folder('web-token'), /web-token must be a file/],
    ['a folder in place of the keys', folder('psk.keys'), /psk\.keys must be a file/],
    ['a folder in place of the database', folder('chat.sqlite'), /chat\.sqlite must be a file/],
    ['a folder in place of the TLS key', folder('certs/server.key'), /server\.key must be a file/],
    ['a file in place of the certificates', file('certs', ''), /certs must be a folder/],
  ])('is refused for %s', async (_, prepare, message) => {
    const { refused } = await start(prepare);
    expect(refused).toMatch(message);
    expect(refused).not.toMatch(/EISDIR|EEXIST|EPERM/);
  });

  it('is refused for a file in place of the data folder', async () => {
    const path = join(await temporaryFolder(), 'data');
    await writeFile(path, '');
    await expect(makeFolder(path)).rejects.toThrow(
      /data is a file; move it away, or name another folder with --data/,
    );
  });

  it.each(['server.key', 'ca.key'])('is refused for an empty %s', async (name) => {
    const data = await temporaryFolder();
    await openDataFolder(data, '127.0.0.1');
    await writeFile(join(data, 'certs', name), '');
    await expect(openDataFolder(data, '127.0.0.1')).rejects.toThrow(/it is empty; put a good copy back/);
  });

  it.each([
    [
      'all keys have expired',
      file('psk.keys', `${KEY} until=2020-01-01T00:00:00Z\n`),
      /nobody can connect on psk and tls\+psk; make a new key: npx wireglass psk rotate --data /,
    ],
    [
      'the key that clients use has expired',
      file('psk.keys', `${KEY} until=2020-01-01T00:00:00Z\nb:${'5b'.repeat(32)}\n`),
      /the key that clients use has expired/,
    ],
  ])('warns when %s', async (_, prepare, message) => {
    expect(await start(prepare)).toEqual({ refused: '', warned: expect.stringMatching(message) as string });
  });

  it('warns of an unknown variable that begins with WIREGLASS_', async () => {
    const { warned } = await start(() => Promise.resolve(), { WIREGLASS_FLUX_CAPACITOR: '1', HOME: '/' });
    expect(warned).toMatch(/^WIREGLASS_FLUX_CAPACITOR is not a setting/);
    // No variable is suggested that resembles it only by the common beginning.
    expect((await start(() => Promise.resolve(), { WIREGLASS_PROT: '1' })).warned).toMatch(
      /^WIREGLASS_PROT is not a setting and has no effect; check its spelling/,
    );
  });

  it('names what was stored with a time in the future', async () => {
    const { warned } = await start(async (data) => {
      const store = await storeAt(join(data, 'chat.sqlite'));
      const { id } = await newAccount(store, 'Ana');
      const later = NOW + 3_650 * 86_400_000;
      await store.commit([said(1, 'now'), said(2, 'later', { ts: later })]);
      await store.answers.startSession({
        session: loginOf(id, 's1', { tokenChanged: later, expires: later + 1_000 }),
      });
      await store.answers.setSecondFactor({
        id,
        secondFactor: { secret: 'x', lastStep: Math.floor(later / 30_000), recovery: [] },
      });
      await store.close();
    });
    expect(warned).toMatch(
      /the clock was set back.*1 message, 1 login, 1 use of a second factor with a time in the future, up to 2034-12-30/,
    );
  });

  it('reads the tokens of a folder that it made itself', async () => {
    const data = await temporaryFolder();
    const first = await openDataFolder(data, '127.0.0.1');
    expect(first.token).toMatch(/^[0-9a-f]{64}$/);
    expect((await openDataFolder(data, '127.0.0.1')).operatorToken).toBe(first.operatorToken);
    await rm(join(data, 'web-token'));
    expect((await openDataFolder(data, '127.0.0.1')).token).not.toBe(first.token);
  });
});
