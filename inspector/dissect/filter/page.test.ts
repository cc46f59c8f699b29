/** The examples of `docs/reference/filter.md` are filters, and its refusals are refused in its words. */
import { readFileSync } from 'node:fs';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compileFilter } from './index.ts';
import { compilePattern } from './pattern.ts';

const page = readFileSync(new URL('../../../docs/reference/filter.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```filter\n(.*?)```/gs)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const prose = page.replace(/```.*?```/gs, '');

/** The examples in a row of the table of values. */
function valuesOf(kind: string): string[] {
  const [, cell = ''] = new RegExp(`^\\| ${kind} +\\|(.*)\\|$`, 'm').exec(prose) ?? [];
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value);
}

describe('the page about filters', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThan(20));

  it.each(examples)('%s', (text) => expect(compileFilter(text, compilePattern)).toMatchObject({ ok: true }));

  it.each(['len == "64"', 'wire == tsl', 'msg.text < 5'])('calls %s an error, and it is one', (text) => {
    expect(prose).toContain(`\`${text}\``);
    expect(compileFilter(text, compilePattern).ok).toBe(false);
  });

  it('names only fields that exist where it explains !=', () => {
    const [, group = '', from = ''] = /If it did, `(.*?)`.*?and `(.*?)`/s.exec(page) ?? [];
    expect([compileFilter(group, compilePattern).ok, compileFilter(from, compilePattern).ok]).toEqual([
      true,
      true,
    ]);
  });

  it.each([
    ['number', (value: string) => `len == ${value}`, 4],
    ['bytes', (value: string) => `raw contains ${value}`, 2],
    [
      'time',
      (value: string) => `time < ${value.replace(/^\+/, '"2026-01-31 12:00+').replace(/[^"]$/, '$&"')}`,
      4,
    ],
    ['text', (value: string) => `msg.text == ${value.startsWith('"') ? value : `"${value}"`}`, 10],
  ])('has values of the kind %s that may be written like this', (kind, filterOf, count) => {
    const values = valuesOf(kind);
    expect(values).toHaveLength(count);
    for (const value of values)
      expect([value, compileFilter(filterOf(value), compilePattern).ok]).toEqual([value, true]);
  });

  it('says how patterns repeat, and what they cannot', () => {
    for (const repetition of ['{3}', '{2,}', '{2,5}']) {
      expect(prose).toContain(`\`${repetition}\``);
      expect(compilePattern(`^a${repetition}$`)('aaa')).toBe(true);
    }
    expect(() => compilePattern('a{2}{2}')).toThrow();
    expect(() => RE2JS.compile('a{1000}')).not.toThrow();
    expect(() => RE2JS.compile('a{1001}')).toThrow();
  });

  it.each([
    ['\\x17', '\u0017'],
    ['\\u2602', '☂'],
    ['\\x{1f44b}', '👋'],
  ])('says that %s is a character', (escape, character) => {
    expect(prose).toContain(`\`${escape}\``);
    expect(compilePattern(`^${escape}$`)(character)).toBe(true);
  });

  it('quotes a refusal as it is', () => {
    const [, text = '', said = ''] = /```text\n([^\n]*)\n\^ ([^\n]*)\n```/.exec(page) ?? [];
    expect(compileFilter(text, compilePattern)).toMatchObject({ ok: false, at: 0, reason: said });
  });
});
