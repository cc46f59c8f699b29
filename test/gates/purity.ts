/** What a pure file may not do, found in its syntax tree: reach for the host, for the clock or for randomness. */
import ts from 'typescript';
import { importsOf, lineOf, parseScripts } from './sources.ts';

/** The packages that pure code may use: they are as pure as it is. */
const PURE_PACKAGES =
  /^(@noble\/(ciphers|hashes)|asn1js|brotli\/decompress|fastest-levenshtein|fflate|ipaddr\.js|re2js|valibot|@jridgewell\/trace-mapping)(\/|$)/;

/** Names that only some hosts know, or that bring in the clock or randomness. */
const HOST_NAMES = new Set(
  `Buffer process global globalThis require module __dirname __filename console
   window document self navigator location localStorage sessionStorage indexedDB
   fetch WebSocket Worker XMLHttpRequest Blob File URL HTMLElement Event EventTarget
   crypto Crypto performance structuredClone queueMicrotask
   setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate requestAnimationFrame`.split(
    /\s+/,
  ),
);

/** Everything impure in a file, one sentence each. */
export function impurities(path: string, text: string): string[] {
  const imports = importsOf(path, text)
    .filter(({ specifier }) => !/^[.#]/.test(specifier) && !PURE_PACKAGES.test(specifier))
    .map(({ specifier, line }) => `${path}:${line} imports ${specifier}`);
  const names = parseScripts(path, text).flatMap((file) => {
    const declared = declaredNames(file);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      const what = impureUse(node, declared);
      if (what !== undefined) found.push(`${path}:${lineOf(file, node)} uses ${what}`);
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  });
  return [...imports, ...names];
}

function impureUse(node: ts.Node, declared: ReadonlySet<string>): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    return ['Date.now', 'Math.random', 'import.meta.url'].find((text) => text === node.getText());
  }
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
    const isNow = node.expression.getText() === 'Date' && !node.arguments?.length;
    return isNow ? 'the clock by Date()' : undefined;
  }
  return ts.isIdentifier(node) && isHostName(node, declared) ? node.text : undefined;
}

function isHostName(node: ts.Identifier, declared: ReadonlySet<string>): boolean {
  return HOST_NAMES.has(node.text) && !declared.has(node.text) && !isNameOfMember(node);
}

/** `x.process`, `{ process: 1 }`, `interface { process: … }`: a member of something of our own that has such a name. */
function isNameOfMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return parent.getChildAt(0) !== node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  return 'name' in parent && parent.name === node;
}

function declaredNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (declares(node) && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function declares(node: ts.Node): node is ts.Node & { name?: ts.Node } {
  return (
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportSpecifier(node) ||
    ts.isImportClause(node) ||
    ts.isNamespaceImport(node)
  );
}
