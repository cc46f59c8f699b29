/** The people of lab 10: a server with every kind of certificate, a client that does not look, and what each has seen. */
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { type TLSSocket, connect, createServer } from 'node:tls';
import { generateKey, issueCa, issueLeaf } from '#certs/issue';
import { fail } from '#judge/failure';
import type { Identity } from '#runtime/pieces';
import { EMPTY, concat } from '#protocol/bytes';
import { issue, makeCa } from '../08-certificates/solution.ts';

export const NAME = 'chat.example';
const YEAR = 365 * 86_400_000;
/** Milliseconds after which something will not come any more. */
const PATIENCE = 3_000;

export interface Identities {
  /** The CA that clients trust. */
  readonly ca: string;
  /** Of the public key of `server`. */
  readonly pin: string;
  readonly server: Identity;
  /** Another certificate over the same key. */
  readonly renewed: Identity;
  /** Of the trusted CA, for the right name, over another key. */
  readonly misissued: Identity;
  readonly wrongName: Identity;
  readonly expired: Identity;
  readonly notYet: Identity;
  readonly otherCa: Identity;
  readonly selfSigned: Identity;
}

let made: Promise<Identities> | undefined;

/** The same for all checks: keys take long. */
export function identities(): Promise<Identities> {
  made ??= makeIdentities();
  return made;
}

async function makeIdentities(): Promise<Identities> {
  const [caKey, key, malloryKey] = await Promise.all([generateKey(), generateKey(), generateKey()]);
  const now = Date.now();
  const caEnd = new Date(now + 5 * YEAR);
  const leaf = (change: Partial<Parameters<typeof issueLeaf>[0]> = {}): Identity => {
    const order = { caKey, caEnd, key, hosts: [NAME], now: new Date(now), ...change };
    return { cert: issueLeaf(order), key: order.key };
  };
  const spki = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'der' });
  return {
    ca: issueCa(caKey, new Date(now)),
    pin: createHash('sha256').update(spki).digest('base64'),
    server: leaf(),
    renewed: leaf(),
    misissued: leaf({ key: malloryKey }),
    wrongName: leaf({ hosts: ['other.example', `${NAME}.test`] }),
    expired: leaf({ now: new Date(now - 2 * YEAR) }),
    notYet: leaf({ now: new Date(now + YEAR) }),
    otherCa: leaf({ caKey: malloryKey, key: malloryKey }),
    selfSigned: { cert: selfSigned(malloryKey, now), key: malloryKey },
  };
}

/** As good as a certificate can be that nobody else has signed: the solution of lab 08 makes it, as its own CA. */
function selfSigned(key: string, now: number): string {
  const publicKey = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' }).toString();
  const validity = { from: now - 86_400_000, until: now + YEAR };
  const cert = makeCa({ name: NAME, key, ...validity });
  return issue({ cert, key }, { publicKey, names: [NAME], ...validity });
}

/** What a server answers: so that the two directions cannot be mistaken for each other. */
export function answerTo(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}

export interface Visit {
  /** What the client has sent. */
  bytes: Uint8Array;
  isOver: boolean;
  readonly socket: TLSSocket;
}

/** A TLS server that answers each byte with its complement. */
export class EchoServer {
  readonly visits: Visit[] = [];
  readonly #server;
  readonly #sockets = new Set<Socket>();

  constructor(identity: Identity, greeting: Uint8Array = EMPTY) {
    this.#server = createServer(identity, (socket) => {
      const visit: Visit = { bytes: EMPTY, isOver: false, socket };
      this.visits.push(visit);
      socket.on('data', (bytes: Buffer) => {
        visit.bytes = concat([visit.bytes, bytes]);
        socket.write(answerTo(bytes));
      });
      socket.on('error', () => undefined);
      socket.on('close', () => (visit.isOver = true));
      if (greeting.length > 0) socket.write(greeting);
    });
    this.#server.on('tlsClientError', () => undefined);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** No client is connected any more. */
  get isAlone(): boolean {
    return this.#sockets.size === 0;
  }

  /** Ends all connections as when the network is lost. */
  breakOff(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** A client that takes any certificate. */
export class BlindClient {
  bytes: Uint8Array = EMPTY;
  isOver = false;
  readonly socket: TLSSocket;

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    this.socket.on('data', (bytes: Buffer) => (this.bytes = concat([this.bytes, bytes])));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.isOver = true));
  }
}

/** Waits for what other processes do. Throws `CheckFailure` when it does not come. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!holds()) {
    if (Date.now() > end) fail(what);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
