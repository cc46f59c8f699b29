/** A conversation over node:tls through a tap: real sockets, a real key log. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type SecureVersion, type Server, type TLSSocket, connect, createServer } from 'node:tls';
import type { Direction, TapEvent } from '#dissect/model';
import { Recorder } from '#tap/recorder';
import { startTap } from '#tap/tap';

export interface Credentials {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

export interface TlsChoice {
  readonly version: SecureVersion;
  /** OpenSSL's name of the suite. */
  readonly suite: string;
}

/** One side says this, when it has heard all that was said before. */
export interface Turn {
  readonly dir: Direction;
  readonly bytes: Uint8Array;
}

/** A TLS server behind a tap that records its bytes and its secrets. */
export interface TappedServer {
  readonly recorder: Recorder;
  /** Where clients connect: the tap's port on 127.0.0.1. */
  readonly port: number;
  /** Resolves when both directions of the only connection have ended. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export async function tappedServer(
  { key, cert }: Credentials,
  { version, suite }: TlsChoice,
  onConnection: (socket: TLSSocket) => void,
  recorder = new Recorder(),
): Promise<TappedServer> {
  const limits = { minVersion: version, maxVersion: version, ciphers: suite };
  const server = createServer({ key, cert, ...limits }, onConnection);
  server.on('keylog', (line) => recorder.secret(line.toString('latin1').trim()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const tap = await startTap({
    wire: 'tls',
    listen: { host: '127.0.0.1', port: 0 },
    target: { host: '127.0.0.1', port },
    recorder,
  });
  const close = async (): Promise<void> => {
    await tap.close();
    await closed(server);
  };
  return { recorder, port: tap.address.port, ended: bothEnds(recorder), close };
}

/** Events of one connection from its beginning to both its ends, with the turns of `script` in their order. */
export async function tlsConversation(
  credentials: Credentials,
  choice: TlsChoice,
  script: readonly Turn[],
): Promise<TapEvent[]> {
  const server = await tappedServer(credentials, choice, (socket) => speak(socket, 's2c', script));
  const client = connect({
    host: '127.0.0.1',
    port: server.port,
    ca: credentials.ca,
    servername: 'localhost',
  });
  await once(client, 'secureConnect');
  speak(client, 'c2s', script);
  await server.ended;
  await server.close();
  return server.recorder.events();
}

/** Says its turns of the script, each when those before it have been heard; then ends. */
function speak(socket: TLSSocket, dir: Direction, script: readonly Turn[]): void {
  let heard = 0;
  let turn = 0;
  const goOn = (): void => {
    for (; turn < script.length; turn++) {
      const { dir: whose, bytes } = script[turn] as Turn;
      if (whose === dir) socket.write(bytes);
      else if (heard >= bytes.length) heard -= bytes.length;
      else return;
    }
    socket.end();
  };
  socket.on('data', (data: Uint8Array) => {
    heard += data.length;
    goOn();
  });
  goOn();
}

function bothEnds(recorder: Recorder): Promise<void> {
  return new Promise((resolve) => {
    let ends = 0;
    recorder.subscribe((change) => {
      if (change.kind === 'end' && ++ends === 2) resolve();
    });
  });
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
