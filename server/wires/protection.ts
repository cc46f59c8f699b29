import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/**
 * What protects a connection, in words: `TLSv1.3, TLS_AES_256_GCM_SHA384; psk, aes-256-gcm`. `detail` is what its channel
 * says when it opens.
 */
export function protectionOf(socket: Duplex, detail: string): string {
  const tls = socket instanceof TLSSocket ? tlsName(socket) : '';
  return [tls, detail].filter((layer) => layer !== '').join('; ') || 'no protection';
}

function tlsName(socket: TLSSocket): string {
  return `${socket.getProtocol() ?? 'TLS'}, ${socket.getCipher().standardName}`;
}
