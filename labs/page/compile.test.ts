/** The same faults, at the same places, as in the terminal. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BundleError, bundle } from '../runner/bundle.ts';
import { compile } from './compile.ts';

const MODULES = ['node:crypto'];

async function inTerminal(text: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'wireglass-compile-'));
  try {
    await writeFile(join(folder, 'x.ts'), text);
    await bundle({ file: join(folder, 'x.ts'), folder, modules: MODULES });
    return undefined;
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    return { message: error.message, line: error.line };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const inPage = (text: string) => compile({ file: 'x.ts', text, modules: MODULES });

describe('a file that imports', () => {
  it.each([
    [
      'what the lab does not allow',
      "import { readFile } from 'node:fs';\nexport const f = () => readFile;\n",
    ],
    ['the same over several lines', "import {\n  readFile,\n} from 'fs';\nexport const f = readFile;\n"],
    ['for its effect alone', "  import 'left-pad';\nexport const f = 1;\n"],
    ['a file of another lab', "import { seal } from './04-seal.ts';\nexport const f = () => seal;\n"],
    ['and gives away again', "export { readFile } from 'node:fs';\n"],
  ])('%s is refused as in the terminal', async (_, text) => {
    expect(inPage(text)).toEqual(await inTerminal(text));
  });

  it.each([
    ['only a type', "import type { A } from 'node:fs';\nexport const f = (a: A) => a;\n"],
    ['what nothing uses', "import { readFile } from 'node:fs';\nexport const f = 1;\n"],
    ['a module by its short name', "import { randomBytes } from 'crypto';\nexport const f = randomBytes;\n"],
  ])('%s is read, as in the terminal', async (_, text) => {
    expect(inPage(text)).toHaveProperty('code');
    expect(await inTerminal(text)).toBeUndefined();
  });
});

it('names the place of a mistake in the syntax', async () => {
  const text = 'export const f = 1;\nexport const g = ;\n';
  const line = { file: 'x.ts', number: 2, column: 18, text: 'export const g = ;' };
  expect(inPage(text)).toEqual({ message: 'Unexpected token', line });
  // The terminal has other words: they are those of its own reader.
  expect(await inTerminal(text)).toEqual({ message: 'Unexpected ";"', line: { ...line, column: 18 } });
});
