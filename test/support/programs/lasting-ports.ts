/** Ports for a server that is killed and started again at the same addresses, with other programs on the machine meanwhile. */
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that a system gives to whoever asks for any port: Linux begins at 32,768, others at 49,152. */
const [FIRST, LAST] = [20_000, 31_999];

/** So many different ports that nobody listens on now, and that nobody is given by chance while the server is down. */
export async function lastingPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
