/** Where the token of a page comes from. Never from an argument of its own, which anyone on the machine could read. */
import { readFile } from 'node:fs/promises';
import { dataPaths } from '#data-folder/paths';
import { isThisMachine } from '#data-folder/this-machine';

/**
 * The token for `web`: from the link's fragment, from WIREGLASS_TOKEN, or, for a page on this machine, from the data
 * folder. `undefined` when there is none; the page may still answer if it listens on loopback only.
 */
export async function findToken(web: URL, data: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const fragment = new URLSearchParams(web.hash.slice(1)).get('token');
  const given = fragment ?? env.WIREGLASS_TOKEN;
  if (given) return given;
  // A page on another machine must not be sent the token of ours.
  return isThisMachine(web.hostname) ? readToken(dataPaths(data).tokenFile) : undefined;
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`cannot read the token in ${path}: ${message}; to use another folder, give --data`, {
      cause: error,
    });
  }
}
