/** How the suites of TLS 1.2 and earlier agree on a secret, as their names say. */

export interface KeyExchange {
  readonly kind: 'rsa' | 'dhe' | 'ecdhe' | 'psk';
  /** A pre-shared key also goes into the secret. */
  readonly psk: boolean;
  /** The server signs its public key. */
  readonly signed: boolean;
  /** The server's key is in its certificate: it sends no other. */
  readonly fixed: boolean;
}

/** The exchange of a suite with this IANA name; `undefined` for TLS 1.3, where the suite does not say, and for rare ones. */
export function keyExchangeOf(suite: string): KeyExchange | undefined {
  const [, exchange] = /^TLS_([A-Za-z0-9_]+)_WITH_/.exec(suite) ?? [];
  if (exchange === undefined || /KRB5|SRP|GOST|ECCPWD|EXPORT/.test(exchange)) return undefined;
  const kind = kindOf(exchange);
  if (!kind) return undefined;
  const psk = exchange.includes('PSK');
  const fixed = /^(DH|ECDH)_(?!anon)/.test(exchange);
  const signed = !psk && !fixed && kind !== 'rsa' && !exchange.endsWith('anon');
  return { kind, psk, signed, fixed };
}

function kindOf(exchange: string): KeyExchange['kind'] | undefined {
  if (exchange.startsWith('ECDH')) return 'ecdhe';
  if (exchange.startsWith('DH') || exchange === 'PSK_DHE') return 'dhe';
  if (exchange.startsWith('RSA')) return 'rsa';
  return exchange === 'PSK' ? 'psk' : undefined;
}
