/** `pages.json` of the built site: every page and its sections, for the palette of the workbench. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ListedPage {
  /** Below the base of the site. */
  readonly path: string;
  readonly title: string;
  /** Anchor and heading of each. */
  readonly sections: readonly (readonly [anchor: string, heading: string])[];
}

const HEADING = /<h([1-3]) id="([^"]+)"[^>]*>(.*?)<a class="header-anchor"/gs;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

const listed = new Map<string, ListedPage>();

/** Takes a page as it was rendered. The page for a wrong address has no place in the list. */
export function listPage(page: string, title: string, html: string): void {
  if (page !== '404.md') listed.set(page, pageIn(page, title, html));
}

export function writePageList(outDir: string): void {
  const pages = [...listed.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  writeFileSync(join(outDir, 'pages.json'), JSON.stringify(pages));
}

export function pageIn(page: string, title: string, html: string): ListedPage {
  const headings = [...html.matchAll(HEADING)].map(([, level, anchor = '', text = '']) => {
    return { isTitle: level === '1', section: [anchor, plain(text)] as const };
  });
  return {
    path: page.replace(/\.md$/, '.html').replace(/(^|\/)index\.html$/, '$1'),
    title: headings.find(({ isTitle }) => isTitle)?.section[1] ?? title,
    sections: headings.flatMap(({ isTitle, section }) => (isTitle ? [] : [section])),
  };
}

function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\u200b/g, '')
    .trim();
}
