/** Suites that need something from the machine. They are skipped where it is missing, but never silently. */
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { TOOLS, type ToolName, VECTORS_FOLDER, findTool, vectors } from './tools.ts';

/**
 * A `describe` that needs programs. It gets their paths, or is skipped with the missing ones in its title and on
 * standard error.
 */
export function describeWith<const N extends ToolName>(
  names: readonly N[],
  title: string,
  body: (tools: Record<N, string>) => void,
): void {
  const missing = names.filter((name) => findTool(name) === undefined);
  if (missing.length === 0) {
    describe(title, () => body(Object.fromEntries(names.map((n) => [n, findTool(n)])) as Record<N, string>));
    return;
  }
  skipped(title, missing.map((name) => `${name} (Debian: ${TOOLS[name].debian})`).join(', '));
}

/** A `describe` that needs published vectors; skipped, and saying so, where they are missing. */
export function describeVectors(name: string, title: string, body: (path: string) => void): void {
  const path = vectors(name);
  if (path !== undefined) describe(title, () => body(path));
  else skipped(title, `the vectors ${join(VECTORS_FOLDER, name)}`);
}

function skipped(title: string, missing: string): void {
  process.stderr.write(`skipped: ${title}: not here: ${missing}\n`);
  // One skipped test, so that the suite is counted among what was skipped.
  describe(`${title} (not here: ${missing})`, () => it.skip('all of it', () => undefined));
}
