/** The listening sockets of all wires, and the connections that they accept. */
import { type AddressInfo, type Server as NetServer, type Socket, createServer } from 'node:net';
import { Server as TlsServer, type TLSSocket, createServer as createTlsServer } from 'node:tls';
import type { Logger } from 'pino';
import type { SharedKey } from '#channel/psk/keys';
import { RemoteProtocolError, type ErrorCode } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import type { WireName } from '#protocol/messages';
import { plainAddress } from '#protocol/addresses';
import { ConnectionLimit, type Traffic } from './connection-limit.ts';
import { frameOf } from '#chat/broadcast';
import type { Account } from '#chat/records';
import { Connection, type Host } from './connection.ts';
import { type WeakSuites, checkReach } from './loopback-only.ts';
import type { Defence } from '../defence/defence.ts';
import type { Identity, Pieces } from '../pieces.ts';
import { channelFor } from '#wires/channels';
import { TLS_POLICY } from '#wires/tls-policy';
import { type Wire, isProtected, transportOf, wireByName } from '#protocol/wires';

export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The suites of the psk wires are in the server's own order. */
export interface ListenersOptions extends WeakSuites {
  readonly tls: Identity;
  readonly keys: readonly SharedKey[];
  readonly log: Logger;
  /** What stands in for parts of the server. */
  readonly pieces?: Pieces | undefined;
  /**
   * Gets the secrets of every tls and psk connection, one key-log line at a time, with the wire and the port that the
   * connection comes from. Omit it wherever nobody is entitled to them.
   */
  readonly keyLog?: (line: string, wire: WireName, port: number | undefined) => void;
  /** Returns the true peer of a connection, when something is in the path, such as a tap. */
  readonly peerOf?: (wire: WireName, socket: Socket) => Endpoint | undefined;
  /** Returns the account that a connection from this peer belongs to without a login: its device has proven who it is. */
  readonly ownerOf?: ((peer: Endpoint, wire: WireName) => Account | undefined) | undefined;
  /** Called when the server's end of a connection is closed, with the port that it came from. */
  readonly onClosed?: (wire: WireName, port: number) => void;
}

export interface Renewal {
  /** Used for new connections. */
  readonly tls?: Identity;
  readonly keys?: readonly SharedKey[];
}

/** Milliseconds of silence after which TCP asks whether the peer is still there. */
const TCP_KEEP_ALIVE_MS = 60_000;

export class Listeners {
  readonly addresses: Partial<Record<WireName, ListenAddress>> = {};
  readonly #options: ListenersOptions;
  readonly #defence: Defence;
  readonly #host: Host;
  readonly #limit: ConnectionLimit;
  readonly #listeners = new Map<WireName, NetServer>();
  #keys: readonly SharedKey[];
  #tls: Identity;
  #nextId = 1;

  constructor(options: ListenersOptions, defence: Defence, host: Host) {
    this.#options = options;
    this.#defence = defence;
    this.#host = host;
    this.#limit = new ConnectionLimit(defence);
    this.#keys = options.keys;
    this.#tls = options.tls;
  }

  traffic(): ReadonlyMap<WireName, Traffic> {
    return this.#limit.traffic();
  }

  trafficByFlow(): ReadonlyMap<string, Traffic> {
    return this.#limit.trafficByFlow();
  }

  /** Rejects with the socket's error, such as EADDRINUSE, and when weak suites would be offered where nobody asked for them. */
  async open(name: WireName, address: ListenAddress): Promise<ListenAddress> {
    checkReach(this.#options, address.host);
    const wire = wireByName(name);
    const listener = this.#listenerFor(wire);
    await listening(listener, address);
    this.#listeners.set(name, listener);
    return (this.addresses[name] = addressOf(listener));
  }

  /** Open connections keep the certificate and the keys that they have. */
  renew({ tls, keys }: Renewal): void {
    if (keys) this.#keys = keys;
    if (!tls) return;
    this.#tls = tls;
    for (const listener of this.#listeners.values()) {
      if (listener instanceof TlsServer) listener.setSecureContext({ ...TLS_POLICY, ...tls });
    }
  }

  /** Accepts no more connections, on all wires or on one. Resolves when all existing ones have ended. */
  async close(wire?: WireName): Promise<void> {
    const names = wire === undefined ? [...this.#listeners.keys()] : [wire];
    await Promise.all(names.map((name) => this.#closeOne(name)));
  }

  /** Drops every remaining connection, of all wires or of one. */
  cut(wire?: WireName): void {
    for (const socket of this.#limit.sockets(wire)) socket.destroy();
  }

  async #closeOne(wire: WireName): Promise<void> {
    const listener = this.#listeners.get(wire);
    this.#listeners.delete(wire);
    await new Promise<unknown>((resolve) => (listener ? listener.close(resolve) : resolve(undefined)));
  }

  #listenerFor(wire: Wire): NetServer {
    const accept = (socket: Socket): void => {
      if (!socket.destroyed) this.#connect(socket, wire);
    };
    const listener =
      transportOf(wire) === 'tls'
        ? this.#tlsListener(wire, accept)
        : createServer({ noDelay: true, allowHalfOpen: true }, accept);
    // Before the listener itself handles the socket, which may have to be turned away.
    listener.prependListener('connection', (socket: Socket) => this.#admit(socket, wire));
    return listener;
  }

  #tlsListener(wire: Wire, accept: (socket: Socket) => void): NetServer {
    const { keyLog, log, pieces } = this.#options;
    const server = pieces?.transport?.tls?.(this.#tls, accept) ?? this.#ownTlsListener(accept);
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      const late = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
      const code: ErrorCode = late ? 'handshake_timeout' : 'tls_failed';
      const peer = peerName(this.#peerOf(wire, socket));
      log.warn({ wire: wire.name, peer, code, detail: error.message }, 'TLS handshake refused');
      // After a refusal, Node sends the alert and closes; after a time-out, it only reports it.
      if (late) socket.destroy();
    });
    if (keyLog)
      server.on('keylog', (line: Buffer, { remotePort }: TLSSocket) =>
        keyLog(line.toString('latin1').trimEnd(), wire.name, remotePort),
      );
    return server;
  }

  #ownTlsListener(accept: (socket: Socket) => void): NetServer {
    return createTlsServer(
      {
        ...TLS_POLICY,
        ...this.#tls,
        honorCipherOrder: true,
        handshakeTimeout: this.#defence.handshakeTimeout,
        allowHalfOpen: true,
        noDelay: true,
      },
      accept,
    );
  }

  #admit(socket: Socket, wire: Wire): void {
    // A peer that resets the connection during its handshake must not bring the server down.
    socket.on('error', () => socket.destroy());
    this.#tellOfClose(socket, wire);
    const peer = this.#peerOf(wire, socket);
    if (!this.#limit.admit(socket, { ...peer, wire: wire.name })) return this.#turnAway(socket, wire, peer);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
  }

  #tellOfClose(socket: Socket, { name }: Wire): void {
    const { onClosed } = this.#options;
    const { remotePort } = socket;
    if (onClosed && remotePort !== undefined) socket.once('close', () => onClosed(name, remotePort));
  }

  /** Refuses in words where nothing is encrypted; elsewhere, the connection just ends. */
  #turnAway(socket: Socket, wire: Wire, peer: Endpoint): void {
    const { code, message } = new RemoteProtocolError('too_many_connections');
    this.#options.log.warn({ wire: wire.name, peer: peerName(peer), code }, 'connection refused');
    this.#host.turnedAway(wire.name, peer.address);
    if (!isProtected(wire.name)) socket.write(frameOf({ type: 'error', code, message, fatal: true }));
    socket.destroySoon();
  }

  #connect(socket: Socket, wire: Wire): void {
    const { keyLog, suites, pieces, ownerOf } = this.#options;
    const { remotePort } = socket;
    const sink = keyLog && ((line: string) => keyLog(line, wire.name, remotePort));
    const peer = this.#peerOf(wire, socket);
    const now = Date.now();
    const keys = this.#keys.filter(({ until }) => until === undefined || until > now);
    new Connection({
      id: this.#nextId++,
      wire: wire.name,
      peer: peerName(peer),
      address: peer.address,
      owner: ownerOf?.(peer, wire.name),
      socket,
      channel: channelFor(wire, { side: 'server', keys, keyLog: sink, suites }, pieces?.channel),
      decoder: pieces?.decoder?.(),
      handler: this.#host,
      joinPieces: transportOf(wire) === 'tls',
      handshakeTimeout: this.#defence.handshakeTimeout,
    }).start();
  }

  #peerOf(wire: Wire, socket: Socket): Endpoint {
    const behind = this.#options.peerOf?.(wire.name, socket);
    const { address, port } = behind ?? { address: socket.remoteAddress, port: socket.remotePort };
    return { address: plainAddress(address), port: port ?? 0 };
  }
}

function listening(listener: NetServer, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host, port, backlog: LIMITS.listenBacklog }, () => {
      listener.off('error', reject);
      resolve();
    });
  });
}

function addressOf(listener: NetServer): ListenAddress {
  const { address, port } = listener.address() as AddressInfo;
  return { host: address, port };
}

function peerName({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
