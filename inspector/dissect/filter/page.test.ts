/** The examples of `docs/reference/filter.md` are filters, and its refusals are refused in its words. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileFilter } from './index.ts';
import { compilePattern } from './pattern.ts';

const page = readFileSync(new URL('../../../docs/reference/filter.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```filter\n(.*?)```/gs)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const prose = page.replace(/```.*?```/gs, '');

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

  it('quotes a refusal as it is', () => {
    const [, text = '', said = ''] = /```text\n([^\n]*)\n\^ ([^\n]*)\n```/.exec(page) ?? [];
    expect(compileFilter(text, compilePattern)).toMatchObject({ ok: false, at: 0, reason: said });
  });
});
