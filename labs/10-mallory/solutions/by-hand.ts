/** The handshake goes through whoever the other side is; then the client asks for the certificate and looks at it itself. */
import crypto from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

type Told = (direction: 'c2s' | 's2c', bytes: Uint8Array) => void;
type Dial = { port: number; name: string; ca: string; hello: Uint8Array };
type Listener = (bytes: Uint8Array) => void;

export class Mallory {
  #server: net.Server;
  #all: tls.TLSSocket[] = [];

  constructor(cert: string, key: string, target: number, told: Told) {
    this.#server = tls.createServer({ cert, key });
    this.#server.on('secureConnection', (near: tls.TLSSocket) => {
      const far = tls.connect(target, '127.0.0.1', { rejectUnauthorized: false });
      this.#all.push(near, far);
      this.#join(near, far, (bytes) => told('c2s', bytes));
      this.#join(far, near, (bytes) => told('s2c', bytes));
    });
  }

  #join(from: tls.TLSSocket, to: tls.TLSSocket, told: (bytes: Uint8Array) => void): void {
    from.on('data', told).on('error', () => to.destroy());
    from.pipe(to);
    from.once('close', () => to.end());
  }

  listen = (): Promise<this> =>
    new Promise((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve(this)));
  port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }
  close(): Promise<void> {
    for (const socket of this.#all) socket.destroy();
    return new Promise((resolve) => void this.#server.close(() => resolve()));
  }
}

export const startMallory = (o: { targetPort: number; cert: string; key: string }, told: Told) =>
  new Mallory(o.cert, o.key, o.targetPort, told).listen();

function dial(
  o: Dial,
  listener: Listener,
  pin?: string,
): Promise<{ write(bytes: Uint8Array): void; close(): void }> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      port: o.port,
      host: '127.0.0.1',
      servername: o.name,
      ca: [o.ca],
      rejectUnauthorized: false,
    });
    const refuse = (reason: Error) => (socket.destroy(), reject(reason));
    socket.once('error', refuse);
    socket.once('secureConnect', () => {
      if (!socket.authorized)
        return refuse(new Error(`not authorized: ${String(socket.authorizationError)}`));
      const certificate = new crypto.X509Certificate(socket.getPeerCertificate().raw);
      if (!certificate.checkHost(o.name, { subject: 'never' }))
        return refuse(new Error('the host name does not fit'));
      const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
      if (pin !== undefined && crypto.createHash('sha256').update(spki).digest('base64') !== pin)
        return refuse(new Error('the pin does not fit'));
      socket.on('data', (bytes) => listener(bytes));
      socket.write(o.hello);
      resolve({ write: (bytes) => void socket.write(bytes), close: () => void socket.destroySoon() });
    });
  });
}

export const dialVerifying = (o: Dial, listener: Listener) => dial(o, listener);
export const dialPinned = ({ pin, ...o }: Dial & { pin: string }, listener: Listener) =>
  dial(o, listener, pin);
