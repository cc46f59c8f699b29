/** Where the sealed bytes of a record begin, and how much longer than its plain bytes it is. */
import { bodyRanges } from '#channel/psk/bodies';
import { DEFAULT_SUITE, SEALED_CAP } from '#channel/psk/suites';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { fixedSize } from '#protocol/layout';
import { wireByName } from '#protocol/wires';
import type { Target } from './targets.ts';

/** RFC 8446 §5.1 and §5.2, and the explicit nonce of AES-GCM in TLS 1.2 (RFC 5288 §3). */
const TLS = { header: 5, explicitNonce: 8, type: 1, tag: 16 } as const;

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

/** Bytes that the layers of a wire add to plain bytes, padding aside; with TLS 1.3, where there is TLS. */
export function sealedBy({ wire, suite = DEFAULT_SUITE }: Target): number {
  return wireByName(wire)
    .layers.map((layer) =>
      layer === 'tls' ? TLS.header + TLS.type + TLS.tag : RECORD_HEADER_LENGTH + fixedSize(suite.body),
    )
    .reduce((sum, size) => sum + size, 0);
}
