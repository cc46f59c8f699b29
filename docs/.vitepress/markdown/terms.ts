/** Marks the first place on each page where a term of the glossary is used; `GlossaryTerm.vue` shows its definition there. */
import type { MarkdownRenderer } from 'vitepress';
import { headingAnchor } from './anchors.ts';

type Token = ReturnType<MarkdownRenderer['parse']>[number];
type TokenClass = new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;

export interface Term {
  /** The heading, and the other words for the same thing. */
  readonly names: readonly string[];
  readonly anchor: string;
  /** Markdown, one paragraph. */
  readonly definition: string;
}

export interface TermsOptions {
  /** Text of the glossary: a heading of the second level for each term, a line `also: a, b` if it has other names, a paragraph. */
  readonly glossary: string;
}

/** What a page says about itself to the plugins. */
interface PageEnv {
  readonly relativePath?: string;
  /** Set where only words count, as in the index of the search. */
  readonly plain?: boolean;
}

export function readGlossary(text: string): Term[] {
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...rest] = section.split('\n');
      const title = heading.slice('## '.length).trim();
      const paragraphs = rest
        .join('\n')
        .trim()
        .split(/\n\s*\n/);
      const also = /^also: (.*)$/m.exec(paragraphs[0] ?? '')?.[1];
      const definition =
        (also === undefined ? paragraphs[0] : (paragraphs[0] ?? '').replace(/^also: .*\n?/m, '')) ||
        paragraphs[1];
      return {
        names: [title, ...(also?.split(',').map((name) => name.trim()) ?? [])].map((name) =>
          name.replaceAll('`', ''),
        ),
        anchor: headingAnchor(title),
        definition: (definition ?? '').replace(/\s*\n\s*/g, ' ').trim(),
      };
    });
}

/** The plugin for the site's Markdown. */
export function glossaryTerms(md: MarkdownRenderer, { glossary }: TermsOptions): void {
  const terms = readGlossary(glossary);
  md.core.ruler.push('terms', ({ tokens, env, Token: Made }) => {
    const { relativePath, plain } = env as PageEnv;
    if (relativePath === undefined || relativePath === 'glossary.md' || plain === true) return;
    const marker = new Marker(md, terms, Made);
    tokens.forEach((token, at) => {
      const isHeading = tokens[at - 1]?.type === 'heading_open';
      if (token.children && !isHeading) token.children = marker.marked(token.children);
    });
  });
}

/** Marks the tokens of one page, part by part. */
class Marker {
  readonly #md: MarkdownRenderer;
  readonly #Made: TokenClass;
  readonly #left: Set<Term>;

  constructor(md: MarkdownRenderer, terms: readonly Term[], Made: TokenClass) {
    this.#md = md;
    this.#Made = Made;
    this.#left = new Set(terms);
  }

  marked(tokens: readonly Token[]): Token[] {
    let links = 0;
    return tokens.flatMap((token) => {
      if (token.type === 'link_open') links += 1;
      if (token.type === 'link_close') links -= 1;
      return token.type === 'text' && links === 0 ? this.#split(token.content) : [token];
    });
  }

  #split(text: string): Token[] {
    const found = [...this.#left]
      .flatMap((term) => placesOf(term, text))
      .sort((a, b) => a.at - b.at || b.word.length - a.word.length);
    const first = found[0];
    if (!first) return [this.#token('text', text)];
    this.#left.delete(first.term);
    return [
      this.#token('text', text.slice(0, first.at)),
      this.#token('html_inline', `<GlossaryTerm anchor="${first.term.anchor}">`),
      this.#token('text', first.word),
      this.#token('html_inline', '<template #definition>'),
      ...this.#definition(first.term),
      this.#token('html_inline', '</template></GlossaryTerm>'),
      ...this.#split(text.slice(first.at + first.word.length)),
    ];
  }

  /** Without its links: nobody could reach them, because the definition goes away with the focus. */
  #definition({ definition }: Term): Token[] {
    const [inline] = this.#md.parseInline(definition, { plain: true });
    return (inline?.children ?? []).filter(({ type }) => !type.startsWith('link_'));
  }

  #token(type: string, content: string): Token {
    return Object.assign(new this.#Made(type, '', 0), { content });
  }
}

function placesOf(term: Term, text: string): { term: Term; at: number; word: string }[] {
  return term.names.flatMap((name) => {
    // A name in capitals, such as MAC, is that word alone; others may be written large or small.
    const flags = /.\p{Lu}/u.test(name) ? 'u' : 'iu';
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const match = new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}s?(?![\\p{L}\\p{N}_-])`, flags).exec(text);
    return match ? [{ term, at: match.index, word: match[0] }] : [];
  });
}
