/** The import graph: which file imports which, and what is wrong with that. */
import { posix } from 'node:path';
import { folderRoom, mayImport, roomOf } from './rooms.ts';
import { type Import, type Sources, importsOf } from './sources.ts';

/** `"imports"` of package.json: `#protocol/*` to `./server/protocol/*.ts`. */
export type Subpaths = Readonly<Record<string, string>>;

interface Edge extends Import {
  readonly from: string;
  /** Path from the root; `undefined` for a package or a `node:` module. */
  readonly to: string | undefined;
}

export interface Graph {
  readonly files: ReadonlySet<string>;
  readonly edges: readonly Edge[];
  readonly subpaths: Subpaths;
}

export function readGraph(sources: Sources, subpaths: Subpaths): Graph {
  const edges = [...sources].flatMap(([from, text]) =>
    importsOf(from, text).map((found) => ({ ...found, from, to: resolve(from, found.specifier, subpaths) })),
  );
  return { files: new Set(sources.keys()), edges, subpaths };
}

/** Imports that the table of rooms does not allow, one sentence each. */
export function forbiddenArrows(graph: Graph): string[] {
  return graph.edges.flatMap(({ from, to, line, specifier }) => {
    if (to === undefined || mayImport(from, to)) return [];
    return [`${from}:${line} imports ${specifier}: ${roomOf(from)} may not import from ${roomOf(to)}`];
  });
}

/** Relative imports into another room, where a subpath leads. */
export function relativeCrossings(graph: Graph): string[] {
  return graph.edges.flatMap(({ from, to, line, specifier }) => {
    if (to === undefined || !specifier.startsWith('.') || folderRoom(from) === folderRoom(to)) return [];
    const subpath = subpathFor(to, graph.subpaths);
    return subpath === undefined ? [] : [`${from}:${line} imports ${specifier}: write ${subpath}`];
  });
}

/** Imports of code of ours that is not there. */
export function danglingImports(graph: Graph): string[] {
  return graph.edges.flatMap(({ from, to, line, specifier }) =>
    to === undefined || !/\.(ts|js|mjs|vue)$/.test(to) || graph.files.has(to)
      ? []
      : [`${from}:${line} imports ${specifier}: there is no ${to}`],
  );
}

/** Names of the packages that are imported, each with one place. */
export function packagesUsed(graph: Graph): Map<string, string> {
  const used = new Map<string, string>();
  for (const { from, to, line, specifier } of graph.edges) {
    if (to !== undefined || specifier.startsWith('node:') || specifier.startsWith('virtual:')) continue;
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    if (!used.has(name)) used.set(name, `${from}:${line}`);
  }
  return used;
}

/** Each cycle between files, as `a → b → a`, beginning at its alphabetically first file. */
export function cycles(graph: Graph): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of graph.edges) {
    if (to !== undefined && graph.files.has(to)) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.add(showCycle(path.slice(at)));
    if (at >= 0 || done.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of [...graph.files].sort()) visit(file, []);
  return [...found];
}

function showCycle(members: readonly string[]): string {
  const first = members.indexOf([...members].sort()[0] as string);
  const turned = [...members.slice(first), ...members.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}

/** Path from the root of what `specifier` means in `from`; `undefined` for packages and `node:` modules. */
export function resolve(from: string, specifier: string, subpaths: Subpaths): string | undefined {
  const bare = specifier.replace(/\?.*$/, '');
  if (bare.startsWith('.')) return posix.join(posix.dirname(from), bare);
  if (!bare.startsWith('#')) return undefined;
  for (const [pattern, target] of Object.entries(subpaths)) {
    const inside = between(bare, pattern);
    if (inside !== undefined) return posix.normalize(target.replace('*', inside));
  }
  throw new Error(`${from} imports ${specifier}, which no subpath of package.json matches`);
}

function subpathFor(path: string, subpaths: Subpaths): string | undefined {
  for (const [pattern, target] of Object.entries(subpaths)) {
    const inside = between(path, posix.normalize(target));
    if (inside !== undefined) return pattern.replace('*', inside);
  }
  return undefined;
}

/** What the star of `pattern` stands for in `text`. */
function between(text: string, pattern: string): string | undefined {
  const [before = '', after = ''] = pattern.split('*');
  if (!pattern.includes('*')) return text === pattern ? '' : undefined;
  if (!text.startsWith(before) || !text.endsWith(after)) return undefined;
  return text.slice(before.length, text.length - after.length);
}
