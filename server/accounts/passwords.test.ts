import { compare } from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { BusyError } from '#chat/questions';
import { THREADS } from './bcrypt.ts';
import { passwordStrength } from './password-strength.ts';
import { BCRYPT_COST, PasswordQueue, passwordAnswers } from './passwords.ts';

const { hashPassword, verifyPassword, passwordFlaw } = passwordAnswers({ cost: 4 });

describe('hashes', () => {
  it('are bcrypt with a cost of 12 unless a test asks for less', async () => {
    expect(BCRYPT_COST).toBe(12);
    const hash = await passwordAnswers().hashPassword({ password: 'correct horse' });
    expect(hash).toMatch(/^\$2b\$12\$/);
    expect(await compare('correct horse', hash)).toBe(true);
  });

  /** From the crypt_blowfish test suite by Solar Designer: made by another implementation. */
  it('of other bcrypt implementations are understood', async () => {
    const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    expect(await verifyPassword({ password: 'U*U', hash })).toBe(true);
    expect(await verifyPassword({ password: 'U*V', hash })).toBe(false);
  });

  it('match their password and no other', async () => {
    const hash = await hashPassword({ password: 'Grüße 🦊 zusammen' });
    expect(await verifyPassword({ password: 'Grüße 🦊 zusammen', hash })).toBe(true);
    expect(await verifyPassword({ password: 'Grüße 🦊 zusammen ', hash })).toBe(false);
  });

  it('of an unknown name match nothing', async () => {
    expect(await verifyPassword({ password: 'anything', hash: undefined })).toBe(false);
  });

  it('do not match a longer password, although bcrypt would stop after 72 bytes', async () => {
    const hash = await hashPassword({ password: 'x'.repeat(72) });
    expect(await verifyPassword({ password: 'x'.repeat(72), hash })).toBe(true);
    expect(await verifyPassword({ password: `${'x'.repeat(72)}y`, hash })).toBe(false);
  });
});

it('lets logins wait in a queue, and refuses more when the queue is full', async () => {
  const answers = passwordAnswers({ cost: 4 });
  const hash = await answers.hashPassword({ password: 'secret enough' });
  const tries = Array.from({ length: 400 }, () =>
    answers.verifyPassword({ password: 'secret enough', hash }).catch((error: unknown) => error),
  );
  const results = await Promise.all(tries);
  const busy = results.filter((result) => result instanceof BusyError);
  expect(results.filter((result) => result === true).length + busy.length).toBe(400);
  expect(busy.length).toBeGreaterThan(100);
  expect(busy.length).toBeLessThan(150);
  expect(await answers.verifyPassword({ password: 'secret enough', hash })).toBe(true);
});

describe('known devices', () => {
  it('go before strangers, and have room when the queue of strangers is full', async () => {
    const queue = new PasswordQueue();
    const order: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const first = Array.from({ length: THREADS }, () => queue.run(() => gate));
    const strangers = Array.from({ length: 400 }, () =>
      queue.run(() => Promise.resolve(void order.push('stranger'))).catch((error: unknown) => error),
    );
    const known = Array.from({ length: 3 }, () =>
      queue.run(() => Promise.resolve(void order.push('known')), 'known'),
    );
    open();
    await Promise.all([...first, ...known]);
    const results = await Promise.all(strangers);
    expect(order.slice(0, 3)).toEqual(['known', 'known', 'known']);
    expect(results.filter((result) => result instanceof BusyError).length).toBeGreaterThan(0);
    expect(queue.waiting).toBe(0);
  });
});

describe('a new password', () => {
  it.each([
    ['1234567', /at least 8 characters/],
    ['🦊🦊🦊🦊🦊🦊🦊', /at least 8 characters; this one has 7/],
    ['ö'.repeat(37), /at most 72 bytes; this one has 74/],
    ['password1', /common/],
    ['qwertyuiop', /used|keyboard|row/i],
    ['aaaaaaaaaaaa', /Repeated/],
    ['wireglass1', /./],
    ['good\0enough!', /NUL/],
  ])('%j is refused in words', async (password, flaw) => {
    const answer = await passwordFlaw({ password, name: 'ana' });
    expect(answer?.flaw).toMatch(flaw);
  });

  it('is refused if it is the name', async () => {
    expect(await passwordFlaw({ password: 'anastasia', name: 'anastasia' })).toBeDefined();
  });

  it.each(['correct horse battery', 'Vf7#kq9!zL', `${'ö'.repeat(2)}лучше не бывает`, 'x7 '.repeat(24)])(
    '%j will do',
    async (password) => {
      expect(await passwordFlaw({ password, name: 'ana' })).toBeUndefined();
    },
  );

  it('gets an estimate that grows', () => {
    const scores = ['password', 'pass-fox-71', 'correct horse battery staple'].map(
      (password) => passwordStrength(password, 'ana').guessesLog10,
    );
    expect([...scores].sort((a, b) => a - b)).toEqual(scores);
  });
});
