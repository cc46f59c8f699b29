/** One function makes clients; the two exported ones differ in a list of questions to the certificate. */
import { createHash } from 'node:crypto';
import { createServer as listenTcp } from 'node:net';
import { TLSSocket, checkServerIdentity, connect, createSecureContext } from 'node:tls';

/** Mallory on plain TCP: each socket that comes is wrapped in TLS by hand. */
export function startMallory({ targetPort, cert, key }: any, onBytes: any): Promise<any> {
  const secureContext = createSecureContext({ cert, key });
  const cleanups = new Set<() => void>();
  const listener = listenTcp((raw) => {
    const victim = new TLSSocket(raw, { isServer: true, secureContext });
    const server = connect({ host: '127.0.0.1', port: targetPort, rejectUnauthorized: false });
    const end = () => [victim, server, raw].forEach((socket) => socket.destroy());
    cleanups.add(end);
    const flow = (from: TLSSocket, to: TLSSocket, direction: string) => {
      from.on('data', (bytes) => (onBytes(direction, bytes), to.write(bytes)));
      from.on('end', () => to.end());
      from.on('error', end);
      from.on('close', () => to.end());
    };
    raw.on('error', end);
    flow(victim, server, 'c2s');
    flow(server, victim, 's2c');
  });
  return new Promise((resolve) =>
    listener.listen(0, '127.0.0.1', () =>
      resolve({
        port: () => (listener.address() as any).port,
        close: () =>
          new Promise((closed) => {
            cleanups.forEach((cleanup) => cleanup());
            listener.close(closed);
          }),
      }),
    ),
  );
}

type Question = (name: string, certificate: any) => Error | undefined;

const dialer =
  (questions: (options: any) => Question[]) =>
  (options: any, onBytes: any): Promise<any> =>
    new Promise((resolve, reject) => {
      const ask: Question = (name, certificate) =>
        questions(options).reduce<Error | undefined>(
          (fault, question) => fault ?? question(name, certificate),
          undefined,
        );
      const socket = connect(
        {
          host: '127.0.0.1',
          port: options.port,
          servername: options.name,
          ca: options.ca,
          checkServerIdentity: ask,
          minVersion: 'TLSv1.2',
        },
        () => {
          socket.on('data', (bytes) => onBytes(bytes));
          socket.write(options.hello);
          resolve({ write: (bytes: Uint8Array) => void socket.write(bytes), close: () => void socket.end() });
        },
      );
      socket.on('error', reject);
    });

export const dialVerifying = dialer(() => [checkServerIdentity]);

export const dialPinned = dialer(({ pin }) => [
  checkServerIdentity,
  // Node hands over the public key as SPKI already.
  (_, { pubkey }) =>
    createHash('sha256').update(pubkey).digest('base64') === pin
      ? undefined
      : new Error('not the pinned key'),
]);
