/** A conversation over node:tls through a tap: real sockets, a real key log. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type SecureVersion, type Server, type TLSSocket, connect, createServer } from 'node:tls';
import type { TapEvent } from '#dissect/model';
import { Recorder } from '#tap/recorder';
import { startTap } from '#tap/tap';
import type { Said } from './psk-conversation.ts';

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

/** Events of one connection from its beginning to both its ends. The server speaks first. */
export async function tlsConversation(
  { ca, key, cert }: Credentials,
  { version, suite }: TlsChoice,
  said: Said,
): Promise<TapEvent[]> {
  const recorder = new Recorder();
  const limits = { minVersion: version, maxVersion: version, ciphers: suite } as const;
  const server = createServer({ key, cert, ...limits }, (socket) => speak(socket, said.s2c, said.c2s));
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
  const ended = bothEnds(recorder);
  const client = connect({
    host: '127.0.0.1',
    port: tap.address.port,
    ca,
    servername: 'localhost',
    ...limits,
  });
  await once(client, 'secureConnect');
  speak(client, said.c2s, said.s2c);
  await ended;
  await tap.close();
  await closed(server);
  return recorder.events();
}

/** Says its part, and ends when it has heard the other's. */
function speak(socket: TLSSocket, mine: readonly Uint8Array[], theirs: readonly Uint8Array[]): void {
  let missing = theirs.reduce((sum, bytes) => sum + bytes.length, 0);
  for (const bytes of mine) socket.write(bytes);
  socket.on('data', (data: Uint8Array) => {
    missing -= data.length;
    if (missing === 0) socket.end();
  });
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
