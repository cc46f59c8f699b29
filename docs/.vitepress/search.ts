/** What the search knows of the labs. VitePress indexes files under `docs`, and their texts are elsewhere. */
import { relative } from 'node:path';
import type { MarkdownEnv, MarkdownRenderer } from 'vitepress';
import { ROOT, readSource, sourceOf } from './sources.ts';

/** As VitePress's index takes it: a part of a page under one heading. */
interface Section {
  readonly anchor: string;
  /** The headings above it, and its own as the last. */
  readonly titles: string[];
  readonly text: string;
}

let renderer: MarkdownRenderer | undefined;

/** The renderer that reads the texts of the labs. */
export function searchWith(md: MarkdownRenderer): void {
  renderer = md;
}

/** A page for the index: without the definitions of terms, which would be found on every page. */
export function plainPage(text: string, env: MarkdownEnv, md: Pick<MarkdownRenderer, 'render'>): string {
  const html = md.render(text, Object.assign(env, { plain: true }));
  return env.frontmatter?.['search'] === false ? '' : html;
}

/** The sections of a lab's page; `undefined` for other pages, which VitePress can read itself. */
export function sectionsOfLab(file: string): Promise<Section[]> {
  const page = relative(`${ROOT}/docs`, file).replaceAll('\\', '/');
  const source = sourceOf(page);
  // The declared type knows no `undefined`, which the caller accepts.
  if (source === `docs/${page}` || !renderer) return Promise.resolve(undefined as unknown as Section[]);
  return Promise.resolve(sections(renderer, readSource(source), page));
}

function sections(md: MarkdownRenderer, text: string, page: string): Section[] {
  const found: { anchor: string; titles: string[]; text: string }[] = [];
  const tokens = md.parse(text, {
    path: `${ROOT}/docs/${page}`,
    relativePath: page,
    cleanUrls: false,
    plain: true,
  });
  tokens.forEach((token, at) => {
    if (token.type === 'heading_open') {
      const level = Number(token.tag.slice(1)) - 1;
      const titles = [...(found.at(-1)?.titles ?? []).slice(0, level), plain(tokens[at + 1]?.content ?? '')];
      found.push({ anchor: token.attrGet('id') ?? '', titles, text: '' });
    } else if (tokens[at - 1]?.type !== 'heading_open') {
      const section = found.at(-1);
      if (section && token.content !== '') section.text += `${plain(token.content)}\n`;
    }
  });
  return found;
}

function plain(markdown: string): string {
  return markdown
    .replace(/<[^>]*>/g, ' ')
    .replace(/\]\([^)]*\)/g, '')
    .replace(/[`*[\]]/g, '');
}
