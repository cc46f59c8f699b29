/** Mallory has two TLS connections, one to each side, and is honest to neither. A client stops her by asking who she is. */
import { X509Certificate, createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type PeerCertificate, type TLSSocket, checkServerIdentity, connect, createServer } from 'node:tls';

const HOST = '127.0.0.1';

export interface MalloryOptions {
  readonly targetPort: number;
  readonly cert: string;
  readonly key: string;
}

export interface Mallory {
  readonly port: () => number;
  readonly close: () => Promise<void>;
}

export async function startMallory(
  { targetPort, cert, key }: MalloryOptions,
  onBytes: (direction: 'c2s' | 's2c', bytes: Uint8Array) => void,
): Promise<Mallory> {
  const open = new Set<TLSSocket>();
  const server = createServer({ cert, key }, (victim) => {
    // She does not need to know who the server is. She wants to be believed, not to believe.
    const target = connect({ host: HOST, port: targetPort, rejectUnauthorized: false });
    pass(victim, target, (bytes) => onBytes('c2s', bytes));
    pass(target, victim, (bytes) => onBytes('s2c', bytes));
    for (const socket of [victim, target]) open.add(socket.on('close', () => open.delete(socket)));
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    port: () => (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function pass(from: TLSSocket, to: TLSSocket, show: (bytes: Uint8Array) => void): void {
  from.on('data', (bytes: Buffer) => {
    show(bytes);
    to.write(bytes);
  });
  // Also when it breaks off: an error is followed by a close.
  from.on('close', () => to.end());
  from.on('end', () => to.end());
  from.on('error', () => undefined);
}

export interface DialOptions {
  readonly port: number;
  readonly name: string;
  readonly ca: string;
  readonly hello: Uint8Array;
}

export interface Connection {
  readonly write: (bytes: Uint8Array) => void;
  readonly close: () => void;
}

type OnBytes = (bytes: Uint8Array) => void;
/** Says what is wrong with a certificate, if anything is. */
type CertificateCheck = (name: string, certificate: PeerCertificate) => Error | undefined;

export function dialVerifying(options: DialOptions, onBytes: OnBytes): Promise<Connection> {
  return dial(options, onBytes, checkServerIdentity);
}

export function dialPinned(
  { pin, ...options }: DialOptions & { readonly pin: string },
  onBytes: OnBytes,
): Promise<Connection> {
  // The pin comes on top: the chain, the time and the name are checked as ever.
  const check: CertificateCheck = (name, certificate) =>
    checkServerIdentity(name, certificate) ?? checkPin(certificate, pin);
  return dial(options, onBytes, check);
}

function checkPin({ raw }: PeerCertificate, pin: string): Error | undefined {
  const key = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
  const got = createHash('sha256').update(key).digest('base64');
  return got === pin ? undefined : new Error(`the server has another key: its pin is ${got}`);
}

async function dial(options: DialOptions, onBytes: OnBytes, check: CertificateCheck): Promise<Connection> {
  const { port, name, ca, hello } = options;
  const socket = connect({ host: HOST, port, servername: name, ca, checkServerIdentity: check });
  // Rejects with the error of the socket, which says what was wrong. Node has closed the connection then.
  await once(socket, 'secureConnect');
  socket.on('error', () => socket.destroy());
  socket.on('data', onBytes);
  socket.write(hello);
  return {
    write: (bytes) => void socket.write(bytes),
    close: () => socket.end(),
  };
}
