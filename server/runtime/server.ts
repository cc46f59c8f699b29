/** The chat server: a listener for each wire, one hub behind them all. */
import { type AddressInfo, type Server as NetServer, type Socket, createServer } from 'node:net';
import { TLSSocket, createServer as createTlsServer } from 'node:tls';
import type { Logger } from 'pino';
import type { KeyLogSink } from '#channel/contract';
import type { SharedKey } from '#channel/psk/keys';
import type { Store } from '#store/store';
import type { ErrorCode } from '#wire/errors';
import type { WireName } from '#wire/messages';
import { Connection } from './connection.ts';
import { Hub } from './hub.ts';
import { TLS_POLICY, type Wire, wireByName } from './wires.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface ServerOptions {
  readonly store: Store;
  /** PEM texts. */
  readonly tls: { readonly key: string; readonly cert: string };
  readonly keys: readonly SharedKey[];
  readonly listen: Partial<Record<WireName, ListenAddress>>;
  readonly log: Logger;
  /** Gets the secrets of every tls and psk connection. Leave it out wherever nobody is entitled to them. */
  readonly keyLog?: KeyLogSink;
  /** Milliseconds a client may take until its channel is open. */
  readonly handshakeTimeout?: number;
  /** The true peer of a connection, when something stands in the path. */
  readonly peerOf?: (wire: WireName, socket: Socket) => string | undefined;
}

export interface ChatServer {
  readonly addresses: Partial<Record<WireName, ListenAddress>>;
  /** Opens one more wire and gives the address it has. Rejects with the socket's error, EADDRINUSE for one. */
  listen(wire: WireName, address: ListenAddress): Promise<ListenAddress>;
  /** Stores what was accepted, tells the clients, closes everything. */
  close(): Promise<void>;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** After this long a peer that does not take its goodbye is dropped. */
const DRAIN_MS = 3_000;

/** Rejects, with nothing left open, when one of the wires cannot listen. */
export async function startServer(options: ServerOptions): Promise<ChatServer> {
  const server = new WireServer(options, new Hub(options.store, await options.store.lastId(), options.log));
  try {
    for (const [wire, address] of Object.entries(options.listen) as [WireName, ListenAddress][]) {
      await server.listen(wire, address);
    }
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

class WireServer implements ChatServer {
  readonly addresses: Partial<Record<WireName, ListenAddress>> = {};
  readonly #options: ServerOptions;
  readonly #hub: Hub;
  readonly #listeners: NetServer[] = [];
  readonly #sockets = new Set<Socket>();
  #nextId = 1;

  constructor(options: ServerOptions, hub: Hub) {
    this.#options = options;
    this.#hub = hub;
  }

  async listen(name: WireName, address: ListenAddress): Promise<ListenAddress> {
    const wire = wireByName(name);
    const accept = (socket: Socket): void => connect(socket, wire, this.#nextId++, this.#hub, this.#options);
    const listener = listenerFor(wire, this.#options, accept);
    listener.on('connection', (socket: Socket) => this.#track(socket));
    await listening(listener, address);
    this.#listeners.push(listener);
    return (this.addresses[name] = addressOf(listener));
  }

  async close(): Promise<void> {
    const closed = this.#listeners.map((listener) => new Promise((resolve) => listener.close(resolve)));
    await this.#hub.shutDown();
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, DRAIN_MS);
    await Promise.all(closed);
    clearTimeout(cut);
  }

  /** Raw sockets, those still in a TLS handshake too. */
  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // A peer that resets the connection during its handshake must not bring the server down.
    socket.on('error', () => socket.destroy());
  }
}

function listenerFor(
  wire: Wire,
  { tls, keyLog, log, handshakeTimeout }: ServerOptions,
  accept: (socket: Socket) => void,
): NetServer {
  if (wire.transport === 'tcp') return createServer({ noDelay: true, allowHalfOpen: true }, accept);
  const server = createTlsServer(
    {
      ...TLS_POLICY,
      ...tls,
      honorCipherOrder: true,
      handshakeTimeout: handshakeTimeout ?? HANDSHAKE_TIMEOUT_MS,
      allowHalfOpen: true,
      noDelay: true,
    },
    accept,
  );
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    const late = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
    const code: ErrorCode = late ? 'handshake_timeout' : 'tls_failed';
    log.warn(
      { wire: wire.name, peer: peerName(socket), code, detail: error.message },
      'TLS handshake refused',
    );
    // After a refusal Node lets the alert go out and closes; after a time-out it only reports.
    if (late) socket.destroy();
  });
  if (keyLog) server.on('keylog', (line: Buffer) => keyLog(line.toString('latin1').trimEnd()));
  return server;
}

function connect(socket: Socket, wire: Wire, id: number, hub: Hub, options: ServerOptions): void {
  const { keys, keyLog, handshakeTimeout = HANDSHAKE_TIMEOUT_MS } = options;
  new Connection({
    id,
    wire: wire.name,
    peer: options.peerOf?.(wire.name, socket) ?? peerName(socket),
    socket,
    channel: wire.channel({ role: 'server', keys, keyLog }),
    handler: hub,
    joinPieces: wire.transport === 'tls',
    ...(socket instanceof TLSSocket && { transport: tlsName(socket) }),
    handshakeTimeout,
  }).start();
}

function listening(listener: NetServer, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}

function addressOf(listener: NetServer): ListenAddress {
  const { address, port } = listener.address() as AddressInfo;
  return { host: address, port };
}

function tlsName(socket: TLSSocket): string {
  return `${socket.getProtocol() ?? 'TLS'}, ${socket.getCipher().standardName}`;
}

function peerName(socket: Socket | TLSSocket): string {
  return `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`;
}
