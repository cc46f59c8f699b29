import { describe, expect, it } from 'vitest';
import { cleanCode, faultsIn, faultsOf, isFromLink } from './join-words.ts';

describe('what a person types to join', () => {
  it('is the code however it is read aloud or copied', () => {
    expect(cleanCode(' AbC-2 34\u00a0')).toBe('abc234');
    expect(faultsIn('abc234', 'Ada')).toEqual({});
  });

  it('is told at each field what is wrong with it', () => {
    expect(faultsIn('', '')).toEqual({
      code: expect.stringContaining('that the instructor shows'),
      name: expect.stringContaining('Type a name'),
    });
    expect(faultsIn('abc10', 'Ada').code).toContain('“1”');
    expect(faultsIn('abc23', 'Ada').code).toContain('6 letters');
    expect(faultsIn('abc234', 'Ada Love&lace').name).toContain('A space is none of them');
  });

  it('is offered with dashes where the name has spaces', () => {
    const { name, instead } = faultsIn('abc234', ' Ada  King Lovelace ');
    expect([name, instead]).toEqual([expect.stringContaining('no spaces'), 'Ada-King-Lovelace']);
    expect(faultsIn('abc234', '& &')).not.toHaveProperty('instead');
  });

  it('has no code where a link brings one for an assistant', () => {
    const code = 'c0ffee'.repeat(8);
    expect([isFromLink(code), isFromLink('abc234')]).toEqual([true, false]);
    expect(faultsIn(code, 'Ben')).toEqual({});
  });
});

describe('a refusal', () => {
  it('stands at the field that it is about, and counts down', () => {
    expect(Object.keys(faultsOf({ code: 'wrong_code', message: '' }))).toEqual(['code']);
    expect(Object.keys(faultsOf({ code: 'name_taken', message: '' }))).toEqual(['name']);
    expect(faultsOf({ code: 'bad_name', message: 'Kept for those who lead.' }).name).toBe(
      'Kept for those who lead.',
    );
    const limited = (retryAfter: number) => faultsOf({ code: 'rate_limited', message: '', retryAfter }).whole;
    expect([limited(2), limited(1), limited(0)]).toEqual([
      expect.stringContaining('in 2 seconds'),
      expect.stringContaining('in 1 second.'),
      expect.stringContaining('again now'),
    ]);
    expect(faultsOf({ code: 'away', message: '' }).whole).toContain('same Wi-Fi');
  });
});
