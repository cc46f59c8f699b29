/**
 * Links of the repository's texts, made true on the site. Those to other texts lead to their pages. Those to files that are
 * no pages become the name of the file, because the site holds no source code. Those to the workbench on this machine lead to
 * the workbench that serves the site, if one does.
 */
import { posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { pageOf, sourceOf } from '../sources.ts';

type Token = ReturnType<MarkdownRenderer['parse']>[number];
type TokenClass = new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;

/** Where the texts say that the workbench is. */
const WORKBENCH = /^http:\/\/127\.0\.0\.1:8080(\/.*)?$/;

export type SiteLink =
  | { readonly kind: 'as-it-is' }
  | { readonly kind: 'page'; readonly href: string }
  | { readonly kind: 'workbench'; readonly href: string }
  | { readonly kind: 'file'; readonly path: string };

/** What becomes of a link; `from` is the path from the root of the text that has it. */
export function siteLink(from: string, href: string, workbench: boolean): SiteLink {
  const onWorkbench = WORKBENCH.exec(href);
  if (onWorkbench && workbench) return { kind: 'workbench', href: onWorkbench[1] ?? '/' };
  if (/^([a-z][a-z0-9+.-]*:|\/|#)/i.test(href)) return { kind: 'as-it-is' };
  const [file = '', anchor] = href.split('#');
  const path = posix.join(posix.dirname(from), decodeURI(file));
  const page = pageOf(path);
  if (page !== undefined)
    return { kind: 'page', href: `/${page}${anchor === undefined ? '' : `#${anchor}`}` };
  // A link without an ending, or to a folder of pages, is one of the site's own addresses.
  const isSite = path.startsWith('docs/') && !/\.[a-z]+$/.test(path);
  return isSite ? { kind: 'as-it-is' } : { kind: 'file', path };
}

/** The plugin for the site's Markdown. */
export function siteLinks(md: MarkdownRenderer, { workbench }: { workbench: boolean }): void {
  md.core.ruler.push('site-links', ({ tokens, env, Token: Made }) => {
    const { relativePath } = env as { relativePath?: string };
    if (relativePath === undefined) return;
    for (const token of tokens) {
      if (token.children) token.children = rewritten(token.children, sourceOf(relativePath), workbench, Made);
    }
  });
}

function rewritten(tokens: readonly Token[], from: string, workbench: boolean, Made: TokenClass): Token[] {
  const result: Token[] = [];
  let file: { path: string; text: string } | undefined;
  for (const token of tokens) {
    if (file && token.type === 'link_close') {
      if (!file.text.includes(file.path)) result.push(...named(file.path, Made));
      file = undefined;
      continue;
    }
    if (file) file.text += token.content;
    const link = token.type === 'link_open' ? changed(token, from, workbench) : undefined;
    if (link?.kind === 'file') file = { path: link.path, text: '' };
    else result.push(token);
  }
  return result;
}

function changed(token: Token, from: string, workbench: boolean): SiteLink {
  const link = siteLink(from, String(token.attrGet('href')), workbench);
  if (link.kind === 'page' || link.kind === 'workbench') token.attrSet('href', link.href);
  if (link.kind === 'workbench') inOwnTab(token);
  return link;
}

/** One tab for all these links. It may know the opener, from which the browser takes over the session and so the token. */
function inOwnTab(link: Token): void {
  link.attrSet('target', 'wireglass-workbench');
  link.attrSet('rel', 'opener');
}

function named(path: string, Made: TokenClass): Token[] {
  const text = (content: string): Token => Object.assign(new Made('text', '', 0), { content });
  return [text(' ('), Object.assign(new Made('code_inline', 'code', 0), { content: path }), text(')')];
}
