/** The configuration file on the disk. */
import { readFile } from 'node:fs/promises';
import { fileFault } from '#certs/file-errors';
import { CONFIG_FILE, type Given } from './load.ts';
import { CONFIG_VARIABLE } from './variables.ts';

/** The file named on the command line or in `WIREGLASS_CONFIG`, or otherwise the one in the current folder. */
export async function configFile(flag: string | undefined): Promise<Given['file']> {
  const named = flag ?? process.env[CONFIG_VARIABLE];
  const name = named ?? CONFIG_FILE;
  try {
    return { name, text: await readFile(name, 'utf8') };
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${name} cannot be read: ${fileFault(error) ?? (error as Error).message}`, {
      cause: error,
    });
  }
}
