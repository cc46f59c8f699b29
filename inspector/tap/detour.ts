/**
 * A way round through somebody's hands: whoever stands in the middle of a connection connects twice to a listener that is there for
 * nothing else, once for each end, and says first which of them it is. Each name is random, so that no other program can come in.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { toHex } from '#protocol/bytes';

/** Milliseconds in which both must have come. */
const COME_MS = 10_000;
const NAME_LENGTH = 16;
const HOME = '127.0.0.1';

/** By the end that each leads to. */
export interface MiddleSockets {
  readonly client: Socket;
  readonly server: Socket;
}

/** What whoever comes into the middle must know. */
export interface Entrance {
  readonly host: string;
  readonly port: number;
  /** What is said first on the connection that leads to this end, in hex. */
  readonly names: { readonly client: string; readonly server: string };
}

export interface Detour {
  readonly entrance: Entrance;
  /** Resolves when all bytes go this way. Rejects when nobody has come in time: then the connection is joined again. */
  readonly taken: Promise<void>;
  /** Joins the connection again, at its next byte. What the middle has must come before; if it does not, the connection is reset. */
  back(): Promise<void>;
}

export interface Diverted {
  readonly through: (middle: MiddleSockets) => void;
  /** Joins it directly again, once the middle has passed on all that it has. */
  readonly back: () => Promise<void>;
}

export async function openDetour(connection: Diverted): Promise<Detour> {
  const names = { client: toHex(randomBytes(NAME_LENGTH)), server: toHex(randomBytes(NAME_LENGTH)) };
  const server = createServer({ noDelay: true, allowHalfOpen: true });
  server.listen(0, HOME);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const taken = bothOf(server, names).then(connection.through, async (error: unknown) => {
    await connection.back();
    throw error;
  });
  taken.catch(() => undefined);
  return {
    entrance: { host: HOME, port, names },
    taken,
    back: () => taken.then(connection.back, () => undefined),
  };
}

/** Listens until both are there, and no longer. */
async function bothOf(server: Server, names: Entrance['names']): Promise<MiddleSockets> {
  const found: { client?: Socket; server?: Socket } = {};
  const strangers = new Set<Socket>();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<MiddleSockets>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('nobody has come into the middle in time')), COME_MS);
      server.on('error', reject);
      server.on('connection', (socket) => {
        strangers.add(socket);
        socket.on('error', () => socket.destroy());
        named(socket, (name) => {
          const end = name === names.client ? 'client' : name === names.server ? 'server' : undefined;
          if (!end || found[end]) return void socket.destroy();
          strangers.delete(socket);
          found[end] = socket;
          const { client, server: other } = found;
          if (client && other) resolve({ client, server: other });
        });
      });
    });
  } catch (error) {
    for (const socket of Object.values(found)) socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    for (const socket of strangers) socket.destroy();
    server.close();
  }
}

/** Reads a name and nothing behind it. */
function named(socket: Socket, tell: (name: string) => void): void {
  const look = (): void => {
    const bytes = socket.read(NAME_LENGTH) as Buffer | null;
    if (!bytes) return;
    socket.off('readable', look);
    tell(toHex(bytes));
  };
  socket.on('readable', look);
}
