import fc from 'fast-check';
import pino from 'pino';
import { expect, it } from 'vitest';
import { LOG_OPTIONS } from './log.ts';
import { REDACTED, redacted } from './redaction.ts';

const SECRET = 'f3a1c0ffee';

it.each([
  { password: SECRET },
  { user: { passwordHash: SECRET } },
  { request: { headers: { authorization: `Bearer ${SECRET}` } } },
  { tokens: [{ token: SECRET }] },
  { list: [[{ deep: { sessionToken: SECRET } }]] },
  { code: '123456' },
  { code: SECRET },
  { input: { secret: SECRET, device: SECRET, recovery: [SECRET] } },
  { key: SECRET },
  { Cookie: SECRET },
])('takes the secret out of %j', (line) => {
  const text = JSON.stringify(redacted(line));
  expect(text).not.toMatch(/f3a1c0ffee|123456/);
  expect(text).toContain(REDACTED);
});

it.each([
  { code: 'storage_failed', messages: 3 },
  { code: 'done' },
  { code: 'SQLITE_FULL' },
  { err: { code: 'ECONNRESET' } },
  { session: 4, wire: 'tls', peer: '127.0.0.1:5555', detail: 'TLSv1.3' },
])('leaves %j as it is', (line) => {
  expect(redacted(line)).toEqual(line);
});

it('finds a secret at any depth, and copes with an object that contains itself', () => {
  const names = fc.constantFrom('password', 'token', 'secret', 'authorization', 'device', 'key');
  const inside = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.dictionary(names, fc.constant(SECRET), { minKeys: 1, maxKeys: 2 }),
      fc.array(tie('node'), { minLength: 1, maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('node'), { minKeys: 1, maxKeys: 2 }),
    ),
  })).node;
  fc.assert(fc.property(inside, (value) => !JSON.stringify(redacted({ value })).includes(SECRET)));
  const loop: Record<string, unknown> = { password: SECRET };
  loop['self'] = loop;
  expect(JSON.stringify(redacted(loop))).not.toContain(SECRET);
});

it('is applied to log lines, including their error and its own fields', () => {
  const lines: string[] = [];
  const log = pino({ level: 'debug', ...LOG_OPTIONS }, { write: (line) => lines.push(line) });
  const error = Object.assign(new Error('no'), { token: SECRET, code: 'SQLITE_FULL' });
  log.debug({ err: error, account: { password: SECRET } }, 'login');
  expect(lines.join('')).not.toContain(SECRET);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'login',
    err: { code: 'SQLITE_FULL', message: 'no' },
  });
});
