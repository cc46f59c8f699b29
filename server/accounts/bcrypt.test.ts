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
