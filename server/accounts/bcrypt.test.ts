import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { compare, hash } from './bcrypt.ts';

/** The hash of `U*U`, from the test vectors of Openwall's crypt_blowfish; crypt(3) computes the same. */
const KNOWN = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

it('accepts a hash that another program made, with the right password only', async () => {
  expect(await compare('U*U', KNOWN)).toBe(true);
  expect(await compare('U*U*', KNOWN)).toBe(false);
});

it('answers each of many questions at once with its own answer', async () => {
  const passwords = Array.from({ length: 20 }, (_, at) => `password ${at}`);
  const hashes = await Promise.all(passwords.map((password) => hash(password, 4)));
  const fits = hashes.flatMap((held, at) => [
    compare(`password ${at}`, held),
    compare(`password ${at + 1}`, held),
  ]);
  expect(await Promise.all(fits)).toEqual(passwords.flatMap(() => [true, false]));
});

it('rejects a job that cannot be computed, and goes on', async () => {
  await expect(hash('password', 'four' as unknown as number)).rejects.toThrow('Invalid salt');
  expect(await compare('password', 'no hash')).toBe(false);
});

/** What a program prints that does this with the module, and nothing else that would keep it alive. */
async function printedBy(script: string): Promise<string> {
  const program = `const { hash, compare } = await import('./bcrypt.ts'); ${script}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (printed += text.toString()));
  await once(child, 'close');
  return printed;
}

it('is waited for by a program that has nothing else to do, which then ends', async () => {
  expect(await printedBy(`void compare('U*U', '${KNOWN}').then(console.log);`)).toBe('true\n');
});

it.runIf(process.platform === 'linux')(
  'starts a thread with the first password, and none before',
  async () => {
    const printed = await printedBy(`
    const { readdirSync, readFileSync } = await import('node:fs');
    const nice = () => readdirSync('/proc/self/task').map((id) =>
      readFileSync('/proc/self/task/' + id + '/stat', 'utf8').replace(/.*[)] /, '').split(' ')[16]);
    const before = nice().filter((value) => value !== nice()[0]).length;
    await hash('U*U', 4);
    console.log(before, nice().filter((value) => value !== nice()[0]).length > 0);
  `);
    expect(printed).toBe('0 true\n');
  },
);
