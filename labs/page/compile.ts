/** A learner's file as a script for a page, as `runner/bundle.ts` makes it for the terminal: types go, the lines stay. */
import { transform } from 'sucrase';
import { missingFile, refusedImport } from '#judge/import-rules';
import type { SourceLine } from '#judge/verdict';

export interface Script {
  /** A CommonJS script that assigns to `exports`. */
  readonly code: string;
  /** Source map, version 3, as JSON. */
  readonly map: string;
}

/** Why the file cannot be read as a program. */
export interface SourceFault {
  readonly message: string;
  readonly line?: SourceLine;
}

export interface CompileRequest {
  /** The name of the file. */
  readonly file: string;
  readonly text: string;
  /** Modules that it may import. */
  readonly modules: readonly string[];
}

interface Place {
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
}

/** Import and export declarations that name a module, at the beginning of a line. */
const DECLARATION = /^[ \t]*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm;

export function compile({ file, text, modules }: CompileRequest): Script | SourceFault {
  try {
    const { code, sourceMap } = transform(text, {
      transforms: ['typescript', 'imports'],
      filePath: file,
      disableESTransforms: true,
      sourceMapOptions: { compiledFilename: 'piece.js' },
    });
    // The judge puts something before the first line, which would move the columns there: the code begins on the second.
    const mappings = `;${sourceMap?.mappings ?? ''}`;
    const map = JSON.stringify({ ...sourceMap, mappings, sourcesContent: [text] });
    return refused({ file, text, modules }, code) ?? { code: `\n${code}`, map };
  } catch (error) {
    const { message, loc } = error as Error & { readonly loc?: Place };
    const words = message.replace(`Error transforming ${file}: `, '').replace(/ \(\d+:\d+\)$/, '');
    return { message: words, ...(loc && { line: lineAt({ file, text }, loc) }) };
  }
}

/** Imports that are only types, or that nothing uses, are not in the code any more: they are none. */
function refused({ file, text, modules }: CompileRequest, code: string): SourceFault | undefined {
  for (const match of text.matchAll(DECLARATION)) {
    const name = match[2] ?? '';
    if (modules.includes(name) || modules.includes(`node:${name}`)) continue;
    if (!code.includes(`require('${name}')`) && !code.includes(`require("${name}")`)) continue;
    const before = text.slice(0, match.index + match[0].length - name.length - 2).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    const message = /^\.{1,2}\//.test(name) ? missingFile(name) : refusedImport(name, modules);
    return { message, line: lineAt({ file, text }, place) };
  }
  return undefined;
}

function lineAt(source: { readonly file: string; readonly text: string }, place: Place): SourceLine {
  const { line, column } = place;
  return { file: source.file, number: line, column, text: source.text.split(/\r?\n/)[line - 1] ?? '' };
}
