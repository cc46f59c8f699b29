export interface TlsInUse {
  readonly version: string;
  readonly cipher: string;
}

/**
 * What protects a connection, in words: `TLSv1.3, TLS_AES_256_GCM_SHA384; psk, aes-256-gcm`. `detail` is what its channel
 * says when it opens.
 */
export function protectionText(tls: TlsInUse | undefined, detail: string): string {
  const outer = tls ? `${tls.version}, ${tls.cipher}` : '';
  return [outer, detail].filter((layer) => layer !== '').join('; ') || 'no protection';
}
