import { createMarkdownRenderer } from 'vitepress';
import { describe, expect, it } from 'vitest';
import { glossaryTerms, readGlossary } from './terms.ts';

const GLOSSARY = `# Glossary

## Frame

A length, then as many bytes as it says. See [the protocol](reference/protocol.md).

## MAC

also: tag, authentication tag

A value that only
someone with the key can make.
`;

const md = await createMarkdownRenderer('.', {
  config: (made) => void made.use(glossaryTerms, { glossary: GLOSSARY }),
});
const render = (text: string, page = 'concepts/a.md'): string =>
  md.render(text, { relativePath: page, path: page, cleanUrls: false });
const marked = (text: string, page?: string): string[] =>
  [...render(text, page).matchAll(/<GlossaryTerm anchor="([^"]*)">([^<]*)</g)].map(
    ([, anchor, word]) => `${anchor ?? ''}: ${word ?? ''}`,
  );

describe('the glossary', () => {
  it('is read as names, an anchor and a definition', () => {
    expect(readGlossary(GLOSSARY)).toEqual([
      {
        names: ['Frame'],
        anchor: 'frame',
        definition: 'A length, then as many bytes as it says. See [the protocol](reference/protocol.md).',
      },
      {
        names: ['MAC', 'tag', 'authentication tag'],
        anchor: 'mac',
        definition: 'A value that only someone with the key can make.',
      },
    ]);
  });
});

describe('the terms of a page', () => {
  it('are marked where they come first, under any of their names', () => {
    expect(marked('Frames carry text. A frame has an authentication tag, and the tag is a MAC.')).toEqual([
      'frame: Frames',
      'mac: authentication tag',
    ]);
  });

  it('are not marked in headings, links, code or inside other words', () => {
    expect(marked('# A frame\n\n[frame](a.md) `frame` framework\n\n```text\nframe\n```\n')).toEqual([]);
  });

  it('are not marked in the glossary itself', () => expect(marked('A frame.', 'glossary.md')).toEqual([]));

  it('bring their definition with them, without its links', () => {
    expect(render('A MAC, a frame.')).toContain(
      '<template #definition>A length, then as many bytes as it says. See the protocol.</template>',
    );
  });
});
