/** Asks the TypeScript compiler what is wrong with files that exist only here, next to the real ones. */
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './sources.ts';

/** The compiler's errors about each of these files, by path from the root. They import the real files around them. */
export function errorsIn(files: Readonly<Record<string, string>>): Record<string, string[]> {
  const texts = new Map(Object.entries(files).map(([path, text]) => [join(ROOT, path), text]));
  const program = ts.createProgram({
    rootNames: [...texts.keys(), join(ROOT, 'test/gates/pure-globals.d.ts')],
    options: pureOptions(),
    host: hostWith(texts),
  });
  return Object.fromEntries(Object.keys(files).map((path) => [path, errorsOf(program, join(ROOT, path))]));
}

function pureOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.pure.json'), (path) => ts.sys.readFile(path));
  return ts.parseJsonConfigFileContent({ ...config, include: [], files: ['x.ts'] }, ts.sys, ROOT).options;
}

function hostWith(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(pureOptions());
  return {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    readFile: (path) => texts.get(path) ?? host.readFile(path),
    getSourceFile: (path, options) => {
      const text = texts.get(path);
      return text === undefined
        ? host.getSourceFile(path, options)
        : ts.createSourceFile(path, text, options);
    },
  };
}

function errorsOf(program: ts.Program, path: string): string[] {
  const file = program.getSourceFile(path);
  if (!file) throw new Error(`${path} was not read`);
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
