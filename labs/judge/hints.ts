/** The hints of a lab, for the terminal and for a page. */

/** The sections of `hints.md`, without their headings. */
export function splitHints(markdown: string): string[] {
  return markdown
    .split(/^## .*$/m)
    .slice(1)
    .map((text) => text.trim());
}

export type HintPart =
  | { readonly code: string }
  | { readonly words: readonly { readonly text: string; readonly isCode: boolean }[] };

/** A hint as what a page shows: blocks of code, and paragraphs of text with code in it. */
export function hintParts(hint: string): HintPart[] {
  return hint.split(/^(```\w*\n[^]*?^```)$/m).flatMap((part): HintPart[] => {
    const code = /^```\w*\n([^]*?)\n?```$/.exec(part)?.[1];
    if (code !== undefined) return [{ code }];
    return part
      .split(/\n{2,}/)
      .map((paragraph) => paragraph.trim())
      .filter((paragraph) => paragraph !== '')
      .map((paragraph) => ({ words: wordsOf(paragraph) }));
  });
}

function wordsOf(paragraph: string): { readonly text: string; readonly isCode: boolean }[] {
  return paragraph
    .split('`')
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
