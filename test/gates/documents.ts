/** What the documents promise: links that lead somewhere, and commands and options that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { headingAnchor } from '../../docs/.vitepress/markdown/anchors.ts';
import { type Sources, parseScripts, walk } from './sources.ts';

/** Path from the root, with forward slashes, to text: README, CONTRIBUTING and everything under `docs`. */
export function readDocuments(root: string): Sources {
  const atRoot = ['README.md', 'CONTRIBUTING.md'].filter((name) => existsSync(join(root, name)));
  const paths = [...atRoot, ...walk(root, 'docs', /\.md$/), ...walk(root, 'labs', /\.md$/)];
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Answers whether a path from the root exists. */
export type Exists = (path: string) => boolean;

/** Links to files that are not there, and to headings that their document does not have. */
export function brokenLinks(documents: Sources, exists: Exists): string[] {
  return [...documents].flatMap(([path, text]) =>
    linksOf(text).flatMap(({ target, line }) => {
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : locate(path, file, exists);
      if (to === undefined) return [`${path}:${line} links to ${target}: there is no such file`];
      const document = documents.get(to);
      if (anchor === undefined || document === undefined || headings(document).has(anchor)) return [];
      return [`${path}:${line} links to ${target}: there is no such heading`];
    }),
  );
}

/** Paths in `code` that look like files or folders of ours and are not there. */
export function missingPaths(documents: Sources, exists: Exists): string[] {
  const ours = /^(server|client|inspector|certs|labs|docs|test|\.ci)\/[\w@./-]*[\w/]$/;
  // A learner's files are made by the learner, NN stands for a number, and the site is built.
  const later = /^(labs\/(workspace|NN-)|docs\/\.vitepress\/dist$)/;
  return lines(documents).flatMap(({ path, line, text }) =>
    [...text.matchAll(/`([^`\s]+)`/g)].flatMap(([, code = '']) =>
      !ours.test(code) || later.test(code) || exists(code)
        ? []
        : [`${path}:${line} names ${code}, which does not exist`],
    ),
  );
}

export interface Commands {
  /** Scripts of package.json. */
  readonly scripts: ReadonlySet<string>;
  /** Commands of `npx wireglass`. */
  readonly commands: ReadonlySet<string>;
  /** Long options of any of them. */
  readonly options: ReadonlySet<string>;
}

/** Commands and options that the documents tell the reader to type and that do not exist. */
export function unknownCommands(documents: Sources, known: Commands): string[] {
  return lines(documents).flatMap(({ path, line, text }) => [
    ...npmScripts(text)
      .filter((name) => !known.scripts.has(name))
      .map((name) => `${path}:${line} says npm run ${name}: package.json has no such script`),
    ...wireglassCalls(text).flatMap((call) =>
      unknownInCall(call, known).map((what) => `${path}:${line} ${what}`),
    ),
  ]);
}

/** Commands and long options that sources register with commander: `.command('chat')`, `.option('--wire <name>')`. */
export function registeredCommands(sources: Sources): Pick<Commands, 'commands' | 'options'> {
  const found = [...sources].flatMap(([path, text]) => registrations(path, text));
  const names = found.filter(({ name }) => name === 'command').map(({ argument }) => argument.split(' ')[0]);
  const options = found
    .filter(({ name }) => name !== 'command')
    .flatMap(({ argument }) => [...argument.matchAll(/--([\w-]+)/g)].map(([, option]) => option));
  return {
    commands: new Set(['help', ...names] as string[]),
    options: new Set(['help', 'version', ...options] as string[]),
  };
}

function npmScripts(text: string): string[] {
  const short = [...text.matchAll(/\bnpm (test|start)\b/g)];
  return [...text.matchAll(/\bnpm run ([\w:-]+)/g), ...short].map(([, name]) => name as string);
}

/** What follows `npx wireglass` up to the end of the command. */
function wireglassCalls(text: string): string[] {
  return [...text.matchAll(/\bnpx wireglass\b([^`|&;#\n]*)/g)].map(([, rest]) => (rest as string).trim());
}

function unknownInCall(call: string, { commands, options }: Commands): string[] {
  const name = /^[a-z][\w-]*/.exec(call)?.[0];
  const wrong = [...call.matchAll(/(?:^|\s)--([\w-]+)/g)].map(([, option]) => option as string);
  return [
    ...(name === undefined || commands.has(name)
      ? []
      : [`says npx wireglass ${name}: there is no such command`]),
    ...wrong
      .filter((option) => !options.has(option))
      .map((option) => `says --${option}: no command has such an option`),
  ];
}

function registrations(path: string, text: string): { name: string; argument: string }[] {
  const calls: { name: string; argument: string }[] = [];
  const visit = (node: ts.Node): void => {
    const call = registration(node);
    if (call) calls.push(call);
    ts.forEachChild(node, visit);
  };
  parseScripts(path, text).forEach(visit);
  return calls;
}

function registration(node: ts.Node): { name: string; argument: string } | undefined {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return undefined;
  const name = node.expression.getText().split('.').at(-1) as string;
  const [first] = node.arguments ?? [];
  const registers = ['command', 'option', 'requiredOption', 'Option'].includes(name);
  return registers && first && ts.isStringLiteralLike(first) ? { name, argument: first.text } : undefined;
}

function linksOf(document: string): { target: string; line: number }[] {
  return withoutCode(document)
    .split('\n')
    .flatMap((text, index) => {
      const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
      const references = [...text.matchAll(/^\s*\[[^\]]+\]:\s*<?([^\s>]+)/g)];
      const html = [...text.matchAll(/\b(?:src|href)="([^"]+)"/g)];
      return [...inline, ...references, ...html].map(([, target]) => ({
        target: target as string,
        line: index + 1,
      }));
    })
    .filter(({ target }) => !/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target));
}

/** The same lines without fenced and inline code. */
function withoutCode(document: string): string {
  return document
    .replace(/^( *)(```+|~~~+).*?^\1\2/gms, (block) => block.replace(/[^\n]/g, ''))
    .replace(/`[^`\n]*`/g, '');
}

/** The file a link means. A link without an ending is one of the site's clean addresses. */
function locate(from: string, target: string, exists: Exists): string | undefined {
  const file = decodeURI(target);
  const base = file.startsWith('/') ? posix.join('docs', file) : posix.join(posix.dirname(from), file);
  const isSite = from.startsWith('docs/');
  const tries = isSite ? [base, `${base.replace(/\.html$/, '')}.md`, posix.join(base, 'index.md')] : [base];
  if (file.startsWith('/')) tries.push(posix.join('docs/public', file));
  return tries.find(exists);
}

/** Anchors of a document's headings, as GitHub and the site make them. */
function headings(document: string): Set<string> {
  const titles = [...document.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6}\s+(.*)$/gm)];
  return new Set(titles.map(([, title]) => headingAnchor(title as string)));
}

function lines(documents: Sources): { path: string; line: number; text: string }[] {
  return [...documents].flatMap(([path, document]) =>
    document.split('\n').map((text, index) => ({ path, line: index + 1, text })),
  );
}
