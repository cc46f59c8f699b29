/** Where the token of a page comes from. Never from an argument of its own: everyone on a machine can read those. */
import { readFile } from 'node:fs/promises';
import { dataPaths } from '#client/data-paths';
import { isThisMachine } from '#client/this-machine';

/**
 * The token for `web`: of the link's fragment, of WIREGLASS_TOKEN, or, for a page on this machine, of the data
 * folder. `undefined` when there is none; then the page may still answer, if it listens on loopback alone.
 */
export async function findToken(web: URL, data: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const fragment = new URLSearchParams(web.hash.slice(1)).get('token');
  const given = fragment ?? env.WIREGLASS_TOKEN;
  if (given) return given;
  // A stranger's page must not get the token of ours for the asking.
  return isThisMachine(web.hostname) ? readToken(dataPaths(data).tokenFile) : undefined;
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`cannot read the token in ${path}: ${message}; --data names another folder`, {
      cause: error,
    });
  }
}
