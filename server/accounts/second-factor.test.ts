import { describe, expect, it } from 'vitest';
import { secondFactorAnswers } from './second-factor.ts';

/** The secret of RFC 6238 appendix B: the ASCII text 12345678901234567890, in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const stepOf = (code: string, seconds: number): Promise<number | undefined> =>
  secondFactorAnswers.codeStep({ secret: SECRET, code, now: seconds * 1_000 });

describe('the codes of RFC 6238 appendix B, cut to six digits', () => {
  it.each([
    [59, '287082', 0x1],
    [1_111_111_109, '081804', 0x23523ec],
    [1_111_111_111, '050471', 0x23523ed],
    [1_234_567_890, '005924', 0x273ef07],
    [2_000_000_000, '279037', 0x3f940aa],
    [20_000_000_000, '353130', 0x27bc86aa],
  ])('at %i s is %s', async (seconds, code, step) => {
    expect(await stepOf(code, seconds)).toBe(step);
  });

  it('are accepted one step early or late, for the step they belong to, but not two', async () => {
    const start = 0x273ef07 * 30;
    expect(await stepOf('005924', start - 30)).toBe(0x273ef07);
    expect(await stepOf('005924', start + 59)).toBe(0x273ef07);
    expect(await stepOf('005924', start - 31)).toBeUndefined();
    expect(await stepOf('005924', start + 60)).toBeUndefined();
  });

  it('may be typed with spaces', async () => {
    expect(await stepOf('287 082', 59)).toBe(1);
  });

  it.each(['287083', '', '28708', '2870822', '-287082', '２８７０８２', 'abcdef'])('not %j', async (code) => {
    expect(await stepOf(code, 59)).toBeUndefined();
  });
});

it('makes a different secret of 160 bits each time, with the URI that authenticators read', async () => {
  const first = await secondFactorAnswers.newSecondFactor({ name: 'ana b' });
  const second = await secondFactorAnswers.newSecondFactor({ name: 'ana b' });
  expect(first.secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(first.secret).not.toBe(second.secret);
  const uri = new URL(first.uri);
  expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp']);
  expect(decodeURIComponent(uri.pathname)).toBe('/Wireglass:ana b');
  expect(uri.searchParams.get('secret')).toBe(first.secret);
});
