/** Navigation and sidebars, made from the folders of pages and from the table of labs. */
import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { PARTS, type Part } from '#judge/lesson';
import { LESSONS } from '#labs/lessons';
import { ARCHITECTURE } from './architecture.ts';
import { ROOT, readSource, titleOf } from './sources.ts';

/** The sections of the site, in the order of the navigation. One without a folder is left out. */
const SECTIONS = [
  { folder: 'guide', title: 'Guide' },
  { folder: 'labs', title: 'Labs' },
  { folder: 'concepts', title: 'Concepts' },
  { folder: 'reference', title: 'Reference' },
  { folder: 'architecture', title: 'Architecture' },
  { folder: 'handbook', title: 'Handbook' },
] as const;

type Items = DefaultTheme.SidebarItem[];

/** Sections whose pages are made from texts elsewhere. */
const MADE: Readonly<Record<string, () => Items>> = { labs: labItems, architecture: architectureItems };

export function navigation(): { nav: DefaultTheme.NavItem[]; sidebar: DefaultTheme.SidebarMulti } {
  const sections = SECTIONS.flatMap(({ folder, title }) => {
    const items = (MADE[folder] ?? folderItems)(folder);
    const [first] = [{ link: indexLink(folder) }, ...items.flatMap((item) => item.items ?? [item])].flatMap(
      ({ link }) => link ?? [],
    );
    return first === undefined ? [] : [{ folder, title, items, first }];
  });
  const nav = sections.map(({ folder, title, first }) => ({
    text: title,
    link: first,
    activeMatch: `^/${folder}/`,
  }));
  const glossary = has('glossary.md') ? [{ text: 'Glossary', link: '/glossary' }] : [];
  return {
    nav: [...nav, ...glossary],
    sidebar: Object.fromEntries(
      sections.map(({ folder, title, items }) => [`/${folder}/`, head(folder, title, items)]),
    ),
  };
}

/** The name of the section above its pages; it leads to the page that lists them, if there is one. */
function head(folder: string, title: string, items: Items): Items {
  const link = indexLink(folder);
  return [{ text: title, ...(link === undefined ? {} : { link }) }, ...items];
}

function indexLink(folder: string): string | undefined {
  return has(`${folder}/index.md`) ? `/${folder}/` : undefined;
}

function labItems(): Items {
  return (Object.keys(PARTS) as Part[]).map((part) => ({
    text: `${part} · ${PARTS[part]}`,
    items: LESSONS.filter((lesson) => lesson.part === part).map(({ name, title }) => ({
      text: `${name.slice(0, 2)} · ${title}`,
      link: `/labs/${name}`,
    })),
  }));
}

function architectureItems(): Items {
  return ARCHITECTURE.map(({ name, title }) => ({ text: title, link: `/architecture/${name}` }));
}

/** The pages of a folder, grouped and ordered as its index lists them; those that it does not list follow. */
function folderItems(folder: string): Items {
  const pages = pagesIn(folder);
  const groups = has(`${folder}/index.md`) ? groupsOf(readSource(`docs/${folder}/index.md`)) : [];
  const listed = new Set(groups.flatMap(({ names }) => names));
  const rest = pages.filter((name) => !listed.has(name));
  return [...groups, { title: undefined, names: rest }].flatMap(({ title, names }) => {
    const items = names.filter((name) => pages.includes(name)).map((name) => pageItem(folder, name));
    if (items.length === 0) return [];
    return title === undefined ? items : [{ text: title, items }];
  });
}

function pageItem(folder: string, name: string): DefaultTheme.SidebarItem {
  return { text: titleOf(readSource(`docs/${folder}/${name}.md`)) ?? name, link: `/${folder}/${name}` };
}

/** The names of pages that an index links to, under its headings of the second level. */
function groupsOf(index: string): { title: string | undefined; names: string[] }[] {
  return index.split(/^(?=## )/m).map((section) => ({
    title: /^## (.*)$/m.exec(section)?.[1],
    names: [
      ...new Set(
        [...section.matchAll(/\]\(\.?\/?([^)#\s]+)\.md/g)].map(([, path]) => posix.normalize(path as string)),
      ),
    ],
  }));
}

function pagesIn(folder: string): string[] {
  if (!existsSync(`${ROOT}/docs/${folder}`)) return [];
  return readdirSync(`${ROOT}/docs/${folder}`)
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .map((name) => name.slice(0, -'.md'.length))
    .sort((a, b) => orderOf(folder, a) - orderOf(folder, b) || (a < b ? -1 : 1));
}

/** `order` in the front matter, for folders without an index. */
function orderOf(folder: string, name: string): number {
  return Number(
    /^---\n[^]*?^order: (\d+)$[^]*?^---$/m.exec(readSource(`docs/${folder}/${name}.md`))?.[1] ?? 999,
  );
}

function has(path: string): boolean {
  return existsSync(`${ROOT}/docs/${path}`);
}
