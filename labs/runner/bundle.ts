/**
 * A learner's file as one script: TypeScript or JavaScript, with the other files of the workspace that it imports. Nothing
 * is run here. Imports from anywhere else are refused, so that no solution is copied by an import.
 */
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { builtinModules } from 'node:module';
import { type Message, type OnResolveResult, type Plugin, type ResolveResult, build } from 'esbuild';
import { missingFile, refusedImport } from '#judge/import-rules';
import type { SourceLine } from '#judge/verdict';

export interface Bundle {
  /** A CommonJS script that assigns to `module.exports`. */
  readonly code: string;
  /** Source map, version 3, as JSON; its sources are relative to the workspace. */
  readonly map: string;
}

/** The file cannot be read as a program: a mistake in its syntax, or an import that it must not have. */
export class BundleError extends Error {
  readonly line: SourceLine | undefined;

  constructor(message: string, line: SourceLine | undefined) {
    super(message);
    this.name = 'BundleError';
    this.line = line;
  }
}

export interface BundleRequest {
  readonly file: string;
  /** The folder whose files may be imported. */
  readonly folder: string;
  /** Modules that may be imported besides. */
  readonly modules: readonly string[];
}

/** Rejects with `BundleError`. */
export async function bundle({ file, folder, modules }: BundleRequest): Promise<Bundle> {
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'cjs',
      platform: 'node',
      target: 'node20',
      charset: 'utf8',
      sourcemap: 'external',
      sourcesContent: true,
      outfile: resolve(folder, 'piece.js'),
      logLevel: 'silent',
      // What stands in the folders above must not change how a learner's file is read.
      tsconfigRaw: '{}',
      plugins: [onlyFrom(folder, modules)],
    });
    const [map, code] = [outputFiles.find(isMap), outputFiles.find((output) => !isMap(output))];
    return { code: code?.text ?? '', map: map?.text ?? '' };
  } catch (error) {
    const [first] = (error as { readonly errors?: readonly Message[] }).errors ?? [];
    if (!first) throw error;
    throw new BundleError(first.text, lineOf(first));
  }
}

function isMap({ path }: { readonly path: string }): boolean {
  return path.endsWith('.map');
}

function lineOf({ location }: Message): SourceLine | undefined {
  if (!location) return undefined;
  const { file, line, column, lineText } = location;
  return { file: basename(file), number: line, column: column + 1, text: lineText };
}

function onlyFrom(folder: string, modules: readonly string[]): Plugin {
  const allowed = new Set(modules);
  return {
    name: 'only-from-the-workspace',
    setup(setup) {
      setup.onResolve({ filter: /.*/ }, ({ path, kind, importer, pluginData }) => {
        if (kind === 'entry-point' || pluginData === folder) return undefined;
        if (isLocal(path)) {
          const from = importer === '' ? folder : dirname(importer);
          const inside = relative(folder, resolve(from, path));
          if (!inside.startsWith('..') && !isAbsolute(inside))
            return inEitherLanguage(path, (each) =>
              setup.resolve(each, { kind, importer, resolveDir: from, pluginData: folder }),
            );
          return fault(
            `${path} is outside of the workspace; a piece may import other files of the workspace`,
          );
        }
        const name = builtinModules.includes(path) ? `node:${path}` : path;
        if (allowed.has(name)) return { path: name, external: true };
        return fault(refusedImport(path, modules));
      });
    },
  };
}

/** A lab names the file of another one as `./01-frames.ts`; the learner may have written it in JavaScript. */
async function inEitherLanguage(
  path: string,
  resolved: (path: string) => Promise<ResolveResult>,
): Promise<OnResolveResult> {
  const paths = path.endsWith('.ts')
    ? ['.ts', '.js', '.mjs'].map((ending) => path.replace(/\.ts$/, ending))
    : [path];
  for (const each of paths) {
    const result = await resolved(each);
    if (result.errors.length === 0) return result;
  }
  return fault(missingFile(path));
}

function isLocal(path: string): boolean {
  return /^\.{1,2}(\/|\\|$)/.test(path) || isAbsolute(path);
}

function fault(text: string) {
  return { errors: [{ text }] };
}
