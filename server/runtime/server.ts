/** The chat server: a listener for each wire, one hub behind them all. */
import { type AddressInfo, type Server as NetServer, type Socket, createServer } from 'node:net';
import { Server as TlsServer, TLSSocket, createServer as createTlsServer } from 'node:tls';
import type { Logger } from 'pino';
import { GUESTS_ONLY, type Policy } from '#chat/policy';
import type { AuditEntry } from '#chat/records';
import type { KeyLogSink } from '#channel/contract';
import type { SharedKey } from '#channel/psk/keys';
import type { Store } from '#store/store';
import { RemoteProtocolError, type ErrorCode } from '#wire/errors';
import type { ClientMessage, ServerMessage, WireName } from '#wire/messages';
import { plainAddress } from './addresses.ts';
import { AccountDesk } from './account-desk.ts';
import { Admission, type Traffic } from './admission.ts';
import { frameOf } from './broadcast.ts';
import { Connection } from './connection.ts';
import { DEFENCE, type Defence } from './defence.ts';
import { Hub } from './hub.ts';
import { loginThrottle } from './login-throttle.ts';
import { type PasswordOptions, PasswordQueue, passwordAnswers } from './passwords.ts';
import { secondFactorAnswers } from './second-factor.ts';
import { TLS_POLICY, type Wire, wireByName } from './wires.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface Endpoint {
  readonly address: string;
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
  /** Who may come in, and how; by default everyone is a guest. */
  readonly policy?: Policy;
  /** What differs from `DEFENCE`. */
  readonly defence?: Partial<Defence>;
  readonly passwords?: PasswordOptions;
  /** Told of each commit: how many messages, and how many milliseconds it took. */
  readonly onCommit?: (messages: number, took: number) => void;
  /** The true peer of a connection, when something stands in the path. */
  readonly peerOf?: (wire: WireName, socket: Socket) => Endpoint | undefined;
}

export interface Renewal {
  /** For connections from now on; PEM texts. */
  readonly tls?: ServerOptions['tls'];
  readonly keys?: readonly SharedKey[];
}

export interface ChatServer {
  readonly addresses: Partial<Record<WireName, ListenAddress>>;
  /** What goes on, for whoever watches. */
  readonly hub: Pick<Hub, 'state' | 'connections' | 'tally' | 'stopping'>;
  readonly passwords: Pick<PasswordQueue, 'waiting'>;
  readonly accounts: AccountDesk;
  /** Bytes that crossed the sockets of each wire, those of the handshakes too. */
  traffic(): ReadonlyMap<WireName, Traffic>;
  /** Opens one more wire and gives the address it has. Rejects with the socket's error, EADDRINUSE for one. */
  listen(wire: WireName, address: ListenAddress): Promise<ListenAddress>;
  /** Takes a new certificate or other shared keys into use; open connections go on with theirs. */
  renew(renewal: Renewal): void;
  /** Runs a request as the operator and gives the answer to it. */
  operate(request: ClientMessage): Promise<ServerMessage>;
  /** Writes into the audit log, after what was written before. */
  audit(entry: AuditEntry): void;
  /** Stores what was accepted, tells the clients, closes everything. */
  close(): Promise<void>;
}

/** After this long a peer that does not take its goodbye is dropped. */
const DRAIN_MS = 3_000;
/** Milliseconds after which a silent TCP connection is asked whether its peer is still there. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** Rejects, with nothing left open, when one of the wires cannot listen. */
export async function startServer(options: ServerOptions): Promise<ChatServer> {
  const { store, policy = GUESTS_ONLY, log, onCommit } = options;
  const defence = { ...DEFENCE, ...options.defence };
  const passwords = new PasswordQueue();
  const answers = {
    ...store.answers,
    ...passwordAnswers(options.passwords, passwords),
    ...secondFactorAnswers,
    ...loginThrottle(),
  };
  const hub = new Hub({ store, seed: await store.seed(), policy, answers, defence, log, onCommit });
  const accounts = new AccountDesk({
    answers,
    audit: (entry) => hub.audit(entry),
    added: (account) => hub.accountAdded(account),
    signedOut: (account) => hub.signedOut(account),
  });
  const server = new WireServer(options, { defence, hub, passwords, accounts });
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

interface Parts {
  readonly defence: Defence;
  readonly hub: Hub;
  readonly passwords: PasswordQueue;
  readonly accounts: AccountDesk;
}

class WireServer implements ChatServer {
  readonly addresses: Partial<Record<WireName, ListenAddress>> = {};
  readonly hub: Hub;
  readonly passwords: PasswordQueue;
  readonly accounts: AccountDesk;
  readonly #options: ServerOptions;
  readonly #defence: Defence;
  readonly #admission: Admission;
  readonly #listeners: NetServer[] = [];
  #keys: readonly SharedKey[];
  #tls: ServerOptions['tls'];
  #nextId = 1;

  constructor(options: ServerOptions, { defence, hub, passwords, accounts }: Parts) {
    this.#options = options;
    this.#defence = defence;
    this.#admission = new Admission(defence);
    this.#keys = options.keys;
    this.#tls = options.tls;
    this.hub = hub;
    this.passwords = passwords;
    this.accounts = accounts;
  }

  traffic(): ReadonlyMap<WireName, Traffic> {
    return this.#admission.traffic();
  }

  audit(entry: AuditEntry): void {
    this.hub.audit(entry);
  }

  async listen(name: WireName, address: ListenAddress): Promise<ListenAddress> {
    const wire = wireByName(name);
    const listener = this.#listenerFor(wire);
    await listening(listener, address);
    this.#listeners.push(listener);
    return (this.addresses[name] = addressOf(listener));
  }

  renew({ tls, keys }: Renewal): void {
    if (keys) this.#keys = keys;
    if (!tls) return;
    this.#tls = tls;
    for (const listener of this.#listeners) {
      if (listener instanceof TlsServer) listener.setSecureContext({ ...TLS_POLICY, ...tls });
    }
  }

  operate(request: ClientMessage): Promise<ServerMessage> {
    return this.hub.operate(request);
  }

  async close(): Promise<void> {
    const closed = this.#listeners.map((listener) => new Promise((resolve) => listener.close(resolve)));
    await this.hub.shutDown();
    const cut = setTimeout(() => {
      for (const socket of this.#admission.sockets) socket.destroy();
    }, DRAIN_MS);
    await Promise.all(closed);
    clearTimeout(cut);
  }

  #listenerFor(wire: Wire): NetServer {
    const accept = (socket: Socket): void => {
      if (!socket.destroyed) this.#connect(socket, wire);
    };
    const listener =
      wire.transport === 'tls'
        ? this.#tlsListener(wire, accept)
        : createServer({ noDelay: true, allowHalfOpen: true }, accept);
    // Before the listener's own work with the socket: there may be no place for it.
    listener.prependListener('connection', (socket: Socket) => this.#admit(socket, wire));
    return listener;
  }

  #tlsListener(wire: Wire, accept: (socket: TLSSocket) => void): NetServer {
    const { keyLog, log } = this.#options;
    const server = createTlsServer(
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
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const late = error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT';
      const code: ErrorCode = late ? 'handshake_timeout' : 'tls_failed';
      const peer = peerName(this.#peerOf(wire, socket));
      log.warn({ wire: wire.name, peer, code, detail: error.message }, 'TLS handshake refused');
      // After a refusal Node lets the alert go out and closes; after a time-out it only reports.
      if (late) socket.destroy();
    });
    if (keyLog) server.on('keylog', (line: Buffer) => keyLog(line.toString('latin1').trimEnd()));
    return server;
  }

  #admit(socket: Socket, wire: Wire): void {
    // A peer that resets the connection during its handshake must not bring the server down.
    socket.on('error', () => socket.destroy());
    const peer = this.#peerOf(wire, socket);
    if (!this.#admission.admit(socket, { address: peer.address, wire: wire.name }))
      return this.#turnAway(socket, wire, peer);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
  }

  /** In words where the wire has none to hide them; on the others an unannounced end. */
  #turnAway(socket: Socket, wire: Wire, peer: Endpoint): void {
    const { code, message } = new RemoteProtocolError('too_many_connections');
    this.#options.log.warn({ wire: wire.name, peer: peerName(peer), code }, 'connection refused');
    this.hub.turnedAway(wire.name, peer.address);
    if (wire.name === 'plain') socket.write(frameOf({ type: 'error', code, message, fatal: true }));
    socket.destroySoon();
  }

  #connect(socket: Socket, wire: Wire): void {
    const { keyLog } = this.#options;
    const peer = this.#peerOf(wire, socket);
    const now = Date.now();
    const keys = this.#keys.filter(({ until }) => until === undefined || until > now);
    new Connection({
      id: this.#nextId++,
      wire: wire.name,
      peer: peerName(peer),
      address: peer.address,
      socket,
      channel: wire.channel({ role: 'server', keys, keyLog }),
      handler: this.hub,
      joinPieces: wire.transport === 'tls',
      ...(socket instanceof TLSSocket && { transport: tlsName(socket) }),
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

function peerName({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
