import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { traffic } from '../../../test/support/flows/traffic.ts';
import { TrafficReader } from '../reading/traffic-reader.ts';
import { PAGE_SCRIPT, PAGE_STYLE, SCRIPT_HASH, STYLE_HASH } from './session-page-parts.ts';
import { PAGE_LIMITS, sessionPage } from './session-page.ts';

const NAUGHTY = `</pre><script>alert(1)</script>"'&<img src=x onerror=alert(1)>\u202e`;
const say = (text: string) => ({ dir: 'c2s', message: { type: 'say', text } }) as const;

function pageOf(wire: 'plain' | 'psk', keys = true, note = NAUGHTY): string {
  const reader = new TrafficReader();
  reader.setKeys(keys);
  reader.add(traffic({ flow: 1, wire, lines: [say(NAUGHTY)], start: 1_000 }));
  reader.readOn(() => false);
  const records = reader.log.records(wire);
  const marks = records.map(({ flow, index, time }) => ({ flow, index, time, note }));
  const made = sessionPage(records, { marks, title: NAUGHTY, keys, flow: (id) => reader.log.flow(id) });
  if ('fault' in made) throw new Error(made.fault);
  return made.html;
}

describe('a session as a page of its own', () => {
  it('has what was said, and notes, as nothing but text', () => {
    const html = pageOf('psk');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/<img|\u202e/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  it('has nothing that was sealed, as Eve', () => {
    const html = pageOf('psk', false, '');
    expect(html).toContain('As Eve sees it');
    expect(html.split('<main>')[1]).not.toContain('onerror');
  });

  it('allows its own script and style, and nothing else', () => {
    const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    expect([SCRIPT_HASH, STYLE_HASH]).toEqual([hash(PAGE_SCRIPT), hash(PAGE_STYLE)]);
    const html = pageOf('plain');
    expect(html).toContain(
      `default-src 'none'; style-src '${hash(PAGE_STYLE)}'; script-src '${hash(PAGE_SCRIPT)}'`,
    );
    expect(html).not.toContain('http:');
  });

  it('says so when there are too many records', () => {
    const reader = new TrafficReader();
    reader.add(traffic({ flow: 1, wire: 'plain', lines: [say('x')], start: 1_000 }));
    reader.readOn(() => false);
    const [record] = reader.log.records('plain');
    if (!record) throw new Error('no record');
    const many = Array.from({ length: PAGE_LIMITS.records + 1 }, () => record);
    const made = sessionPage(many, { marks: [], title: '', keys: true, flow: () => undefined });
    expect(made).toEqual({ fault: expect.stringContaining('2,001 records are too many') as string });
  });
});
