/** A built site, read from its folder as a static host would serve it, without a browser. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_PATHS } from '#web/page-paths';

/** Addresses of the workbench beside the site. */
const VIEWS: readonly string[] = PAGE_PATHS;

export interface Site {
  readonly folder: string;
  /** Where it is served: `/docs/`. */
  readonly base: string;
}

interface Page {
  /** Address below the base: `labs/index.html`. */
  readonly path: string;
  readonly html: string;
  readonly tags: readonly Tag[];
  readonly ids: ReadonlySet<string>;
}

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Where a link leads: to a file of the site and an anchor in it, to the workbench, to another host, or out of the base. */
type Target =
  | { readonly kind: 'file'; readonly path: string; readonly anchor: string }
  | { readonly kind: 'workbench' | 'elsewhere' | 'outside' };

/** Everything that is wrong with the site, one line each. `workbench`: whether it may link to the workbench, at `/`. */
export function faults(site: Site, { workbench }: { workbench: boolean }): string[] {
  const pages = new Map(readPages(site.folder).map((page) => [page.path, page]));
  const reached = reachable(site, pages);
  const orphans = [...pages.keys()].filter((path) => path !== '404.html' && !reached.has(path));
  return [
    ...[...pages.values()].flatMap((page) => pageFaults(site, page, pages, workbench)),
    ...orphans.map((path) => `${path}: no link leads to it`),
    ...styleFaults(site.folder),
  ];
}

export function pagePaths(site: Site): string[] {
  return readPages(site.folder).map(({ path }) => path);
}

function pageFaults(site: Site, page: Page, pages: ReadonlyMap<string, Page>, workbench: boolean): string[] {
  const found = page.tags.flatMap((tag) =>
    addresses(tag).flatMap((address) => {
      const target = targetOf(site, page.path, address);
      const fault = targetFault(site.folder, target, pages);
      if (fault !== undefined) return [`${page.path}: ${address} ${fault}`];
      if (target.kind === 'workbench' && !(workbench && tag.attributes.has('target')))
        return [`${page.path}: ${address} leads out of ${site.base}`];
      if (target.kind === 'outside' && tag.name !== 'a')
        return [`${page.path}: ${address} is loaded from another host`];
      return [];
    }),
  );
  const inline = /<script(?![^>]*\bsrc=)[^>]*>/.exec(page.html)?.[0];
  return [
    ...found,
    ...(inline === undefined ? [] : [`${page.path}: has a script inside: ${inline}`]),
    ...(page.path === '404.html' || page.tags.some(({ name }) => name === 'h1')
      ? []
      : [`${page.path}: has no heading`]),
  ];
}

function targetFault(folder: string, target: Target, pages: ReadonlyMap<string, Page>): string | undefined {
  if (target.kind === 'elsewhere') return 'leads out of the base';
  if (target.kind !== 'file') return undefined;
  const page = pages.get(target.path);
  const exists = page !== undefined || isFile(join(folder, target.path));
  if (!exists) return 'leads nowhere';
  if (target.anchor === '' || page === undefined || page.ids.has(target.anchor)) return undefined;
  return 'leads to an anchor that is not there';
}

function targetOf({ base }: Site, from: string, address: string): Target {
  if (/^(data|mailto|blob):/.test(address)) return { kind: 'outside' };
  const origin = 'http://site.invalid';
  const url = new URL(address, `${origin}${base}${from}`);
  if (url.origin !== origin) return { kind: 'outside' };
  if (VIEWS.includes(url.pathname) && base !== '/') return { kind: 'workbench' };
  if (!url.pathname.startsWith(base)) return { kind: 'elsewhere' };
  const path = decodeURIComponent(url.pathname.slice(base.length));
  const file = path === '' || path.endsWith('/') ? `${path}index.html` : path;
  return { kind: 'file', path: file, anchor: decodeURIComponent(url.hash.slice(1)) };
}

/** What a reader can come to from the home page by following links. */
function reachable(site: Site, pages: ReadonlyMap<string, Page>): Set<string> {
  const reached = new Set<string>();
  const waiting = ['index.html'];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const page = pages.get(path);
    if (!page || reached.has(path)) continue;
    reached.add(path);
    const links = page.tags.filter(({ name }) => name === 'a').flatMap(addresses);
    for (const address of links) {
      const target = targetOf(site, path, address);
      if (target.kind === 'file') waiting.push(target.path);
    }
  }
  return reached;
}

function addresses({ name, attributes }: Tag): string[] {
  const wanted = name === 'a' || name === 'link' ? ['href'] : ['src', 'href', 'poster', 'data'];
  return wanted
    .flatMap((attribute) => attributes.get(attribute) ?? [])
    .filter((address) => !address.startsWith('data:'));
}

function styleFaults(folder: string): string[] {
  return filesIn(folder, '.css').flatMap((path) =>
    [
      ...readFileSync(join(folder, path), 'utf8').matchAll(
        /(?:url\(|@import)\s*["']?((?:https?:)?\/\/[^"')\s]+)/g,
      ),
    ].map(([, address]) => `${path}: ${address as string} is loaded from another host`),
  );
}

function readPages(folder: string): Page[] {
  return filesIn(folder, '.html').map((path) => {
    const html = readFileSync(join(folder, path), 'utf8');
    const tags = [...html.matchAll(/<([a-z][\w-]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
      ([, name, rest]) => ({
        name: (name as string).toLowerCase(),
        attributes: new Map(
          [...(rest as string).matchAll(/([^\s=]+)="([^"]*)"/g)].map(([, key, value]) => [
            key as string,
            decoded(value as string),
          ]),
        ),
      }),
    );
    return { path, html, tags, ids: new Set(tags.flatMap(({ attributes }) => attributes.get('id') ?? [])) };
  });
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith(ending));
}

function decoded(value: string): string {
  return value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
