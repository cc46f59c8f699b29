import { describe, expect, it } from 'vitest';
import { ARCHITECTURE, architecturePage, sectionOf, wayList } from './architecture.ts';
import { readSource } from './sources.ts';

const DIAGRAM = `flowchart TD
  f0["a/b.ts"]
  f1["c/d.ts"]
  start(["socket"]) --> f0
  f0 -- wire bytes --> f1
  f1 --> stop(["effects"])
`;

describe('a way through the code', () => {
  it('becomes a list of its files, with what is passed on between them', () => {
    expect(wayList(DIAGRAM)).toBe(
      '<ol class="way"><li><b>socket</b></li><li><code>a/b.ts</code></li>' +
        '<li><span class="what">wire bytes</span><code>c/d.ts</code></li><li><b>effects</b></li></ol>',
    );
  });

  it('needs arrows', () => {
    expect(() => wayList('flowchart TD\n  f0["a"]\n')).toThrow(RangeError);
  });
});

describe('the pages of the architecture', () => {
  const contributing = readSource('CONTRIBUTING.md');

  it.each(ARCHITECTURE)('$name has its sections, and no diagram that nothing draws', (part) => {
    const page = architecturePage(contributing, part);
    expect(page).toMatch(new RegExp(`^# ${part.title}\n`));
    expect(page).not.toContain('mermaid');
    expect(page.length).toBeGreaterThan(1_000);
  });

  it('draw both ways of a byte from end to end', () => {
    const lists = architecturePage(contributing, ARCHITECTURE[0]).match(/<ol class="way">.*?<\/ol>/g) ?? [];
    expect(lists.map((list) => list.match(/<b>.*?<\/b>/g))).toEqual([
      ['<b>socket</b>', '<b>effects</b>'],
      ['<b>tap</b>', '<b>what you see</b>'],
    ]);
  });

  it('fail where a section is missing', () => {
    expect(() => sectionOf(contributing, 'What nobody wrote')).toThrow('CONTRIBUTING has no section');
  });
});
