/** The project's own source files and what each of them imports, read with TypeScript's parser. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parse as parseVue } from 'vue/compiler-sfc';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Path from the root, with forward slashes, to text. */
export type Sources = ReadonlyMap<string, string>;

const AREAS = ['server', 'client', 'inspector', 'certs', 'labs', 'docs', 'test'];
const NOT_OURS = new Set(['node_modules', 'dist', 'cache', 'data', 'results', 'workspace']);
/** What a lab gives to learners: it stands in their workspace when it is used, and imports what stands beside it there. */
const FOR_LEARNERS = /^labs\/\d\d-[^/]+\/(starter|solutions\/.*)\.ts$/;
const CODE = /\.(ts|js|mjs|vue)$/;

/** Every source file of the working tree, committed or not. */
export function readSources(root = ROOT): Sources {
  const atRoot = readdirSync(root).filter((name) => CODE.test(name));
  const paths = [
    ...atRoot,
    ...AREAS.filter((area) => existsSync(join(root, area))).flatMap((area) => walk(root, area, CODE)),
  ];
  const ours = paths.filter((path) => !FOR_LEARNERS.test(path));
  return new Map(ours.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Paths under `folder` that match, from the root, with forward slashes. */
export function walk(root: string, folder: string, wanted: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : walk(root, path, wanted);
    return wanted.test(entry.name) ? [path] : [];
  });
}

export interface Import {
  /** As written: `./frame.ts`, `#protocol/frame`, `node:net`, `valibot`. */
  readonly specifier: string;
  readonly line: number;
}

/**
 * Every module a file names: static, re-exported, dynamic and type imports, `require`, and `new URL('…',
 * import.meta.url)` as workers use it. In a `.vue` file: those of its script blocks.
 */
export function importsOf(path: string, text: string): Import[] {
  return parseScripts(path, text).flatMap((file) => {
    const found: Import[] = [];
    const visit = (node: ts.Node): void => {
      const name = moduleName(node);
      if (name) found.push({ specifier: name.text, line: lineOf(file, name) });
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  });
}

/** Syntax trees of a file: one, or one for each script block of a `.vue` file (at their lines in that file). */
export function parseScripts(path: string, text: string): ts.SourceFile[] {
  const parse = (code: string): ts.SourceFile =>
    ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true);
  if (!path.endsWith('.vue')) return [parse(text)];
  const { descriptor } = parseVue(text, { filename: path });
  const blocks = [descriptor.script, descriptor.scriptSetup].filter((block) => block !== null);
  return blocks.map((block) =>
    parse(
      '\n'.repeat(block.loc.start.line - 1) + block.content + (block.src ? `\nimport '${block.src}';` : ''),
    ),
  );
}

export function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

function moduleName(node: ts.Node): ts.StringLiteralLike | undefined {
  const name = moduleExpression(node);
  return name && ts.isStringLiteralLike(name) ? name : undefined;
}

function moduleExpression(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isCallExpression(node)) return loads(node) ? node.arguments[0] : undefined;
  return ts.isNewExpression(node) && isModuleUrl(node) ? node.arguments?.[0] : undefined;
}

function loads({ expression }: ts.CallExpression): boolean {
  if (expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(expression) && expression.text === 'require';
}

/** `new URL('./worker.ts', import.meta.url)` names a module; a URL of a folder or of data does not. */
function isModuleUrl(node: ts.NewExpression): boolean {
  const [what, base] = node.arguments ?? [];
  if (!what || !base || node.expression.getText() !== 'URL') return false;
  return base.getText() === 'import.meta.url' && ts.isStringLiteralLike(what) && CODE.test(what.text);
}
