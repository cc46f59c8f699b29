/** Where the sealed bytes of a record begin. */
import { bodyRanges } from '#channel/psk/bodies';
import { DEFAULT_SUITE, SEALED_CAP } from '#channel/psk/suites';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { wireByName } from '#protocol/wires';
import type { Target } from './targets.ts';

/** RFC 8446 §5.1, and the explicit nonce of AES-GCM in TLS 1.2 (RFC 5288 §3). */
const TLS = { header: 5, explicitNonce: 8 } as const;

/** Bytes before the ciphertext of the innermost layer, header and nonce of each layer included. */
export function ciphertextStart({ wire, suite = DEFAULT_SUITE, newestTls }: Target): number {
  return wireByName(wire)
    .layers.map((layer) => {
      if (layer === 'tls') return TLS.header + (newestTls === 'TLSv1.2' ? TLS.explicitNonce : 0);
      const [ciphertext] = (bodyRanges(suite.body, SEALED_CAP) ?? []).filter(
        ({ part }) => part.kind === 'rest',
      );
      return RECORD_HEADER_LENGTH + (ciphertext?.start ?? 0);
    })
    .reduce((sum, size) => sum + size, 0);
}
