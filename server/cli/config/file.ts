/** The configuration file on the disk. */
import { readFile } from 'node:fs/promises';
import { CONFIG_FILE, type Given } from './load.ts';

/** The file that was named, on the command line or in `WIREGLASS_CONFIG`, or the one that lies here. */
export async function configFile(flag: string | undefined): Promise<Given['file']> {
  const named = flag ?? process.env['WIREGLASS_CONFIG'];
  const name = named ?? CONFIG_FILE;
  try {
    return { name, text: await readFile(name, 'utf8') };
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${name} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
