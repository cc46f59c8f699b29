import { describe, expect, it } from 'vitest';
import { pageIn } from './page-list.ts';

const heading = (level: number, id: string, text: string) =>
  `<h${level} id="${id}" tabindex="-1">${text} <a class="header-anchor" href="#${id}">&ZeroWidthSpace;</a></h${level}>`;

describe('the list of pages', () => {
  it('has the title of a page and its sections, in plain words', () => {
    const html =
      heading(1, 'frames', 'Frames') +
      heading(2, 'a-b', 'The <code>ref</code> &amp; more') +
      heading(4, 'x', 'X');
    expect(pageIn('labs/01-frames.md', 'Frames | Wireglass', html)).toEqual({
      path: 'labs/01-frames.html',
      title: 'Frames',
      sections: [['a-b', 'The ref & more']],
    });
  });

  it('knows the addresses of folders', () => {
    expect(pageIn('index.md', 'Wireglass', '')).toEqual({ path: '', title: 'Wireglass', sections: [] });
    expect(pageIn('labs/index.md', 'Labs', '').path).toBe('labs/');
  });
});
