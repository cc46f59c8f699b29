/** From a stack trace, or from the name of an export, to a line of the learner's file. */
import { TraceMap, originalPositionFor } from '@jridgewell/trace-mapping';
import { SCRIPT_NAME } from './evaluate.ts';
import type { SourceLine } from './verdict.ts';

export interface Sources {
  /** The learner's file: its name and its text. */
  readonly file: string;
  readonly text: string;
  /** Source map of the script, as JSON. */
  readonly map: string;
}

export interface Spot {
  readonly stack?: string;
  readonly name?: string | undefined;
}

/** The line that threw, or else the one that defines the export. */
export function lineFinder(sources: Sources): (spot: Spot) => SourceLine | undefined {
  const map = new TraceMap(sources.map);
  return ({ stack, name }) =>
    (stack !== undefined ? lineOfStack(stack, map) : undefined) ??
    (name !== undefined ? lineOfExport(name, sources) : undefined);
}

function lineOfStack(stack: string, map: TraceMap): SourceLine | undefined {
  const script = SCRIPT_NAME.replaceAll('.', '\\.');
  for (const [, line, column] of stack.matchAll(new RegExp(`${script}:(\\d+):(\\d+)`, 'g'))) {
    const at = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
    if (at.source === null) continue;
    const text = map.sourcesContent?.[map.sources.indexOf(at.source)] ?? '';
    return {
      file: at.source.replace(/^.*[\\/]/, ''),
      number: at.line,
      column: at.column + 1,
      text: linesOf(text)[at.line - 1] ?? '',
    };
  }
  return undefined;
}

function lineOfExport(name: string, { file, text }: Sources): SourceLine | undefined {
  const lines = linesOf(text);
  const index = lines.findIndex((line) => /\bexport\b/.test(line) && new RegExp(`\\b${name}\\b`).test(line));
  const line = lines[index];
  if (line === undefined) return undefined;
  return { file, number: index + 1, column: line.indexOf(name) + 1, text: line };
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}
