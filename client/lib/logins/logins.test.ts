/** The file of logins: what is read from it, and who may read it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WireAddress } from '../errors.ts';
import type { NewLogin } from './contract.ts';
import { LoginStore, defaultLoginsFile } from './logins.ts';

const [T1, T2, DEVICE] = ['1', '2', 'd'].map((digit) => digit.repeat(64)) as [string, string, string];
const tls: WireAddress = { wire: 'tls', host: 'h', port: 1 };
const psk: WireAddress = { wire: 'psk', host: 'h', port: 2 };
const plain: WireAddress = { wire: 'plain', host: 'h', port: 1 };
const login = (change: Partial<NewLogin> = {}): NewLogin => ({
  account: 'Ana',
  session: 's1',
  token: T1,
  expires: 100,
  device: DEVICE,
  ...change,
});

let folder: string;
let file: string;
let store: LoginStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireglass-logins-'));
  file = join(folder, 'deep', 'logins.json');
  store = new LoginStore(file);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a stored login', () => {
  it('is found at its place, also by another program, until it expires', async () => {
    await store.save(tls, login());
    const other = new LoginStore(file);
    expect(await other.find(tls, 'ana', 99)).toEqual({ account: 'Ana', token: T1, session: 's1' });
    expect(await other.find(tls, undefined, 99)).toEqual({ account: 'Ana', token: T1, session: 's1' });
    expect(await other.find(tls, 'ana', 100)).toBeUndefined();
    expect(await other.find(tls, 'ben', 99)).toBeUndefined();
    expect(await other.find(psk, 'ana', 99)).toBeUndefined();
  });

  it('has its newer token at all its places, and never moves to a wire that does not protect it', async () => {
    await store.save(tls, login());
    await store.save(psk, login({ token: T2, device: undefined }));
    for (const address of [tls, psk])
      expect(await store.find(address, 'ana', 0)).toMatchObject({ token: T2 });
    expect(await store.find(plain, 'ana', 0)).toBeUndefined();
    expect(await store.device(tls, 'ana')).toBe(DEVICE);
  });

  it('leaves only the secret of the device behind when it is over', async () => {
    await store.save(tls, login());
    await store.forget(tls, 'ANA', 's1');
    expect(await store.find(tls, 'ana', 0)).toBeUndefined();
    expect(await store.device(tls, 'ana')).toBe(DEVICE);
    expect(await readFile(file, 'utf8')).not.toContain(T1);
  });

  it('is replaced by the next of the same account, and kept alongside those of others', async () => {
    await store.save(tls, login());
    await Promise.all([
      store.save(tls, login({ session: 's2', token: T2 })),
      store.save(tls, login({ account: 'ben', session: 's3' })),
    ]);
    expect(await store.find(tls, 'ana', 0)).toMatchObject({ token: T2 });
    expect(await store.find(tls, undefined, 0)).toMatchObject({ account: 'ben' });
    expect((JSON.parse(await readFile(file, 'utf8')) as { logins: unknown[] }).logins.length).toBe(2);
  });
});

describe('the login of another program', () => {
  it('is not forgotten with the previous one, which is over', async () => {
    await store.save(tls, login());
    await new LoginStore(file).save(tls, login({ session: 's2', token: T2 }));
    await store.forget(tls, 'ana', 's1');
    expect(await store.find(tls, 'ana', 0)).toMatchObject({ token: T2 });
  });

  it('keeps the newer token of the same session, whichever is stored last', async () => {
    await store.save(tls, login({ token: T2, expires: 101 }));
    await new LoginStore(file).save(psk, login({ token: T1, expires: 100 }));
    expect(await store.find(tls, 'ana', 0)).toMatchObject({ token: T2 });
  });

  it('is that of the same session, even at a address where its token never was', async () => {
    await store.save(tls, login());
    expect(await store.find(plain, 'ana', 0, 's1')).toMatchObject({ token: T1 });
    expect(await store.find(plain, 'ana', 0, 's2')).toBeUndefined();
  });
});

describe('a turn', () => {
  it('makes others wait, in the same program too, and they then see what it stored', async () => {
    const turn = await store.turn();
    const order: string[] = [];
    const others = [new LoginStore(file), store].map(async (other) => {
      const next = await other.turn();
      order.push((await other.find(tls, 'ana', 0))?.token ?? 'nothing');
      await next.end();
    });
    await turn.save(tls, login());
    await turn.save(tls, login({ token: T2, expires: 101 }));
    expect(order).toEqual([]);
    await turn.end();
    await turn.end();
    await Promise.all(others);
    expect(order).toEqual([T2, T2]);
  });

  it('can be cancelled while it is waited for, and the next one still comes', async () => {
    const turn = await store.turn();
    const stop = new AbortController();
    const waiting = new LoginStore(file).turn(stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    await turn.end();
    await (await store.turn()).end();
  });

  it('ends with the program that has it, even by kill -9', async () => {
    const script = `import { LoginStore } from './client/lib/logins/logins.ts';
      await new LoginStore(process.argv[1]).turn();
      console.log('mine');
      setInterval(() => undefined, 1e6);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script, file];
    const other = spawn(process.execPath, args, { cwd: join(import.meta.dirname, '../../..') });
    try {
      expect(String((await once(other.stdout, 'data'))[0])).toBe('mine\n');
      await expect(store.turn(AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'aborted' });
    } finally {
      other.kill('SIGKILL');
    }
    await once(other, 'close');
    await (await store.turn()).end();
  });

  it('is refused where no file can be made', async () => {
    await writeFile(join(folder, 'deep'), 'a file, where a folder should be');
    await expect(store.turn()).rejects.toMatchObject({ code: 'logins_unusable' });
    await rm(join(folder, 'deep'));
    await (await store.turn()).end();
  });
});

describe('the file', () => {
  it('is for its owner alone, as is its folder, and nothing but its lock is left there', async () => {
    await store.save(tls, login());
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(`${file}.lock`)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'deep'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, 'deep'))).toEqual(['logins.json', 'logins.json.lock']);
  });

  it('that others can read is not used, nor one that is something else', async () => {
    await store.save(tls, login());
    await chmod(file, 0o644);
    await expect(store.find(tls, 'ana', 0)).rejects.toMatchObject({ code: 'logins_unusable' });
    await expect(store.save(tls, login())).rejects.toThrow('chmod 600');
    await chmod(file, 0o600);
    await writeFile(file, '{"logins": [{"token": "short"}]}');
    await expect(store.find(tls, 'ana', 0)).rejects.toMatchObject({ code: 'logins_unusable' });
  });

  it.each(['', 'junk', '{"logins": [{"token": "short"}]}'])(
    'that holds %j instead of logins is named, with how to make a new one',
    async (text) => {
      await store.save(tls, login());
      await writeFile(file, text);
      const advice = `${file} does not contain logins; remove the file, and the next login with a password makes a new one`;
      await expect(store.find(tls, 'ana', 0)).rejects.toThrow(advice);
      await expect(store.save(tls, login())).rejects.toThrow(advice);
      await rm(file);
      await store.save(tls, login());
      expect(await store.find(tls, 'ana', 0)).toMatchObject({ account: login().account });
    },
  );

  it('is named when it is a folder', async () => {
    await mkdir(file, { recursive: true, mode: 0o700 });
    await expect(store.find(tls, 'ana', 0)).rejects.toThrow(`${file} is a folder; move it away`);
  });

  it('is where the environment says', () => {
    expect(defaultLoginsFile({ WIREGLASS_LOGINS: '/a/b' })).toBe('/a/b');
    expect(defaultLoginsFile({ XDG_CONFIG_HOME: '/x' })).toBe('/x/wireglass/logins.json');
    expect(defaultLoginsFile({})).toMatch(/\/\.config\/wireglass\/logins\.json$/);
  });
});
