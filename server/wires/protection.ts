import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type TlsInUse, protectionText } from './protection-text.ts';

/** What protects a connection, in words. `detail` is what its channel says when it opens. */
export function protectionOf(socket: Duplex, detail: string): string {
  return protectionText(tlsOf(socket), detail);
}

/** What TLS has agreed on, on a socket that uses it. */
export function tlsOf(socket: Duplex): TlsInUse | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  return { version: socket.getProtocol() ?? 'TLS', cipher: socket.getCipher().standardName };
}
