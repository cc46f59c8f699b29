/** Where the pages of the site come from in the repository. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Made from sections of CONTRIBUTING. */
const ARCHITECTURE_PAGE = /^architecture\/[\w-]+\.md$/;
const LAB_PAGE = /^labs\/(\d\d-[\w-]+)\.md$/;
const LAB_TEXT = /^labs\/(\d\d-[\w-]+)\/README\.md$/;

/** Path from the root of the file that a page is made from: `labs/01-frames.md` is the README of that lab. */
export function sourceOf(page: string): string {
  if (ARCHITECTURE_PAGE.test(page)) return 'CONTRIBUTING.md';
  const lab = LAB_PAGE.exec(page)?.[1];
  return lab === undefined ? `docs/${page}` : `labs/${lab}/README.md`;
}

/** The page that is made from a file, or `undefined` if there is none. */
export function pageOf(source: string): string | undefined {
  const lab = LAB_TEXT.exec(source)?.[1];
  if (lab !== undefined) return `labs/${lab}.md`;
  return /^docs\/(?!\.vitepress\/|demos\/|explain\/|recordings\/).*\.md$/.test(source)
    ? source.slice('docs/'.length)
    : undefined;
}

export function readSource(path: string): string {
  return readFileSync(`${ROOT}/${path}`, 'utf8');
}

/** The first heading of a text, without its marks. */
export function titleOf(text: string): string | undefined {
  return /^# (.*)$/m.exec(text)?.[1]?.replaceAll('`', '');
}
